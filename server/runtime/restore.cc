// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/restore.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/ledger/erasures.h"
#include "server/runtime/erasure_list.h"
#include "server/runtime/opened_store.h"
#include "spdlog/spdlog.h"

namespace kizuna::server {
namespace {

using Tell = std::function<void(const std::string& line)>;

// The data folder without a slash at its end.
std::string DataOf(const Options& options) {
  std::string data = options.data;
  while (data.size() > 1 && data.back() == '/') data.pop_back();
  return data;
}

absl::Status CheckNew(const std::string& data) {
  std::error_code error;
  if (!std::filesystem::exists(data, error)) return absl::OkStatus();
  if (std::filesystem::is_directory(data, error) && std::filesystem::is_empty(data, error)) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("--data: ", data,
                   " is there already; restore into a new folder, and keep the old one until the "
                   "new one serves"));
}

// What was erased, by every list that there is.
absl::StatusOr<std::set<ledger::Erasure>> ListOf(const Options& options, const Tell& tell) {
  std::set<ledger::Erasure> all;
  if (options.forget_erasures) {
    tell("erasures: no list is used; what was erased since the backup is back");
    return all;
  }
  const std::string beside = ErasuresBeside(options.restore_from);
  auto listed = ErasureList::Read(beside);
  if (absl::IsNotFound(listed.status()) && options.erasures.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "there is no list of erasures ", beside,
        ", so what was erased since the backup would come back. Name a list by --erasures FILE "
        "(each data folder has one, ERASURES), or give --forget-erasures if nothing was erased"));
  }
  if (listed.ok()) {
    all = *std::move(listed);
  } else if (!absl::IsNotFound(listed.status())) {
    return listed.status();
  }
  if (options.erasures.empty()) return all;
  auto more = ErasureList::Read(options.erasures);
  if (!more.ok()) {
    return absl::Status(more.status().code(),
                        absl::StrCat("--erasures: ", more.status().message()));
  }
  all.merge(*more);
  return all;
}

// Erases again what is listed and was brought back.
absl::Status EraseAgain(OpenedStore& opened, const std::set<ledger::Erasure>& list,
                        const Tell& tell) {
  auto unerased = ledger::FindUnerased(*opened.store, list);
  if (!unerased.ok()) return unerased.status();
  tell(absl::StrCat("erasures: ", list.size(), " are listed; erasing again ",
                    unerased->accounts.size(), " accounts and ", unerased->people.size(),
                    " people that the backup still held"));
  for (const std::string& account : unerased->accounts) {
    if (absl::Status status = opened.ledger->Erase(account); !status.ok()) return status;
  }
  for (const auto& [account, contact] : unerased->people) {
    absl::Status status = opened.ledger->ErasePerson(account, contact);
    if (!status.ok()) return status;
  }
  return ledger::MarkAbsent(*opened.store, list, opened.ledger->Now());
}

absl::Status VerifyAll(OpenedStore& opened, const Tell& tell) {
  const auto report = opened.ledger->Verify();
  if (!report.ok()) return report.status();
  for (const std::string& difference : report->differences) {
    tell(absl::StrCat("difference: ", difference));
  }
  tell(absl::StrCat("verified: ", report->accounts, " accounts, ", report->facts,
                    " facts, digest: ", report->digest));
  if (report->differences.empty()) return absl::OkStatus();
  return absl::DataLossError(
      "a stored state is not what its facts say, so nothing was restored; restore another backup "
      "by --backup-number, and report this");
}

// Makes the store in `folder`, whole and closed.
absl::Status Make(const Options& options, const std::string& folder, const ledger::Clock* clock,
                  const Tell& tell) {
  const auto list = ListOf(options, tell);
  if (!list.ok()) return list.status();
  storage::RestoreOptions restore;
  restore.backups = options.restore_from;
  restore.number = static_cast<uint32_t>(options.backup_number);
  restore.directory = folder;
  restore.log = [](absl::string_view line) {
    spdlog::warn("event=storage message=\"{}\"",
                 std::string(absl::StripTrailingAsciiWhitespace(line)));
  };
  tell(absl::StrCat("restoring from ", options.restore_from));
  const auto backup = storage::RestoreBackup(restore);
  if (!backup.ok()) return backup.status();
  tell(absl::StrCat("backup ", backup->number, " of ",
                    absl::FormatTime(absl::RFC3339_sec, backup->created_at, absl::UTCTimeZone()),
                    ", ", backup->bytes, " bytes, every checksum as it was made"));
  Options open = options;
  open.data = folder;
  auto opened = OpenStore(open, clock, Purpose::kRestore, nullptr);
  if (!opened.ok()) return opened.status();
  tell(absl::StrCat("epoch ", opened->epoch,
                    ": what was given out after the backup (ids of decisions, cursors, revisions) "
                    "is answered DATA_LOSS"));
  if (absl::Status status = EraseAgain(*opened, *list, tell); !status.ok()) return status;
  if (absl::Status status = VerifyAll(*opened, tell); !status.ok()) return status;
  opened->ledger->Drain();
  opened->ledger.reset();
  return opened->store->Close();
}

// Gives the finished folder its name, durably.
absl::Status Rename(const std::string& from, const std::string& to) {
  // An empty folder of that name gives way.
  bool done = std::rename(from.c_str(), to.c_str()) == 0;
  const std::string parent = std::filesystem::path(to).parent_path().string();
  const int descriptor = open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY);
  done = done && descriptor >= 0 && fsync(descriptor) == 0;
  if (descriptor >= 0) close(descriptor);
  if (done) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the restored store in ", from,
                                             " cannot be renamed to ", to,
                                             "; see to that folder, and restore again"));
}

}  // namespace

absl::Status Restore(const Options& options, const ledger::Clock* clock, const Tell& tell) {
  const std::string data = DataOf(options);
  if (absl::Status status = CheckNew(data); !status.ok()) return status;
  const std::string folder = data + ".restoring";
  std::error_code ignored;
  // What an earlier restore that was cut off has left.
  std::filesystem::remove_all(folder, ignored);
  absl::Status status = Make(options, folder, clock, tell);
  if (status.ok()) status = Rename(folder, data);
  if (!status.ok()) {
    std::filesystem::remove_all(folder, ignored);
    return status;
  }
  tell(absl::StrCat("the store is in ", data, "; start a server on it"));
  return absl::OkStatus();
}

}  // namespace kizuna::server
