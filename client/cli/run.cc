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
#include "client/cli/command.h"
#include "client/cli/command_tree.h"
#include "client/cli/config_file.h"
#include "client/cli/display_text.h"
#include "client/cli/exit_code.h"
#include "client/cli/session.h"
#include "client/cli/settings.h"
#include "client/cli/workbook.h"

namespace kizuna::cli {
namespace {

constexpr int kHelpColumns = 80;
constexpr int kHelpIndent = 30;  // where the explanations begin

constexpr char kVersion[] = "kizuna " KIZUNA_VERSION;

constexpr char kAbout[] =
    "Kizuna answers one question: may I pitch this to that account now?\n\n"
    "A morning with it: `kizuna today` says who needs you, `kizuna ready` whom to\n"
    "approach first, `kizuna why ACCOUNT` what to know before the call, `kizuna\n"
    "check ACCOUNT` whether it is still all right to make it, and `kizuna signal\n"
    "record` writes down what was learned.";

constexpr char kEnvironment[] =
    "Environment: KIZUNA_SERVER (as --server), KIZUNA_LANG (as --lang), KIZUNA_TOKEN (bearer\n"
    "token), NO_COLOR.\n"
    "A flag wins over the environment, that over the config file (`kizuna config`).\n"
    "`kizuna COMMAND --help` shows the flags and examples of a command.";

std::string Footer() {
  std::vector<std::string> codes;
  for (const ExitCodeMeaning& one : kExitCodes) {
    codes.push_back(absl::StrCat(static_cast<int>(one.code), " ", one.brief));
  }
  const std::string text = absl::StrCat("Exit codes: ", absl::StrJoin(codes, ", "), ".");
  return absl::StrCat(absl::StrJoin(WrapText(text, kHelpColumns), "\n"), "\n", kEnvironment);
}

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

// What was typed of the form of answers.
struct Form {
  std::string format;    // a word of --format
  std::string out;       // of --out
  std::string language;  // of --lang; empty: what the locale speaks
};

// What is wrong with a word of --format; empty when nothing is.
std::string FaultOfFormat(const std::string& word) {
  for (const char* const known : {"table", "json", "csv", "xlsx"}) {
    if (word == known) return "";
  }
  return absl::StrCat("'", word, "' is not known; write table, json, csv or xlsx");
}

// The form of a word that is known.
Format FormatOf(const std::string& word) {
  if (word == "json") return Format::kJson;
  return word == "csv" || word == "xlsx" ? Format::kCsv : Format::kTable;
}

void AddGlobalFlags(CLI::App* root, GlobalFlags* flags, Form* form) {
  root->add_option("--server", flags->server, "HOST:PORT of kizuna-server")
      ->envname("KIZUNA_SERVER")
      ->capture_default_str()
      ->group("All commands");
  root->add_option("--format", form->format,
                   "table|json|csv|xlsx: for people, for programs, or a list for a spreadsheet "
                   "(default table)")
      ->check(CLI::Validator([](const std::string& word) { return FaultOfFormat(word); }, ""))
      ->type_name("FORMAT")
      ->group("All commands");
  root->add_option("--out", form->out, "the file that --format xlsx writes")
      ->type_name("FILE")
      ->group("All commands");
  root->add_option("--lang", form->language,
                   "what tables speak: en or ja (default: ja where the locale says so, else en)")
      ->envname("KIZUNA_LANG")
      ->type_name("LANGUAGE")
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
  AddTodayCommand(line);
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
  AddConfigCommand(line);
  AddCompletionCommand(line);
  AddManCommand(line);
}

// The subcommand that was reached.
CLI::App* CommandReached(CLI::App* root) {
  while (!root->get_subcommands().empty()) root = root->get_subcommands().front();
  return root;
}

// How it is typed, to point at its help.
std::string CommandPath(const CLI::App* app) {
  if (app->get_parent() == nullptr) return "kizuna";
  return absl::StrCat(CommandPath(app->get_parent()), " ", app->get_name());
}

int ReportUsage(CLI::App& root, const CLI::ParseError& error, const Terminal& terminal) {
  *terminal.err << Paint("kizuna:", Style::kBad, terminal.err_colour) << " " << error.what()
                << "\nSee `" << CommandPath(CommandReached(&root)) << " --help`.\n";
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

// Whether `--format` and `--out` go together, and with the command.
absl::Status CheckForm(const Form& form, const CommandLine& line, const CLI::App* command) {
  if (form.format != "xlsx") {
    if (form.out.empty()) return absl::OkStatus();
    return UsageError("--out", "is for --format xlsx; send other forms to a file with > FILE");
  }
  if (!line.IsList(command)) {
    return UsageError(
        "--format", absl::StrCat("xlsx is for lists, such as `kizuna ready`, and `",
                                 CommandPath(command), "` prints none; write table, json or csv"));
  }
  if (form.out.empty()) return UsageError("--out", "xlsx goes to a file; name it with --out FILE");
  return absl::OkStatus();
}

// What was typed, or what the locale speaks.
absl::StatusOr<Language> LanguageOf(const std::string& typed, const Terminal& terminal) {
  return typed.empty() ? LanguageOfLocale(terminal.locale) : ParseLanguage("--lang", typed);
}

// Runs `action`; with --format xlsx, its list goes to the file of --out when all went well.
absl::StatusOr<ExitCode> RunIn(const Form& form, const Action& action, const GlobalFlags& flags,
                               Terminal terminal) {
  std::unique_ptr<Workbook> workbook;
  if (form.format == "xlsx") {
    absl::StatusOr<std::unique_ptr<Workbook>> made = Workbook::Create(form.out);
    if (!made.ok()) return made.status();
    workbook = *std::move(made);
    terminal.workbook = workbook.get();
  }
  Session session(flags, terminal);
  absl::StatusOr<ExitCode> code = action(session);
  if (workbook == nullptr || !code.ok()) return code;
  if (const absl::Status failed = workbook->Save(); !failed.ok()) return failed;
  session.Note(absl::StrCat("wrote ", form.out, ": ", Counted(workbook->rows(), "row", "rows")));
  return code;
}

int RunAction(const Form& form, const Action& action, const GlobalFlags& flags,
              const Terminal& terminal) {
  const absl::StatusOr<ExitCode> code = RunIn(form, action, flags, terminal);
  terminal.out->flush();
  if (!code.ok()) return ReportError(code.status(), flags, terminal);
  if (!terminal.out->good()) {
    *terminal.err << "kizuna: standard output could not be written; what it holds is not whole\n";
    return kError;
  }
  return *code;
}

// Makes the whole command line, bound to `flags` and `form`.
void Build(CLI::App* root, GlobalFlags* flags, Form* form, CommandLine* line) {
  root->footer(Footer());
  root->set_version_flag("--version", kVersion);
  root->require_subcommand(1);
  const auto formatter = std::make_shared<WrappingFormatter>();
  formatter->column_width(kHelpIndent);
  root->formatter(formatter);
  AddGlobalFlags(root, flags, form);
  AddCommands(*line);
}

int RunOrThrow(const std::vector<std::string>& arguments, const Terminal& terminal) {
  CLI::App root(kAbout, "kizuna");
  GlobalFlags flags;
  Form form;
  CommandLine line(&root);
  Build(&root, &flags, &form, &line);
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
  CLI::App* const command = CommandReached(&root);
  const absl::StatusOr<Config> config = ReadConfig(ConfigPath());
  if (!config.ok()) return ReportError(config.status(), flags, terminal);
  absl::Status wrong = TakeSettings(*config, arguments, &root, &flags);
  wrong.Update(CheckForm(form, line, command));
  if (!wrong.ok()) return ReportError(wrong, flags, terminal);
  flags.format = FormatOf(form.format);
  const absl::StatusOr<Language> spoken = LanguageOf(form.language, terminal);
  if (!spoken.ok()) return ReportError(spoken.status(), flags, terminal);
  flags.language = *spoken;
  TakeOwner(*config, command, terminal);
  return RunAction(form, line.chosen(), flags, terminal);
}

}  // namespace

CommandNode WholeTree() {
  CLI::App root(kAbout, "kizuna");
  GlobalFlags flags;
  Form form;
  CommandLine line(&root);
  Build(&root, &flags, &form, &line);
  return TreeOf(line);
}

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
