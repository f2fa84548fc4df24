// SPDX-License-Identifier: Apache-2.0
//
// `kizuna import`: another system's CSV files into accounts, products and facts, by a mapping. The
// work is in client/import; here are its flags and the summary.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/command.h"
#include "client/cli/output.h"
#include "client/cli/progress.h"
#include "client/import/destination.h"
#include "client/import/import.h"
#include "client/import/mapping.h"

namespace kizuna::cli {
namespace {

struct ImportFlags {
  std::string mapping;
  std::vector<std::string> paths;
  std::vector<std::string> constants;  // NAME=VALUE
  std::string rejects = "import-rejects.csv";
  bool dry_run = false;
};

// The rows that left a file on purpose.
int64_t LeftOut(const import::FileTally& file) {
  int64_t rows = file.empty;
  for (const import::LeftOutTally& rule : file.left_out) rows += rule.rows;
  return rows;
}

ListValue Count(int64_t count) { return ListValue(Json(count), Grouped(count)); }

ListValue Rejected(int64_t count) {
  return ListValue(Json(count), Grouped(count), count > 0 ? Style::kBad : Style::kPlain);
}

void PrintTallies(const import::ImportSummary& summary, ListPrinter* list) {
  for (const import::FileTally& file : summary.files) {
    list->Add({ListValue(Json(file.name), file.name, Style::kBold), ListValue(Json(), "rows"),
               ListValue(Json("row"), ""), Count(file.read), Count(file.accepted),
               Count(file.duplicate), Rejected(file.rejected), Count(LeftOut(file))});
    for (const import::RecordTally& record : file.records) {
      list->Add({ListValue(Json(file.name), ""), record.name,
                 ListValue(Json(record.kind), record.kind, Style::kDim), Count(record.made),
                 Count(record.accepted), Count(record.duplicate), Rejected(record.rejected),
                 ListValue(Json(0), "")});
    }
  }
}

Json Tail(const import::ImportSummary& summary, bool dry_run) {
  Json left_out = Json::MakeArray();
  for (const import::FileTally& file : summary.files) {
    for (const import::LeftOutTally& rule : file.left_out) {
      if (rule.rows == 0) continue;
      left_out.Append(Json::MakeObject()
                          .Set("file", file.name)
                          .Set("rows", rule.rows)
                          .Set("reason", rule.reason));
    }
  }
  Json unread = Json::MakeArray();
  for (const import::UnreadFile& file : summary.unread) {
    unread.Append(Json::MakeObject()
                      .Set("file", file.name)
                      .Set("reason", file.reason.empty() ? Json() : Json(file.reason)));
  }
  return Json::MakeObject()
      .Set("rows_rejected", summary.rejected())
      .Set("rejects_file", summary.rejects_path.empty() ? Json() : Json(summary.rejects_path))
      .Set("left_out", std::move(left_out))
      .Set("unread_files", std::move(unread))
      .Set("source", summary.feed.empty() ? Json() : Json(summary.feed))
      .Set("dry_run", dry_run);
}

// What people want to know beyond the numbers.
void PrintNotes(const import::ImportSummary& summary, bool dry_run, std::ostream& out) {
  for (const import::FileTally& file : summary.files) {
    for (const import::LeftOutTally& rule : file.left_out) {
      if (rule.rows == 0) continue;
      out << file.name << ": " << Counted(rule.rows, "row", "rows") << " left out: " << rule.reason
          << "\n";
    }
    if (file.empty > 0) {
      out << file.name << ": " << Counted(file.empty, "row", "rows")
          << (file.records.empty() ? ", only looked up by other files"
                                   : " met no record's conditions")
          << "\n";
    }
  }
  for (const import::UnreadFile& file : summary.unread) {
    out << file.name
        << ": not read: " << (file.reason.empty() ? "the mapping does not name it" : file.reason)
        << "\n";
  }
  if (!summary.feed.empty()) out << "source: " << summary.feed << "\n";
  if (dry_run) out << "Nothing was sent: this was a dry run.\n";
  if (summary.rejected() == 0) {
    out << "No row was rejected.\n";
    return;
  }
  out << Counted(summary.rejected(), "row was", "rows were") << " rejected";
  if (!summary.rejects_path.empty()) out << "; see " << summary.rejects_path;
  out << "\n";
}

absl::StatusOr<import::ImportOptions> OptionsOf(const ImportFlags& flags) {
  import::ImportOptions options;
  options.paths = flags.paths;
  options.rejects_path = flags.rejects;
  for (const std::string& constant : flags.constants) {
    const size_t equals = constant.find('=');
    if (equals == std::string::npos || equals == 0) {
      return UsageError("--set", absl::StrCat("'", constant, "' is not NAME=VALUE"));
    }
    options.constants.emplace_back(constant.substr(0, equals), constant.substr(equals + 1));
  }
  return options;
}

absl::StatusOr<ExitCode> RunImport(const ImportFlags& flags, Session& session) {
  absl::StatusOr<import::ImportOptions> options = OptionsOf(flags);
  if (!options.ok()) return options.status();
  absl::StatusOr<import::v1::Mapping> mapping = import::LoadMapping(flags.mapping);
  if (!mapping.ok()) return absl::InvalidArgumentError(mapping.status().message());
  std::unique_ptr<import::Destination> destination = import::DryRunDestination();
  if (!flags.dry_run) {
    const absl::StatusOr<client::Client*> client = session.Client();
    if (!client.ok()) return client.status();
    destination = import::ServerDestination(*client);
  }
  absl::StatusOr<import::ImportSummary> summary;
  {
    Progress progress(session.terminal(), "rows read");
    options->on_progress = [&progress](int64_t rows) { progress.Update(rows); };
    summary = import::Import(*std::move(mapping), *options, destination.get());
  }
  // NOT_FOUND is a file here, not an account.
  if (absl::IsNotFound(summary.status())) {
    return absl::FailedPreconditionError(summary.status().message());
  }
  if (!summary.ok()) return summary.status();
  ListPrinter list(session.terminal(), session.format(), "tallies",
                   {{"file", "file", Align::kLeft, true},
                    {"record", "what", Align::kLeft, true},
                    {"kind", "kind"},
                    {"read", "read", Align::kRight},
                    {"accepted", "accepted", Align::kRight},
                    {"duplicate", "duplicate", Align::kRight},
                    {"rejected", "rejected", Align::kRight},
                    {"left_out", "left out", Align::kRight}});
  PrintTallies(*summary, &list);
  list.Finish(Tail(*summary, flags.dry_run), "");
  if (session.format() == Format::kTable) PrintNotes(*summary, flags.dry_run, session.out());
  return summary->rejected() == 0 ? kOk : kRejected;
}

}  // namespace

void AddImportCommand(CommandLine& line) {
  const auto flags = std::make_shared<ImportFlags>();
  CLI::App* const command =
      line.Add(nullptr, "import",
               "Take another system's CSV files in, by a mapping file (docs/import.md). Run again, "
               "it changes "
               "nothing. Ends with 3 when rows were rejected; they are in the rejects file.",
               {{"kizuna import --mapping crm.textproto exports/", "all files of a directory"},
                {"kizuna import --mapping crm.textproto --dry-run exports/",
                 "what would be taken, without a server"},
                {"kizuna import --mapping telco.textproto --set as_of=2026-09-30 customers.csv",
                 "one file, with a value that the file does not have"}},
               [flags](Session& session) { return RunImport(*flags, session); });
  command->add_option("--mapping", flags->mapping, "the mapping, in text format")
      ->type_name("FILE")
      ->required();
  command->add_option("paths", flags->paths, "directories, and CSV files")
      ->type_name("DIR|CSV")
      ->required();
  command->add_option("--set", flags->constants, "a constant of the mapping")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command
      ->add_option("--rejects", flags->rejects,
                   "where rejected rows go (default import-rejects.csv); begun anew each time")
      ->type_name("FILE");
  command->add_flag("--dry-run", flags->dry_run, "read everything and send nothing");
}

}  // namespace kizuna::cli
