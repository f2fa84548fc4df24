// SPDX-License-Identifier: Apache-2.0

#include "server/services/blocked_stream.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/services/fact_stream.h"
#include "server/services/filter.h"
#include "server/services/page_token.h"

namespace kizuna::server {
namespace {

// Accounts that one step looks at; so many rows at most wait to be sent.
constexpr size_t kAccountsPerStep = 256;

// The list, step by step. Used by one thread at a time.
class BlockedList {
 public:
  static absl::StatusOr<BlockedList> Of(const Environment& environment,
                                        const v1::ListBlockedRequest& request) {
    const convert::FieldPath path;
    convert::Violations violations;
    BlockedList list(environment, request);
    list.motion_ = convert::MotionOf(request.motion());
    list.gate_ = request.gate();
    if (!list.gate_.empty() && !KnowsGate(*environment.ledger->rulebook(), list.gate_)) {
      violations.Add(path.Field("gate"),
                     "is no gate of the rulebook in force; its text names them "
                     "(RulebookService.GetRulebook)");
    }
    list.filter_ = AccountFilter::Parse(request.filter(), path.Field("filter"),
                                        *environment.ledger->rulebook(), violations);
    convert::Violations of_cursor;
    list.after_ = list.page_.Position(request.cursor(), path.Field("cursor"), of_cursor);
    if (!of_cursor.empty()) {
      violations.Add(path.Field("cursor"),
                     "is no cursor of this list; send a cursor as it was received, with the rest "
                     "of the request as it was, or leave it out to begin anew");
    }
    if (!violations.empty()) return violations.ToStatus();
    return list;
  }

  // Looks at the next accounts and appends the rows of those that are blocked.
  absl::Status Step(std::deque<v1::ListBlockedResponse>& rows) {
    auto page = environment_->ledger->ListAccounts(after_, kAccountsPerStep, nullptr);
    if (!page.ok()) return page.status();
    for (const ledger::View& view : page->accounts) {
      if (view.card->Best(motion_).verdict == engine::Verdict::kAllow) continue;
      if (!filter_.empty() && !filter_.Keeps(view)) continue;
      std::optional<v1::ListBlockedResponse> row = RowOf(view);
      if (row.has_value()) rows.push_back(*std::move(row));
    }
    after_ = page->next;
    over_ = page->next.empty();
    return absl::OkStatus();
  }

  bool over() const { return over_; }

 private:
  BlockedList(const Environment& environment, const v1::ListBlockedRequest& request)
      : environment_(&environment),
        page_({"ListBlocked", request.filter(), absl::StrCat(request.motion()), request.gate()}) {}

  // nullopt: the gate that was asked for does not hold against it.
  std::optional<v1::ListBlockedResponse> RowOf(const ledger::View& view) const {
    engine::Request question;
    question.motion = motion_;
    const engine::Decision decision =
        engine::Decide(*view.state, *view.rulebook, question, view.checked_at);
    v1::CheckPitchResponse answer;
    convert::DecisionToWire(CardViewOf(*environment_, view, true), decision, &answer);
    const bool by_gate =
        gate_.empty() ||
        std::any_of(answer.reasons().begin(), answer.reasons().end(),
                    [this](const v1::Reason& reason) { return reason.code() == gate_; });
    if (!by_gate) return std::nullopt;
    v1::ListBlockedResponse row;
    row.set_account(answer.account());
    row.set_display_name(std::string(view.state->Profile("display_name")));
    row.set_owner(std::string(view.state->Profile("owner")));
    row.set_verdict(answer.verdict());
    row.set_motion(answer.motion());
    row.set_product(answer.product());
    row.mutable_reasons()->Swap(answer.mutable_reasons());
    row.set_revision(answer.revision());
    row.set_rulebook_number(answer.rulebook_number());
    *row.mutable_checked_at() = answer.checked_at();
    if (answer.has_can_change_at()) *row.mutable_can_change_at() = answer.can_change_at();
    row.set_cursor(page_.Token(view.account));
    return row;
  }

  const Environment* environment_;
  PageRequest page_;
  engine::Motion motion_ = engine::Motion::kUnspecified;
  std::string gate_;
  AccountFilter filter_;
  std::string after_;
  bool over_ = false;
};

// One step at a worker, or one write at gRPC, is under way at a time. The mutex guards what they
// share, and makes sure that nothing is started after the end.
class BlockedStream final : public BlockedReactor,
                            public StoppableStream,
                            public std::enable_shared_from_this<BlockedStream> {
 public:
  BlockedStream(const Environment& environment, grpc::CallbackServerContext* context,
                const v1::ListBlockedRequest* request)
      : environment_(environment),
        call_(CallOf(*context, "ReadinessService/ListBlocked", MethodKind::kStream, request)) {}

  void Start(const v1::ListBlockedRequest& request) {
    self_ = shared_from_this();
    absl::Status status = environment_.middleware->Begin(call_);
    call_.request = nullptr;  // gRPC's, and not for the life of the stream
    if (status.ok()) {
      auto list = BlockedList::Of(environment_, request);
      status = list.status();
      if (list.ok()) list_ = std::make_unique<BlockedList>(*std::move(list));
    }
    if (status.ok() && !environment_.streams->Add(self_)) status = convert::Draining();
    EndWith(std::move(status));
    Advance();
  }

  void Stop() override {
    EndWith(convert::Draining());
    Advance();
  }

  void OnWriteDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      busy_ = false;
      rows_.pop_front();
    }
    if (!ok) EndWith(absl::CancelledError("the client is gone"));
    Advance();
  }

  void OnCancel() override {
    EndWith(absl::CancelledError("the client cancelled the list"));
    Advance();
  }

  void OnDone() override {
    absl::Status end;
    {
      absl::MutexLock lock(&mutex_);
      end = end_;
    }
    environment_.streams->Remove(self_);
    environment_.middleware->End(call_, end);
    self_.reset();  // the last thing: this may be gone now
  }

 private:
  // The first thing that goes wrong is how the stream ends.
  void EndWith(absl::Status status) {
    absl::MutexLock lock(&mutex_);
    if (end_.ok()) end_ = convert::ForClient(std::move(status));
  }

  // Starts whatever comes next: a write, a step, or the end.
  void Advance() {
    {
      absl::MutexLock lock(&mutex_);
      if (finished_ || busy_) return;
      if (!end_.ok() || (rows_.empty() && list_->over())) {
        finished_ = true;
        Finish(ToGrpcStatus(end_));
        return;
      }
      busy_ = true;
      if (!rows_.empty()) {
        StartWrite(&rows_.front());
        return;
      }
    }
    if (environment_.workers->Run([self = shared_from_this()] { self->StepOnWorker(); })) return;
    {
      absl::MutexLock lock(&mutex_);
      busy_ = false;
    }
    EndWith(convert::TooMuchAtOnce("too many long calls wait"));
    Advance();
  }

  void StepOnWorker() {
    absl::Status status;
    if (call_.Expired()) {
      status = convert::DeadlinePassed("the list took too long; go on with the last cursor");
    } else {
      status = list_->Step(rows_);
    }
    EndWith(std::move(status));
    {
      absl::MutexLock lock(&mutex_);
      busy_ = false;
    }
    Advance();
  }

  const Environment& environment_;
  Call call_;
  std::shared_ptr<BlockedStream> self_;

  // Whoever is busy owns these: the worker's step, or the write of the first row.
  std::unique_ptr<BlockedList> list_;
  std::deque<v1::ListBlockedResponse> rows_;

  absl::Mutex mutex_;
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status end_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

BlockedReactor* NewBlockedStream(const Environment& environment,
                                 grpc::CallbackServerContext* context,
                                 const v1::ListBlockedRequest* request) {
  auto stream = std::make_shared<BlockedStream>(environment, context, request);
  stream->Start(*request);
  return stream.get();
}

}  // namespace kizuna::server
