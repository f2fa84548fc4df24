// SPDX-License-Identifier: Apache-2.0
//
// `kizuna man`: the manual page of a command, for `man -l -` or for a folder of pages.

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/command.h"
#include "client/cli/command_tree.h"

namespace kizuna::cli {
namespace {

struct ManFlags {
  std::vector<std::string> command;
  std::string folder;
};

absl::StatusOr<ExitCode> WriteAll(const CommandNode& root, const std::string& folder) {
  for (const CommandNode* const node : NodesOf(root)) {
    const std::string path = absl::StrCat(folder, "/", PageName(*node), ".1");
    std::ofstream file(path, std::ios::binary);
    file << ManualPage(root, *node);
    file.close();
    if (!file.good()) {
      return UsageError("--all", absl::StrCat("'", path,
                                              "' cannot be written; name a folder that "
                                              "is there and yours"));
    }
  }
  return kOk;
}

absl::StatusOr<ExitCode> RunMan(const CommandLine& line, const ManFlags& flags, Session& session) {
  const CommandNode root = TreeOf(line);
  if (!flags.folder.empty()) return WriteAll(root, flags.folder);
  const std::string path = absl::StrJoin(flags.command, " ");
  for (const CommandNode* const node : NodesOf(root)) {
    if (node->path != path) continue;
    session.out() << ManualPage(root, *node);
    return kOk;
  }
  return UsageError("COMMAND", absl::StrCat("there is no `kizuna ", path,
                                            "`; `kizuna --help` lists the commands"));
}

}  // namespace

void AddManCommand(CommandLine& line) {
  const auto flags = std::make_shared<ManFlags>();
  CLI::App* const command =
      line.Add(nullptr, "man", "The manual page of a command, as roff.",
               {{"kizuna man account list | man -l -", "reads like any manual page"},
                {"kizuna man --all ~/.local/share/man/man1", "all of them, for man itself"}},
               [flags, &line](Session& session) { return RunMan(line, *flags, session); });
  CLI::Option* const all =
      command->add_option("--all", flags->folder, "write every page into this folder")
          ->type_name("DIR");
  command->add_option("command", flags->command, "the command's words (default: kizuna itself)")
      ->excludes(all)
      ->type_name("COMMAND");
}

}  // namespace kizuna::cli
