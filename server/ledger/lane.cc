// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/lane.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "kizuna/storage/v1/account.pb.h"
#include "server/ledger/accounts.h"
#include "server/ledger/change.h"
#include "server/ledger/erasure.h"
#include "server/ledger/log_trim.h"
#include "server/ledger/redaction.h"
#include "server/ledger/view.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

// Facts that one group takes at most, so that the first caller does not wait for the last.
constexpr size_t kGroupFacts = 4000;
// How often a group that lost to another writer is tried again.
constexpr int kTries = 5;

// One account's share of a group.
struct Work {
  std::vector<std::pair<std::shared_ptr<Ticket>, size_t>> facts;
  std::vector<std::function<void(absl::Status)>> finished;
  storage::v1::ChangeRecord::Cause refresh = storage::v1::ChangeRecord::CAUSE_UNSPECIFIED;
  Task* transaction = nullptr;  // it has the account to itself in this group

  size_t first_stored = 0;  // where its rows begin in StoredFacts

  // What becomes of each fact once the commit is through.
  std::vector<absl::StatusOr<Recorded>> outcomes;
  AccountChange::Result result;

  absl::Status failure;   // of the whole; a fact may be refused without it
  uint64_t revision = 0;  // of the account, for a transaction

  void Fail(const absl::Status& status) {
    failure = status;
    for (auto& outcome : outcomes) {
      // A duplicate was durable before; a refusal stays one.
      if (outcome.ok() && outcome->outcome != Recorded::Outcome::kDuplicate) outcome = status;
    }
    result = {};
  }
};
using Group = std::map<std::string, Work>;

// What the store has of the identities that a group brings.
class StoredFacts {
 public:
  absl::Status Load(const storage::Snapshot& snapshot, Group& group) {
    std::vector<std::string> keys;
    std::vector<storage::PartitionKey> wanted;
    for (auto& [account, work] : group) {
      work.first_stored = keys.size();
      for (const auto& [ticket, index] : work.facts) {
        const engine::Fact& fact = ticket->submissions[index].fact;
        keys.push_back(storage::FactKey{account, fact.source, fact.id}.Encode());
      }
    }
    size_t next = 0;
    for (const auto& [account, work] : group) {
      for (size_t i = 0; i < work.facts.size(); ++i) {
        wanted.push_back({storage::ShardOf(account), keys[next++]});
      }
    }
    auto values = snapshot.MultiGet(wanted);
    if (!values.ok()) return values.status();
    values_ = *std::move(values);
    return absl::OkStatus();
  }

  // Of the i-th fact of an account's work.
  absl::StatusOr<Versions> Of(const Work& work, size_t i, const engine::Fact& fact) const {
    const std::optional<std::string>& bytes = values_[work.first_stored + i];
    if (!bytes) return Versions();
    auto record = storage::ParseRecord<storage::v1::FactRecord>(*bytes);
    if (!record.ok()) return record.status();
    return DecodeVersions(*record, fact.account, fact.source, fact.id);
  }

 private:
  std::vector<std::optional<std::string>> values_;
};

// Adds the facts that a transaction wants, after a look at the account as it is.
absl::Status RunTransaction(const Shared& shared, const storage::Snapshot& snapshot, Work& work,
                            const Entry* before, const std::string& account, engine::Instant now,
                            AccountChange& change) {
  if (before == nullptr) return NoSuchAccount(account);
  auto scored = Score(*shared.store, *before, shared.book->current(), now);
  if (!scored.ok()) return scored.status();
  work.revision = before->revision;
  auto submissions = work.transaction->decide(ViewOf(*before, *std::move(scored), now));
  if (!submissions.ok()) return submissions.status();
  for (const Submission& submission : *submissions) {
    const engine::Fact& fact = submission.fact;
    auto versions = StoredVersions(snapshot, account, fact.source, fact.id);
    if (!versions.ok()) return versions.status();
    auto recorded = change.Add(submission, *versions, now);
    if (!recorded.ok()) return recorded.status();
  }
  return absl::OkStatus();
}

// Decides what each fact of one account is, and makes the account's commit.
absl::Status Prepare(const Shared& shared, const storage::Snapshot& snapshot,
                     const std::string& account, Work& work, const StoredFacts& stored,
                     uint64_t commit_number) {
  std::shared_ptr<const Entry> before = shared.cache->Get(storage::ShardOf(account), account);
  bool erased = false;
  if (before == nullptr) {
    auto loaded = LoadEntry(snapshot, account, shared.calendar);
    if (!loaded.ok()) return loaded.status();
    before = *std::move(loaded);
  }
  if (before == nullptr) {
    const absl::StatusOr<bool> was_erased = WasErased(snapshot, account);
    if (!was_erased.ok()) return was_erased.status();
    erased = *was_erased;
  }
  if ((!work.facts.empty() || work.transaction != nullptr) && shared.merges.Find(account)) {
    // It came while the account was on its way into another, whose lane takes it now.
    return absl::UnavailableError(absl::StrCat(
        "accounts/", account, " is being merged into another account; send it again"));
  }
  const engine::Instant now = shared.now();
  AccountChange change(shared, snapshot, account, before, erased);
  if (work.refresh != storage::v1::ChangeRecord::CAUSE_UNSPECIFIED) change.Refresh(work.refresh);
  work.outcomes.clear();
  for (size_t i = 0; i < work.facts.size(); ++i) {
    const auto& [ticket, index] = work.facts[i];
    const Submission& submission = ticket->submissions[index];
    absl::StatusOr<Versions> versions = stored.Of(work, i, submission.fact);
    work.outcomes.push_back(versions.ok() ? change.Add(submission, *versions, now)
                                          : absl::StatusOr<Recorded>(versions.status()));
  }
  if (work.transaction != nullptr) {
    absl::Status decided =
        RunTransaction(shared, snapshot, work, before.get(), account, now, change);
    if (!decided.ok()) return decided;
  }
  auto result = change.Finish(commit_number, shared.book->current(), now);
  if (!result.ok()) return result.status();
  work.result = *std::move(result);
  return absl::OkStatus();
}

// The commit is durable: readers see it from here on, then the callers are told.
void Committed(Shared& shared, Work& work) {
  shared.cache->Committed(storage::ShardOf(work.result.after->account), work.result.after);
  shared.accounts.fetch_add(work.result.created ? 1 : 0);
  shared.facts.fetch_add(static_cast<uint64_t>(work.result.new_identities));
  shared.leaks.fetch_add(work.result.new_leaks);
  work.revision = work.result.after->revision;
  for (auto& outcome : work.outcomes) {
    if (outcome.ok() && outcome->revision == 0) outcome->revision = work.result.after->revision;
  }
}

// Commits every account of the group; takes out of it, and gives back, what lost to another
// writer, unless this is the last try.
Group CommitGroup(Shared& shared, ShardHeads& heads, Group& group, bool last_try) {
  const auto snapshot = shared.store->GetSnapshot();
  StoredFacts stored;
  const absl::Status loaded = stored.Load(*snapshot, group);
  std::vector<storage::WriteBatch> batches;
  std::vector<std::string> accounts;
  for (auto& [account, work] : group) {
    auto head = heads.Of(*snapshot, storage::ShardOf(account));
    absl::Status prepared = !loaded.ok() ? loaded : head.status();
    if (prepared.ok()) {
      prepared = Prepare(shared, *snapshot, account, work, stored, (*head)->next_commit);
    }
    if (!prepared.ok()) {
      work.outcomes.assign(work.facts.size(), prepared);
      work.failure = prepared;
      continue;
    }
    if (work.result.batch == nullptr) continue;
    (*head)->next_commit++;
    storage::v1::ShardHead& record = (*head)->record;
    record.set_accounts(record.accounts() + (work.result.created ? 1 : 0));
    record.set_facts(record.facts() + static_cast<uint64_t>(work.result.new_identities));
    record.set_leaks(record.leaks() + static_cast<uint64_t>(work.result.new_leaks));
    work.result.batch->Put(storage::HeadKey{}.Encode(), record.SerializeAsString());
    batches.push_back(std::move(*work.result.batch));
    accounts.push_back(account);
  }
  const std::vector<absl::Status> statuses = shared.store->Commit(batches);
  Group losers;
  for (size_t i = 0; i < statuses.size(); ++i) {
    Work& work = group[accounts[i]];
    if (statuses[i].ok()) {
      Committed(shared, work);
      shared.bell.Committed(batches[i].partition(), *batches[i].commit_number());
      continue;
    }
    const storage::Partition shard = storage::ShardOf(accounts[i]);
    CommitFailed(shared, heads, shard);
    if (absl::IsAborted(statuses[i]) && !last_try) {
      losers.insert(group.extract(accounts[i]));
    } else {
      work.Fail(absl::IsAborted(statuses[i])
                    ? absl::UnavailableError("another writer was faster; send it again")
                    : statuses[i]);
    }
  }
  shared.bell.Ring();
  return losers;
}

// Hands the outcomes to the tickets and tells who waits for a refresh.
void Complete(Group& group) {
  for (auto& [account, work] : group) {
    for (size_t i = 0; i < work.facts.size(); ++i) {
      const auto& [ticket, index] = work.facts[i];
      ticket->results[index] = std::move(work.outcomes[i]);
    }
    for (const auto& finished : work.finished) finished(work.failure);
    if (work.transaction != nullptr) {
      work.transaction->decided(work.failure.ok() ? absl::StatusOr<uint64_t>(work.revision)
                                                  : work.failure);
    }
  }
}

}  // namespace

absl::StatusOr<ShardHeads::Head*> ShardHeads::Of(const storage::Snapshot& snapshot,
                                                 storage::Partition shard) {
  Head& head = heads_[shard.byte()];
  if (head.next_commit != 0) return &head;
  auto record = storage::GetRecordAs<storage::v1::ShardHead>(snapshot, shard, storage::HeadKey{});
  if (!record.ok()) return record.status();
  absl::StatusOr<uint64_t> newest = snapshot.NewestCommit(shard);
  if (!newest.ok()) return newest.status();
  if (*record) head.record = **std::move(record);
  head.next_commit = *newest + 1;
  return &head;
}

void CommitFailed(Shared& shared, ShardHeads& heads, storage::Partition shard) {
  heads.Forget(shard);
  shared.cache->Forget(shard);
  const absl::StatusOr<uint64_t> newest = shared.store->GetSnapshot()->NewestCommit(shard);
  if (newest.ok()) shared.bell.Committed(shard, *newest);
  shared.bell.Ring();
}

Lane::Lane(Shared* shared) : shared_(shared), thread_([this] { Run(); }) {}

Lane::~Lane() { Stop(); }

void Lane::Post(Task task) {
  absl::MutexLock lock(&mutex_);
  queue_.push_back(std::move(task));
}

void Lane::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  thread_.join();
}

void Lane::Run() {
  while (true) {
    std::vector<Task> tasks;
    {
      absl::MutexLock lock(&mutex_);
      const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !queue_.empty();
      };
      mutex_.Await(absl::Condition(&ready));
      if (queue_.empty()) return;
      tasks = NextGroup();
    }
    Process(std::move(tasks));
  }
}

std::vector<Task> Lane::NextGroup() {
  std::vector<Task> tasks;
  absl::flat_hash_set<std::string> touched;   // accounts of the group
  absl::flat_hash_set<std::string> reserved;  // ... that a transaction has to itself
  size_t facts = 0;
  while (!queue_.empty() && facts < kGroupFacts) {
    Task& front = queue_.front();
    // Some tasks go by themselves: what comes before them is finished first.
    const bool transacts = front.kind == Task::Kind::kTransact;
    const bool alone = !transacts && front.kind != Task::Kind::kRecord &&
                       front.kind != Task::Kind::kRefresh;
    std::vector<std::string> accounts;
    if (front.kind == Task::Kind::kRecord) {
      for (const size_t i : front.indices) {
        accounts.push_back(front.ticket->submissions[i].fact.account);
      }
    } else {
      accounts.push_back(front.account);
    }
    const auto in = [](const auto& set, const std::vector<std::string>& names) {
      return std::any_of(names.begin(), names.end(),
                         [&](const std::string& name) { return set.contains(name); });
    };
    const bool in_the_way = in(reserved, accounts) || (transacts && in(touched, accounts));
    if ((alone || in_the_way) && !tasks.empty()) break;
    facts += front.indices.size() + 1;
    if (transacts) reserved.insert(front.account);
    touched.insert(accounts.begin(), accounts.end());
    tasks.push_back(std::move(front));
    queue_.pop_front();
    if (alone) break;
  }
  return tasks;
}

void Lane::Process(std::vector<Task> tasks) {
  if (Task& task = tasks.front(); task.kind == Task::Kind::kErase) {
    task.finished(EraseAccount(*shared_, heads_, task.account));
    return;
  } else if (task.kind == Task::Kind::kSwept) {
    task.finished(WriteSwept(task));
    return;
  } else if (task.kind == Task::Kind::kErasePerson) {
    task.finished(ErasePersonOf(*shared_, task.account, task.contact_id));
    return;
  } else if (task.kind == Task::Kind::kMerge) {
    task.finished(task.step(*shared_, heads_));
    return;
  } else if (task.kind == Task::Kind::kTrim) {
    task.finished(TrimLog(*shared_, heads_, task.shard, task.trim_through));
    return;
  }
  Group group;
  for (Task& task : tasks) {
    if (task.kind == Task::Kind::kRefresh) {
      Work& work = group[task.account];
      work.refresh = task.cause;
      work.finished.push_back(std::move(task.finished));
      continue;
    }
    if (task.kind == Task::Kind::kTransact) {
      group[task.account].transaction = &task;
      continue;
    }
    for (const size_t index : task.indices) {
      group[task.ticket->submissions[index].fact.account].facts.emplace_back(task.ticket, index);
    }
  }

  for (int attempt = 1;; ++attempt) {
    // What lost to another writer is read again and tried again.
    Group losers = CommitGroup(*shared_, heads_, group, attempt == kTries);
    Complete(group);
    if (losers.empty()) break;
    group = std::move(losers);
  }
  for (const Task& task : tasks) {
    if (task.kind != Task::Kind::kRecord) continue;
    shared_->queued_facts.fetch_sub(static_cast<int64_t>(task.indices.size()));
    task.ticket->FinishOne();
  }
}

absl::Status Lane::WriteSwept(const Task& task) {
  const storage::Partition shard = storage::Partition::Shard(task.shard);
  const auto snapshot = shared_->store->GetSnapshot();
  auto head = heads_.Of(*snapshot, shard);
  if (!head.ok()) return head.status();
  storage::v1::ShardHead& record = (*head)->record;
  record.set_swept_to_micros(task.swept_to);
  record.set_swept_number(task.swept_number);
  storage::WriteBatch batch(shard);
  batch.Put(storage::HeadKey{}.Encode(), record.SerializeAsString());
  absl::Status status = shared_->store->Commit(batch);
  if (!status.ok()) CommitFailed(*shared_, heads_, shard);
  return status;
}

}  // namespace kizuna::ledger
