// SPDX-License-Identifier: Apache-2.0
//
// Do the captures of docs/captures fit a terminal of 80 columns?

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "client/cli/display_text.h"

namespace kizuna::cli {
namespace {

TEST(CapturesTest, NoLineIsWiderThanATerminal) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("docs/captures")) {
    if (entry.path().extension() != ".txt") continue;
    ++files;
    std::ifstream file(entry.path());
    int number = 0;
    for (std::string line; std::getline(file, line);) {
      ++number;
      EXPECT_LE(DisplayWidth(line), 80) << entry.path() << ":" << number << ": " << line;
    }
    EXPECT_GT(number, 1) << entry.path();
  }
  // Four commands, two books, two languages.
  EXPECT_EQ(16, files);
}

}  // namespace
}  // namespace kizuna::cli
