// SPDX-License-Identifier: Apache-2.0
//
// How do tests of the engine tell an account's story in a few lines? An Account collects facts,
// each with its instant; a Book is one of the shipped rulebooks, changed as a test likes.

#ifndef KIZUNA_TESTS_ENGINE_ACCOUNT_H_
#define KIZUNA_TESTS_ENGINE_ACCOUNT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/engine/card.h"
#include "server/engine/fact.h"
#include "server/engine/fold.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine::testing {

// A day, as "2024-06-01".
Day D(absl::string_view date);
// An instant, as "2024-06-01T10:00:00Z"; a date alone is its noon in UTC.
Instant T(absl::string_view text);
constexpr Micros Units(double units) { return static_cast<Micros>(units * kMicrosPerUnit); }

class Account {
 public:
  explicit Account(Calendar calendar = Calendar()) : calendar_(calendar) {}

  // The next fact, observed at `at` by the source "crm".
  Account& Add(Content content, Instant at) { return AddFrom("crm", std::move(content), at); }
  Account& AddFrom(std::string source, Content content, Instant at);

  Account& Nps(PersonKey person, int score, Instant at);
  Account& Csat(double score, Instant at);
  Account& Person(PersonKey person, Role role, Instant at);
  Account& Left(PersonKey person, Instant at);
  Account& Ticket(const std::string& id, TicketContent::Event event, Severity severity, Instant at);
  // A row of `activity`, observed at the end of its last day.
  Account& Activity(Day first, int32_t days, double value);
  Account& ActiveUsers(Day first, int32_t days, double value);
  Account& Profile(const std::string& key, const std::string& value, Instant at);
  Account& Subscribe(const std::string& id, const std::string& product, double yearly, Day start,
                     Instant at);
  Account& Hold(const std::string& id, Instant expires_at, Instant at);

  // Usage, a good answer and a closed ticket up to `now`: every pitch of `starter` is allowed.
  Account& Healthy(Day today);

  const std::vector<Fact>& facts() const { return facts_; }
  const Calendar& calendar() const { return calendar_; }
  State Folded() const { return Fold(facts_, calendar_); }

 private:
  Calendar calendar_;
  std::vector<Fact> facts_;
};

// What a test changes of a rulebook before it is compiled.
using Change = std::function<void(Rulebook::Parts&)>;
RulebookSpec StarterSpec();
RulebookSpec StandardSpec();
std::shared_ptr<const Rulebook> Starter(const Change& change = nullptr, Calendar calendar = {});
std::shared_ptr<const Rulebook> Standard(const Change& change = nullptr, Calendar calendar = {});
// The violations of the changed starter rulebook, as "field: reason" lines.
std::vector<std::string> ViolationsOf(const Change& change);

// The gate of the first model.
GateSpec& GateOf(Rulebook::Parts& parts, absl::string_view code);

// The feature's value at `today`, or nullopt.
std::optional<double> ValueOf(absl::string_view feature, const Account& account, Day today,
                              const Rulebook& rulebook);

// The codes of the gates that stand against the request, in the model's order.
std::vector<std::string> Codes(const Decision& decision);
Decision Ask(const Account& account, const Rulebook& rulebook, Motion motion, Instant now,
             const std::string& product = "");
const Reason* FindReason(const Decision& decision, absl::string_view code);

}  // namespace kizuna::engine::testing

#endif  // KIZUNA_TESTS_ENGINE_ACCOUNT_H_
