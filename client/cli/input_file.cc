// SPDX-License-Identifier: Apache-2.0
#include "client/cli/input_file.h"

#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "client/cli/exit_code.h"

namespace kizuna::cli {

absl::StatusOr<std::string> ReadInput(absl::string_view flag, const std::string& path,
                                      Session& session) {
  if (path == "-") {
    return std::string(std::istreambuf_iterator<char>(*session.terminal().in),
                       std::istreambuf_iterator<char>());
  }
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) {
    return UsageError(flag, absl::StrCat("'", path, "' cannot be read"));
  }
  return text;
}

}  // namespace kizuna::cli
