// SPDX-License-Identifier: Apache-2.0
//
// `kizuna config`: which settings are in force, and who says so?

#include "absl/strings/str_cat.h"
#include "client/cli/command.h"
#include "client/cli/display_text.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

absl::StatusOr<ExitCode> RunConfig(Session& session) {
  const GlobalFlags& flags = session.flags();
  if (session.format() == Format::kTable) {
    session.out() << (flags.config_found ? "Config file: " : "No config file at ")
                  << OneLine(flags.config_file) << "\n\n";
  }
  ListPrinter list(session.terminal(), session.format(), "settings",
                   {{"key", "setting"}, {"value", "value", Align::kLeft, true}, {"from", "from"}});
  for (const Setting& setting : flags.settings) {
    list.Add({setting.key,
              {TextJson(setting.value), setting.value.empty() ? "-" : setting.value},
              setting.from});
  }
  list.Finish(Json::MakeObject()
                  .Set("config_file", TextJson(flags.config_file))
                  .Set("config_found", flags.config_found),
              "");
  return kOk;
}

}  // namespace

void AddConfigCommand(CommandLine& line) {
  line.Add(nullptr, "config", "The settings in force, who says so, and the config file.",
           {{"kizuna config", "which file is in force"},
            {"kizuna config --server book:7410", "what a flag changes"}},
           [](Session& session) { return RunConfig(session); });
}

}  // namespace kizuna::cli
