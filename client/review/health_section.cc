// SPDX-License-Identifier: Apache-2.0
//
// What does our own copy tell beside the customer's? Health and what moved it, the gates with what
// opens them, and what we noted. Nothing here is reached from the customer's copy.

#include "absl/strings/str_cat.h"
#include "client/review/sections.h"

namespace kizuna::review {
namespace {

std::string OrNothing(std::string text, const Words& words) {
  return text.empty() ? words.Say(Phrase::kNothing) : text;
}

std::string ScoreText(const v1::MovementEnd& end, const Words& words) {
  return end.has_score() ? words.Number(end.score()) : words.Say(Phrase::kHealthNoScore);
}

Table HealthTable(const v1::InternalReview& internal, const Words& words) {
  Table table;
  table.columns = {
      {""}, {words.Say(Phrase::kHealthBefore), true}, {words.Say(Phrase::kHealthAfter), true}};
  const auto add = [&](Phrase label, std::string before, std::string after) {
    table.rows.push_back({words.Say(label), OrNothing(std::move(before), words),
                          OrNothing(std::move(after), words)});
  };
  const v1::MovementEnd& before = internal.before();
  const v1::MovementEnd& after = internal.after();
  add(Phrase::kHealthScore, ScoreText(before, words), ScoreText(after, words));
  add(Phrase::kHealthBand, words.Of(before.band()), words.Of(after.band()));
  add(Phrase::kHealthCoverage, words.Share(before.coverage()), words.Share(after.coverage()));
  add(Phrase::kHealthLoyalty, words.Of(before.loyalty_tier()), words.Of(after.loyalty_tier()));
  add(Phrase::kHealthTouch, words.Of(before.touch_tier()), words.Of(after.touch_tier()));
  return table;
}

Figures StakeFigures(const v1::InternalReview& internal, const Words& words) {
  Figures figures;
  figures.items.push_back({words.Say(Phrase::kHealthScore), ScoreText(internal.after(), words),
                           words.Say(Phrase::kBefore, {ScoreText(internal.before(), words)})});
  if (internal.has_recurring_revenue()) {
    figures.items.push_back(
        {words.Say(Phrase::kRevenueAtStake), words.Money(internal.recurring_revenue()), ""});
  }
  if (internal.cell() != v1::MATRIX_CELL_UNSPECIFIED) {
    constexpr const char* kCells[] = {"", "A", "B", "C", "D"};
    const int cell = internal.cell();
    figures.items.push_back(
        {words.Say(Phrase::kMatrixCell), cell >= 1 && cell <= 4 ? kCells[cell] : "", ""});
  }
  return figures;
}

Table MovementTable(const v1::InternalReview& internal, const Words& words) {
  Table table;
  table.columns = {
      {words.Say(Phrase::kColumnMeasure)},     {words.Say(Phrase::kColumnPoints), true},
      {words.Say(Phrase::kColumnFacts), true}, {words.Say(Phrase::kColumnTime), true},
      {words.Say(Phrase::kColumnModel), true}, {words.Say(Phrase::kColumnBefore), true},
      {words.Say(Phrase::kColumnIs), true}};
  const auto add = [&](const std::string& name, const v1::MovementParts& parts, std::string was,
                       std::string is) {
    const Tone tone = parts.change() < 0   ? Tone::kBad
                      : parts.change() > 0 ? Tone::kGood
                                           : Tone::kPlain;
    table.rows.push_back({name, Cell(words.Signed(parts.change()), tone),
                          words.Signed(parts.facts()), words.Signed(parts.time()),
                          words.Signed(parts.model()), std::move(was), std::move(is)});
  };
  const auto value = [&](bool has, double number) {
    return has ? words.Number(number) : words.Say(Phrase::kNothing);
  };
  for (const v1::MeasureMovement& measure : internal.measures()) {
    add(measure.feature(), measure.change(),
        value(measure.has_value_before(), measure.value_before()),
        value(measure.has_value_after(), measure.value_after()));
  }
  for (const v1::CapMovement& cap : internal.caps()) {
    add(words.Say(Phrase::kCap, {cap.feature()}), cap.change(), words.Number(cap.points_before()),
        words.Number(cap.points_after()));
  }
  if (!table.rows.empty()) {
    add(words.Say(Phrase::kMovementTotal), internal.change(),
        words.Number(internal.before().level()), words.Number(internal.after().level()));
  }
  return table;
}

std::string ValueText(const v1::ChangeValue& value, const Words& words) {
  switch (value.value_case()) {
    case v1::ChangeValue::kBand:
      return words.Of(value.band());
    case v1::ChangeValue::kLoyaltyTier:
      return words.Of(value.loyalty_tier());
    case v1::ChangeValue::kTouchTier:
      return words.Of(value.touch_tier());
    default:
      return "";
  }
}

Bullets TierBullets(const v1::InternalReview& internal, const Words& words) {
  Bullets bullets;
  for (const v1::TierMovement& tier : internal.tiers()) {
    const Phrase label = tier.after().value_case() == v1::ChangeValue::kBand ? Phrase::kHealthBand
                         : tier.after().value_case() == v1::ChangeValue::kLoyaltyTier
                             ? Phrase::kHealthLoyalty
                             : Phrase::kHealthTouch;
    bullets.items.push_back(words.Say(
        Phrase::kTiersMoved, {words.Say(label), OrNothing(ValueText(tier.before(), words), words),
                              OrNothing(ValueText(tier.after(), words), words)}));
  }
  return bullets;
}

void TellGates(const v1::Review& review, const Words& words, std::vector<Block>* blocks) {
  if (!review.internal().has_best_pitch()) return;
  const v1::Assessment& pitch = review.internal().best_pitch();
  blocks->emplace_back(Heading{words.Say(Phrase::kGates)});
  std::string what = OrNothing(words.Of(pitch.motion()), words);
  if (!pitch.product().empty()) {
    what = words.Say(Phrase::kWithNote, {ProductIn(review, pitch.product()), what});
  }
  std::string text = words.Say(Phrase::kBestPitch, {what, words.Of(pitch.verdict())});
  if (pitch.readiness().has_score()) {
    const Phrase phrase =
        pitch.verdict() == v1::VERDICT_ALLOW ? Phrase::kReadiness : Phrase::kReadinessIfOpened;
    absl::StrAppend(&text, words.language() == Language::kJapanese ? "" : " ",
                    words.Say(phrase, {words.Number(pitch.readiness().score())}));
  }
  blocks->emplace_back(Paragraph{text});
  if (pitch.reasons().empty()) {
    blocks->emplace_back(Paragraph{words.Say(Phrase::kGatesOpen)});
    return;
  }
  Table table;
  table.columns = {{words.Say(Phrase::kColumnGate)},
                   {words.Say(Phrase::kColumnRemedy)},
                   {words.Say(Phrase::kColumnWho)},
                   {words.Say(Phrase::kColumnOpensAt), false, true}};
  for (const v1::Reason& reason : pitch.reasons()) {
    std::string code = reason.code();
    if (reason.missing()) {
      code = words.Say(Phrase::kWithNote, {code, words.Say(Phrase::kGateMissing)});
    }
    if (reason.waived()) {
      code = words.Say(Phrase::kWithNote, {code, words.Say(Phrase::kGateWaived)});
    }
    table.rows.push_back({Cell(code, reason.waived() ? Tone::kFaint : Tone::kBad),
                          OrNothing(reason.remedy(), words), OrNothing(reason.who_can_act(), words),
                          OrNothing(words.Day(reason.opens_at()), words)});
  }
  blocks->emplace_back(std::move(table));
}

// Holds and waivers: who, why, until when.
void TellDecisions(const v1::InternalReview& internal, const Words& words,
                   std::vector<Block>* blocks) {
  const auto columns = [&words](Phrase first) -> std::vector<Column> {
    return {{words.Say(first)},
            {words.Say(Phrase::kColumnReason)},
            {words.Say(Phrase::kColumnAuthor)},
            {words.Say(Phrase::kColumnDue), false, true}};
  };
  if (internal.holds_size() > 0) {
    Table table;
    table.columns = columns(Phrase::kColumnWhat);
    for (const v1::Hold& hold : internal.holds()) {
      table.rows.push_back({hold.hold_id(), OrNothing(hold.reason(), words), hold.author(),
                            OrNothing(words.Day(hold.expires_at()), words)});
    }
    blocks->emplace_back(Heading{words.Say(Phrase::kHolds)});
    blocks->emplace_back(std::move(table));
  }
  if (internal.waivers_size() > 0) {
    Table table;
    table.columns = columns(Phrase::kColumnGate);
    for (const v1::Waiver& waiver : internal.waivers()) {
      table.rows.push_back({waiver.gate(), OrNothing(waiver.reason(), words), waiver.author(),
                            OrNothing(words.Day(waiver.expires_at()), words)});
    }
    blocks->emplace_back(Heading{words.Say(Phrase::kWaivers)});
    blocks->emplace_back(std::move(table));
  }
}

}  // namespace

Told TellHealth(const v1::Review& review, const Words& words) {
  const v1::InternalReview& internal = review.internal();
  Told told;
  told.prepared.push_back(Lead(words.Say(Phrase::kLeadHealth)));
  if (!review.has_internal()) return told;
  told.blocks.emplace_back(StakeFigures(internal, words));
  told.blocks.emplace_back(HealthTable(internal, words));
  if (Bullets bullets = TierBullets(internal, words); !bullets.items.empty()) {
    told.blocks.emplace_back(std::move(bullets));
  }
  if (Table table = MovementTable(internal, words); !table.rows.empty()) {
    told.blocks.emplace_back(Heading{words.Say(Phrase::kMovement)});
    told.blocks.emplace_back(std::move(table));
  }
  TellGates(review, words, &told.blocks);
  TellDecisions(internal, words, &told.blocks);
  if (internal.assumed_issues_size() > 0) {
    std::vector<const v1::ReviewIssue*> issues;
    for (const v1::ReviewIssue& issue : internal.assumed_issues()) issues.push_back(&issue);
    told.blocks.emplace_back(Heading{words.Say(Phrase::kAssumedIssues)});
    told.blocks.emplace_back(IssueTable(issues, false, words));
  }
  if (internal.notes_size() > 0) {
    Table table;
    table.columns = {{words.Say(Phrase::kColumnDate), false, true},
                     {words.Say(Phrase::kColumnKind)},
                     {words.Say(Phrase::kColumnNote)}};
    for (const v1::InternalNote& note : internal.notes()) {
      table.rows.push_back({words.Day(note.date()), note.kind(), note.text()});
    }
    told.blocks.emplace_back(Heading{words.Say(Phrase::kNotes)});
    told.blocks.emplace_back(std::move(table));
  }
  return told;
}

}  // namespace kizuna::review
