// SPDX-License-Identifier: Apache-2.0
//
// How is one account's story told as facts? A script holds who the account is and what was written
// down so far; each chapter adds its facts in a file of its own.

#ifndef KIZUNA_TOOLS_GENERATE_SCRIPT_H_
#define KIZUNA_TOOLS_GENERATE_SCRIPT_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "kizuna/v1/common.pb.h"
#include "kizuna/v1/fact.pb.h"
#include "tools/generate/names.h"
#include "tools/generate/portfolio.h"
#include "tools/generate/random.h"
#include "tools/generate/story.h"

namespace kizuna::generate {

// The people of an account, by their place in the script.
enum Person : size_t { kDecisionMaker, kChampion, kFirstUser, kSecondUser, kPersonCount };

// The account being told. Days count back from the last whole day, which is 0.
class Script {
 public:
  Script(const PortfolioOptions& options, int64_t account);

  // A new fact of the account, observed on `days_ago` during working hours; `id` is unique within
  // the source. Valid until the next Add().
  v1::Fact& Add(absl::string_view source, absl::string_view id, int64_t days_ago);
  // Whether something that far back can have been seen: not before the first purchase, and not
  // after the feed went silent.
  bool Seen(int64_t days_ago) const {
    return days_ago <= age_days && days_ago >= traits.silent_for_days;
  }
  absl::CivilDay DayOf(int64_t days_ago) const { return options.last_day - days_ago; }
  v1::Date DateOf(int64_t days_ago) const;
  const std::string& IdOf(Person person) const { return people_[person]; }
  std::vector<v1::Fact> TakeFacts() { return std::move(facts_); }

  const PortfolioOptions& options;
  const int64_t account;
  Random random;
  const Story story;
  const Traits traits;
  const Language language;
  int64_t age_days;     // since the first purchase
  int64_t seats;        // bought
  std::string product;  // the main one's id

 private:
  const std::string name_;  // accounts/acct-000000
  std::array<std::string, kPersonCount> people_;
  std::vector<v1::Fact> facts_;
};

// Who they are: profile, people.
void AddProfile(Script& script);
// What they bought: purchases, subscriptions, invoices, milestones.
void AddContracts(Script& script);
// What they do: daily work, weekly users, monthly adoption.
void AddUsage(Script& script);
// What they say: surveys, tickets.
void AddVoice(Script& script);
// What we do together: interactions, issues, objectives, references, departures.
void AddRelationship(Script& script);

}  // namespace kizuna::generate

#endif  // KIZUNA_TOOLS_GENERATE_SCRIPT_H_
