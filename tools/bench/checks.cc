// SPDX-License-Identifier: Apache-2.0
//
// What does asking cost, beside a call that does nothing?

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/bench/benchmarks.h"
#include "tools/bench/raw.h"
#include "tools/bench/signals.h"

namespace kizuna::bench {
namespace {

constexpr int64_t kSignalsPerSecond = 20'000;
constexpr int kBatch = 1000;

struct Turns {
  std::vector<double> floor_rate, our_rate, floor_p99, our_p99;
  std::vector<double> floor_us, our_us;  // of the server's processors, a call
};

// A round against one of the two servers, and what a call cost its processors.
absl::StatusOr<Load> Round(const Process& server, const Connections& connections,
                           const Question& question, absl::Duration time,
                           std::vector<double>& call_us) {
  const double before = server.ProcessorSeconds();
  auto load = Keep(connections, question, kInFlight, time);
  if (!load.ok()) return load.status();
  const double calls = load->calls_per_second * absl::ToDoubleSeconds(time);
  call_us.push_back(1e6 * (server.ProcessorSeconds() - before) / calls);
  return load;
}

// The empty call and ours, in turns, after one round of each that does not count.
absl::StatusOr<Turns> TakeTurns(Scene& scene, const Question& question) {
  Turns turns;
  const absl::Duration time = scene.settings().round();
  for (int round = -1; round < scene.settings().rounds(); ++round) {
    if (round == 0) turns = {};
    auto floor = Round(scene.floor_server(), scene.floor(), question, time, turns.floor_us);
    if (!floor.ok()) return floor.status();
    auto ours = Round(scene.server(), scene.ours(), question, time, turns.our_us);
    if (!ours.ok()) return ours.status();
    turns.floor_rate.push_back(floor->calls_per_second);
    turns.our_rate.push_back(ours->calls_per_second);
    turns.floor_p99.push_back(floor->p99_us);
    turns.our_p99.push_back(ours->p99_us);
  }
  return turns;
}

Rows CheckAgainstEmpty(Scene& scene, const std::string& name, int64_t accounts, double rate_target,
                       std::optional<Target> p99_target) {
  auto turns = TakeTurns(scene, scene.AskAbout(accounts));
  if (!turns.ok()) return turns.status();
  return std::vector<Row>{
      RowOfTurns(name, "calls/s", turns->floor_rate, turns->our_rate,
                 Target{Bound::kAtLeast, rate_target}),
      RowOfTurns(name + "-p99", "us", turns->floor_p99, turns->our_p99, p99_target),
      RowOfTurns(name + "-cpu", "us", turns->floor_us, turns->our_us, std::nullopt)};
}

// Streams signals at a steady pace on a thread of its own, as long as it lives.
class Writer {
 public:
  explicit Writer(Scene& scene) : scene_(scene), thread_([this] { Run(); }) {}
  // The first error. Whether it kept the pace is said on standard error.
  absl::Status Finish() {
    over_ = true;
    thread_.join();
    return outcome_;
  }

 private:
  void Run() {
    generate::Random random(41);
    std::atomic<int64_t> acknowledged{0};
    auto stream = scene_.client().StreamFacts(
        {}, [&acknowledged](const v1::StreamFactsRequest&, const v1::StreamFactsResponse& ack) {
          acknowledged += ack.results_size();
        });
    const absl::Time began = absl::Now();
    absl::Time next = began;
    while (!over_ && outcome_.ok()) {
      outcome_ = stream->Write(SignalsOf(scene_, 100, random));
      next += absl::Seconds(1.0 * kSignalsPerMessage / kSignalsPerSecond);
      absl::SleepFor(next - absl::Now());
    }
    if (outcome_.ok()) outcome_ = stream->Finish();
    const double rate =
        static_cast<double>(acknowledged) / absl::ToDoubleSeconds(absl::Now() - began);
    Scene::Say(absl::StrCat("written meanwhile: ", static_cast<int64_t>(rate), " signals/s"));
  }

  Scene& scene_;
  std::atomic<bool> over_{false};
  absl::Status outcome_;
  std::thread thread_;
};

}  // namespace

Rows CheckHot(Scene& scene) {
  return CheckAgainstEmpty(scene, "check-hot", kHotAccounts, 1.0, Target{Bound::kAtMost, 1.25});
}

Rows CheckUniform(Scene& scene) {
  return CheckAgainstEmpty(scene, "check-uniform", scene.settings().accounts, 0.7, std::nullopt);
}

Rows CheckEighth(Scene& scene) {
  const double mib = BytesIn(scene.data()) / (1 << 20);
  if (absl::Status status = scene.server().Stop(); !status.ok()) return status;
  const auto small = scene.StartServer(
      {"--cached-accounts", absl::StrCat(std::max<int64_t>(1, scene.settings().accounts / 8)),
       "--cache-mib", absl::StrCat(std::max<int64_t>(8, static_cast<int64_t>(mib / 8)))});
  if (!small.ok()) return small.status();
  auto rows =
      CheckAgainstEmpty(scene, "check-eighth", scene.settings().accounts, 0.55, std::nullopt);
  if (absl::Status status = scene.server().Stop(); !status.ok()) return status;
  if (auto started = scene.StartServer(); !started.ok()) return started.status();
  return rows;
}

Rows CheckWhileWriting(Scene& scene) {
  const Question question = scene.AskAbout(kHotAccounts);
  std::vector<double> floor_rate, our_rate;
  for (int round = 0; round < scene.settings().rounds(); ++round) {
    auto floor = Keep(scene.floor(), question, kInFlight, scene.settings().round());
    if (!floor.ok()) return floor.status();
    Writer writer(scene);
    auto ours = Keep(scene.ours(), question, kInFlight, scene.settings().round());
    if (absl::Status status = writer.Finish(); !status.ok()) return status;
    if (!ours.ok()) return ours.status();
    floor_rate.push_back(floor->calls_per_second);
    our_rate.push_back(ours->calls_per_second);
  }
  return std::vector<Row>{RowOfTurns("check-while-writing", "calls/s", floor_rate, our_rate,
                                     Target{Bound::kAtLeast, 0.75})};
}

Rows CheckLone(Scene& scene) {
  const Question question = scene.AskAbout(kHotAccounts);
  const size_t calls = scene.settings().quick ? 4 : 40;
  // Each is silent while the other one is asked, too.
  const absl::Duration half = absl::Milliseconds(scene.settings().quick ? 25 : 750);
  std::vector<double> floor_us, our_us;
  for (size_t i = 0; i < calls; ++i) {
    absl::SleepFor(half);
    auto floor = CallOnce(scene.floor(), question, i);
    if (!floor.ok()) return floor.status();
    absl::SleepFor(half);
    auto ours = CallOnce(scene.ours(), question, i);
    if (!ours.ok()) return ours.status();
    floor_us.push_back(*floor);
    our_us.push_back(*ours);
  }
  Row p99 = RowOfTurns("check-lone-p99", "us", {Quantile(floor_us, 0.99)}, {Quantile(our_us, 0.99)},
                       Target{Bound::kAtMost, 1.5});
  return std::vector<Row>{RowOfTurns("check-lone", "us", floor_us, our_us, std::nullopt), p99};
}

Rows BatchCheck(Scene& scene) {
  const Question one = scene.AskAbout(kHotAccounts);
  v1::BatchCheckPitchRequest batch;
  for (int i = 0; i < kBatch; ++i) {
    batch.add_requests()->set_account(absl::StrCat(
        "accounts/", generate::AccountIdOf(i % std::min(kHotAccounts, scene.settings().accounts))));
  }
  const Question many{"/kizuna.v1.ReadinessService/BatchCheckPitch", {BytesOf(batch)}};
  std::vector<double> one_us, item_us;
  for (int round = 0; round < scene.settings().rounds(); ++round) {
    auto single = Keep(scene.ours(), one, kInFlight, scene.settings().round());
    if (!single.ok()) return single.status();
    auto batches = Keep(scene.ours(), many, 4, scene.settings().round());
    if (!batches.ok()) return batches.status();
    one_us.push_back(1e6 / single->calls_per_second);
    item_us.push_back(1e6 / (batches->calls_per_second * kBatch));
  }
  return std::vector<Row>{
      RowOfTurns("batch-check", "us/item", one_us, item_us, Target{Bound::kAtMost, 0.1})};
}

}  // namespace kizuna::bench
