// SPDX-License-Identifier: Apache-2.0

#include "tests/golden/scenario.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "google/protobuf/text_format.h"

namespace kizuna::golden {
namespace {

[[noreturn]] void Wrong(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

void Set(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t micros = absl::ToUnixMicros(time);
  const int64_t seconds = absl::ToUnixSeconds(time);  // floors
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>(micros - seconds * 1'000'000) * 1000);
}

}  // namespace

std::vector<NamedScenario> LoadScenarios() {
  std::vector<NamedScenario> scenarios;
  for (const auto& entry : std::filesystem::directory_iterator("tests/golden")) {
    if (entry.path().extension() != ".textproto") continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    NamedScenario named{entry.path().stem().string(), {}};
    if (!google::protobuf::TextFormat::ParseFromString(text.str(), &named.scenario)) {
      Wrong(absl::StrCat("cannot read ", entry.path().string()));
    }
    scenarios.push_back(std::move(named));
  }
  if (scenarios.empty()) Wrong("no scenario found; run from the root of the repository");
  std::sort(scenarios.begin(), scenarios.end(),
            [](const NamedScenario& a, const NamedScenario& b) { return a.name < b.name; });
  return scenarios;
}

absl::Time InstantOf(const Scenario& scenario, absl::string_view text) {
  absl::TimeZone zone;
  const std::string name = scenario.time_zone().empty() ? "UTC" : scenario.time_zone();
  if (!absl::LoadTimeZone(name, &zone)) Wrong(absl::StrCat("no time zone ", name));
  absl::CivilDay day;
  if (absl::ParseCivilTime(text, &day)) {
    return absl::FromCivil(day + 1, zone) - absl::Microseconds(1);
  }
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    Wrong(absl::StrCat("no instant '", text, "': ", error));
  }
  return time;
}

std::vector<v1::Fact> FactsFor(const Scenario& scenario, const std::string& account) {
  std::vector<v1::Fact> facts;
  for (const Observation& observation : scenario.facts()) {
    v1::Fact fact = observation.fact();
    fact.set_account(account);
    if (fact.source().empty()) fact.set_source("crm");
    if (fact.fact_id().empty()) fact.set_fact_id(absl::StrCat("f", facts.size() + 1));
    Set(InstantOf(scenario, observation.at()), fact.mutable_observed_at());
    if (!observation.until().empty()) {
      const absl::Time until = InstantOf(scenario, observation.until());
      if (fact.has_hold()) Set(until, fact.mutable_hold()->mutable_expires_at());
      if (fact.has_loyalty_override()) {
        Set(until, fact.mutable_loyalty_override()->mutable_expires_at());
      }
      if (fact.has_touch_override()) {
        Set(until, fact.mutable_touch_override()->mutable_expires_at());
      }
    }
    facts.push_back(std::move(fact));
  }
  return facts;
}

std::vector<v1::Source> SourcesOf(const Scenario& scenario) {
  std::vector<v1::Source> sources;
  for (const DeclaredSource& declared : scenario.sources()) {
    v1::Source source;
    source.set_name(absl::StrCat("sources/", declared.name()));
    *source.mutable_kinds() = declared.kinds();
    *source.mutable_metrics() = declared.metrics();
    source.set_expected_every_days(declared.expected_every_days());
    source.set_required(declared.required());
    if (!declared.complete_through().empty()) {
      Set(InstantOf(scenario, declared.complete_through()), source.mutable_complete_through());
    }
    sources.push_back(std::move(source));
  }
  return sources;
}

}  // namespace kizuna::golden
