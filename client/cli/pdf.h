// SPDX-License-Identifier: Apache-2.0
//
// How does HTML become a PDF? By WeasyPrint or Chromium, where one of them is installed
// (docs/adr/0092): Kizuna draws no pages itself.

#ifndef KIZUNA_CLIENT_CLI_PDF_H_
#define KIZUNA_CLIENT_CLI_PDF_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace kizuna::cli {

// How long the program may take for one document, by default.
inline constexpr absl::Duration kPdfTimeout = absl::Minutes(2);

// The program that would be run: the first of weasyprint, chromium, chromium-browser and
// google-chrome on PATH. FAILED_PRECONDITION without one: says what to install.
absl::StatusOr<std::string> FindPdfProgram();

// The PDF of `html`, made by `program` in a folder of its own that nobody else may read and that is
// gone afterwards. The program gets neither a shell nor the token of the server. INTERNAL with its
// last words when it fails, DEADLINE_EXCEEDED when it does not end: it is killed with all that it
// started. Thread-safe.
absl::StatusOr<std::string> PdfOf(absl::string_view html, const std::string& program,
                                  absl::Duration timeout = kPdfTimeout);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_PDF_H_
