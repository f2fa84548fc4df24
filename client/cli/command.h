// SPDX-License-Identifier: Apache-2.0
//
// What is a command of `kizuna` made of? A name, a summary, flags, examples, and an action that
// runs once the command line made sense. A command adds itself in its own file; nothing else knows
// of it but the list in run.cc.

#ifndef KIZUNA_CLIENT_CLI_COMMAND_H_
#define KIZUNA_CLIENT_CLI_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
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

// The command line being put together. Used once, at start, by one thread. A flag whose value is a
// word of a few has them in its help as a|b|c, with nothing else between them: completion offers
// what stands there.
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

  // Says that `command`, which changes nothing, prints one list and nothing else as CSV, so that
  // `--format xlsx` can write it as a sheet.
  void MarkList(const CLI::App* command) { lists_.insert(command); }
  bool IsList(const CLI::App* command) const { return lists_.count(command) > 0; }

  // The action of the command that was given; null when none was.
  const Action& chosen() const { return chosen_; }

  const CLI::App& root() const { return *root_; }
  // The examples of a command; none of a group.
  const std::vector<Example>& ExamplesOf(const CLI::App* command) const;

 private:
  CLI::App* const root_;
  std::map<const CLI::App*, std::vector<Example>> examples_;
  std::set<const CLI::App*> lists_;
  Action chosen_;
};

// Each adds one command, or one group of them, and lives in <name>_command.cc.
void AddAccountCommands(CommandLine& line);
void AddAccountEndings(CommandLine& line, CLI::App* group);  // of the group `account`
void AddAffinityCommand(CommandLine& line);
void AddAlertCommands(CommandLine& line);
void AddBackupCommand(CommandLine& line);
void AddBlockedCommand(CommandLine& line);
void AddCheckCommand(CommandLine& line);
void AddCompletionCommand(CommandLine& line);
void AddConfigCommand(CommandLine& line);
void AddDecisionKeyCommands(CommandLine& line);
void AddExplainCommand(CommandLine& line);
void AddExportCommand(CommandLine& line);
void AddHealthCommand(CommandLine& line);
void AddHistoryCommand(CommandLine& line);
void AddImportCommand(CommandLine& line);
void AddManCommand(CommandLine& line);
void AddModelCommands(CommandLine& line);
void AddMovedCommand(CommandLine& line);
void AddOffersCommand(CommandLine& line);
void AddPortfolioCommand(CommandLine& line);
void AddProposalCommand(CommandLine& line);
void AddReadyCommand(CommandLine& line);
void AddRecordingCommands(CommandLine& line);
void AddReimportCommand(CommandLine& line);
void AddReservationCommands(CommandLine& line);
void AddReviewCommands(CommandLine& line);
void AddRulebookCommands(CommandLine& line);
void AddSignalCommands(CommandLine& line);
void AddStatusCommand(CommandLine& line);
void AddTaskCommands(CommandLine& line);
void AddTimelineCommand(CommandLine& line);
void AddTodayCommand(CommandLine& line);
void AddWatchCommand(CommandLine& line);
void AddWebhookCommands(CommandLine& line);
void AddWhatIfCommand(CommandLine& line);
void AddWhyCommand(CommandLine& line);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_COMMAND_H_
