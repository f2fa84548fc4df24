// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/fact_page.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/ledger/accounts.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

std::string LastKeyOf(const Ledger::FactPage& page, absl::string_view account) {
  const engine::Fact& last = page.facts.back().fact;
  return storage::FactKey{std::string(account), last.source, last.id}.Encode();
}

// All versions of the row's fact, with their words.
absl::Status AppendFacts(const storage::Snapshot& snapshot, const storage::Iterator& row,
                         Ledger::FactPage& page) {
  auto key = storage::FactKey::Decode(row.key());
  if (!key.ok()) return key.status();
  auto record = storage::ParseRecord<storage::v1::FactRecord>(row.value());
  if (!record.ok()) return record.status();
  auto versions = DecodeVersions(*record, key->account, key->source, key->fact_id);
  if (!versions.ok()) return versions.status();
  auto words = storage::GetRecord(snapshot, storage::ShardOf(key->account),
                                  storage::WordsKey{key->account, key->source, key->fact_id});
  if (!words.ok()) return words.status();
  const Versions::One* counting = versions->Counting();
  for (Versions::One& one : versions->all) {
    StoredFact& out = page.facts.emplace_back();
    out.counts = &one == counting;
    out.revision = one.revision;
    out.fact = one.fact;
    if (*words) out.words = WordsOf(**words, one.fact);
  }
  return absl::OkStatus();
}

}  // namespace

Words WordsOf(const storage::v1::WordsRecord& record, const engine::Fact& fact) {
  for (const storage::v1::Words& words : record.versions()) {
    const bool same = words.version() == fact.version &&
                      std::equal(words.fingerprint().begin(), words.fingerprint().end(),
                                 fact.words.begin(), fact.words.end(),
                                 [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
    if (same) {
      return {words.contact_id(), words.full_name(), words.email(), words.title(), words.text()};
    }
  }
  return {};
}

absl::StatusOr<Ledger::FactPage> ReadFactPage(const storage::Snapshot& snapshot, const Entry& entry,
                                              absl::string_view after, size_t limit) {
  const std::string& account = entry.account;
  Ledger::FactPage page;
  page.revision = entry.revision;
  storage::KeyRange range = storage::FactKey::OfAccount(account);
  if (!after.empty()) {
    auto key = storage::FactKey::Decode(after);
    if (!key.ok() || key->account != account) {
      return absl::InvalidArgumentError("page_token: is not of this list; start without one");
    }
    range = key->After();
  }
  const auto rows = snapshot.Scan(storage::ShardOf(account), range, storage::Direction::kForward);
  size_t identities = 0;
  while (rows->Next()) {
    if (identities++ == limit) {
      page.next = LastKeyOf(page, account);
      break;
    }
    absl::Status status = AppendFacts(snapshot, *rows, page);
    if (!status.ok()) return status;
  }
  if (!rows->status().ok()) return rows->status();
  return page;
}

absl::StatusOr<std::vector<Submission>> KnownFactsOn(const storage::Snapshot& snapshot,
                                                     const Entry& entry, uint64_t revision) {
  if (revision > entry.revision) {
    return absl::OutOfRangeError(absl::StrCat("revision: the account stands at ", entry.revision,
                                              " and has not reached ", revision,
                                              "; pass a revision that it had"));
  }
  std::vector<Submission> known;
  const auto add = [&](const Versions& versions) -> absl::Status {
    const Versions::One* counting = versions.Counting(revision);
    if (counting == nullptr || counting->fact.retracted) return absl::OkStatus();
    const engine::Fact& fact = counting->fact;
    auto words = storage::GetRecord(snapshot, storage::ShardOf(entry.account),
                                    storage::WordsKey{entry.account, fact.source, fact.id});
    if (!words.ok()) return words.status();
    known.push_back({fact, *words ? WordsOf(**words, fact) : Words()});
    return absl::OkStatus();
  };
  if (absl::Status status = VisitFacts(snapshot, entry.account, add); !status.ok()) return status;
  return known;
}

}  // namespace kizuna::ledger
