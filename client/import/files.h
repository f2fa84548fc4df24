// SPDX-License-Identifier: Apache-2.0
//
// Which files are read, in which order, and as what? The mapping's globs against what the command
// line gave.

#ifndef KIZUNA_CLIENT_IMPORT_FILES_H_
#define KIZUNA_CLIENT_IMPORT_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "kizuna/import/v1/mapping.pb.h"

namespace kizuna::import {

// A file to read.
struct InputFile {
  std::string path;
  std::string name;  // its own name, without the directory
  int file = 0;      // its index in Mapping.files
};

// A file that is not read.
struct UnreadFile {
  std::string name;
  std::string reason;  // the mapping's; empty: the mapping does not know the file
};

struct FoundFiles {
  std::vector<InputFile> files;  // in the order of the mapping, then of their names
  std::vector<UnreadFile> unread;
};

// Finds the files of `paths`, each a directory (read without those below it) or a file. `rejects`
// is passed over: that of an earlier import may lie among the files. NOT_FOUND: a path is not
// there, or a directory lacks a file that the mapping requires. INVALID_ARGUMENT: a file that was
// named fits no glob.
absl::StatusOr<FoundFiles> FindFiles(const v1::Mapping& mapping,
                                     const std::vector<std::string>& paths,
                                     const std::string& rejects = "");

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_FILES_H_
