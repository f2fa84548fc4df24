// SPDX-License-Identifier: Apache-2.0
//
// Runs the command line inside the test, against a fake server.
#ifndef KIZUNA_TESTS_CLIENT_COMMAND_LINE_FIXTURE_H_
#define KIZUNA_TESTS_CLIENT_COMMAND_LINE_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "client/cli/display_text.h"
#include "client/cli/run.h"
#include "tests/client/fake_server.h"

namespace kizuna::cli {

// What a command printed and how it ended.
struct Done {
  int code;
  std::string out;
  std::string err;
};

class CommandLineTest : public testing::Test {
 protected:
  CommandLineTest() {
    ::setenv("KIZUNA_SERVER", server_.address().c_str(), 1);
    ::unsetenv("KIZUNA_TOKEN");
    ::setenv("XDG_CONFIG_HOME", "/dev/null", 1);
    ::unsetenv("KIZUNA_LANG");
    server_.AddAccount("acme", "Acme Corporation", 9);
    server_.AddAccount("angry", "株式会社 怒り", 2);
    server_.AddAccount("new", "新しい会社", -1);
  }

  Done Kizuna(const std::vector<std::string>& arguments, const std::string& input = "",
              bool terminal = false) {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    Terminal streams;
    streams.in = &in;
    streams.out = &out;
    streams.err = &err;
    streams.in_is_terminal = streams.err_is_terminal = streams.out_colour = terminal;
    const int code = cli::Run(arguments, streams);
    return {code, out.str(), err.str()};
  }

  static std::string WriteFile(const std::string& name, const std::string& text) {
    const std::string path = testing::TempDir() + "/" + name;
    std::ofstream(path) << text;
    return path;
  }

  static void ExpectFits(const std::string& text) {
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      EXPECT_LE(DisplayWidth(line), 80) << line;
    }
  }

  test::FakeServer server_;
};

}  // namespace kizuna::cli

#endif  // KIZUNA_TESTS_CLIENT_COMMAND_LINE_FIXTURE_H_
