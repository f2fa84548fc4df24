// SPDX-License-Identifier: Apache-2.0
//
// What becomes of each row of one file? The file's part of the mapping, bound to the file's header:
// rows left out, rows of join tables, records made, or the reason why the row is rejected. Pure:
// rows in, facts and products out.

#ifndef KIZUNA_CLIENT_IMPORT_PROGRAM_H_
#define KIZUNA_CLIENT_IMPORT_PROGRAM_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/import/condition.h"
#include "client/import/reader.h"
#include "client/import/record.h"
#include "client/import/slots.h"
#include "kizuna/import/v1/mapping.pb.h"

namespace kizuna::import {

// What became of a row.
struct RowOutcome {
  enum class Kind { kMade, kLeftOut, kRejected };
  Kind kind = Kind::kMade;
  int skip = -1;       // kLeftOut: the index of the rule in File.skip
  std::string record;  // kRejected: the record that could not be made; empty: the row itself
  std::string reason;  // kRejected
};

// One file's program. Not thread-safe.
class Program {
 public:
  // `header` null: only checks the mapping, and learns which columns joins ask for. `file` and
  // `context` must outlive it. INVALID_ARGUMENT names the field within the file's part of the
  // mapping.
  static absl::StatusOr<std::unique_ptr<Program>> Compile(const MappingContext& context,
                                                          const v1::File& file,
                                                          const std::vector<std::string>* header);

  // Runs a row; what it becomes is in `made`, which is cleared first, and empty unless kMade.
  RowOutcome Run(const CsvRow& row, absl::string_view file_name, Made* made);

  // The newest day of the column that the mapping's feed watches, over the rows that were taken.
  absl::optional<absl::CivilDay> newest() const { return newest_; }

  const v1::File& file() const { return file_; }

 private:
  struct SkipRule {
    Conditions when;
  };
  struct Export {
    JoinTable* table = nullptr;
    BoundTemplate key;
    std::vector<BoundTemplate> columns;
  };

  Program(const MappingContext& context, const v1::File& file,
          const std::vector<std::string>* header);
  absl::Status Init(const std::vector<std::string>* header);
  absl::Status InitExports();
  void FillJoinTables();
  void SeeNewest();

  const MappingContext& context_;
  const v1::File& file_;
  Slots slots_;
  std::vector<SkipRule> skips_;
  std::vector<std::unique_ptr<Record>> records_;
  std::vector<Export> exports_;
  BoundTemplate newest_column_;
  absl::optional<absl::CivilDay> newest_;
};

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_PROGRAM_H_
