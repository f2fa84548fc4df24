// SPDX-License-Identifier: Apache-2.0
//
// What happened with an account, through the real handlers: everything once, in order, in pages
// that neither skip nor repeat.

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "kizuna/v1/timeline_service.grpc.pb.h"
#include "server/convert/values.h"
#include "server/ledger/ledger.h"
#include "server/services/timeline_changes.h"
#include "server/services/timeline_page.h"
#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class TimelineRpcTest : public RpcTest {
 protected:
  TimelineRpcTest() : timeline_(v1::TimelineService::NewStub(server_->InProcessChannel())) {}

  v1::ListTimelineResponse List(const v1::ListTimelineRequest& request,
                                grpc::StatusCode expected = grpc::StatusCode::OK) {
    return Call(timeline_, &v1::TimelineService::Stub::ListTimeline, request, expected);
  }
  static v1::ListTimelineRequest Of(const std::string& account,
                                    const std::vector<v1::TimelineKind>& kinds = {}) {
    v1::ListTimelineRequest request;
    request.set_parent("accounts/" + account);
    for (const v1::TimelineKind kind : kinds) request.add_kinds(kind);
    return request;
  }
  // Every entry, page by page.
  std::vector<v1::TimelineEntry> All(v1::ListTimelineRequest request) {
    std::vector<v1::TimelineEntry> all;
    do {
      const auto page = List(request);
      all.insert(all.end(), page.entries().begin(), page.entries().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty() && all.size() < 1000);
    return all;
  }
  static std::vector<std::string> FactIds(const std::vector<v1::TimelineEntry>& entries) {
    std::vector<std::string> ids;
    for (const v1::TimelineEntry& entry : entries) {
      if (entry.has_fact()) ids.push_back(entry.fact().fact_id());
    }
    return ids;
  }
  v1::Fact At(absl::Duration ago, const std::string& id, const std::string& text) {
    v1::Fact fact = FactOf("acme", id, text);
    *fact.mutable_observed_at() =
        convert::TimestampOf(clock_.Now() - absl::ToInt64Microseconds(ago));
    return fact;
  }

  std::unique_ptr<v1::TimelineService::Stub> timeline_;
};

constexpr char kCall[] = "interaction { kind: KIND_CALL direction: DIRECTION_OUTBOUND }";

TEST_F(TimelineRpcTest, FactsComeInTheOrderTheyWereObservedWithTheirWords) {
  MakeAccount("acme");
  Record({At(absl::Hours(1), "late", kCall),
          At(absl::Hours(30), "early",
             "survey { kind: KIND_NPS score: 9 contact_id: 'kim' comment: 'good' }"),
          At(absl::Hours(2), "usage", "usage { metric: 'activity' value: 3 }")});
  const auto all = All(Of("acme", {v1::TIMELINE_KIND_FACT, v1::TIMELINE_KIND_INTERACTION}));
  EXPECT_THAT(FactIds(all), ElementsAre("early", "late", "profile"));
  EXPECT_EQ(all[0].fact().survey().comment(), "good");
  EXPECT_EQ(all[0].fact().survey().contact_id(), "kim");
  EXPECT_EQ(all[1].kind(), v1::TIMELINE_KIND_INTERACTION);
  auto newest = Of("acme", {v1::TIMELINE_KIND_FACT, v1::TIMELINE_KIND_INTERACTION});
  newest.set_newest_first(true);
  EXPECT_THAT(FactIds(All(newest)), ElementsAre("profile", "late", "early"));
  EXPECT_THAT(FactIds(All(Of("acme"))), Not(Contains("usage")));
  EXPECT_THAT(FactIds(All(Of("acme", {v1::TIMELINE_KIND_USAGE}))), ElementsAre("usage"));
}

TEST_F(TimelineRpcTest, WhatNoLongerCountsIsNotThere) {
  MakeAccount("acme");
  v1::Fact fact = At(absl::Hours(1), "n1", "survey { kind: KIND_NPS score: 1 contact_id: 'kim' }");
  Record({fact});
  fact.set_version(1);
  fact.mutable_survey()->set_score(9);
  Record({fact});
  auto all = All(Of("acme", {v1::TIMELINE_KIND_FACT}));
  ASSERT_THAT(FactIds(all), ElementsAre("n1", "profile"));
  EXPECT_EQ(all[0].fact().survey().score(), 9);
  v1::ErasePersonRequest erase;
  erase.set_account("accounts/acme");
  erase.set_contact_id("kim");
  Call(accounts_, &v1::AccountService::Stub::ErasePerson, erase);
  all = All(Of("acme", {v1::TIMELINE_KIND_FACT}));
  EXPECT_EQ(all[0].fact().survey().contact_id(), "") << "nobody is named any more";
  fact.set_version(2);
  fact.set_retracted(true);
  Record({fact});
  EXPECT_THAT(FactIds(All(Of("acme", {v1::TIMELINE_KIND_FACT}))), ElementsAre("profile"));
}

TEST_F(TimelineRpcTest, PagesNeitherSkipNorRepeat) {
  MakeAccount("acme");
  std::vector<v1::Fact> facts;
  for (int i = 0; i < 23; ++i) {
    // Several at one instant, so that time alone does not order them.
    facts.push_back(At(absl::Hours(i / 5 + 1), "c" + std::to_string(i), kCall));
  }
  Record(facts);
  for (const bool newest_first : {false, true}) {
    auto whole = Of("acme");
    whole.set_newest_first(newest_first);
    whole.set_page_size(1000);
    const auto expected = List(whole);
    EXPECT_EQ(expected.next_page_token(), "");
    for (const int size : {1, 4, 24}) {
      auto paged = whole;
      paged.set_page_size(size);
      const auto all = All(paged);
      ASSERT_EQ(static_cast<int>(all.size()), expected.entries_size()) << size;
      for (int i = 0; i < expected.entries_size(); ++i) {
        EXPECT_EQ(all[static_cast<size_t>(i)].SerializeAsString(),
                  expected.entries(i).SerializeAsString());
      }
    }
  }
}

TEST_F(TimelineRpcTest, ChangesLeaksAndReservationsAreThere) {
  MakeAccount("acme");
  clock_.Advance(absl::Minutes(1));
  Record({FactOf("acme", "n1", "survey { kind: KIND_NPS score: 1 contact_id: 'kim' }")});
  clock_.Advance(absl::Minutes(1));
  Record({FactOf("acme", "p1",
                 "interaction { kind: KIND_PITCH direction: DIRECTION_OUTBOUND motion: "
                 "MOTION_SEATS team: 'sales' }")});
  const auto leaks = All(Of("acme", {v1::TIMELINE_KIND_LEAK}));
  ASSERT_EQ(leaks.size(), 1u);
  EXPECT_EQ(leaks[0].leak().fact_id(), "p1");
  EXPECT_EQ(leaks[0].leak().team(), "sales");
  const auto changes = All(Of("acme", {v1::TIMELINE_KIND_CHANGE}));
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(changes[0].change().changes(0).kind(), v1::CHANGE_KIND_CREATED);
  EXPECT_EQ(changes[0].change().cause(), v1::CHANGE_CAUSE_FACTS);
  bool closed = false;
  for (const v1::TimelineEntry& entry : changes) {
    for (const v1::AccountChange& change : entry.change().changes()) {
      closed |= change.kind() == v1::CHANGE_KIND_GATE && change.gate() == "DISSATISFIED" &&
                change.after().gate_holds();
    }
  }
  EXPECT_TRUE(closed);
}

TEST_F(TimelineRpcTest, BoundsAreHalfOpenAndWhatLiesAheadHasNotHappened) {
  MakeAccount("acme");
  Record({At(absl::Hours(2), "two", kCall), At(absl::Hours(1), "one", kCall),
          At(-absl::Hours(1), "ahead", kCall)});
  const engine::Instant now = clock_.Now();
  const int64_t hour = absl::ToInt64Microseconds(absl::Hours(1));
  auto request = Of("acme", {v1::TIMELINE_KIND_INTERACTION});
  EXPECT_THAT(FactIds(All(request)), ElementsAre("two", "one"));
  *request.mutable_since() = convert::TimestampOf(now - 2 * hour);
  *request.mutable_until() = convert::TimestampOf(now - hour);
  EXPECT_THAT(FactIds(All(request)), ElementsAre("two"));
  *request.mutable_since() = convert::TimestampOf(now - 2 * hour + 1);
  *request.mutable_until() = convert::TimestampOf(now - hour + 1);
  EXPECT_THAT(FactIds(All(request)), ElementsAre("one"));
  *request.mutable_since() = *request.mutable_until();
  EXPECT_THAT(All(request), IsEmpty());
}

TEST_F(TimelineRpcTest, AQuestionThatMakesNoSenseNamesItsField) {
  MakeAccount("acme");
  Record({At(absl::Hours(2), "two", kCall), At(absl::Hours(1), "one", kCall)});
  List(Of("nobody"), grpc::StatusCode::NOT_FOUND);
  List(Of("acme", {v1::TIMELINE_KIND_UNSPECIFIED}), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("kinds[0]"));
  List(Of("acme", {v1::TIMELINE_KIND_LEAK, v1::TIMELINE_KIND_LEAK}),
       grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("kinds[1]"));
  auto request = Of("acme");
  request.set_page_size(-1);
  List(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("page_size"));
  request.set_page_size(1);
  const std::string token = List(request).next_page_token();
  ASSERT_NE(token, "");
  request.set_newest_first(true);
  request.set_page_token(token);
  List(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("page_token"));
  request = Of("acme");
  *request.mutable_since() = convert::TimestampOf(clock_.Now());
  *request.mutable_until() = convert::TimestampOf(clock_.Now() - 1);
  List(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("since"));
  *request.mutable_until() = convert::TimestampOf(clock_.Now() + 1);
  List(request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("until"));
}

TEST(TimelineChangesTest, DaysOfHistoryTellWhatDiffersBetweenThem) {
  ledger::HistoryRow first;
  first.band = engine::Band::kGreen;
  first.verdicts[engine::Motion::kSeats] = engine::Verdict::kAllow;
  const auto created = ChangesBetween(nullptr, first);
  ASSERT_EQ(created.size(), 3u);
  EXPECT_EQ(created[0].kind(), v1::CHANGE_KIND_CREATED);
  EXPECT_EQ(created[1].kind(), v1::CHANGE_KIND_BAND);
  EXPECT_FALSE(created[1].has_before());
  EXPECT_EQ(created[2].motion(), v1::MOTION_SEATS);
  EXPECT_THAT(ChangesBetween(&first, first), IsEmpty());
  ledger::HistoryRow second = first;
  second.loyalty = engine::LoyaltyTier::kFan;
  second.touch = engine::TouchTier::kHigh;
  second.verdicts[engine::Motion::kSeats] = engine::Verdict::kDeny;
  const auto changes = ChangesBetween(&first, second);
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[0].after().loyalty_tier(), v1::LOYALTY_TIER_FAN);
  EXPECT_EQ(changes[1].after().touch_tier(), v1::TOUCH_TIER_HIGH);
  EXPECT_EQ(changes[2].before().verdict(), v1::VERDICT_ALLOW);
  EXPECT_EQ(changes[2].after().verdict(), v1::VERDICT_DENY);
}

TEST(TimelinePageTest, APositionIsReadBackAndNothingElseIsOne) {
  const TimelineKey key{-5, v1::TIMELINE_KIND_LEAK, "crm", "a\\b"};
  const auto back = TimelineKey::FromPosition(key.ToPosition());
  ASSERT_TRUE(back.has_value());
  EXPECT_FALSE(*back < key);
  EXPECT_FALSE(key < *back);
  for (const char* const wrong : {"", "x\n1\na\nb", "1\n99\na\nb", "1\n1\na", "1\n1\na\nb\nc"}) {
    EXPECT_FALSE(TimelineKey::FromPosition(wrong).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace kizuna::server
