// SPDX-License-Identifier: Apache-2.0
//
// What does the customer say, and how did we answer?

#include <map>
#include <optional>
#include <variant>

#include "server/convert/values.h"
#include "server/review/sections.h"

namespace kizuna::review {
namespace {

constexpr int kComments = 20;

// Roles as last heard of, for whoever commented.
v1::Role RoleOf(const engine::State& state, engine::PersonKey person) {
  for (const engine::PersonState& known : state.people) {
    if (known.person == person) return static_cast<v1::Role>(known.role);
  }
  return v1::ROLE_UNSPECIFIED;
}

void CommentToWire(const Scene& scene, const engine::Fact& fact, const std::string& text,
                   v1::ReviewVoice::Comment* out) {
  const auto& survey = std::get<engine::SurveyContent>(fact.content);
  *out->mutable_date() = convert::ToWire(scene.DayOf(fact.observed_at));
  out->set_kind(static_cast<v1::Survey::Kind>(survey.kind));
  // CES is told as it was converted: a higher score is easier.
  out->set_score(convert::DoubleOf(survey.score));
  out->set_scale_max(convert::DoubleOf(survey.scale_max));
  out->set_text(text);
  if (survey.respondent != engine::kNobody) {
    out->set_role(RoleOf(scene.until.state, survey.respondent));
  }
}

// The newest first.
void FillComments(const Scene& scene, v1::ReviewVoice* out) {
  const auto facts = scene.material.FactsBy(scene.until.at);
  for (size_t i = facts.size(); i-- > 0;) {
    if (!scene.InQuarter(facts[i].observed_at)) continue;
    const std::string& text = scene.material.words(i).text;
    if (!std::holds_alternative<engine::SurveyContent>(facts[i].content) || text.empty()) continue;
    out->set_comment_count(out->comment_count() + 1);
    if (out->comments_size() < kComments) {
      CommentToWire(scene, facts[i], text, out->add_comments());
    }
  }
}

void FillSupport(const Scene& scene, v1::ReviewSupport* out) {
  const engine::Calendar& calendar = scene.material.calendar();
  const engine::SupportFigures figures =
      engine::SupportOf(scene.until.state, calendar, scene.Quarter(), scene.until.at);
  const engine::SupportFigures before =
      engine::SupportOf(scene.before.state, calendar, scene.QuarterBefore(), scene.before.at);
  out->set_opened(figures.opened);
  out->set_closed(figures.closed);
  out->set_open_at_end(figures.open_at_end);
  out->set_escalated(figures.escalated);
  out->set_opened_before(before.opened);
  for (size_t severity = 1; severity < figures.by_severity.size(); ++severity) {
    out->add_opened_by_severity(figures.by_severity[severity]);
  }
  out->add_opened_by_severity(figures.by_severity[0]);
  if (figures.promised_minutes > 0) out->set_promised_minutes(figures.promised_minutes);
  out->set_judged(figures.judged);
  out->set_in_time(figures.in_time);
  if (figures.median_response_minutes) {
    out->set_median_response_minutes(*figures.median_response_minutes);
  }
  if (figures.median_hours_to_close) out->set_median_hours_to_close(*figures.median_hours_to_close);
}

}  // namespace

void FillVoice(const Scene& scene, v1::Review* out) {
  const engine::Calendar& calendar = scene.material.calendar();
  const auto facts = scene.material.FactsBy(scene.until.at);
  const engine::VoiceFigures figures = engine::VoiceOf(facts, calendar, scene.Quarter());
  const engine::VoiceFigures before = engine::VoiceOf(facts, calendar, scene.QuarterBefore());
  v1::ReviewVoice* voice = out->mutable_voice();
  voice->set_promoters(figures.promoters);
  voice->set_passives(figures.passives);
  voice->set_detractors(figures.detractors);
  if (figures.nps) voice->set_nps(*figures.nps);
  if (before.nps) voice->set_nps_before(*before.nps);
  if (figures.csat) voice->set_csat(*figures.csat);
  if (before.csat) voice->set_csat_before(*before.csat);
  voice->set_csat_answers(figures.csat_answers);
  FillComments(scene, voice);
  if (scene.until.state.tickets_known) FillSupport(scene, out->mutable_support());
}

}  // namespace kizuna::review
