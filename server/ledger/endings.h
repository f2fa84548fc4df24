// SPDX-License-Identifier: Apache-2.0
//
// How does an account end? It is merged into another, or it is erased, and with it every duplicate
// that was merged into it: which lanes have to do what, and in which order.

#ifndef KIZUNA_SERVER_LEDGER_ENDINGS_H_
#define KIZUNA_SERVER_LEDGER_ENDINGS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "server/ledger/lane.h"
#include "server/ledger/merges.h"

namespace kizuna::ledger {

// Thread-safe; every method waits until the lanes have done their part. Errors: ledger.h.
class Endings {
 public:
  // `run` has the lane of the task's account do it, and waits. Both outlive this.
  Endings(Merges* merges, std::function<absl::Status(Task)> run)
      : merges_(merges), run_(std::move(run)) {}

  absl::Status Merge(const std::string& duplicate, absl::string_view name);
  absl::Status Erase(absl::string_view name);
  absl::Status ErasePerson(absl::string_view name, absl::string_view contact_id);

  // Finishes the merges that a crash cut off; before anybody asks.
  absl::Status FinishMerges();

 private:
  // The steps behind the first; taken again they find what is done.
  absl::Status FinishMerging(const std::string& duplicate, const std::string& into);
  absl::Status Step(const std::string& account,
                    std::function<absl::Status(Shared&, ShardHeads&)> step);

  Merges* const merges_;
  const std::function<absl::Status(Task)> run_;
  // Held to merge; shared by those to whom an account must not go away meanwhile.
  absl::Mutex merging_;
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_ENDINGS_H_
