// SPDX-License-Identifier: Apache-2.0
#include "client/cli/settings.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/cli/display_text.h"

namespace kizuna::cli {
namespace {

bool IsTyped(const std::string& flag, const std::vector<std::string>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& argument) {
    return argument == flag || absl::StartsWith(argument, flag + "=");
  });
}

// Hands the value to the flag as if it had been typed.
absl::Status Give(const Config& config, const ConfigEntry& entry, CLI::Option* option) {
  if (entry.key == "format" && entry.value == "xlsx") {
    return ConfigError(config.path, entry,
                       "xlsx goes to a file that --out names, so it is typed each time");
  }
  try {
    option->add_result(entry.value);
    option->run_callback();
  } catch (const CLI::ParseError& error) {
    const absl::string_view message = error.what();
    return ConfigError(config.path, entry,
                       absl::StripPrefix(message, absl::StrCat(option->get_name(), ": ")));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status TakeSettings(const Config& config, const std::vector<std::string>& arguments,
                          CLI::App* root, GlobalFlags* flags) {
  flags->config_file = config.path;
  flags->config_found = config.found;
  for (const char* const key : kConfigKeys) {
    const std::string flag = absl::StrCat("--", key);
    const auto entry = std::find_if(config.entries.begin(), config.entries.end(),
                                    [key](const ConfigEntry& one) { return one.key == key; });
    CLI::Option* const option = root->get_option_no_throw(flag);
    Setting setting{key, "", "default"};
    if (option != nullptr && option->count() > 0) {
      setting.from = IsTyped(flag, arguments) ? "flag" : "environment";
      setting.value = option->results().front();
    } else if (entry != config.entries.end()) {
      if (option != nullptr) {
        if (absl::Status wrong = Give(config, *entry, option); !wrong.ok()) return wrong;
      }
      setting.from = "config";
      setting.value = entry->value;
    } else if (option != nullptr) {
      setting.value = option->get_default_str();
    }
    flags->settings.push_back(std::move(setting));
  }
  return absl::OkStatus();
}

void TakeOwner(const Config& config, CLI::App* command, const Terminal& terminal) {
  CLI::Option* const owner = command->get_option_no_throw("--owner");
  const CLI::Option* const everyone = command->get_option_no_throw("--everyone");
  const std::string value = config.ValueOf("owner");
  if (value.empty() || owner == nullptr || everyone == nullptr) return;
  if (owner->count() > 0 || everyone->count() > 0) return;
  // Who names an account, as `kizuna review acme` does, asks about no list.
  const CLI::Option* const account = command->get_option_no_throw("account");
  if (account != nullptr && account->count() > 0) return;
  owner->add_result(value);
  owner->run_callback();
  *terminal.err << "note: only for the owner " << OneLine(value) << ", whom " << config.path
                << " names; --everyone lifts it\n";
}

}  // namespace kizuna::cli
