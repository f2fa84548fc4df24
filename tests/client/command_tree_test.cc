// SPDX-License-Identifier: Apache-2.0
//
// The manual and the completions say what --help says, all of it, and the programs that read them
// understand them.

#include "client/cli/command_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tests/client/command_line_fixture.h"
#include "tests/client/sheet_dump.h"

namespace kizuna::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// The flags that a text of --help explains.
std::set<std::string> FlagsIn(const std::string& help) {
  std::set<std::string> flags;
  for (const absl::string_view line : absl::StrSplit(help, '\n')) {
    if (!absl::StartsWith(line, "  -")) continue;
    const absl::string_view names = line.substr(2, line.find(' ', 2) - 2);
    for (const absl::string_view name : absl::StrSplit(names, ',')) flags.emplace(name);
  }
  return flags;
}

std::string PlainText(const std::string& roff) {
  return absl::StrReplaceAll(
      roff, {{"\\-", "-"}, {"\\(ga", "`"}, {"\\fB", ""}, {"\\fR", ""}, {"\\:", ""}});
}

class CommandTreeTest : public CommandLineTest {
 protected:
  static std::vector<std::string> Words(const std::string& path) {
    return absl::StrSplit(path, ' ', absl::SkipEmpty());
  }
  const CommandNode root_ = WholeTree();
};

TEST_F(CommandTreeTest, EveryCommandAndFlagOfTheHelpIsInTheManual) {
  size_t flags = 0;
  const std::string whole = PlainText(ManualPage(root_, root_));
  for (const CommandNode* const node : NodesOf(root_)) {
    std::vector<std::string> arguments = Words(node->path);
    arguments.push_back("--help");
    const std::string help = Kizuna(arguments).out;
    const std::string page = PlainText(ManualPage(root_, *node));
    EXPECT_THAT(whole, HasSubstr("kizuna " + node->path));
    for (const std::string& flag : FlagsIn(help)) {
      EXPECT_THAT(page, HasSubstr(flag)) << node->path;
      ++flags;
    }
    for (const CommandNode& under : node->commands) {
      EXPECT_THAT(help, HasSubstr(Words(under.path).back())) << node->path;
      EXPECT_THAT(page, HasSubstr(under.path));
    }
  }
  EXPECT_GT(flags, 300u);
}

TEST_F(CommandTreeTest, TheManualTellsExitCodesFilesAndExamples) {
  const std::string whole = PlainText(ManualPage(root_, root_));
  for (const char* const part : {".SH \"EXIT STATUS\"", "\n11\nof the same: UNKNOWN", ".SH FILES",
                                 "~/.config/kizuna/config.toml", "KIZUNA_TOKEN"}) {
    EXPECT_THAT(whole, HasSubstr(part));
  }
  const Done page = Kizuna({"man", "account", "list"});
  EXPECT_EQ(0, page.code) << page.err;
  EXPECT_THAT(PlainText(page.out), AllOf(HasSubstr(".TH KIZUNA-ACCOUNT-LIST 1"),
                                         HasSubstr("kizuna account list --owner sato"),
                                         HasSubstr(".BR kizuna-account (1)")));
  EXPECT_EQ(2, Kizuna({"man", "dance"}).code);
  EXPECT_EQ(2, Kizuna({"man", "--all", "/dev/null"}).code);
}

TEST_F(CommandTreeTest, RoffUnderstandsEveryPage) {
  const std::string folder = testing::TempDir() + "/man1";
  OutputOf("rm -rf " + folder + " && mkdir " + folder);
  ASSERT_EQ(0, Kizuna({"man", "--all", folder}).code);
  EXPECT_EQ("", OutputOf("groff -man -ww -z -Tutf8 " + folder + "/*.1 2>&1"));
  EXPECT_EQ(absl::StrCat(NodesOf(root_).size(), "\n"), OutputOf("ls " + folder + " | wc -l"));
}

TEST_F(CommandTreeTest, BashCompletesCommandsFlagsAndWords) {
  const Done script = Kizuna({"completion", "bash"});
  ASSERT_EQ(0, script.code) << script.err;
  const std::string path = WriteFile("kizuna.bash", script.out);
  EXPECT_EQ("", OutputOf("bash -n " + path + " 2>&1"));
  const auto complete = [&path](const std::vector<std::string>& words) {
    const std::string typed = absl::StrJoin(words, " ");
    return OutputOf(absl::StrCat("bash -c 'set -u; source ", path, "; COMP_WORDS=(", typed,
                                 "); COMP_CWORD=", words.size() - 1,
                                 "; _kizuna; echo ${COMPREPLY[*]-}' 2>&1"));
  };
  EXPECT_EQ("ready\n", complete({"kizuna", "rea"}));
  EXPECT_EQ("list\n", complete({"kizuna", "account", "li"}));
  EXPECT_EQ("cross-sell\n", complete({"kizuna", "ready", "--motion", "cr"}));
  EXPECT_EQ("cross-sell\n", complete({"kizuna", "ready", "--motion", "=", "cr"}));
  EXPECT_EQ("xlsx\n", complete({"kizuna", "--server", "account", "ready", "--format", "x"}));
  EXPECT_EQ("--renewal-within\n", complete({"kizuna", "task", "list", "--ren"}));
  EXPECT_EQ("--everyone\n", complete({"kizuna", "ready", "--owner", "x", "--every"}));
  EXPECT_EQ("bash\n", complete({"kizuna", "completion", "b"}));
  EXPECT_EQ("LICENSE\n", complete({"kizuna", "rulebook", "validate", "LICEN"}));
  EXPECT_EQ("nps\n", complete({"kizuna", "signal", "record", "acme", "np"}));
  EXPECT_EQ("\n", complete({"kizuna", "ready", "--owner", "s"}));
  EXPECT_EQ("\n", complete({"kizuna", "check", "list"}));
}

// They are tried where they are installed; tools/setup does not ask for them.
TEST_F(CommandTreeTest, ZshAndFishUnderstandTheirScripts) {
  const std::string zsh = WriteFile("_kizuna", Kizuna({"completion", "zsh"}).out);
  const std::string fish = WriteFile("kizuna.fish", Kizuna({"completion", "fish"}).out);
  EXPECT_EQ("", OutputOf("! command -v zsh >/dev/null || zsh -n " + zsh + " 2>&1"));
  EXPECT_EQ("", OutputOf("! command -v fish >/dev/null || fish --no-execute " + fish + " 2>&1"));
  EXPECT_EQ(2, Kizuna({"completion", "ksh"}).code);
  EXPECT_EQ(2, Kizuna({"completion"}).code);
}

TEST(WordsInTest, WordsAreWhatStandsBetweenBars) {
  EXPECT_THAT(WordsIn("rank by this motion: seats|cross-sell (default: seats)"),
              ElementsAre("seats", "cross-sell"));
  EXPECT_THAT(WordsIn("a|b"), ElementsAre("a", "b"));
  for (const char* const none : {"", "|", "a|", "|a", "what FIELD|VALUE is", "one or two"}) {
    EXPECT_THAT(WordsIn(none), IsEmpty()) << none;
  }
}

}  // namespace
}  // namespace kizuna::cli
