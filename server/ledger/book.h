// SPDX-License-Identifier: Apache-2.0
//
// Which rulebook is in force, and which were? The book: numbered rulebooks in the store's book
// partition, their parts shared by content. A rulebook that was ever in force is never deleted.

#ifndef KIZUNA_SERVER_LEDGER_BOOK_H_
#define KIZUNA_SERVER_LEDGER_BOOK_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "server/engine/rulebook.h"
#include "server/ledger/ledger.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// Thread-safe.
class Book {
 public:
  // Reads the rulebook in force; in a new store, puts the default rules into force as number 1.
  static absl::StatusOr<std::unique_ptr<Book>> Open(storage::Store* store,
                                                    const engine::Calendar& calendar,
                                                    Ledger::RulesReader read_rules,
                                                    absl::string_view default_rules_text,
                                                    engine::Instant now);

  std::shared_ptr<const engine::Rulebook> current() const;

  // The rulebook of that number as it was in force, compiled; those asked for last are kept.
  // NOT_FOUND when there never was one; DATA_LOSS when what is stored of it no longer makes one.
  absl::StatusOr<std::shared_ptr<const engine::Rulebook>> Numbered(uint64_t number);

  // The one that was in force at that instant: the newest that was activated by then, the first
  // where none was.
  absl::StatusOr<std::shared_ptr<const engine::Rulebook>> InForceAt(engine::Instant at);

  // 0: the one in force.
  absl::StatusOr<BookEntry> Get(uint64_t number) const;
  absl::StatusOr<std::vector<BookEntry>> List(uint64_t before, size_t limit) const;

  // The text compiled with the present catalogue, metrics and sources, under the next number. Null
  // when `violations` say what is wrong.
  std::shared_ptr<const engine::Rulebook> Compile(absl::string_view rules_text,
                                                  std::vector<engine::Violation>& violations) const;

  // See Ledger. Both give the number in force afterwards.
  absl::StatusOr<uint64_t> Activate(absl::string_view rules_text, absl::string_view author,
                                    absl::string_view note, engine::Instant now);
  absl::StatusOr<uint64_t> Edit(const std::function<absl::Status(engine::Rulebook::Parts&)>& edit,
                                engine::Instant now);

 private:
  // What the store keeps of a rulebook, its parts in bytes.
  struct Parts {
    std::string rules, catalogue, metrics, sources;
  };

  Book(storage::Store* store, const engine::Calendar& calendar, Ledger::RulesReader read_rules)
      : store_(store), calendar_(calendar), read_rules_(std::move(read_rules)) {}

  absl::Status Load();
  absl::StatusOr<Parts> ReadParts(uint64_t number) const;
  absl::StatusOr<std::shared_ptr<const engine::Rulebook>> CompileStored(uint64_t number,
                                                                        const Parts& stored) const;
  std::shared_ptr<const engine::Rulebook> CompileParts(
      uint64_t number, absl::string_view rules_text, engine::Rulebook::Parts parts,
      std::vector<engine::Violation>& violations) const;
  absl::Status Put(std::shared_ptr<const engine::Rulebook> rulebook, std::string rules_text,
                   absl::string_view author, absl::string_view note, engine::Instant now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writing_);

  storage::Store* const store_;
  const engine::Calendar calendar_;
  const Ledger::RulesReader read_rules_;

  absl::Mutex writing_;  // held while a new number is made; before mutex_
  mutable absl::Mutex mutex_;
  std::shared_ptr<const engine::Rulebook> current_ ABSL_GUARDED_BY(mutex_);
  std::string rules_text_ ABSL_GUARDED_BY(mutex_);
  // Of earlier numbers, the one asked for last at the end.
  std::vector<std::shared_ptr<const engine::Rulebook>> past_ ABSL_GUARDED_BY(mutex_);
};

// INVALID_ARGUMENT that tells every violation, a line each.
absl::Status ViolationsError(const std::vector<engine::Violation>& violations);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_BOOK_H_
