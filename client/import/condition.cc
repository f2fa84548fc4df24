// SPDX-License-Identifier: Apache-2.0

#include "client/import/condition.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace kizuna::import {
namespace {

absl::Status InField(absl::string_view field, const absl::Status& status) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", status.message()));
}

// A bound of a date column is ISO, whatever the column's own format.
absl::StatusOr<absl::Time> BoundTime(absl::string_view text, const CellRule& rule) {
  if (const auto stamp = ParseIso(text)) {
    return stamp->ToTime(rule.zone(), /*first_microsecond=*/true);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("'", text, "' is no date; expected ISO 8601 such as 2024-09-30"));
}

}  // namespace

absl::StatusOr<Conditions> Conditions::Compile(
    const google::protobuf::RepeatedPtrField<v1::Condition>& when, Slots* slots,
    const absl::flat_hash_map<std::string, int>* own) {
  Conditions conditions;
  for (int i = 0; i < when.size(); ++i) {
    absl::StatusOr<One> one = CompileOne(when.Get(i), slots, own);
    if (!one.ok()) return InField(absl::StrCat("when[", i, "]"), one.status());
    conditions.conditions_.push_back(*std::move(one));
  }
  return conditions;
}

absl::StatusOr<Conditions::One> Conditions::CompileOne(
    const v1::Condition& condition, Slots* slots,
    const absl::flat_hash_map<std::string, int>* own) {
  One one;
  if (condition.column().empty()) return absl::InvalidArgumentError("column: is required");
  const bool is_template = condition.column().find('{') != std::string::npos;
  absl::StatusOr<BoundTemplate> value = slots->Bind(
      is_template ? condition.column() : absl::StrCat("{", condition.column(), "}"), own);
  if (!value.ok()) return InField("column", value.status());
  one.value = *std::move(value);
  one.is.insert(condition.is().begin(), condition.is().end());
  one.is_not.insert(condition.is_not().begin(), condition.is_not().end());
  if (condition.has_present()) one.present = condition.present();
  if (!condition.matches().empty()) {
    one.matches = std::make_shared<RE2>(condition.matches(), RE2::Quiet);
    if (!one.matches->ok()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "matches: '", condition.matches(), "' is no RE2 pattern: ", one.matches->error()));
    }
  }
  const CellRule& rule = slots->RuleOf(one.value);
  for (const bool is_lower : {true, false}) {
    const std::string& text = is_lower ? condition.at_least() : condition.below();
    const absl::string_view field = is_lower ? "at_least" : "below";
    if (text.empty()) continue;
    if (rule.is_date()) {
      absl::StatusOr<absl::Time> time = BoundTime(text, rule);
      if (!time.ok()) return InField(field, time.status());
      (is_lower ? one.from_time : one.below_time) = *time;
    } else {
      absl::StatusOr<Decimal> number = ParseDecimal(text, NumberFormat());
      if (!number.ok()) return InField(field, number.status());
      (is_lower ? one.from_number : one.below_number) = number->ToDouble();
    }
  }
  if (one.is.empty() && one.is_not.empty() && !one.present.has_value() && one.matches == nullptr &&
      condition.at_least().empty() && condition.below().empty()) {
    return absl::InvalidArgumentError(
        "says nothing of the column; state is, is_not, present, matches, at_least or below");
  }
  return one;
}

absl::StatusOr<bool> Conditions::InRange(const One& condition, absl::string_view text,
                                         const Slots& slots) {
  const CellRule& rule = slots.RuleOf(condition.value);
  if (condition.from_time.has_value() || condition.below_time.has_value()) {
    absl::StatusOr<absl::Time> time = rule.AsInstant(text);
    if (!time.ok()) return InField(slots.Describe(condition.value), time.status());
    if (condition.from_time.has_value() && *time < *condition.from_time) return false;
    if (condition.below_time.has_value() && *time >= *condition.below_time) return false;
  }
  if (condition.from_number.has_value() || condition.below_number.has_value()) {
    absl::StatusOr<Decimal> number = rule.AsNumber(text);
    if (!number.ok()) return InField(slots.Describe(condition.value), number.status());
    const double value = number->ToDouble();
    if (condition.from_number.has_value() && value < *condition.from_number) return false;
    if (condition.below_number.has_value() && value >= *condition.below_number) return false;
  }
  return true;
}

absl::StatusOr<bool> Conditions::Hold(Slots* slots) const {
  std::string scratch;
  for (const One& condition : conditions_) {
    const Value value = slots->Read(condition.value, &scratch);
    if (!value.problem.empty()) return absl::InvalidArgumentError(value.problem);
    if (condition.present.has_value() && *condition.present == value.missing) return false;
    if (!condition.is.empty() && (value.missing || !condition.is.contains(value.text))) {
      return false;
    }
    if (!value.missing && condition.is_not.contains(value.text)) return false;
    if (condition.matches != nullptr &&
        (value.missing || !RE2::FullMatch(re2::StringPiece(value.text.data(), value.text.size()),
                                          *condition.matches))) {
      return false;
    }
    const bool bounded = condition.from_time || condition.below_time || condition.from_number ||
                         condition.below_number;
    if (!bounded) continue;
    if (value.missing) return false;
    absl::StatusOr<bool> in_range = InRange(condition, value.text, *slots);
    if (!in_range.ok() || !*in_range) return in_range;
  }
  return true;
}

}  // namespace kizuna::import
