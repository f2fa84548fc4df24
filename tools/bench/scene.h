// SPDX-License-Identifier: Apache-2.0
//
// What is measured against what? A portfolio in a real server, and an empty server beside it, each
// a process of its own.

#ifndef KIZUNA_TOOLS_BENCH_SCENE_H_
#define KIZUNA_TOOLS_BENCH_SCENE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/lib/client.h"
#include "tools/bench/load.h"
#include "tools/bench/process.h"
#include "tools/generate/portfolio.h"

namespace kizuna::bench {

// How many calls a hot check has under way, and about how many accounts.
inline constexpr int kInFlight = 128;
inline constexpr int64_t kHotAccounts = 1000;

// What the command line chose.
struct Settings {
  int64_t accounts = 100'000;  // 1 to 10'000'000
  double seconds = 2;          // of each round
  bool quick = false;          // fewer rounds and smaller ones
  int rounds() const { return quick ? 2 : 7; }
  absl::Duration round() const { return absl::Seconds(seconds); }
};

// The two servers and what they were given. Not thread-safe. The destructor ends them and removes
// their folder.
class Scene {
 public:
  // Starts kizuna-server from the folder of this program, fills it, learns how long an answer is,
  // and starts the floor. Says on standard error how far it is.
  static absl::StatusOr<std::unique_ptr<Scene>> Build(const Settings& settings);
  ~Scene();
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  const Settings& settings() const { return settings_; }
  const generate::PortfolioOptions& portfolio() const { return portfolio_; }
  const std::string& folder() const { return folder_; }  // temporary
  std::string data() const { return folder_ + "/data"; }
  int64_t facts() const { return facts_; }  // recorded when the scene was built
  Process& server() { return *server_; }
  Process& floor_server() { return *floor_; }
  const Connections& ours() const { return ours_; }
  const Connections& floor() const { return floor_connections_; }
  client::Client& client() { return *client_; }

  // CheckPitch about accounts 0 to `accounts` - 1 of the portfolio, or all when it has fewer.
  Question AskAbout(int64_t accounts) const;
  // The server again, after it was stopped or killed, with these flags beside its own; how long it
  // took to serve, in seconds.
  absl::StatusOr<double> StartServer(const std::vector<std::string>& flags = {});
  // A line on standard error.
  static void Say(const std::string& line);

 private:
  explicit Scene(const Settings& settings) : settings_(settings) {}
  absl::Status Fill();
  absl::Status StartFloor();

  const Settings settings_;
  generate::PortfolioOptions portfolio_;
  std::string folder_;
  int64_t facts_ = 0;
  std::unique_ptr<Process> server_;
  std::unique_ptr<Process> floor_;
  std::unique_ptr<client::Client> client_;
  Connections ours_;
  Connections floor_connections_;
};

}  // namespace kizuna::bench

#endif  // KIZUNA_TOOLS_BENCH_SCENE_H_
