// SPDX-License-Identifier: Apache-2.0
//
// What is for us alone: health and what moved it, gates and how to open them, what we noted.

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "kizuna/v1/movement_service.pb.h"
#include "server/convert/fact_to_wire.h"
#include "server/convert/movement_to_wire.h"
#include "server/convert/values.h"
#include "server/engine/movement.h"
#include "server/review/sections.h"

namespace kizuna::review {
namespace {

constexpr int kNotes = 20;

// Causes may cancel out; without such a measure the columns would not add up to what moved in all.
bool Moved(const v1::MovementParts& parts) {
  return parts.facts() != 0 || parts.time() != 0 || parts.model() != 0;
}

void FillMovement(const Scene& scene, v1::InternalReview* out) {
  const engine::Instant at = scene.until.at;
  const Rules earlier = engine::EarlierRules(scene.before.rules, scene.until.rules);
  // The facts of then, seen at the later instant under the rules of then; then with all facts.
  const engine::Card waited = engine::Evaluate(scene.before.state, *scene.before.rules, at);
  const engine::Card informed = engine::Evaluate(scene.until.state, *earlier, at);
  const engine::Movement movement = engine::MovementOf(
      {&scene.before.card, &waited, &informed, &scene.until.card});
  v1::ExplainMovementResponse told;
  convert::MovementToWire(movement, &told);
  const convert::CardView before = CardViewOf(scene.material, scene.before);
  const convert::CardView after = CardViewOf(scene.material, scene.until);
  convert::MovementEndToWire(before, movement.level.before, out->mutable_before());
  convert::MovementEndToWire(after, movement.level.after, out->mutable_after());
  *out->mutable_change() = std::move(*told.mutable_change());
  for (v1::MeasureMovement& measure : *told.mutable_measures()) {
    if (Moved(measure.change())) *out->add_measures() = std::move(measure);
  }
  std::stable_sort(out->mutable_measures()->begin(), out->mutable_measures()->end(),
                   [](const v1::MeasureMovement& a, const v1::MeasureMovement& b) {
                     return std::abs(a.change().change()) > std::abs(b.change().change());
                   });
  out->mutable_caps()->Swap(told.mutable_caps());
  out->mutable_tiers()->Swap(told.mutable_tiers());
}

// The fact that said it last, with its words.
template <typename Content, typename Same>
v1::Fact NewestFact(const Material& material, const Same& same) {
  v1::Fact out;
  const auto facts = material.facts();
  for (size_t i = facts.size(); i-- > 0;) {
    const auto* content = std::get_if<Content>(&facts[i].content);
    if (content == nullptr || !same(*content)) continue;
    convert::FactToWire(facts[i], material.words(i), material.currency(), &out);
    break;
  }
  return out;
}

void FillDecisions(const Scene& scene, v1::InternalReview* out) {
  const engine::Instant now = scene.now.at;
  for (const engine::HoldState& hold : scene.now.state.holds) {
    if (hold.now.released || hold.now.expires_at <= now) continue;
    *out->add_holds() = NewestFact<engine::HoldContent>(
                            scene.material, [&](const engine::HoldContent& content) {
                              return content.hold_id == hold.now.hold_id;
                            }).hold();
  }
  for (const engine::WaiverState& waiver : scene.now.state.waivers) {
    if (waiver.now.released || waiver.now.expires_at <= now) continue;
    *out->add_waivers() = NewestFact<engine::WaiverContent>(
                              scene.material, [&](const engine::WaiverContent& content) {
                                return content.waiver_id == waiver.now.waiver_id;
                              }).waiver();
  }
}

// The name of a kind whose words are notes of ours; null: they are not.
const char* NoteKind(const engine::Content& content) {
  if (std::holds_alternative<engine::InteractionContent>(content)) return "interaction";
  if (std::holds_alternative<engine::HearingContent>(content)) return "hearing";
  if (std::holds_alternative<engine::RecoveryContent>(content)) return "recovery";
  return nullptr;
}

void FillNotes(const Scene& scene, v1::InternalReview* out) {
  const auto facts = scene.material.FactsBy(scene.until.at);
  for (size_t i = facts.size(); i-- > 0 && out->notes_size() < kNotes;) {
    const char* kind = NoteKind(facts[i].content);
    const std::string& text = scene.material.words(i).text;
    if (kind == nullptr || text.empty() || !scene.InQuarter(facts[i].observed_at)) continue;
    v1::InternalNote* note = out->add_notes();
    *note->mutable_date() = convert::ToWire(scene.DayOf(facts[i].observed_at));
    note->set_kind(kind);
    note->set_text(text);
  }
}

}  // namespace

void FillInternal(const Scene& scene, v1::InternalReview* out) {
  FillMovement(scene, out);
  const engine::Decision decision =
      engine::Decide(scene.now.state, *scene.now.rules, {}, scene.now.at);
  convert::AssessmentToWire(CardViewOf(scene.material, scene.now), decision,
                            out->mutable_best_pitch());
  *out->mutable_recurring_revenue() =
      convert::MoneyOf(scene.now.card.place.recurring_revenue, scene.material.currency());
  out->set_cell(convert::ToWire(scene.now.card.place.cell));
  FillDecisions(scene, out);
  for (const engine::IssueState& issue : scene.until.state.issues) {
    if (issue.status != engine::IssueContent::Status::kAssumed) continue;
    IssueToWire(scene.material, issue, false, out->add_assumed_issues());
  }
  FillNotes(scene, out);
}

}  // namespace kizuna::review
