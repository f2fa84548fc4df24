// SPDX-License-Identifier: Apache-2.0
#include "client/cli/exit_code.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace kizuna::cli {
namespace {

constexpr absl::string_view kUsageMark = "kizuna.cli/usage";

}  // namespace

absl::Status UsageError(absl::string_view flag, absl::string_view message) {
  absl::Status error = absl::InvalidArgumentError(absl::StrCat(flag, ": ", message));
  error.SetPayload(kUsageMark, absl::Cord("1"));
  return error;
}

ExitCode ExitCodeOf(const absl::Status& error) {
  return error.GetPayload(kUsageMark).has_value() ? kUsage : kError;
}

}  // namespace kizuna::cli
