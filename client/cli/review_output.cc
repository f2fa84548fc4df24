// SPDX-License-Identifier: Apache-2.0
#include "client/cli/review_output.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/exit_code.h"
#include "client/cli/message_json.h"
#include "client/cli/moment.h"
#include "client/cli/pdf.h"
#include "client/cli/words.h"
#include "client/review/copy.h"
#include "client/review/html.h"
#include "client/review/markdown.h"

namespace kizuna::cli {
namespace {

constexpr DocumentFormat kFormats[] = {DocumentFormat::kMarkdown, DocumentFormat::kHtml,
                                       DocumentFormat::kPdf, DocumentFormat::kJson};

absl::StatusOr<DocumentFormat> FormatOf(const DocumentFlags& flags, Format all_commands,
                                        DocumentFormat by_default) {
  for (const DocumentFormat format : kFormats) {
    if (flags.format == EndingOf(format)) return format;
  }
  if (!flags.format.empty()) {
    return UsageError(
        "--format", absl::StrCat("'", flags.format, "' is not known; write md, html, pdf or json"));
  }
  if (all_commands == Format::kJson) return DocumentFormat::kJson;
  if (all_commands == Format::kCsv) {
    return UsageError("--format", "a document has no csv; write md, html, pdf or json");
  }
  for (const DocumentFormat format : kFormats) {
    if (absl::EndsWith(flags.out, absl::StrCat(".", EndingOf(format)))) return format;
  }
  return by_default;
}

review::DocumentOptions OptionsOf(const DocumentWanted& wanted, const std::string& own_language,
                                  absl::TimeZone zone) {
  review::DocumentOptions options;
  options.language = wanted.language.value_or(review::LanguageOf(own_language));
  options.zone = zone;
  options.paper = wanted.paper;
  return options;
}

absl::StatusOr<std::string> BytesOf(const review::Document& document,
                                    const DocumentWanted& wanted) {
  if (wanted.format == DocumentFormat::kMarkdown) return review::Markdown(document);
  std::string html = review::Html(document);
  if (wanted.format == DocumentFormat::kPdf) return PdfOf(html, wanted.pdf_program);
  return html;
}

}  // namespace

void DocumentFlags::AddTo(CLI::App* command) {
  command
      ->add_option("--format", format,
                   "md, html, pdf or json (default: by the ending of --out, else md, of a whole "
                   "book html); pdf needs weasyprint or chromium")
      ->type_name("FORMAT");
  command->add_option("--lang", language, "en or ja (default: the customer's language)")
      ->type_name("LANGUAGE");
  command->add_option("--paper", paper, "a4 or letter (default a4)")->type_name("PAPER");
  command->add_option("--out", out, "the file to write (default: standard output)")
      ->type_name("FILE");
}

std::string EndingOf(DocumentFormat format) {
  switch (format) {
    case DocumentFormat::kMarkdown:
      return "md";
    case DocumentFormat::kHtml:
      return "html";
    case DocumentFormat::kPdf:
      return "pdf";
    case DocumentFormat::kJson:
      break;
  }
  return "json";
}

absl::StatusOr<DocumentWanted> WantedOf(const DocumentFlags& flags, Format all_commands,
                                        DocumentFormat by_default) {
  DocumentWanted wanted;
  const absl::StatusOr<DocumentFormat> format = FormatOf(flags, all_commands, by_default);
  if (!format.ok()) return format.status();
  wanted.format = *format;
  if (flags.language == "ja") {
    wanted.language = review::Language::kJapanese;
  } else if (flags.language == "en") {
    wanted.language = review::Language::kEnglish;
  } else if (!flags.language.empty()) {
    return UsageError("--lang",
                      absl::StrCat("'", flags.language, "' is not known; write en or ja"));
  }
  if (flags.paper == "letter") {
    wanted.paper = review::Paper::kLetter;
  } else if (!flags.paper.empty() && flags.paper != "a4") {
    return UsageError("--paper", absl::StrCat("'", flags.paper, "' is neither a4 nor letter"));
  }
  wanted.out = flags.out;
  if (wanted.format == DocumentFormat::kPdf) {
    if (wanted.out.empty()) return UsageError("--out", "a PDF needs a file; name one");
    absl::StatusOr<std::string> program = FindPdfProgram();
    if (!program.ok()) return program.status();
    wanted.pdf_program = *std::move(program);
  }
  return wanted;
}

absl::StatusOr<std::string> BytesOf(const v1::Review& review, const DocumentWanted& wanted,
                                    absl::TimeZone zone) {
  if (wanted.format == DocumentFormat::kJson) {
    if (absl::Status wrong = review::CheckCopy(review); !wrong.ok()) return wrong;
    return ReviewJson(review).Dump() + "\n";
  }
  const absl::StatusOr<review::Document> document =
      review::ReviewDocument(review, OptionsOf(wanted, review.language(), zone));
  if (!document.ok()) return document.status();
  return BytesOf(*document, wanted);
}

absl::StatusOr<std::string> BytesOf(const v1::Proposal& proposal, const DocumentWanted& wanted,
                                    absl::TimeZone zone) {
  if (wanted.format == DocumentFormat::kJson) return MessageJson(proposal).Dump() + "\n";
  return BytesOf(review::ProposalDocument(proposal, OptionsOf(wanted, proposal.language(), zone)),
                 wanted);
}

std::string PreparationOf(const v1::Review& review) {
  return absl::StrCat(review.revision(), "/", review.rulebook_number(), "/",
                      InstantText(TimeOf(review.prepared_at())));
}

absl::Status ReadPreparation(absl::string_view word, v1::SendReviewRequest* request) {
  constexpr absl::string_view kFlag = "--prepared";
  const std::vector<absl::string_view> parts = absl::StrSplit(word, '/');
  uint64_t revision = 0;
  uint64_t rulebook = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &revision) ||
      !absl::SimpleAtoi(parts[1], &rulebook)) {
    return UsageError(kFlag, absl::StrCat("'", word,
                                          "' is none; take the word that `kizuna review` printed "
                                          "when it wrote the file"));
  }
  const absl::StatusOr<Moment> instant = ParseMoment(kFlag, parts[2]);
  if (!instant.ok()) return instant.status();
  if (instant->day) return UsageError(kFlag, "the day is not enough; give the instant, too");
  request->set_revision(revision);
  request->set_rulebook_number(rulebook);
  *request->mutable_prepared_at() = TimestampOf(instant->instant);
  return absl::OkStatus();
}

absl::Status WriteWhole(const std::string& path, const std::string& bytes) {
  const std::filesystem::path whole(path);
  const std::filesystem::path part =
      whole.parent_path() / absl::StrCat(".", whole.filename().string(), ".part");
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  std::error_code fault;
  if (file.good()) {
    std::filesystem::rename(part, whole, fault);
    if (!fault) return absl::OkStatus();
  }
  std::error_code ignored;
  std::filesystem::remove(part, ignored);
  return absl::UnavailableError(
      absl::StrCat("--out: ", path, " cannot be written; is the folder there, and room in it?"));
}

}  // namespace kizuna::cli
