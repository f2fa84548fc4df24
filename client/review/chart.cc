// SPDX-License-Identifier: Apache-2.0
#include "client/review/chart.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/review/text.h"

namespace kizuna::review {
namespace {

constexpr char kInk[] = "#27323f";
constexpr char kQuiet[] = "#5d6b7a";
constexpr char kLine[] = "#c9d1da";
constexpr char kDark[] = "#1f4e79";
constexpr char kPale[] = "#8fb1cf";
constexpr char kLight[] = "#d9a05b";
constexpr char kFaint[] = "#c3d3e2";

// Of a letter of half width, as a share of the letter's height; generous, since the fonts of who
// reads it are not known.
constexpr double kHalfWidth = 0.62;

double Drawn(double value) { return std::isfinite(value) && value > 0 ? value : 0; }

double WidthAt(const std::string& text, double size) { return WidthOf(text) * kHalfWidth * size; }

enum class Anchor { kStart, kMiddle, kEnd };

// Puts an <svg> together.
class Drawing {
 public:
  Drawing(double width, double height, const std::string& title, const std::string& description)
      : svg_(absl::StrFormat("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
                             "viewBox=\"0 0 %g %g\">",
                             width, height)) {
    absl::StrAppend(&svg_, "<title>", EscapeHtml(title), "</title>");
    if (!description.empty()) absl::StrAppend(&svg_, "<desc>", EscapeHtml(description), "</desc>");
  }

  void Rect(double x, double y, double width, double height, const char* fill) {
    absl::StrAppendFormat(&svg_,
                          "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                          "fill=\"%s\"/>",
                          x, y, width, height, fill);
  }
  void Line(double x1, double y1, double x2, double y2, const char* colour, double width = 1) {
    absl::StrAppendFormat(&svg_,
                          "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" "
                          "stroke=\"%s\" stroke-width=\"%g\"/>",
                          x1, y1, x2, y2, colour, width);
  }
  void Circle(double x, double y, double radius, const char* fill, const char* stroke) {
    absl::StrAppendFormat(&svg_,
                          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%g\" fill=\"%s\" "
                          "stroke=\"%s\" stroke-width=\"2\"/>",
                          x, y, radius, fill, stroke);
  }
  // In smaller letters when it would be wider than `room`.
  void Text(double x, double y, double size, Anchor anchor, const char* fill,
            const std::string& text, double room) {
    if (text.empty()) return;
    const char* const word = anchor == Anchor::kStart    ? "start"
                             : anchor == Anchor::kMiddle ? "middle"
                                                         : "end";
    const double width = WidthAt(text, size);
    if (width > room) size *= room / width;
    absl::StrAppendFormat(&svg_,
                          "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.2f\" "
                          "text-anchor=\"%s\" fill=\"%s\">",
                          x, y, size, word, fill);
    absl::StrAppend(&svg_, EscapeHtml(text), "</text>");
  }
  std::string Done() { return std::move(svg_) + "</svg>"; }

 private:
  std::string svg_;
};

std::string Draw(const WeeklyChart& chart, const std::string& title,
                 const std::string& description) {
  constexpr double kWidth = 340, kTop = 22, kBase = 98, kLeft = 4, kRight = 336, kSize = 10.5;
  Drawing drawing(kWidth, 116, title, description);
  const double top = Drawn(chart.top);
  drawing.Line(kLeft, kTop, kRight, kTop, kLine, 0.6);
  drawing.Text(kLeft, kTop - 6, kSize, Anchor::kStart, kQuiet, chart.top_label, kRight - kLeft);
  const size_t count = std::max<size_t>(chart.values.size(), 1);
  const double step = (kRight - kLeft) / static_cast<double>(count);
  const double gap = std::min(3.0, step * 0.25);
  for (size_t i = 0; i < chart.values.size(); ++i) {
    const double x = kLeft + step * static_cast<double>(i);
    if (!chart.values[i].has_value()) {
      drawing.Circle(x + step / 2, kBase - 3, 0.8, kLine, kLine);
      continue;
    }
    const double share = top > 0 ? std::min(1.0, Drawn(*chart.values[i]) / top) : 0;
    const double height = (kBase - kTop) * share;
    drawing.Rect(x + gap / 2, kBase - height, step - gap, height,
                 static_cast<int>(i) < chart.faint ? kFaint : kDark);
  }
  drawing.Line(kLeft, kBase, kRight, kBase, kQuiet);
  const double y = kBase + 13;
  const double split = kLeft + step * chart.faint;
  const double first_end = kLeft + WidthAt(chart.first_label, kSize) + 6;
  const double last_begin = kRight - WidthAt(chart.last_label, kSize) - 6;
  const double half = WidthAt(chart.middle_label, kSize) / 2;
  drawing.Text(kLeft, y, kSize, Anchor::kStart, kQuiet, chart.first_label, kWidth / 3);
  if (chart.faint > 0 && split - half > first_end && split + half < last_begin) {
    drawing.Line(split, kBase, split, kBase + 4, kQuiet);
    drawing.Text(split, y, kSize, Anchor::kMiddle, kQuiet, chart.middle_label, kWidth / 3);
  }
  drawing.Text(kRight, y, kSize, Anchor::kEnd, kQuiet, chart.last_label, kWidth / 3);
  return drawing.Done();
}

std::string Draw(const MilestoneChart& chart, const std::string& title,
                 const std::string& description) {
  constexpr double kWidth = 680, kY = 18;
  Drawing drawing(kWidth, 74, title, description);
  const size_t count = std::max<size_t>(chart.steps.size(), 1);
  const double slot = kWidth / static_cast<double>(count);
  const auto middle = [slot](size_t i) { return slot * (static_cast<double>(i) + 0.5); };
  for (size_t i = 1; i < chart.steps.size(); ++i) {
    drawing.Line(middle(i - 1), kY, middle(i), kY, chart.steps[i].reached ? kDark : kLine, 3);
  }
  for (size_t i = 0; i < chart.steps.size(); ++i) {
    const MilestoneChart::Step& step = chart.steps[i];
    if (step.fresh) drawing.Circle(middle(i), kY, 13, "#ffffff", kPale);
    drawing.Circle(middle(i), kY, 8, step.reached ? kDark : "#ffffff",
                   step.reached ? kDark : kLine);
    drawing.Text(middle(i), 50, 13, Anchor::kMiddle, step.reached ? kInk : kQuiet, step.name,
                 slot - 8);
    drawing.Text(middle(i), 67, 11.5, Anchor::kMiddle, kQuiet, step.note, slot - 8);
  }
  return drawing.Done();
}

std::string Draw(const StackChart& chart, const std::string& title,
                 const std::string& description) {
  constexpr double kWidth = 680, kHeight = 24;
  constexpr const char* kColours[] = {kDark, kPale, kLight};
  Drawing drawing(kWidth, 58, title, description);
  double all = 0;
  for (const StackChart::Part& part : chart.parts) all += Drawn(part.amount);
  double x = 0;
  const double slot = kWidth / static_cast<double>(std::max<size_t>(chart.parts.size(), 1));
  for (size_t i = 0; i < chart.parts.size(); ++i) {
    const StackChart::Part& part = chart.parts[i];
    const char* const colour = kColours[std::min<size_t>(i, 2)];
    if (const double width = all > 0 ? kWidth * Drawn(part.amount) / all : 0; width > 0) {
      drawing.Rect(x, 0, std::max(1.0, width - 2), kHeight, colour);
      x += width;
    }
    const double at = slot * static_cast<double>(i);
    drawing.Rect(at, 40, 11, 11, colour);
    drawing.Text(at + 17, 50, 12, Anchor::kStart, kInk,
                 absl::StrCat(part.label, "  ", part.amount_label), slot - 24);
  }
  return drawing.Done();
}

std::string Draw(const ColumnChart& chart, const std::string& title,
                 const std::string& description) {
  constexpr double kWidth = 340, kTop = 20, kBase = 90;
  Drawing drawing(kWidth, 110, title, description);
  double top = 0;
  for (const ColumnChart::Column& column : chart.columns) top = std::max(top, Drawn(column.amount));
  const double slot = kWidth / static_cast<double>(std::max<size_t>(chart.columns.size(), 1));
  for (size_t i = 0; i < chart.columns.size(); ++i) {
    const ColumnChart::Column& column = chart.columns[i];
    const double middle = slot * (static_cast<double>(i) + 0.5);
    const double height = top > 0 ? (kBase - kTop) * Drawn(column.amount) / top : 0;
    const double width = std::min(48.0, slot * 0.5);
    drawing.Rect(middle - width / 2, kBase - height, width, height, kDark);
    drawing.Text(middle, kBase - height - 5, 12, Anchor::kMiddle, kInk, column.amount_label,
                 slot - 6);
    drawing.Text(middle, kBase + 15, 11.5, Anchor::kMiddle, kQuiet, column.label, slot - 6);
  }
  drawing.Line(4, kBase, kWidth - 4, kBase, kQuiet);
  return drawing.Done();
}

}  // namespace

std::string Svg(const Chart& chart, const std::string& title, const std::string& description) {
  return std::visit([&](const auto& kind) { return Draw(kind, title, description); }, chart);
}

std::string Svg(const ProgressBar& bar, const std::string& title) {
  constexpr double kWidth = 120;
  Drawing drawing(kWidth, 12, title, "");
  drawing.Rect(0, 3, kWidth, 6, "#e7ecf1");
  drawing.Rect(0, 3, kWidth * std::min(1.0, Drawn(bar.share)), 6, kDark);
  const double expected = kWidth * std::min(1.0, Drawn(bar.expected));
  if (expected > 0) drawing.Line(expected, 0, expected, 12, kLight, 2);
  return drawing.Done();
}

}  // namespace kizuna::review
