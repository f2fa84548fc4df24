// SPDX-License-Identifier: Apache-2.0
//
// What do gates and readiness look at? Everything that is known of one account at one instant,
// computed once. Shared by the files of the engine; others use card.h.

#ifndef KIZUNA_SERVER_ENGINE_ASSESSMENT_H_
#define KIZUNA_SERVER_ENGINE_ASSESSMENT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "server/engine/card.h"
#include "server/engine/feature.h"
#include "server/engine/rulebook.h"
#include "server/engine/state.h"
#include "server/engine/time.h"

namespace kizuna::engine {

struct Assessment {
  const State& state;
  const Rulebook& rulebook;
  const Model& model;
  Instant now;
  Day today;
  std::vector<FeatureValue> values;  // one of each of model.features
  Health health;
  Loyalty loyalty;
  Place place;
  std::vector<int> owned_catalogued;  // owned products, indices into the catalogue
  std::string largest;                // product of the largest subscription
  std::vector<Finding> findings;      // of the account, whatever the product, in the model's order
};

Assessment Assess(const State& state, const Rulebook& rulebook, Instant now);

// One account's assessments at the instants that a question looks at, each made once.
class Outlook {
 public:
  // Both must outlive it.
  Outlook(const State& state, const Rulebook& rulebook) : state_(state), rulebook_(rulebook) {}

  // Stays where it is as long as the outlook.
  const Assessment& At(Instant at);

 private:
  const State& state_;
  const Rulebook& rulebook_;
  std::map<Instant, Assessment> assessments_;
};

// The instants, past ones too, at which something of the account ends by itself other than at
// midnight.
void VisitExpiries(const State& state, absl::FunctionRef<void(Instant)> visit);

// --- gates.cc

// What the gate says of the account whatever the product; nullopt: it does not hold.
std::optional<Finding> JudgeAccount(const Gate& gate, const Assessment& assessment);
// What it says of a motion for a product that builds on `extended`.
std::optional<Finding> JudgeProduct(const Gate& gate, const Assessment& assessment, Motion motion,
                                    int product, const std::string& extended);
// What it says of the request's contact and channel, beyond the account.
std::optional<Finding> JudgeRequest(const Gate& gate, const Assessment& assessment,
                                    const Request& request);

// The verdict of a motion under these findings.
Verdict VerdictOf(Motion motion, const std::vector<Finding>& account,
                  const std::vector<Finding>& product);

// Whether the gate does not count against what a team does under its own live reservation.
bool Exempts(const Gate& gate, const Assessment& assessment, const Request& request, Motion motion,
             int product);

// Whether the hold is in force.
bool InForce(const HoldState& hold, Instant now);
// Whether the person (nobody: the account) is opted out of the channel (empty: of all).
bool IsOptOut(const ConsentState& consent, PersonKey person, const std::string& channel,
              Instant now);
// The pitch that ended last before `now`, and how; a reservation that ran out is one that expired.
// Null: none ended.
struct EndedPitch {
  Stamp fact;
  Instant at = 0;
  PitchOutcome outcome = PitchOutcome::kUnspecified;
};
std::optional<EndedPitch> LastEndedPitch(const State& state, Instant now);
// The first day on which a pitch may follow that one.
Day CooledOffOn(const GateSpec& gate, const EndedPitch& ended, const Calendar& calendar);
// Unsolicited outbound contacts within the gate's days before and at `today`.
int32_t RecentContacts(const GateSpec& gate, const State& state, Day today,
                       std::optional<PersonKey> person);
// How many of them the account may bear.
int32_t ContactLimit(const GateSpec& gate, TouchTier tier);

// --- option.cc

// A motion for a product (an index into the catalogue, -1: none), judged.
Option MakeOption(const Assessment& assessment, Motion motion, int product);
// All options worth comparing, by motion, the best of each motion first.
std::vector<Option> MakeOptions(const Assessment& assessment);
// Whether `a` is offered rather than `b`: verdict, readiness, yearly gain, then product.
bool Better(const Option& a, const Option& b);

// --- tell.cc

// What the gate looked at.
std::vector<Reason::Item> Tell(const Finding& finding, const Option& option, const Request& request,
                               const Assessment& assessment);

// --- readiness.cc

Readiness JudgeReadiness(const Assessment& assessment, Motion motion, int product,
                         const std::string& extended);
// Seats in use of the product it builds on, or of the account where that is not known.
std::optional<double> Utilisation(const Assessment& assessment, const std::string& extended);
// An open issue that a product solves.
struct IssueFor {
  const std::string& category;
  bool confirmed = false;
  bool of_segment = false;  // assumed of all accounts of the segment; nothing is told of this one
};
// Calls `visit` with each, in the order of the issue map.
void VisitIssuesFor(const Assessment& assessment, const std::string& product,
                    absl::FunctionRef<void(const IssueFor&)> visit);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_ASSESSMENT_H_
