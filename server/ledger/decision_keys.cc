// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/decision_keys.h"

#include <openssl/rand.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/records/records.h"

namespace kizuna::ledger {

using storage::DecisionKeyKey;
using storage::Partition;

absl::StatusOr<std::unique_ptr<DecisionKeys>> DecisionKeys::Open(storage::Store* store,
                                                                 engine::Instant now,
                                                                 RandomBytes random_bytes) {
  auto keys = std::unique_ptr<DecisionKeys>(new DecisionKeys(store, std::move(random_bytes)));
  if (absl::Status status = keys->Load(); !status.ok()) return status;
  if (!keys->SecretOf(1).has_value()) {
    absl::StatusOr<uint64_t> first = keys->Rotate(now);
    if (!first.ok()) return first.status();
  }
  return keys;
}

absl::Status DecisionKeys::Load() {
  const auto snapshot = store_->GetSnapshot();
  storage::RecordScan<DecisionKeyKey> rows(*snapshot, Partition::Book(), DecisionKeyKey::All());
  absl::MutexLock lock(&mutex_);
  while (rows.Next()) {
    if (rows.record().secret().size() != convert::kDecisionSecretBytes) {
      return absl::DataLossError(absl::StrCat("key ", rows.key().number,
                                              " of the decisions is damaged; restore the store "
                                              "from a backup"));
    }
    secrets_[rows.key().number] = rows.record().secret();
  }
  return rows.status();
}

convert::DecisionKey DecisionKeys::newest() const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto& [number, secret] = *secrets_.rbegin();
  return {number, secret};
}

std::optional<std::string> DecisionKeys::SecretOf(uint64_t number) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = secrets_.find(number);
  if (found == secrets_.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<uint64_t> DecisionKeys::Rotate(engine::Instant now) {
  absl::MutexLock rotating(&rotating_);
  uint64_t number = 1;
  {
    absl::ReaderMutexLock lock(&mutex_);
    if (!secrets_.empty()) number = secrets_.rbegin()->first + 1;
  }
  storage::v1::DecisionKeyRecord record;
  record.set_secret(random_bytes_(convert::kDecisionSecretBytes));
  record.set_created_at_micros(now);
  storage::WriteBatch batch(Partition::Book());
  batch.GuardAbsent(DecisionKeyKey{number}.Encode());
  storage::PutRecord(batch, DecisionKeyKey{number}, record);
  // Signs only once it is on disk: an id under a key that a crash took away could never be
  // verified.
  if (absl::Status status = store_->Commit(batch); !status.ok()) return status;
  absl::MutexLock lock(&mutex_);
  secrets_[number] = record.secret();
  return number;
}

std::string SystemRandomBytes(size_t size) {
  std::string bytes(size, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) != 1) {
    // A secret that can be guessed would be worse than none, and nothing else gives a better one.
    std::fprintf(stderr, "kizuna: the operating system gives no random bytes\n");
    std::abort();
  }
  return bytes;
}

}  // namespace kizuna::ledger
