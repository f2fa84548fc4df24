// SPDX-License-Identifier: Apache-2.0

#include "tests/engine/account.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "server/convert/rulebook_from_text.h"
#include "server/engine/feature.h"
#include "server/rulebooks/rulebooks.h"

namespace kizuna::engine::testing {
namespace {

// A mistake of the test itself ends the run.
[[noreturn]] void Wrong(const std::string& what) {
  std::fprintf(stderr, "the test is wrong: %s\n", what.c_str());
  std::abort();
}

RulebookSpec SpecOf(absl::string_view text) {
  auto spec = convert::RulebookFromText(text);
  if (!spec.ok()) Wrong(std::string(spec.status().message()));
  return *std::move(spec);
}

std::shared_ptr<const Rulebook> CompileOrDie(RulebookSpec spec, const Change& change,
                                             Calendar calendar) {
  Rulebook::Parts parts;
  parts.rules = std::move(spec);
  if (change) change(parts);
  std::vector<Violation> violations;
  auto book = Rulebook::Compile(1, std::move(parts), calendar, violations);
  for (const Violation& violation : violations) {
    std::fprintf(stderr, "%s: %s\n", violation.field.c_str(), violation.reason.c_str());
  }
  if (book == nullptr) Wrong("the rulebook does not compile");
  return book;
}

}  // namespace

Day D(absl::string_view date) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(date, &day)) Wrong(absl::StrCat("no date: ", date));
  return static_cast<Day>(day - absl::CivilDay(1970, 1, 1));
}

Instant T(absl::string_view text) {
  if (text.size() == 10) return Instant{D(text)} * kMicrosPerDay + kMicrosPerDay / 2;
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) Wrong(error);
  return absl::ToUnixMicros(time);
}

Account& Account::AddFrom(std::string source, Content content, Instant at) {
  Fact fact;
  fact.account = "acme";
  fact.source = std::move(source);
  fact.id = absl::StrCat("f", facts_.size());
  fact.observed_at = at;
  fact.content = std::move(content);
  facts_.push_back(std::move(fact));
  return *this;
}

Account& Account::Nps(PersonKey person, int score, Instant at) {
  SurveyContent answer;
  answer.kind = SurveyContent::Kind::kNps;
  answer.score = score * kMicrosPerUnit;
  answer.respondent = person;
  return Add(answer, at);
}

Account& Account::Csat(double score, Instant at) {
  SurveyContent answer;
  answer.kind = SurveyContent::Kind::kCsat;
  answer.score = Units(score);
  answer.scale_min = Units(1);
  answer.scale_max = Units(5);
  return Add(answer, at);
}

Account& Account::Person(PersonKey person, Role role, Instant at) {
  return Add(ContactContent{person, role, ""}, at);
}

Account& Account::Left(PersonKey person, Instant at) {
  return Add(ContactChangeContent{person, ContactChangeContent::Change::kLeft, Role::kUnspecified},
             at);
}

Account& Account::Ticket(const std::string& id, TicketContent::Event event, Severity severity,
                         Instant at) {
  return Add(TicketContent{id, event, severity, -1}, at);
}

Account& Account::Activity(Day first, int32_t days, double value) {
  return AddFrom("telemetry",
                 UsageContent{"activity", MetricKind::kCount, first, days, Units(value)},
                 calendar_.EndOf(first + days - 1));
}

Account& Account::ActiveUsers(Day first, int32_t days, double value) {
  return AddFrom("telemetry",
                 UsageContent{"active_users", MetricKind::kGauge, first, days, Units(value)},
                 calendar_.EndOf(first + days - 1));
}

Account& Account::Profile(const std::string& key, const std::string& value, Instant at) {
  return Add(ProfileContent{{{key, value}}}, at);
}

Account& Account::Subscribe(const std::string& id, const std::string& product, double yearly,
                            Day start, Instant at) {
  SubscriptionContent subscription;
  subscription.subscription_id = id;
  subscription.product = product;
  subscription.annual_price = Units(yearly);
  subscription.start = start;
  return Add(subscription, at);
}

Account& Account::Hold(const std::string& id, Instant expires_at, Instant at) {
  return Add(HoldContent{id, expires_at, "kenji", false}, at);
}

Account& Account::Healthy(Day today) {
  const Instant then = calendar_.StartOf(today - 10);
  Activity(today - 60, 60, 6000);
  Nps(7, 9, then);
  Ticket("T-1", TicketContent::Event::kOpened, Severity::kNormal, calendar_.StartOf(today - 30));
  Ticket("T-1", TicketContent::Event::kClosed, Severity::kUnspecified,
         calendar_.StartOf(today - 29));
  return *this;
}

RulebookSpec StarterSpec() { return SpecOf(rulebooks::StarterText()); }
RulebookSpec StandardSpec() { return SpecOf(rulebooks::StandardText()); }

std::shared_ptr<const Rulebook> Starter(const Change& change, Calendar calendar) {
  return CompileOrDie(StarterSpec(), change, calendar);
}

std::shared_ptr<const Rulebook> Standard(const Change& change, Calendar calendar) {
  return CompileOrDie(StandardSpec(), change, calendar);
}

std::vector<std::string> ViolationsOf(const Change& change) {
  Rulebook::Parts parts;
  parts.rules = StarterSpec();
  change(parts);
  std::vector<Violation> violations;
  const auto book = Rulebook::Compile(1, std::move(parts), Calendar(), violations);
  if ((book == nullptr) != !violations.empty()) Wrong("violations and result disagree");
  std::vector<std::string> lines;
  for (const Violation& v : violations) lines.push_back(absl::StrCat(v.field, ": ", v.reason));
  return lines;
}

GateSpec& GateOf(Rulebook::Parts& parts, absl::string_view code) {
  for (GateSpec& gate : parts.rules.models[0].gates) {
    if (gate.code == code) return gate;
  }
  Wrong(absl::StrCat("no gate ", code));
}

std::optional<double> ValueOf(absl::string_view feature, const Account& account, Day today,
                              const Rulebook& rulebook) {
  const auto parsed = ParseFeature(feature);
  if (!parsed.ok()) Wrong(std::string(parsed.status().message()));
  return Evaluate(*parsed, account.Folded(), rulebook, today).value;
}

std::vector<std::string> Codes(const Decision& decision) {
  std::vector<std::string> codes;
  for (const Reason& reason : decision.reasons) codes.push_back(reason.gate->spec.code);
  return codes;
}

Decision Ask(const Account& account, const Rulebook& rulebook, Motion motion, Instant now,
             const std::string& product) {
  // Facts observed later do not exist yet.
  std::vector<Fact> seen;
  for (const Fact& fact : account.facts()) {
    if (fact.observed_at <= now) seen.push_back(fact);
  }
  Request request;
  request.motion = motion;
  request.product = product;
  return Decide(Fold(seen, account.calendar()), rulebook, request, now);
}

const Reason* FindReason(const Decision& decision, absl::string_view code) {
  for (const Reason& reason : decision.reasons) {
    if (reason.gate->spec.code == code) return &reason;
  }
  return nullptr;
}

}  // namespace kizuna::engine::testing
