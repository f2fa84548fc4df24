// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/world.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/simulation/arrival_order.h"
#include "tests/simulation/reservations.h"
#include "tests/simulation/scene.h"
#include "tests/simulation/to_fact.h"
#include "tests/simulation/watcher.h"

namespace kizuna::simulation {
namespace {

constexpr size_t kMostViolations = 5;
constexpr int kOneFaultIn = 40;

// An answer that was given, to be explained later.
struct Given {
  std::string id;
  std::string text;
};

class World {
 public:
  World(uint64_t seed, Bug bug)
      : scene_(seed, bug), reservations_(&scene_), watcher_(bug == Bug::kLostChange) {
    for (int i = 0; i < 8; ++i) Write(scene_.chance.Beginning(absl::StrCat("a", i), kStart));
  }

  Report Run(int steps) {
    scene_.store.SetFaults(kOneFaultIn);
    for (scene_.step = 0; scene_.step < steps && scene_.report.violations.size() < kMostViolations;
         ++scene_.step)
      Step();
    scene_.store.SetFaults(0);
    CheckTheWhole();
    return std::move(scene_.report);
  }

 private:
  void Step() {
    const int64_t kind = scene_.chance.In(0, 99);
    if (kind < 45) {
      for (int i = 0; i < 8; ++i) AskNow(scene_.chance.AnyQuestion());
    } else if (kind < 66) {
      Write(scene_.chance.Burst(scene_.model, scene_.Now()));
    } else if (kind < 75) {
      reservations_.Reserve();
    } else if (kind < 81) {
      reservations_.Move();
    } else if (kind < 90) {
      PassTime();
    } else if (kind < 93) {
      SweepAndList();
    } else if (kind < 95) {
      ChangeRules();
    } else if (kind < 96) {
      Restart();
    } else {
      AskThePast();
    }
  }

  // --- Questions.

  static Answer Decide(const ledger::View& view, const Question& question) {
    return ToAnswer(
        engine::Decide(*view.state, *view.rulebook, RequestOf(question), view.checked_at));
  }

  void AskNow(const Question& question) {
    const auto view = scene_.Look(question.account);
    if (!view) return;
    const engine::Decision decision =
        engine::Decide(*view->state, *view->rulebook, RequestOf(question), view->checked_at);
    Answer got = ToAnswer(decision);
    given_.push_back({scene_.house->DecisionIdOf(*view, RequestOf(question), decision), Text(got)});
    if (scene_.bug == Bug::kStaleCache) {
      const std::string key =
          absl::StrCat(Text(question), " ", view->revision, " ", view->rulebook->number());
      got = cached_.try_emplace(key, got).first->second;
    }
    scene_.Compare(Text(question), got, scene_.model.Ask(question, scene_.rules(), scene_.Now()));
    if (view->card->valid_until <= scene_.Now()) {
      scene_.Violation(absl::StrCat(question.account, ": the card is not valid now"));
    }
  }

  void AskThePast() {
    const Question question = scene_.chance.AnyQuestion();
    const auto present = scene_.Look(question.account);
    if (!present) return;
    ledger::ReadOptions options;
    options.as_of = scene_.Now() -
                    (scene_.chance.OneIn(3) ? 0 : scene_.chance.In(0, 60 * 24 * 60) * 60'000'000);
    if (scene_.chance.OneIn(2)) {
      options.known_at = static_cast<uint64_t>(scene_.chance.In(
          static_cast<int64_t>(present->create_revision), static_cast<int64_t>(present->revision)));
    }
    const auto past = scene_.Look(question.account, options);
    if (!past) return;
    scene_.Compare(absl::StrCat(Text(question), " as of ", *options.as_of, " known at ",
                                options.known_at.value_or(0)),
                   Decide(*past, question),
                   scene_.model.Ask(question, scene_.rules(), *options.as_of,
                                    options.known_at.value_or(UINT64_MAX)));
  }

  // What was answered is explained by the same words, whatever happened since.
  void ExplainSome(int count) {
    for (int i = 0; i < count && !given_.empty(); ++i) {
      const Given& given =
          given_[static_cast<size_t>(scene_.chance.In(0, static_cast<int64_t>(given_.size()) - 1))];
      const auto replayed = scene_.house->Replay(given.id);
      ++scene_.report.explained;
      if (!replayed.ok()) {
        scene_.Violation(absl::StrCat("explaining: ", replayed.status().ToString()));
      } else if (!replayed->same || Text(ToAnswer(replayed->decision)) != given.text) {
        scene_.Violation(absl::StrCat("explained as ", Text(ToAnswer(replayed->decision)), ", was ",
                                      given.text));
      }
    }
  }

  // --- Writes.

  // Sends them until each is acknowledged, as a client does whose calls fail.
  void Write(std::vector<Event> events) {
    std::vector<ledger::Submission> submissions;
    std::map<std::string, uint64_t> before;
    for (const Event& event : events) {
      submissions.push_back({ToFact(event), {}});
      before[event.account] = RevisionOf(event.account);
    }
    std::vector<uint64_t> revisions(events.size(), 0);
    std::vector<size_t> open(events.size());
    for (size_t i = 0; i < open.size(); ++i) open[i] = i;
    while (!open.empty()) {
      std::vector<ledger::Submission> again;
      for (const size_t i : open) again.push_back(submissions[i]);
      const auto results = scene_.house->RecordAndWait(std::move(again));
      std::vector<size_t> failed;
      for (size_t k = 0; k < results.size(); ++k) {
        if (results[k].ok()) {
          revisions[open[k]] = results[k]->revision;
        } else if (absl::IsUnavailable(results[k].status())) {
          failed.push_back(open[k]);
          ++scene_.report.failures;
        } else {
          scene_.Violation(absl::StrCat("write: ", results[k].status().ToString()));
        }
      }
      open = std::move(failed);
    }
    for (size_t i = 0; i < events.size(); ++i) {
      scene_.model.Accept(events[i], revisions[i]);
      ++scene_.report.facts;
    }
    // What was known before makes no commit, and only a commit takes a reservation away.
    for (const auto& [account, revision] : before) {
      if (RevisionOf(account) != revision) scene_.Revoke(account);
    }
  }

  // 0: it is not there yet.
  uint64_t RevisionOf(const std::string& account) {
    const auto view = scene_.house->Read(account);
    return view.ok() ? view->revision : 0;
  }

  // --- Time, rules, restarts.

  void PassTime() {
    const Micros now = scene_.Now();
    const Micros midnight = (DayOf(now) + 1) * kDayMicros;
    Micros next = now;
    switch (scene_.chance.In(0, 5)) {
      case 0:
        next = now + scene_.chance.In(1, 3600) * 1'000'000;
        break;
      case 1:
        next = midnight - 1;
        break;
      case 2:
        next = midnight;
        break;
      case 3:
      case 4: {
        // To the edge of what a card promised: a microsecond before it ends, and then its end.
        const std::string account = scene_.chance.Account();
        const auto view = scene_.Look(account);
        if (!view) return;
        const Micros end = view->card->valid_until;
        if (end - 1 > now) scene_.clock.Set(end - 1);
        AskAllOf(account);
        next = end;
        break;
      }
      default:
        next = now + scene_.chance.In(1, 12) * kDayMicros;
        break;
    }
    scene_.clock.Set(std::max(next, scene_.Now()));
    AskAllOf(scene_.chance.Account());
  }

  void AskAllOf(const std::string& account) {
    for (const char* motion : {"SEATS", "CROSS_SELL", "MENTION", "HEARING"}) {
      Question question = scene_.chance.AnyQuestion();
      question.account = account;
      question.motion = motion;
      AskNow(question);
    }
  }

  void SweepAndList() {
    while (!scene_.house->SweepNow().ok()) ++scene_.report.failures;
    for (const std::string& account : scene_.model.accounts()) scene_.Revoke(account);
    std::set<std::string> expected, listed;
    for (const std::string& account : scene_.model.accounts()) {
      const Answer answer =
          scene_.model.Ask({account, "SEATS", "", "", 0}, scene_.rules(), scene_.Now());
      ++scene_.report.answers;
      if (answer.verdict == "ALLOW") expected.insert(account);
    }
    ledger::ReadyQuery query;
    query.motion = engine::Motion::kSeats;
    query.limit = 100;
    const auto page = scene_.house->Ready(query);
    if (!page.ok()) return scene_.Violation(absl::StrCat("list: ", page.status().ToString()));
    for (const auto& row : page->rows) listed.insert(row.view.account);
    const auto at_a_time = static_cast<size_t>(scene_.chance.In(1, 50));
    for (const std::string& wrong : watcher_.ReadOn(scene_.house->log(), at_a_time)) {
      scene_.Violation(wrong);
    }
    for (const std::string& wrong :
         watcher_.Compare(scene_.model, scene_.rules(), scene_.Now(), scene_.report.watched)) {
      scene_.Violation(wrong);
    }
    if (listed != expected) {
      scene_.Violation(absl::StrCat("after a sweep ", listed.size(),
                                    " accounts are listed as ready, ", expected.size(), " are"));
    }
  }

  void ChangeRules() {
    Rules rules;
    rules.minimum_coverage = scene_.chance.AnyOf({0.3, 0.4, 0.5});
    rules.stale_days = scene_.chance.AnyOf({60, 120, 180});
    rules.overdue_days = scene_.chance.AnyOf({5, 30});
    absl::StatusOr<uint64_t> number = absl::UnavailableError("not tried");
    while (!number.ok()) {
      number = scene_.house->Activate(TextOf(rules, scene_.bug), "simulation", "");
      if (number.ok()) break;
      ++scene_.report.failures;
      if (!absl::IsUnavailable(number.status()) && !absl::IsAborted(number.status())) {
        return scene_.Violation(absl::StrCat("rules: ", number.status().ToString()));
      }
      // It may have come into force all the same.
      scene_.rules_by_number.try_emplace(scene_.house->rulebook()->number(), rules);
    }
    scene_.rules_by_number[*number] = rules;
  }

  void Restart() {
    scene_.house.reset();
    ++scene_.report.restarts;
    scene_.Open();
    if (scene_.rules_by_number.count(scene_.house->rulebook()->number()) == 0) {
      scene_.Violation("a rulebook is in force that nobody put there");
      scene_.rules_by_number[scene_.house->rulebook()->number()] = Rules();
    }
    ExplainSome(20);
  }

  // --- At the end.

  void CheckTheWhole() {
    Restart();
    ExplainSome(200);
    auto verified = scene_.house->Verify();
    if (!verified.ok()) return scene_.Violation(verified.status().ToString());
    for (const std::string& difference : verified->differences) scene_.Violation(difference);
    std::set<std::string> digests;
    for (const uint64_t order : {1, 2}) {
      const auto digest = DigestInOrder(scene_.model, TextOf(Rules(), Bug::kNone), scene_.clock,
                                        scene_.seed * 2 + order);
      if (!digest.ok()) return scene_.Violation(digest.status().ToString());
      digests.insert(*digest);
    }
    if (digests.size() != 1) scene_.Violation("two orders of arrival gave two digests");
  }

  Scene scene_;
  Reservations reservations_;
  Watcher watcher_;
  std::vector<Given> given_;
  std::map<std::string, Answer> cached_;  // of a planted bug
};

}  // namespace

Report Simulate(uint64_t seed, int steps, Bug bug) { return World(seed, bug).Run(steps); }

}  // namespace kizuna::simulation
