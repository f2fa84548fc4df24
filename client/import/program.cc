// SPDX-License-Identifier: Apache-2.0

#include "client/import/program.h"

#include "absl/strings/str_cat.h"

namespace kizuna::import {
namespace {

absl::Status InField(absl::string_view field, const absl::Status& status) {
  return absl::InvalidArgumentError(absl::StrCat(field, ".", status.message()));
}

}  // namespace

Program::Program(const MappingContext& context, const v1::File& file,
                 const std::vector<std::string>* header)
    : context_(context), file_(file), slots_(context, file, header) {}

absl::StatusOr<std::unique_ptr<Program>> Program::Compile(const MappingContext& context,
                                                          const v1::File& file,
                                                          const std::vector<std::string>* header) {
  std::unique_ptr<Program> program(new Program(context, file, header));
  if (absl::Status status = program->Init(header); !status.ok()) return status;
  return program;
}

absl::Status Program::Init(const std::vector<std::string>* header) {
  if (absl::Status status = slots_.Init(); !status.ok()) return status;
  for (int i = 0; i < file_.skip_size(); ++i) {
    const std::string path = absl::StrCat("skip[", i, "]");
    absl::StatusOr<Conditions> when = Conditions::Compile(file_.skip(i).when(), &slots_);
    if (!when.ok()) return InField(path, when.status());
    if (when->empty()) {
      return absl::InvalidArgumentError(absl::StrCat(path, ".when: needs a condition"));
    }
    if (file_.skip(i).reason().empty()) {
      return absl::InvalidArgumentError(absl::StrCat(path, ".reason: is required"));
    }
    skips_.push_back(SkipRule{*std::move(when)});
  }
  for (int i = 0; i < file_.records_size(); ++i) {
    absl::StatusOr<std::unique_ptr<Record>> record =
        Record::Compile(context_, file_, i, &slots_, header);
    if (!record.ok()) {
      return InField(absl::StrCat("records[", i, "] (", file_.records(i).name(), ")"),
                     record.status());
    }
    records_.push_back(*std::move(record));
  }
  const v1::NewestOf& newest = context_.mapping->feed().newest();
  if (newest.file() == file_.name() && !newest.column().empty()) {
    absl::StatusOr<BoundTemplate> column = slots_.Bind(absl::StrCat("{", newest.column(), "}"));
    if (!column.ok()) return InField("feed.newest", column.status());
    newest_column_ = *std::move(column);
  }
  return InitExports();
}

absl::Status Program::InitExports() {
  for (JoinTable* const table : context_.joins->FilledFrom(file_.name())) {
    Export to;
    to.table = table;
    const v1::Join& join = table->join;
    absl::StatusOr<BoundTemplate> key =
        slots_.Bind(join.equals().empty() ? join.key() : join.equals());
    if (!key.ok()) {
      return InField(absl::StrCat("(for the join '", join.name(), "' of '", table->file, "')"),
                     key.status());
    }
    to.key = *std::move(key);
    for (const std::string& column : table->columns) {
      absl::StatusOr<BoundTemplate> bound = slots_.Bind(absl::StrCat("{", column, "}"));
      if (!bound.ok()) {
        return InField(
            absl::StrCat("(for '{", join.name(), ".", column, "}' of '", table->file, "')"),
            bound.status());
      }
      to.columns.push_back(*std::move(bound));
    }
    exports_.push_back(std::move(to));
  }
  return absl::OkStatus();
}

RowOutcome Program::Run(const CsvRow& row, absl::string_view file_name, Made* made) {
  made->Clear();
  RowOutcome outcome;
  const auto reject = [&outcome, made](absl::string_view record, absl::string_view reason) {
    made->Clear();
    outcome.kind = RowOutcome::Kind::kRejected;
    outcome.record = std::string(record);
    outcome.reason = std::string(reason);
    return outcome;
  };
  if (!row.broken.empty()) return reject("", row.broken);
  slots_.StartRow(row, file_name);
  // A row that is left out or rejected for another column still says whose key it is.
  FillJoinTables();
  for (size_t i = 0; i < skips_.size(); ++i) {
    absl::StatusOr<bool> holds = skips_[i].when.Hold(&slots_);
    if (!holds.ok()) return reject("", holds.status().message());
    if (!*holds) continue;
    outcome.kind = RowOutcome::Kind::kLeftOut;
    outcome.skip = static_cast<int>(i);
    return outcome;
  }
  for (const std::unique_ptr<Record>& record : records_) {
    if (absl::Status status = record->Make(row, &slots_, made); !status.ok()) {
      return reject(record->name(), status.message());
    }
  }
  SeeNewest();
  return outcome;
}

void Program::FillJoinTables() {
  std::string scratch;
  for (const Export& to : exports_) {
    const Value key = slots_.Read(to.key, &scratch);
    if (!key.problem.empty() || key.missing) continue;
    const std::string key_text(key.text);
    std::vector<absl::optional<std::string>> values;
    values.reserve(to.columns.size());
    bool readable = true;
    for (const BoundTemplate& column : to.columns) {
      const Value value = slots_.Read(column, &scratch);
      readable = readable && value.problem.empty();
      values.push_back(value.missing ? absl::optional<std::string>()
                                     : absl::optional<std::string>(value.text));
    }
    if (readable) to.table->Add(key_text, std::move(values));
  }
}

void Program::SeeNewest() {
  if (newest_column_.empty()) return;
  std::string scratch;
  const Value value = slots_.Read(newest_column_, &scratch);
  if (!value.problem.empty() || value.missing) return;
  const CellRule& rule = slots_.RuleOf(newest_column_);
  absl::StatusOr<CivilStamp> stamp = rule.AsDate(value.text);
  if (!stamp.ok()) return;
  const absl::CivilDay day = stamp->ToDay(rule.zone());
  if (!newest_.has_value() || day > *newest_) newest_ = day;
}

}  // namespace kizuna::import
