// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/endings.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/ledger/merging.h"

namespace kizuna::ledger {
namespace {

constexpr int kTries = 5;

}  // namespace

absl::Status Endings::Erase(absl::string_view name) {
  absl::ReaderMutexLock no_merge(&merging_);
  const std::string account = merges_->Of(name);
  if (merges_->Find(account)) {
    return absl::FailedPreconditionError(
        absl::StrCat("accounts/", account,
                     ": its merge was cut off; repeat the merge, then erase the whole account"));
  }
  Task task;
  task.kind = Task::Kind::kErase;
  for (const std::string& duplicate : merges_->Into(account)) {
    task.account = duplicate;
    if (absl::Status status = run_(task); !status.ok()) return status;
  }
  task.account = account;
  return run_(task);
}

absl::Status Endings::ErasePerson(absl::string_view name, absl::string_view contact_id) {
  absl::ReaderMutexLock no_merge(&merging_);
  Task task;
  task.kind = Task::Kind::kErasePerson;
  task.account = merges_->Of(name);
  task.contact_id = std::string(contact_id);
  absl::Status outcome = run_(task);
  for (const std::string& duplicate : merges_->Into(task.account)) {
    if (!outcome.ok() && !absl::IsNotFound(outcome)) return outcome;
    Task same = task;
    same.account = duplicate;
    const absl::Status status = run_(std::move(same));
    if (!absl::IsNotFound(status)) outcome = status;
  }
  return outcome;
}

absl::Status Endings::Merge(const std::string& duplicate, absl::string_view name) {
  absl::MutexLock one_at_a_time(&merging_);
  const std::string into = merges_->Of(name);
  if (duplicate == into) {
    return absl::InvalidArgumentError("into: is the same account; name the one that stays");
  }
  if (const auto before = merges_->Find(duplicate)) {
    if (merges_->Of(before->into) != into) {
      return absl::FailedPreconditionError(absl::StrCat("accounts/", duplicate,
                                                        ": was merged into accounts/",
                                                        before->into, " before"));
    }
    return FinishMerging(duplicate, before->into);
  }
  absl::Status begun = Step(duplicate, [&](Shared& shared, ShardHeads&) {
    return BeginMerge(shared, duplicate, into);
  });
  if (!begun.ok()) return begun;
  return FinishMerging(duplicate, into);
}

absl::Status Endings::FinishMerging(const std::string& duplicate, const std::string& into) {
  const auto merge = merges_->Find(duplicate);
  if (merge && !merge->done) {
    absl::Status taken = Step(into, [&](Shared& shared, ShardHeads& heads) {
      return TakeOverFacts(shared, heads, duplicate, into);
    });
    if (absl::IsNotFound(taken) || absl::IsFailedPrecondition(taken)) {
      // Refused before anything was written.
      absl::Status back = Step(duplicate, [&](Shared& shared, ShardHeads&) {
        return AbandonMerge(shared, duplicate);
      });
      return back.ok() ? taken : back;
    }
    if (!taken.ok()) return taken;
  }
  return Step(duplicate, [&](Shared& shared, ShardHeads& heads) {
    return FinishMerge(shared, heads, duplicate);
  });
}

// A step that lost to another writer is taken again.
absl::Status Endings::Step(const std::string& account,
                              std::function<absl::Status(Shared&, ShardHeads&)> step) {
  Task task;
  task.kind = Task::Kind::kMerge;
  task.account = account;
  task.step = std::move(step);
  absl::Status status;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    status = run_(task);
    if (!absl::IsAborted(status)) return status;
  }
  return absl::UnavailableError("other writers were faster; send it again");
}

absl::Status Endings::FinishMerges() {
  for (const std::string& duplicate : merges_->Underway()) {
    const absl::Status status =
        FinishMerging(duplicate, merges_->Of(merges_->Find(duplicate)->into));
    const bool settled =
        status.ok() || absl::IsNotFound(status) || absl::IsFailedPrecondition(status);
    if (!settled) return status;
  }
  return absl::OkStatus();
}

}  // namespace kizuna::ledger
