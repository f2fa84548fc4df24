// SPDX-License-Identifier: Apache-2.0

#include "client/import/import.h"

#include <algorithm>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/import/delivery.h"
#include "client/import/mapping.h"
#include "client/import/program.h"
#include "client/import/reader.h"
#include "client/import/rejects.h"

namespace kizuna::import {
namespace {

constexpr int64_t kProgressEveryRows = 256;

CsvOptions OptionsOf(const v1::Mapping& mapping, const v1::File& file) {
  CsvOptions options;
  options.encoding = file.encoding().empty() ? mapping.encoding() : file.encoding();
  options.delimiter = file.delimiter().empty() ? '\0' : file.delimiter().front();
  options.header = !file.no_header();
  options.skip_lines = file.skip_lines();
  options.ragged = file.ragged();
  if (file.max_row_lines() > 0) options.max_row_lines = file.max_row_lines();
  return options;
}

// One import, from its first file to its last.
class Run {
 public:
  Run(const ImportOptions& options, Destination* destination)
      : options_(options), destination_(destination) {}

  absl::StatusOr<ImportSummary> Import(v1::Mapping mapping);

 private:
  absl::Status ReadFile(const InputFile& input);
  absl::Status ReadRows(const InputFile& input, CsvReader* reader, Program* program,
                        FileTally* tally);
  absl::Status CheckJoins(const v1::File& file) const;
  FileTally EmptyTally(const InputFile& input) const;
  absl::Status StateFeed();

  const ImportOptions& options_;
  Destination* const destination_;
  std::unique_ptr<CheckedMapping> mapping_;
  std::unique_ptr<RejectsFile> rejects_;
  Repeats repeats_;
  ImportSummary summary_;
  int64_t rows_ = 0;
  absl::optional<absl::CivilDay> newest_;
};

absl::StatusOr<ImportSummary> Run::Import(v1::Mapping mapping) {
  absl::TimeZone zone = absl::UTCTimeZone();
  if (mapping.time_zone().empty()) {
    absl::StatusOr<absl::TimeZone> book = destination_->Zone();
    if (!book.ok()) return book.status();
    zone = *book;
  }
  absl::StatusOr<std::unique_ptr<CheckedMapping>> checked =
      CheckedMapping::Create(std::move(mapping), options_.constants, zone);
  if (!checked.ok()) return checked.status();
  mapping_ = *std::move(checked);
  absl::StatusOr<FoundFiles> found =
      FindFiles(mapping_->mapping(), options_.paths, options_.rejects_path);
  if (!found.ok()) return found.status();
  absl::StatusOr<std::unique_ptr<RejectsFile>> rejects = RejectsFile::Create(options_.rejects_path);
  if (!rejects.ok()) return rejects.status();
  rejects_ = *std::move(rejects);
  summary_.unread = std::move(found->unread);
  for (const kizuna::v1::Metric& metric : mapping_->mapping().metrics()) {
    if (absl::Status status = destination_->PutMetric(metric).status(); !status.ok()) {
      return status;
    }
  }
  for (const InputFile& input : found->files) {
    if (absl::Status status = ReadFile(input); !status.ok()) return status;
  }
  if (absl::Status status = StateFeed(); !status.ok()) return status;
  if (absl::Status status = rejects_->Close(); !status.ok()) return status;
  if (rejects_->count() > 0) summary_.rejects_path = options_.rejects_path;
  return std::move(summary_);
}

absl::Status Run::CheckJoins(const v1::File& file) const {
  for (const v1::Join& join : file.joins()) {
    JoinTable* const table = mapping_->context().joins->For(file.name(), join);
    if (table->filled || table->columns.empty()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "'", file.name(), "' looks rows up in '", join.file(),
        "', and no such file was given; give the directory, or that file too"));
  }
  return absl::OkStatus();
}

FileTally Run::EmptyTally(const InputFile& input) const {
  const v1::File& file = mapping_->mapping().files(input.file);
  FileTally tally;
  tally.name = input.name;
  for (const v1::Skip& skip : file.skip()) tally.left_out.push_back({skip.reason(), 0});
  const google::protobuf::OneofDescriptor& content =
      *v1::Record::descriptor()->FindOneofByName("content");
  for (const v1::Record& record : file.records()) {
    RecordTally one;
    one.name = record.name();
    one.kind = record.GetReflection()->GetOneofFieldDescriptor(record, &content)->name();
    tally.records.push_back(std::move(one));
  }
  return tally;
}

absl::Status Run::ReadFile(const InputFile& input) {
  const v1::File& file = mapping_->mapping().files(input.file);
  if (absl::Status status = CheckJoins(file); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<CsvReader>> reader =
      CsvReader::Open(input.path, OptionsOf(mapping_->mapping(), file));
  if (!reader.ok()) return reader.status();
  absl::StatusOr<std::unique_ptr<Program>> program =
      Program::Compile(mapping_->context(), file, &(*reader)->header());
  if (!program.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", input.path, "' does not fit files[", input.file, "] (", file.name(),
                     ") of the mapping: ", program.status().message()));
  }
  FileTally tally = EmptyTally(input);
  tally.encoding = (*reader)->encoding();
  if (absl::Status status = ReadRows(input, reader->get(), program->get(), &tally); !status.ok()) {
    return absl::Status(status.code(), absl::StrCat("'", input.name, "': ", status.message()));
  }
  for (JoinTable* const table : mapping_->context().joins->FilledFrom(file.name())) {
    table->filled = true;
  }
  if ((*program)->newest().has_value()) {
    newest_ = std::max(newest_.value_or(absl::CivilDay::min()), *(*program)->newest());
  }
  summary_.files.push_back(std::move(tally));
  return rejects_->Flush();
}

absl::Status Run::ReadRows(const InputFile& input, CsvReader* reader, Program* program,
                           FileTally* tally) {
  // Counted apart from what the acknowledgements count, and added once they have all come.
  FileTally read = *tally;
  Delivery delivery(destination_, &repeats_, rejects_.get(), tally);
  Made made;
  for (;;) {
    absl::StatusOr<const CsvRow*> row = reader->Next();
    if (!row.ok()) return row.status();
    if (*row == nullptr) break;
    ++read.read;
    if (++rows_ % kProgressEveryRows == 0 && options_.on_progress) options_.on_progress(rows_);
    RowOutcome outcome = program->Run(**row, input.name, &made);
    switch (outcome.kind) {
      case RowOutcome::Kind::kLeftOut:
        ++read.left_out[static_cast<size_t>(outcome.skip)].rows;
        break;
      case RowOutcome::Kind::kRejected:
        ++read.rejected;
        rejects_->Add(Reject{input.name, (*row)->line, std::move(outcome.record),
                             std::move(outcome.reason), std::string((*row)->raw)});
        break;
      case RowOutcome::Kind::kMade:
        if (made.facts.empty() && made.products.empty()) {
          ++read.empty;
        } else if (absl::Status status = delivery.Take(**row, &made); !status.ok()) {
          return status;
        }
        break;
    }
  }
  if (absl::Status status = delivery.Finish(); !status.ok()) return status;
  tally->read = read.read;
  tally->empty = read.empty;
  tally->rejected += read.rejected;
  tally->left_out = std::move(read.left_out);
  return absl::OkStatus();
}

// The watermark says that nothing is missing up to it, so it is not moved past rejected rows.
absl::Status Run::StateFeed() {
  const v1::Mapping& mapping = mapping_->mapping();
  if (!mapping.has_feed()) return absl::OkStatus();
  const v1::Feed& feed = mapping.feed();
  kizuna::v1::Source source;
  source.set_name(absl::StrCat("sources/", mapping.source()));
  *source.mutable_kinds() = feed.kinds();
  *source.mutable_metrics() = feed.metrics();
  source.set_expected_every_days(feed.expected_every_days());
  source.set_required(feed.required());
  absl::optional<absl::CivilDay> through = newest_;
  if (!feed.complete_through().empty()) {
    std::string text = feed.complete_through();
    if (absl::StartsWith(text, "{$") && absl::EndsWith(text, "}")) {
      const auto constant = mapping_->context().constants.find(text.substr(2, text.size() - 3));
      if (constant != mapping_->context().constants.end()) text = constant->second;
    }
    const auto stamp = ParseIso(text);
    if (!stamp.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "feed.complete_through: '", text, "' is no date; expected ISO 8601 such as 2024-09-30"));
    }
    through = stamp->ToDay(mapping_->zone());
  }
  if (!through.has_value()) {
    summary_.feed = "declared without a watermark";
  } else if (rejects_->count() > 0) {
    summary_.feed = absl::StrCat(
        "its watermark is held back, because rows were rejected: mend them and import again; it "
        "would be complete through ",
        absl::FormatCivilTime(*through));
  } else {
    const int64_t micros = absl::ToUnixMicros(absl::FromCivil(*through + 1, mapping_->zone())) - 1;
    source.mutable_complete_through()->set_seconds(micros / 1'000'000);
    source.mutable_complete_through()->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
    summary_.feed = absl::StrCat("complete through ", absl::FormatCivilTime(*through));
  }
  return destination_->PutSource(source).status();
}

}  // namespace

absl::StatusOr<ImportSummary> Import(v1::Mapping mapping, const ImportOptions& options,
                                     Destination* destination) {
  return Run(options, destination).Import(std::move(mapping));
}

}  // namespace kizuna::import
