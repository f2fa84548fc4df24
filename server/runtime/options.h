// SPDX-License-Identifier: Apache-2.0
//
// What may an operator choose? The flags of kizuna-server. They are read once, at start; nothing is
// reconfigured while it runs.

#ifndef KIZUNA_SERVER_RUNTIME_OPTIONS_H_
#define KIZUNA_SERVER_RUNTIME_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "server/limits.h"
#include "server/middleware/standard.h"

namespace kizuna::server {

struct Options {
  // The folder of the store; made when it is missing. `:memory:` keeps everything in memory and
  // forgets it at the end: for trying things out and for tests.
  std::string data;
  // HOST:PORT; port 0 takes a free one. A host that is no loopback address needs the flag below.
  std::string listen = "127.0.0.1:7410";
  // Anyone who can reach the address may read and write everything: there is no authentication yet.
  bool insecure_listen_anywhere = false;
  // Rebuild every state from its facts, compare, print the digest and end.
  bool verify = false;

  // The one folder that backups of this store go to, and the list of erasures beside them. Empty:
  // no backups are made.
  std::string backup_to;
  // So many of the newest backups are kept there; 0: all.
  int keep_backups = 0;
  // Make a backup and end.
  bool backup = false;
  // Make `data` anew from a backup in this folder and end.
  std::string restore_from;
  int backup_number = 0;  // 0: the newest
  // A list of what was erased, besides the one in `restore_from`.
  std::string erasures;
  // Restore without any list: what was erased since the backup comes back.
  bool forget_erasures = false;

  // Fixed when the store is created. Given later, they must agree with it.
  std::optional<std::string> time_zone;   // IANA name; default UTC
  std::optional<std::string> currency;    // ISO 4217; default USD
  std::optional<int> fiscal_first_month;  // 1..12; default 1

  // Memory for what was read from the disk.
  int64_t cache_mib = 256;
  // Accounts kept ready in memory.
  int64_t cached_accounts = 30'000;
  // Commits are refused while less than this is free on the disk.
  int64_t min_free_mib = 512;
  // Days for which the change log is kept: how long a watch may be away and still go on.
  int log_days = 7;
  // Minutes for which an alert is tried at a webhook before it is a dead letter; 0: once.
  int webhook_retry_minutes = 24 * 60;
  // Open a store that has lost acknowledged commits instead of refusing it.
  bool accept_data_loss = false;
  int max_connections = limits::kMaxConnections;
  CallLog call_log = CallLog::kFailed;
};

// What the command line asks for: options to run with, or a text to print and an exit code.
struct CommandLine {
  Options options;
  std::optional<int> exit_code;  // set: print `text` and end
  std::string text;              // help, version, or what is wrong with a flag
};
CommandLine ReadCommandLine(int argc, const char* const* argv);

// INVALID_ARGUMENT when the options do not go together; the message names the flag.
absl::Status CheckOptions(const Options& options);

// Splits HOST:PORT or [V6]:PORT. INVALID_ARGUMENT when it is neither.
struct HostPort {
  std::string host;
  int port = 0;
};
absl::StatusOr<HostPort> SplitAddress(const std::string& address);

// The version of this program.
std::string Version();

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_RUNTIME_OPTIONS_H_
