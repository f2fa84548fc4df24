// SPDX-License-Identifier: Apache-2.0
//
// Reads an .xlsx file back, by other means than it was written.
#ifndef KIZUNA_TESTS_CLIENT_SHEET_DUMP_H_
#define KIZUNA_TESTS_CLIENT_SHEET_DUMP_H_

#include <array>
#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"

namespace kizuna::cli {

// What `command` prints, and "exit CODE" when it does not end well.
inline std::string OutputOf(const std::string& command) {
  std::string output;
  FILE* const pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer;
  while (const size_t read = fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), read);
  }
  const int code = pclose(pipe);
  if (code != 0) absl::StrAppend(&output, "exit ", code, "\n");
  return output;
}

// A line a cell, as tests/client/sheet_dump.py says.
inline std::string SheetDump(const std::string& path) {
  return OutputOf(absl::StrCat("/usr/bin/python3 -B tests/client/sheet_dump.py '", path, "'"));
}

}  // namespace kizuna::cli

#endif  // KIZUNA_TESTS_CLIENT_SHEET_DUMP_H_
