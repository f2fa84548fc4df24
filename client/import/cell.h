// SPDX-License-Identifier: Apache-2.0
//
// What value does a cell hold? A column's rule, made once from the mapping, turns the cell's text
// into a value: trimmed, tested for missing, extracted from, mapped, filled in; and reads the value
// as a date, a number or a yes or no. Pure.

#ifndef KIZUNA_CLIENT_IMPORT_CELL_H_
#define KIZUNA_CLIENT_IMPORT_CELL_H_

#include <re2/re2.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "client/import/dates.h"
#include "client/import/numbers.h"
#include "kizuna/import/v1/mapping.pb.h"

namespace kizuna::import {

// A value of a row: a text, or missing, or a problem for which the row is rejected.
struct Value {
  absl::string_view text;  // lives as long as the row, or the scratch it was written to
  bool missing = true;
  std::string problem;

  static Value Of(absl::string_view text) { return Value{text, text.empty(), ""}; }
  static Value Problem(std::string problem) { return Value{"", true, std::move(problem)}; }
};

// What the whole mapping says about reading cells.
struct CellDefaults {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::flat_hash_set<std::string> missing;
  absl::flat_hash_map<std::string, const v1::ValueMap*> value_maps;

  // Of `mapping`, which must outlive it. `zone` counts where the mapping states none.
  // INVALID_ARGUMENT names the field.
  static absl::StatusOr<CellDefaults> Of(const v1::Mapping& mapping, absl::TimeZone zone);
};

// How the cells of one column are read. Immutable once made.
class CellRule {
 public:
  // INVALID_ARGUMENT names the field within the column and what is wrong with it.
  static absl::StatusOr<std::shared_ptr<const CellRule>> Of(const v1::Column& column,
                                                            const CellDefaults& defaults);

  // The value of a cell. The result may point into `cell`, this rule or `scratch`.
  Value Read(absl::string_view cell, std::string* scratch) const;

  // `text`, a value of this column, as what a field wants. The errors name the column, the text and
  // the expected form.
  absl::StatusOr<CivilStamp> AsDate(absl::string_view text) const;
  absl::StatusOr<absl::Time> AsInstant(absl::string_view text) const;
  absl::StatusOr<Decimal> AsNumber(absl::string_view text) const;
  absl::StatusOr<bool> AsBool(absl::string_view text) const;

  const std::string& name() const { return name_; }
  const absl::TimeZone& zone() const { return zone_; }
  // Whether the mapping gives it a date format.
  bool is_date() const { return !date_formats_.empty(); }

 private:
  CellRule() = default;

  Value Map(absl::string_view text, std::string* scratch) const;
  absl::Status SetNumber(const v1::Number& number);
  absl::Status SetMap(const v1::Column& column, const CellDefaults& defaults);

  std::string name_;
  absl::TimeZone zone_;
  absl::flat_hash_set<std::string> missing_;
  std::vector<DateFormat> date_formats_;
  bool first_microsecond_ = false;
  int64_t plus_days_ = 0;
  NumberFormat number_;
  std::unique_ptr<RE2> extract_;
  absl::flat_hash_map<std::string, std::string> map_;
  bool has_map_ = false;
  bool ignore_case_ = false;
  v1::Otherwise otherwise_ = v1::OTHERWISE_UNSPECIFIED;
  absl::optional<std::string> if_missing_;
};

// `text` without spaces, tabs, line ends and ideographic spaces at its ends.
absl::string_view Trim(absl::string_view text);

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_CELL_H_
