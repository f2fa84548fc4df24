// SPDX-License-Identifier: Apache-2.0
#include "client/cli/answer_text.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/display_text.h"
#include "client/cli/moment.h"
#include "client/cli/table.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

// "nps(180) -20 < 0".
std::string ConditionText(const v1::Evidence& evidence, const Speech& say) {
  const std::string text = evidence.has_value()
                               ? absl::StrCat(evidence.feature(), " ", ValueText(evidence.value()))
                               : say(Phrase::kIsNotKnown, evidence.feature());
  if (evidence.comparison() == v1::COMPARISON_UNSPECIFIED || !evidence.has_threshold()) return text;
  const std::string comparison = ComparisonText(evidence.comparison());
  const std::string threshold = ValueText(evidence.threshold());
  if (evidence.has_value()) return absl::StrCat(text, " ", comparison, " ", threshold);
  // A missing value was not compared; what is asked of it still helps.
  return say(Phrase::kClosedWhen, text, comparison, threshold);
}

// What two reasons must share to be told as one.
std::string KeyOf(const v1::Reason& reason) {
  std::string key = absl::StrCat(reason.code(), "|", reason.effect(), "|", reason.remedy(), "|",
                                 reason.opens_at().seconds());
  for (const v1::Evidence& evidence : reason.evidence()) {
    absl::StrAppend(&key, "|", ConditionText(evidence, Speech()));
    for (const v1::EvidenceItem& item : evidence.facts()) {
      absl::StrAppend(&key, ";", item.subject(), ",", item.fact().source(), ",",
                      item.fact().fact_id());
    }
  }
  return key;
}

std::string CapRule(const v1::CapApplied& cap, const Speech& say) {
  return say(Phrase::kCapRule, cap.feature(), ComparisonText(cap.comparison()),
             ValueText(cap.threshold()), ValueText(cap.limit()));
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
  style.say = session.say();
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
  const Speech& say = style.say;
  if (health.has_score()) {
    const std::string band = say.Word(health.band());
    return say.Listed({absl::StrCat(ScoreText(health.score()), " ",
                                    Paint(band, StyleOf(health.band()), style.colour)),
                       say(Phrase::kFromEvidence, ShareText(health.coverage()), health.model())});
  }
  const std::string unknown = absl::StrCat(
      Paint(say(Phrase::kUnknown), Style::kWarning, style.colour), say.japanese() ? "：" : ": ");
  if (!health.has_raw_score()) {
    return absl::StrCat(unknown, say(Phrase::kNoEvidence, health.model()));
  }
  return absl::StrCat(
      unknown,
      say(Phrase::kTooLittleEvidence, ShareText(health.coverage()),
          ShareText(health.minimum_coverage())),
      " ",
      Paint(say(Phrase::kWouldScore, ScoreText(health.raw_score())), Style::kDim, style.colour));
}

std::string DriversText(const v1::Health& health, const TextStyle& style) {
  const Speech& say = style.say;
  Table table({{say(Phrase::kPoints), Align::kRight},
               {say(Phrase::kOf), Align::kRight},
               {say(Phrase::kDimension)},
               {say(Phrase::kMeasure), Align::kLeft, true},
               {say(Phrase::kValue), Align::kRight},
               {say(Phrase::kNewest)}});
  std::vector<std::string> missing;
  std::vector<double> points;
  for (const v1::Driver& driver : health.drivers()) points.push_back(driver.points());
  if (health.has_cap()) points.push_back(health.cap().points());
  const std::vector<double> rounded = RoundedPoints(points);
  for (int i = 0; i < health.drivers_size(); ++i) {
    const v1::Driver& driver = health.drivers(i);
    if (!driver.has_y()) {
      missing.push_back(driver.too_old() ? say(Phrase::kTooOld, driver.feature())
                                         : driver.feature());
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
                  {say(Phrase::kCap)},
                  {CapRule(health.cap(), say)},
                  {ValueText(health.cap().value())},
                  {""}});
  }
  if (health.has_raw_score()) {
    const double sum = health.raw_score() + (health.has_cap() ? health.cap().points() : 0);
    table.AddRow({{PointsText(sum), Style::kBold},
                  {"100.00"},
                  {""},
                  {say(health.has_score() ? Phrase::kHealth : Phrase::kRawScore), Style::kBold},
                  {""},
                  {""}});
  }
  std::string text = table.Render(style.columns, style.colour, 2);
  if (!missing.empty()) {
    absl::StrAppend(&text, Paragraph(say(Phrase::kMissing, say.Listed(missing)), 2, style));
  }
  return text;
}

std::vector<ClosedGate> GatesOf(const std::vector<const v1::Assessment*>& assessments,
                                const Speech& say) {
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
      gates[at].closes.push_back(PitchText(assessment->motion(), assessment->product(), say));
    }
  }
  return gates;
}

std::string GateText(const ClosedGate& gate, const TextStyle& style) {
  const v1::Reason& reason = gate.reason;
  const Speech& say = style.say;
  const v1::Verdict effect =
      reason.effect() == v1::EFFECT_DENY ? v1::VERDICT_DENY : v1::VERDICT_UNKNOWN;
  // The code stands beside the name: it is what --gate and a waiver ask for.
  const std::string name = say.Gate(reason.code());
  std::string text = absl::StrCat(
      "  ", Paint(PadRight(say.Word(reason.effect()), 7), StyleOf(effect), style.colour), "  ",
      Paint(OneLine(name), Style::kBold, style.colour),
      name == reason.code() ? "" : absl::StrCat(" ", OneLine(reason.code())),
      reason.missing() ? say(Phrase::kEvidenceMissing) : "",
      reason.waived() ? say(Phrase::kWaived) : "", "\n");
  const auto add = [&](const std::string& paragraph, int indent) {
    absl::StrAppend(&text, Paragraph(paragraph, indent, style));
  };
  if (!gate.closes.empty()) add(say(Phrase::kCloses, say.Listed(gate.closes)), 11);
  for (const v1::Evidence& evidence : reason.evidence()) {
    add(ConditionText(evidence, say), 11);
    for (const v1::EvidenceItem& item : evidence.facts()) {
      add(absl::StrCat("- ", FactText(item, style)), 13);
    }
  }
  if (!reason.remedy().empty()) {
    add(say(Phrase::kToOpenIt, say.Remedy(reason.code(), reason.remedy())), 11);
  }
  const std::string waiving =
      say(reason.waivable() ? Phrase::kMayBeWaived : Phrase::kCannotBeWaived);
  add(reason.who_can_act().empty()
          ? waiving
          : say(Phrase::kWhoCanActIs, say.Actor(reason.who_can_act()), waiving),
      11);
  if (reason.waived()) return text;
  add(IsSet(reason.opens_at()) ? say(Phrase::kOpensOn, TimeText(reason.opens_at(), style.zone))
                               : say(Phrase::kDoesNotOpen),
      11);
  return text;
}

std::string PitchText(v1::Motion motion, absl::string_view product, const Speech& say) {
  if (motion == v1::MOTION_UNSPECIFIED) return say(Phrase::kBestPitch);
  if (product.empty()) return say.Word(motion);
  return say(Phrase::kProductOf, say.Word(motion), IdOf(product));
}

std::string FactText(const v1::EvidenceItem& item, const TextStyle& style) {
  const Speech& say = style.say;
  std::vector<std::string> parts;
  if (!item.subject().empty()) parts.push_back(item.subject());
  if (!item.contact_id().empty()) parts.push_back(say(Phrase::kContact, item.contact_id()));
  if (!item.fact().fact_id().empty()) {
    parts.push_back(say(Phrase::kFact, item.fact().source(), item.fact().fact_id()));
  }
  const auto& observed_at =
      IsSet(item.observed_at()) ? item.observed_at() : item.fact().observed_at();
  if (IsSet(observed_at)) {
    parts.push_back(say(Phrase::kObserved, DayText(TimeOf(observed_at), style.zone)));
  }
  return say.Listed(parts);
}

}  // namespace kizuna::cli
