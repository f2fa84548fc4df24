// SPDX-License-Identifier: Apache-2.0
//
// Does a watch through the real handlers tell everything once, keep its limits, and say why it
// ends?

#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/time_util.h"
#include "kizuna/v1/watch_service.grpc.pb.h"
#include "server/convert/values.h"
#include "server/limits.h"
#include "server/services/watch_cursor.h"
#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A watch of a test: at most two minutes, for machines that have much else to do.
class OpenWatch {
 public:
  OpenWatch(v1::WatchService::Stub& stub, const v1::WatchAccountsRequest& request) {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(120));
    reader_ = stub.WatchAccounts(&context_, request);
  }
  ~OpenWatch() {
    context_.TryCancel();
    if (!finished_) reader_->Finish();
  }

  // The next message; the stream must go on.
  v1::WatchAccountsResponse Next() {
    v1::WatchAccountsResponse message;
    EXPECT_TRUE(reader_->Read(&message)) << Finish().error_message();
    return message;
  }
  v1::AccountEvent NextEvent() {
    for (int i = 0; i < 1000; ++i) {
      v1::WatchAccountsResponse message = Next();
      if (message.has_event()) return message.event();
      if (finished_) break;
    }
    ADD_FAILURE() << "no event";
    return {};
  }
  bool Read(v1::WatchAccountsResponse* message) { return reader_->Read(message); }
  grpc::Status Finish() {
    if (!finished_) status_ = reader_->Finish();
    finished_ = true;
    return status_;
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchAccountsResponse>> reader_;
  bool finished_ = false;
  grpc::Status status_;
};

class WatchRpcTest : public RpcTest {
 protected:
  WatchRpcTest() : watch_(v1::WatchService::NewStub(server_->InProcessChannel())) {}

  std::unique_ptr<OpenWatch> Watch(const v1::WatchAccountsRequest& request = {}) {
    return std::make_unique<OpenWatch>(*watch_, request);
  }

  // How a watch that cannot begin ends.
  grpc::StatusCode Refused(const v1::WatchAccountsRequest& request) {
    const auto watch = Watch(request);
    v1::WatchAccountsResponse message;
    EXPECT_FALSE(watch->Read(&message)) << message.ShortDebugString();
    status_ = watch->Finish();
    return status_.error_code();
  }

  void Answer(const std::string& account, const std::string& id, int score) {
    Record(
        {FactOf(account, id,
                "survey { kind: KIND_NPS score: " + std::to_string(score) + " contact_id: 'c' }")});
  }

  std::unique_ptr<v1::WatchService::Stub> watch_;
};

std::vector<v1::ChangeKind> KindsOf(const v1::AccountEvent& event) {
  std::vector<v1::ChangeKind> kinds;
  for (const auto& change : event.changes()) kinds.push_back(change.kind());
  return kinds;
}

TEST_F(WatchRpcTest, AWatchBeginsWithACheckpointAndTellsWhatComesAfter) {
  MakeAccount("old");
  const auto watch = Watch();
  const auto first = watch->Next();
  ASSERT_TRUE(first.has_checkpoint());
  EXPECT_EQ(first.lag(), 0u);
  const uint64_t revision = MakeAccount("acme", "owner: 'sato'");
  const v1::AccountEvent event = watch->NextEvent();
  EXPECT_EQ(event.account(), "accounts/acme");
  EXPECT_EQ(event.revision(), revision);
  EXPECT_EQ(event.cause(), v1::CHANGE_CAUSE_FACTS);
  EXPECT_EQ(event.facts(), 1);
  EXPECT_EQ(event.rulebook_number(), 1u);
  EXPECT_EQ(event.commit_time().seconds(), convert::TimestampOf(clock_.Now()).seconds());
  ASSERT_GT(event.changes_size(), 1);
  EXPECT_EQ(event.changes(0).kind(), v1::CHANGE_KIND_CREATED);
  for (const auto& change : event.changes()) {
    EXPECT_FALSE(change.has_before()) << "there was nothing before";
    EXPECT_EQ(change.has_after(), change.kind() != v1::CHANGE_KIND_CREATED);
  }
}

TEST_F(WatchRpcTest, ChangesSayWhatItWasAndIs) {
  MakeAccount("acme");
  const auto watch = Watch();
  watch->Next();
  Answer("acme", "1", 0);
  const v1::AccountEvent event = watch->NextEvent();
  bool gate = false;
  for (const auto& change : event.changes()) {
    if (change.kind() != v1::CHANGE_KIND_GATE || change.gate() != "DISSATISFIED") continue;
    gate = true;
    EXPECT_NE(change.motion(), v1::MOTION_UNSPECIFIED);
    EXPECT_FALSE(change.before().gate_holds());
    EXPECT_TRUE(change.after().gate_holds());
  }
  EXPECT_TRUE(gate) << event.ShortDebugString();
}

TEST_F(WatchRpcTest, GoingOnBehindAnyCursorTellsTheRestAndNothingTwice) {
  v1::WatchAccountsRequest request;
  request.set_from_start(true);
  request.add_kinds(v1::CHANGE_KIND_FACTS);
  for (int i = 0; i < 20; ++i) MakeAccount("a" + std::to_string(i));
  for (int i = 0; i < 40; ++i) Answer("a" + std::to_string(i % 20), std::to_string(i), i % 11);
  std::vector<v1::WatchAccountsResponse> all;
  {
    const auto watch = Watch(request);
    while (all.size() < 60) {
      auto message = watch->Next();
      if (message.has_event()) all.push_back(message);
    }
    EXPECT_EQ(all.back().lag(), 0u);
    EXPECT_GT(all.front().lag(), 50u);
  }
  request.set_from_start(false);
  *request.mutable_checkpoint_interval() =
      google::protobuf::util::TimeUtil::MillisecondsToDuration(200);
  for (size_t cut = 0; cut < all.size(); cut += 7) {
    request.set_cursor(all[cut].cursor());
    const auto watch = Watch(request);
    for (size_t i = cut + 1; i < all.size(); ++i) {
      EXPECT_EQ(watch->NextEvent().SerializeAsString(), all[i].event().SerializeAsString())
          << "cut " << cut << ", event " << i;
    }
    EXPECT_TRUE(watch->Next().has_checkpoint()) << "and then there is nothing more";
  }
}

TEST_F(WatchRpcTest, AccountsFilterAndKindsChooseWhatIsTold) {
  MakeAccount("acme", "owner: 'sato'");
  MakeAccount("globex", "owner: 'kim'");
  v1::WatchAccountsRequest named, filtered, kinds, facts;
  named.add_accounts("accounts/globex");
  named.add_accounts("accounts/later");
  filtered.set_filter("owner = \"sato\"");
  kinds.add_kinds(v1::CHANGE_KIND_GATE);
  facts.add_kinds(v1::CHANGE_KIND_FACTS);
  const auto by_name = Watch(named), by_filter = Watch(filtered), by_kind = Watch(kinds),
             with_facts = Watch(facts);
  for (const auto& watch : {&by_name, &by_filter, &by_kind, &with_facts}) (*watch)->Next();
  Answer("acme", "1", 0);
  Answer("globex", "1", 0);
  MakeAccount("later");
  Record({FactOf("acme", "h", "hearing { }")});
  Record({FactOf("acme", "i", "hearing { }")});
  // Accounts of different shards may come in either order.
  const std::set<std::string> named_ones = {by_name->NextEvent().account(),
                                            by_name->NextEvent().account()};
  EXPECT_THAT(named_ones, ElementsAre("accounts/globex", "accounts/later"));
  EXPECT_EQ(by_filter->NextEvent().account(), "accounts/acme");
  EXPECT_THAT(KindsOf(by_kind->NextEvent()), ::testing::Each(v1::CHANGE_KIND_GATE));
  std::vector<std::string> told;
  for (int i = 0; i < 5; ++i) {
    const v1::AccountEvent event = with_facts->NextEvent();
    EXPECT_THAT(event.changes(), IsEmpty());
    EXPECT_EQ(event.facts(), 1);
    told.push_back(event.account());
  }
  EXPECT_THAT(told,
              ::testing::UnorderedElementsAre("accounts/acme", "accounts/acme", "accounts/acme",
                                              "accounts/globex", "accounts/later"));
}

TEST_F(WatchRpcTest, AnErasureNamesTheAccountOnlyToThoseWhoNamedIt) {
  MakeAccount("acme", "owner: 'sato'");
  MakeAccount("globex");
  v1::WatchAccountsRequest named, filtered;
  named.add_accounts("accounts/acme");
  filtered.set_filter("owner = \"kim\"");
  const auto all = Watch(), by_name = Watch(named), by_filter = Watch(filtered);
  for (const auto& watch : {&all, &by_name, &by_filter}) (*watch)->Next();
  for (const char* name : {"accounts/globex", "accounts/acme"}) {
    v1::DeleteAccountRequest request;
    request.set_name(name);
    Call(accounts_, &v1::AccountService::Stub::DeleteAccount, request);
  }
  EXPECT_EQ(all->NextEvent().account(), "");
  const v1::AccountEvent event = by_name->NextEvent();
  EXPECT_EQ(event.account(), "accounts/acme");
  EXPECT_EQ(event.cause(), v1::CHANGE_CAUSE_ERASURE);
  EXPECT_THAT(KindsOf(event), ElementsAre(v1::CHANGE_KIND_ERASED));
  // sha256("acme"), its first half.
  EXPECT_EQ(event.erased_digest(), "822b33ad87c148a0a20a5ba7cd5ebcaa") << "as documented";
  EXPECT_EQ(by_filter->NextEvent().cause(), v1::CHANGE_CAUSE_ERASURE);
}

TEST_F(WatchRpcTest, ACheckpointTellsHowFarTimeWasSwept) {
  MakeAccount("acme");
  v1::WatchAccountsRequest request;
  *request.mutable_checkpoint_interval() =
      google::protobuf::util::TimeUtil::MillisecondsToDuration(200);
  const auto watch = Watch(request);
  EXPECT_FALSE(watch->Next().checkpoint().has_swept_to()) << "not known yet";
  clock_.Advance(absl::Hours(1));
  const engine::Instant now = clock_.Now();
  ASSERT_TRUE(server_->ledger().SweepNow().ok());
  const absl::Time began = absl::Now();
  v1::WatchAccountsResponse message;
  for (int i = 0; i < 3; ++i) {
    message = watch->Next();
    ASSERT_TRUE(message.has_checkpoint());
  }
  EXPECT_EQ(
      google::protobuf::util::TimeUtil::TimestampToMicroseconds(message.checkpoint().swept_to()),
      now);
  EXPECT_EQ(message.checkpoint().swept_rulebook_number(), 1u);
  EXPECT_GT(absl::Now() - began, absl::Milliseconds(350)) << "no more often than asked";
}

TEST_F(WatchRpcTest, ACursorThatTheServerNeverGaveIsRefused) {
  MakeAccount("acme");
  const std::string cursor = Watch()->Next().cursor();
  v1::WatchAccountsRequest request;
  std::vector<std::string> garbage = {"x",
                                      "AAAA",
                                      cursor.substr(1),
                                      cursor + "A",
                                      cursor.substr(0, cursor.size() - 4),
                                      std::string(limits::kMaxCursorBytes + 1, 'A')};
  for (size_t i = 0; i < cursor.size(); i += 5) {
    garbage.push_back(cursor);
    garbage.back()[i] = cursor[i] == 'B' ? 'C' : 'B';
  }
  for (const std::string& text : garbage) {
    request.set_cursor(text);
    EXPECT_EQ(Refused(request), grpc::StatusCode::INVALID_ARGUMENT) << text;
    EXPECT_THAT(Fields(), ElementsAre("cursor"));
    EXPECT_EQ(Reason(), "INVALID_FIELD");
  }
  request.set_cursor(cursor);
  EXPECT_EQ(Watch(request)->Next().cursor(), cursor);
  request.set_from_start(true);
  EXPECT_EQ(Refused(request), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("from_start"));
}

TEST_F(WatchRpcTest, ACursorFromElsewhereOrFromTheFutureIsLost) {
  MakeAccount("acme");
  convert::Violations violations;
  auto cursor = WatchCursor::FromText(Watch()->Next().cursor(), {}, violations);
  ASSERT_TRUE(cursor.has_value());
  v1::WatchAccountsRequest request;
  WatchCursor other = *cursor;
  other.epoch++;
  request.set_cursor(other.ToText());
  EXPECT_EQ(Refused(request), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(Reason(), "CURSOR_LOST");
  WatchCursor ahead = *cursor;
  ahead.position.revisions[60]++;  // acme's shard
  request.set_cursor(ahead.ToText());
  EXPECT_EQ(Refused(request), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(Reason(), "CURSOR_LOST");
}

TEST_F(WatchRpcTest, ACursorThatIsTooOldIsToldWhatToDo) {
  const std::string cursor = Watch()->Next().cursor();
  MakeAccount("acme");
  clock_.Advance(absl::Hours(24) * 8);
  ASSERT_TRUE(server_->ledger().TrimLogNow().ok());
  v1::WatchAccountsRequest request;
  request.set_cursor(cursor);
  EXPECT_EQ(Refused(request), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(Reason(), "CURSOR_TOO_OLD");
  EXPECT_THAT(status_.error_message(), ::testing::HasSubstr("list the accounts"));
}

TEST_F(WatchRpcTest, ASlowReaderIsToldHowFarItIsBehindAndInTheEndCutOff) {
  constexpr int kAccounts = 100;
  for (int i = 0; i < kAccounts; ++i) MakeAccount("a" + std::to_string(i));
  v1::WatchAccountsRequest request;
  request.add_kinds(v1::CHANGE_KIND_FACTS);
  const auto watch = Watch(request);
  watch->Next();
  // Far more than is read ahead and than a transport within the process holds: a commit an account.
  constexpr int kCommits = 3000;
  for (int round = 0; round < kCommits / kAccounts; ++round) {
    std::vector<v1::Fact> facts;
    for (int i = 0; i < kAccounts; ++i) {
      facts.push_back(FactOf("a" + std::to_string(i), std::to_string(round), "hearing { }"));
    }
    Record(facts);
  }
  // The first were sent while the later ones were not there yet.
  int read = 1;
  while (watch->Next().lag() == 0) ASSERT_LT(++read, kCommits) << "more is to come";
  clock_.Advance(absl::Hours(24) * 8);
  ASSERT_TRUE(server_->ledger().TrimLogNow().ok());
  v1::WatchAccountsResponse message;
  while (watch->Read(&message)) ++read;
  status_ = watch->Finish();
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << status_.error_message();
  EXPECT_EQ(Reason(), "WATCH_TOO_SLOW");
  // What was read ahead, a message under way, and the checkpoints of a slow machine: the server
  // never held more for it than that.
  EXPECT_LT(read, static_cast<int>(3 * limits::kWatchRowsAhead));
}

TEST_F(WatchRpcTest, TheLimitsHoldAtBelowAndAbove) {
  v1::WatchAccountsRequest request;
  for (int i = 0; i < limits::kMaxWatchedAccounts; ++i) {
    request.add_accounts("accounts/a" + std::to_string(i));
  }
  EXPECT_TRUE(Watch(request)->Next().has_checkpoint());
  request.add_accounts("accounts/more");
  EXPECT_EQ(Refused(request), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("accounts"));
  request.Clear();
  request.add_accounts("acme");
  request.set_filter("colour = red");
  request.add_kinds(v1::CHANGE_KIND_UNSPECIFIED);
  EXPECT_EQ(Refused(request), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("accounts[0]", "filter", "kinds[0]"));
  request.Clear();
  for (const auto& [interval, good] :
       {std::pair(limits::kMinCheckpointInterval, true),
        std::pair(limits::kMinCheckpointInterval - absl::Nanoseconds(1), false),
        std::pair(limits::kCheckpointInterval, true),
        std::pair(limits::kCheckpointInterval + absl::Nanoseconds(1), false),
        std::pair(absl::ZeroDuration(), false), std::pair(-absl::Seconds(1), false)}) {
    *request.mutable_checkpoint_interval() =
        google::protobuf::util::TimeUtil::NanosecondsToDuration(absl::ToInt64Nanoseconds(interval));
    if (good) {
      EXPECT_TRUE(Watch(request)->Next().has_checkpoint()) << interval;
    } else {
      EXPECT_EQ(Refused(request), grpc::StatusCode::INVALID_ARGUMENT) << interval;
      EXPECT_THAT(Fields(), ElementsAre("checkpoint_interval"));
    }
  }
}

TEST_F(WatchRpcTest, OnlySoManyWatchesAreOpenAtOnce) {
  std::vector<std::unique_ptr<OpenWatch>> watches;
  for (int i = 0; i < limits::kMaxWatches; ++i) {
    watches.push_back(Watch());
    ASSERT_TRUE(watches.back()->Next().has_checkpoint()) << i;
  }
  EXPECT_EQ(Refused({}), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Reason(), "TOO_MUCH_AT_ONCE");
  MakeAccount("acme");
  for (const auto& watch : watches) {
    EXPECT_EQ(watch->NextEvent().account(), "accounts/acme");
  }
  watches.pop_back();
  // The place is free once the server has heard that the client left.
  grpc::StatusCode code = grpc::StatusCode::RESOURCE_EXHAUSTED;
  for (int i = 0; i < 200 && code != grpc::StatusCode::OK; ++i) {
    const auto watch = Watch();
    v1::WatchAccountsResponse message;
    if (watch->Read(&message)) break;
    code = watch->Finish().error_code();
    EXPECT_EQ(code, grpc::StatusCode::RESOURCE_EXHAUSTED);
    absl::SleepFor(absl::Milliseconds(10));
    ASSERT_LT(i, 199);
  }
}

TEST_F(WatchRpcTest, AServerThatStopsSendsALastCheckpointAndSaysWhy) {
  MakeAccount("acme");
  const auto watch = Watch();
  const auto unread = Watch();  // its client never reads; it must not hold up the end
  watch->Next();
  const absl::Time began = absl::Now();
  std::thread stopper([this] { server_->Stop(); });
  v1::WatchAccountsResponse message, last;
  while (watch->Read(&message)) last = message;
  status_ = watch->Finish();
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Reason(), "DRAINING");
  EXPECT_TRUE(last.has_checkpoint());
  EXPECT_FALSE(last.cursor().empty());
  stopper.join();
  EXPECT_LT(absl::Now() - began, absl::Seconds(10));
}

}  // namespace
}  // namespace kizuna::server
