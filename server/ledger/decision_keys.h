// SPDX-License-Identifier: Apache-2.0
//
// By which secrets does a store know the ids of its own decisions? Its keys, numbered from 1, in
// the book's partition. The newest signs; all of them verify, for ever, so none is deleted.

#ifndef KIZUNA_SERVER_LEDGER_DECISION_KEYS_H_
#define KIZUNA_SERVER_LEDGER_DECISION_KEYS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/convert/decision_token.h"
#include "server/engine/time.h"
#include "storage/kv.h"

namespace kizuna::ledger {

// Thread-safe.
class DecisionKeys {
 public:
  // Gives so many random bytes that nobody can guess.
  using RandomBytes = std::function<std::string(size_t size)>;

  // Reads the keys of the store, which must outlive this; makes the first one when there is none.
  // DATA_LOSS when a key is damaged.
  static absl::StatusOr<std::unique_ptr<DecisionKeys>> Open(storage::Store* store,
                                                            engine::Instant now,
                                                            RandomBytes random_bytes);

  // The key that signs.
  convert::DecisionKey newest() const;
  // The secret of a key, or nothing when there is none of that number.
  std::optional<std::string> SecretOf(uint64_t number) const;
  // Makes a new key, which signs from now on; its number. Errors as of Store::Commit.
  absl::StatusOr<uint64_t> Rotate(engine::Instant now);

 private:
  DecisionKeys(storage::Store* store, RandomBytes random_bytes)
      : store_(store), random_bytes_(std::move(random_bytes)) {}

  absl::Status Load();

  storage::Store* const store_;
  const RandomBytes random_bytes_;
  absl::Mutex rotating_;  // held while a key is made; before mutex_
  mutable absl::Mutex mutex_;
  std::map<uint64_t, std::string> secrets_ ABSL_GUARDED_BY(mutex_);  // never empty once open
};

// Random bytes of the operating system's, by OpenSSL.
std::string SystemRandomBytes(size_t size);

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_DECISION_KEYS_H_
