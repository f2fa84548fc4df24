// SPDX-License-Identifier: Apache-2.0
//
// Can an answer be explained for ever, whatever comes later? And does looking at what is not so
// leave everything as it is?

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "server/convert/decision_token.h"
#include "server/engine/canonical_decision.h"
#include "server/rulebooks/rulebooks.h"
#include "storage/records/records.h"
#include "tests/engine/account.h"
#include "tests/engine/random_account.h"
#include "tests/ledger/house.h"

namespace kizuna::ledger::testing {
namespace {

using engine::Motion;
using engine::Verdict;
using engine::testing::Account;
using engine::testing::D;
using engine::testing::T;
using ::testing::HasSubstr;

// An answer that was given, with its id and all that it told.
struct Given {
  std::string id;
  std::string told;
  uint64_t revision = 0;
  uint64_t rulebook_number = 0;
};

std::string ToldBy(const View& view, const engine::Decision& decision) {
  return engine::CanonicalDecision(decision, *view.card, *view.rulebook);
}

Given Ask(House& house, const std::string& account, const engine::Request& request = {},
          const ReadOptions& options = {}) {
  const auto view = house.ledger().Read(account, options);
  EXPECT_TRUE(view.ok()) << view.status();
  const auto answered = Ledger::Answer(*view, request);
  return {house.ledger().DecisionIdOf(*view, request, *answered), ToldBy(*view, answered->decision),
          view->revision, view->rulebook->number()};
}

void ExpectReplays(House& house, const Given& given, const std::string& after) {
  const auto replayed = house.ledger().Replay(given.id);
  ASSERT_TRUE(replayed.ok()) << after << ": " << replayed.status();
  EXPECT_TRUE(replayed->same) << after;
  EXPECT_EQ(ToldBy(replayed->view, replayed->decision), given.told) << after;
  EXPECT_EQ(replayed->view.revision, given.revision) << after;
  EXPECT_EQ(replayed->view.rulebook->number(), given.rulebook_number) << after;
}

void AddProduct(House& house, const std::string& id) {
  ASSERT_TRUE(house.ledger()
                  .EditBook([&](engine::Rulebook::Parts& parts) {
                    engine::Product product;
                    product.id = id;
                    parts.products.push_back(product);
                    return absl::OkStatus();
                  })
                  .ok());
}

TEST(Decisions, AreReplayedWhateverComesLater) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  engine::Request request;
  request.motion = Motion::kSeats;
  request.contact = 7;
  request.team = "sales";
  const Given allowed = Ask(house, "acme", request);
  ASSERT_EQ(house.Ask("acme", Motion::kSeats).verdict, Verdict::kAllow);
  ExpectReplays(house, allowed, "nothing");

  house.Tell("acme", {Nps("late", 77, 0, T("2024-06-01"))});
  ASSERT_EQ(house.Ask("acme", Motion::kSeats).verdict, Verdict::kDeny);
  const Given denied = Ask(house, "acme", request);
  ExpectReplays(house, allowed, "a fact that was observed before and told after");

  house.Tell("acme", {Nps("late", 77, 10, T("2024-06-01"), 1)});
  ExpectReplays(house, denied, "a correction of the past");
  engine::Fact retracted = Nps("late", 77, 10, T("2024-06-01"), 2);
  retracted.retracted = true;
  house.Tell("acme", {retracted});
  ExpectReplays(house, denied, "a retraction");
  AddProduct(house, "suite");
  ExpectReplays(house, denied, "a new catalogue");
  ASSERT_TRUE(house.ledger().Activate(rulebooks::StandardText(), "me", "").ok());
  ExpectReplays(house, denied, "new rules");
  house.clock().Set(T("2026-01-01"));
  ExpectReplays(house, denied, "a year and a half");
  ASSERT_EQ(house.ledger().RotateDecisionKey()->number, 2u);
  const Given newest = Ask(house, "acme", request);
  ExpectReplays(house, denied, "a new key");
  house.Reopen();
  for (const Given& given : {allowed, denied, newest}) ExpectReplays(house, given, "a new start");
}

TEST(Decisions, AreKeptUntilTheAccountTheRulesOrTheDayChange) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  const auto ask = [&](const engine::Request& request = {}) {
    return Ledger::Answer(house.Look("acme"), request);
  };
  auto kept = ask();
  const auto expect_another = [&](const char* after) {
    const auto now = ask();
    EXPECT_NE(now, kept) << after;
    EXPECT_EQ(now, ask()) << after;
    kept = now;
  };
  EXPECT_EQ(kept, ask());
  house.clock().Set(engine::Calendar().EndOf(D("2024-06-10")));
  EXPECT_EQ(kept, ask()) << "the last microsecond of the day";
  house.clock().Set(engine::Calendar().StartOf(D("2024-06-11")));
  expect_another("midnight");
  house.Tell("acme", {Nps("late", 77, 0, T("2024-06-01"))});
  expect_another("a fact");
  EXPECT_EQ(kept->decision.verdict, Verdict::kDeny);
  AddProduct(house, "suite");
  expect_another("a new catalogue");

  engine::Request of_contact;
  of_contact.contact = 7;
  EXPECT_NE(ask(of_contact), ask(of_contact)) << "there are as many as people";
  engine::Request of_motion;
  for (int motion = 1; motion < 8; ++motion) {
    of_motion.motion = static_cast<Motion>(motion);
    const bool room = static_cast<size_t>(motion) < Answers::kMost;
    EXPECT_EQ(ask(of_motion) == ask(of_motion), room) << motion;
  }
  EXPECT_EQ(kept, ask());
}

TEST(Decisions, OfThePastAreReplayedToo) {
  House house;
  house.Create("acme");
  const uint64_t known = house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  house.Tell("acme", {Nps("late", 77, 0, T("2024-06-01"))});
  ReadOptions past;
  past.as_of = T("2024-06-09");
  const Given as_of = Ask(house, "acme", {}, past);
  past.known_at = known;
  const Given known_at = Ask(house, "acme", {}, past);
  EXPECT_NE(as_of.told, known_at.told) << "the late fact denies";
  EXPECT_EQ(known_at.revision, known);
  house.Tell("acme", {Nps("late", 77, 10, T("2024-06-01"), 1)});
  ExpectReplays(house, as_of, "a correction");
  ExpectReplays(house, known_at, "a correction");
}

TEST(Decisions, OfAFactAheadOfTheClockAreReplayedWhenItHasCome) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  house.Tell("acme", {Nps("ahead", 77, 0, house.clock().Now() + engine::kMicrosPerDay / 24)});
  const Given before = Ask(house, "acme");
  house.clock().Set(house.clock().Now() + engine::kMicrosPerDay / 12);
  ASSERT_EQ(house.Ask("acme").verdict, Verdict::kDeny);
  ExpectReplays(house, before, "the fact came");
}

TEST(Decisions, HoldNoWordsOfPeople) {
  House house;
  house.Create("acme", "Secret Name");
  const Given given = Ask(house, "acme");
  EXPECT_THAT(given.id, ::testing::MatchesRegex("d1\\.[-_A-Za-z0-9]+"));
  EXPECT_EQ(given.id, Ask(house, "acme").id) << "the same answer at the same instant";
}

TEST(Decisions, OfAnErasedAccountAreNotFound) {
  House house;
  house.Create("acme");
  const Given given = Ask(house, "acme");
  ASSERT_TRUE(house.ledger().Erase("acme").ok());
  EXPECT_TRUE(absl::IsNotFound(house.ledger().Replay(given.id).status()));
}

TEST(Decisions, ThatTheStoreNeverReachedAreOutOfRange) {
  House house;
  house.Create("acme");
  const auto view = house.ledger().Read("acme");
  const engine::Decision decision =
      engine::Decide(*view->state, *view->rulebook, {}, view->checked_at);
  const auto replay = [&](const std::function<void(View&)>& change) {
    View other = *view;
    change(other);
    return house.ledger().Replay(house.ledger().DecisionIdOf(other, {}, decision)).status();
  };
  EXPECT_TRUE(replay([](View&) {}).ok());
  EXPECT_TRUE(absl::IsOutOfRange(replay([](View& other) { other.revision++; })));
  EXPECT_TRUE(absl::IsOutOfRange(replay([](View& other) { other.account = "globex"; })));

  // A store that is short of a rulebook and of a life, with the same keys: a restored copy.
  AddProduct(house, "suite");
  const std::string of_a_new_rulebook = Ask(house, "acme").id;
  const auto records = house.store().GetSnapshot();
  const auto key =
      storage::GetRecord(*records, storage::Partition::Book(), storage::DecisionKeyKey{1});
  ASSERT_TRUE(key.ok() && key->has_value());
  const convert::DecisionKey first{1, (*key)->secret()};
  const auto secret = [&](uint64_t) { return std::optional<std::string>(first.secret); };
  auto token = convert::OpenDecision(of_a_new_rulebook, secret);
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->epoch, 1u);
  EXPECT_TRUE(house.ledger().Replay(convert::SealDecision(*token, first)).ok());
  token->rulebook_number = 3;
  EXPECT_TRUE(
      absl::IsOutOfRange(house.ledger().Replay(convert::SealDecision(*token, first)).status()));
  token->rulebook_number = 2;
  token->epoch = 2;
  EXPECT_TRUE(
      absl::IsOutOfRange(house.ledger().Replay(convert::SealDecision(*token, first)).status()));
}

TEST(Decisions, ThatNoLongerFollowSaySo) {
  House house;
  house.Create("acme");
  const auto view = house.ledger().Read("acme");
  engine::Decision decision = engine::Decide(*view->state, *view->rulebook, {}, view->checked_at);
  decision.verdict = Verdict::kAllow;  // as a faulty release might have told
  const auto replayed = house.ledger().Replay(house.ledger().DecisionIdOf(*view, {}, decision));
  ASSERT_TRUE(replayed.ok());
  EXPECT_FALSE(replayed->same);
}

TEST(Decisions, OfAnotherStoreAreInvalid) {
  House house, other;
  house.Create("acme");
  other.Create("acme");
  const std::string id = Ask(house, "acme").id;
  EXPECT_TRUE(house.ledger().Replay(id).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(other.ledger().Replay(id).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(house.ledger().Replay("nonsense").status()));
}

TEST(Decisions, KnownAtIsBetweenTheFirstRevisionAndTheNewest) {
  House house;
  house.Create("globex");
  const uint64_t first = house.Create("acme");
  ReadOptions options;
  options.known_at = first;
  EXPECT_TRUE(house.ledger().Read("acme", options).ok());
  options.known_at = first + 1;
  EXPECT_TRUE(absl::IsOutOfRange(house.ledger().Read("acme", options).status()));
  options.known_at = first - 1;
  EXPECT_TRUE(absl::IsInvalidArgument(house.ledger().Read("acme", options).status()));
}

TEST(Decisions, ARulebookThatWasInForceIsReadByItsNumber) {
  House house;
  house.Create("acme");
  for (int i = 0; i < 40; ++i) AddProduct(house, "p" + std::to_string(i));
  ReadOptions options;
  // More than are kept compiled, twice, so that some come from the store and some do not.
  for (uint64_t number = 1; number <= 82; ++number) {
    options.rulebook_number = (number - 1) % 41 + 1;
    const auto view = house.ledger().Read("acme", options);
    ASSERT_TRUE(view.ok()) << view.status();
    EXPECT_EQ(view->rulebook->number(), *options.rulebook_number);
    EXPECT_EQ(view->rulebook->products().size(), *options.rulebook_number - 1);
  }
  options.rulebook_number = 42;
  EXPECT_TRUE(absl::IsNotFound(house.ledger().Read("acme", options).status()));
}

// Facts of every kind come in any order, corrected and retracted, while the book changes under
// them; every answer on the way is replayed at the end.
RC_GTEST_PROP(DecisionsProperty, EveryAnswerOnTheWayIsReplayedAtTheEnd, ()) {
  House house;
  house.clock().Set(engine::testing::NewestInstant());
  house.Create("acme");
  std::vector<Given> given = {Ask(house, "acme")};
  int products = 0;
  std::vector<engine::Fact> story = *engine::testing::AnyFacts();
  for (size_t i = 0, first = story.size(); i < first; i += 2) {
    // A correction of when it was observed, or a retraction.
    engine::Fact later = story[i];
    later.version++;
    later.retracted = *rc::gen::arbitrary<bool>();
    later.observed_at -= *rc::gen::inRange<int64_t>(0, 40 * engine::kMicrosPerDay);
    story.push_back(later);
  }
  for (engine::Fact& fact : story) {
    fact.account = "acme";
    const bool taken = house.Try("acme", fact).ok();
    if (*rc::gen::inRange(0, 6) == 0) AddProduct(house, "p" + std::to_string(products++));
    if (*rc::gen::inRange(0, 12) == 0) RC_ASSERT(house.ledger().RotateDecisionKey().ok());
    if (*rc::gen::inRange(0, 6) == 0) {
      house.clock().Set(house.clock().Now() + *rc::gen::inRange<int64_t>(0, 86'400'000'000));
    }
    engine::Request request;
    request.motion = static_cast<Motion>(*rc::gen::inRange(0, 8));
    request.contact = *rc::gen::inRange<uint64_t>(0, 4);
    if (taken) given.push_back(Ask(house, "acme", request));
  }
  if (*rc::gen::arbitrary<bool>()) house.Reopen();
  for (const Given& one : given) {
    const auto replayed = house.ledger().Replay(one.id);
    RC_ASSERT(replayed.ok());
    RC_ASSERT(replayed->same);
    RC_ASSERT(ToldBy(replayed->view, replayed->decision) == one.told);
  }
}

TEST(Simulated, IsWhatRecordingWouldDo) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  const std::string digest = house.DigestOf();
  const engine::Fact angry = Nps("what-if", 77, 0, T("2024-06-09"));
  const auto simulated = house.ledger().Simulate("acme", {}, {angry}, "");
  ASSERT_TRUE(simulated.ok()) << simulated.status();
  EXPECT_EQ(house.DigestOf(), digest) << "nothing of it is stored";
  const auto told = [](const View& view) {
    return ToldBy(view, engine::Decide(*view.state, *view.rulebook, {}, view.checked_at));
  };
  EXPECT_EQ(told(simulated->before), told(house.Look("acme")));
  EXPECT_NE(told(simulated->after), told(house.Look("acme")));
  house.Tell("acme", {angry});
  EXPECT_EQ(told(simulated->after), told(house.Look("acme")));
}

TEST(Simulated, ACorrectionTakesThePlaceOfWhatCounts) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  house.Tell("acme", {Nps("bad", 77, 0, T("2024-06-09"), 3)});
  const auto verdict = [&](const engine::Fact& fact) {
    const auto simulated = house.ledger().Simulate("acme", {}, {fact}, "");
    EXPECT_TRUE(simulated.ok() && simulated->conflicts.empty());
    const View& after = simulated->after;
    return engine::Decide(*after.state, *after.rulebook, {}, after.checked_at).verdict;
  };
  engine::Fact fact = Nps("bad", 77, 10, T("2024-06-09"), 4);
  EXPECT_EQ(verdict(fact), Verdict::kAllow);
  fact.retracted = true;
  EXPECT_EQ(verdict(fact), Verdict::kAllow);
  fact.version = 3;
  const auto conflict =
      house.ledger().Simulate("acme", {}, {Nps("new", 1, 9, T("2024-06-09")), fact}, "");
  ASSERT_TRUE(conflict.ok());
  ASSERT_EQ(conflict->conflicts.size(), 1u);
  EXPECT_EQ(conflict->conflicts[0].fact, 1u);
  EXPECT_EQ(conflict->conflicts[0].version, 3u);
}

TEST(Simulated, OtherRulesAreOnlySupposed) {
  House house;
  house.Create("acme");
  house.Tell("acme", Account().Healthy(D("2024-06-10")).facts());
  const auto simulated = house.ledger().Simulate("acme", {}, {}, rulebooks::StandardText());
  ASSERT_TRUE(simulated.ok()) << simulated.status();
  const auto verdict = [](const View& view) {
    return engine::Decide(*view.state, *view.rulebook, {}, view.checked_at).verdict;
  };
  EXPECT_EQ(verdict(simulated->before), Verdict::kAllow);
  EXPECT_NE(verdict(simulated->after), Verdict::kAllow);
  EXPECT_EQ(house.ledger().rulebook()->number(), 1u);
  EXPECT_EQ(house.Ask("acme").verdict, Verdict::kAllow);
  const auto faulty = house.ledger().Simulate("acme", {}, {}, "models { name: 'x' }");
  EXPECT_TRUE(absl::IsInvalidArgument(faulty.status()));
}

}  // namespace
}  // namespace kizuna::ledger::testing
