// SPDX-License-Identifier: Apache-2.0
//
// Which row of another file belongs to a key? One table for each join of the mapping: filled while
// the other file is read, asked while the joining file is. It keeps only the columns that the
// mapping names, and is the one thing of an import whose memory grows with a file.

#ifndef KIZUNA_CLIENT_IMPORT_JOIN_TABLE_H_
#define KIZUNA_CLIENT_IMPORT_JOIN_TABLE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "kizuna/import/v1/mapping.pb.h"

namespace kizuna::import {

// The rows of `join.file()` that one join can find.
struct JoinTable {
  // A row's values, in the order of `columns`; nullopt is missing.
  struct Row {
    std::vector<absl::optional<std::string>> values;
    bool ambiguous = false;  // two rows of one key differ
  };

  std::string file;                  // the file that joins
  v1::Join join;                     // as the mapping states it
  std::vector<std::string> columns;  // of the other file, as templates name them
  absl::flat_hash_map<std::string, Row> rows;
  bool filled = false;  // a file of that name was read

  // Which of `columns` this is; added when it is new.
  int ColumnIndex(absl::string_view column) {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i] == column) return static_cast<int>(i);
    }
    columns.emplace_back(column);
    return static_cast<int>(columns.size()) - 1;
  }

  // Takes a row. A key with two different rows is ambiguous, whichever comes first.
  void Add(absl::string_view key, std::vector<absl::optional<std::string>> values) {
    auto [found, is_new] = rows.try_emplace(key);
    if (is_new) {
      found->second.values = std::move(values);
    } else if (found->second.values != values) {
      found->second.ambiguous = true;
    }
  }
};

// All joins of a mapping.
class JoinTables {
 public:
  // The table of `join` in the file named `file`; made at the first call. Lives as long as this.
  JoinTable* For(const std::string& file, const v1::Join& join) {
    for (const auto& table : tables_) {
      if (table->file == file && table->join.name() == join.name()) return table.get();
    }
    tables_.push_back(std::make_unique<JoinTable>());
    tables_.back()->file = file;
    tables_.back()->join = join;
    return tables_.back().get();
  }

  // The tables that are filled from the file named `file`.
  std::vector<JoinTable*> FilledFrom(absl::string_view file) const {
    std::vector<JoinTable*> found;
    for (const auto& table : tables_) {
      if (table->join.file() == file) found.push_back(table.get());
    }
    return found;
  }

 private:
  std::vector<std::unique_ptr<JoinTable>> tables_;
};

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_JOIN_TABLE_H_
