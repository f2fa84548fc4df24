// SPDX-License-Identifier: Apache-2.0
//
// Every command in every form: its examples make sense, JSON is one document, CSV has as many
// fields in each line as in the first, and xlsx is a sheet of a list or is refused before anything
// is done.

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "tests/client/command_line_fixture.h"
#include "tests/client/empty_server.h"
#include "tests/client/sheet_dump.h"

namespace kizuna::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

// The arguments of an example, as a shell would hand them over, up to a pipe or another stream.
std::vector<std::string> ArgumentsOf(const std::string& line) {
  std::vector<std::string> arguments;
  bool quoted = false;
  bool begun = false;
  for (const char letter : line + " ") {
    if (letter == '"') {
      quoted = !quoted;
    } else if (letter != ' ' || quoted) {
      if (!begun) arguments.emplace_back();
      begun = true;
      arguments.back().push_back(letter);
    } else {
      begun = false;
      if (!arguments.empty() &&
          (arguments.back() == "|" || arguments.back() == ">" || arguments.back() == "<" ||
           arguments.back() == ">>" || arguments.back() == "&&")) {
        arguments.pop_back();
        break;
      }
    }
  }
  arguments.erase(arguments.begin());  // kizuna
  return arguments;
}

constexpr char kInput[] = "name: \"starter\"\n";

// How many fields each line of CSV has.
std::set<size_t> FieldCounts(const std::string& csv) {
  std::set<size_t> counts;
  size_t fields = 1;
  bool quoted = false;
  for (const char letter : csv) {
    if (letter == '"') quoted = !quoted;
    if (quoted) continue;
    if (letter == ',') ++fields;
    if (letter != '\n') continue;
    counts.insert(fields);
    fields = 1;
  }
  return counts;
}

bool IsOneDocument(const std::string& text) {
  google::protobuf::Value value;
  return google::protobuf::util::JsonStringToMessage(text, &value).ok();
}

class FormsTest : public CommandLineTest {
 protected:
  FormsTest() { ::setenv("KIZUNA_SERVER", empty_.address().c_str(), 1); }

  // Those whose answer is a text, a document, a folder or a stream; their own tests look at it.
  static bool HasNoForm(const std::string& path) {
    static const auto* const kNone =
        new std::set<std::string>{"completion", "man",    "export",   "reimport",
                                  "import",     "review", "proposal", "watch"};
    return kNone->count(path) > 0;
  }

  // Calls `see(path, arguments)` for the first example of each command.
  template <typename See>
  void ForEachCommand(const See& see) {
    const CommandNode root = WholeTree();
    for (const CommandNode* const node : NodesOf(root)) {
      if (node->examples.empty() || HasNoForm(node->path)) continue;
      see(node->path, ArgumentsOf(node->examples.front().line));
    }
  }

  Done In(std::vector<std::string> arguments, const std::string& form) {
    arguments.insert(arguments.begin(), {"--format", form});
    return Kizuna(arguments, kInput);
  }

  test::EmptyServer empty_;
};

TEST_F(FormsTest, EveryCommandHasExamplesThatMakeSense) {
  const CommandNode root = WholeTree();
  int examples = 0;
  for (const CommandNode* const node : NodesOf(root)) {
    const bool only_a_group = !node->commands.empty() && node->path != "alerts" &&
                              node->path != "review" && node->path != "signal record";
    EXPECT_EQ(node->examples.empty(), only_a_group) << node->path;
    for (const Example& example : node->examples) {
      EXPECT_THAT(example.line, HasSubstr("kizuna"));
      if (!absl::StartsWith(example.line, "kizuna ")) continue;
      std::vector<std::string> arguments = ArgumentsOf(example.line);
      if (HasNoForm(node->path)) {
        arguments.push_back("--help");
        EXPECT_EQ(0, Kizuna(arguments).code) << example.line;
      } else {
        // What the arguments cannot mean ends with a line that points at the help.
        EXPECT_THAT(Kizuna(arguments, kInput).err, Not(HasSubstr("--help`"))) << example.line;
      }
      ++examples;
    }
  }
  EXPECT_GT(examples, 80);
}

TEST_F(FormsTest, JsonIsOneDocument) {
  ForEachCommand([this](const std::string& path, const std::vector<std::string>& arguments) {
    const Done done = In(arguments, "json");
    if (done.out.empty()) {
      EXPECT_NE(0, done.code) << path;
      return;
    }
    EXPECT_TRUE(IsOneDocument(done.out)) << path << "\n" << done.out << done.err;
  });
}

TEST_F(FormsTest, CsvHasTheSameFieldsInEachLine) {
  ForEachCommand([this](const std::string& path, const std::vector<std::string>& arguments) {
    const Done done = In(arguments, "csv");
    if (done.out.empty()) {
      EXPECT_NE(0, done.code) << path;
      return;
    }
    EXPECT_EQ(1u, FieldCounts(done.out).size()) << path << "\n" << done.out << done.err;
  });
}

TEST_F(FormsTest, XlsxIsASheetOfAListOrRefused) {
  std::set<std::string> lists;
  const std::string file = testing::TempDir() + "/forms.xlsx";
  ForEachCommand([&](const std::string& path, std::vector<std::string> arguments) {
    std::filesystem::remove(file);
    arguments.insert(arguments.begin(), {"--out", file});
    const Done done = In(arguments, "xlsx");
    EXPECT_EQ("", done.out) << path;
    if (absl::StrContains(done.err, "xlsx is for lists")) {
      EXPECT_EQ(2, done.code) << path;
      EXPECT_FALSE(std::filesystem::exists(file));
      return;
    }
    lists.insert(path);
    EXPECT_EQ(0, done.code) << path << done.err;
    EXPECT_TRUE(std::filesystem::exists(file)) << path;
    EXPECT_THAT(done.err, HasSubstr("wrote " + file)) << path;
  });
  EXPECT_THAT(lists, testing::IsSupersetOf({"ready", "blocked", "portfolio", "task list", "alerts",
                                            "account list", "affinity", "history", "timeline",
                                            "reservation leaks", "rulebook list", "offers"}));
}

TEST_F(FormsTest, AListAsXlsxHoldsWhatItsCsvHolds) {
  ::setenv("KIZUNA_SERVER", server_.address().c_str(), 1);
  server_.AddAccount("formula", "=HYPERLINK(\"http://evil.example\")", 9);
  const std::string file = testing::TempDir() + "/ready.xlsx";
  const Done done = Kizuna({"ready", "--all", "--format", "xlsx", "--out", file});
  EXPECT_EQ(0, done.code) << done.err;
  EXPECT_EQ("", done.out);
  EXPECT_THAT(done.err, HasSubstr("note: wrote " + file + ": 4 rows"));
  const std::string sheet = SheetDump(file);
  for (const char* const cell :
       {"A1 text 'rank'", "B1 text 'account'", "A2 number 1.0",
        "text '=HYPERLINK(\"http://evil.example\")'", "text '株式会社 怒り'"}) {
    EXPECT_THAT(sheet, HasSubstr(cell));
  }
}

TEST_F(FormsTest, XlsxNeedsAFileAndAnAnswer) {
  const std::string file = testing::TempDir() + "/none.xlsx";
  std::filesystem::remove(file);
  const std::string in_a_file = WriteFile("a_file", "") + "/a.xlsx";
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"ready", "--format", "xlsx"}, "--out: xlsx goes to a file"},
      {{"ready", "--out", file}, "--out: is for --format xlsx"},
      {{"status", "--format", "xlsx", "--out", file}, "`kizuna status` prints none"},
      {{"account", "erase", "acme", "--yes", "--format", "xlsx", "--out", file},
       "xlsx is for lists"},
      {{"ready", "--format", "xlsx", "--out", in_a_file}, "cannot be written"}};
  for (const auto& [arguments, message] : cases) {
    const Done done = Kizuna(arguments);
    EXPECT_EQ(2, done.code) << message;
    EXPECT_THAT(done.err, HasSubstr(message));
  }
  ::setenv("KIZUNA_SERVER", "127.0.0.1:1", 1);
  EXPECT_EQ(1, Kizuna({"ready", "--format", "xlsx", "--out", file}).code);
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_FALSE(std::filesystem::exists(file + ".part"));
}

}  // namespace
}  // namespace kizuna::cli
