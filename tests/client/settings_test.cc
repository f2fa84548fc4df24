// SPDX-License-Identifier: Apache-2.0
//
// Who says what a setting is: flag, environment, config file, default; and whose accounts a list
// shows when nobody says it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "client/cli/config_file.h"
#include "client/cli/exit_code.h"
#include "tests/client/command_line_fixture.h"

namespace kizuna::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class SettingsTest : public CommandLineTest {
 protected:
  SettingsTest() {
    ::setenv("XDG_CONFIG_HOME", home_.c_str(), 1);
    std::filesystem::remove_all(home_);
    std::filesystem::create_directories(home_ + "/kizuna");
  }

  void Configure(const std::string& text) { std::ofstream(path_) << text; }

  // The line of `kizuna config --format csv` on a setting.
  std::string Setting(const std::string& key, std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), {"config", "--format", "csv"});
    const Done done = Kizuna(arguments);
    EXPECT_EQ(0, done.code) << done.err;
    for (const absl::string_view line : absl::StrSplit(done.out, '\n')) {
      if (line.substr(0, key.size() + 1) == key + ",") return std::string(line);
    }
    return done.out;
  }

  const std::string home_ = testing::TempDir() + "/settings_test";
  const std::string path_ = home_ + "/kizuna/config.toml";
};

TEST_F(SettingsTest, AFlagWinsOverTheEnvironmentThatOverTheFileThatOverTheDefault) {
  ::unsetenv("KIZUNA_SERVER");
  EXPECT_EQ("server,127.0.0.1:7410,default", Setting("server"));
  Configure("server = \"file:1\"\n");
  EXPECT_EQ("server,file:1,config", Setting("server"));
  ::setenv("KIZUNA_SERVER", "environment:2", 1);
  EXPECT_EQ("server,environment:2,environment", Setting("server"));
  EXPECT_EQ("server,flag:3,flag", Setting("server", {"--server", "flag:3"}));
  EXPECT_EQ("server,flag:4,flag", Setting("server", {"--server=flag:4"}));
}

TEST_F(SettingsTest, TheServerOfTheFileIsAsked) {
  ::unsetenv("KIZUNA_SERVER");
  Configure("# the book\nserver = '" + server_.address() + "'   # ours\n\ntimeout = 5\n");
  EXPECT_EQ(0, Kizuna({"status"}).code);
  EXPECT_EQ("timeout,5,config", Setting("timeout"));
  EXPECT_EQ("timeout,3,flag", Setting("timeout", {"--timeout", "3"}));
}

TEST_F(SettingsTest, TheFormOfTheFileIsTakenUnlessAFlagSaysOtherwise) {
  Configure("format = \"json\"\n");
  EXPECT_THAT(Kizuna({"status"}).out, StartsWith("{"));
  EXPECT_THAT(Kizuna({"status", "--format", "csv"}).out, StartsWith("field,value"));
}

TEST_F(SettingsTest, WithoutAFileNothingChanges) {
  const Done done = Kizuna({"config"});
  EXPECT_EQ(0, done.code) << done.err;
  EXPECT_THAT(done.out, HasSubstr("No config file at " + path_));
  Configure("");
  EXPECT_THAT(Kizuna({"config"}).out, HasSubstr("Config file: " + path_));
  EXPECT_THAT(Kizuna({"config", "--format", "json"}).out, HasSubstr("\"config_found\": true"));
}

TEST_F(SettingsTest, TheOwnerOfTheFileNarrowsListsAndSaysSo) {
  Configure("owner = \"sato\"\n");
  const Done mine = Kizuna({"ready", "--all"});
  EXPECT_EQ(0, mine.code) << mine.err;
  EXPECT_THAT(mine.err, HasSubstr("note: only for the owner sato, whom " + path_ +
                                  " names; --everyone lifts it"));
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"ready", "--everyone"},
                                                    {"ready", "--owner", "suzuki"},
                                                    {"ready", "--owner", ""},
                                                    {"check", "acme"},
                                                    {"review", "acme", "--quarter", "2026Q3"},
                                                    {"status"}}) {
    EXPECT_THAT(Kizuna(arguments).err, Not(HasSubstr("sato"))) << arguments.front();
  }
  EXPECT_EQ(2, Kizuna({"ready", "--everyone", "--owner", "sato"}).code);
}

TEST_F(SettingsTest, WhatIsWrongIsNamedByFileLineAndKey) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"server = \"a:1\"\nowners = \"sato\"\n", ":2: owners: is not known; write one of server"},
      {"token = \"secret\"\n", ":1: token: does not belong into a file; set KIZUNA_TOKEN"},
      {"\n\nserver\n", ":3: 'server' is no setting"},
      {"owner = sato\n", ":1: owner: is malformed"},
      {"owner = \"sato\n", ":1: owner: is malformed"},
      {"owner = \"sato\" suzuki\n", ":1: owner: is malformed"},
      {"owner = \"a\\nb\"\n", ":1: owner: is malformed"},
      {"owner =\n", ":1: owner: is malformed"},
      {"owner = 'a'\nowner = 'b'\n", ":2: owner: stands in line 1 too"},
      {"[kizuna]\nowner = 'a'\n", ":1: there are no sections"},
      {"format = 'xml'\n", ":1: format: 'xml' is not known"},
      {"format = 'xlsx'\n", ":1: format: xlsx goes to a file"},
      {"timeout = 0\n", ":1: timeout: "},
      {"timeout = 'soon'\n", ":1: timeout: "}};
  for (const auto& [text, message] : cases) {
    Configure(text);
    const Done done = Kizuna({"status"});
    EXPECT_EQ(2, done.code) << text;
    EXPECT_EQ("", done.out);
    EXPECT_THAT(done.err, HasSubstr(path_ + message)) << text;
  }
  EXPECT_EQ(0, Kizuna({"--help"}).code);
}

TEST_F(SettingsTest, AFileThatCannotBeReadIsAnError) {
  std::filesystem::create_directories(path_);
  const Done done = Kizuna({"status"});
  EXPECT_EQ(2, done.code);
  EXPECT_THAT(done.err, HasSubstr(path_));
  std::filesystem::remove(path_);
  Configure(std::string(64 * 1024, '\n'));
  EXPECT_EQ(0, Kizuna({"status"}).code);
  Configure(std::string(64 * 1024 + 1, '\n'));
  EXPECT_THAT(Kizuna({"status"}).err, HasSubstr("more than 64 KiB"));
}

TEST(ConfigFileTest, ValuesAreTextsAndNumbers) {
  const auto config =
      ParseConfig("f", "server=\"a\\\"b\\\\c\"\r\nowner = '佐藤 \"由紀\"' # x\n timeout=1.5");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ("a\"b\\c", config->ValueOf("server"));
  EXPECT_EQ("佐藤 \"由紀\"", config->ValueOf("owner"));
  EXPECT_EQ("1.5", config->ValueOf("timeout"));
  EXPECT_EQ("", config->ValueOf("lang"));
}

TEST(ConfigFileTest, TheFileIsWhereXdgSays) {
  ::setenv("HOME", "/home/sato", 1);
  ::setenv("XDG_CONFIG_HOME", "/etc/xdg", 1);
  EXPECT_EQ("/etc/xdg/kizuna/config.toml", ConfigPath());
  for (const char* const none : {"", "relative"}) {
    ::setenv("XDG_CONFIG_HOME", none, 1);
    EXPECT_EQ("/home/sato/.config/kizuna/config.toml", ConfigPath());
  }
  ::unsetenv("HOME");
  EXPECT_EQ("", ConfigPath());
  EXPECT_TRUE(ReadConfig("").ok());
}

}  // namespace
}  // namespace kizuna::cli
