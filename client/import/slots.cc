// SPDX-License-Identifier: Apache-2.0

#include "client/import/slots.h"

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace kizuna::import {
namespace {

// Headers as a person compares them: without regard to case and to the amount of space.
std::string FoldHeader(absl::string_view header) {
  std::string folded = absl::AsciiStrToLower(Trim(header));
  absl::RemoveExtraAsciiWhitespace(&folded);
  return folded;
}

absl::StatusOr<std::string> AsText(const CellRule& rule, absl::string_view text,
                                   const std::string& date_format) {
  absl::StatusOr<CivilStamp> stamp = rule.AsDate(text);
  if (!stamp.ok()) return stamp.status();
  return FormatStamp(*stamp, date_format, rule.zone());
}

}  // namespace

Slots::Slots(const MappingContext& context, const v1::File& file,
             const std::vector<std::string>* header)
    : context_(context), file_(file), header_(header) {}

absl::Status Slots::Init() {
  absl::StatusOr<std::shared_ptr<const CellRule>> plain =
      CellRule::Of(v1::Column(), context_.defaults);
  if (!plain.ok()) return plain.status();
  plain_ = *std::move(plain);
  for (int i = 0; i < file_.joins_size(); ++i) {
    const v1::Join& join = file_.joins(i);
    const std::string path = absl::StrCat("joins[", i, "]");
    if (join.name().empty() || join.file().empty() || join.key().empty()) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": needs name, file and key"));
    }
    BoundJoin bound;
    bound.table = context_.joins->For(file_.name(), join);
    joins_.push_back(std::move(bound));
  }
  for (int i = 0; i < file_.columns_size(); ++i) {
    const std::string path = absl::StrCat("columns[", i, "]");
    if (file_.columns(i).name().empty()) {
      return absl::InvalidArgumentError(absl::StrCat(path, ".name: is required"));
    }
    absl::StatusOr<int> slot = Resolve(file_.columns(i).name());
    if (!slot.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, " (", file_.columns(i).name(), "): ", slot.status().message()));
    }
  }
  for (int i = 0; i < file_.joins_size(); ++i) {
    absl::StatusOr<BoundTemplate> key = Bind(file_.joins(i).key());
    if (!key.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("joins[", i, "].key: ", key.status().message()));
    }
    joins_[static_cast<size_t>(i)].key = *std::move(key);
  }
  return absl::OkStatus();
}

int Slots::Add(Slot slot) {
  slots_.push_back(std::make_unique<Slot>(std::move(slot)));
  return static_cast<int>(slots_.size()) - 1;
}

int Slots::AddOwn(std::string name, std::shared_ptr<const CellRule> rule) {
  Slot slot;
  slot.name = std::move(name);
  slot.kind = Kind::kOwn;
  slot.rule = rule != nullptr ? std::move(rule) : plain_;
  return Add(std::move(slot));
}

absl::StatusOr<BoundTemplate> Slots::Bind(absl::string_view text,
                                          const absl::flat_hash_map<std::string, int>* own) {
  absl::StatusOr<std::vector<TemplatePiece>> pieces = ParseTemplate(text);
  if (!pieces.ok()) return pieces.status();
  BoundTemplate bound;
  bound.written = std::string(text);
  for (TemplatePiece& piece : *pieces) {
    BoundTemplate::Piece to;
    to.text = std::move(piece.text);
    if (absl::StartsWith(piece.name, "$")) {
      const auto constant = context_.constants.find(piece.name.substr(1));
      if (constant == context_.constants.end()) {
        return absl::InvalidArgumentError(
            absl::StrCat("there is no constant '", piece.name.substr(1), "'; add it to constants"));
      }
      to.text = constant->second;
      if (!piece.date_format.empty()) {
        absl::StatusOr<std::string> formatted = AsText(*plain_, to.text, piece.date_format);
        if (!formatted.ok()) return formatted.status();
        to.text = *std::move(formatted);
      }
      for (const Filter filter : piece.filters) to.text = ApplyFilter(filter, to.text);
    } else if (!piece.name.empty()) {
      absl::StatusOr<int> slot;
      const bool is_own = own != nullptr && own->contains(piece.name);
      slot = is_own ? absl::StatusOr<int>(own->at(piece.name)) : Resolve(piece.name);
      if (!slot.ok()) return slot.status();
      to.slot = *slot;
      to.date_format = std::move(piece.date_format);
      to.filters = std::move(piece.filters);
    }
    // Texts side by side are one text.
    if (to.slot < 0 && !bound.pieces.empty() && bound.pieces.back().slot < 0) {
      bound.pieces.back().text += to.text;
    } else {
      bound.pieces.push_back(std::move(to));
    }
  }
  return bound;
}

absl::StatusOr<int> Slots::Resolve(absl::string_view name) {
  const auto known = by_name_.find(name);
  if (known != by_name_.end()) {
    if (slots_[static_cast<size_t>(known->second)]->binding) {
      return absl::InvalidArgumentError(absl::StrCat("the column '", name, "' is made of itself"));
    }
    return known->second;
  }
  for (const v1::Column& column : file_.columns()) {
    if (column.name() == name) return AddColumn(column);
  }
  if (absl::StartsWith(name, "#") || absl::StartsWith(name, "@")) return ResolveSpecial(name);
  const size_t dot = name.find('.');
  if (dot != absl::string_view::npos) {
    for (size_t i = 0; i < joins_.size(); ++i) {
      if (joins_[i].table->join.name() == name.substr(0, dot)) {
        return ResolveJoined(static_cast<int>(i), name.substr(dot + 1));
      }
    }
  }
  v1::Column implied;
  implied.set_name(std::string(name));
  return AddColumn(implied);
}

absl::StatusOr<int> Slots::ResolveSpecial(absl::string_view name) {
  Slot slot;
  slot.name = std::string(name);
  slot.rule = plain_;
  if (name == "#row") {
    slot.kind = Kind::kRowNumber;
  } else if (name == "#line") {
    slot.kind = Kind::kLine;
  } else if (name == "#file") {
    slot.kind = Kind::kFileName;
  } else if (absl::StartsWith(name, "@")) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'{", name, "}' stands for something only in a record with `each` whose pattern names it"));
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("'{", name, "}' is not known; there are {#row}, {#line} and {#file}"));
  }
  const int index = Add(std::move(slot));
  by_name_[std::string(name)] = index;
  return index;
}

absl::StatusOr<int> Slots::ResolveJoined(int join, absl::string_view column) {
  JoinTable* const table = joins_[static_cast<size_t>(join)].table;
  const v1::File* other = nullptr;
  for (const v1::File& file : context_.mapping->files()) {
    if (file.name() == table->join.file()) other = &file;
    if (file.name() == file_.name()) break;
  }
  if (other == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the join '", table->join.name(), "' names the file '", table->join.file(),
                     "', which does not stand before this one in the mapping"));
  }
  Slot slot;
  slot.name = absl::StrCat(table->join.name(), ".", column);
  slot.kind = Kind::kJoined;
  slot.join = join;
  slot.join_column = table->ColumnIndex(column);
  // Dates and numbers of the joined column are read as the other file says.
  v1::Column spec;
  for (const v1::Column& candidate : other->columns()) {
    if (candidate.name() == column) spec = candidate;
  }
  spec.set_name(slot.name);
  absl::StatusOr<std::shared_ptr<const CellRule>> rule = CellRule::Of(spec, context_.defaults);
  if (!rule.ok()) return rule.status();
  slot.rule = *std::move(rule);
  const std::string name = slot.name;
  const int index = Add(std::move(slot));
  by_name_[name] = index;
  return index;
}

absl::StatusOr<int> Slots::AddColumn(const v1::Column& column) {
  absl::StatusOr<std::shared_ptr<const CellRule>> rule = CellRule::Of(column, context_.defaults);
  if (!rule.ok()) return rule.status();
  Slot slot;
  slot.name = column.name();
  slot.rule = *std::move(rule);
  slot.kind = Kind::kAbsent;
  if (column.template_().empty()) {
    absl::StatusOr<absl::optional<size_t>> place = FindPlace(column);
    if (!place.ok()) return place.status();
    if (place->has_value()) {
      slot.kind = Kind::kPlace;
      slot.place = **place;
    }
    const int index = Add(std::move(slot));
    by_name_[column.name()] = index;
    return index;
  }
  slot.kind = Kind::kTemplate;
  slot.binding = true;
  const int index = Add(std::move(slot));
  by_name_[column.name()] = index;
  absl::StatusOr<BoundTemplate> bound = Bind(column.template_());
  if (!bound.ok()) return bound.status();
  slots_[static_cast<size_t>(index)]->bound = *std::move(bound);
  slots_[static_cast<size_t>(index)]->binding = false;
  return index;
}

// The place of a column, from 0; nullopt for one that may be absent and is, or when there is no
// file to look at yet.
absl::StatusOr<absl::optional<size_t>> Slots::FindPlace(const v1::Column& column) const {
  if (column.place() < 0) return absl::InvalidArgumentError("place: counts from 1");
  if (column.place() > 0) {
    const size_t place = static_cast<size_t>(column.place()) - 1;
    if (header_ != nullptr && !file_.no_header() && !file_.ragged() && place >= header_->size() &&
        !column.optional()) {
      return absl::InvalidArgumentError(absl::StrCat("place: the file has only ", header_->size(),
                                                     " columns, not ", column.place()));
    }
    return absl::optional<size_t>(place);
  }
  if (file_.no_header()) {
    return absl::InvalidArgumentError(absl::StrCat("the file has no header; declare the column '",
                                                   column.name(), "' with its place"));
  }
  if (header_ == nullptr) return absl::optional<size_t>();
  std::vector<std::string> wanted(column.header().begin(), column.header().end());
  if (wanted.empty()) wanted.push_back(column.name());
  for (const std::string& header : wanted) {
    absl::optional<size_t> exact;
    absl::optional<size_t> alike;
    int alike_count = 0;
    for (size_t i = 0; i < header_->size(); ++i) {
      if ((*header_)[i] == header) {
        if (exact.has_value()) {
          return absl::InvalidArgumentError(absl::StrCat("the header '", header,
                                                         "' stands twice, at places ", *exact + 1,
                                                         " and ", i + 1, "; give the place"));
        }
        exact = i;
      } else if (FoldHeader((*header_)[i]) == FoldHeader(header)) {
        alike = i;
        ++alike_count;
      }
    }
    if (exact.has_value()) return exact;
    if (alike_count == 1) return alike;
  }
  if (column.optional()) return absl::optional<size_t>();
  return absl::InvalidArgumentError(absl::StrCat("the file has no column '",
                                                 absl::StrJoin(wanted, "' or '"),
                                                 "'; it has: ", absl::StrJoin(*header_, ", ")));
}

void Slots::StartRow(const CsvRow& row, absl::string_view file_name) {
  row_ = &row;
  file_name_ = file_name;
  ++row_serial_;
}

void Slots::SetOwn(int slot, absl::string_view cell) {
  Slot* const own = slots_[static_cast<size_t>(slot)].get();
  own->template_scratch.assign(cell.data(), cell.size());
  own->value = own->rule->Read(own->template_scratch, &own->scratch);
}

const Value& Slots::Read(int index) {
  Slot* const slot = slots_[static_cast<size_t>(index)].get();
  if (slot->kind == Kind::kOwn || slot->read_in == row_serial_) return slot->value;
  slot->read_in = row_serial_;
  switch (slot->kind) {
    case Kind::kPlace:
      slot->value = slot->rule->Read(
          slot->place < row_->cells.size() ? row_->cells[slot->place] : absl::string_view(),
          &slot->scratch);
      break;
    case Kind::kTemplate: {
      Value made = Read(slot->bound, &slot->template_scratch);
      slot->value =
          made.problem.empty() ? slot->rule->Read(made.text, &slot->scratch) : std::move(made);
      break;
    }
    case Kind::kJoined:
      slot->value = ReadJoined(slot);
      break;
    case Kind::kRowNumber:
      slot->scratch = absl::StrCat(row_->number);
      slot->value = Value::Of(slot->scratch);
      break;
    case Kind::kLine:
      slot->scratch = absl::StrCat(row_->line);
      slot->value = Value::Of(slot->scratch);
      break;
    case Kind::kFileName:
      slot->value = Value::Of(file_name_);
      break;
    case Kind::kAbsent:
    case Kind::kOwn:
      slot->value = slot->rule->Read("", &slot->scratch);
      break;
  }
  return slot->value;
}

Value Slots::ReadJoined(Slot* slot) {
  BoundJoin* const join = &joins_[static_cast<size_t>(slot->join)];
  if (join->read_in != row_serial_) {
    join->read_in = row_serial_;
    FindJoined(join);
  }
  if (!join->problem.empty()) return Value::Problem(join->problem);
  if (join->row == nullptr) return Value();
  const absl::optional<std::string>& text =
      join->row->values[static_cast<size_t>(slot->join_column)];
  return text.has_value() ? Value::Of(*text) : Value();
}

void Slots::FindJoined(BoundJoin* join) {
  join->row = nullptr;
  join->problem.clear();
  const v1::Join& spec = join->table->join;
  const Value key = Read(join->key, &join->scratch);
  if (!key.problem.empty()) {
    join->problem = key.problem;
    return;
  }
  if (!key.missing) {
    const auto found = join->table->rows.find(key.text);
    if (found != join->table->rows.end()) {
      if (found->second.ambiguous) {
        join->problem = absl::StrCat("rows of '", spec.file(), "' with ", Describe(join->key), " '",
                                     key.text, "' differ; which is meant?");
      } else {
        join->row = &found->second;
      }
      return;
    }
  }
  const bool reject =
      spec.if_absent() == v1::OTHERWISE_UNSPECIFIED || spec.if_absent() == v1::OTHERWISE_REJECT;
  if (!reject) return;
  join->problem = key.missing
                      ? absl::StrCat(Describe(join->key), " is missing, which finds the row of '",
                                     spec.file(), "'")
                      : absl::StrCat(Describe(join->key), ": no row of '", spec.file(), "' has '",
                                     key.text, "'");
}

Value Slots::Read(const BoundTemplate& bound, std::string* scratch) {
  const int bare = bound.bare_slot();
  if (bare >= 0) return Read(bare);
  if (bound.constant()) return Value::Of(bound.constant_text());
  scratch->clear();
  for (const BoundTemplate::Piece& piece : bound.pieces) {
    if (piece.slot < 0) {
      scratch->append(piece.text);
      continue;
    }
    const Value& value = Read(piece.slot);
    if (!value.problem.empty() || value.missing) return value;
    std::string text(value.text);
    if (!piece.date_format.empty()) {
      const CellRule& rule = *slots_[static_cast<size_t>(piece.slot)]->rule;
      absl::StatusOr<std::string> formatted = AsText(rule, text, piece.date_format);
      if (!formatted.ok()) {
        return Value::Problem(absl::StrCat("column '",
                                           slots_[static_cast<size_t>(piece.slot)]->name,
                                           "': ", formatted.status().message()));
      }
      text = *std::move(formatted);
    }
    for (const Filter filter : piece.filters) text = ApplyFilter(filter, text);
    scratch->append(text);
  }
  return Value::Of(*scratch);
}

const CellRule& Slots::RuleOf(const BoundTemplate& bound) const {
  const int slot = bound.bare_slot();
  return slot >= 0 ? *slots_[static_cast<size_t>(slot)]->rule : *plain_;
}

std::string Slots::Describe(const BoundTemplate& bound) const {
  std::vector<std::string> names;
  for (const BoundTemplate::Piece& piece : bound.pieces) {
    if (piece.slot >= 0) {
      names.push_back(absl::StrCat("column '", slots_[static_cast<size_t>(piece.slot)]->name, "'"));
    }
  }
  return names.empty() ? absl::StrCat("'", bound.written, "'") : absl::StrJoin(names, ", ");
}

}  // namespace kizuna::import
