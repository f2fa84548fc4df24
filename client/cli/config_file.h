// SPDX-License-Identifier: Apache-2.0
//
// What does a person not want to type each time? A file of settings for all commands: a small part
// of TOML, a line a key. What is wrong in it is named by file, line and key, since a setting that
// is overlooked in silence asks the wrong server or shows the wrong owner's accounts.

#ifndef KIZUNA_CLIENT_CLI_CONFIG_FILE_H_
#define KIZUNA_CLIENT_CLI_CONFIG_FILE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kizuna::cli {

// One line of the file.
struct ConfigEntry {
  std::string key;    // one of kConfigKeys
  std::string value;  // without its quotes; its meaning is checked where it is used
  int line = 0;       // counted from 1
};

// What the file says.
struct Config {
  std::string path;    // where it was looked for; empty when there is no place to look
  bool found = false;  // whether a file lies there
  std::vector<ConfigEntry> entries;

  // The value of `key`, or empty.
  std::string ValueOf(absl::string_view key) const;
};

// The keys that the file may have. The token is none of them: it does not belong where others read.
inline constexpr const char* kConfigKeys[] = {"server",  "owner",  "lang",
                                              "timeout", "format", "tls-ca"};

// $XDG_CONFIG_HOME/kizuna/config.toml, or ~/.config/kizuna/config.toml when that is not an absolute
// path; empty without HOME.
std::string ConfigPath();

// Reads the file at `path`, which need not be there. A UsageError names file, line and key.
absl::StatusOr<Config> ReadConfig(const std::string& path);

// The same for `text`, as if it lay at `path`: lines of `key = value`, empty lines, and comments
// from # on. A value is "text" with \" and \\, 'text' as it stands, or a number; a key comes once.
absl::StatusOr<Config> ParseConfig(const std::string& path, absl::string_view text);

// An error in `entry` of the file at `path`, found where it is used.
absl::Status ConfigError(const std::string& path, const ConfigEntry& entry,
                         absl::string_view message);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_CONFIG_FILE_H_
