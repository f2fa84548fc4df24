// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/verify.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/engine/canonical.h"
#include "server/engine/fold.h"
#include "server/ledger/accounts.h"
#include "storage/records/keys.h"

namespace kizuna::ledger {
namespace {

// Differences that are told; the rest is only counted by their absence.
constexpr size_t kMostDifferences = 100;

// SHA-256 over length-prefixed pieces.
class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }

  void Add(absl::string_view piece) {
    const std::string size = absl::StrCat(piece.size(), ":");
    EVP_DigestUpdate(context_.get(), size.data(), size.size());
    EVP_DigestUpdate(context_.get(), piece.data(), piece.size());
  }

  std::string Hex() {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), bytes, &size);
    return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(bytes), size));
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

absl::Status VerifyAccount(const storage::Snapshot& snapshot, const std::string& account,
                           const engine::Calendar& calendar, Digest& digest, VerifyReport& report) {
  digest.Add(account);
  std::vector<engine::Fact> facts;
  absl::Status status = VisitFacts(snapshot, account, [&](Versions versions) {
    // Versions lie in the order of their arrival, which a digest must not see.
    std::vector<std::string> contents;
    for (const Versions::One& one : versions.all) {
      contents.push_back(engine::CanonicalFact(one.fact));
    }
    std::sort(contents.begin(), contents.end());
    const engine::Fact& any = versions.all.front().fact;
    digest.Add(any.source);
    digest.Add(any.id);
    for (const std::string& content : contents) digest.Add(content);
    report.facts++;
    facts.push_back(versions.Counting()->fact);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  absl::StatusOr<std::shared_ptr<const Entry>> entry = LoadEntry(snapshot, account, calendar);
  if (!entry.ok()) return entry.status();
  const std::string folded = engine::CanonicalState(engine::Fold(facts, calendar));
  if (engine::CanonicalState(*(*entry)->state) != folded &&
      report.differences.size() < kMostDifferences) {
    report.differences.push_back(
        absl::StrCat("accounts/", account, ": the stored state is not the fold of its facts"));
  }
  digest.Add(folded);
  report.accounts++;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<VerifyReport> VerifyStore(const storage::Store& store,
                                         const engine::Calendar& calendar) {
  const auto snapshot = store.GetSnapshot();
  VerifyReport report;
  Digest digest;
  for (int shard = 0; shard < storage::Partition::kShards; ++shard) {
    const auto rows = snapshot->Scan(storage::Partition::Shard(shard), storage::AccountKey::All(),
                                     storage::Direction::kForward);
    while (rows->Next()) {
      absl::StatusOr<storage::AccountKey> key = storage::AccountKey::Decode(rows->key());
      if (!key.ok()) return key.status();
      absl::Status status = VerifyAccount(*snapshot, key->account, calendar, digest, report);
      if (!status.ok()) return status;
    }
    if (!rows->status().ok()) return rows->status();
  }
  report.digest = digest.Hex();
  return report;
}

}  // namespace kizuna::ledger
