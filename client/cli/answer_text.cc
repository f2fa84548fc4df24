// SPDX-License-Identifier: Apache-2.0
#include "client/cli/answer_text.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/display_text.h"
#include "client/cli/moment.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

// "nps(180) -20 < 0".
std::string ConditionText(const v1::Evidence& evidence) {
  std::string text = evidence.feature();
  absl::StrAppend(&text, evidence.has_value() ? " " : " is not known",
                  evidence.has_value() ? ValueText(evidence.value()) : "");
  if (evidence.comparison() == v1::COMPARISON_UNSPECIFIED || !evidence.has_threshold()) return text;
  // A missing value was not compared; what is asked of it still helps.
  return absl::StrCat(text, evidence.has_value() ? " " : "; closed when ",
                      ComparisonText(evidence.comparison()), " ", ValueText(evidence.threshold()));
}

// What two reasons must share to be told as one.
std::string KeyOf(const v1::Reason& reason) {
  std::string key = absl::StrCat(reason.code(), "|", reason.effect(), "|", reason.remedy(), "|",
                                 reason.opens_at().seconds());
  for (const v1::Evidence& evidence : reason.evidence()) {
    absl::StrAppend(&key, "|", ConditionText(evidence));
    for (const v1::EvidenceItem& item : evidence.facts()) {
      absl::StrAppend(&key, ";", item.subject(), ",", item.fact().source(), ",",
                      item.fact().fact_id());
    }
  }
  return key;
}

std::string CapRule(const v1::CapApplied& cap) {
  return absl::StrCat(cap.feature(), " ", ComparisonText(cap.comparison()), " ",
                      ValueText(cap.threshold()), " limits health to ", ValueText(cap.limit()));
}

// `points` rounded to hundredths so that they add up to their rounded sum: a person who adds them
// up gets what stands under them.
std::vector<double> RoundedPoints(const std::vector<double>& points) {
  std::vector<int64_t> hundredths;
  std::vector<std::pair<double, size_t>> remainders;
  double sum = 0;
  int64_t rounded_sum = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    sum += points[i];
    hundredths.push_back(static_cast<int64_t>(std::floor(points[i] * 100)));
    rounded_sum += hundredths.back();
    remainders.emplace_back(static_cast<double>(hundredths.back()) - points[i] * 100, i);
  }
  std::sort(remainders.begin(), remainders.end());
  const int64_t short_by = std::llround(sum * 100) - rounded_sum;
  for (size_t i = 0; i < remainders.size() && static_cast<int64_t>(i) < short_by; ++i) {
    ++hundredths[remainders[i].second];
  }
  std::vector<double> rounded;
  for (const int64_t each : hundredths) rounded.push_back(static_cast<double>(each) / 100);
  return rounded;
}

std::string NewestText(const v1::Driver& driver) { return DateText(driver.newest_evidence_date()); }

}  // namespace

TextStyle TextStyleOf(Session& session) {
  TextStyle style;
  style.columns = session.terminal().columns;
  style.colour = session.terminal().out_colour;
  style.zone = session.BookTimeZone().value_or(absl::UTCTimeZone());
  style.zone_name = style.zone.name();
  return style;
}

std::string Heading(absl::string_view title, const TextStyle& style) {
  return absl::StrCat("\n", Paint(title, Style::kBold, style.colour), "\n");
}

std::string Paragraph(absl::string_view text, int indent, const TextStyle& style) {
  const std::string lead(static_cast<size_t>(indent), ' ');
  std::string paragraph;
  for (const std::string& line : WrapText(OneLine(text), style.columns - indent)) {
    absl::StrAppend(&paragraph, lead, line, "\n");
  }
  return paragraph;
}

std::string HealthLine(const v1::Health& health, const TextStyle& style) {
  const std::string evidence = absl::StrCat("from ", ShareText(health.coverage()),
                                            " of the evidence (model ", health.model(), ")");
  if (health.has_score()) {
    const std::string band = SpokenWord(health.band());
    return absl::StrCat(ScoreText(health.score()), " ",
                        Paint(band, StyleOf(health.band()), style.colour), ", ", evidence);
  }
  if (!health.has_raw_score()) {
    return absl::StrCat(Paint("unknown", Style::kWarning, style.colour), ": no evidence (model ",
                        health.model(), ")");
  }
  return absl::StrCat(Paint("unknown", Style::kWarning, style.colour), ": ",
                      ShareText(health.coverage()), " of the evidence, ",
                      ShareText(health.minimum_coverage()), " is asked for ",
                      Paint(absl::StrCat("(would score ", ScoreText(health.raw_score()), ")"),
                            Style::kDim, style.colour));
}

std::string DriversText(const v1::Health& health, const TextStyle& style) {
  Table table({{"points", Align::kRight},
               {"of", Align::kRight},
               {"dimension"},
               {"measure", Align::kLeft, true},
               {"value", Align::kRight},
               {"newest"}});
  std::vector<std::string> missing;
  std::vector<double> points;
  for (const v1::Driver& driver : health.drivers()) points.push_back(driver.points());
  if (health.has_cap()) points.push_back(health.cap().points());
  const std::vector<double> rounded = RoundedPoints(points);
  for (int i = 0; i < health.drivers_size(); ++i) {
    const v1::Driver& driver = health.drivers(i);
    if (!driver.has_y()) {
      missing.push_back(absl::StrCat(driver.feature(), driver.too_old() ? " (too old)" : ""));
      continue;
    }
    // A driver that gives little of what it could is what a person looks for.
    const Style look = driver.y() < 40   ? Style::kBad
                       : driver.y() < 70 ? Style::kWarning
                                         : Style::kGood;
    table.AddRow({{PointsText(rounded[static_cast<size_t>(i)]), look},
                  {PointsText(driver.share() * 100).substr(1)},
                  {driver.dimension()},
                  {driver.feature()},
                  {driver.has_value() ? ValueText(driver.value()) : ""},
                  {NewestText(driver)}});
  }
  if (health.has_cap()) {
    table.AddRow({{PointsText(rounded.back()), Style::kBad},
                  {""},
                  {"cap"},
                  {CapRule(health.cap())},
                  {ValueText(health.cap().value())},
                  {""}});
  }
  if (health.has_raw_score()) {
    const double sum = health.raw_score() + (health.has_cap() ? health.cap().points() : 0);
    table.AddRow({{PointsText(sum), Style::kBold},
                  {"100.00"},
                  {""},
                  {health.has_score() ? "health" : "raw score, not acted on", Style::kBold},
                  {""},
                  {""}});
  }
  std::string text = table.Render(style.columns, style.colour, 2);
  if (!missing.empty()) {
    absl::StrAppend(
        &text, Paragraph(absl::StrCat("Missing: ", absl::StrJoin(missing, ", "), "."), 2, style));
  }
  return text;
}

std::vector<ClosedGate> GatesOf(const std::vector<const v1::Assessment*>& assessments) {
  std::vector<ClosedGate> gates;
  std::vector<std::string> keys;
  for (const v1::Assessment* const assessment : assessments) {
    for (const v1::Reason& reason : assessment->reasons()) {
      const std::string key = KeyOf(reason);
      const size_t at =
          static_cast<size_t>(std::find(keys.begin(), keys.end(), key) - keys.begin());
      if (at == keys.size()) {
        keys.push_back(key);
        gates.push_back({reason, {}});
      }
      gates[at].closes.push_back(PitchText(assessment->motion(), assessment->product()));
    }
  }
  return gates;
}

std::string GateText(const ClosedGate& gate, const TextStyle& style) {
  const v1::Reason& reason = gate.reason;
  const v1::Verdict effect =
      reason.effect() == v1::EFFECT_DENY ? v1::VERDICT_DENY : v1::VERDICT_UNKNOWN;
  std::string text =
      absl::StrCat("  ", Paint(PadRight(Word(reason.effect()), 7), StyleOf(effect), style.colour),
                   "  ", Paint(OneLine(reason.code()), Style::kBold, style.colour),
                   reason.missing() ? " (evidence is missing)" : "",
                   reason.waived() ? " (waived, so it does not count)" : "", "\n");
  if (!gate.closes.empty()) {
    absl::StrAppend(
        &text, Paragraph(absl::StrCat("closes ", absl::StrJoin(gate.closes, ", ")), 11, style));
  }
  for (const v1::Evidence& evidence : reason.evidence()) {
    absl::StrAppend(&text, Paragraph(ConditionText(evidence), 11, style));
    for (const v1::EvidenceItem& item : evidence.facts()) {
      absl::StrAppend(&text, Paragraph(absl::StrCat("- ", FactText(item, style)), 13, style));
    }
  }
  if (!reason.remedy().empty()) {
    absl::StrAppend(&text, Paragraph(absl::StrCat("to open it: ", reason.remedy()), 11, style));
  }
  std::string who = reason.who_can_act().empty()
                        ? std::string()
                        : absl::StrCat("who can act: ", reason.who_can_act(), "; ");
  absl::StrAppend(&who, reason.waivable() ? "may be waived" : "cannot be waived");
  absl::StrAppend(&text, Paragraph(who, 11, style));
  if (reason.waived()) return text;
  absl::StrAppend(&text, Paragraph(IsSet(reason.opens_at())
                                       ? absl::StrCat("opens by itself on ",
                                                      TimeText(reason.opens_at(), style.zone))
                                       : "does not open by itself within 32 days",
                                   11, style));
  return text;
}

std::string PitchText(v1::Motion motion, absl::string_view product) {
  if (motion == v1::MOTION_UNSPECIFIED) return "best pitch";
  if (product.empty()) return SpokenWord(motion);
  return absl::StrCat(SpokenWord(motion), " of ", IdOf(product));
}

std::string FactText(const v1::EvidenceItem& item, const TextStyle& style) {
  std::vector<std::string> parts;
  if (!item.subject().empty()) parts.push_back(item.subject());
  if (!item.contact_id().empty()) parts.push_back(absl::StrCat("contact ", item.contact_id()));
  if (!item.fact().fact_id().empty()) {
    parts.push_back(absl::StrCat("fact ", item.fact().source(), "/", item.fact().fact_id()));
  }
  const auto& observed_at =
      IsSet(item.observed_at()) ? item.observed_at() : item.fact().observed_at();
  if (IsSet(observed_at)) {
    parts.push_back(absl::StrCat("observed ", DayText(TimeOf(observed_at), style.zone)));
  }
  return absl::StrJoin(parts, ", ");
}

}  // namespace kizuna::cli
