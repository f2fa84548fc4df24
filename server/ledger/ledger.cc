// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/ledger.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "server/convert/fingerprint.h"
#include "server/convert/person.h"
#include "server/ledger/account_cache.h"
#include "server/ledger/accounts.h"
#include "server/ledger/book.h"
#include "server/ledger/change_log.h"
#include "server/ledger/decisions.h"
#include "server/ledger/endings.h"
#include "server/ledger/lane.h"
#include "server/ledger/leaks.h"
#include "server/ledger/log_trim.h"
#include "server/ledger/monotone_clock.h"
#include "server/ledger/reading.h"
#include "server/ledger/sweep.h"
#include "server/ledger/verify.h"
#include "server/ledger/view.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
class Ledger::Impl {
 public:
  Impl(storage::Store* store, const Clock* clock, Options options, std::unique_ptr<Book> book,
       std::unique_ptr<DecisionKeys> keys)
      : options_(std::move(options)),
        store_(store),
        clock_(clock),
        book_(std::move(book)),
        decisions_(store, book_.get(), options_.calendar, options_.epochs, std::move(keys)),
        cache_(options_.cached_accounts),
        log_(store, &shared_.bell, options_.log_epoch, options_.epochs),
        reading_(&shared_, options_.epochs),
        endings_(&shared_.merges, [this](Task task) { return Wait(std::move(task)); }) {
    shared_.store = store;
    shared_.calendar = options_.calendar;
    shared_.book = book_.get();
    shared_.cache = &cache_;
    shared_.now = [this] { return clock_.Now(); };
    shared_.write_down_erasure = options_.write_down_erasure;
    for (int i = 0; i < std::max(1, options_.lanes); ++i) {
      lanes_.push_back(std::make_unique<Lane>(&shared_));
    }
    const auto post = [this](int shard, Task task) { LaneOf(shard).Post(std::move(task)); };
    sweep_ = std::make_unique<Sweep>(&shared_, post);
    trim_ = std::make_unique<LogTrim>(&shared_, options_.log_keep, post);
    if (!options_.sweep) return;
    sweep_->Start(options_.sweep_interval);
    trim_->Start(options_.trim_interval);
  }

  ~Impl() { Drain(); }

  void Drain() {
    draining_ = true;
    sweep_->Stop();
    trim_->Stop();
    for (const auto& lane : lanes_) lane->Stop();
  }

  Lane& LaneOf(int shard) { return *lanes_[static_cast<size_t>(shard) % lanes_.size()]; }
  Lane& LaneOf(absl::string_view account) { return LaneOf(storage::ShardOf(account).byte()); }

  void Record(std::vector<Submission> submissions, std::function<void(Results)> done) {
    const auto size = static_cast<int64_t>(submissions.size());
    if (submissions.empty()) return done({});
    if (absl::Status status = Admit(size); !status.ok()) {
      return done(Results(submissions.size(), status));
    }
    auto ticket = std::make_shared<Ticket>();
    ticket->submissions = std::move(submissions);
    ticket->results.assign(ticket->submissions.size(), absl::UnknownError("not handled"));
    ticket->done = std::move(done);
    std::vector<std::vector<size_t>> by_lane(lanes_.size());
    for (size_t i = 0; i < ticket->submissions.size(); ++i) {
      Submission& submission = ticket->submissions[i];
      submission.fact.words = convert::FingerprintOf(submission.words);
      submission.fact.account = shared_.merges.Of(submission.fact.account);
      by_lane[storage::ShardOf(submission.fact.account).byte() % lanes_.size()].push_back(i);
    }
    ticket->pending = static_cast<size_t>(
        std::count_if(by_lane.begin(), by_lane.end(), [](const auto& v) { return !v.empty(); }));
    for (size_t lane = 0; lane < by_lane.size(); ++lane) {
      if (by_lane[lane].empty()) continue;
      Task task;
      task.ticket = ticket;
      task.indices = std::move(by_lane[lane]);
      lanes_[lane]->Post(std::move(task));
    }
  }

  absl::StatusOr<uint64_t> Transact(absl::string_view name, Deciding decide) {
    const std::string account = shared_.merges.Of(name);
    if (absl::Status status = Admit(1); !status.ok()) return status;
    absl::Notification finished;
    absl::StatusOr<uint64_t> outcome;
    Task task;
    task.kind = Task::Kind::kTransact;
    task.account = account;
    task.decide = [decide = std::move(decide)](const View& view) {
      auto submissions = decide(view);
      if (!submissions.ok()) return submissions;
      for (Submission& submission : *submissions) {
        submission.fact.account = view.account;
        submission.fact.words = convert::FingerprintOf(submission.words);
      }
      return submissions;
    };
    task.decided = [&](absl::StatusOr<uint64_t> revision) {
      outcome = std::move(revision);
      finished.Notify();
    };
    LaneOf(account).Post(std::move(task));
    finished.WaitForNotification();
    shared_.queued_facts.fetch_sub(1);
    return outcome;
  }

  // Has the lane of the task's account do it, and waits.
  absl::Status Wait(Task task) {
    if (draining_) return absl::UnavailableError("the server is stopping; try again later");
    absl::Notification finished;
    absl::Status outcome;
    task.finished = [&](absl::Status status) {
      outcome = std::move(status);
      finished.Notify();
    };
    Lane& lane = LaneOf(task.account);
    lane.Post(std::move(task));
    finished.WaitForNotification();
    return outcome;
  }

  const Options options_;
  storage::Store* const store_;
  MonotoneClock clock_;
  std::unique_ptr<Book> book_;
  Decisions decisions_;
  AccountCache cache_;
  Shared shared_;
  ChangeLog log_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::unique_ptr<Sweep> sweep_;
  std::unique_ptr<LogTrim> trim_;
  Reading reading_;
  Endings endings_;

 private:
  // Whether `size` more facts may wait.
  absl::Status Admit(int64_t size) {
    if (draining_) {
      return absl::UnavailableError("the server is stopping; send it again to its successor");
    }
    if (shared_.queued_facts.fetch_add(size) + size > static_cast<int64_t>(options_.queue_facts)) {
      shared_.queued_facts.fetch_sub(size);
      return absl::ResourceExhaustedError("too many facts are waiting; try again in a second");
    }
    return absl::OkStatus();
  }

  std::atomic<bool> draining_{false};
};

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(storage::Store* store, const Clock* clock,
                                                     Options options) {
  auto book = Book::Open(store, options.calendar, options.read_rules, options.default_rules_text,
                         clock->Now());
  if (!book.ok()) return book.status();
  auto keys = DecisionKeys::Open(store, clock->Now(),
                                 options.random_bytes ? options.random_bytes : SystemRandomBytes);
  if (!keys.ok()) return keys.status();
  auto impl =
      std::make_unique<Impl>(store, clock, std::move(options), *std::move(book), *std::move(keys));
  if (absl::Status status = impl->shared_.merges.Load(*store->GetSnapshot()); !status.ok()) {
    return status;
  }
  const absl::StatusOr<LogPosition> end = impl->log_.End();
  if (!end.ok()) return end.status();
  for (int shard = 0; shard < storage::Partition::kShards; ++shard) {
    impl->shared_.bell.Committed(storage::Partition::Shard(shard), end->revisions[shard]);
  }
  if (absl::Status status = impl->endings_.FinishMerges(); !status.ok()) return status;
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

void Ledger::Record(std::vector<Submission> submissions, std::function<void(Results)> done) {
  impl_->Record(std::move(submissions), std::move(done));
}

Ledger::Results Ledger::RecordAndWait(std::vector<Submission> submissions) {
  Results results;
  absl::Notification finished;
  Record(std::move(submissions), [&](Results all) {
    results = std::move(all);
    finished.Notify();
  });
  finished.WaitForNotification();
  return results;
}

absl::StatusOr<uint64_t> Ledger::Transact(absl::string_view account, Deciding decide) {
  return impl_->Transact(account, std::move(decide));
}

absl::StatusOr<Ledger::LeakPage> Ledger::Leaks(const LeakQuery& query) {
  LeakQuery resolved = query;
  resolved.account = impl_->shared_.merges.Of(query.account);
  return ListLeaks(*impl_->store_->GetSnapshot(), resolved);
}

absl::Status Ledger::Erase(absl::string_view account) { return impl_->endings_.Erase(account); }

absl::Status Ledger::ErasePerson(absl::string_view account, absl::string_view contact_id) {
  return impl_->endings_.ErasePerson(account, contact_id);
}

absl::Status Ledger::Merge(absl::string_view duplicate, absl::string_view into) {
  if (const auto view = impl_->reading_.Read(into, {}); !view.ok()) return view.status();
  return impl_->endings_.Merge(std::string(duplicate), into);
}

std::vector<std::string> Ledger::Duplicates(absl::string_view account) const {
  return impl_->shared_.merges.Into(account);
}

absl::StatusOr<View> Ledger::Read(absl::string_view account, const ReadOptions& options) {
  return impl_->reading_.Read(account, options);
}

absl::StatusOr<Ledger::FactPage> Ledger::ListFacts(absl::string_view account,
                                                   absl::string_view after, size_t limit) {
  return impl_->reading_.ListFacts(account, after, limit);
}

absl::StatusOr<std::map<engine::PersonKey, Person>> Ledger::People(absl::string_view account) {
  return PeopleOn(*impl_->store_->GetSnapshot(), impl_->shared_.merges.Of(account));
}

absl::StatusOr<std::vector<HistoryRow>> Ledger::History(absl::string_view account, engine::Day from,
                                                        engine::Day to) {
  return impl_->reading_.History(account, from, to);
}

absl::StatusOr<Moved> Ledger::Movement(absl::string_view account, const MovementQuery& query) {
  return impl_->reading_.Movement(account, query);
}

std::string Ledger::DecisionIdOf(const View& view, const engine::Request& request,
                                 const engine::Decision& decision) const {
  return impl_->decisions_.IdOf(view, request, decision);
}

std::string Ledger::DecisionIdOf(const View& view, const engine::Request& request,
                                 const Answered& answered) const {
  return impl_->decisions_.IdOf(view, request, answered.fingerprint);
}

std::shared_ptr<const Answered> Ledger::Answer(const View& view, const engine::Request& request) {
  return Decisions::Answer(view, request);
}

absl::StatusOr<Replayed> Ledger::Replay(absl::string_view decision_id) {
  return impl_->decisions_.Replay(decision_id);
}

absl::StatusOr<Ledger::NewKey> Ledger::RotateDecisionKey() {
  const engine::Instant now = Now();
  const absl::StatusOr<uint64_t> number = impl_->decisions_.Rotate(now);
  if (!number.ok()) return number.status();
  return NewKey{*number, now};
}

absl::StatusOr<Simulated> Ledger::Simulate(absl::string_view account, const ReadOptions& options,
                                           std::vector<engine::Fact> facts,
                                           absl::string_view rules_text) {
  return impl_->decisions_.Simulate(impl_->reading_.Read(account, options), std::move(facts),
                                    rules_text);
}

absl::StatusOr<AccountPage> Ledger::ListAccounts(absl::string_view after, size_t limit,
                                                 const AccountPredicate& keep) {
  return impl_->reading_.ListAccounts(after, limit, keep);
}

absl::StatusOr<ReadyPage> Ledger::Ready(const ReadyQuery& query) {
  // Read first: what is swept meanwhile is in the page, and not said to be.
  const engine::Instant swept_to = impl_->sweep_->swept_to();
  const uint64_t swept_number = impl_->sweep_->swept_number();
  absl::StatusOr<ReadyPage> page = impl_->reading_.Ready(query);
  if (!page.ok()) return page;
  page->swept_to = swept_to;
  page->swept_number = swept_number;
  return page;
}

std::shared_ptr<const engine::Rulebook> Ledger::rulebook() const { return impl_->book_->current(); }

absl::StatusOr<std::vector<Submission>> Ledger::KnownFacts(absl::string_view account,
                                                           uint64_t revision) {
  return impl_->reading_.KnownFacts(account, revision);
}

absl::StatusOr<std::shared_ptr<const engine::Rulebook>> Ledger::RulebookNumbered(uint64_t number) {
  return impl_->book_->Numbered(number);
}

absl::StatusOr<std::shared_ptr<const engine::Rulebook>> Ledger::RulebookAt(engine::Instant at) {
  return impl_->book_->InForceAt(at);
}

absl::StatusOr<BookEntry> Ledger::GetBook(uint64_t number) { return impl_->book_->Get(number); }

absl::StatusOr<std::vector<BookEntry>> Ledger::ListBooks(uint64_t before, size_t limit) {
  return impl_->book_->List(before, limit);
}

absl::StatusOr<std::vector<engine::Violation>> Ledger::Validate(absl::string_view rules_text) {
  std::vector<engine::Violation> violations;
  impl_->book_->Compile(rules_text, violations);
  return violations;
}

absl::StatusOr<std::shared_ptr<const engine::Rulebook>> Ledger::CompileRules(
    absl::string_view rules_text) {
  std::vector<engine::Violation> violations;
  auto compiled = impl_->book_->Compile(rules_text, violations);
  if (compiled == nullptr) return ViolationsError(violations);
  return compiled;
}

absl::StatusOr<Preview> Ledger::PreviewRules(absl::string_view rules_text, size_t limit) {
  return impl_->reading_.PreviewRules(rules_text, limit);
}

absl::StatusOr<uint64_t> Ledger::Activate(absl::string_view rules_text, absl::string_view author,
                                          absl::string_view note) {
  return impl_->book_->Activate(rules_text, author, note, Now());
}

absl::StatusOr<uint64_t> Ledger::EditBook(
    const std::function<absl::Status(engine::Rulebook::Parts&)>& edit) {
  return impl_->book_->Edit(edit, Now());
}

LedgerStatus Ledger::Status() const {
  LedgerStatus status;
  status.accounts = impl_->shared_.accounts.load();
  status.facts = impl_->shared_.facts.load();
  status.rulebook_number = impl_->book_->current()->number();
  status.swept_to = impl_->sweep_->swept_to();
  status.swept_number = impl_->sweep_->swept_number();
  status.leaks = static_cast<uint64_t>(std::max<int64_t>(0, impl_->shared_.leaks.load()));
  status.queued = static_cast<uint64_t>(std::max<int64_t>(0, impl_->shared_.queued_facts.load()));
  return status;
}

engine::Instant Ledger::Now() const { return impl_->clock_.Now(); }

const engine::Calendar& Ledger::calendar() const { return impl_->options_.calendar; }

absl::StatusOr<VerifyReport> Ledger::Verify() {
  return VerifyStore(*impl_->store_, impl_->options_.calendar);
}

absl::Status Ledger::SweepNow() { return impl_->sweep_->Run(); }

absl::Status Ledger::TrimLogNow() { return impl_->trim_->Run(); }

const ChangeLog& Ledger::log() const { return impl_->log_; }

void Ledger::Drain() { impl_->Drain(); }

}  // namespace kizuna::ledger
