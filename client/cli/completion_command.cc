// SPDX-License-Identifier: Apache-2.0
//
// `kizuna completion`: the script that lets a shell complete what is typed.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/cli/command.h"
#include "client/cli/command_tree.h"

namespace kizuna::cli {
namespace {

absl::StatusOr<ExitCode> RunCompletion(const CommandLine& line, const std::string& shell,
                                       Session& session) {
  const CommandNode root = TreeOf(line);
  if (shell == "bash") {
    session.out() << BashCompletion(root);
  } else if (shell == "zsh") {
    session.out() << ZshCompletion(root);
  } else if (shell == "fish") {
    session.out() << FishCompletion(root);
  } else {
    return UsageError("SHELL", absl::StrCat("'", shell, "' is none of bash, zsh, fish"));
  }
  return kOk;
}

}  // namespace

void AddCompletionCommand(CommandLine& line) {
  const auto shell = std::make_shared<std::string>();
  line.Add(nullptr, "completion", "A script that completes commands, flags and words in a shell.",
           {{"source <(kizuna completion bash)", "in this bash, or in ~/.bashrc for all"},
            {"kizuna completion zsh > ~/.zfunc/_kizuna", "for zsh, in a folder of its fpath"},
            {"kizuna completion fish > ~/.config/fish/completions/kizuna.fish", "for fish"}},
           [shell, &line](Session& session) { return RunCompletion(line, *shell, session); })
      ->add_option("shell", *shell, "bash|zsh|fish")
      ->required()
      ->type_name("SHELL");
}

}  // namespace kizuna::cli
