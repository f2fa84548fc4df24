// SPDX-License-Identifier: Apache-2.0

#include "server/services/watch_stream.h"

#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/convert/change_to_wire.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/ledger/change_log.h"
#include "server/services/fact_stream.h"
#include "server/services/watch_plan.h"

namespace kizuna::server {
namespace {

// Rows that one step looks through at most before the next watch has its turn.
constexpr int kRowsPerStep = 1024;

// Reads the log on behalf of one request. Used by the loop's thread alone.
class WatchReader {
 public:
  WatchReader(ledger::Ledger& ledger, WatchPlan plan)
      : ledger_(ledger), log_(ledger.log()), plan_(std::move(plan)) {}

  // Finds where to begin.
  absl::Status Open() {
    absl::StatusOr<ledger::LogPosition> position = plan_.from_start ? log_.Start() : log_.End();
    if (plan_.cursor.has_value()) {
      position = plan_.cursor->position;
      const absl::Status status = log_.Check(plan_.cursor->epoch, *position);
      if (absl::IsOutOfRange(status)) return convert::CursorTooOld();
      if (absl::IsDataLoss(status)) return convert::CursorLost();
      if (!status.ok()) return status;
    }
    if (!position.ok()) return position.status();
    position_ = *position;
    part_.after = position_;
    return absl::OkStatus();
  }

  enum class Found { kEvent, kEnd, kMore };
  // Reads on until there is an event to send, the log ends, or it has looked at enough for a step.
  absl::StatusOr<Found> Next(v1::WatchAccountsResponse& out) {
    for (int looked_at = 0; looked_at < kRowsPerStep; ++looked_at) {
      if (next_row_ == part_.rows.size()) {
        if (absl::Status status = ReadOn(); !status.ok()) return status;
        if (part_.rows.empty()) return Found::kEnd;
      }
      const ledger::LogRow& row = part_.rows[next_row_++];
      position_.revisions[row.shard] = row.revision;
      absl::StatusOr<bool> told = Tell(row, *out.mutable_event());
      if (!told.ok()) return told.status();
      if (!*told) continue;
      Sign(out);
      return Found::kEvent;
    }
    return Found::kMore;
  }

  void Checkpoint(v1::WatchAccountsResponse& out) const {
    v1::WatchCheckpoint& checkpoint = *out.mutable_checkpoint();
    convert::SetInstant(swept_to_, &checkpoint, &v1::WatchCheckpoint::mutable_swept_to);
    checkpoint.set_swept_rulebook_number(swept_number_);
    Sign(out);
  }

  const WatchPlan& plan() const { return plan_; }

 private:
  // Reads the next part of the log, the last one being used up.
  absl::Status ReadOn() {
    position_ = part_.after;
    // What was swept before the log was read is in what is read.
    const ledger::LedgerStatus status = ledger_.Status();
    absl::StatusOr<ledger::ChangeLog::Part> part =
        log_.Read(position_, plan_.shards, limits::kWatchRowsAhead);
    if (absl::IsOutOfRange(part.status())) return convert::WatchTooSlow();
    if (!part.ok()) return part.status();
    part_ = *std::move(part);
    next_row_ = 0;
    if (!part_.rows.empty()) return absl::OkStatus();
    position_ = part_.after;
    swept_to_ = status.swept_to;
    swept_number_ = status.swept_number;
    return absl::OkStatus();
  }

  // Whether the row is to be told; if so, as `out`.
  absl::StatusOr<bool> Tell(const ledger::LogRow& row, v1::AccountEvent& out) {
    out.Clear();
    convert::EventToWire(row.record, plan_.kinds, &out);
    if (out.changes().empty() && !(plan_.facts && row.record.facts() > 0)) return false;
    out.set_revision(row.revision);
    const std::string& digest = row.record.erased_digest();
    if (!digest.empty()) {
      const auto named = plan_.by_digest.find(digest);
      if (named != plan_.by_digest.end()) out.set_account(convert::AccountName(named->second));
      return plan_.accounts.empty() || named != plan_.by_digest.end();
    }
    const std::string& account = row.record.account();
    if (!plan_.accounts.empty() && plan_.accounts.count(account) == 0) return false;
    if (plan_.filter.empty()) return true;
    const absl::StatusOr<ledger::View> view = ledger_.Read(account);
    if (absl::IsNotFound(view.status())) return false;  // erased since; that is told in its turn
    if (!view.ok()) return view.status();
    return plan_.filter.Keeps(*view);
  }

  void Sign(v1::WatchAccountsResponse& out) const {
    out.set_cursor(WatchCursor{log_.epoch(), position_}.ToText());
    out.set_lag(log_.Behind(position_));
  }

  ledger::Ledger& ledger_;
  const ledger::ChangeLog& log_;
  const WatchPlan plan_;
  ledger::LogPosition position_;                 // behind everything that was sent or passed over
  ledger::ChangeLog::Part part_;                 // what was read ahead
  size_t next_row_ = 0;                          // of part_
  engine::Instant swept_to_ = engine::kLongAgo;  // as of the last time that the end was reached
  uint64_t swept_number_ = 0;
};

// The loop's thread makes messages; gRPC's threads tell what became of them. The mutex guards what
// they share, and makes sure that nothing is started after the end.
class WatchStream final : public WatchReactor,
                          public StoppableStream,
                          public Watch,
                          public std::enable_shared_from_this<WatchStream> {
 public:
  WatchStream(const Environment& environment, WatchLoop& loop, grpc::CallbackServerContext* context,
              const v1::WatchAccountsRequest* request)
      : environment_(environment),
        loop_(loop),
        context_(context),
        call_(CallOf(*context, "WatchService/WatchAccounts", MethodKind::kStream, request)) {}

  void Start(const v1::WatchAccountsRequest& request) {
    self_ = shared_from_this();
    absl::Status status = environment_.middleware->Begin(call_);
    call_.request = nullptr;  // gRPC's, and not for the life of the stream
    if (status.ok()) status = Enter(request);
    if (status.ok()) return;
    absl::MutexLock lock(&mutex_);
    End(std::move(status));
  }

  WatchNext Step() override {
    bool stopping = false;
    {
      absl::MutexLock lock(&mutex_);
      if (finished_) return {};
      if (cancelled_) return End(absl::CancelledError("the client cancelled the watch"));
      if (write_pending_) return AwaitWrite();
      if (farewell_sent_) return End(convert::Draining());
      stopping = stop_by_ != absl::InfiniteFuture();
    }
    absl::StatusOr<WatchNext> next = Prepare(stopping);
    absl::MutexLock lock(&mutex_);
    if (!next.ok()) return End(next.status());
    if (!prepared_) return *next;
    write_pending_ = true;
    farewell_sent_ = stopping;
    StartWrite(&message_);
    WatchNext end_of_patience;
    end_of_patience.at = stop_by_;
    return end_of_patience;
  }

  void Stop() override {
    {
      absl::MutexLock lock(&mutex_);
      stop_by_ = absl::Now() + limits::kWatchStopGrace;
    }
    loop_.Wake(this);
  }

  void OnWriteDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      write_pending_ = false;
      if (!ok) cancelled_ = true;
    }
    loop_.Wake(this);
  }

  void OnCancel() override {
    {
      absl::MutexLock lock(&mutex_);
      cancelled_ = true;
    }
    loop_.Wake(this);
  }

  void OnDone() override {
    absl::Status end;
    {
      absl::MutexLock lock(&mutex_);
      end = end_;
    }
    loop_.Remove(this);
    environment_.streams->Remove(self_);
    environment_.middleware->End(call_, end);
    self_.reset();  // the last thing: this may be gone now
  }

 private:
  // Takes the request in; the first step follows on the loop's thread.
  absl::Status Enter(const v1::WatchAccountsRequest& request) {
    absl::StatusOr<WatchPlan> plan = WatchPlan::Of(request, *environment_.ledger->rulebook());
    if (!plan.ok()) return plan.status();
    reader_ = std::make_unique<WatchReader>(*environment_.ledger, *std::move(plan));
    if (!environment_.streams->Add(self_)) return convert::Draining();
    if (loop_.Add(self_)) return absl::OkStatus();
    return convert::TooMuchAtOnce(
        absl::StrCat("as many watches are open as the server serves, ", limits::kMaxWatches));
  }

  // Makes the next message, if there is one to be sent now (prepared_), or says when to look again.
  absl::StatusOr<WatchNext> Prepare(bool stopping) {
    prepared_ = true;
    if (!opened_) {
      if (absl::Status status = reader_->Open(); !status.ok()) return status;
      opened_ = true;
      return Checkpoint();
    }
    if (stopping) return Checkpoint();
    const absl::Duration interval = reader_->plan().checkpoint_interval;
    // Where there is always something to tell, a checkpoint comes a little late, but it comes.
    if (absl::Now() >= last_checkpoint_ + 2 * interval) return Checkpoint();
    absl::StatusOr<WatchReader::Found> found = reader_->Next(message_);
    if (!found.ok()) return found.status();
    if (*found == WatchReader::Found::kEvent) return WatchNext{};
    WatchNext next;
    if (absl::Now() >= last_checkpoint_ + interval) return Checkpoint();
    prepared_ = false;
    next.at_once = *found == WatchReader::Found::kMore;
    next.on_commit = true;
    next.at = last_checkpoint_ + interval;
    return next;
  }

  WatchNext Checkpoint() {
    reader_->Checkpoint(message_);
    last_checkpoint_ = absl::Now();
    return {};
  }

  // A message is under way. A client that does not read must not hold up the end of the server.
  WatchNext AwaitWrite() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    WatchNext next;
    if (absl::Now() >= stop_by_) {
      context_->TryCancel();
    } else {
      next.at = stop_by_;
    }
    return next;
  }

  WatchNext End(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    finished_ = true;
    end_ = convert::ForClient(std::move(status));
    Finish(ToGrpcStatus(end_));
    return {};
  }

  const Environment& environment_;
  WatchLoop& loop_;
  grpc::CallbackServerContext* const context_;
  Call call_;
  std::shared_ptr<WatchStream> self_;

  // The loop's thread's own; message_ is gRPC's while a write is pending.
  std::unique_ptr<WatchReader> reader_;
  v1::WatchAccountsResponse message_;
  bool prepared_ = false;
  bool opened_ = false;
  absl::Time last_checkpoint_ = absl::InfinitePast();

  absl::Mutex mutex_;
  bool write_pending_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool farewell_sent_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time stop_by_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  absl::Status end_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

WatchReactor* NewWatchStream(const Environment& environment, WatchLoop& loop,
                             grpc::CallbackServerContext* context,
                             const v1::WatchAccountsRequest* request) {
  auto stream = std::make_shared<WatchStream>(environment, loop, context, request);
  stream->Start(*request);
  return stream.get();
}

}  // namespace kizuna::server
