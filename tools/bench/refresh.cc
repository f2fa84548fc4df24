// SPDX-License-Identifier: Apache-2.0
//
// What does a new rulebook cost: every scorecard computed again, while checks go on?

#include <algorithm>
#include <string>

#include "absl/time/clock.h"
#include "server/rulebooks/rulebooks.h"
#include "tools/bench/benchmarks.h"
#include "tools/bench/raw.h"

namespace kizuna::bench {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(20);

absl::StatusOr<uint64_t> Activate(Scene& scene, absl::string_view text) {
  v1::ActivateRulebookRequest request;
  request.set_text(std::string(text));
  request.set_author("kizuna-bench");
  auto answer = scene.client().ActivateRulebook(request);
  if (!answer.ok()) return answer.status();
  return answer->rulebook().number();
}

// Waits until every list is judged by that rulebook.
absl::Status AwaitSwept(Scene& scene, uint64_t number) {
  const absl::Time late = absl::Now() + kPatience;
  while (absl::Now() < late) {
    auto status = scene.client().GetStatus({});
    if (!status.ok()) return status.status();
    if (status->swept_rulebook_number() >= number) return absl::OkStatus();
    absl::SleepFor(absl::Milliseconds(5));
  }
  return absl::DeadlineExceededError("the refresh did not end");
}

absl::StatusOr<double> RefreshSeconds(Scene& scene, absl::string_view text) {
  const absl::Time began = absl::Now();
  auto number = Activate(scene, text);
  if (!number.ok()) return number.status();
  if (absl::Status status = AwaitSwept(scene, *number); !status.ok()) return status;
  return absl::ToDoubleSeconds(absl::Now() - began);
}

}  // namespace

Rows Refresh(Scene& scene) {
  if (absl::Status status = scene.server().Stop(); !status.ok()) return status;
  auto scan = ScanSeconds(scene.data());
  if (!scan.ok()) return scan.status();
  if (auto started = scene.StartServer(); !started.ok()) return started.status();
  auto alone = RefreshSeconds(scene, rulebooks::StandardText());
  if (!alone.ok()) return alone.status();

  const Question question = scene.AskAbout(kHotAccounts);
  auto before = Keep(scene.ours(), question, kInFlight, scene.settings().round());
  if (!before.ok()) return before.status();
  auto number = Activate(scene, rulebooks::StarterText());
  if (!number.ok()) return number.status();
  // No longer than the refresh takes, or its end would be measured with it.
  const absl::Duration time =
      std::min(scene.settings().round(), absl::Seconds(std::max(0.05, 0.8 * *alone)));
  auto meanwhile = Keep(scene.ours(), question, kInFlight, time);
  if (!meanwhile.ok()) return meanwhile.status();
  if (absl::Status status = AwaitSwept(scene, *number); !status.ok()) return status;
  return std::vector<Row>{
      RowOfTurns("refresh", "s", {*scan}, {*alone}, Target{Bound::kAtMost, 8}),
      RowOfTurns("check-while-refreshing", "calls/s", {before->calls_per_second},
                 {meanwhile->calls_per_second}, Target{Bound::kAtLeast, 0.6})};
}

}  // namespace kizuna::bench
