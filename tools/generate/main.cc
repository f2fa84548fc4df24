// SPDX-License-Identifier: Apache-2.0
//
// How does a newcomer, a demo or a measurement get data without having any? This program makes a
// portfolio of any size whose accounts have stories, and sends it to a server.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "client/lib/client.h"
#include "tools/generate/portfolio.h"
#include "tools/generate/sender.h"

namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kRefused = 3;  // as of `kizuna import`

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "kizuna-generate: %s\n", std::string(status.message()).c_str());
  return kFailed;
}

int Run(const std::string& server, const std::string& last_day,
        kizuna::generate::PortfolioOptions options) {
  if (!last_day.empty() && !absl::ParseCivilTime(last_day, &options.last_day)) {
    std::fprintf(stderr, "kizuna-generate: --last-day is '%s'; write it as YYYY-MM-DD\n",
                 last_day.c_str());
    return 2;
  }
  kizuna::client::ClientOptions to;
  to.server = server;
  auto client = kizuna::client::Client::Create(to);
  if (!client.ok()) return Fail(client.status());
  if (auto status = AskTheBook(**client, !last_day.empty(), &options); !status.ok()) {
    return Fail(status);
  }
  if (auto status = Declare(**client, options); !status.ok()) return Fail(status);
  auto sent = SendFacts(**client, options, isatty(STDERR_FILENO) == 1);
  if (!sent.ok()) return Fail(sent.status());
  std::printf("%lld accounts, %lld facts recorded, %lld duplicates, %lld refused\n",
              static_cast<long long>(sent->accounts), static_cast<long long>(sent->recorded),
              static_cast<long long>(sent->duplicates), static_cast<long long>(sent->refused));
  if (sent->refused == 0) return kDone;
  std::fprintf(stderr, "kizuna-generate: the first one refused: %s\n", sent->first_refusal.c_str());
  return kRefused;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Makes a portfolio of accounts with stories and sends it to a server.",
               "kizuna-generate");
  kizuna::generate::PortfolioOptions options;
  std::string server = "127.0.0.1:7410";
  std::string last_day;
  app.add_option("--accounts", options.accounts, "How many accounts, acct-000000 up")
      ->capture_default_str()
      ->check(CLI::Range(int64_t{1}, int64_t{10000000}));
  app.add_option("--days", options.days, "Days of daily usage up to the last whole day")
      ->capture_default_str()
      ->check(CLI::Range(int64_t{7}, int64_t{3650}));
  app.add_option("--seed", options.seed, "The same seed makes the same portfolio")
      ->capture_default_str();
  app.add_option("--server", server, "Where kizuna-server listens, HOST:PORT")
      ->capture_default_str();
  app.add_option("--last-day", last_day,
                 "The last whole day, YYYY-MM-DD (default: yesterday in the book's time zone)");
  app.footer(
      "Examples:\n"
      "  kizuna-generate --accounts 200\n"
      "  kizuna-generate --accounts 100000 --days 90 --seed 7 --server 127.0.0.1:7410\n\n"
      "Exit codes: 0 done, 1 it could not be done, 2 the command line makes no sense,\n"
      "3 some facts were refused (the first one is named).");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return Run(server, last_day, options);
}
