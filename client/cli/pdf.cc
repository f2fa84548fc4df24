// SPDX-License-Identifier: Apache-2.0
#include "client/cli/pdf.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

extern char** environ;

namespace kizuna::cli {
namespace {

constexpr absl::Duration kBetweenLooks = absl::Milliseconds(20);
constexpr size_t kLastWords = 500;  // bytes of what a failed program said

// A folder of one's own, from construction to destruction.
class PrivateFolder {
 public:
  PrivateFolder() {
    const char* const base = std::getenv("TMPDIR");
    path_ = absl::StrCat(base != nullptr && base[0] == '/' ? base : "/tmp", "/kizuna-pdf-XXXXXX");
    if (::mkdtemp(path_.data()) == nullptr) path_.clear();  // 0700
  }
  ~PrivateFolder() {
    std::error_code fault;
    if (!path_.empty()) std::filesystem::remove_all(path_, fault);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  bool ok() const { return !path_.empty(); }
  std::string File(absl::string_view name) const { return absl::StrCat(path_, "/", name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string ContentsOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

std::vector<std::string> ArgumentsFor(const std::string& program, const PrivateFolder& folder) {
  const std::string page = folder.File("page.html");
  const std::string pdf = folder.File("page.pdf");
  if (absl::EndsWith(program, "/weasyprint")) return {program, page, pdf};
  std::vector<std::string> arguments = {program,
                                        "--headless",
                                        "--disable-gpu",
                                        "--disable-extensions",
                                        "--disable-background-networking",
                                        "--no-first-run",
                                        "--no-pdf-header-footer",
                                        absl::StrCat("--user-data-dir=", folder.File("profile")),
                                        absl::StrCat("--print-to-pdf=", pdf)};
  // Chromium's sandbox does not start as root. The page is ours, without a script or a link.
  if (::geteuid() == 0) arguments.push_back("--no-sandbox");
  arguments.push_back(absl::StrCat("file://", page));
  return arguments;
}

// The environment without what the program has no business with, and with a home in the folder.
std::vector<std::string> EnvironmentFor(const PrivateFolder& folder) {
  std::vector<std::string> environment = {absl::StrCat("HOME=", folder.path())};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const absl::string_view text = *entry;
    if (!absl::StartsWith(text, "KIZUNA_") && !absl::StartsWith(text, "HOME=")) {
      environment.emplace_back(text);
    }
  }
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Starts the program in a process group of its own, with all that it says going into `log`.
absl::StatusOr<pid_t> Start(std::vector<std::string> arguments,
                            std::vector<std::string> environment, const std::string& log) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  pid_t child = -1;
  const int fault = posix_spawn(&child, arguments[0].c_str(), &actions, &attributes,
                                Pointers(arguments).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (fault != 0) {
    return absl::InternalError(
        absl::StrCat(arguments[0], " could not be started: ", std::strerror(fault)));
  }
  return child;
}

// Waits for the end. Whether it ended by itself within the time; *outcome is then waitpid()'s.
bool EndsWithin(pid_t child, absl::Duration timeout, int* outcome) {
  const absl::Time deadline = absl::Now() + timeout;
  for (;;) {
    const pid_t ended = ::waitpid(child, outcome, WNOHANG);
    if (ended != 0) return ended == child;
    if (absl::Now() >= deadline) return false;
    absl::SleepFor(kBetweenLooks);
  }
}

}  // namespace

absl::StatusOr<std::string> FindPdfProgram() {
  const char* const path = std::getenv("PATH");
  const std::vector<std::string> folders = absl::StrSplit(path == nullptr ? "" : path, ':');
  for (const char* name : {"weasyprint", "chromium", "chromium-browser", "google-chrome"}) {
    for (const std::string& folder : folders) {
      if (folder.empty() || folder[0] != '/') continue;  // not whatever lies in this folder
      std::string program = absl::StrCat(folder, "/", name);
      if (::access(program.c_str(), X_OK) == 0) return program;
    }
  }
  return absl::FailedPreconditionError(
      "a PDF needs a program that draws pages, and none is on PATH: install weasyprint or chromium "
      "(apt-get install weasyprint), or write --format html and print it from a browser");
}

absl::StatusOr<std::string> PdfOf(absl::string_view html, const std::string& program,
                                  absl::Duration timeout) {
  const PrivateFolder folder;
  std::ofstream page;
  if (folder.ok()) page.open(folder.File("page.html"), std::ios::binary);
  page << html;
  page.close();
  if (!folder.ok() || !page.good()) {
    return absl::UnavailableError(
        "no folder for the PDF could be written; is there room in TMPDIR, or in /tmp?");
  }
  const std::string log = folder.File("log");
  const absl::StatusOr<pid_t> child =
      Start(ArgumentsFor(program, folder), EnvironmentFor(folder), log);
  if (!child.ok()) return child.status();
  int outcome = 0;
  const bool ended = EndsWithin(*child, timeout, &outcome);
  // What it left running goes with it.
  ::kill(-*child, SIGKILL);
  if (!ended) {
    ::waitpid(*child, &outcome, 0);
    return absl::DeadlineExceededError(
        absl::StrCat(program, " did not end within ", absl::FormatDuration(timeout),
                     "; it was stopped. Write --format html instead."));
  }
  std::string pdf = ContentsOf(folder.File("page.pdf"));
  if (WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0 && absl::StartsWith(pdf, "%PDF-")) return pdf;
  std::string said = ContentsOf(log);
  if (said.size() > kLastWords) said = said.substr(said.size() - kLastWords);
  return absl::InternalError(absl::StrCat(program, " made no PDF: ", said));
}

}  // namespace kizuna::cli
