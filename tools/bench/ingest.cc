// SPDX-License-Identifier: Apache-2.0
//
// What does it cost to write down a signal for good, beside what RocksDB alone takes for the same
// bytes?

#include <rocksdb/db.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "kizuna/v1/fact_service.pb.h"
#include "storage/rocksdb/rocksdb_options.h"
#include "tools/bench/benchmarks.h"
#include "tools/bench/raw.h"
#include "tools/bench/signals.h"

namespace kizuna::bench {
namespace {

constexpr int kClients = 2;
constexpr int kUnaryInFlight = 64;

using Messages = std::vector<std::vector<v1::Fact>>;

std::string KeyOf(const v1::Fact& fact) {
  return absl::StrCat(fact.account(), "/", fact.source(), "/", fact.fact_id());
}

// Runs `work(0)` to `work(threads - 1)` side by side; the seconds it took, or the first error.
absl::StatusOr<double> SideBySide(int threads, const std::function<absl::Status(int)>& work) {
  std::vector<absl::Status> outcomes(static_cast<size_t>(threads));
  std::vector<std::thread> running;
  const absl::Time began = absl::Now();
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&, i] { outcomes[static_cast<size_t>(i)] = work(i); });
  }
  for (std::thread& thread : running) thread.join();
  const double seconds = absl::ToDoubleSeconds(absl::Now() - began);
  for (const absl::Status& outcome : outcomes) {
    if (!outcome.ok()) return outcome;
  }
  return seconds;
}

// RocksDB with the store's own settings, in a folder of its own.
class RawStore {
 public:
  static absl::StatusOr<std::unique_ptr<RawStore>> Open(const std::string& folder) {
    auto db = OpenRaw(folder);
    if (!db.ok()) return db.status();
    auto store = std::make_unique<RawStore>();
    store->db_ = *std::move(db);
    return store;
  }
  // All of `facts` in one synced batch.
  absl::Status Write(const std::vector<v1::Fact>& facts) {
    rocksdb::WriteBatch batch;
    for (const v1::Fact& fact : facts) batch.Put(KeyOf(fact), fact.SerializeAsString());
    const rocksdb::Status status = db_->Write(storage::SyncedWrite(), &batch);
    return status.ok() ? absl::OkStatus() : absl::InternalError(status.ToString());
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
};

absl::StatusOr<Row> StreamRow(Scene& scene, RawStore& raw, const std::string& name, int adjacent,
                              std::optional<Target> target) {
  generate::Random random(static_cast<uint64_t>(absl::GetCurrentTimeNanos()));
  const size_t messages = scene.settings().quick ? 4 : 80;
  const double signals = static_cast<double>(messages * kClients * kSignalsPerMessage);
  std::vector<double> floor_rate, our_rate;
  for (int round = 0; round < scene.settings().rounds(); ++round) {
    std::vector<Messages> made(kClients);
    for (Messages& each : made) {
      for (size_t i = 0; i < messages; ++i) each.push_back(SignalsOf(scene, adjacent, random));
    }
    auto floor = SideBySide(kClients, [&](int i) {
      for (const auto& facts : made[static_cast<size_t>(i)]) {
        if (absl::Status status = raw.Write(facts); !status.ok()) return status;
      }
      return absl::OkStatus();
    });
    if (!floor.ok()) return floor.status();
    auto ours = SideBySide(kClients, [&](int i) {
      return StreamSignals(scene, std::move(made[static_cast<size_t>(i)]));
    });
    if (!ours.ok()) return ours.status();
    floor_rate.push_back(signals / *floor);
    our_rate.push_back(signals / *ours);
  }
  return RowOfTurns(name, "signals/s", floor_rate, our_rate, target);
}

// 64 threads that put one signal after the other, for `time`; puts a second.
absl::StatusOr<double> RawPuts(Scene& scene, RawStore& raw) {
  std::vector<double> done(kUnaryInFlight);
  const absl::Time end = absl::Now() + scene.settings().round();
  auto seconds = SideBySide(kUnaryInFlight, [&](int i) {
    generate::Random random(static_cast<uint64_t>(absl::GetCurrentTimeNanos() + i));
    while (absl::Now() < end) {
      for (const v1::Fact& fact : SignalsOf(scene, 1, random)) {
        if (absl::Now() >= end) break;
        if (absl::Status status = raw.Write({fact}); !status.ok()) return status;
        ++done[static_cast<size_t>(i)];
      }
    }
    return absl::OkStatus();
  });
  if (!seconds.ok()) return seconds.status();
  double all = 0;
  for (const double each : done) all += each;
  return all / *seconds;
}

}  // namespace

Rows IngestStream(Scene& scene) {
  auto raw = RawStore::Open(scene.folder() + "/raw-stream");
  if (!raw.ok()) return raw.status();
  auto adjacent =
      StreamRow(scene, **raw, "ingest-stream-adjacent", 100, Target{Bound::kAtLeast, 0.8});
  if (!adjacent.ok()) return adjacent.status();
  auto uniform = StreamRow(scene, **raw, "ingest-stream-uniform", 1, std::nullopt);
  if (!uniform.ok()) return uniform.status();
  return std::vector<Row>{*adjacent, *uniform};
}

Rows IngestUnary(Scene& scene) {
  auto raw = RawStore::Open(scene.folder() + "/raw-unary");
  if (!raw.ok()) return raw.status();
  const Question empty = scene.AskAbout(1000);
  generate::Random random(static_cast<uint64_t>(absl::GetCurrentTimeNanos()));
  std::vector<double> floor_rate, our_rate;
  for (int round = 0; round < scene.settings().rounds(); ++round) {
    Question question{"/kizuna.v1.FactService/RecordFacts", {}};
    const int messages = scene.settings().quick ? 2 : 400;
    for (int i = 0; i < messages; ++i) {
      for (v1::Fact& fact : SignalsOf(scene, 1, random)) {
        v1::RecordFactsRequest request;
        *request.add_facts() = std::move(fact);
        question.requests.push_back(BytesOf(request));
      }
    }
    auto call = Keep(scene.floor(), empty, kUnaryInFlight, scene.settings().round());
    if (!call.ok()) return call.status();
    auto puts = RawPuts(scene, **raw);
    if (!puts.ok()) return puts.status();
    auto ours = Keep(scene.ours(), question, kUnaryInFlight, scene.settings().round());
    if (!ours.ok()) return ours.status();
    floor_rate.push_back(std::min(call->calls_per_second, *puts));
    our_rate.push_back(ours->calls_per_second);
  }
  return std::vector<Row>{
      RowOfTurns("ingest-unary", "signals/s", floor_rate, our_rate, Target{Bound::kAtLeast, 0.6})};
}

}  // namespace kizuna::bench
