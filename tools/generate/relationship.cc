// SPDX-License-Identifier: Apache-2.0
//
// What do we and the account do together? Meetings, mails and pitches, the issues we know of, what
// they want to achieve, what they did for us, and who left.

#include "absl/strings/str_cat.h"
#include "tools/generate/script.h"

namespace kizuna::generate {
namespace {

bool IsContent(Story story) {
  return story == Story::kReadyToExpand || story == Story::kGrowing ||
         story == Story::kNoisyButHappy;
}

void AddMeetings(Script& script) {
  const int64_t newest = script.story == Story::kSilentlyChurning ? 70 : script.random.Whole(4, 15);
  for (int64_t number = 0; number < 9; ++number) {
    const int64_t days_ago = newest + 21 * number;
    if (!script.Seen(days_ago)) continue;
    v1::Interaction& meeting =
        *script.Add(kCrm, absl::StrCat("meeting-", number + 1), days_ago).mutable_interaction();
    meeting.set_kind(number % 4 == 3   ? v1::Interaction::KIND_QBR
                     : number % 2 == 1 ? v1::Interaction::KIND_VISIT
                                       : v1::Interaction::KIND_CALL);
    meeting.set_direction(v1::Interaction::DIRECTION_OUTBOUND);
    meeting.set_two_way(true);
    meeting.set_team("customer-success");
    meeting.set_channel(number % 2 == 1 ? "visit" : "phone");
    meeting.set_contact_id(script.IdOf(number % 2 == 0 ? kChampion : kDecisionMaker));
  }
}

// Mails that nobody had asked for. A few accounts get more of them than is good.
void AddMails(Script& script) {
  const bool flooded = script.story == Story::kGrowing && script.random.Chance(0.12);
  const int64_t count = flooded ? 9 : 2;
  for (int64_t number = 0; number < count; ++number) {
    const int64_t days_ago = 1 + number % 10;
    if (!script.Seen(days_ago)) continue;
    v1::Interaction& mail =
        *script.Add(kCrm, absl::StrCat("mail-", number + 1), days_ago).mutable_interaction();
    mail.set_kind(v1::Interaction::KIND_MAIL);
    mail.set_direction(v1::Interaction::DIRECTION_OUTBOUND);
    mail.set_unsolicited(true);
    mail.set_team("marketing");
    mail.set_channel("mail");
    mail.set_contact_id(
        script.IdOf(static_cast<Person>(static_cast<size_t>(number) % kPersonCount)));
  }
}

// A pitch that did not end in a sale; a recent one starts the cooling-off.
void AddPitch(Script& script) {
  if (!IsContent(script.story) || !script.random.Chance(0.25)) return;
  const bool recent = script.story == Story::kGrowing && script.random.Chance(0.5);
  v1::Interaction& pitch = *script.Add(kCrm, "pitch-1", recent ? 30 : 260).mutable_interaction();
  pitch.set_kind(v1::Interaction::KIND_PITCH);
  pitch.set_direction(v1::Interaction::DIRECTION_OUTBOUND);
  pitch.set_two_way(true);
  pitch.set_team("sales");
  pitch.set_channel("visit");
  pitch.set_contact_id(script.IdOf(kDecisionMaker));
  pitch.set_motion(v1::MOTION_CROSS_SELL);
  pitch.set_product("products/insight-core");
  pitch.set_outcome(recent ? v1::Interaction::OUTCOME_NOT_NOW : v1::Interaction::OUTCOME_LOST);
}

void AddIssue(Script& script) {
  static constexpr const char* kCategories[] = {"reporting", "stock-accuracy", "integration"};
  if (script.story == Story::kNewAndUnproven) return;
  // Whom we have not asked for long: their problem may be another one today.
  const bool forgotten =
      script.story == Story::kSilentlyChurning || script.story == Story::kFeedGoneSilent;
  const int64_t days_ago = forgotten ? 230 : script.random.Whole(25, 110);
  v1::Issue& issue = *script.Add(kCrm, "issue-1", days_ago).mutable_issue();
  issue.set_issue_id("issue-1");
  issue.set_category(kCategories[script.random.Next() % 3]);
  issue.set_status(script.story == Story::kGrowing ? v1::Issue::STATUS_SOLUTION_CONFIRMED
                                                   : v1::Issue::STATUS_CONFIRMED);
  issue.set_description(script.language == Language::kJapanese
                            ? "拠点ごとに数え方が違い、月末に数字が合わない。"
                            : "Each site counts in its own way, so the month end never adds up.");
  if (script.story != Story::kNoisyButHappy) return;
  v1::Hearing& hearing = *script.Add(kCrm, "hearing-1", 33).mutable_hearing();
  hearing.set_need_found(false);
}

void AddObjective(Script& script) {
  if (!script.Seen(170)) return;
  v1::Objective& objective = *script.Add(kCrm, "objective-1", 60).mutable_objective();
  objective.set_objective_id("objective-1");
  *objective.mutable_start_date() = script.DateOf(170);
  *objective.mutable_due_date() = script.DateOf(-60);
  objective.set_target(100);
  objective.set_progress(IsContent(script.story) ? script.random.Between(60, 90)
                                                 : script.random.Between(5, 45));
  objective.set_title(script.language == Language::kJapanese ? "棚卸しの時間を半分にする"
                                                             : "Halve the hours of a stock count");
}

// What only this story has.
void AddTurn(Script& script) {
  if (script.traits.promotes) {
    v1::LoyaltyEvidence& evidence =
        *script.Add(kCrm, "reference-1", 100).mutable_loyalty_evidence();
    evidence.set_kind(v1::LoyaltyEvidence::KIND_REFERENCE);
    script.Add(kCrm, "interest-1", script.random.Whole(5, 20))
        .mutable_interest()
        ->set_product("products/insight-core");
  }
  if (script.story == Story::kChampionGone) {
    v1::ContactChange& change =
        *script.Add(kCrm, "champion-left", script.random.Whole(20, 45)).mutable_contact_change();
    change.set_contact_id(script.IdOf(kChampion));
    change.set_change(v1::ContactChange::CHANGE_LEFT);
  }
}

}  // namespace

void AddRelationship(Script& script) {
  AddMeetings(script);
  AddMails(script);
  AddPitch(script);
  AddIssue(script);
  AddObjective(script);
  AddTurn(script);
}

}  // namespace kizuna::generate
