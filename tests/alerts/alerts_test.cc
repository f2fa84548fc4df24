// SPDX-License-Identifier: Apache-2.0
//
// Is what changed raised once, whatever happens to the reader, and is nothing left of an account
// that was erased?

#include "server/alerts/alerts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/limits.h"
#include "storage/records/records.h"
#include "tests/engine/account.h"
#include "tests/ledger/house.h"

namespace kizuna::alerts {
namespace {

using engine::kMicrosPerDay;
using engine::testing::Account;
using engine::testing::D;
using engine::testing::T;
using ledger::testing::House;
using ledger::testing::Nps;
using storage::Partition;
using storage::v1::AlertRecord;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr engine::PersonKey kSomebody = 7;
const char* const kDissatisfied = "2 acme DISSATISFIED";

class AlertsTest : public ::testing::Test {
 protected:
  AlertsTest() { Restart(); }

  void Restart() { alerts_ = *Alerts::Open(&house_.store(), &house_.ledger(), absl::Hours(24)); }
  void Turn() {
    const absl::Status status = alerts_->reader().Turn();
    ASSERT_TRUE(status.ok()) << status;
  }
  // An account to which every pitch is allowed.
  void Ready(const std::string& account) {
    house_.Create(account);
    house_.Tell(account, Account().Healthy(D("2024-06-10")).facts());
  }
  void Dissatisfy(const std::string& account) {
    Pass(1);  // later than what was said before
    house_.Tell(account,
                {Nps(absl::StrCat("bad-", ++answers_), kSomebody, 0, house_.clock().Now())});
  }
  void Satisfy(const std::string& account) {
    Pass(1);
    house_.Tell(account,
                {Nps(absl::StrCat("good-", ++answers_), kSomebody, 10, house_.clock().Now())});
  }
  void Pass(engine::Instant time) { house_.clock().Set(house_.clock().Now() + time); }

  // "kind about subject[ closed]" of those that are stored, the oldest first.
  std::vector<std::string> Raised() {
    AlertQuery query;
    query.limit = 1'000'000;
    std::vector<std::string> lines;
    const absl::StatusOr<AlertPage> page = alerts_->List(query);
    EXPECT_TRUE(page.ok()) << page.status();
    for (const StoredAlert& one : page->alerts) {
      const AlertRecord& alert = one.record;
      std::string line = absl::StrCat(alert.kind(), " ", alert.account(), alert.source());
      if (!alert.subject().empty()) absl::StrAppend(&line, " ", alert.subject());
      if (alert.state() == AlertRecord::STATE_CLOSED) absl::StrAppend(&line, " closed");
      lines.push_back(std::move(line));
    }
    std::reverse(lines.begin(), lines.end());
    return lines;
  }
  // The same of one kind.
  std::vector<std::string> Raised(const std::string& kind) {
    std::vector<std::string> lines;
    for (std::string& line : Raised()) {
      if (absl::StartsWith(line, kind + " ")) lines.push_back(std::move(line));
    }
    return lines;
  }

  House house_;
  int answers_ = 0;
  std::unique_ptr<Alerts> alerts_;
};

TEST_F(AlertsTest, AGateThatClosesIsRaisedOnceHoweverOftenTheReaderBegins) {
  Ready("acme");
  Turn();
  EXPECT_THAT(Raised("2"), IsEmpty());
  Dissatisfy("acme");
  Turn();
  EXPECT_THAT(Raised("2"), ElementsAre(kDissatisfied));
  for (int i = 0; i < 3; ++i) {
    Restart();
    Turn();
    Dissatisfy("acme");
    Turn();
  }
  EXPECT_THAT(Raised("2"), ElementsAre(kDissatisfied));
}

TEST_F(AlertsTest, WhatChangedWhileNobodyReadIsRaised) {
  Ready("acme");
  Dissatisfy("acme");
  Turn();
  EXPECT_THAT(Raised("2"), ElementsAre(kDissatisfied));
  Ready("globex");
  Turn();
  Dissatisfy("globex");
  Restart();
  Turn();
  EXPECT_THAT(Raised("2"), ElementsAre(kDissatisfied, "2 globex DISSATISFIED"));
}

TEST_F(AlertsTest, WhatTheLogNoLongerTellsIsSeen) {
  Ready("acme");
  Turn();
  Dissatisfy("acme");
  Pass(8 * kMicrosPerDay);
  ASSERT_TRUE(house_.ledger().TrimLogNow().ok());
  Turn();
  EXPECT_THAT(Raised("2"), ::testing::Contains(kDissatisfied));
}

TEST_F(AlertsTest, AGateThatFlapsIsRaisedOnceAndItsOpeningOnceItLasted) {
  Ready("acme");
  Turn();
  for (int i = 0; i < 5; ++i) {
    Dissatisfy("acme");
    Turn();
    Satisfy("acme");
    Turn();
  }
  EXPECT_THAT(Raised("2"), ElementsAre(kDissatisfied));
  EXPECT_THAT(Raised("3"), IsEmpty());
  Pass(kMicrosPerDay);
  Turn();
  EXPECT_THAT(Raised("2"), ElementsAre(absl::StrCat(kDissatisfied, " closed")));
  EXPECT_THAT(Raised("3"), ElementsAre("3 acme DISSATISFIED"));
}

TEST_F(AlertsTest, ARenewalIsSeenByTimeAloneAndOnce) {
  Ready("acme");
  engine::Fact fact;
  fact.source = "billing";
  fact.id = "sub";
  fact.observed_at = house_.clock().Now();
  engine::SubscriptionContent content;
  content.subscription_id = "sub-1";
  content.start = D("2023-07-15");
  content.renewal = D("2024-07-15");
  fact.content = content;
  house_.Tell("acme", {fact});
  Turn();
  EXPECT_THAT(Raised("6"), IsEmpty());
  Pass(5 * kMicrosPerDay);  // June 15th: 30 days before
  Turn();
  EXPECT_THAT(Raised("6"), ElementsAre("6 acme sub-1"));
  Pass(kMicrosPerDay);
  Turn();
  EXPECT_THAT(Raised("6"), ElementsAre("6 acme sub-1"));
  Pass(30 * kMicrosPerDay);
  Turn();
  EXPECT_THAT(Raised("6"), ElementsAre("6 acme sub-1 closed"));
}

TEST_F(AlertsTest, ASilentSourceIsRaisedOnceForAllItsAccountsUntilItSpeaks) {
  for (const char* account : {"acme", "globex", "initech"}) Ready(account);
  const auto declare = [&](engine::Instant complete) {
    ASSERT_TRUE(house_.ledger()
                    .EditBook([&](engine::Rulebook::Parts& parts) {
                      engine::Source source;
                      source.name = "feed";
                      source.expected_every_days = 1;
                      source.required = true;
                      source.complete_through = complete;
                      parts.sources = {source};
                      return absl::OkStatus();
                    })
                    .ok());
    ASSERT_TRUE(house_.ledger().SweepNow().ok());
  };
  declare(T("2024-06-10"));
  Turn();
  EXPECT_THAT(Raised(), IsEmpty());
  Pass(2 * kMicrosPerDay);
  ASSERT_TRUE(house_.ledger().SweepNow().ok());
  Turn();
  Turn();
  EXPECT_THAT(Raised("8"), ElementsAre("8 feed"));
  EXPECT_THAT(Raised("2"), IsEmpty());
  declare(T("2024-06-12"));
  Turn();
  EXPECT_THAT(Raised("8"), ElementsAre("8 feed closed"));
  Pass(2 * kMicrosPerDay);
  Restart();
  Turn();
  EXPECT_THAT(Raised("8"), ElementsAre("8 feed closed", "8 feed"));
}

TEST_F(AlertsTest, NothingIsLeftOfAnAccountThatWasErased) {
  storage::v1::WebhookRecord hook;
  hook.set_url("https://a.example/");
  ASSERT_TRUE(alerts_->webhooks().Create(hook).ok());
  Ready("zebulon");
  Turn();
  Dissatisfy("zebulon");
  Turn();
  ASSERT_FALSE(Raised("2").empty());
  ASSERT_TRUE(house_.ledger().Erase("zebulon").ok());
  EXPECT_THAT(Raised(), IsEmpty());
  Turn();
  const auto snapshot = house_.store().GetSnapshot();
  for (int shard = 0; shard < Partition::kShards; ++shard) {
    const auto rows = snapshot->Scan(Partition::Shard(shard), {}, storage::Direction::kForward);
    while (rows->Next()) {
      EXPECT_FALSE(absl::StrContains(rows->key(), "zebulon"));
      EXPECT_FALSE(absl::StrContains(rows->value(), "zebulon"));
      EXPECT_NE(rows->key()[0], static_cast<char>(storage::Family::kDelivery));
    }
  }
}

TEST_F(AlertsTest, WhatIsToBePostedIsWhatAWebhookWants) {
  storage::v1::WebhookRecord all, gates, renewals, of_another;
  gates.add_kinds(2);
  renewals.add_kinds(6);
  of_another.set_owner("sato");
  std::vector<std::string> wanting;
  for (const auto* one : {&all, &gates}) wanting.push_back(alerts_->webhooks().Create(*one)->id);
  for (const auto* one : {&renewals, &of_another}) {
    ASSERT_TRUE(alerts_->webhooks().Create(*one).ok());
  }
  Restart();  // they are stored
  std::sort(wanting.begin(), wanting.end());
  EXPECT_EQ(alerts_->webhooks().Wanting(2, "kim"), wanting);
  EXPECT_EQ(alerts_->webhooks().Wanting(2, "sato").size(), 3u);
  for (int i = 4; i < limits::kMaxWebhooks; ++i) {
    ASSERT_TRUE(alerts_->webhooks().Create(all).ok()) << i;
  }
  EXPECT_TRUE(absl::IsFailedPrecondition(alerts_->webhooks().Create(all).status()));
}

TEST_F(AlertsTest, AnAcknowledgementStaysAndAClosedAlertStaysClosed) {
  Ready("acme");
  Turn();
  Dissatisfy("acme");
  Turn();
  AlertQuery query;
  query.kinds = {2};
  const storage::AlertKey key = alerts_->List(query)->alerts.at(0).key;
  EXPECT_EQ(alerts_->Acknowledge(key, "sato")->state(), AlertRecord::STATE_ACKNOWLEDGED);
  EXPECT_EQ(alerts_->Acknowledge(key, "kim")->acknowledged_by(), "sato");
  query.states = {AlertRecord::STATE_OPEN};
  EXPECT_TRUE(alerts_->List(query)->alerts.empty());
  Satisfy("acme");
  Turn();
  Pass(kMicrosPerDay);
  Turn();
  EXPECT_EQ(alerts_->Acknowledge(key, "kim")->state(), AlertRecord::STATE_CLOSED);
  EXPECT_TRUE(absl::IsNotFound(alerts_->Acknowledge({key.raised_at_micros, 1}, "x").status()));
  EXPECT_TRUE(absl::IsNotFound(alerts_->Acknowledge({0, ~uint64_t{0}}, "x").status()));
}

TEST_F(AlertsTest, TheOldestGoWhenThereAreTooMany) {
  const auto fill = [&](int shard, size_t count) {
    storage::WriteBatch batch(Partition::Shard(shard));
    AlertRecord record;
    record.set_kind(1);
    for (size_t i = 0; i < count; ++i) {
      const auto tail = static_cast<uint64_t>(shard) << 56 | i;
      storage::PutRecord(batch, storage::AlertKey{house_.clock().Now(), tail}, record);
    }
    ASSERT_TRUE(house_.store().Commit(batch).ok());
  };
  fill(5, limits::kMaxAlertsPerShard);
  Turn();
  EXPECT_EQ(Raised().size(), limits::kMaxAlertsPerShard);
  fill(6, limits::kMaxAlertsPerShard + 1);
  Pass(kMicrosPerDay);
  Turn();
  EXPECT_EQ(Raised().size(), limits::kMaxAlertsPerShard + limits::kMaxAlertsPerShard * 9 / 10);
  Pass(absl::ToInt64Microseconds(limits::kAlertKeep) - kMicrosPerDay);
  Turn();
  EXPECT_FALSE(Raised().empty());
  Pass(kMicrosPerDay);
  Turn();
  EXPECT_TRUE(Raised().empty());
}

}  // namespace
}  // namespace kizuna::alerts
