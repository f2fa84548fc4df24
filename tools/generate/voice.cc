// SPDX-License-Identifier: Apache-2.0
//
// What does the account say? Answers to surveys, and tickets.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tools/generate/script.h"

namespace kizuna::generate {
namespace {

// Long enough that the gate on old answers holds when a feed went silent.
constexpr int64_t kSilentSince = 200;

void AddAnswer(Script& script, Person person, int64_t round, int64_t days_ago, int64_t answer) {
  if (!script.Seen(days_ago)) return;
  v1::Survey& survey = *script.Add(kSurveys, absl::StrCat("nps-", person + 1, "-", round), days_ago)
                            .mutable_survey();
  survey.set_kind(v1::Survey::KIND_NPS);
  survey.set_score(static_cast<double>(answer));
  survey.set_contact_id(script.IdOf(person));
  survey.set_comment(MakeComment(script.language, answer, script.random));
}

// Every quarter three people are asked whether they would recommend us.
void AddSurveys(Script& script) {
  if (script.story == Story::kNewAndUnproven) return;
  const int64_t newest = script.story == Story::kFeedGoneSilent ? kSilentSince : 12;
  for (const Person person : {kDecisionMaker, kChampion, kFirstUser}) {
    for (int64_t round = 3; round >= 0; --round) {
      const int64_t days_ago = newest + 91 * round + script.random.Whole(0, 12);
      int64_t answer = script.random.Whole(script.traits.answer_low, script.traits.answer_high);
      const bool turned = script.story == Story::kKeyDetractor && person == kDecisionMaker;
      if (turned && round == 0) answer = 2;
      AddAnswer(script, person, round, days_ago, answer);
    }
  }
}

// Satisfaction with a closed ticket, 1 to 5.
void AddSatisfaction(Script& script, absl::string_view ticket, int64_t days_ago) {
  v1::Survey& survey =
      *script.Add(kSurveys, absl::StrCat("csat-", ticket), days_ago).mutable_survey();
  survey.set_kind(v1::Survey::KIND_CSAT);
  survey.set_score(static_cast<double>(script.random.Whole(
      script.traits.answer_low >= 8 ? 4 : 3, script.traits.answer_high >= 9 ? 5 : 4)));
  survey.set_contact_id(script.IdOf(kSecondUser));
}

v1::Ticket::Severity SeverityOf(const Script& script, int64_t number, Random& random) {
  if (script.story == Story::kKeyDetractor && number == 0) return v1::Ticket::SEVERITY_HIGH;
  if (script.story == Story::kNoisyButHappy) return v1::Ticket::SEVERITY_LOW;
  return random.Chance(0.15) ? v1::Ticket::SEVERITY_HIGH : v1::Ticket::SEVERITY_NORMAL;
}

void AddTickets(Script& script) {
  for (int64_t number = 0; number < script.traits.tickets; ++number) {
    // Spread over the last half year; the detractor's first one is still open.
    const int64_t opened =
        16 + number * 160 / std::max<int64_t>(script.traits.tickets, 1) + script.random.Whole(0, 9);
    const int64_t solved_after = script.random.Whole(1, 9);
    if (!script.Seen(opened)) continue;
    const std::string id = absl::StrCat("ticket-", number + 1);
    v1::Ticket ticket;
    ticket.set_ticket_id(id);
    ticket.set_event(v1::Ticket::EVENT_OPENED);
    ticket.set_severity(SeverityOf(script, number, script.random));
    ticket.set_subject(MakeSubject(script.language, script.random));
    *script.Add(kHelpdesk, absl::StrCat(id, "-opened"), opened).mutable_ticket() = ticket;
    if (script.story == Story::kKeyDetractor && number == 0) continue;
    ticket.set_event(v1::Ticket::EVENT_CLOSED);
    ticket.clear_subject();
    const int64_t closed = opened - solved_after;
    *script.Add(kHelpdesk, absl::StrCat(id, "-closed"), closed).mutable_ticket() = ticket;
    if (script.random.Chance(0.5) && closed >= 1) AddSatisfaction(script, id, closed - 1);
  }
}

}  // namespace

void AddVoice(Script& script) {
  AddSurveys(script);
  AddTickets(script);
}

}  // namespace kizuna::generate
