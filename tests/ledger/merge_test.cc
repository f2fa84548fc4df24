// SPDX-License-Identifier: Apache-2.0
//
// Is a duplicate that was merged one account with the other, under both names, with nothing lost
// and nothing counted twice, wherever the merge was cut off?

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/convert/person.h"
#include "server/engine/canonical.h"
#include "server/engine/canonical_decision.h"
#include "server/ledger/change_log.h"
#include "tests/engine/account.h"
#include "tests/ledger/house.h"
#include "tests/support/forwarding_store.h"

namespace kizuna::ledger::testing {
namespace {

using engine::Fact;
using engine::Motion;
using engine::Verdict;
using engine::testing::Account;
using engine::testing::D;
using engine::testing::T;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// `acme`, ready for a pitch, and its duplicate `acme-2`, which knows of a dissatisfied person.
void TwoOfOne(House& house) {
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  house.Create("acme-2");
  house.Tell("acme-2", {Nps("bad", 7, 1, T("2024-06-09"))});
}

Fact Told(const std::string& source, const std::string& id, engine::Content content,
          absl::string_view at) {
  Fact fact;
  fact.source = source;
  fact.id = id;
  fact.observed_at = T(at);
  fact.content = std::move(content);
  return fact;
}

engine::ReservationContent Lease(engine::Instant expires_at) {
  engine::ReservationContent lease;
  lease.reservation_id = "r1";
  lease.status = engine::ReservationContent::Status::kHeld;
  lease.team = "sales";
  lease.motion = Motion::kSeats;
  lease.fencing_token = 1;
  lease.expires_at = expires_at;
  return lease;
}

std::vector<std::string> AccountsOf(House& house) {
  const auto page = house.ledger().ListAccounts("", 100, nullptr);
  EXPECT_TRUE(page.ok()) << page.status();
  std::vector<std::string> ids;
  for (const View& view : page->accounts) ids.push_back(view.account);
  return ids;
}

std::vector<std::string> FactIds(House& house, const std::string& account) {
  const auto page = house.ledger().ListFacts(account, "", 1000);
  EXPECT_TRUE(page.ok()) << page.status();
  std::vector<std::string> ids;
  for (const StoredFact& stored : page->facts) {
    ids.push_back(stored.fact.source + "/" + stored.fact.id);
  }
  return ids;
}

TEST(Merge, WhatTheDuplicateKnewClosesTheGate) {
  House house;
  TwoOfOne(house);
  ASSERT_EQ(house.Ask("acme").verdict, Verdict::kAllow);
  ASSERT_TRUE(house.ledger().Merge("acme-2", "acme").ok());
  for (const char* name : {"acme", "acme-2"}) {
    EXPECT_EQ(house.Look(name).account, "acme") << name;
    EXPECT_NE(house.Ask(name).verdict, Verdict::kAllow) << name;
  }
  EXPECT_THAT(AccountsOf(house), ElementsAre("acme"));
  EXPECT_EQ(house.ledger().Status().accounts, 1u);
  EXPECT_THAT(house.ledger().Duplicates("acme"), ElementsAre("acme-2"));
  const std::string digest = house.DigestOf();
  house.Reopen();
  EXPECT_EQ(house.DigestOf(), digest);
  EXPECT_EQ(house.Look("acme-2").account, "acme");
  EXPECT_EQ(house.ledger().Status().accounts, 1u);
  const auto ready = house.ledger().Ready({});
  ASSERT_TRUE(ready.ok());
  EXPECT_THAT(ready->rows, IsEmpty());
}

// The same as if all had been told of one account from the beginning.
TEST(Merge, TheStateIsTheFoldOfAllFacts) {
  House merged, single;
  Account one = Account().Healthy(D("2024-06-10"));
  Account other;
  other.AddFrom("export", engine::HearingContent{true}, T("2024-06-01"))
      .AddFrom("export", engine::InterestContent{"pro"}, T("2024-06-02"));
  merged.Create("acme");
  merged.Tell("acme", one.facts());
  merged.Create("acme-2");
  merged.Tell("acme-2", other.facts());
  ASSERT_TRUE(merged.ledger().Merge("acme-2", "acme").ok());
  single.Create("acme");
  single.Tell("acme", one.facts());
  single.Tell("acme", other.facts());
  EXPECT_EQ(engine::CanonicalState(*merged.Look("acme").state),
            engine::CanonicalState(*single.Look("acme").state));
}

TEST(Merge, WhatBothWereToldCountsOnceAndAClashKeepsBoth) {
  House house;
  house.Create("acme", "Acme");
  house.Create("acme-2", "Acme");
  const Fact same = Nps("same", 7, 9, T("2024-06-01"));
  house.Tell("acme", {same, Nps("clash", 8, 9, T("2024-06-01"))});
  house.Tell("acme-2", {same, Nps("clash", 9, 3, T("2024-06-02"))});
  ASSERT_TRUE(house.ledger().Merge("acme-2", "acme").ok());
  EXPECT_THAT(FactIds(house, "acme"),
              ElementsAre("crm/profile", "survey/clash", "survey/clash~acme-2", "survey/same"));
  EXPECT_EQ(house.Look("acme").state->respondents.size(), 3u);
}

TEST(Merge, NoAliasIsLost) {
  House house;
  const auto profile = [](const std::string& crm, const std::string& erp) {
    return engine::ProfileContent{{{"alias.crm", crm}, {"alias.erp", erp}}};
  };
  house.Tell("acme", {Told("crm", "1", profile("A", "E"), "2024-01-01")});
  house.Tell("acme-2", {Told("crm", "2", profile("B", "E"), "2024-01-02")});
  ASSERT_TRUE(house.ledger().Merge("acme-2", "acme").ok());
  const View view = house.Look("acme");
  EXPECT_EQ(view.state->Profile("alias.crm"), "A");
  EXPECT_EQ(view.state->Profile("alias.crm.2"), "B");
  EXPECT_EQ(view.state->Profile("alias.erp"), "E");
  EXPECT_EQ(view.state->Profile("alias.erp.2"), "");
}

TEST(Merge, WhatIsSaidUnderTheOldNameIsSaidOfTheAccount) {
  House house;
  TwoOfOne(house);
  ASSERT_TRUE(house.ledger().Merge("acme-2", "acme").ok());
  const auto again = house.Try("acme-2", Nps("bad", 7, 1, T("2024-06-09")));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->outcome, Recorded::Outcome::kDuplicate);
  const auto fresh = house.Try("acme-2", Nps("good", 7, 10, T("2024-06-10")));
  ASSERT_TRUE(fresh.ok()) << fresh.status();
  EXPECT_EQ(house.Look("acme").revision, fresh->revision);
  ReadOptions options;
  options.at_least_as_fresh = fresh->revision;
  EXPECT_TRUE(house.ledger().Read("acme-2", options).ok());
  const auto decided = house.ledger().Transact("acme-2", [](const View& view) {
    EXPECT_EQ(view.account, "acme");
    return std::vector<Submission>{{Told("crm", "late", engine::HearingContent{true},
                                         "2024-06-10"), {}}};
  });
  ASSERT_TRUE(decided.ok()) << decided.status();
  EXPECT_EQ(house.Look("acme").revision, *decided);
}

// What a write of the duplicate answered long ago is reflected, whatever the other's numbers.
TEST(Merge, ARevisionOfTheDuplicateIsReached) {
  House house;
  house.Create("acme");
  house.Create("acme-2");
  uint64_t revision = 0;
  for (int i = 0; i < 50; ++i) {
    revision = house.Tell("acme-2", {Nps(std::to_string(i), 7, 9, T("2024-06-09"))});
  }
  ASSERT_TRUE(house.ledger().Merge("acme-2", "acme").ok());
  ReadOptions options;
  options.at_least_as_fresh = revision;
  EXPECT_TRUE(house.ledger().Read("acme-2", options).ok());
  options.at_least_as_fresh = revision + 1;
  EXPECT_TRUE(absl::IsOutOfRange(house.ledger().Read("acme-2", options).status()));
}

TEST(Merge, EarlierDecisionsReplayAndGoWithTheAccount) {
  House house;
  TwoOfOne(house);
  std::vector<std::pair<std::string, std::string>> given;  // id, told
  for (const char* name : {"acme", "acme-2"}) {
    const View view = house.Look(name);
    engine::Request request;
    request.motion = Motion::kSeats;
    const auto decision =
        engine::Decide(*view.state, *view.rulebook, request, view.checked_at);
    given.emplace_back(house.ledger().DecisionIdOf(view, request, decision),
                       engine::CanonicalDecision(decision, *view.card, *view.rulebook));
  }
  ASSERT_TRUE(house.ledger().Merge("acme-2", "acme").ok());
  for (const bool reopened : {false, true}) {
    if (reopened) house.Reopen();
    for (const auto& [id, told] : given) {
      const auto replayed = house.ledger().Replay(id);
      ASSERT_TRUE(replayed.ok()) << replayed.status();
      EXPECT_TRUE(replayed->same);
      EXPECT_EQ(engine::CanonicalDecision(replayed->decision, *replayed->view.card,
                                          *replayed->view.rulebook),
                told);
    }
  }
  ASSERT_TRUE(house.ledger().Erase("acme-2").ok()) << "by either name";
  for (const auto& [id, told] : given) {
    EXPECT_TRUE(absl::IsNotFound(house.ledger().Replay(id).status()));
  }
  for (const char* name : {"acme", "acme-2"}) {
    EXPECT_TRUE(absl::IsNotFound(house.ledger().Read(name).status())) << name;
    const auto refused =
        house.Try(name, Told("crm", "p", engine::ProfileContent{{{"segment", "x"}}}, "2024-01-01"));
    EXPECT_TRUE(absl::IsNotFound(refused.status())) << name;
  }
  EXPECT_EQ(house.ledger().Status().accounts, 0u);
  house.Reopen();
  EXPECT_TRUE(absl::IsNotFound(house.ledger().Read("acme-2").status()));
}

TEST(Merge, OfAMergedAccountFollowsTheChain) {
  House house;
  for (const char* name : {"a", "b", "c"}) house.Create(name);
  house.Tell("a", {Nps("a", 7, 1, T("2024-06-09"))});
  ASSERT_TRUE(house.ledger().Merge("a", "b").ok());
  ASSERT_TRUE(house.ledger().Merge("b", "c").ok());
  EXPECT_EQ(house.Look("a").account, "c");
  EXPECT_THAT(house.ledger().Duplicates("c"), ElementsAre("a", "b"));
  EXPECT_EQ(house.Look("c").state->respondents.size(), 1u);
  EXPECT_TRUE(house.ledger().Merge("a", "c").ok()) << "where it is already";
  house.Create("d");
  EXPECT_TRUE(absl::IsFailedPrecondition(house.ledger().Merge("a", "d")));
  EXPECT_TRUE(absl::IsInvalidArgument(house.ledger().Merge("c", "a"))) << "which is c itself";
  house.Reopen();
  EXPECT_EQ(house.Look("a").account, "c");
}

TEST(Merge, IsRefusedWithNothingChanged) {
  House house;
  TwoOfOne(house);
  EXPECT_TRUE(absl::IsInvalidArgument(house.ledger().Merge("acme", "acme")));
  EXPECT_TRUE(absl::IsNotFound(house.ledger().Merge("nobody", "acme")));
  EXPECT_TRUE(absl::IsNotFound(house.ledger().Merge("acme", "nobody")));
  for (const char* reserved : {"acme", "acme-2"}) {
    const auto lease = Lease(house.clock().Now() + engine::kMicrosPerDay);
    ASSERT_TRUE(house.ledger()
                    .Transact(reserved,
                              [&](const View&) {
                                return std::vector<Submission>{
                                    {Told("kizuna", "lease", lease, "2024-06-10"), {}}};
                              })
                    .ok());
    const absl::Status status = house.ledger().Merge("acme-2", "acme");
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << reserved << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("reserved"));
  }
  EXPECT_THAT(AccountsOf(house), ElementsAre("acme", "acme-2"));
  // Neither is held up by a merge that was refused.
  EXPECT_TRUE(house.Try("acme-2", Nps("more", 7, 10, T("2024-06-10"))).ok());
  EXPECT_TRUE(house.Try("acme", Nps("more", 7, 10, T("2024-06-10"))).ok());
}

TEST(Merge, WhoWasErasedStaysErased) {
  House house;
  TwoOfOne(house);
  const auto person = convert::PersonKeyOf("c-1");
  const Words words{"c-1", "", "", "", "unheard of"};
  ASSERT_TRUE(house.Try("acme-2", Nps("hers", person, 9, T("2024-06-01")), words).ok());
  ASSERT_TRUE(house.Try("acme", Nps("hers too", person, 9, T("2024-06-01")), words).ok());
  ASSERT_TRUE(house.ledger().ErasePerson("acme-2", "c-1").ok());
  const absl::Status known = house.ledger().Merge("acme-2", "acme");
  EXPECT_TRUE(absl::IsFailedPrecondition(known)) << known;
  EXPECT_THAT(std::string(known.message()), HasSubstr("c-1"));
  ASSERT_TRUE(house.ledger().ErasePerson("acme", "c-1").ok());
  ASSERT_TRUE(house.ledger().Merge("acme-2", "acme").ok());
  ASSERT_TRUE(house.Try("acme", Nps("again", person, 9, T("2024-06-03")), words).ok());
  const auto page = house.ledger().ListFacts("acme", "", 1000);
  ASSERT_TRUE(page.ok());
  for (const StoredFact& stored : page->facts) EXPECT_EQ(stored.words.text, "") << stored.fact.id;
  // And who is erased later is erased from what the duplicate was told, too.
  EXPECT_TRUE(house.ledger().ErasePerson("acme-2", "c-1").ok());
}

// A lease on the old name stays with it, but that it ran out unused still cools the account off.
TEST(Merge, AReservationThatRanOutStillCoolsTheAccountOff) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  house.Create("acme-2");
  house.Tell("acme-2", {Told("kizuna", "lease", Lease(T("2024-06-09")), "2024-06-08")});
  ASSERT_EQ(house.Ask("acme").verdict, Verdict::kAllow);
  ASSERT_TRUE(house.ledger().Merge("acme-2", "acme").ok());
  const engine::Decision after = house.Ask("acme", Motion::kSeats);
  EXPECT_EQ(after.verdict, Verdict::kDeny);
  EXPECT_THAT(engine::testing::Codes(after), ElementsAre("COOLING_OFF"));
}

TEST(Merge, IsToldInTheLog) {
  House house;
  TwoOfOne(house);
  const auto end = house.ledger().log().End();
  ASSERT_TRUE(house.ledger().Merge("acme-2", "acme").ok());
  const auto part = house.ledger().log().Read(*end, ShardSet().set(), 100);
  ASSERT_TRUE(part.ok());
  std::vector<std::string> told;
  for (const LogRow& row : part->rows) {
    told.push_back(row.record.account());
    if (row.record.account() != "acme-2") continue;
    EXPECT_EQ(row.record.changes(0).into(), "acme");
    EXPECT_EQ(row.record.cause(), storage::v1::ChangeRecord::CAUSE_MERGE);
  }
  EXPECT_THAT(told, ::testing::UnorderedElementsAre("acme", "acme-2"));
}

// Takes so many commits, and fails every later one.
class Cut final : public ForwardingStore {
 public:
  Cut(storage::Store* store, int commits) : ForwardingStore(store), left_(commits) {}

 private:
  absl::Status CommitOne(const storage::WriteBatch& batch) override {
    if (left_-- > 0) return ForwardingStore::CommitOne(batch);
    return absl::UnavailableError("cut off");
  }

  int left_;
};

// Lets something happen just before a reader looks.
class Interrupted final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  std::unique_ptr<storage::Snapshot> GetSnapshot() const override {
    if (before_looking) std::exchange(before_looking, nullptr)();
    return ForwardingStore::GetSnapshot();
  }

  mutable std::function<void()> before_looking;
};

// Each reader has made out whom to read, and then the account is merged under them.
TEST(Merge, WhoReadsWhileItIsMergedFindsIt) {
  using Reader = std::function<absl::Status(Ledger&)>;
  const std::vector<Reader> readers = {
      [](Ledger& ledger) { return ledger.Read("acme-2").status(); },
      [](Ledger& ledger) { return ledger.ListFacts("acme-2", "", 10).status(); },
      [](Ledger& ledger) {
        return ledger.History("acme-2", D("2024-06-01"), D("2024-06-30")).status();
      }};
  for (const Reader& read : readers) {
    House house;
    TwoOfOne(house);
    Interrupted store(&house.store());
    house.Reopen({}, &store);
    store.before_looking = [&] { EXPECT_TRUE(house.ledger().Merge("acme-2", "acme").ok()); };
    const absl::Status status = read(house.ledger());
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(house.Look("acme-2").account, "acme") << "it was merged meanwhile";
    house.Reopen();
  }
}

TEST(Merge, CutOffAnywhereItIsFinishedAtTheNextStart) {
  for (int commits = 0; commits <= 3; ++commits) {
    House house;
    TwoOfOne(house);
    Cut cut(&house.store(), commits);
    house.Reopen({}, &cut);
    const absl::Status status = house.ledger().Merge("acme-2", "acme");
    EXPECT_EQ(status.ok(), commits == 3) << commits << status;
    // Meanwhile each name answers with all that was acknowledged for it.
    EXPECT_NE(house.Ask("acme-2").verdict, Verdict::kAllow) << commits;
    EXPECT_EQ(house.Ask("acme").verdict == Verdict::kAllow, commits < 2) << commits;
    const auto late = house.Try("acme-2", Nps("late", 7, 1, T("2024-06-10")));
    EXPECT_FALSE(late.ok()) << "cut off: nothing is taken and lost";
    house.Reopen();
    EXPECT_EQ(house.Look("acme-2").account, commits == 0 ? "acme-2" : "acme") << commits;
    EXPECT_TRUE(house.ledger().Merge("acme-2", "acme").ok()) << commits;
    EXPECT_EQ(house.Look("acme-2").account, "acme");
    EXPECT_NE(house.Ask("acme").verdict, Verdict::kAllow);
    EXPECT_EQ(house.ledger().Status().accounts, 1u);
    EXPECT_TRUE(house.Try("acme-2", Nps("late", 7, 1, T("2024-06-10"))).ok());
    house.DigestOf();
  }
}

}  // namespace
}  // namespace kizuna::ledger::testing
