// SPDX-License-Identifier: Apache-2.0
//
// How does a value of the API read? Two answers each: one for programs, exact and stable, and one
// for people, short and rounded.

#ifndef KIZUNA_CLIENT_CLI_WORDS_H_
#define KIZUNA_CLIENT_CLI_WORDS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "client/cli/json.h"
#include "client/cli/terminal.h"
#include "kizuna/v1/common.pb.h"

namespace kizuna::cli {

// The name of an enum's value without its type: "CROSS_SELL" of MOTION_CROSS_SELL; empty for the
// UNSPECIFIED one, and for a number that this version does not know.
std::string EnumWord(const google::protobuf::EnumDescriptor* type, int number);
template <typename Enum>
std::string Word(Enum value) {
  return EnumWord(google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}
// The same for people: "cross-sell"; "-" for UNSPECIFIED.
std::string Spoken(absl::string_view word);
template <typename Enum>
std::string SpokenWord(Enum value) {
  return Spoken(Word(value));
}

// The value named by `word` as people write it ("cross-sell", "CROSS_SELL"). A UsageError naming
// `flag` lists the words there are.
absl::StatusOr<int> ParseEnumWord(absl::string_view flag, absl::string_view word,
                                  const google::protobuf::EnumDescriptor* type);
template <typename Enum>
absl::StatusOr<Enum> ParseWord(absl::string_view flag, absl::string_view word) {
  absl::StatusOr<int> number =
      ParseEnumWord(flag, word, google::protobuf::GetEnumDescriptor<Enum>());
  if (!number.ok()) return number.status();
  return static_cast<Enum>(*number);
}
// All words of a type as people write them: "seats|plan|cross-sell|...".
std::string WordsOf(const google::protobuf::EnumDescriptor* type);

// For programs: the word, or null when there is none; a text, or null when it is empty.
template <typename Enum>
Json WordJson(Enum value) {
  const std::string word = Word(value);
  return word.empty() ? Json() : Json(word);
}
Json TextJson(absl::string_view text);
// null for a timestamp that is not set (both its numbers 0).
Json TimeJson(const google::protobuf::Timestamp& time);
Json DateJson(const v1::Date& date);
// The amount as an exact decimal; its currency is a field of its own.
Json AmountJson(const v1::Money& money);
// A number that may be missing.
inline Json OptionalJson(bool has, double value) { return has ? Json(value) : Json(); }

// For people.
std::string ScoreText(double score);             // "72.4"
std::string PointsText(double points);           // "+12.30"
std::string ShareText(double share);             // "83 %"
std::string ValueText(double value);             // "0.1234", "17"
std::string MoneyText(const v1::Money& money);   // "USD 12,300", "USD 0.50"
std::string AmountText(const v1::Money& money);  // the same without its currency
std::string DateText(const v1::Date& date);      // "2026-09-30"; empty when not set
std::string ComparisonText(v1::Comparison how);  // ">="
std::string TimeText(const google::protobuf::Timestamp& time, absl::TimeZone zone);

// The colour that a verdict or a band has.
Style StyleOf(v1::Verdict verdict);
Style StyleOf(v1::Band band);

v1::Date DateOf(absl::CivilDay day);
absl::Time TimeOf(const google::protobuf::Timestamp& time);
google::protobuf::Timestamp TimestampOf(absl::Time time);
// Whether a timestamp is there: no fact and no answer is of 1970's first instant.
bool IsSet(const google::protobuf::Timestamp& time);

// Micro-units of an amount: exact, as money is kept.
int64_t MicrosOf(const v1::Money& money);
v1::Money MoneyOfMicros(int64_t micros, absl::string_view currency_code);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_WORDS_H_
