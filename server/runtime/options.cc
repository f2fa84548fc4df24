// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/options.h"

#include <arpa/inet.h>

#include <CLI/CLI.hpp>
#include <limits>
#include <map>
#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace kizuna::server {
namespace {

constexpr char kDescription[] =
    "Kizuna's server: may I pitch this to that account now?\n"
    "It keeps the facts, answers over gRPC, and prints `serving on ADDRESS` once it does.";

constexpr char kExamples[] =
    "Examples:\n"
    "  kizuna-server --data /var/lib/kizuna\n"
    "  kizuna-server --data /var/lib/kizuna --time-zone Asia/Tokyo --currency JPY "
    "--fiscal-first-month 4\n"
    "  kizuna-server --data /var/lib/kizuna --listen 127.0.0.1:0\n"
    "  kizuna-server --data /var/lib/kizuna --verify\n"
    "  kizuna-server --data /var/lib/kizuna --backup-to /backups/kizuna --backup\n"
    "  kizuna-server --data /var/lib/kizuna-new --restore-from /backups/kizuna\n"
    "\n"
    "Ends with 0 after SIGTERM or SIGINT, once what was running is finished and on disk; with 1 "
    "when "
    "it cannot\n"
    "start, or --verify found a difference; with 2 when a flag is wrong; with 3 when the store "
    "failed "
    "while serving.";

bool IsLoopback(const std::string& host) {
  if (host == "localhost" || host == "::1") return true;
  in_addr v4;
  return inet_pton(AF_INET, host.c_str(), &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127;
}

// The flags of backups and restores.
absl::Status CheckBackups(const Options& options) {
  const bool in_memory = options.data == ":memory:";
  const bool restores = !options.restore_from.empty();
  // A restore makes its folder under this name, and gives it its own when all is done.
  if (absl::EndsWith(options.data, ".restoring")) {
    return absl::InvalidArgumentError(
        "--data: a folder of this name is a restore that did not end; restore again");
  }
  if (in_memory && (restores || !options.backup_to.empty())) {
    return absl::InvalidArgumentError(
        "--data: a store in memory has no backups; name a folder instead of :memory:");
  }
  if (options.backup && options.backup_to.empty()) {
    return absl::InvalidArgumentError("--backup: say where to, by --backup-to FOLDER");
  }
  if (options.backup + options.verify + restores > 1) {
    return absl::InvalidArgumentError(
        "--backup, --verify and --restore-from each do one thing and end; give one of them");
  }
  const bool of_a_restore =
      options.backup_number != 0 || options.forget_erasures || !options.erasures.empty();
  if (of_a_restore && !restores) {
    return absl::InvalidArgumentError(
        "--backup-number, --erasures and --forget-erasures go with --restore-from FOLDER");
  }
  if (options.forget_erasures && !options.erasures.empty()) {
    return absl::InvalidArgumentError("--forget-erasures: takes no --erasures; give one of them");
  }
  if (restores && options.accept_data_loss) {
    return absl::InvalidArgumentError(
        "--accept-data-loss: a backup is whole or is not restored; leave it out");
  }
  return absl::OkStatus();
}

}  // namespace

std::string Version() { return KIZUNA_VERSION; }

CommandLine ReadCommandLine(int argc, const char* const* argv) {
  CommandLine out;
  Options& options = out.options;
  CLI::App app(kDescription, "kizuna-server");
  app.footer(kExamples);
  app.set_version_flag("--version", absl::StrCat("kizuna-server ", Version()));
  app.add_option("--data", options.data,
                 "The folder of the store, made when missing; `:memory:` keeps nothing")
      ->required();
  app.add_option("--listen", options.listen, "HOST:PORT; port 0 takes a free one")
      ->capture_default_str();
  app.add_flag("--insecure-listen-anywhere", options.insecure_listen_anywhere,
               "Allow --listen off the loopback. DANGER: whoever reaches the address may read and "
               "change everything");
  app.add_flag("--verify", options.verify,
               "Rebuild every state from its facts, compare, print `digest: HEX`, and end");
  app.add_option("--backup-to", options.backup_to,
                 "The folder for backups of this store, and for the list of what was erased; one "
                 "folder for one store");
  app.add_option("--keep-backups", options.keep_backups,
                 "Delete older backups than these many after each new one; 0 keeps all. What was "
                 "erased stays in backups that are older than its erasure")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000'000));
  app.add_flag("--backup", options.backup, "Make a backup in --backup-to, and end");
  app.add_option("--restore-from", options.restore_from,
                 "Make --data, which must be new or empty, from the newest backup in this folder, "
                 "verify it, and end");
  app.add_option("--backup-number", options.backup_number, "Restore this backup, not the newest")
      ->check(CLI::Range(1, std::numeric_limits<int>::max()));
  app.add_option("--erasures", options.erasures,
                 "A list of what was erased, besides the one in the backup folder: it is erased "
                 "again by the restore");
  app.add_flag("--forget-erasures", options.forget_erasures,
               "Restore without any list of erasures. DANGER: what was erased since the backup "
               "comes back");
  app.add_option("--time-zone", options.time_zone,
                 "Where the book's days begin, such as Asia/Tokyo; fixed when the store is created "
                 "(default UTC)");
  app.add_option(
      "--currency", options.currency,
      "The book's one currency, ISO 4217; fixed when the store is created (default USD)");
  app.add_option("--fiscal-first-month", options.fiscal_first_month,
                 "First month of the fiscal year, 1 to 12; fixed when the store is created "
                 "(default 1)")
      ->check(CLI::Range(1, 12));
  app.add_option("--cache-mib", options.cache_mib, "Memory for what was read from the disk, MiB")
      ->capture_default_str()
      ->check(CLI::Range(int64_t{8}, int64_t{1} << 20));
  app.add_option("--cached-accounts", options.cached_accounts,
                 "Accounts kept ready in memory, about 17 KiB each")
      ->capture_default_str()
      ->check(CLI::Range(int64_t{1}, int64_t{100'000'000}));
  app.add_option("--min-free-mib", options.min_free_mib,
                 "Refuse writes while less than this is free on the disk, MiB")
      ->capture_default_str()
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 30));
  app.add_option("--log-days", options.log_days,
                 "Days for which the change log is kept: how long a watch may be away and go on")
      ->capture_default_str()
      ->check(CLI::Range(1, 36'500));
  app.add_option("--webhook-retry-minutes", options.webhook_retry_minutes,
                 "Minutes for which an alert is tried at a webhook before it is a dead letter; 0: "
                 "it is tried once")
      ->capture_default_str()
      ->check(CLI::Range(0, 30 * 24 * 60));
  app.add_option("--max-connections", options.max_connections,
                 "Open connections; fewer when the limit of descriptors is low")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  app.add_flag("--accept-data-loss", options.accept_data_loss,
               "Open a store that has lost acknowledged writes. DANGER: what is lost stays lost");
  std::map<std::string, CallLog> logs = {
      {"failed", CallLog::kFailed}, {"all", CallLog::kAll}, {"none", CallLog::kNone}};
  app.add_option("--log-calls", options.call_log, "Which calls get a line in the log")
      ->transform(CLI::CheckedTransformer(logs))
      ->default_str("failed");
  std::ostringstream printed;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // 0 for --help and --version, else what is wrong.
    out.exit_code = app.exit(error, printed, printed) == 0 ? 0 : 2;
    out.text = printed.str();
    return out;
  }
  const absl::Status status = CheckOptions(options);
  if (!status.ok()) {
    out.exit_code = 2;
    out.text = absl::StrCat(status.message(), "\nRun kizuna-server --help for the flags.\n");
  }
  return out;
}

absl::Status CheckOptions(const Options& options) {
  if (options.data.empty()) return absl::InvalidArgumentError("--data: name a folder");
  if (absl::Status status = CheckBackups(options); !status.ok()) return status;
  auto address = SplitAddress(options.listen);
  if (!address.ok()) return address.status();
  const bool serves = !options.verify && !options.backup && options.restore_from.empty();
  if (serves && !options.insecure_listen_anywhere && !IsLoopback(address->host)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--listen: ", options.listen,
        " is no loopback address, and there is no authentication yet: whoever reaches it may read "
        "and change everything. Listen on 127.0.0.1, or add --insecure-listen-anywhere"));
  }
  return absl::OkStatus();
}

absl::StatusOr<HostPort> SplitAddress(const std::string& address) {
  const absl::Status wrong = absl::InvalidArgumentError(absl::StrCat(
      "--listen: '", address, "' is not HOST:PORT, such as 127.0.0.1:7410 or [::1]:7410"));
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return wrong;
  HostPort out;
  out.host = address.substr(0, colon);
  if (!absl::SimpleAtoi(address.substr(colon + 1), &out.port) || out.port < 0 || out.port > 65535) {
    return wrong;
  }
  if (out.host.front() == '[') {
    if (out.host.back() != ']') return wrong;
    out.host = out.host.substr(1, out.host.size() - 2);
  } else if (absl::StrContains(out.host, ':')) {
    return wrong;
  }
  return out;
}

}  // namespace kizuna::server
