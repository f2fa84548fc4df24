// SPDX-License-Identifier: Apache-2.0
#include "client/review/html.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/review/style.h"
#include "client/review/text.h"

namespace kizuna::review {
namespace {

// A table of so many rows, and of so much text (as WidthOf()), fits half a page and is kept whole.
constexpr size_t kWholeRows = 12;
constexpr int kWholeWidth = 1200;
constexpr size_t kCompactColumns = 3;
// A wider word is broken in a column of a table, rather than that it makes the table too wide.
constexpr int kWidestWord = 26;

const char* ClassOf(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "good";
    case Tone::kWarning:
      return "warning";
    case Tone::kBad:
      return "bad";
    case Tone::kFaint:
      return "faint";
    case Tone::kPlain:
      break;
  }
  return "";
}

bool FitsHalfPage(const Table& table) {
  if (table.rows.size() > kWholeRows) return false;
  int width = 0;
  for (const std::vector<Cell>& row : table.rows) {
    for (const Cell& cell : row) width += WidthOf(cell.text);
  }
  return width <= kWholeWidth;
}

// Writes the blocks of a document.
class Writer {
 public:
  explicit Writer(std::string* out) : out_(*out) {}

  void operator()(const Paragraph& paragraph) {
    const std::string kind =
        absl::StrCat(paragraph.lead ? "lead" : "", paragraph.theirs ? " theirs" : "");
    for (const std::string& text : Paragraphs(paragraph.text)) {
      absl::StrAppend(&out_, "<p", kind.empty() ? "" : " class=\"", kind, kind.empty() ? "" : "\"",
                      paragraph.theirs ? " dir=\"auto\"" : "", ">", EscapeHtml(text), "</p>\n");
    }
  }

  void operator()(const Heading& heading) {
    absl::StrAppend(&out_, "<h3>", EscapeHtml(heading.text), "</h3>\n");
  }

  void operator()(const Bullets& bullets) { List(bullets.items); }

  void operator()(const Figures& figures) {
    out_ += "<div class=\"figures\">\n";
    for (const Figure& figure : figures.items) {
      absl::StrAppend(&out_, "<div class=\"figure\"><span class=\"label\">",
                      EscapeHtml(figure.label), "</span><span class=\"value\">",
                      EscapeHtml(figure.value), "</span>");
      if (!figure.note.empty()) {
        absl::StrAppend(&out_, "<span class=\"note\">", EscapeHtml(figure.note), "</span>");
      }
      out_ += "</div>\n";
    }
    out_ += "</div>\n";
  }

  void operator()(const Table& table) {
    // Stretched over the page, a word and its number lose sight of each other.
    const bool compact = std::all_of(table.columns.begin() + 1, table.columns.end(),
                                     [](const Column& column) { return column.number; }) &&
                         table.columns.size() <= kCompactColumns;
    absl::StrAppend(&out_, "<table class=\"", compact ? "compact " : "",
                    FitsHalfPage(table) ? "whole" : "long", "\">\n");
    out_ += "<thead><tr>";
    for (const Column& column : table.columns) {
      absl::StrAppend(&out_, "<th scope=\"col\"", ColumnClass(column, Tone::kPlain, column.title),
                      ">", EscapeHtml(column.title), "</th>");
    }
    out_ += "</tr></thead>\n<tbody>\n";
    for (const std::vector<Cell>& row : table.rows) {
      out_ += "<tr>";
      for (size_t i = 0; i < row.size() && i < table.columns.size(); ++i) {
        absl::StrAppend(&out_, "<td", ColumnClass(table.columns[i], row[i].tone, row[i].text), ">");
        for (const ProgressBar& bar : row[i].bar) out_ += Svg(bar, row[i].text);
        if (!row[i].text.empty()) {
          absl::StrAppend(&out_, "<bdi>", EscapeHtml(row[i].text), "</bdi>");
        }
        out_ += "</td>";
      }
      out_ += "</tr>\n";
    }
    out_ += "</tbody>\n</table>\n";
  }

  void operator()(const Pictures& pictures) {
    absl::StrAppend(&out_, "<div class=\"pictures", pictures.narrow ? " narrow" : "", "\">\n");
    for (const Picture& picture : pictures.items) {
      absl::StrAppend(&out_, "<figure><p class=\"title\"><bdi>", EscapeHtml(picture.title),
                      "</bdi></p>", Svg(picture.chart, picture.title, picture.in_words()));
      if (!picture.caption.empty()) {
        absl::StrAppend(&out_, "<figcaption>", EscapeHtml(picture.caption), "</figcaption>");
      }
      out_ += "</figure>\n";
    }
    out_ += "</div>\n";
  }

  void operator()(const Quotes& quotes) {
    for (const Quote& quote : quotes.items) {
      out_ += "<blockquote>";
      for (const std::string& text : Paragraphs(quote.text)) {
        absl::StrAppend(&out_, "<p dir=\"auto\">", EscapeHtml(text), "</p>");
      }
      absl::StrAppend(&out_, "<p class=\"source\">", EscapeHtml(quote.source),
                      "</p></blockquote>\n");
    }
  }

  void operator()(const Cards& cards) {
    out_ += "<div class=\"cards\">\n";
    for (const Card& card : cards.items) {
      absl::StrAppend(&out_, "<div class=\"card\"><h3>", EscapeHtml(card.title),
                      "</h3><p class=\"note\">", EscapeHtml(card.note), "</p>\n");
      for (const std::string& subject : card.subjects) {
        absl::StrAppend(&out_, "<p class=\"subject\">", EscapeHtml(subject), "</p>\n");
      }
      for (const auto& [label, items] : card.lists) {
        if (items.empty()) continue;
        absl::StrAppend(&out_, "<p class=\"label\">", EscapeHtml(label), "</p>\n");
        List(items);
      }
      out_ += "</div>\n";
    }
    out_ += "</div>\n";
  }

 private:
  void List(const std::vector<std::string>& items) {
    if (items.empty()) return;
    out_ += "<ul>\n";
    for (const std::string& item : items) {
      absl::StrAppend(&out_, "<li><bdi>", EscapeHtml(item), "</bdi></li>\n");
    }
    out_ += "</ul>\n";
  }

  static std::string ColumnClass(const Column& column, Tone tone, const std::string& text) {
    std::string classes = column.number ? "number" : column.date ? "date" : "";
    if (const std::string own = ClassOf(tone); !own.empty()) {
      absl::StrAppend(&classes, classes.empty() ? "" : " ", own);
    }
    if (WidestWord(text) > kWidestWord) {
      absl::StrAppend(&classes, classes.empty() ? "" : " ", "endless");
    }
    return classes.empty() ? "" : absl::StrCat(" class=\"", classes, "\"");
  }

  std::string& out_;
};

void WriteCover(const Document& document, std::string* html) {
  absl::StrAppend(html, "<header class=\"cover\">\n");
  if (!document.mark.empty()) {
    absl::StrAppend(html, "<p class=\"mark\">", EscapeHtml(document.mark), "</p>\n");
  }
  absl::StrAppend(html, "<p class=\"kind\">", EscapeHtml(document.kind), "</p>\n<h1><bdi>",
                  EscapeHtml(document.subject), "</bdi></h1>\n");
  for (const std::string& subtitle : document.subtitles) {
    absl::StrAppend(html, "<p class=\"subtitle\">", EscapeHtml(subtitle), "</p>\n");
  }
  absl::StrAppend(html, "<div class=\"imprint\">\n");
  for (const std::string& line : document.imprint) {
    absl::StrAppend(html, "<p>", EscapeHtml(line), "</p>\n");
  }
  absl::StrAppend(html, "</div>\n</header>\n");
}

}  // namespace

std::string Html(const Document& document) {
  const std::string tag(TagOf(document.language));
  std::string html = absl::StrCat(
      "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"", tag,
      "\" xml:lang=\"", tag, "\">\n<head>\n<meta charset=\"utf-8\"/>\n",
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'\"/>\n",
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>",
      EscapeHtml(document.subject), " – ", EscapeHtml(document.footer), "</title>\n<style>",
      StyleSheet(document), "</style>\n</head>\n<body", document.sheet ? " class=\"sheet\"" : "",
      ">\n");
  WriteCover(document, &html);
  Writer writer(&html);
  for (const Section& section : document.sections) {
    absl::StrAppend(&html, section.own_page ? "<section class=\"own\">\n" : "<section>\n", "<h2>",
                    EscapeHtml(section.title));
    if (!document.mark.empty()) {
      absl::StrAppend(&html, "<span class=\"mark\">", EscapeHtml(document.mark), "</span>");
    }
    html += "</h2>\n";
    for (const Block& block : section.blocks) std::visit(writer, block);
    html += "</section>\n";
  }
  html += "</body>\n</html>\n";
  return html;
}

}  // namespace kizuna::review
