// SPDX-License-Identifier: Apache-2.0
//
// Which sections tell what came of the quarter? The summary, actions, objectives, usage, the
// customer's voice and support.

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "client/review/sections.h"

namespace kizuna::review {
namespace {

constexpr int kWeeksInQuarter = 13;
constexpr int kMetricsInSummary = 3;
// Under half a percent is no change.
constexpr double kLeastChange = 0.005;

std::string Count(int64_t number, const Words& words) { return words.Number(number); }

int OnTrack(const v1::Review& review) {
  int count = 0;
  for (const v1::ReviewObjective& objective : review.objectives()) {
    if (objective.result() == v1::ReviewObjective::RESULT_MET ||
        objective.result() == v1::ReviewObjective::RESULT_ON_TRACK) {
      ++count;
    }
  }
  return count;
}

int SolvedIssues(const v1::Review& review) {
  return static_cast<int>(
      std::count_if(review.issues().begin(), review.issues().end(),
                    [](const v1::ReviewIssue& issue) { return IsSolved(issue.status()); }));
}

int ConfirmedIssues(const v1::Review& review) {
  return static_cast<int>(std::count_if(
      review.issues().begin(), review.issues().end(),
      [](const v1::ReviewIssue& issue) { return issue.status() != v1::Issue::STATUS_ASSUMED; }));
}

// "grew by 8 %", for the metrics that have both quarters.
void AddUsageSentences(const v1::Review& review, const Words& words, Bullets* bullets) {
  int told = 0;
  for (const v1::ReviewUsage& usage : review.usage()) {
    if (!usage.has_value() || !(usage.value_before() > 0)) continue;
    if (told++ == kMetricsInSummary) return;
    const double change = usage.value() / usage.value_before() - 1;
    const Phrase phrase = std::abs(change) < kLeastChange ? Phrase::kSummaryUsageSame
                          : change > 0                    ? Phrase::kSummaryUsageUp
                                                          : Phrase::kSummaryUsageDown;
    bullets->items.push_back(words.Say(phrase, {usage.metric(), words.Share(std::abs(change))}));
  }
}

Bullets SummarySentences(const v1::Review& review, const Words& words) {
  Bullets bullets;
  const auto say = [&](Phrase phrase, const std::vector<std::string>& arguments) {
    bullets.items.push_back(words.Say(phrase, arguments));
  };
  if (review.actions_size() > 0) {
    const auto done = std::count_if(review.actions().begin(), review.actions().end(),
                                    [](const v1::ReviewAction& action) {
                                      return action.state() == v1::ReviewAction::STATE_DONE;
                                    });
    say(Phrase::kSummaryActions, {Count(done, words), Count(review.actions_size(), words)});
  }
  if (review.objectives_size() > 0) {
    say(Phrase::kSummaryObjectives,
        {Count(OnTrack(review), words), Count(review.objectives_size(), words)});
  }
  AddUsageSentences(review, words, &bullets);
  int milestones = 0;
  for (const v1::ReviewValue& value : review.values()) {
    for (const v1::ReviewValue::Reached& reached : value.reached())
      milestones += reached.in_quarter();
  }
  if (milestones > 0) say(Phrase::kSummaryMilestones, {Count(milestones, words)});
  if (review.has_support()) {
    say(Phrase::kSummarySupport,
        {Count(review.support().opened(), words), Count(review.support().closed(), words)});
  }
  const int solved = SolvedIssues(review);
  const int issues = ConfirmedIssues(review);
  if (issues > 0)
    say(Phrase::kSummaryIssues, {Count(solved, words), Count(issues - solved, words)});
  int meetings = 0;
  for (const int count : review.people().two_way_by_month()) meetings += count;
  if (meetings > 0) say(Phrase::kSummaryMeetings, {Count(meetings, words)});
  if (bullets.items.empty()) say(Phrase::kSummaryNothing, {});
  return bullets;
}

Figures SummaryFigures(const v1::Review& review, const Words& words) {
  Figures figures;
  const v1::ReviewVoice& voice = review.voice();
  const auto before = [&](bool has, const std::string& text) {
    return has ? words.Say(Phrase::kBefore, {text}) : std::string();
  };
  const auto add = [&](Phrase label, std::string value, std::string note) {
    figures.items.push_back({words.Say(label), std::move(value), std::move(note)});
  };
  if (voice.has_nps()) {
    add(Phrase::kFigureNps, words.Signed(voice.nps()),
        before(voice.has_nps_before(), words.Signed(voice.nps_before())));
  }
  if (voice.has_csat()) {
    add(Phrase::kFigureCsat, words.Share(voice.csat()),
        before(voice.has_csat_before(), words.Share(voice.csat_before())));
  }
  if (review.objectives_size() > 0) {
    add(Phrase::kFigureObjectives,
        words.Say(Phrase::kOutOf,
                  {Count(OnTrack(review), words), Count(review.objectives_size(), words)}),
        "");
  }
  if (review.support().judged() > 0) {
    add(Phrase::kFigureInTime,
        words.Share(static_cast<double>(review.support().in_time()) / review.support().judged()),
        "");
  }
  if (const int issues = ConfirmedIssues(review); issues > 0) {
    add(Phrase::kFigureSolved,
        words.Say(Phrase::kOutOf, {Count(SolvedIssues(review), words), Count(issues, words)}), "");
  }
  return figures;
}

Tone ToneOf(v1::ReviewObjective::Result result) {
  switch (result) {
    case v1::ReviewObjective::RESULT_MET:
    case v1::ReviewObjective::RESULT_ON_TRACK:
      return Tone::kGood;
    case v1::ReviewObjective::RESULT_BEHIND:
      return Tone::kWarning;
    case v1::ReviewObjective::RESULT_MISSED:
      return Tone::kBad;
    default:
      return Tone::kPlain;
  }
}

Picture UsagePicture(const v1::ReviewUsage& usage, const Words& words) {
  WeeklyChart chart;
  for (const v1::ReviewUsage::Week& week : usage.weeks()) {
    if (week.has_value()) {
      chart.values.emplace_back(week.value());
      chart.top = std::max(chart.top, week.value());
    } else {
      chart.values.emplace_back();
    }
  }
  chart.faint = std::max(0, usage.weeks_size() - kWeeksInQuarter);
  if (usage.weeks_size() > 0) {
    chart.first_label = words.ShortDay(usage.weeks(0).first_date());
    chart.middle_label = words.ShortDay(usage.weeks(chart.faint).first_date());
    chart.last_label = words.ShortDay(usage.weeks(usage.weeks_size() - 1).first_date());
  }
  if (chart.top > 0) chart.top_label = words.Number(chart.top);
  std::string caption = words.Say(Phrase::kUsageUnknown);
  if (usage.has_value()) {
    caption = words.Say(usage.gauge() ? Phrase::kUsageMean : Phrase::kUsageTotal,
                        {words.Number(usage.value())});
  }
  if (usage.has_value_before()) {
    std::string before = words.Say(Phrase::kUsageBefore, {words.Number(usage.value_before())});
    if (usage.has_value() && usage.value_before() > 0) {
      const double change = usage.value() / usage.value_before() - 1;
      before = words.Say(Phrase::kWithNote,
                         {before, absl::StrCat(change > 0 ? "+" : "", words.Share(change))});
    }
    caption = words.Join({caption, before});
  }
  return {std::move(chart), usage.metric(), caption, ""};
}

// "40 of 50 (80 %)", "40", or a dash.
std::string UsedOf(bool has_used, int64_t used, bool has_all, int64_t all, const Words& words) {
  if (!has_used) return words.Say(Phrase::kNothing);
  if (!has_all || all <= 0) return words.Number(used);
  return words.Say(Phrase::kWithNote,
                   {words.Say(Phrase::kOutOf, {words.Number(used), words.Number(all)}),
                    words.Share(static_cast<double>(used) / static_cast<double>(all))});
}

Table AdoptionTable(const v1::Review& review, const Words& words) {
  Table table;
  table.columns = {{words.Say(Phrase::kColumnProduct)},
                   {words.Say(Phrase::kColumnSeats), true},
                   {words.Say(Phrase::kColumnBefore), true},
                   {words.Say(Phrase::kColumnFeatures), true},
                   {words.Say(Phrase::kColumnBefore), true}};
  const auto before = [&](bool has, int64_t value) {
    return has ? words.Number(value) : words.Say(Phrase::kNothing);
  };
  for (const v1::ReviewAdoption& adoption : review.adoption()) {
    table.rows.push_back(
        {NameOr(adoption.display_name(), adoption.product()),
         UsedOf(adoption.has_seats_active(), adoption.seats_active(),
                adoption.has_seats_purchased(), adoption.seats_purchased(), words),
         before(adoption.has_seats_active_before(), adoption.seats_active_before()),
         UsedOf(adoption.has_features_used(), adoption.features_used(),
                adoption.has_features_available(), adoption.features_available(), words),
         before(adoption.has_features_used_before(), adoption.features_used_before())});
  }
  return table;
}

Pictures NpsPicture(const v1::ReviewVoice& voice, const Words& words) {
  const double all = voice.promoters() + voice.passives() + voice.detractors();
  StackChart chart;
  std::vector<std::string> told;
  const auto add = [&](Phrase label, int amount) {
    const std::string text = words.Say(
        Phrase::kWithNote, {words.Number(static_cast<int64_t>(amount)), words.Share(amount / all)});
    told.push_back(absl::StrCat(words.Say(label), " ", text));
    chart.parts.push_back({words.Say(label), static_cast<double>(amount), text});
  };
  add(Phrase::kPromoters, voice.promoters());
  add(Phrase::kPassives, voice.passives());
  add(Phrase::kDetractors, voice.detractors());
  std::string caption;
  if (voice.has_nps_before()) {
    caption = words.Say(Phrase::kUsageBefore, {words.Signed(voice.nps_before())});
    told.push_back(caption);
  }
  Pictures pictures;
  pictures.items.push_back({std::move(chart),
                            words.Say(Phrase::kNpsFromAnswers, {words.Signed(voice.nps())}),
                            std::move(caption), words.Join(told)});
  return pictures;
}

Quote QuoteOf(const v1::ReviewVoice::Comment& comment, const Words& words) {
  std::vector<std::string> source;
  if (const std::string role = words.Of(comment.role()); !role.empty()) source.push_back(role);
  std::string kind = words.Of(comment.kind());
  if (comment.has_score()) {
    absl::StrAppend(&kind, " ",
                    words.Say(Phrase::kOutOf,
                              {words.Number(comment.score()), words.Number(comment.scale_max())}));
  }
  if (!kind.empty()) source.push_back(kind);
  source.push_back(words.Day(comment.date()));
  return {comment.text(), words.Join(source)};
}

std::string SupportPromise(const v1::ReviewSupport& support, const Words& words) {
  const std::string promised = words.Minutes(static_cast<double>(support.promised_minutes()));
  if (support.judged() <= 0) return words.Say(Phrase::kPromiseAlone, {promised});
  return words.Say(Phrase::kPromise,
                   {promised, Count(support.in_time(), words), Count(support.judged(), words),
                    words.Share(static_cast<double>(support.in_time()) / support.judged())});
}

}  // namespace

Told TellSummary(const v1::Review& review, const Words& words) {
  Told told;
  told.prepared.emplace_back(SummarySentences(review, words));
  if (Figures figures = SummaryFigures(review, words); !figures.items.empty()) {
    told.blocks.emplace_back(std::move(figures));
  }
  return told;
}

Told TellObjectives(const v1::Review& review, const Words& words) {
  Told told;
  if (review.objectives().empty()) return told;
  Table table;
  table.columns = {{words.Say(Phrase::kColumnObjective)},
                   {words.Say(Phrase::kColumnDue), false, true},
                   {words.Say(Phrase::kColumnProgress)},
                   {words.Say(Phrase::kColumnStatus), false, true}};
  for (const v1::ReviewObjective& objective : review.objectives()) {
    ProgressBar bar;
    if (objective.target() > 0) {
      bar.share = objective.progress() / objective.target();
      bar.expected = objective.expected() / objective.target();
    }
    table.rows.push_back({objective.title().empty() ? objective.objective_id() : objective.title(),
                          words.Day(objective.due_date()),
                          Cell(words.Say(Phrase::kOutOf, {words.Number(objective.progress()),
                                                          words.Number(objective.target())}),
                               bar),
                          Cell(words.Of(objective.result()), ToneOf(objective.result()))});
  }
  told.prepared.push_back(Lead(words.Say(Phrase::kLeadObjectives, {words.Day(review.until())})));
  told.blocks.emplace_back(std::move(table));
  return told;
}

Told TellUsage(const v1::Review& review, const Words& words) {
  Told told;
  if (review.usage_size() > 0) {
    told.prepared.push_back(Lead(words.Say(Phrase::kLeadUsage)));
    Pictures pictures;
    pictures.narrow = true;
    for (const v1::ReviewUsage& usage : review.usage()) {
      pictures.items.push_back(UsagePicture(usage, words));
    }
    told.blocks.emplace_back(std::move(pictures));
  }
  if (review.adoption_size() > 0) {
    told.blocks.emplace_back(Heading{words.Say(Phrase::kAdoption)});
    told.blocks.emplace_back(AdoptionTable(review, words));
  }
  return told;
}

Told TellVoice(const v1::Review& review, const Words& words) {
  const v1::ReviewVoice& voice = review.voice();
  Told told;
  if (voice.promoters() + voice.passives() + voice.detractors() > 0) {
    told.blocks.emplace_back(NpsPicture(voice, words));
  }
  if (voice.has_csat()) {
    std::string csat = words.Say(Phrase::kCsatFromAnswers,
                                 {words.Share(voice.csat()), Count(voice.csat_answers(), words)});
    if (voice.has_csat_before()) {
      csat =
          words.Join({csat, words.Say(Phrase::kUsageBefore, {words.Share(voice.csat_before())})});
    }
    told.blocks.emplace_back(Paragraph{csat});
  }
  if (voice.comments_size() > 0) {
    told.blocks.emplace_back(Heading{words.Say(Phrase::kComments)});
    Quotes quotes;
    for (const v1::ReviewVoice::Comment& comment : voice.comments()) {
      quotes.items.push_back(QuoteOf(comment, words));
    }
    told.blocks.emplace_back(std::move(quotes));
  }
  if (const int more = voice.comment_count() - voice.comments_size(); more > 0) {
    told.blocks.emplace_back(Paragraph{words.Say(Phrase::kCommentsMore, {Count(more, words)})});
  }
  if (!told.blocks.empty()) told.prepared.push_back(Lead(words.Say(Phrase::kLeadVoice)));
  return told;
}

Told TellSupport(const v1::Review& review, const Words& words) {
  Told told;
  if (!review.has_support()) return told;
  const v1::ReviewSupport& support = review.support();
  told.prepared.push_back(Lead(words.Say(Phrase::kLeadSupport)));
  Figures figures;
  figures.items = {{words.Say(Phrase::kTicketsOpened), Count(support.opened(), words),
                    words.Say(Phrase::kBefore, {Count(support.opened_before(), words)})},
                   {words.Say(Phrase::kTicketsClosed), Count(support.closed(), words), ""},
                   {words.Say(Phrase::kTicketsOpen), Count(support.open_at_end(), words), ""}};
  if (support.escalated() > 0) {
    figures.items.push_back(
        {words.Say(Phrase::kTicketsEscalated), Count(support.escalated(), words), ""});
  }
  told.blocks.emplace_back(std::move(figures));
  Bullets bullets;
  if (support.has_promised_minutes()) bullets.items.push_back(SupportPromise(support, words));
  if (support.has_median_response_minutes()) {
    bullets.items.push_back(
        words.Say(Phrase::kMedianResponse, {words.Minutes(support.median_response_minutes())}));
  }
  if (support.has_median_hours_to_close()) {
    bullets.items.push_back(
        words.Say(Phrase::kMedianClose, {words.Minutes(support.median_hours_to_close() * 60)}));
  }
  if (!bullets.items.empty()) told.blocks.emplace_back(std::move(bullets));
  Table table;
  table.columns = {{words.Say(Phrase::kColumnSeverity)}, {words.Say(Phrase::kColumnTickets), true}};
  // LOW to CRITICAL, and then those that state none: the gravest first for who reads it.
  for (int i = std::min(support.opened_by_severity_size(), 4) - 1; i >= 0; --i) {
    if (support.opened_by_severity(i) == 0) continue;
    table.rows.push_back({words.Of(static_cast<v1::Ticket::Severity>(i + 1)),
                          Count(support.opened_by_severity(i), words)});
  }
  if (support.opened_by_severity_size() > 4 && support.opened_by_severity(4) > 0) {
    table.rows.push_back(
        {words.Say(Phrase::kSeverityUnknown), Count(support.opened_by_severity(4), words)});
  }
  if (table.rows.size() > 1) told.blocks.emplace_back(std::move(table));
  return told;
}

}  // namespace kizuna::review
