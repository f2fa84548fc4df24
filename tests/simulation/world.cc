// SPDX-License-Identifier: Apache-2.0

#include "tests/simulation/world.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "server/convert/rulebook_from_text.h"
#include "server/engine/reservation.h"
#include "server/ledger/ledger.h"
#include "server/ledger/own_facts.h"
#include "server/rulebooks/rulebooks.h"
#include "storage/memory/memory_store.h"
#include "tests/simulation/chance.h"
#include "tests/simulation/faulty_store.h"
#include "tests/simulation/naive_model.h"
#include "tests/simulation/to_fact.h"
#include "tests/simulation/watcher.h"

namespace kizuna::simulation {
namespace {

constexpr Micros kStart = 1'718'020'800'000'000;  // 2024-06-10T12:00:00Z
constexpr size_t kMostViolations = 5;
constexpr int kOneFaultIn = 40;

class FakeClock final : public ledger::Clock {
 public:
  engine::Instant Now() const override { return now_.load(); }
  void Set(Micros now) { now_ = now; }

 private:
  std::atomic<Micros> now_{kStart};
};

std::string TextOf(const Rules& rules, Bug bug) {
  std::string text = absl::StrReplaceAll(
      rulebooks::StarterText(),
      {{"minimum_coverage: 0.4", absl::StrCat("minimum_coverage: ", rules.minimum_coverage)},
       {"\"sentiment.age_days\" above: 180",
        absl::StrCat("\"sentiment.age_days\" above: ", rules.stale_days)},
       {"\"billing.days_overdue\" above: 30",
        absl::StrCat("\"billing.days_overdue\" above: ", rules.overdue_days)}});
  if (bug == Bug::kSkippedGate) {
    const size_t code = text.find("code: \"COOLING_OFF\"");
    const size_t begin = text.rfind("  gates {", code);
    text.erase(begin, text.find("\n  }\n", code) + 5 - begin);
  }
  return text;
}

// An answer that was given, to be explained later.
struct Given {
  std::string id;
  std::string text;
};

class World {
 public:
  World(uint64_t seed, Bug bug)
      : seed_(seed),
        bug_(bug),
        chance_(seed),
        base_(storage::NewMemoryStore()),
        store_(base_.get(), seed),
        watcher_(bug == Bug::kLostChange) {
    Open();
    for (int i = 0; i < 8; ++i) Write(chance_.Beginning(absl::StrCat("a", i), kStart));
  }

  Report Run(int steps) {
    store_.SetFaults(kOneFaultIn);
    for (step_ = 0; step_ < steps && report_.violations.size() < kMostViolations; ++step_) Step();
    store_.SetFaults(0);
    CheckTheWhole();
    return std::move(report_);
  }

 private:
  void Open() {
    ledger::Ledger::Options options;
    options.read_rules = convert::RulebookFromText;
    options.default_rules_text = TextOf(Rules(), bug_);
    options.sweep = false;
    // A book that is being created when the store fails is created again.
    for (int attempt = 0;; ++attempt) {
      auto opened = ledger::Ledger::Open(&store_, &clock_, options);
      if (opened.ok()) {
        ledger_ = *std::move(opened);
        break;
      }
      if (attempt == 50) std::abort();
    }
    if (rules_.empty()) rules_[ledger_->rulebook()->number()] = Rules();
  }

  void Violation(const std::string& what) {
    report_.violations.push_back(
        absl::StrCat("seed ", seed_, " step ", step_, " now ", Now(), ": ", what));
  }
  Micros Now() const { return clock_.Now(); }
  const Rules& rules() const { return rules_.at(ledger_->rulebook()->number()); }

  void Step() {
    const int64_t kind = chance_.In(0, 99);
    if (kind < 45) {
      for (int i = 0; i < 8; ++i) AskNow(chance_.AnyQuestion());
    } else if (kind < 66) {
      WriteSome();
    } else if (kind < 75) {
      Reserve();
    } else if (kind < 81) {
      MoveReservation();
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

  void Compare(const std::string& what, const Answer& got, const Answer& expected) {
    ++report_.answers;
    report_.allowed += expected.verdict == "ALLOW";
    if (got.verdict == expected.verdict && got.gates == expected.gates) return;
    Violation(absl::StrCat(what, ": answered ", Text(got), ", should be ", Text(expected)));
  }

  std::optional<ledger::View> Look(const std::string& account,
                                   const ledger::ReadOptions& options = {}) {
    auto view = ledger_->Read(account, options);
    if (!view.ok()) {
      Violation(absl::StrCat("read of ", account, ": ", view.status().ToString()));
      return std::nullopt;
    }
    return *std::move(view);
  }

  static Answer Decide(const ledger::View& view, const Question& question) {
    return ToAnswer(
        engine::Decide(*view.state, *view.rulebook, RequestOf(question), view.checked_at));
  }

  void AskNow(const Question& question) {
    const auto view = Look(question.account);
    if (!view) return;
    const engine::Decision decision =
        engine::Decide(*view->state, *view->rulebook, RequestOf(question), view->checked_at);
    Answer got = ToAnswer(decision);
    given_.push_back({ledger_->DecisionIdOf(*view, RequestOf(question), decision), Text(got)});
    if (bug_ == Bug::kStaleCache) {
      const std::string key =
          absl::StrCat(Text(question), " ", view->revision, " ", view->rulebook->number());
      got = cached_.try_emplace(key, got).first->second;
    }
    Compare(Text(question), got, model_.Ask(question, rules(), Now()));
    if (view->card->valid_until <= Now()) {
      Violation(absl::StrCat(question.account, ": the card is not valid now"));
    }
  }

  void AskThePast() {
    const Question question = chance_.AnyQuestion();
    const auto present = Look(question.account);
    if (!present) return;
    ledger::ReadOptions options;
    options.as_of = Now() - (chance_.OneIn(3) ? 0 : chance_.In(0, 60 * 24 * 60) * 60'000'000);
    if (chance_.OneIn(2)) {
      options.known_at = static_cast<uint64_t>(chance_.In(
          static_cast<int64_t>(present->create_revision), static_cast<int64_t>(present->revision)));
    }
    const auto past = Look(question.account, options);
    if (!past) return;
    Compare(absl::StrCat(Text(question), " as of ", *options.as_of, " known at ",
                         options.known_at.value_or(0)),
            Decide(*past, question),
            model_.Ask(question, rules(), *options.as_of, options.known_at.value_or(UINT64_MAX)));
  }

  // What was answered is explained by the same words, whatever happened since.
  void ExplainSome(int count) {
    for (int i = 0; i < count && !given_.empty(); ++i) {
      const Given& given =
          given_[static_cast<size_t>(chance_.In(0, static_cast<int64_t>(given_.size()) - 1))];
      const auto replayed = ledger_->Replay(given.id);
      ++report_.explained;
      if (!replayed.ok()) {
        Violation(absl::StrCat("explaining: ", replayed.status().ToString()));
      } else if (!replayed->same || Text(ToAnswer(replayed->decision)) != given.text) {
        Violation(absl::StrCat("explained as ", Text(ToAnswer(replayed->decision)), ", was ",
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
      const auto results = ledger_->RecordAndWait(std::move(again));
      std::vector<size_t> failed;
      for (size_t k = 0; k < results.size(); ++k) {
        if (results[k].ok()) {
          revisions[open[k]] = results[k]->revision;
        } else if (absl::IsUnavailable(results[k].status())) {
          failed.push_back(open[k]);
          ++report_.failures;
        } else {
          Violation(absl::StrCat("write: ", results[k].status().ToString()));
        }
      }
      open = std::move(failed);
    }
    for (size_t i = 0; i < events.size(); ++i) {
      model_.Accept(events[i], revisions[i]);
      ++report_.facts;
    }
    // What was known before makes no commit, and only a commit takes a reservation away.
    for (const auto& [account, revision] : before) {
      if (RevisionOf(account) != revision) RevokeInModel(account);
    }
  }

  // 0: it is not there yet.
  uint64_t RevisionOf(const std::string& account) {
    const auto view = ledger_->Read(account);
    return view.ok() ? view->revision : 0;
  }

  // What the commit must have done to the account's reservation.
  void RevokeInModel(const std::string& account) {
    const auto lease = model_.NewestLease(account, Now());
    if (!lease || !lease->held || lease->until <= Now()) return;
    const Answer own = model_.Ask(NaiveModel::QuestionOf(account, *lease), rules(), Now());
    if (own.verdict == "ALLOW") return;
    const auto view = Look(account);
    if (!view) return;
    Lease revoked = *lease;
    revoked.held = false;
    model_.Step(account, revoked, Now(), view->revision);
    ++report_.revoked;
  }

  void WriteSome() {
    std::vector<Event> events;
    const int64_t count = chance_.In(1, 6);
    for (int64_t i = 0; i < count; ++i) {
      Event event = chance_.AnyEvent(Now());
      const std::vector<Event>& known = model_.events(event.account);
      if (chance_.OneIn(5) && !known.empty()) {
        // Something known: sent again, corrected, or taken back.
        const Event& before =
            known[static_cast<size_t>(chance_.In(0, static_cast<int64_t>(known.size()) - 1))];
        if (before.source == ledger::kOwnSource || before.kind == Event::Kind::kProfile) continue;
        if (chance_.OneIn(3)) {
          event = before;
        } else {
          const uint32_t version = NextVersion(before);
          event = chance_.OneIn(3) ? before : OtherOf(before, event);
          event.version = version;
          event.retracted = chance_.OneIn(3);
        }
      }
      events.push_back(event);
    }
    // One burst may hold an identity once: which of two versions came first would be left open.
    std::set<std::pair<std::string, std::string>> seen;
    std::vector<Event> burst;
    for (const Event& event : events) {
      if (seen.insert({event.account + event.source, event.id}).second) burst.push_back(event);
    }
    if (!burst.empty()) Write(std::move(burst));
  }

  uint32_t NextVersion(const Event& event) const {
    uint32_t version = 0;
    for (const Event& known : model_.events(event.account)) {
      if (known.source == event.source && known.id == event.id) {
        version = std::max(version, known.version);
      }
    }
    return version + 1;
  }
  // A correction says something of the same kind.
  static Event OtherOf(const Event& before, const Event& fresh) {
    Event event = before;
    event.at = std::min(before.at, fresh.at);
    event.score = fresh.kind == before.kind ? fresh.score : before.score;
    event.released = fresh.released;
    event.person =
        before.kind == Event::Kind::kNps && fresh.person != 0 ? fresh.person : before.person;
    return event;
  }

  // --- Reservations.

  static ledger::Submission Own(const ledger::View& view, std::string id, engine::Content content) {
    ledger::Submission submission;
    submission.fact.account = view.account;
    submission.fact.source = std::string(ledger::kOwnSource);
    submission.fact.id = std::move(id);
    submission.fact.observed_at = view.checked_at;
    submission.fact.content = std::move(content);
    return submission;
  }

  // Carries a ruling out in one commit, trying again while the store fails; the ruling that
  // counted.
  template <typename Judge>
  engine::Ruling Transact(const std::string& account, const Judge& judge, uint64_t& revision) {
    while (true) {
      engine::Ruling ruling;
      const auto done = ledger_->Transact(
          account,
          [&](const ledger::View& view) -> absl::StatusOr<std::vector<ledger::Submission>> {
            ruling = judge(view);
            std::vector<ledger::Submission> facts;
            if (ruling.fact) {
              facts.push_back(Own(view, ledger::ReservationFactId(*ruling.fact), *ruling.fact));
            }
            return facts;
          });
      if (done.ok()) {
        revision = *done;
        return ruling;
      }
      ++report_.failures;
      if (!absl::IsUnavailable(done.status())) {
        Violation(absl::StrCat("transaction: ", done.status().ToString()));
        return ruling;
      }
    }
  }

  static Lease LeaseOf(const engine::ReservationContent& content, const std::string& motion) {
    Lease lease;
    lease.id = content.reservation_id;
    lease.team = content.team;
    lease.motion = motion;
    lease.contact = static_cast<int>(content.contact);
    lease.channel = content.channel;
    lease.token = content.fencing_token;
    lease.until = content.expires_at;
    lease.held = content.status == engine::ReservationContent::Status::kHeld;
    return lease;
  }

  void Reserve() {
    Question question = chance_.AnyQuestion();
    question.motion = chance_.AnyOf<const char*>({"SEATS", "CROSS_SELL"});
    if (question.team.empty()) question.team = "sales";
    ReserveFor(question);
  }

  void ReserveFor(const Question& question) {
    engine::ReservationContent wish;
    wish.reservation_id = absl::StrCat("r", next_reservation_++);
    wish.team = question.team;
    wish.holder = "somebody";
    wish.motion = MotionOf(question.motion);
    wish.contact = static_cast<engine::PersonKey>(question.contact);
    wish.channel = question.channel;
    wish.expires_at = Now() + chance_.In(1, 5 * 24 * 60) * 60'000'000;

    std::optional<ledger::View> old;
    if (bug_ == Bug::kUnguardedReservation) {
      old = Look(question.account);
      Question other = question;
      other.team = question.team == "csm" ? "sales" : "csm";
      planted_ = true;
      if (!std::exchange(nested_, true)) ReserveFor(other);
      nested_ = false;
    }
    const auto before = model_.NewestLease(question.account, Now());
    const bool live = before && before->held && Now() < before->until;
    const Answer expected = model_.Ask(question, rules(), Now());
    uint64_t revision = 0;
    const engine::Ruling ruling = Transact(
        question.account,
        [&](const ledger::View& view) {
          const ledger::View& seen = old ? *old : view;
          return engine::Reserve(*seen.state, *seen.rulebook, wish, seen.checked_at);
        },
        revision);
    const bool own = live && before->team == question.team;
    if (own != (ruling.outcome == engine::Ruling::Outcome::kHeldByTeam)) {
      Violation(absl::StrCat("reserve ", Text(question), ": outcome ",
                             static_cast<int>(ruling.outcome), ", the model holds otherwise"));
      return;
    }
    if (own) return;
    if (ruling.decision) {
      Compare(absl::StrCat("reserve ", Text(question)), ToAnswer(*ruling.decision), expected);
    }
    // With the ruling's fact gone after a retry, the reservation is the account's newest one.
    const bool granted = ruling.outcome == engine::Ruling::Outcome::kDone;
    const auto view = Look(question.account);
    if (!granted || !view) return;
    ++report_.granted;
    const engine::ReservationContent& newest = view->state->reservation.now;
    if (newest.reservation_id != wish.reservation_id || live) {
      Violation(absl::StrCat("reserve ", Text(question), ": two hold it at once"));
      return;
    }
    if (newest.fencing_token != (before ? before->token : 0) + 1) {
      Violation(absl::StrCat("reserve ", Text(question), ": token ", newest.fencing_token));
    }
    model_.Step(question.account, LeaseOf(newest, question.motion), Now(), revision);
  }

  // Renews, releases or ends what some account has.
  void MoveReservation() {
    // Between two commits of an account a clock moves on; two renewals of one microsecond would be
    // ordered by their ids.
    clock_.Set(Now() + 1);
    const std::string account = chance_.Account();
    const auto lease = model_.NewestLease(account, Now());
    if (!lease) return;
    const bool live = lease->held && Now() < lease->until;
    const Answer own = model_.Ask(NaiveModel::QuestionOf(account, *lease), rules(), Now());
    const bool renews = chance_.OneIn(2);
    const Micros until = Now() + chance_.In(1, 3 * 24 * 60) * 60'000'000;
    uint64_t revision = 0;
    const engine::Ruling ruling = Transact(
        account,
        [&](const ledger::View& view) {
          return renews ? engine::Renew(*view.state, *view.rulebook, lease->id, lease->token, until,
                                        view.checked_at)
                        : engine::Release(*view.state, lease->id, lease->token, view.checked_at);
        },
        revision);
    const bool done = ruling.outcome == engine::Ruling::Outcome::kDone;
    const bool may = renews ? live && own.verdict == "ALLOW" : live;
    const bool released = !renews && !lease->held;  // released before, or revoked
    if (done != may && !released) {
      Violation(absl::StrCat(renews ? "renewal" : "release", " on ", account, ": outcome ",
                             static_cast<int>(ruling.outcome)));
    }
    if (!done || !may) return;
    Lease next = *lease;
    if (renews) next.until = until;
    next.held = renews;
    model_.Step(account, next, Now(), revision);
  }

  // --- Time, rules, restarts.

  void PassTime() {
    const Micros now = Now();
    const Micros midnight = (DayOf(now) + 1) * kDayMicros;
    Micros next = now;
    switch (chance_.In(0, 5)) {
      case 0:
        next = now + chance_.In(1, 3600) * 1'000'000;
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
        const std::string account = chance_.Account();
        const auto view = Look(account);
        if (!view) return;
        const Micros end = view->card->valid_until;
        if (end - 1 > now) clock_.Set(end - 1);
        AskAllOf(account);
        next = end;
        break;
      }
      default:
        next = now + chance_.In(1, 12) * kDayMicros;
        break;
    }
    clock_.Set(std::max(next, Now()));
    AskAllOf(chance_.Account());
  }

  void AskAllOf(const std::string& account) {
    for (const char* motion : {"SEATS", "CROSS_SELL", "MENTION", "HEARING"}) {
      Question question = chance_.AnyQuestion();
      question.account = account;
      question.motion = motion;
      AskNow(question);
    }
  }

  void SweepAndList() {
    while (!ledger_->SweepNow().ok()) ++report_.failures;
    for (const std::string& account : model_.accounts()) RevokeInModel(account);
    std::set<std::string> expected, listed;
    for (const std::string& account : model_.accounts()) {
      const Answer answer = model_.Ask({account, "SEATS", "", "", 0}, rules(), Now());
      ++report_.answers;
      if (answer.verdict == "ALLOW") expected.insert(account);
    }
    ledger::ReadyQuery query;
    query.motion = engine::Motion::kSeats;
    query.limit = 100;
    const auto page = ledger_->Ready(query);
    if (!page.ok()) return Violation(absl::StrCat("list: ", page.status().ToString()));
    for (const auto& row : page->rows) listed.insert(row.view.account);
    CompareWatched();
    if (listed != expected) {
      Violation(absl::StrCat("after a sweep ", listed.size(), " accounts are listed as ready, ",
                             expected.size(), " are"));
    }
  }

  // What a watch told by now is how every account stands, as the model has it.
  void CompareWatched() {
    for (const std::string& wrong :
         watcher_.ReadOn(ledger_->log(), static_cast<size_t>(chance_.In(1, 50)))) {
      Violation(wrong);
    }
    for (const std::string& account : model_.accounts()) {
      const Watcher::Standing& told = watcher_.Of(account);
      for (const char* motion : {"SEATS", "CROSS_SELL", "MENTION", "HEARING"}) {
        const Answer answer = model_.Ask({account, motion, "", "", 0}, rules(), Now());
        std::set<std::string> gates;
        for (const HeldGate& gate : answer.gates) {
          if (!gate.waived) gates.insert(gate.code);
        }
        const auto number = static_cast<uint32_t>(MotionOf(motion));
        const auto verdict = told.verdicts.find(number);
        const auto held = told.gates.find(number);
        const bool same_verdict =
            verdict != told.verdicts.end() &&
            NameOf(static_cast<engine::Verdict>(verdict->second)) == answer.verdict;
        const bool same_gates = held == told.gates.end() ? gates.empty() : held->second == gates;
        ++report_.watched;
        if (same_verdict && same_gates) continue;
        Violation(absl::StrCat(
            "watch: of ", account, " and ", motion, " it was told ",
            verdict == told.verdicts.end()
                ? "nothing"
                : NameOf(static_cast<engine::Verdict>(verdict->second)),
            " [", held == told.gates.end() ? "" : absl::StrJoin(held->second, " "), "], it is ",
            Text(answer)));
      }
      const auto lease = model_.NewestLease(account, Now());
      const bool held = lease && lease->held && Now() < lease->until;
      const bool told_held = told.reservation == 1;  // HELD
      if (held != told_held || (lease && lease->token != told.fencing_token)) {
        Violation(absl::StrCat("watch: of ", account, "'s reservation it was told ",
                               told.reservation, ", token ", told.fencing_token));
      }
    }
  }

  void ChangeRules() {
    Rules rules;
    rules.minimum_coverage = chance_.AnyOf({0.3, 0.4, 0.5});
    rules.stale_days = chance_.AnyOf({60, 120, 180});
    rules.overdue_days = chance_.AnyOf({5, 30});
    absl::StatusOr<uint64_t> number = absl::UnavailableError("not tried");
    while (!number.ok()) {
      number = ledger_->Activate(TextOf(rules, bug_), "simulation", "");
      if (number.ok()) break;
      ++report_.failures;
      if (!absl::IsUnavailable(number.status()) && !absl::IsAborted(number.status())) {
        return Violation(absl::StrCat("rules: ", number.status().ToString()));
      }
      // It may have come into force all the same.
      rules_.try_emplace(ledger_->rulebook()->number(), rules);
    }
    rules_[*number] = rules;
  }

  void Restart() {
    ledger_.reset();
    ++report_.restarts;
    Open();
    if (rules_.count(ledger_->rulebook()->number()) == 0) {
      Violation("a rulebook is in force that nobody put there");
      rules_[ledger_->rulebook()->number()] = Rules();
    }
    ExplainSome(20);
  }

  // --- At the end.

  void CheckTheWhole() {
    Restart();
    ExplainSome(200);
    auto verified = ledger_->Verify();
    if (!verified.ok()) return Violation(verified.status().ToString());
    for (const std::string& difference : verified->differences) Violation(difference);
    const std::string first = DigestInOrder(1), second = DigestInOrder(2);
    if (first != second) Violation("two orders of arrival gave two digests");
  }

  // The digest of a house that got the same events in an order of its own.
  std::string DigestInOrder(uint64_t order) {
    const auto store = storage::NewMemoryStore();
    ledger::Ledger::Options options;
    options.read_rules = convert::RulebookFromText;
    options.default_rules_text = TextOf(Rules(), Bug::kNone);
    options.sweep = false;
    auto house = ledger::Ledger::Open(store.get(), &clock_, options);
    if (!house.ok()) return house.status().ToString();
    std::mt19937_64 random(seed_ * 2 + order);
    std::vector<ledger::Submission> first, rest;
    for (const std::string& account : model_.accounts()) {
      for (const Event& event : model_.events(account)) {
        const bool opens = &event == &model_.events(account).front();
        (opens ? first : rest).push_back({ToFact(event), {}});
      }
    }
    std::shuffle(rest.begin(), rest.end(), random);
    for (auto* part : {&first, &rest}) {
      for (const auto& result : (*house)->RecordAndWait(std::move(*part))) {
        if (!result.ok()) Violation(absl::StrCat("another order: ", result.status().ToString()));
      }
    }
    const auto verified = (*house)->Verify();
    if (!verified.ok()) return verified.status().ToString();
    return verified->digest;
  }

  const uint64_t seed_;
  const Bug bug_;
  Chance chance_;
  FakeClock clock_;
  const std::unique_ptr<storage::Store> base_;
  FaultyStore store_;
  Watcher watcher_;
  std::unique_ptr<ledger::Ledger> ledger_;
  NaiveModel model_;
  std::map<uint64_t, Rules> rules_;  // by number
  std::vector<Given> given_;
  std::map<std::string, Answer> cached_;
  uint64_t next_reservation_ = 1;
  bool planted_ = false, nested_ = false;
  int step_ = 0;
  Report report_;
};

}  // namespace

Report Simulate(uint64_t seed, int steps, Bug bug) { return World(seed, bug).Run(steps); }

}  // namespace kizuna::simulation
