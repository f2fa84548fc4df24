// SPDX-License-Identifier: Apache-2.0

#include "client/import/files.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <tuple>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace kizuna::import {
namespace {

namespace fs = std::filesystem;

struct Candidate {
  std::string path;
  std::string name;
  bool named = false;  // on the command line itself
  bool read = false;
};

template <typename Globs>
bool Matches(const Globs& globs, const std::string& name) {
  return std::any_of(globs.begin(), globs.end(), [&name](const std::string& glob) {
    return fnmatch(glob.c_str(), name.c_str(), FNM_PERIOD) == 0;
  });
}

bool LooksLikeData(absl::string_view name) {
  return absl::EndsWithIgnoreCase(name, ".csv") || absl::EndsWithIgnoreCase(name, ".tsv") ||
         absl::EndsWithIgnoreCase(name, ".txt");
}

absl::StatusOr<std::vector<Candidate>> Candidates(const std::vector<std::string>& paths,
                                                  const std::string& rejects, bool* any_directory) {
  std::vector<Candidate> found;
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      return absl::NotFoundError(absl::StrCat("there is no file or directory '", path, "'"));
    }
    if (!fs::is_directory(status)) {
      found.push_back({path, fs::path(path).filename().string(), true, false});
      continue;
    }
    *any_directory = true;
    for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
      std::error_code ignored;
      if (!at->is_regular_file(ignored)) continue;
      if (!rejects.empty() && fs::equivalent(at->path(), rejects, ignored)) continue;
      found.push_back({at->path().string(), at->path().filename().string(), false, false});
    }
    if (error) {
      return absl::NotFoundError(
          absl::StrCat("cannot read the directory '", path, "': ", error.message()));
    }
  }
  std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.name, a.path) < std::tie(b.name, b.path);
  });
  return found;
}

std::string Globs(const v1::Mapping& mapping) {
  std::vector<std::string> globs;
  for (const v1::File& file : mapping.files()) {
    globs.insert(globs.end(), file.glob().begin(), file.glob().end());
  }
  return absl::StrJoin(globs, ", ");
}

}  // namespace

absl::StatusOr<FoundFiles> FindFiles(const v1::Mapping& mapping,
                                     const std::vector<std::string>& paths,
                                     const std::string& rejects) {
  bool any_directory = false;
  absl::StatusOr<std::vector<Candidate>> candidates = Candidates(paths, rejects, &any_directory);
  if (!candidates.ok()) return candidates.status();
  FoundFiles found;
  for (int i = 0; i < mapping.files_size(); ++i) {
    const v1::File& file = mapping.files(i);
    bool any = false;
    for (Candidate& candidate : *candidates) {
      if (!Matches(file.glob(), candidate.name)) continue;
      candidate.read = true;
      any = true;
      found.files.push_back({candidate.path, candidate.name, i});
    }
    if (!any && any_directory && !file.optional()) {
      return absl::NotFoundError(absl::StrCat("no file of ", absl::StrJoin(paths, ", "), " fits '",
                                              absl::StrJoin(file.glob(), "' or '"),
                                              "', which the mapping reads as '", file.name(), "'"));
    }
  }
  for (const Candidate& candidate : *candidates) {
    if (candidate.read) continue;
    std::string reason;
    for (const v1::LeftOut& left_out : mapping.left_out()) {
      if (Matches(left_out.glob(), candidate.name)) reason = left_out.reason();
    }
    if (candidate.named && reason.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the mapping reads no file named '", candidate.name, "'; it reads ", Globs(mapping)));
    }
    if (!reason.empty() || LooksLikeData(candidate.name)) {
      found.unread.push_back({candidate.name, reason});
    }
  }
  if (found.files.empty()) {
    return absl::NotFoundError(absl::StrCat("no file to read; the mapping reads ", Globs(mapping)));
  }
  return found;
}

}  // namespace kizuna::import
