// SPDX-License-Identifier: Apache-2.0

#include "client/import/cell.h"

#include <algorithm>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace kizuna::import {
namespace {

constexpr absl::string_view kIdeographicSpace = "\xE3\x80\x80";
constexpr int64_t kSecondsPerCivilDay = 24 * 3600;
constexpr absl::string_view kMissing[] = {"NA",   "N/A", "NULL", "null",
                                          "None", "nan", "NaN",  "#N/A"};

absl::StatusOr<absl::TimeZone> LoadZone(const std::string& name) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "time_zone: '", name, "' is not known; expected a name such as Asia/Tokyo or UTC"));
  }
  return zone;
}

}  // namespace

absl::string_view Trim(absl::string_view text) {
  for (;;) {
    text = absl::StripAsciiWhitespace(text);
    if (!absl::ConsumePrefix(&text, kIdeographicSpace) &&
        !absl::ConsumeSuffix(&text, kIdeographicSpace)) {
      return text;
    }
  }
}

absl::StatusOr<CellDefaults> CellDefaults::Of(const v1::Mapping& mapping, absl::TimeZone zone) {
  CellDefaults defaults;
  defaults.zone = zone;
  if (!mapping.time_zone().empty()) {
    absl::StatusOr<absl::TimeZone> own = LoadZone(mapping.time_zone());
    if (!own.ok()) return own.status();
    defaults.zone = *own;
  }
  if (mapping.missing().empty()) {
    defaults.missing.insert(std::begin(kMissing), std::end(kMissing));
  } else {
    defaults.missing.insert(mapping.missing().begin(), mapping.missing().end());
  }
  for (const v1::ValueMap& map : mapping.value_maps()) {
    if (map.name().empty()) return absl::InvalidArgumentError("value_maps: one has no name");
    if (!defaults.value_maps.emplace(map.name(), &map).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("value_maps: the name '", map.name(), "' is given twice"));
    }
  }
  return defaults;
}

absl::StatusOr<std::shared_ptr<const CellRule>> CellRule::Of(const v1::Column& column,
                                                             const CellDefaults& defaults) {
  std::shared_ptr<CellRule> rule(new CellRule);
  rule->name_ = column.name();
  rule->zone_ = defaults.zone;
  if (!column.time_zone().empty()) {
    absl::StatusOr<absl::TimeZone> zone = LoadZone(column.time_zone());
    if (!zone.ok()) return zone.status();
    rule->zone_ = *zone;
  }
  rule->missing_ = defaults.missing;
  rule->missing_.insert(column.missing().begin(), column.missing().end());
  for (const std::string& pattern : column.date_format()) {
    absl::StatusOr<DateFormat> format = DateFormat::Compile(pattern);
    if (!format.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("date_format: ", format.status().message()));
    }
    rule->date_formats_.push_back(*std::move(format));
  }
  rule->plus_days_ = column.plus_days();
  rule->first_microsecond_ = column.date_instant() == v1::DATE_INSTANT_FIRST_MICROSECOND;
  if (!column.extract().empty()) {
    rule->extract_ = std::make_unique<RE2>(column.extract(), RE2::Quiet);
    if (!rule->extract_->ok()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "extract: '", column.extract(), "' is no RE2 pattern: ", rule->extract_->error()));
    }
  }
  if (absl::Status status = rule->SetNumber(column.number()); !status.ok()) return status;
  if (absl::Status status = rule->SetMap(column, defaults); !status.ok()) return status;
  if (!column.if_missing().empty()) rule->if_missing_ = column.if_missing();
  return rule;
}

absl::Status CellRule::SetNumber(const v1::Number& number) {
  if (!number.decimal().empty()) number_.decimal = number.decimal();
  number_.thousands = number.thousands();
  if (number_.decimal == number_.thousands) {
    return absl::InvalidArgumentError(
        "number.thousands: it is the decimal sign too; state decimal");
  }
  number_.affixes.assign(number.affixes().begin(), number.affixes().end());
  number_.percent = number.percent();
  if (number.has_decimals()) {
    if (number.decimals() < 0 || number.decimals() > 9) {
      return absl::InvalidArgumentError("number.decimals: must be 0 to 9");
    }
    number_.decimals = number.decimals();
  }
  if (!number.multiply_by().empty()) {
    absl::StatusOr<Decimal> by = ParseDecimal(number.multiply_by(), NumberFormat());
    if (!by.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("number.multiply_by: ", by.status().message()));
    }
    number_.multiply_by = *by;
  }
  return absl::OkStatus();
}

absl::Status CellRule::SetMap(const v1::Column& column, const CellDefaults& defaults) {
  otherwise_ = column.otherwise();
  ignore_case_ = column.ignore_case();
  const auto add = [this](const v1::Value& value) {
    map_[ignore_case_ ? absl::AsciiStrToLower(value.from()) : value.from()] = value.to();
  };
  if (!column.value_map().empty()) {
    const auto found = defaults.value_maps.find(column.value_map());
    if (found == defaults.value_maps.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("value_map: there is no value_maps entry named '", column.value_map(), "'"));
    }
    ignore_case_ = ignore_case_ || found->second->ignore_case();
    if (otherwise_ == v1::OTHERWISE_UNSPECIFIED) otherwise_ = found->second->otherwise();
    for (const v1::Value& value : found->second->values()) add(value);
  }
  for (const v1::Value& value : column.values()) add(value);
  has_map_ = !map_.empty();
  return absl::OkStatus();
}

Value CellRule::Read(absl::string_view cell, std::string* scratch) const {
  absl::string_view text = Trim(cell);
  if (!text.empty() && missing_.contains(text)) text = "";
  if (!text.empty() && extract_ != nullptr) {
    const int groups = extract_->NumberOfCapturingGroups();
    re2::StringPiece found[2];
    const re2::StringPiece input(text.data(), text.size());
    if (extract_->Match(input, 0, input.size(), RE2::UNANCHORED, found, groups > 0 ? 2 : 1)) {
      const re2::StringPiece& part = groups > 0 ? found[1] : found[0];
      text = absl::string_view(part.data(), part.size());
    } else if (otherwise_ == v1::OTHERWISE_REJECT) {
      return Value::Problem(absl::StrCat("column '", name_, "': '", text, "' does not match '",
                                         extract_->pattern(), "'"));
    } else if (otherwise_ != v1::OTHERWISE_KEEP) {
      text = "";
    }
  }
  if (!text.empty() && has_map_) {
    Value mapped = Map(text, scratch);
    if (!mapped.problem.empty()) return mapped;
    text = mapped.text;
  }
  if (text.empty() && if_missing_.has_value()) text = *if_missing_;
  return Value::Of(text);
}

Value CellRule::Map(absl::string_view text, std::string* scratch) const {
  absl::string_view key = text;
  if (ignore_case_) {
    *scratch = absl::AsciiStrToLower(text);
    key = *scratch;
  }
  const auto found = map_.find(key);
  if (found != map_.end()) return Value::Of(found->second);
  if (otherwise_ == v1::OTHERWISE_MISSING) return Value();
  if (otherwise_ != v1::OTHERWISE_REJECT) return Value::Of(text);
  std::vector<std::string> known;
  for (const auto& entry : map_) known.push_back(entry.first);
  std::sort(known.begin(), known.end());
  if (known.size() > 20) known.resize(20);
  return Value::Problem(absl::StrCat("column '", name_, "': '", text,
                                     "' is not one of its values: ", absl::StrJoin(known, ", ")));
}

absl::StatusOr<CivilStamp> CellRule::AsDate(absl::string_view text) const {
  absl::optional<CivilStamp> stamp;
  if (auto parsed = ParseDate(text, date_formats_)) stamp = *parsed;
  if (!stamp.has_value()) {
    // Japanese forms write digits full-width.
    if (auto parsed = ParseDate(FoldFullWidth(text), date_formats_)) stamp = *parsed;
  }
  if (stamp.has_value()) {
    stamp->civil += plus_days_ * kSecondsPerCivilDay;
    return *stamp;
  }
  const std::string expected =
      date_formats_.empty()
          ? "ISO 8601 such as 2024-09-30 or 2024-09-30T12:00:00Z"
          : absl::StrJoin(date_formats_, " or ", [](std::string* out, const DateFormat& format) {
              out->append(format.pattern());
            });
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' is no date; expected ", expected));
}

absl::StatusOr<absl::Time> CellRule::AsInstant(absl::string_view text) const {
  absl::StatusOr<CivilStamp> stamp = AsDate(text);
  if (!stamp.ok()) return stamp.status();
  return stamp->ToTime(zone_, first_microsecond_);
}

absl::StatusOr<Decimal> CellRule::AsNumber(absl::string_view text) const {
  return ParseDecimal(text, number_);
}

absl::StatusOr<bool> CellRule::AsBool(absl::string_view text) const {
  for (absl::string_view yes : {"true", "yes", "y", "t", "1"}) {
    if (absl::EqualsIgnoreCase(text, yes)) return true;
  }
  for (absl::string_view no : {"false", "no", "n", "f", "0"}) {
    if (absl::EqualsIgnoreCase(text, no)) return false;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "'", text, "' is neither yes nor no; expected true, false, yes, no, 1 or 0 (or map it)"));
}

}  // namespace kizuna::import
