// SPDX-License-Identifier: Apache-2.0
//
// What does `{name}` mean in the row at hand? Every name that a file's templates use is a slot,
// resolved once against the file's header: a cell, a text made of other slots, a column of a joined
// row, a constant, the row's number. A slot is read when it is first asked for in a row, so a cell
// that no record needs cannot spoil the row.

#ifndef KIZUNA_CLIENT_IMPORT_SLOTS_H_
#define KIZUNA_CLIENT_IMPORT_SLOTS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/import/cell.h"
#include "client/import/join_table.h"
#include "client/import/reader.h"
#include "client/import/template.h"
#include "kizuna/import/v1/mapping.pb.h"

namespace kizuna::import {

// What all files of a mapping share while they are compiled.
struct MappingContext {
  const v1::Mapping* mapping = nullptr;
  CellDefaults defaults;
  absl::flat_hash_map<std::string, std::string> constants;
  JoinTables* joins = nullptr;
};

// A template whose names are slots.
struct BoundTemplate {
  struct Piece {
    std::string text;
    int slot = -1;  // -1: `text`
    std::string date_format;
    std::vector<Filter> filters;
  };
  std::string written;  // as the mapping has it
  std::vector<Piece> pieces;

  bool empty() const { return written.empty(); }
  bool constant() const { return pieces.empty() || (pieces.size() == 1 && pieces[0].slot < 0); }
  absl::string_view constant_text() const {
    return pieces.empty() ? absl::string_view() : absl::string_view(pieces[0].text);
  }
  // The slot, when the template is one bare reference; else -1.
  int bare_slot() const {
    const bool bare = pieces.size() == 1 && pieces[0].slot >= 0 && pieces[0].date_format.empty() &&
                      pieces[0].filters.empty();
    return bare ? pieces[0].slot : -1;
  }
};

// The slots of one file. Not thread-safe; values live until the next row, or the next Set.
class Slots {
 public:
  // `header` null: only checks what does not need a file. `file` and `context` must outlive it.
  Slots(const MappingContext& context, const v1::File& file,
        const std::vector<std::string>* header);

  // Reads the file's columns and joins. INVALID_ARGUMENT names the field and what is wrong with it.
  absl::Status Init();

  // Resolves a template's names. `own` are names of the record that asks, such as `@value`, with
  // their slots. INVALID_ARGUMENT names what is not there and what there is.
  absl::StatusOr<BoundTemplate> Bind(absl::string_view text,
                                     const absl::flat_hash_map<std::string, int>* own = nullptr);

  // A slot that the caller sets for itself; its values are read by `rule`.
  int AddOwn(std::string name, std::shared_ptr<const CellRule> rule);
  void SetOwn(int slot, absl::string_view cell);

  // Begins a row. `row` and `file_name` live until the next.
  void StartRow(const CsvRow& row, absl::string_view file_name);

  // A slot's value in the row.
  const Value& Read(int slot);
  // A template's; the text may lie in `scratch`.
  Value Read(const BoundTemplate& bound, std::string* scratch);

  // The rule that reads dates and numbers of a template's value: its column's, when it is one bare
  // column, else the default.
  const CellRule& RuleOf(const BoundTemplate& bound) const;
  // The columns that a template reads, for messages: "column 'a'".
  std::string Describe(const BoundTemplate& bound) const;

 private:
  enum class Kind { kPlace, kAbsent, kTemplate, kJoined, kRowNumber, kLine, kFileName, kOwn };

  struct Slot {
    std::string name;
    Kind kind = Kind::kAbsent;
    size_t place = 0;      // kPlace: from 0
    BoundTemplate bound;   // kTemplate
    int join = -1;         // kJoined
    int join_column = -1;  // kJoined
    std::shared_ptr<const CellRule> rule;
    Value value;
    std::string scratch;
    std::string template_scratch;
    uint64_t read_in = 0;  // the row in which `value` was read
    bool binding = false;  // its own template is being bound: a circle when met again
  };

  struct BoundJoin {
    JoinTable* table = nullptr;
    BoundTemplate key;
    const JoinTable::Row* row = nullptr;
    std::string problem;
    uint64_t read_in = 0;
    std::string scratch;
  };

  absl::StatusOr<int> Resolve(absl::string_view name);
  absl::StatusOr<int> ResolveSpecial(absl::string_view name);
  absl::StatusOr<int> ResolveJoined(int join, absl::string_view column);
  absl::StatusOr<int> ResolveColumn(absl::string_view name);
  absl::StatusOr<int> AddColumn(const v1::Column& column);
  absl::StatusOr<absl::optional<size_t>> FindPlace(const v1::Column& column) const;
  int Add(Slot slot);
  Value ReadJoined(Slot* slot);
  void FindJoined(BoundJoin* join);

  const MappingContext& context_;
  const v1::File& file_;
  const std::vector<std::string>* const header_;
  std::shared_ptr<const CellRule> plain_;
  std::vector<std::unique_ptr<Slot>> slots_;
  absl::flat_hash_map<std::string, int> by_name_;
  std::vector<BoundJoin> joins_;

  const CsvRow* row_ = nullptr;
  absl::string_view file_name_;
  uint64_t row_serial_ = 0;
};

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_SLOTS_H_
