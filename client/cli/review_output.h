// SPDX-License-Identifier: Apache-2.0
//
// In which form is a review or a proposal wanted, and how does it become a file? What `review` and
// `proposal` have in common.

#ifndef KIZUNA_CLIENT_CLI_REVIEW_OUTPUT_H_
#define KIZUNA_CLIENT_CLI_REVIEW_OUTPUT_H_

#include <CLI/CLI.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "client/cli/output.h"
#include "client/review/review_document.h"
#include "kizuna/v1/review.pb.h"
#include "kizuna/v1/review_service.pb.h"

namespace kizuna::cli {

// What was typed.
struct DocumentFlags {
  std::string format;
  std::string language;
  std::string paper;
  std::string out;

  // Adds --format, --lang, --paper and --out. This --format stands behind the command and has its
  // own words; the one of all commands, before it, is heeded where this is not given.
  void AddTo(CLI::App* command);
};

enum class DocumentFormat { kMarkdown, kHtml, kPdf, kJson };
// "md", "html", "pdf", "json".
std::string EndingOf(DocumentFormat format);

// What is wanted.
struct DocumentWanted {
  DocumentFormat format = DocumentFormat::kMarkdown;
  // Not set: the customer's own.
  absl::optional<review::Language> language;
  review::Paper paper = review::Paper::kA4;
  // The file. Empty: standard output.
  std::string out;
  // The program that draws pages; of kPdf.
  std::string pdf_program;
};

// Without --format: what `all_commands` says, else the ending of --out, else `by_default`. A
// UsageError for words that are none, and for a PDF without --out; the error of FindPdfProgram().
absl::StatusOr<DocumentWanted> WantedOf(const DocumentFlags& flags, Format all_commands,
                                        DocumentFormat by_default);

// The bytes of the file. The errors of ReviewDocument() and PdfOf(): a customer's copy that holds
// what is for us alone is made in no form.
absl::StatusOr<std::string> BytesOf(const v1::Review& review, const DocumentWanted& wanted,
                                    absl::TimeZone zone);
absl::StatusOr<std::string> BytesOf(const v1::Proposal& proposal, const DocumentWanted& wanted,
                                    absl::TimeZone zone);

// Which preparation was it? A word for `review send --prepared`, such as
// `42/3/2026-11-22T09:00:00.000001Z`: the account's revision, the rulebook's number, the instant.
std::string PreparationOf(const v1::Review& review);
// Puts the three into the request. A UsageError naming --prepared for a word that is none.
absl::Status ReadPreparation(absl::string_view word, v1::SendReviewRequest* request);

// Writes a file whole or not at all: beside it first, then by renaming. UNAVAILABLE when it cannot
// be written. Different files may be written at once.
absl::Status WriteWhole(const std::string& path, const std::string& bytes);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_REVIEW_OUTPUT_H_
