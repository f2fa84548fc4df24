// SPDX-License-Identifier: Apache-2.0
//
// What is a command of `kizuna` made of? A name, a summary, flags, examples, and an action that
// runs once the command line made sense. A command adds itself in its own file; nothing else knows
// of it but the list in run.cc.

#ifndef KIZUNA_CLIENT_CLI_COMMAND_H_
#define KIZUNA_CLIENT_CLI_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/exit_code.h"
#include "client/cli/session.h"

namespace kizuna::cli {

// What a command does: prints to the session's terminal and answers the exit code. An error is
// printed for it, and ends the program with kUsage for a UsageError() and kError for any other.
using Action = std::function<absl::StatusOr<ExitCode>(Session& session)>;

// A line of the "Examples" that end a command's help.
struct Example {
  std::string line;     // "kizuna health acme --as-of 2026-09-30"
  std::string meaning;  // "the score as it was seen on that day"
};

// The command line being put together. Used once, at start, by one thread.
class CommandLine {
 public:
  explicit CommandLine(CLI::App* root) : root_(root) {}

  // Adds a command that does something. `parent` is a group, or null for `kizuna` itself. At least
  // one example. The caller then adds flags and positionals, bound to a struct that `action`
  // shares.
  CLI::App* Add(CLI::App* parent, const std::string& name, const std::string& summary,
                std::vector<Example> examples, Action action);

  // Adds a group, such as `kizuna account`, whose commands do something.
  CLI::App* AddGroup(const std::string& name, const std::string& summary);

  // The action of the command that was given; null when none was.
  const Action& chosen() const { return chosen_; }

 private:
  CLI::App* const root_;
  Action chosen_;
};

// Each adds one command, or one group of them, and lives in <name>_command.cc.
void AddAccountCommands(CommandLine& line);
void AddAccountEndings(CommandLine& line, CLI::App* group);  // of the group `account`
void AddAffinityCommand(CommandLine& line);
void AddBackupCommand(CommandLine& line);
void AddBlockedCommand(CommandLine& line);
void AddCheckCommand(CommandLine& line);
void AddDecisionKeyCommands(CommandLine& line);
void AddExplainCommand(CommandLine& line);
void AddHealthCommand(CommandLine& line);
void AddHistoryCommand(CommandLine& line);
void AddImportCommand(CommandLine& line);
void AddOffersCommand(CommandLine& line);
void AddModelCommands(CommandLine& line);
void AddPortfolioCommand(CommandLine& line);
void AddReadyCommand(CommandLine& line);
void AddReservationCommands(CommandLine& line);
void AddRulebookCommands(CommandLine& line);
void AddSignalCommands(CommandLine& line);
void AddStatusCommand(CommandLine& line);
void AddTaskCommands(CommandLine& line);
void AddWatchCommand(CommandLine& line);
void AddWhatIfCommand(CommandLine& line);
void AddWhyCommand(CommandLine& line);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_COMMAND_H_
