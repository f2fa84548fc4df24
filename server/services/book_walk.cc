// SPDX-License-Identifier: Apache-2.0

#include "server/services/book_walk.h"

#include <memory>
#include <string>
#include <utility>

namespace kizuna::server {
namespace {

// Accounts that one step looks at: some milliseconds' work.
constexpr size_t kAccountsPerStep = 128;

class Walk : public std::enable_shared_from_this<Walk> {
 public:
  Walk(const Environment& environment, const Call& call, std::function<absl::Status()> prepare,
       VisitAccount visit, std::function<void(absl::Status)> done)
      : environment_(environment),
        call_(call),
        prepare_(std::move(prepare)),
        visit_(std::move(visit)),
        done_(std::move(done)) {}

  // Queues the next step.
  void GoOn() {
    const bool taken = environment_.workers->Run([self = shared_from_this()] { self->RunStep(); });
    if (!taken) done_(convert::TooMuchAtOnce("too many long calls wait"));
  }

 private:
  void RunStep() {
    const absl::Status status = Step();
    if (status.ok() && !over_) {
      GoOn();
    } else {
      done_(status);
    }
  }

  absl::Status Step() {
    if (prepare_) {
      if (call_.Expired()) return Late();
      const absl::Status prepared = std::exchange(prepare_, nullptr)();
      if (!prepared.ok()) return prepared;
    }
    auto page = environment_.ledger->ListAccounts(after_, kAccountsPerStep, nullptr);
    if (!page.ok()) return page.status();
    for (const ledger::View& view : page->accounts) {
      if (call_.Expired()) return Late();
      const absl::Status visited = visit_(view);
      if (!visited.ok()) return visited;
    }
    after_ = page->next;
    over_ = page->next.empty();
    return absl::OkStatus();
  }

  static absl::Status Late() {
    return convert::DeadlinePassed("the book is larger than what can be read in the time given");
  }

  const Environment& environment_;
  const Call& call_;
  std::function<absl::Status()> prepare_;
  const VisitAccount visit_;
  const std::function<void(absl::Status)> done_;
  std::string after_;
  bool over_ = false;
};

}  // namespace

void WalkBook(const Environment& environment, const Call& call,
              std::function<absl::Status()> prepare, VisitAccount visit,
              std::function<void(absl::Status)> done) {
  std::make_shared<Walk>(environment, call, std::move(prepare), std::move(visit), std::move(done))
      ->GoOn();
}

}  // namespace kizuna::server
