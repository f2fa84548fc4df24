// SPDX-License-Identifier: Apache-2.0
//
// The one place that changes an account. Facts come in; fact, state, indexes, history and change
// log leave in one atomic, durable commit; every answer is computed from the newest committed
// state. Services call this and nothing below it.
//
// All methods are thread-safe. Errors are absl::Status with messages fit for a client:
//   NOT_FOUND            the account does not exist (or was erased)
//   INVALID_ARGUMENT     a fact the ledger cannot take; the message names the field
//   ALREADY_EXISTS       version 0 of a fact with other content: the first stands
//   FAILED_PRECONDITION  not possible in the account's or the book's present condition
//   OUT_OF_RANGE         a revision that is not reached yet (`at_least_as_fresh`)
//   DATA_LOSS            a revision of a time that the store lost when it was restored
//   RESOURCE_EXHAUSTED   the queue or the disk is full; try again later
//   UNAVAILABLE          the store failed; whether a write took effect is unknown, send it again

#ifndef KIZUNA_SERVER_LEDGER_LEDGER_H_
#define KIZUNA_SERVER_LEDGER_LEDGER_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/convert/fact_words.h"
#include "server/engine/card.h"
#include "server/engine/fact.h"
#include "server/engine/movement.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/ledger/clock.h"
#include "server/ledger/epochs.h"
#include "server/ledger/erasures.h"
#include "server/ledger/scored.h"
#include "storage/kv.h"

namespace kizuna::ledger {

class ChangeLog;  // change_log.h

// The redactable side of a fact: what people are called and what they said. Scores never read it.
using Words = convert::FactWords;

// A fact on its way in. `fact.observed_at` is ignored when !observed_at_given.
struct Submission {
  engine::Fact fact;
  Words words;
};

struct Recorded {
  enum class Outcome {
    kAccepted,    // stored; it counts
    kDuplicate,   // the same identity and content again: nothing changed
    kSuperseded,  // stored; a higher version already counts
  };
  Outcome outcome = Outcome::kAccepted;
  uint64_t revision = 0;  // of the account, at which the fact is visible
};

// A stored version of a fact.
struct StoredFact {
  engine::Fact fact;
  Words words;
  uint64_t revision = 0;  // at which it was accepted
  bool counts = false;    // it is the version that counts
};

struct Person {
  std::string contact_id;
  std::string full_name;
  std::string email;
  std::string title;
};

// Which instant and which knowledge an answer is about.
struct ReadOptions {
  std::optional<engine::Instant> as_of;  // default: now; later than now is INVALID_ARGUMENT
  // Only facts accepted up to this revision. OUT_OF_RANGE when the account has not reached it,
  // INVALID_ARGUMENT when it was not there yet.
  std::optional<uint64_t> known_at;
  std::optional<uint64_t> rulebook_number;  // default: the one in force; NOT_FOUND: never was
  uint64_t at_least_as_fresh = 0;           // the account's revision must have reached this
};

// An account as of one instant, consistent in itself. Immutable.
struct View {
  std::string account;
  uint64_t revision = 0;
  uint64_t create_revision = 0;
  engine::Instant checked_at = 0;
  std::shared_ptr<const engine::Rulebook> rulebook;
  std::shared_ptr<const engine::State> state;
  std::shared_ptr<const engine::Card> card;
  // What the parts belong to. Null: they were put together for one question.
  std::shared_ptr<const Scored> scored;
};

// A pitch that should not have been made.
struct Leak {
  std::string account, source, fact_id;
  engine::Instant observed_at = 0;
  std::string team, partner;
  engine::Motion motion = engine::Motion::kUnspecified;
  std::string product;
  engine::Verdict verdict = engine::Verdict::kUnknown;  // of a check at that instant
  std::vector<std::string> gates;                       // that held
  uint64_t revision = 0;
  uint64_t rulebook_number = 0;
};

// An answer that was given, computed once more from what its id says.
struct Replayed {
  View view;
  engine::Request request;
  engine::Decision decision;
  bool same = false;  // it is the answer that was given; false is a fault of the house
};

// How an account is, and how it would be.
struct Simulated {
  View before, after;
  // A fact of an identity that is there must have a higher version.
  struct Conflict {
    size_t fact = 0;       // index of the fact that was supposed
    uint32_t version = 0;  // that counts
  };
  std::vector<Conflict> conflicts;  // not empty: the views are not filled in
};

// One day of the account's history: how it stood at the last change of that day.
struct HistoryRow {
  engine::Day day = 0;
  engine::Instant computed_at = 0;
  uint64_t revision = 0;
  uint64_t rulebook_number = 0;
  std::optional<double> score, raw;
  double coverage = 0;
  engine::Band band = engine::Band::kUnknown;
  engine::LoyaltyTier loyalty = engine::LoyaltyTier::kNone;
  engine::TouchTier touch = engine::TouchTier::kUnknown;
  engine::Cell cell = engine::Cell::kUnplaced;
  std::map<engine::Motion, engine::Verdict> verdicts;
};

// Keeps an account or not. Called with the account as of now; must not call the ledger.
using AccountPredicate = std::function<bool(const View&)>;

struct AccountPage {
  std::vector<View> accounts;  // by account id
  std::string next;            // the account to go on after; empty: that was all
};

// Between which instants one asks what moved an account.
struct MovementQuery {
  engine::Instant since = 0;
  std::optional<engine::Instant> until;  // default: now; not before `since`, not after now
  // What was known at `since`: facts accepted later are new, whenever they were observed. Default:
  // all that is known today of what was observed by then.
  std::optional<uint64_t> known_at;
  uint64_t at_least_as_fresh = 0;  // the account's revision must have reached this
};

// An account at two instants, one step at a time (engine/movement.h).
struct Moved {
  // As it was; the same facts at the later instant; all facts of then, with what the sources had
  // declared by then; under the rules of then. In the order of engine::Stages.
  std::array<View, 4> stages;
  std::vector<engine::Fact> came;  // count at the later instant, not at the first; newest first
  std::vector<engine::Fact> withdrawn;  // counted at the first, no longer; newest first

  engine::Stages cards() const {
    return {stages[0].card.get(), stages[1].card.get(), stages[2].card.get(), stages[3].card.get()};
  }
};

// A place in the ranking of docs/scoring.md: cell, readiness, revenue at stake, name.
struct Rank {
  engine::Cell cell = engine::Cell::kUnplaced;
  std::optional<double> readiness;
  engine::Micros at_stake = 0;
  std::string account;
  // Under how many points of readiness the lists held it: where a page goes on. It may lag behind
  // `readiness` and has no part in the order.
  static constexpr uint8_t kMostPoints = 100;
  uint8_t points = kMostPoints;

  // Whether `a` is approached before `b`.
  static bool Before(const Rank& a, const Rank& b);
};

struct ReadyQuery {
  engine::Motion motion = engine::Motion::kUnspecified;  // kUnspecified: the best pitch
  std::vector<engine::Verdict> verdicts;                 // empty: ALLOW alone
  AccountPredicate keep;                                 // null: all
  size_t limit = 50;
  std::optional<Rank> after;  // go on behind this row
};

struct ReadyPage {
  struct Row {
    View view;
    Rank rank;
  };
  std::vector<Row> rows;
  bool more = false;
  engine::Instant swept_to = 0;  // changes by time alone are in the list up to here
  uint64_t swept_number = 0;     // ... and changes of the rulebook up to this number
};

// A rulebook as it stands in the store.
struct BookEntry {
  uint64_t number = 0;
  engine::Instant activated_at = 0;
  std::string author;
  std::string note;
  std::string rules_text;  // the models, as written
  bool active = false;
};

// What another rulebook would change, today.
struct Preview {
  uint64_t accounts = 0;  // looked at
  uint64_t changed = 0;   // with another verdict for some pitch
  struct Change {
    std::string account;
    engine::Motion motion;
    engine::Verdict before, after;
  };
  std::vector<Change> changes;  // the first `limit`, by account
  std::map<std::pair<engine::Verdict, engine::Verdict>, uint64_t> counts;  // best pitch
};

struct LedgerStatus {
  uint64_t accounts = 0;
  uint64_t facts = 0;  // identities, whatever their number of versions
  uint64_t rulebook_number = 0;
  engine::Instant swept_to = 0;
  uint64_t swept_number = 0;
  uint64_t queued = 0;
  uint64_t leaks = 0;
};

struct VerifyReport {
  uint64_t accounts = 0;
  uint64_t facts = 0;
  std::vector<std::string> differences;  // empty: every stored state equals its facts' fold
  std::string digest;                    // hex, over facts and states, whatever their arrival
};

class Ledger {
 public:
  // Reads the rules' text (proto text format) into a spec; the ledger itself knows no proto of
  // the public contract.
  using RulesReader = std::function<absl::StatusOr<engine::RulebookSpec>(absl::string_view text)>;

  struct Options {
    engine::Calendar calendar;
    RulesReader read_rules;
    std::string default_rules_text;  // activated as number 1 in a new store
    int lanes = 2;                   // threads that fold; an account stays in one
    size_t queue_facts = 200'000;    // waiting facts at most, then RESOURCE_EXHAUSTED
    size_t cached_accounts = 100'000;
    absl::Duration sweep_interval = absl::Seconds(1);
    // The change log is kept for so long.
    absl::Duration log_keep = absl::Hours(24 * 7);
    absl::Duration trim_interval = absl::Minutes(1);
    // Tells the log of this store from that of another, or of the same before it went back.
    uint64_t log_epoch = 0;
    Epochs epochs;  // which of its lives the store is in, and which it follows
    // Called before anything is erased, and again when an erasure is tried again; it must not
    // return before the erasure is written down where a restore finds it. An error: nothing is
    // erased, and whoever asked gets it. Null: nothing is written down. Thread-safe.
    std::function<absl::Status(const Erasure&)> write_down_erasure;
    // So many bytes that nobody can guess, for secrets; null: the operating system's.
    std::function<std::string(size_t size)> random_bytes;
    bool sweep = true;  // false: no background work (tools, tests)
  };

  // Opens the ledger on a store, which must outlive it, as must `clock`.
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(storage::Store* store, const Clock* clock,
                                                      Options options);
  ~Ledger();

  // --- Writing. `done` gets a result per submission, in order, once all are durable or refused;
  // it is called on a thread of the ledger and must not block.
  using Results = std::vector<absl::StatusOr<Recorded>>;
  void Record(std::vector<Submission> submissions, std::function<void(Results)> done);
  Results RecordAndWait(std::vector<Submission> submissions);

  // Decides what the account's next commit holds, looking at the account as it is just before: no
  // other write comes between. `decide` runs on a thread of the ledger, gets a view of the account
  // at the instant of the commit, and gives the facts of the commit, none to write nothing, or an
  // error, which is answered. All its facts are taken or none. It must not call the ledger and may
  // run again when another writer was faster. Gives the account's revision afterwards; waits.
  using Deciding = std::function<absl::StatusOr<std::vector<Submission>>(const View&)>;
  absl::StatusOr<uint64_t> Transact(absl::string_view account, Deciding decide);

  // Merges a duplicate into another account (merging.h); waits until it is done. Its name goes on
  // to name that account, in everything below. Done before, it is finished where it was cut off.
  // NOT_FOUND, INVALID_ARGUMENT (both are the same), FAILED_PRECONDITION (it says what is in the
  // way); after another error it may be half done: do it again.
  absl::Status Merge(absl::string_view duplicate, absl::string_view into);
  // The duplicates that were merged into the account, sorted.
  std::vector<std::string> Duplicates(absl::string_view account) const;

  // Removes the account for good: its rows in every family, physically, and its duplicates'.
  // The id is not given out again. Waits until it is done. FAILED_PRECONDITION while it is being
  // merged.
  absl::Status Erase(absl::string_view account);
  // Takes what one person is called and said out of the account, physically, their contact id too.
  // No state, revision or digest changes, and what is told of them later is kept without words.
  // NOT_FOUND when nothing was ever told of such a contact. Waits until it is done.
  absl::Status ErasePerson(absl::string_view account, absl::string_view contact_id);

  // --- Reading one account.
  absl::StatusOr<View> Read(absl::string_view account, const ReadOptions& options = {});
  // Facts by (source, id), every version, behind `after` (empty: from the start).
  struct FactPage {
    std::vector<StoredFact> facts;
    std::string next;  // opaque; empty: that was all
    uint64_t revision = 0;
  };
  absl::StatusOr<FactPage> ListFacts(absl::string_view account, absl::string_view after,
                                     size_t limit);
  // The facts that count, with their words, as far as they were known at the revision, by (source,
  // id). OUT_OF_RANGE when the account has not reached it.
  absl::StatusOr<std::vector<Submission>> KnownFacts(absl::string_view account, uint64_t revision);
  absl::StatusOr<std::map<engine::PersonKey, Person>> People(absl::string_view account);
  // Oldest first, days in [from, to).
  absl::StatusOr<std::vector<HistoryRow>> History(absl::string_view account, engine::Day from,
                                                  engine::Day to);

  // What the account was and became between two instants. INVALID_ARGUMENT for instants that are
  // in no order; errors of `known_at` as in ReadOptions.
  absl::StatusOr<Moved> Movement(absl::string_view account, const MovementQuery& query);

  // --- Decisions.
  // What the view answers, as engine::Decide at its instant; what was asked of it before is not
  // computed again.
  static std::shared_ptr<const Answered> Answer(const View& view, const engine::Request& request);
  // The id under which the answer can be replayed. `view` is what `decision` was made from. Writes
  // nothing.
  std::string DecisionIdOf(const View& view, const engine::Request& request,
                           const engine::Decision& decision) const;
  std::string DecisionIdOf(const View& view, const engine::Request& request,
                           const Answered& answered) const;
  // The answer of that id, computed again. INVALID_ARGUMENT: this store gave out no such id;
  // NOT_FOUND: the account was erased; OUT_OF_RANGE: it is of a time that this store has not
  // reached, so it has lost something.
  absl::StatusOr<Replayed> Replay(absl::string_view decision_id);
  // Makes a new key, which signs decisions from now on. Ids of earlier keys stay good.
  struct NewKey {
    uint64_t number = 0;
    engine::Instant created_at = 0;
  };
  absl::StatusOr<NewKey> RotateDecisionKey();
  // The account as `options` say, and as it would be if `facts` were facts and, unless it is empty,
  // `rules_text` the rules in force. Nothing of it is stored. The account and, where it is not
  // given, observed_at of the facts are filled in. INVALID_ARGUMENT lists the rules' violations.
  absl::StatusOr<Simulated> Simulate(absl::string_view account, const ReadOptions& options,
                                     std::vector<engine::Fact> facts, absl::string_view rules_text);

  // --- Reading many.
  // Leaks by account and time, of one account or (empty) of all, behind `after`.
  struct LeakPage {
    std::vector<Leak> leaks;
    bool more = false;
  };
  struct LeakQuery {
    std::string account;
    engine::Instant since = engine::kLongAgo;
    size_t limit = 50;
    std::optional<Leak> after;  // its account, observed_at, source and fact_id
  };
  absl::StatusOr<LeakPage> Leaks(const LeakQuery& query);
  absl::StatusOr<AccountPage> ListAccounts(absl::string_view after, size_t limit,
                                           const AccountPredicate& keep);
  absl::StatusOr<ReadyPage> Ready(const ReadyQuery& query);

  // --- The book.
  std::shared_ptr<const engine::Rulebook> rulebook() const;
  // The one of that number; NOT_FOUND when there never was one. The one that was in force at an
  // instant; the first where none was.
  absl::StatusOr<std::shared_ptr<const engine::Rulebook>> RulebookNumbered(uint64_t number);
  absl::StatusOr<std::shared_ptr<const engine::Rulebook>> RulebookAt(engine::Instant at);
  absl::StatusOr<BookEntry> GetBook(uint64_t number);  // 0: the active one
  // Newest first, numbers below `before` (0: from the newest).
  absl::StatusOr<std::vector<BookEntry>> ListBooks(uint64_t before, size_t limit);
  // What is wrong with the text, as part of the present book; empty: nothing.
  absl::StatusOr<std::vector<engine::Violation>> Validate(absl::string_view rules_text);
  // The text as a rulebook in the present book, to try it; INVALID_ARGUMENT says what is wrong.
  absl::StatusOr<std::shared_ptr<const engine::Rulebook>> CompileRules(
      absl::string_view rules_text);
  absl::StatusOr<Preview> PreviewRules(absl::string_view rules_text, size_t limit);
  // The new number. INVALID_ARGUMENT lists the violations.
  absl::StatusOr<uint64_t> Activate(absl::string_view rules_text, absl::string_view author,
                                    absl::string_view note);
  // Changes products, metrics or sources: `edit` gets the present parts and changes them, or
  // refuses. Serialised; no change gives the present number. `edit` may run more than once.
  absl::StatusOr<uint64_t> EditBook(
      const std::function<absl::Status(engine::Rulebook::Parts&)>& edit);

  // What changed, as it was committed. Lives as long as the ledger.
  const ChangeLog& log() const;

  // --- The whole.
  LedgerStatus Status() const;
  engine::Instant Now() const;  // the ledger's clock, never running backwards
  const engine::Calendar& calendar() const;
  // Rebuilds every state from its facts and compares.
  absl::StatusOr<VerifyReport> Verify();
  // Brings lists, history and change log up to now, and waits for it. The background sweep does the
  // same by itself.
  absl::Status SweepNow();
  // Trims the change log now, and waits for it.
  absl::Status TrimLogNow();
  // Finishes what is queued and stops background work. No write is taken afterwards.
  void Drain();

 private:
  class Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kizuna::ledger

#endif  // KIZUNA_SERVER_LEDGER_LEDGER_H_
