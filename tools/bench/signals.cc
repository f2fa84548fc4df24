// SPDX-License-Identifier: Apache-2.0

#include "tools/bench/signals.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace kizuna::bench {

std::vector<v1::Fact> SignalsOf(const Scene& scene, int adjacent, generate::Random& random) {
  const int64_t observed =
      absl::ToUnixSeconds(generate::EndOf(scene.portfolio().last_day, scene.portfolio())) - 86'000;
  std::vector<v1::Fact> facts(kSignalsPerMessage);
  std::string account;
  for (int i = 0; i < kSignalsPerMessage; ++i) {
    if (i % adjacent == 0) {
      account = absl::StrCat("accounts/",
                             generate::AccountIdOf(random.Whole(0, scene.settings().accounts - 1)));
    }
    v1::Fact& fact = facts[static_cast<size_t>(i)];
    fact.set_account(account);
    fact.set_source(std::string(generate::kProductAnalytics));
    fact.set_fact_id(absl::StrFormat("%016x", random.Next()));
    fact.mutable_observed_at()->set_seconds(observed + i);
    fact.mutable_usage()->set_metric(std::string(generate::kActivity));
    fact.mutable_usage()->set_value(1);
  }
  return facts;
}

absl::Status StreamSignals(Scene& scene, std::vector<std::vector<v1::Fact>> messages) {
  absl::Status refused;
  auto stream = scene.client().StreamFacts(
      {}, [&refused](const v1::StreamFactsRequest&, const v1::StreamFactsResponse& ack) {
        for (const v1::FactResult& result : ack.results()) {
          if (result.has_error()) refused.Update(absl::InternalError(result.error().message()));
        }
      });
  for (auto& facts : messages) {
    if (absl::Status status = stream->Write(std::move(facts)); !status.ok()) return status;
  }
  if (absl::Status status = stream->Finish(); !status.ok()) return status;
  return refused;
}

}  // namespace kizuna::bench
