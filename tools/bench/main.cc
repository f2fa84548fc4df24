// SPDX-License-Identifier: Apache-2.0
//
// How fast is Kizuna on this machine, beside what gRPC and RocksDB alone take for the same work?
// The real server and the floor are measured in turns, so that noise falls on both.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "tools/bench/benchmarks.h"
#include "tools/bench/floor.h"
#include "tools/bench/report.h"
#include "tools/bench/scene.h"

namespace {

using kizuna::bench::Benchmark;
using kizuna::bench::Benchmarks;
using kizuna::bench::Row;
using kizuna::bench::Scene;
using kizuna::bench::Settings;

constexpr int kFailed = 1;
constexpr int kWrongUse = 2;

struct Flags {
  Settings settings;
  std::vector<std::string> only;
  std::string json;
  bool list = false;
  std::string write_call;
  std::string floor;
  int reply_bytes = 282;
};

int Fail(const std::string& what, const absl::Status& status) {
  std::fprintf(stderr, "kizuna-bench: %s: %s\n", what.c_str(),
               std::string(status.message()).c_str());
  return kFailed;
}

bool Wanted(const Flags& flags, const Benchmark& benchmark) {
  return flags.only.empty() ||
         std::find(flags.only.begin(), flags.only.end(), benchmark.name) != flags.only.end();
}

int List() {
  for (const Benchmark& benchmark : Benchmarks()) {
    std::printf("%-20s %s\n", benchmark.name, benchmark.what);
  }
  return 0;
}

// One CheckPitch as gRPC frames it: a byte for "not compressed", four for the length, the message.
int WriteCall(const std::string& path) {
  kizuna::v1::CheckPitchRequest request;
  request.set_account("accounts/acct-000000");
  const std::string message = request.SerializeAsString();
  std::string frame(5, '\0');
  frame[4] = static_cast<char>(message.size());  // under 128
  std::ofstream file(path, std::ios::binary);
  file << frame << message;
  file.close();
  if (file) return 0;
  return Fail(path, absl::InternalError("cannot be written"));
}

int Measure(const Flags& flags) {
  for (const std::string& name : flags.only) {
    const auto all = Benchmarks();
    if (std::none_of(all.begin(), all.end(), [&](const Benchmark& b) { return b.name == name; })) {
      std::fprintf(stderr, "kizuna-bench: --only %s: there is none; see --list\n", name.c_str());
      return kWrongUse;
    }
  }
  auto scene = Scene::Build(flags.settings);
  if (!scene.ok()) return Fail("the portfolio", scene.status());
  std::vector<Row> rows;
  int outcome = 0;
  for (const Benchmark& benchmark : Benchmarks()) {
    if (!Wanted(flags, benchmark)) continue;
    Scene::Say(std::string(benchmark.name) + ": " + benchmark.what);
    auto measured = benchmark.measure(**scene);
    if (!measured.ok()) {
      outcome = Fail(benchmark.name, measured.status());
      continue;
    }
    rows.insert(rows.end(), measured->begin(), measured->end());
  }
  std::fputs(kizuna::bench::TableOf(rows).c_str(), stdout);
  if (flags.json.empty()) return outcome;
  std::ofstream file(flags.json);
  file << kizuna::bench::JsonOf(rows);
  file.close();
  if (!file) return Fail(flags.json, absl::InternalError("cannot be written"));
  return outcome;
}

void Declare(CLI::App& app, Flags& flags) {
  app.add_option("--accounts", flags.settings.accounts, "Accounts of the portfolio it builds")
      ->capture_default_str()
      ->check(CLI::Range(int64_t{1}, int64_t{10'000'000}));
  app.add_option("--seconds", flags.settings.seconds, "How long a round of calls takes")
      ->capture_default_str()
      ->check(CLI::Range(0.05, 600.0));
  app.add_option("--only", flags.only, "Measure this alone; may be repeated (names: --list)")
      ->allow_extra_args(false);
  app.add_flag("--quick", flags.settings.quick, "Two small rounds: does it work, not how fast");
  app.add_option("--json", flags.json, "Write the rows to this file, too");
  app.add_flag("--list", flags.list, "Print what can be measured, and end");
  app.add_option("--write-call", flags.write_call,
                 "Write one CheckPitch, framed for gRPC, to this file, and end");
  app.add_option("--floor", flags.floor)->group("");
  app.add_option("--reply-bytes", flags.reply_bytes)->group("");
  app.footer(
      "Examples:\n"
      "  kizuna-bench --accounts 10000 --only check-hot\n"
      "  kizuna-bench --json today.json && tools/bench-compare before.json today.json\n\n"
      "Exit codes: 0 measured, whatever came out; 1 something could not be measured;\n"
      "2 the command line makes no sense.");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Measures the real server beside an empty one and raw RocksDB.", "kizuna-bench");
  Flags flags;
  Declare(app, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUse;
  }
  if (!flags.floor.empty()) return kizuna::bench::ServeFloor(flags.floor, flags.reply_bytes);
  if (flags.list) return List();
  if (!flags.write_call.empty()) return WriteCall(flags.write_call);
  return Measure(flags);
}
