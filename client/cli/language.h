// SPDX-License-Identifier: Apache-2.0
//
// In which language does a table speak? Every title, heading and sentence that people see in a
// table stands in one list, in both languages side by side (language.cc), and so does every word of
// the API that a table shows (language_words.cc). JSON and CSV speak none: they are the same for
// everybody.

#ifndef KIZUNA_CLIENT_CLI_LANGUAGE_H_
#define KIZUNA_CLIENT_CLI_LANGUAGE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace kizuna::cli {

enum class Language { kEnglish, kJapanese };

// "en" or "ja". A UsageError naming `flag` otherwise.
absl::StatusOr<Language> ParseLanguage(absl::string_view flag, absl::string_view word);

// The language of a POSIX locale's name: Japanese for "ja", "ja_JP.UTF-8" and the like.
Language LanguageOfLocale(absl::string_view locale);

// What is said. The texts stand in language.cc, where $0, $1 are filled in. In the order of the
// commands that say them; what several say stands first.
enum class Phrase {
  // Titles of columns.
  kAccount,
  kName,
  kVerdict,
  kPitch,
  kReady,
  kHealth,
  kBand,
  kCell,
  kAtStake,
  kClosedGates,
  kLoyalty,
  kTouch,
  kOwner,
  kList,
  kLikelyBecause,
  kPace,
  kOpensByItself,
  kTask,
  kState,
  kDue,
  kWhat,
  kWho,
  kAlert,
  kRaised,
  kSeverity,
  kDay,
  kEvidence,
  kTrend,
  // What several commands say.
  kUnknown,
  kProductOf,
  // ready
  kInCurrency,
  kContactsAndOrders,
  kConfirmedIssue,
  kAskedAboutIt,
  kBoughtWith,
  kNobodyReady,
  kNobodyOfThatKind,
  kPaceExplained,
  kReadinessExplained,
  // blocked
  kNobodyBlocked,
  kWhatOpensThem,
  kGate,
  kCount,
  kWhoCanAct,
  kRemedy,
  // portfolio
  kNow,
  kBefore,
  kChange,
  kAsOf,
  kAsOfComparedWith,
  kRevenueIn,
  kAccounts,
  kOfAccounts,
  kRevenue,
  kChangeOfAccounts,
  kChangeOfRevenue,
  kGreen,
  kYellow,
  kRed,
  kNoBand,
  kUnplaced,
  kAllowed,
  kVerdictUnknown,
  kDenied,
  kNps,
  kNpsAnswers,
  kLeaks,
  kRecurringRevenue,
  kRevenueReady,
  kRevenueAtRisk,
  kRevenueUnknown,
  kRevenueBlocked,
  kReadyShort,
  kAtRiskShort,
  kRecurringShort,
  kRenewalShort,
  kGrossShort,
  kNetShort,
  kCellA,
  kCellB,
  kCellC,
  kCellD,
  kCellAShort,
  kCellBShort,
  kCellCShort,
  kCellDShort,
  kCameUp,
  kRenewed,
  kRenewalRate,
  kAYearBefore,
  kKeptOfIt,
  kTheirsNow,
  kGrossRetention,
  kNetRetention,
  // tasks and alerts
  kNothingToDo,
  kNoAlertOpen,
  kNoAlertRaised,
  kAlertBand,
  kAlertGateClosed,
  kAlertGateOpened,
  kAlertLoyaltyTier,
  kAlertTouchTier,
  kAlertRenewal,
  kAlertChampionLeft,
  kAlertSourceSilent,
  kAlertRuleNotFollowed,
  // history
  kNoDayOfThatTime,
  kTrendOfDays,
  // a score, explained
  kPoints,
  kOf,
  kDimension,
  kMeasure,
  kValue,
  kNewest,
  kCap,
  kCapRule,
  kRawScore,
  kMissing,
  kTooOld,
  kFromEvidence,
  kNoEvidence,
  kTooLittleEvidence,
  kWouldScore,
  // a gate, explained
  kEvidenceMissing,
  kWaived,
  kCloses,
  kIsNotKnown,
  kClosedWhen,
  kToOpenIt,
  kWhoCanActIs,
  kMayBeWaived,
  kCannotBeWaived,
  kOpensOn,
  kDoesNotOpen,
  kContact,
  kFact,
  kObserved,
  kBestPitch,
  // check
  kCheckHealth,
  kReadiness,
  kReadinessIfOpen,
  kValidUntil,
  kChangesOn,
  kDecision,
  // why
  kSegment,
  kIndustry,
  kOwnerIs,
  kSalesOwnerIs,
  kPartnerIs,
  kLanguageIs,
  kNothingToPitch,
  kReadinessOf,
  kIfItWereOpen,
  kHealthIs,
  kLoyaltyIs,
  kTouchIs,
  kCellIs,
  kSetBy,
  kByRule,
  kAtStakeAYear,
  kLifetimeValue,
  kScoreMadeOf,
  kInTheWay,
  kNothingInTheWay,
  kEachMotion,
  kMotion,
  kProduct,
  kLoyalShort,
  kNeedShort,
  kTimingShort,
  kRoomShort,
  kAffinityShort,
  kInBrackets,
  kChangeByThemselves,
  kOnInstant,
  kAsOfUnderRules,
  kNextChanges,
  kNothingChanges,
  // today
  kDayOf,
  kDayOfAll,
  kToBeDone,
  kAlerts,
  kTurnedRed,
  kRenewals,
  kNothingTurnedRed,
  kNoRenewal,
  kMoreRows,
  kCouldNotBeRead,
  kHealthWasIs,
  kWhatMovedIt,
  kByFacts,
  kByTime,
  kByModel,
  kRenews,
  kDaysLeft,
  kAYear,
  // portfolio: the matrix, and where a title has little room
  kMatrix,
  kChangeOfMatrix,
  kAllowedShort,
  kDeniedShort,
  kLeaksShort,
  kNumberOfPhrases
};

// What a table says, in one language. Plain data; copied freely.
class Speech {
 public:
  explicit Speech(Language language = Language::kEnglish) : language_(language) {}

  Language language() const { return language_; }
  bool japanese() const { return language_ == Language::kJapanese; }

  // The text of a phrase, with $0, $1, ... filled in.
  std::string operator()(Phrase phrase) const;
  template <typename... Parts>
  std::string operator()(Phrase phrase, const Parts&... parts) const {
    return Filled(phrase, {absl::StrCat(parts)...});
  }

  // A value of the API: "cross-sell" or "クロスセル"; "-" for UNSPECIFIED. In English a verdict is
  // in capitals, as everywhere.
  template <typename Enum>
  std::string Word(Enum value) const {
    return WordOf(google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
  }
  std::string WordOf(const google::protobuf::EnumDescriptor* type, int number) const;

  // A value of the API that comes as text, such as the GREEN of an alert: `prefix` is what its
  // type's values begin with, "BAND". What is not known stays as it is.
  std::string TextWord(absl::string_view prefix, absl::string_view word) const;

  // The name of a gate: its code in English; in Japanese what it means, or its code when a company
  // wrote the gate itself.
  std::string Gate(absl::string_view code) const;
  // Its remedy. A company may write its own words into its rulebook: those stay as they are.
  std::string Remedy(absl::string_view code, absl::string_view remedy) const;
  // Who can act, and what a play asks for; as a remedy.
  std::string Actor(absl::string_view who) const;
  std::string Instruction(absl::string_view play, absl::string_view instruction) const;

  // `parts` as a list: "a, b" or "a、b".
  std::string Listed(absl::Span<const std::string> parts) const;

 private:
  std::string Filled(Phrase phrase, const std::vector<std::string>& parts) const;

  Language language_;
};

// The text of a phrase with its $0 as they stand: for the tests.
absl::string_view RawPhrase(Phrase phrase, Language language);

// Whether a Japanese text is there for a value of the API, a gate with this remedy, an actor, or a
// play with this instruction: for the tests.
bool HasJapaneseWord(const google::protobuf::EnumValueDescriptor* value);
bool HasJapaneseRemedy(absl::string_view code, absl::string_view remedy);
bool HasJapaneseActor(absl::string_view who);
bool HasJapaneseInstruction(absl::string_view play, absl::string_view instruction);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_LANGUAGE_H_
