// SPDX-License-Identifier: Apache-2.0
//
// Not read by CLI11's own reader of such files, which knows no lines, takes a line without `=` for
// a flag, and lets the file win over the environment.

#include "client/cli/config_file.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/cli/display_text.h"
#include "client/cli/exit_code.h"

namespace kizuna::cli {
namespace {

constexpr size_t kMaxBytes = 64 * 1024;

std::string PlaceOf(const std::string& path, int line) { return absl::StrCat(path, ":", line); }

absl::Status LineError(const std::string& path, int line, absl::string_view message) {
  return UsageError(PlaceOf(path, line), message);
}

// Reads a value at the front of `rest` and takes it off. False when it is none.
bool TakeValue(absl::string_view* rest, std::string* value) {
  value->clear();
  if (rest->empty()) return false;
  const char quote = rest->front();
  if (quote != '"' && quote != '\'') {
    const size_t end = std::min(rest->find_first_of(" \t#"), rest->size());
    double number = 0;
    if (!absl::SimpleAtod(rest->substr(0, end), &number)) return false;
    value->assign(rest->data(), end);
    rest->remove_prefix(end);
    return true;
  }
  for (size_t at = 1; at < rest->size(); ++at) {
    char letter = (*rest)[at];
    if (letter == quote) {
      rest->remove_prefix(at + 1);
      return true;
    }
    if (letter == '\\' && quote == '"') {
      if (++at >= rest->size()) return false;
      letter = (*rest)[at];
      if (letter != '"' && letter != '\\') return false;
    }
    if (absl::ascii_iscntrl(static_cast<unsigned char>(letter))) return false;
    value->push_back(letter);
  }
  return false;
}

absl::Status CheckKey(const Config& config, const std::string& key, int line) {
  const auto known = [&key](absl::string_view one) { return one == key; };
  if (key == "token") {
    return LineError(config.path, line,
                     "token: does not belong into a file; set KIZUNA_TOKEN in the environment");
  }
  if (std::none_of(std::begin(kConfigKeys), std::end(kConfigKeys), known)) {
    return LineError(config.path, line,
                     absl::StrCat(OneLine(key), ": is not known; write one of ",
                                  absl::StrJoin(kConfigKeys, ", ")));
  }
  for (const ConfigEntry& entry : config.entries) {
    if (entry.key == key) {
      return LineError(config.path, line,
                       absl::StrCat(key, ": stands in line ", entry.line, " too"));
    }
  }
  return absl::OkStatus();
}

absl::Status ParseLine(absl::string_view text, int line, Config* config) {
  text = absl::StripAsciiWhitespace(text);
  if (text.empty() || text.front() == '#') return absl::OkStatus();
  if (text.front() == '[') {
    return LineError(config->path, line, "there are no sections; write the keys without one");
  }
  const size_t equals = text.find('=');
  if (equals == absl::string_view::npos) {
    return LineError(config->path, line,
                     absl::StrCat("'", OneLine(text), "' is no setting; write key = \"value\""));
  }
  ConfigEntry entry;
  entry.key = std::string(absl::StripAsciiWhitespace(text.substr(0, equals)));
  entry.line = line;
  if (const absl::Status wrong = CheckKey(*config, entry.key, line); !wrong.ok()) return wrong;
  absl::string_view rest = absl::StripLeadingAsciiWhitespace(text.substr(equals + 1));
  const bool taken = TakeValue(&rest, &entry.value);
  rest = absl::StripLeadingAsciiWhitespace(rest);
  if (!taken || (!rest.empty() && rest.front() != '#')) {
    return ConfigError(config->path, entry, "is malformed; write a text in quotes, or a number");
  }
  config->entries.push_back(std::move(entry));
  return absl::OkStatus();
}

}  // namespace

std::string Config::ValueOf(absl::string_view key) const {
  for (const ConfigEntry& entry : entries) {
    if (entry.key == key) return entry.value;
  }
  return "";
}

absl::Status ConfigError(const std::string& path, const ConfigEntry& entry,
                         absl::string_view message) {
  return LineError(path, entry.line, absl::StrCat(entry.key, ": ", message));
}

std::string ConfigPath() {
  constexpr char kFile[] = "/kizuna/config.toml";
  const char* const folder = std::getenv("XDG_CONFIG_HOME");
  if (folder != nullptr && folder[0] == '/') return absl::StrCat(folder, kFile);
  const char* const home = std::getenv("HOME");
  return home == nullptr || home[0] == '\0' ? "" : absl::StrCat(home, "/.config", kFile);
}

absl::StatusOr<Config> ParseConfig(const std::string& path, absl::string_view text) {
  Config config;
  config.path = path;
  config.found = true;
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::Status wrong = ParseLine(line, ++number, &config); !wrong.ok()) return wrong;
  }
  return config;
}

absl::StatusOr<Config> ReadConfig(const std::string& path) {
  Config none;
  none.path = path;
  std::error_code error;
  const bool there = !path.empty() && std::filesystem::exists(path, error);
  if (!there && !error) return none;
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad() || (file.gcount() == 0 && !file.eof())) {
    return UsageError(path, "the config file cannot be read; mend or remove it");
  }
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kMaxBytes) return UsageError(path, "the config file has more than 64 KiB");
  return ParseConfig(path, text);
}

}  // namespace kizuna::cli
