// SPDX-License-Identifier: Apache-2.0
#include "client/cli/run.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <memory>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/alert_command.h"
#include "client/cli/command.h"
#include "client/cli/display_text.h"
#include "client/cli/exit_code.h"
#include "client/cli/past_commands.h"
#include "client/cli/review_command.h"
#include "client/cli/session.h"

namespace kizuna::cli {
namespace {

constexpr int kHelpColumns = 80;
constexpr int kHelpIndent = 30;  // where the explanations begin

constexpr char kVersion[] = "kizuna " KIZUNA_VERSION;

constexpr char kAbout[] =
    "Kizuna answers one question: may I pitch this to that account now?\n\n"
    "A morning with it: `kizuna ready` says whom to approach first, `kizuna why\n"
    "ACCOUNT` what to know before the call, `kizuna check ACCOUNT` whether it is\n"
    "still all right to make it, and `kizuna signal record` writes down what was\n"
    "learned.";

constexpr char kFooter[] =
    "Exit codes: 0 done (check: ALLOW), 1 error, 2 wrong usage, 3 some facts or rows\n"
    "were refused, 10 check: DENY, 11 check: UNKNOWN.\n"
    "Environment: KIZUNA_SERVER (as --server), KIZUNA_TOKEN (bearer token), NO_COLOR.\n"
    "`kizuna COMMAND --help` shows the flags and examples of a command.";

// Help that fits 80 columns, as everything else does.
class WrappingFormatter : public CLI::Formatter {
 public:
  std::string make_option_desc(const CLI::Option* option) const override {
    return Wrapped(Formatter::make_option_desc(option), kHelpColumns - kHelpIndent);
  }
  std::string make_subcommand(const CLI::App* command) const override {
    std::ostringstream out;
    CLI::detail::format_help(out, command->get_display_name(true),
                             Wrapped(command->get_description(), kHelpColumns - kHelpIndent),
                             kHelpIndent);
    return out.str();
  }

 private:
  static std::string Wrapped(const std::string& text, int columns) {
    return absl::StrJoin(WrapText(text, columns), "\n");
  }
};

void AddGlobalFlags(CLI::App* root, GlobalFlags* flags, std::string* format) {
  root->add_option("--server", flags->server, "HOST:PORT of kizuna-server")
      ->envname("KIZUNA_SERVER")
      ->capture_default_str()
      ->group("All commands");
  root->add_option("--format", *format,
                   "table for people, json or csv for programs (default table)")
      ->type_name("FORMAT")
      ->group("All commands");
  root->add_option("--timeout", flags->timeout_seconds,
                   "wait so many SECONDS for an answer (default: 20, check 2)")
      ->check(CLI::Range(0.001, 86400.0).description(""))
      ->type_name("SECONDS")
      ->group("All commands");
  root->add_option("--tls-ca", flags->tls_ca_file,
                   "connect by TLS and trust the certificate authorities of this PEM file")
      ->type_name("FILE")
      ->group("All commands");
}

void AddCommands(CommandLine& line) {
  AddReadyCommand(line);
  AddBlockedCommand(line);
  AddPortfolioCommand(line);
  AddWhyCommand(line);
  AddOffersCommand(line);
  AddCheckCommand(line);
  AddReservationCommands(line);
  AddExplainCommand(line);
  AddWhatIfCommand(line);
  AddHealthCommand(line);
  AddHistoryCommand(line);
  AddMovedCommand(line);
  AddTimelineCommand(line);
  AddReviewCommands(line);
  AddProposalCommand(line);
  AddWatchCommand(line);
  AddAlertCommands(line);
  AddWebhookCommands(line);
  AddSignalCommands(line);
  AddRecordingCommands(line);
  AddAccountCommands(line);
  AddAffinityCommand(line);
  AddRulebookCommands(line);
  AddModelCommands(line);
  AddImportCommand(line);
  AddExportCommand(line);
  AddReimportCommand(line);
  AddStatusCommand(line);
  AddTaskCommands(line);
  AddBackupCommand(line);
  AddDecisionKeyCommands(line);
}

// The subcommand that was reached, to point at its help.
std::string CommandPath(const CLI::App& root) {
  std::string path = "kizuna";
  const CLI::App* app = &root;
  while (!app->get_subcommands().empty()) {
    app = app->get_subcommands().front();
    absl::StrAppend(&path, " ", app->get_name());
  }
  return path;
}

int ReportUsage(const CLI::App& root, const CLI::ParseError& error, const Terminal& terminal) {
  *terminal.err << Paint("kizuna:", Style::kBad, terminal.err_colour) << " " << error.what()
                << "\nSee `" << CommandPath(root) << " --help`.\n";
  return kUsage;
}

// What to do about an error, beyond what its message says; empty when nothing can be added.
std::string AdviceOn(const absl::Status& error, const GlobalFlags& flags) {
  if (absl::IsUnavailable(error)) {
    return absl::StrCat("Is kizuna-server running at ", flags.server,
                        "? Say where it is with --server HOST:PORT or KIZUNA_SERVER.");
  }
  if (absl::IsDeadlineExceeded(error)) {
    return "Wait longer with --timeout SECONDS, or look at `kizuna status`.";
  }
  if (absl::IsUnauthenticated(error)) return "Set KIZUNA_TOKEN to a token that the server knows.";
  if (absl::IsNotFound(error) && absl::StrContains(error.message(), "account") &&
      !absl::StrContains(error.message(), "kizuna account list")) {
    return "List the accounts with `kizuna account list`.";
  }
  return "";
}

int ReportError(const absl::Status& error, const GlobalFlags& flags, const Terminal& terminal) {
  *terminal.err << Paint("kizuna:", Style::kBad, terminal.err_colour) << " " << error.message()
                << "\n";
  const std::string advice = AdviceOn(error, flags);
  if (!advice.empty()) *terminal.err << advice << "\n";
  return ExitCodeOf(error);
}

absl::StatusOr<Format> ParseFormat(const std::string& word) {
  if (word.empty() || word == "table") return Format::kTable;
  if (word == "json") return Format::kJson;
  if (word == "csv") return Format::kCsv;
  return UsageError("--format",
                    absl::StrCat("'", word, "' is not known; write table, json or csv"));
}

int RunAction(const Action& action, const GlobalFlags& flags, const Terminal& terminal) {
  Session session(flags, terminal);
  const absl::StatusOr<ExitCode> code = action(session);
  terminal.out->flush();
  if (!code.ok()) return ReportError(code.status(), flags, terminal);
  if (!terminal.out->good()) {
    *terminal.err << "kizuna: standard output could not be written; what it holds is not whole\n";
    return kError;
  }
  return *code;
}

int RunOrThrow(const std::vector<std::string>& arguments, const Terminal& terminal) {
  CLI::App root(kAbout, "kizuna");
  root.footer(kFooter);
  root.set_version_flag("--version", kVersion);
  root.require_subcommand(1);
  const auto formatter = std::make_shared<WrappingFormatter>();
  formatter->column_width(kHelpIndent);
  root.formatter(formatter);
  GlobalFlags flags;
  std::string format;
  AddGlobalFlags(&root, &flags, &format);
  CommandLine line(&root);
  AddCommands(line);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    if (reversed.empty()) reversed.push_back("--help");
    root.parse(std::move(reversed));
  } catch (const CLI::Success& asked) {  // --help and --version
    return root.exit(asked, *terminal.out, *terminal.err);
  } catch (const CLI::ParseError& error) {
    return ReportUsage(root, error, terminal);
  }
  if (const char* const token = std::getenv("KIZUNA_TOKEN"); token != nullptr) flags.token = token;
  const absl::StatusOr<Format> parsed = ParseFormat(format);
  if (!parsed.ok()) return ReportError(parsed.status(), flags, terminal);
  flags.format = *parsed;
  return RunAction(line.chosen(), flags, terminal);
}

}  // namespace

int Run(const std::vector<std::string>& arguments, const Terminal& terminal) {
  try {
    return RunOrThrow(arguments, terminal);
  } catch (const std::exception& fault) {
    *terminal.err << "kizuna: a fault of this program: " << fault.what()
                  << "; please report it with the command line\n";
    return kError;
  }
}

}  // namespace kizuna::cli
