// SPDX-License-Identifier: Apache-2.0
#include "client/review/words.h"

#include <array>
#include <cmath>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "client/review/text.h"

namespace kizuna::review {
namespace {

constexpr std::array<absl::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Whole, in groups of three.
std::string Grouped(double value) {
  std::string digits = absl::StrFormat("%.0f", std::abs(value));
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(at, ",");
  return absl::StrCat(value < 0 && digits != "0" ? "-" : "", digits);
}

std::string WithDecimals(double value, int decimals) {
  std::string text = absl::StrFormat("%.*f", decimals, value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

bool IsDate(const v1::Date& date) {
  return date.year() > 0 && date.month() >= 1 && date.month() <= 12 && date.day() > 0;
}

absl::string_view MonthName(int month) {
  return month >= 1 && month <= 12 ? kMonths[month - 1] : absl::string_view();
}

}  // namespace

Language LanguageOf(absl::string_view tag) {
  const std::string lower = absl::AsciiStrToLower(tag);
  return lower == "ja" || absl::StartsWith(lower, "ja-") ? Language::kJapanese : Language::kEnglish;
}

absl::string_view TagOf(Language language) { return language == Language::kJapanese ? "ja" : "en"; }

const std::vector<PhraseEntry>& AllPhrases() {
  static const auto* const kPhrases = new std::vector<PhraseEntry>{
#define PHRASE(name, english, japanese) {#name, english, japanese, false},
#define OURS(name, english, japanese) {#name, english, japanese, true},
#include "client/review/phrases.inc"
#undef OURS
#undef PHRASE
  };
  return *kPhrases;
}

std::string Words::Say(Phrase phrase, const std::vector<std::string>& arguments) const {
  const PhraseEntry& entry = AllPhrases()[static_cast<size_t>(phrase)];
  const absl::string_view pattern =
      language_ == Language::kJapanese ? entry.japanese : entry.english;
  std::string said;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '$' && i + 1 < pattern.size() && absl::ascii_isdigit(pattern[i + 1])) {
      const size_t which = static_cast<size_t>(pattern[++i] - '0');
      if (which < arguments.size()) said += arguments[which];
    } else {
      said += pattern[i];
    }
  }
  return said;
}

std::string Words::Join(const std::vector<std::string>& items) const {
  return absl::StrJoin(items, Say(Phrase::kListSeparator));
}

std::string Words::Day(const v1::Date& date) const {
  if (!IsDate(date)) return "";
  if (language_ == Language::kJapanese) {
    return absl::StrCat(date.year(), "年", date.month(), "月", date.day(), "日");
  }
  return absl::StrCat(date.day(), " ", MonthName(date.month()), " ", date.year());
}

std::string Words::Day(const google::protobuf::Timestamp& time) const {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  const absl::CivilDay day = absl::ToCivilDay(
      absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()), zone_);
  v1::Date date;
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return Day(date);
}

std::string Words::ShortDay(const v1::Date& date) const {
  if (!IsDate(date)) return "";
  if (language_ == Language::kJapanese) return absl::StrCat(date.month(), "/", date.day());
  return absl::StrCat(date.day(), " ", MonthName(date.month()));
}

std::string Words::Month(int month) const {
  if (language_ == Language::kJapanese) return absl::StrCat(month, "月");
  return std::string(MonthName(month));
}

std::string Words::Days(const v1::Date& first, const v1::Date& last) const {
  const bool same_year = first.year() == last.year();
  if (language_ == Language::kJapanese) {
    return absl::StrCat(Day(first), "〜",
                        same_year ? absl::StrCat(last.month(), "月", last.day(), "日") : Day(last));
  }
  return absl::StrCat(same_year ? ShortDay(first) : Day(first), " – ", Day(last));
}

std::string Words::Quarter(absl::string_view quarter) const {
  const size_t mark = quarter.find('Q');
  if (mark == absl::string_view::npos || mark == 0 || mark + 1 == quarter.size()) {
    return std::string(quarter);
  }
  return Say(Phrase::kQuarterName,
             {std::string(quarter.substr(0, mark)), std::string(quarter.substr(mark + 1))});
}

std::string Words::Number(double value) const {
  if (!std::isfinite(value)) return Say(Phrase::kNothing);
  const double size = std::abs(value);
  if (size >= 99.95) return Grouped(value);
  if (size >= 0.995) return WithDecimals(value, 1);
  return WithDecimals(value, size >= 0.00995 || size == 0 ? 2 : 4);
}

std::string Words::Number(int64_t value) const { return Grouped(static_cast<double>(value)); }

std::string Words::Share(double share) const {
  if (!std::isfinite(share)) return Say(Phrase::kNothing);
  return absl::StrCat(Grouped(share * 100), language_ == Language::kJapanese ? "%" : " %");
}

std::string Words::Signed(double value) const {
  const std::string text = Number(value);
  return value > 0 && text != "0" ? absl::StrCat("+", text) : text;
}

std::string Words::Money(const v1::Money& money) const {
  const double amount = static_cast<double>(money.units()) + money.nanos() / 1e9;
  std::string text = Grouped(amount);
  if (money.nanos() != 0 && std::abs(amount) < 1000) text = absl::StrFormat("%.2f", amount);
  if (language_ == Language::kJapanese && money.currency_code() == "JPY") return text + "円";
  if (money.currency_code().empty()) return text;
  return absl::StrCat(money.currency_code(), " ", text);
}

std::string Words::Minutes(double minutes) const {
  if (minutes >= 2 * 24 * 60) return Say(Phrase::kDays, {Number(minutes / (24 * 60))});
  if (minutes >= 2 * 60) return Say(Phrase::kHours, {Number(minutes / 60)});
  return Say(Phrase::kMinutes, {Number(minutes)});
}

std::string Words::Honoured(absl::string_view name) const {
  for (const absl::string_view honorific : {"様", "御中", "さん", "殿", "先生"}) {
    if (absl::EndsWith(name, honorific)) return std::string(name);
  }
  return Say(Phrase::kHonoured, {std::string(name)});
}

std::string Words::Of(v1::Role role) const {
  switch (role) {
    case v1::ROLE_USER:
      return Say(Phrase::kRoleUser);
    case v1::ROLE_CHAMPION:
      return Say(Phrase::kRoleChampion);
    case v1::ROLE_DECISION_MAKER:
      return Say(Phrase::kRoleDecisionMaker);
    case v1::ROLE_OTHER:
      return Say(Phrase::kRoleOther);
    default:
      return "";
  }
}

std::string Words::Of(v1::Milestone milestone) const {
  switch (milestone) {
    case v1::MILESTONE_DEPLOYED:
      return Say(Phrase::kMilestoneDeployed);
    case v1::MILESTONE_ONBOARDED:
      return Say(Phrase::kMilestoneOnboarded);
    case v1::MILESTONE_FIRST_VALUE:
      return Say(Phrase::kMilestoneFirstValue);
    case v1::MILESTONE_ADOPTED:
      return Say(Phrase::kMilestoneAdopted);
    case v1::MILESTONE_VALUE_REALISED:
      return Say(Phrase::kMilestoneValueRealised);
    default:
      return "";
  }
}

std::string Words::Of(v1::Motion motion) const {
  switch (motion) {
    case v1::MOTION_SEATS:
      return Say(Phrase::kMotionSeats);
    case v1::MOTION_PLAN:
      return Say(Phrase::kMotionPlan);
    case v1::MOTION_CROSS_SELL:
      return Say(Phrase::kMotionCrossSell);
    case v1::MOTION_MENTION:
      return Say(Phrase::kMotionMention);
    case v1::MOTION_RENEWAL:
      return Say(Phrase::kMotionRenewal);
    case v1::MOTION_INBOUND:
      return Say(Phrase::kMotionInbound);
    case v1::MOTION_HEARING:
      return Say(Phrase::kMotionHearing);
    default:
      return "";
  }
}

std::string Words::Of(v1::Survey::Kind kind) const {
  switch (kind) {
    case v1::Survey::KIND_NPS:
      return Say(Phrase::kSurveyNps);
    case v1::Survey::KIND_CSAT:
      return Say(Phrase::kSurveyCsat);
    case v1::Survey::KIND_CES:
      return Say(Phrase::kSurveyCes);
    default:
      return "";
  }
}

std::string Words::Of(v1::Ticket::Severity severity) const {
  switch (severity) {
    case v1::Ticket::SEVERITY_LOW:
      return Say(Phrase::kSeverityLow);
    case v1::Ticket::SEVERITY_NORMAL:
      return Say(Phrase::kSeverityNormal);
    case v1::Ticket::SEVERITY_HIGH:
      return Say(Phrase::kSeverityHigh);
    case v1::Ticket::SEVERITY_CRITICAL:
      return Say(Phrase::kSeverityCritical);
    default:
      return "";
  }
}

std::string Words::Of(v1::Interaction::Kind kind) const {
  switch (kind) {
    case v1::Interaction::KIND_CALL:
      return Say(Phrase::kMeetingCall);
    case v1::Interaction::KIND_MAIL:
      return Say(Phrase::kMeetingMail);
    case v1::Interaction::KIND_MEETING:
      return Say(Phrase::kMeetingMeeting);
    case v1::Interaction::KIND_VISIT:
      return Say(Phrase::kMeetingVisit);
    case v1::Interaction::KIND_WEBINAR:
      return Say(Phrase::kMeetingWebinar);
    case v1::Interaction::KIND_QBR:
      return Say(Phrase::kMeetingQbr);
    case v1::Interaction::KIND_CHAT:
      return Say(Phrase::kMeetingChat);
    case v1::Interaction::KIND_PITCH:
      return Say(Phrase::kMeetingPitch);
    default:
      return "";
  }
}

std::string Words::Of(v1::Issue::Status status) const {
  switch (status) {
    case v1::Issue::STATUS_ASSUMED:
      return Say(Phrase::kIssueAssumed);
    case v1::Issue::STATUS_CONFIRMED:
      return Say(Phrase::kIssueConfirmed);
    case v1::Issue::STATUS_SOLVED:
      return Say(Phrase::kIssueSolved);
    case v1::Issue::STATUS_SOLUTION_CONFIRMED:
      return Say(Phrase::kIssueSolutionConfirmed);
    default:
      return "";
  }
}

std::string Words::Of(v1::ReviewObjective::Result result) const {
  switch (result) {
    case v1::ReviewObjective::RESULT_MET:
      return Say(Phrase::kResultMet);
    case v1::ReviewObjective::RESULT_ON_TRACK:
      return Say(Phrase::kResultOnTrack);
    case v1::ReviewObjective::RESULT_BEHIND:
      return Say(Phrase::kResultBehind);
    case v1::ReviewObjective::RESULT_MISSED:
      return Say(Phrase::kResultMissed);
    default:
      return "";
  }
}

std::string Words::Of(v1::ReviewAction::Kind kind) const {
  switch (kind) {
    case v1::ReviewAction::KIND_ISSUE:
      return Say(Phrase::kActionIssue);
    case v1::ReviewAction::KIND_TICKET:
      return Say(Phrase::kActionTicket);
    case v1::ReviewAction::KIND_OBJECTIVE:
      return Say(Phrase::kActionObjective);
    case v1::ReviewAction::KIND_MILESTONE:
      return Say(Phrase::kActionMilestone);
    case v1::ReviewAction::KIND_RENEWAL:
      return Say(Phrase::kActionRenewal);
    default:
      return "";
  }
}

std::string Words::Of(v1::Benefit benefit) const {
  switch (benefit) {
    case v1::BENEFIT_SOLVES_ISSUE:
      return Say(Phrase::kBenefitSolvesIssue);
    case v1::BENEFIT_MORE_FROM_OWNED:
      return Say(Phrase::kBenefitMoreFromOwned);
    case v1::BENEFIT_LESS_EFFORT:
      return Say(Phrase::kBenefitLessEffort);
    case v1::BENEFIT_ASKED_FOR:
      return Say(Phrase::kBenefitAskedFor);
    case v1::BENEFIT_LIKELY_NEED:
      return Say(Phrase::kBenefitLikelyNeed);
    default:
      return "";
  }
}

std::string Words::Of(v1::Band band) const {
  switch (band) {
    case v1::BAND_UNKNOWN:
      return Say(Phrase::kBandUnknown);
    case v1::BAND_RED:
      return Say(Phrase::kBandRed);
    case v1::BAND_YELLOW:
      return Say(Phrase::kBandYellow);
    case v1::BAND_GREEN:
      return Say(Phrase::kBandGreen);
    default:
      return "";
  }
}

std::string Words::Of(v1::LoyaltyTier tier) const {
  switch (tier) {
    case v1::LOYALTY_TIER_NONE:
      return Say(Phrase::kLoyaltyNone);
    case v1::LOYALTY_TIER_REPEATER:
      return Say(Phrase::kLoyaltyRepeater);
    case v1::LOYALTY_TIER_PROMOTER:
      return Say(Phrase::kLoyaltyPromoter);
    case v1::LOYALTY_TIER_FAN:
      return Say(Phrase::kLoyaltyFan);
    default:
      return "";
  }
}

std::string Words::Of(v1::TouchTier tier) const {
  switch (tier) {
    case v1::TOUCH_TIER_TECH:
      return Say(Phrase::kTouchTech);
    case v1::TOUCH_TIER_LOW:
      return Say(Phrase::kTouchLow);
    case v1::TOUCH_TIER_HIGH:
      return Say(Phrase::kTouchHigh);
    default:
      return "";
  }
}

std::string Words::Of(v1::Verdict verdict) const {
  switch (verdict) {
    case v1::VERDICT_ALLOW:
      return Say(Phrase::kVerdictAllow);
    case v1::VERDICT_DENY:
      return Say(Phrase::kVerdictDeny);
    case v1::VERDICT_UNKNOWN:
      return Say(Phrase::kVerdictUnknown);
    default:
      return "";
  }
}

}  // namespace kizuna::review
