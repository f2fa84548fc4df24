// SPDX-License-Identifier: Apache-2.0

#include "server/alerts/reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/limits.h"
#include "spdlog/spdlog.h"
#include "storage/records/records.h"

namespace kizuna::alerts {
namespace {

using storage::Partition;

// Rows of the log, or accounts, that one commit looks at: what bounds memory.
constexpr size_t kRowsAtOnce = 256;
// How often it looks at the time, and for sources, when nothing is committed.
constexpr absl::Duration kIdle = absl::Seconds(1);
// Between two parts of the accounts that are all looked at, so that nobody waits for the disk.
constexpr absl::Duration kPace = absl::Milliseconds(5);
// How far its place may lie behind what was read, as long as nothing was to be told.
constexpr absl::Duration kSaveEvery = absl::Seconds(5);
// Another writer of the same rows is an acknowledgement or an erasure: rare, and quick.
constexpr int kTries = 5;

}  // namespace

Reader::Reader(storage::Store* store, ledger::Ledger* ledger, const Webhooks* webhooks,
               std::function<void()> on_deliveries)
    : store_(store),
      ledger_(ledger),
      webhooks_(webhooks),
      on_deliveries_(std::move(on_deliveries)) {}

void Reader::Start() {
  listener_ = ledger_->log().bell().Listen([this] {
    absl::MutexLock lock(&mutex_);
    rung_ = true;
  });
  thread_ = std::thread([this] { Run(); });
}

void Reader::Stop() {
  if (!thread_.joinable()) return;
  ledger_->log().bell().Leave(listener_);
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
  if (opened_) SaveHeads().IgnoreError();  // what it costs is to read again what was read
}

bool Reader::Stopping() {
  absl::MutexLock lock(&mutex_);
  return stopping_;
}

void Reader::Run() {
  bool failed = false;
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      const auto awake = [this]()
                             ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || rung_; };
      if (opened_ && !failed) {
        mutex_.AwaitWithTimeout(absl::Condition(&awake), kIdle);
      } else if (failed) {
        mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kIdle);
      }
      if (stopping_) return;
      rung_ = false;
    }
    const absl::Status status = Turn();
    if (!status.ok() && !failed) {
      spdlog::warn("event=alerts_wait code={} message=\"{}\"",
                   absl::StatusCodeToString(status.code()), std::string(status.message()));
    }
    failed = !status.ok();
  }
}

absl::Status Reader::Turn() {
  if (!opened_) {
    if (absl::Status status = Open(); !status.ok()) return status;
    opened_ = true;
  }
  if (absl::Status status = ReadLog(); !status.ok()) return status;
  const engine::Day today = ledger_->calendar().DayOf(ledger_->Now());
  if (absl::Status status = LookAtSources(today); !status.ok()) return status;
  const storage::v1::AlertHead& first = heads_[0];
  const bool new_day = !first.looked_through() || first.looked_through_day() < today;
  if (new_day || look_through_) {
    if (absl::Status status = LookThrough(today); !status.ok()) return status;
  }
  if (absl::Now() < saved_ + kSaveEvery) return absl::OkStatus();
  return SaveHeads();
}

absl::Status Reader::Open() {
  const absl::StatusOr<ledger::LogPosition> start = ledger_->log().Start();
  if (!start.ok()) return start.status();
  const auto snapshot = store_->GetSnapshot();
  for (int i = 0; i < Partition::kShards; ++i) {
    const Partition shard = Partition::Shard(i);
    auto head = storage::GetRecord(*snapshot, shard, storage::AlertHeadKey{});
    if (!head.ok()) return head.status();
    position_.revisions[i] = start->revisions[i];
    heads_[i] = *head ? **head : storage::v1::AlertHead();
    if (heads_[i].revision() < start->revisions[i]) {
      look_through_ = look_through_ || *head;
    } else {
      position_.revisions[i] = heads_[i].revision();
    }
    alerts_[i] = 0;
    const auto rows = snapshot->Scan(shard, storage::AlertKey::All(), storage::Direction::kForward);
    while (rows->Next()) ++alerts_[i];
    if (!rows->status().ok()) return rows->status();
  }
  return absl::OkStatus();
}

absl::Status Reader::ReadLog() {
  ledger::ShardSet all;
  all.set();
  while (!Stopping()) {
    const absl::StatusOr<ledger::ChangeLog::Part> part =
        ledger_->log().Read(position_, all, kRowsAtOnce);
    if (absl::IsOutOfRange(part.status())) {
      // Rows were trimmed before they were read. What an account is now says all that they would.
      const absl::StatusOr<ledger::LogPosition> start = ledger_->log().Start();
      if (!start.ok()) return start.status();
      position_ = *start;
      look_through_ = true;
      continue;
    }
    if (!part.ok()) return part.status();
    if (absl::Status status = Process(*part); !status.ok()) return status;
    if (part->at_end) return absl::OkStatus();
  }
  return absl::CancelledError("the server stops");
}

absl::Status Reader::Process(const ledger::ChangeLog::Part& part) {
  std::map<int, Looks> shards;
  for (const ledger::LogRow& row : part.rows) {
    if (row.record.account().empty()) continue;  // erased: nothing of it is left to be told
    Occasion& occasion = shards[row.shard][row.record.account()];
    occasion.at = row.record.committed_at_micros();
    occasion.revision = row.revision;
    occasion.cause = row.record.cause();
    for (const storage::v1::Change& change : row.record.changes()) {
      if (change.kind() == storage::v1::Change::KIND_CREATED) occasion.created = row.record;
    }
  }
  // The heads that are committed beside what is raised say that the part is behind the reader.
  const ledger::LogPosition before = std::exchange(position_, part.after);
  absl::Status status = Commit(shards);
  if (!status.ok()) position_ = before;
  return status;
}

absl::Status Reader::Commit(const std::map<int, Looks>& shards) {
  std::map<int, Looks> left = shards;
  bool deliveries = false;
  for (int tries = 0; tries < kTries && !left.empty(); ++tries) {
    std::map<int, Looks> again;
    const absl::StatusOr<bool> queued = CommitShards(left, again);
    if (!queued.ok()) return queued.status();
    deliveries = deliveries || *queued;
    left = std::move(again);
  }
  if (deliveries) on_deliveries_();
  if (!left.empty()) return absl::AbortedError("others write the same alerts all the time");
  const engine::Instant now = ledger_->Now();
  for (const auto& [shard, looks] : shards) {
    if (alerts_[shard] <= limits::kMaxAlertsPerShard) continue;
    if (absl::Status status = Trim(shard, now); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Reader::CommitShards(const std::map<int, Looks>& shards,
                                          std::map<int, Looks>& again) {
  const auto snapshot = store_->GetSnapshot();
  std::vector<storage::WriteBatch> group;
  std::vector<std::pair<int, int>> of;  // of each batch: shard, alerts raised
  std::vector<storage::v1::AlertHead> heads;
  bool deliveries = false;
  for (const auto& [shard, looks] : shards) {
    Raising raising(snapshot.get(), Partition::Shard(shard), webhooks_, &rules_);
    for (const auto& [account, occasion] : looks) {
      const absl::StatusOr<ledger::View> view = ledger_->Read(account);
      if (absl::IsNotFound(view.status())) continue;  // erased since
      if (!view.ok()) return view.status();
      if (view->account != account) continue;  // merged into another, which has its own rows
      if (absl::Status s = raising.Look(*view, occasion); !s.ok()) return s;
    }
    if (raising.batch().changes().empty()) continue;
    storage::v1::AlertHead head = heads_[shard];
    head.set_revision(position_.revisions[shard]);
    storage::PutRecord(raising.batch(), storage::AlertHeadKey{}, head);
    deliveries = deliveries || raising.deliveries();
    of.emplace_back(shard, raising.raised());
    heads.push_back(std::move(head));
    group.push_back(std::move(raising.batch()));
  }
  const std::vector<absl::Status> outcomes = store_->Commit(group);
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const auto [shard, raised] = of[i];
    if (absl::IsAborted(outcomes[i])) {
      again[shard] = shards.at(shard);
    } else if (!outcomes[i].ok()) {
      return outcomes[i];
    } else {
      heads_[shard] = heads[i];
      alerts_[shard] += static_cast<size_t>(raised);
    }
  }
  return deliveries;
}

absl::Status Reader::LookThrough(engine::Day today) {
  const engine::Instant now = ledger_->Now();
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    if (absl::Status status = Trim(shard, now); !status.ok()) return status;
  }
  for (std::string after;;) {
    const absl::StatusOr<ledger::AccountPage> page =
        ledger_->ListAccounts(after, kRowsAtOnce, nullptr);
    if (!page.ok()) return page.status();
    std::map<int, Looks> shards;
    for (const ledger::View& view : page->accounts) {
      Occasion& occasion = shards[storage::ShardOf(view.account).byte()][view.account];
      occasion.at = ledger_->Now();
    }
    if (absl::Status status = Commit(shards); !status.ok()) return status;
    after = page->next;
    if (after.empty()) break;
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kPace);
    if (stopping_) return absl::CancelledError("the server stops");
  }
  storage::v1::AlertHead head = heads_[0];
  head.set_looked_through(true);
  head.set_looked_through_day(today);
  storage::WriteBatch batch(Partition::Shard(0));
  storage::PutRecord(batch, storage::AlertHeadKey{}, head);
  if (absl::Status status = store_->Commit(batch); !status.ok()) return status;
  heads_[0] = head;
  look_through_ = false;
  return absl::OkStatus();
}

absl::Status Reader::LookAtSources(engine::Day today) {
  const auto rulebook = ledger_->rulebook();
  if (rulebook->number() == rulebook_number_ && today == sources_day_) return absl::OkStatus();
  const std::vector<std::string> silent = engine::SilentSources(*rulebook, today);
  const engine::Instant now = ledger_->Now();
  const auto snapshot = store_->GetSnapshot();
  Raising raising(snapshot.get(), Partition::Shard(0), webhooks_, &rules_);
  storage::v1::AlertHead head = heads_[0];
  auto& told = *head.mutable_silent();
  std::vector<std::string> known;
  for (const auto& one : told) known.push_back(one.subject());
  for (const std::string& source : known) {
    if (std::binary_search(silent.begin(), silent.end(), source)) continue;
    if (absl::Status s = raising.SourceSpoke(source, now, told); !s.ok()) return s;
  }
  for (const std::string& source : silent) {
    if (std::find(known.begin(), known.end(), source) != known.end()) continue;
    raising.SourceSilent(source, now, rulebook->number(), told);
  }
  if (told.size() != heads_[0].silent_size() || raising.raised() > 0) {
    head.set_revision(position_.revisions[0]);
    storage::PutRecord(raising.batch(), storage::AlertHeadKey{}, head);
    // ABORTED: somebody acknowledged one just now; the next turn tries again.
    if (absl::Status s = store_->Commit(raising.batch()); !s.ok()) return s;
    heads_[0] = head;
    alerts_[0] += static_cast<size_t>(raising.raised());
    if (raising.deliveries()) on_deliveries_();
  }
  rulebook_number_ = rulebook->number();
  sources_day_ = today;
  return absl::OkStatus();
}

absl::Status Reader::Trim(int shard, engine::Instant now) {
  const engine::Instant oldest_kept = now - absl::ToInt64Microseconds(limits::kAlertKeep);
  const auto snapshot = store_->GetSnapshot();
  storage::WriteBatch batch(Partition::Shard(shard));
  const auto rows = snapshot->Scan(Partition::Shard(shard), storage::AlertKey::All(),
                                   storage::Direction::kForward);
  // Counted anew: an erasure takes alerts out as well.
  std::vector<storage::AlertKey> keys;
  while (rows->Next()) {
    const absl::StatusOr<storage::AlertKey> key = storage::AlertKey::Decode(rows->key());
    if (!key.ok()) return key.status();
    keys.push_back(*key);
  }
  if (!rows->status().ok()) return rows->status();
  // A tenth at once, so that a flood is not trimmed at every alert.
  constexpr size_t kRoom = limits::kMaxAlertsPerShard / 10;
  size_t excess = 0;
  if (keys.size() > limits::kMaxAlertsPerShard) {
    excess = keys.size() - limits::kMaxAlertsPerShard + kRoom;
  }
  size_t removed = 0;
  for (; removed < keys.size(); ++removed) {
    const storage::AlertKey& key = keys[removed];
    if (removed >= excess && key.raised_at_micros >= oldest_kept) break;
    batch.Delete(key.Encode());
    for (const bool dead : {false, true}) {
      batch.DeleteRange(storage::DeliveryKey::OfAlert(dead, key));
    }
  }
  if (removed > 0) {
    if (absl::Status status = store_->Commit(batch); !status.ok()) return status;
  }
  alerts_[shard] = keys.size() - removed;
  return absl::OkStatus();
}

absl::Status Reader::SaveHeads() {
  std::vector<storage::WriteBatch> group;
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    if (heads_[shard].revision() == position_.revisions[shard]) continue;
    heads_[shard].set_revision(position_.revisions[shard]);
    storage::PutRecord(group.emplace_back(Partition::Shard(shard)), storage::AlertHeadKey{},
                       heads_[shard]);
  }
  for (const absl::Status& status : store_->Commit(group)) {
    if (!status.ok()) return status;
  }
  saved_ = absl::Now();
  return absl::OkStatus();
}

}  // namespace kizuna::alerts
