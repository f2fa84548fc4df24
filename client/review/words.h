// SPDX-License-Identifier: Apache-2.0
//
// How does a review say it in English, and how in Japanese? Phrases, dates, numbers, money and
// names; every phrase stands in phrases.inc, with both languages side by side.

#ifndef KIZUNA_CLIENT_REVIEW_WORDS_H_
#define KIZUNA_CLIENT_REVIEW_WORDS_H_

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "kizuna/v1/review.pb.h"

namespace kizuna::review {

// The languages that a document may be in.
enum class Language { kEnglish, kJapanese };

// Japanese for `ja` and what begins with `ja-` (BCP 47), else English.
Language LanguageOf(absl::string_view tag);
// "en" or "ja".
absl::string_view TagOf(Language language);

// What may be said.
enum class Phrase {
#define PHRASE(name, english, japanese) name,
#define OURS(name, english, japanese) name,
#include "client/review/phrases.inc"
#undef OURS
#undef PHRASE
};

// A phrase as it stands in the table.
struct PhraseEntry {
  absl::string_view name;
  absl::string_view english;
  absl::string_view japanese;
  // For our own copy alone.
  bool ours;
};
// The whole table, in the order of Phrase.
const std::vector<PhraseEntry>& AllPhrases();

// How to tell things: the language, and the book's time zone.
class Words {
 public:
  Words(Language language, absl::TimeZone zone) : language_(language), zone_(zone) {}

  Language language() const { return language_; }

  // The phrase, with `arguments` for $0, $1 ...
  std::string Say(Phrase phrase, const std::vector<std::string>& arguments = {}) const;
  // "a, b" or "a、b".
  std::string Join(const std::vector<std::string>& items) const;

  // "1 Jul 2026", "2026年7月1日". Empty when it is not set.
  std::string Day(const v1::Date& date) const;
  // The same in the book's time zone.
  std::string Day(const google::protobuf::Timestamp& time) const;
  // "1 Jul", "7/1", for the axis of a chart.
  std::string ShortDay(const v1::Date& date) const;
  // "Jul", "7月"; `month` 1 to 12.
  std::string Month(int month) const;
  // "1 Jul – 30 Sep 2026", "2026年7月1日〜9月30日".
  std::string Days(const v1::Date& first, const v1::Date& last) const;
  // "Q3 FY2026", "2026年度 第3四半期". A quarter of another form stays as it is.
  std::string Quarter(absl::string_view quarter) const;

  // "1,234", "12.5", "0.25": thousands apart, as many decimals as the size asks for.
  std::string Number(double value) const;
  std::string Number(int64_t value) const;
  // "83 %", "83%", of a share of 0 to 1.
  std::string Share(double share) const;
  // "+42", "-7", "0": of a figure that has a direction.
  std::string Signed(double value) const;
  // "USD 12,300", "12,300円".
  std::string Money(const v1::Money& money) const;
  // "45 min", "4 h", "3 days": the largest unit in which it is at least 2.
  std::string Minutes(double minutes) const;

  // A name of the customer's with 様 in Japanese, once.
  std::string Honoured(absl::string_view name) const;

  // Words of the domain. Empty for UNSPECIFIED.
  std::string Of(v1::Role role) const;
  std::string Of(v1::Milestone milestone) const;
  std::string Of(v1::Motion motion) const;
  std::string Of(v1::Survey::Kind kind) const;
  std::string Of(v1::Ticket::Severity severity) const;
  std::string Of(v1::Interaction::Kind kind) const;
  std::string Of(v1::Issue::Status status) const;
  std::string Of(v1::ReviewObjective::Result result) const;
  std::string Of(v1::ReviewAction::Kind kind) const;
  std::string Of(v1::Benefit benefit) const;
  std::string Of(v1::Band band) const;
  std::string Of(v1::LoyaltyTier tier) const;
  std::string Of(v1::TouchTier tier) const;
  std::string Of(v1::Verdict verdict) const;

 private:
  Language language_;
  absl::TimeZone zone_;
};

}  // namespace kizuna::review

#endif  // KIZUNA_CLIENT_REVIEW_WORDS_H_
