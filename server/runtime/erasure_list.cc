// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/erasure_list.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace kizuna::server {
namespace {

// DO NOT CHANGE: lists outlive the programs that wrote them.
constexpr absl::string_view kHeading = "kizuna erasures 1\n";
constexpr size_t kDigestBytes = 16;

absl::Status FileError(absl::string_view what, const std::string& path) {
  return absl::UnavailableError(
      absl::StrCat("the list of erasures ", path, " cannot be ", what, ": ", std::strerror(errno)));
}

std::string LineOf(const ledger::Erasure& erasure) {
  const std::string digest = absl::BytesToHexString(erasure.account);
  if (erasure.person == engine::kNobody) return absl::StrCat("account ", digest, "\n");
  return absl::StrFormat("person %s %016x\n", digest, erasure.person);
}

std::string TextOf(const std::set<ledger::Erasure>& erasures) {
  std::string text(kHeading);
  for (const ledger::Erasure& erasure : erasures) text += LineOf(erasure);
  return text;
}

std::optional<ledger::Erasure> ErasureOf(absl::string_view line) {
  const std::vector<absl::string_view> fields = absl::StrSplit(line, ' ');
  ledger::Erasure erasure;
  if (fields.size() < 2 || fields[1].size() != 2 * kDigestBytes) return std::nullopt;
  erasure.account = absl::HexStringToBytes(fields[1]);
  if (fields.size() == 3 && !absl::SimpleHexAtoi(fields[2], &erasure.person)) return std::nullopt;
  // Any other way to write it is not ours.
  if (LineOf(erasure) != absl::StrCat(line, "\n")) return std::nullopt;
  return erasure;
}

// The whole file; NOT_FOUND, UNAVAILABLE.
absl::StatusOr<std::string> Contents(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    if (errno != ENOENT) return FileError("read", path);
    return absl::NotFoundError(absl::StrCat("there is no list of erasures ", path));
  }
  std::string text;
  char buffer[1 << 16];
  for (size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, file)) > 0;) {
    text.append(buffer, got);
  }
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  if (failed) return FileError("read", path);
  return text;
}

absl::Status SyncFolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int descriptor = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY);
  if (descriptor < 0) return FileError("written", path);
  const bool synced = fsync(descriptor) == 0;
  close(descriptor);
  return synced ? absl::OkStatus() : FileError("written", path);
}

bool WriteAll(int descriptor, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// Puts a file of the text in the place of what is there, durably.
absl::Status Replace(const std::string& path, const std::string& text) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  const std::string fresh = path + ".new";
  const int descriptor = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return FileError("written", path);
  const bool written = WriteAll(descriptor, text) && fsync(descriptor) == 0;
  close(descriptor);
  if (!written || std::rename(fresh.c_str(), path.c_str()) != 0) return FileError("written", path);
  return SyncFolderOf(path);
}

}  // namespace

absl::StatusOr<std::set<ledger::Erasure>> ErasureList::Read(const std::string& path) {
  absl::StatusOr<std::string> contents = Contents(path);
  if (!contents.ok()) return contents.status();
  absl::string_view text = *contents;
  const absl::Status damaged = absl::DataLossError(absl::StrCat(
      "the list of erasures ", path,
      " is damaged; put a copy of it in its place, or that of the data folder (ERASURES)"));
  if (!absl::ConsumePrefix(&text, kHeading)) return damaged;
  std::set<ledger::Erasure> erasures;
  while (true) {
    const size_t end = text.find('\n');
    if (end == absl::string_view::npos) return erasures;
    const std::optional<ledger::Erasure> erasure = ErasureOf(text.substr(0, end));
    if (!erasure.has_value()) return damaged;
    erasures.insert(*erasure);
    text.remove_prefix(end + 1);
  }
}

absl::StatusOr<std::unique_ptr<ErasureList>> ErasureList::Open(
    const std::vector<std::string>& paths,
    const std::function<absl::StatusOr<std::set<ledger::Erasure>>()>& known) {
  std::set<ledger::Erasure> all;
  bool missing = false;
  for (const std::string& path : paths) {
    absl::StatusOr<std::set<ledger::Erasure>> listed = Read(path);
    if (absl::IsNotFound(listed.status())) {
      missing = true;
    } else if (!listed.ok()) {
      return listed.status();
    } else {
      all.merge(*listed);
    }
  }
  if (missing) {
    absl::StatusOr<std::set<ledger::Erasure>> marks = known();
    if (!marks.ok()) return marks.status();
    all.merge(*marks);
  }
  std::unique_ptr<ErasureList> list(new ErasureList());
  absl::MutexLock lock(&list->mutex_);
  for (const std::string& path : paths) {
    const absl::StatusOr<std::set<ledger::Erasure>> listed = Read(path);
    absl::StatusOr<std::string> text = Contents(path);
    if (!listed.ok() || *listed != all || !text.ok() || text->back() != '\n') {
      if (absl::Status status = Replace(path, TextOf(all)); !status.ok()) return status;
      text = TextOf(all);
    }
    File& file = list->files_.emplace_back();
    file.path = path;
    file.size = static_cast<int64_t>(text->size());
    file.descriptor = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file.descriptor < 0) return FileError("written", path);
  }
  return list;
}

ErasureList::~ErasureList() {
  absl::MutexLock lock(&mutex_);
  for (const File& file : files_) {
    if (file.descriptor >= 0) close(file.descriptor);
  }
}

absl::Status ErasureList::Append(File& file, const std::string& line) {
  // What an earlier write left half done goes first.
  if (ftruncate(file.descriptor, file.size) != 0 || !WriteAll(file.descriptor, line) ||
      fsync(file.descriptor) != 0) {
    return FileError("written", file.path);
  }
  file.size += static_cast<int64_t>(line.size());
  return absl::OkStatus();
}

absl::Status ErasureList::Add(const ledger::Erasure& erasure) {
  const std::string line = LineOf(erasure);
  absl::MutexLock lock(&mutex_);
  for (File& file : files_) {
    if (absl::Status status = Append(file, line); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace kizuna::server
