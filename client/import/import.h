// SPDX-License-Identifier: Apache-2.0
//
// How are another system's files imported? One call: the mapping, the paths, the destination; the
// answer is the summary. docs/import.md is the guide.
//
//   paths -> files -> CsvReader (bytes to rows) -> Program (a row to facts) -> Delivery (facts to
//   acknowledgements) -> FileTally, RejectsFile

#ifndef KIZUNA_CLIENT_IMPORT_IMPORT_H_
#define KIZUNA_CLIENT_IMPORT_IMPORT_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "client/import/destination.h"
#include "client/import/summary.h"
#include "kizuna/import/v1/mapping.pb.h"

namespace kizuna::import {

struct ImportOptions {
  // Directories and files.
  std::vector<std::string> paths;
  // Where rejected rows are written; empty: nowhere.
  std::string rejects_path;
  // Values of the mapping's constants.
  std::vector<std::pair<std::string, std::string>> constants;
  // Called with the rows read so far, now and then.
  std::function<void(int64_t rows)> on_progress;
};

// Imports. Blocks; one at a time for a destination. Rows that cannot be taken are no error. An
// error ends the import where it stands: INVALID_ARGUMENT for a mapping that makes no sense or does
// not fit a file, NOT_FOUND for files, UNAVAILABLE and the like for the destination. What was taken
// by then stays, and is a duplicate in the next import.
absl::StatusOr<ImportSummary> Import(v1::Mapping mapping, const ImportOptions& options,
                                     Destination* destination);

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_IMPORT_H_
