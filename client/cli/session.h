// SPDX-License-Identifier: Apache-2.0
//
// What does a running command have at hand? The server, the terminal, and the form that was asked
// for.

#ifndef KIZUNA_CLIENT_CLI_SESSION_H_
#define KIZUNA_CLIENT_CLI_SESSION_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "client/cli/language.h"
#include "client/cli/output.h"
#include "client/cli/terminal.h"
#include "client/lib/client.h"

namespace kizuna::cli {

// What one of the settings for all commands is, and who says so, for `kizuna config`.
struct Setting {
  std::string key;    // "server"
  std::string value;  // empty: none
  std::string from;   // "flag", "environment", "config" or "default"
};

// What holds for all commands: of the command line, else of the environment, else of the config
// file, else by default.
struct GlobalFlags {
  std::string server = "127.0.0.1:7410";
  Format format = Format::kTable;
  // What tables speak. JSON and CSV are the same in every language.
  Language language = Language::kEnglish;
  // Seconds to wait for an answer; 0: the client library's own defaults.
  double timeout_seconds = 0;
  // A PEM file of certificate authorities; when given, the connection is TLS.
  std::string tls_ca_file;
  // Sent as "authorization: Bearer ..."; from KIZUNA_TOKEN, never from the command line, where
  // anybody on the machine could read it.
  std::string token;
  // Where the config file is looked for, empty when nowhere, and whether it is there.
  std::string config_file;
  bool config_found = false;
  std::vector<Setting> settings;
};

// One run of one command. Not thread-safe, except that client() may be shared once it was made.
class Session {
 public:
  Session(GlobalFlags flags, Terminal terminal)
      : flags_(std::move(flags)), terminal_(std::move(terminal)) {}

  Format format() const { return flags_.format; }
  const GlobalFlags& flags() const { return flags_; }
  // What tables say, in the language that was asked for.
  Speech say() const { return Speech(flags_.language); }
  const Terminal& terminal() const { return terminal_; }
  std::ostream& out() { return *terminal_.out; }
  std::ostream& err() { return *terminal_.err; }

  // The client of the server that was named; made at the first call. Making it does not connect.
  absl::StatusOr<client::Client*> Client();

  // The book's time zone, asked of the server once. UNAVAILABLE and so on as any call.
  absl::StatusOr<absl::TimeZone> BookTimeZone();

  // Asks `question` and whether the answer was "y" or "yes". Only where can_ask().
  bool Confirm(absl::string_view question);
  bool can_ask() const { return terminal_.in_is_terminal && terminal_.err_is_terminal; }

  // Prints a line for people to standard error: "note: ...".
  void Note(absl::string_view text);

 private:
  const GlobalFlags flags_;
  const Terminal terminal_;
  std::unique_ptr<client::Client> client_;
  absl::optional<absl::TimeZone> book_time_zone_;
};

// "accounts/acme" from "acme"; a name that is whole already stays. The id is checked by the server.
std::string AccountName(absl::string_view id);
// "acme" from "accounts/acme"; anything without a slash stays.
std::string IdOf(absl::string_view name);
// "products/crm" from "crm"; empty stays empty.
std::string ProductName(absl::string_view id);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_SESSION_H_
