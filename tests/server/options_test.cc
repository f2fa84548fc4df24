// SPDX-License-Identifier: Apache-2.0
//
// What does the server make of its command line?

#include "server/runtime/options.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "server/limits.h"
#include "server/runtime/accept_loop.h"

namespace kizuna::server {
namespace {

CommandLine Read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "kizuna-server");
  return ReadCommandLine(static_cast<int>(arguments.size()), arguments.data());
}

TEST(OptionsTest, TheFolderIsRequired) {
  EXPECT_EQ(Read({}).exit_code, 2);
  EXPECT_NE(Read({}).text.find("--data"), std::string::npos);
  EXPECT_EQ(Read({"--data", "/tmp/x"}).exit_code, std::nullopt);
}

TEST(OptionsTest, HelpAndVersionEndWell) {
  EXPECT_EQ(Read({"--help"}).exit_code, 0);
  EXPECT_NE(Read({"--help"}).text.find("Examples:"), std::string::npos);
  EXPECT_EQ(Read({"--version"}).exit_code, 0);
  EXPECT_NE(Read({"--version"}).text.find(Version()), std::string::npos);
}

TEST(OptionsTest, OnlyTheLoopbackIsListenedOnUnlessTheDangerIsNamed) {
  for (const char* address : {"127.0.0.1:0", "127.9.9.9:1", "[::1]:7400", "localhost:7400"}) {
    EXPECT_EQ(Read({"--data", "x", "--listen", address}).exit_code, std::nullopt) << address;
  }
  for (const char* address : {"0.0.0.0:0", "10.0.0.1:7400", "[::]:7400", "example.com:1"}) {
    const CommandLine refused = Read({"--data", "x", "--listen", address});
    EXPECT_EQ(refused.exit_code, 2) << address;
    EXPECT_NE(refused.text.find("--insecure-listen-anywhere"), std::string::npos);
    EXPECT_EQ(Read({"--data", "x", "--listen", address, "--insecure-listen-anywhere"}).exit_code,
              std::nullopt);
  }
}

TEST(OptionsTest, AnAddressIsAHostAndAPort) {
  for (const char* address : {"", "127.0.0.1", ":7400", "127.0.0.1:65536", "127.0.0.1:x",
                              "::1:7400", "[::1:7400", "127.0.0.1:-1"}) {
    EXPECT_FALSE(SplitAddress(address).ok()) << address;
  }
  EXPECT_EQ(SplitAddress("[::1]:65535")->host, "::1");
  EXPECT_EQ(SplitAddress("[::1]:65535")->port, 65535);
}

TEST(OptionsTest, AFlagThatIsWrongIsNamed) {
  EXPECT_NE(Read({"--data", "x", "--fiscal-first-month", "13"}).text.find("--fiscal-first-month"),
            std::string::npos);
  EXPECT_EQ(Read({"--data", "x", "--colour", "red"}).exit_code, 2);
  EXPECT_EQ(Read({"--data", "x", "--log-calls", "some"}).exit_code, 2);
  EXPECT_EQ(Read({"--data", "x", "--log-calls", "all"}).options.call_log, CallLog::kAll);
}

TEST(OptionsTest, TheChangeLogIsKeptForAWeekUnlessSaidOtherwise) {
  EXPECT_EQ(Read({"--data", "x"}).options.log_days, 7);
  EXPECT_EQ(Read({"--data", "x", "--log-days", "1"}).options.log_days, 1);
  EXPECT_EQ(Read({"--data", "x", "--log-days", "36500"}).options.log_days, 36500);
  for (const char* days : {"0", "-1", "36501", "x"}) {
    const CommandLine refused = Read({"--data", "x", "--log-days", days});
    EXPECT_EQ(refused.exit_code, 2) << days;
    EXPECT_NE(refused.text.find("--log-days"), std::string::npos);
  }
}

TEST(OptionsTest, BackupsAndRestoresSayWhatGoesTogether) {
  const std::vector<std::vector<const char*>> good = {
      {"--data", "x", "--backup-to", "b"},
      {"--data", "x", "--backup-to", "b", "--backup", "--keep-backups", "3"},
      {"--data", "x", "--restore-from", "b"},
      {"--data", "x", "--restore-from", "b", "--backup-number", "2", "--erasures", "e"},
      {"--data", "x", "--restore-from", "b", "--forget-erasures"}};
  for (const auto& arguments : good) {
    EXPECT_EQ(Read(arguments).exit_code, std::nullopt) << Read(arguments).text;
  }
  const std::vector<std::pair<std::string, std::vector<const char*>>> wrong = {
      {"--backup:", {"--data", "x", "--backup"}},
      {"--data", {"--data", ":memory:", "--backup-to", "b"}},
      {"--data", {"--data", ":memory:", "--restore-from", "b"}},
      {"--data", {"--data", "x.restoring"}},
      {"--verify", {"--data", "x", "--restore-from", "b", "--verify"}},
      {"--verify", {"--data", "x", "--backup-to", "b", "--backup", "--verify"}},
      {"--restore-from", {"--data", "x", "--erasures", "e"}},
      {"--restore-from", {"--data", "x", "--forget-erasures"}},
      {"--restore-from", {"--data", "x", "--backup-number", "1"}},
      {"--backup-number", {"--data", "x", "--restore-from", "b", "--backup-number", "0"}},
      {"--forget-erasures",
       {"--data", "x", "--restore-from", "b", "--erasures", "e", "--forget-erasures"}},
      {"--accept-data-loss", {"--data", "x", "--restore-from", "b", "--accept-data-loss"}}};
  for (const auto& [flag, arguments] : wrong) {
    const CommandLine refused = Read(arguments);
    EXPECT_EQ(refused.exit_code, 2) << flag;
    EXPECT_NE(refused.text.find(flag), std::string::npos) << refused.text;
  }
}

TEST(OptionsTest, ConnectionsLeaveDescriptorsForTheStore) {
  EXPECT_EQ(ConnectionsWithin(1 << 20, limits::kMaxConnections), limits::kMaxConnections);
  EXPECT_EQ(ConnectionsWithin(1024, limits::kMaxConnections), 1024 - limits::kReservedDescriptors);
  EXPECT_EQ(ConnectionsWithin(48, limits::kMaxConnections), 24);
  EXPECT_EQ(ConnectionsWithin(0, limits::kMaxConnections), 1);
}

}  // namespace
}  // namespace kizuna::server
