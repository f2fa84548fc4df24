// SPDX-License-Identifier: Apache-2.0

#include "server/review/review.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/review/sections.h"

namespace kizuna::review {
namespace {

using Content = engine::ReviewContent;

// What people wrote for this copy: the newest of each section and language.
void FillTexts(const Material& material, const Period& period, v1::ReviewCopy copy,
               v1::Review* out) {
  std::map<std::pair<Content::Section, std::string>, size_t> newest;
  const auto facts = material.facts();
  for (size_t i = 0; i < facts.size(); ++i) {
    const auto* edit = std::get_if<Content>(&facts[i].content);
    if (edit == nullptr || edit->event != Content::Event::kEdited ||
        edit->quarter != period.name || static_cast<int>(edit->copy) != copy) {
      continue;
    }
    newest[{edit->section, edit->language}] = i;
  }
  for (const auto& [key, fact] : newest) {
    const std::string& text = material.words(fact).text;
    if (text.empty()) continue;  // the prepared sentence again
    v1::ReviewText* added = out->add_texts();
    added->set_section(static_cast<v1::ReviewSection>(key.first));
    added->set_language(key.second);
    added->set_text(text);
    added->set_author(std::get<Content>(facts[fact].content).author);
    *added->mutable_written_at() = convert::TimestampOf(facts[fact].observed_at);
  }
}

void FillHead(const Scene& scene, v1::ReviewCopy copy, v1::Review* out) {
  const Material& material = scene.material;
  out->set_name(
      absl::StrCat(convert::AccountName(material.account()), "/reviews/", scene.period.name));
  out->set_display_name(scene.now.state.Profile("display_name"));
  out->set_copy(copy);
  out->set_quarter(scene.period.name);
  *out->mutable_first_date() = convert::ToWire(scene.period.first);
  *out->mutable_last_date() = convert::ToWire(scene.period.end - 1);
  out->set_unfinished(scene.until.at == material.now());
  *out->mutable_until() = convert::TimestampOf(scene.until.at);
  *out->mutable_prepared_at() = convert::TimestampOf(material.now());
  out->set_revision(material.revision());
  out->set_rulebook_number(material.rules().number());
  out->set_owner(scene.now.state.Profile("owner"));
  out->set_language(scene.now.state.Profile("language"));
}

}  // namespace

Period PeriodOf(const engine::Calendar& calendar, engine::Quarter quarter) {
  Period period;
  period.name = absl::StrCat(quarter.year, "Q", quarter.number);
  period.first = calendar.FirstDayOf(quarter);
  period.end = calendar.QuarterStart(period.first + 100);
  period.before = calendar.QuarterStart(period.first - 1);
  return period;
}

v1::Review Prepare(const Material& material, const Period& period, Rules then, Rules until,
                   v1::ReviewCopy copy) {
  const engine::Calendar& calendar = material.calendar();
  const engine::Instant end = std::min(calendar.StartOf(period.end) - 1, material.now());
  const engine::Instant begin = std::min(calendar.StartOf(period.first) - 1, end);
  const Scene scene{material,
                    period,
                    material.At(begin, std::move(then)),
                    material.At(end, std::move(until)),
                    material.At(material.now(), material.shared_rules()),
                    copy == v1::REVIEW_COPY_INTERNAL};
  v1::Review out;
  FillHead(scene, copy, &out);
  FillTexts(material, period, copy, &out);
  FillPlan(scene, &out);
  FillUsage(scene, &out);
  FillVoice(scene, &out);
  FillIssues(scene, &out);
  FillPeople(scene, &out);
  FillProposals(scene, &out);
  if (scene.internal) FillInternal(scene, out.mutable_internal());
  return out;
}

const engine::Fact* SentFact(const Material& material, const Period& period) {
  for (const engine::Fact& fact : material.facts()) {
    const auto* sent = std::get_if<Content>(&fact.content);
    if (sent != nullptr && sent->event == Content::Event::kSent && sent->quarter == period.name) {
      return &fact;
    }
  }
  return nullptr;
}

}  // namespace kizuna::review
