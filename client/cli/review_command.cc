// SPDX-License-Identifier: Apache-2.0
//
// `kizuna review`: what we tell a customer of the quarter, for one account or a whole book; the
// texts that people write for it; and that it was sent.


#include <CLI/CLI.hpp>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "client/cli/command.h"
#include "client/cli/filter.h"
#include "client/cli/input_file.h"
#include "client/cli/review_book.h"
#include "client/cli/review_output.h"
#include "client/cli/words.h"
#include "client/lib/review.h"

namespace kizuna::cli {
namespace {

struct ReviewFlags {
  std::string account;
  std::string quarter;
  std::string copy = "customer";
  DocumentFlags document;
  FilterFlags filter;
  const CLI::Option* everyone = nullptr;
  bool again = false;
};

struct EditFlags {
  std::string account;
  std::string quarter;
  std::string copy;
  std::string section;
  std::string language;
  std::string text;
  std::string text_file;
  bool clear = false;
  std::string author;
};

struct SendFlags {
  std::string account;
  std::string quarter;
  std::string prepared;
  std::string author;
};

absl::StatusOr<std::unique_ptr<client::ReviewClient>> ClientOf(Session& session) {
  const absl::StatusOr<client::Client*> server = session.Client();
  if (!server.ok()) return server.status();
  return client::ReviewClient::Create((*server)->options());
}

std::string NameOfReview(const std::string& account, const std::string& quarter) {
  return absl::StrCat(AccountName(account), "/reviews/", quarter);
}

absl::StatusOr<ExitCode> RunBook(const ReviewFlags& flags, const std::string& filter,
                                 v1::ReviewCopy copy, Session& session) {
  if (flags.document.out.empty()) {
    return UsageError("--out", "the reviews of many accounts need a folder; name one");
  }
  ReviewBook book;
  book.filter = filter;
  book.quarter = flags.quarter;
  book.copy = copy;
  book.folder = flags.document.out;
  book.again = flags.again;
  absl::StatusOr<DocumentWanted> wanted =
      WantedOf(flags.document, session.format(), DocumentFormat::kHtml);
  if (!wanted.ok()) return wanted.status();
  book.wanted = *std::move(wanted);
  const auto client = ClientOf(session);
  if (!client.ok()) return client.status();
  return MakeReviewBook(book, **client, session);
}

absl::StatusOr<ExitCode> RunReview(const ReviewFlags& flags, Session& session) {
  const absl::StatusOr<v1::ReviewCopy> copy = ParseWord<v1::ReviewCopy>("--copy", flags.copy);
  if (!copy.ok()) return copy.status();
  const absl::StatusOr<std::string> filter = FilterOf(flags.filter);
  if (!filter.ok()) return filter.status();
  if (flags.quarter.empty()) return UsageError("--quarter", "say which, such as 2026Q3");
  const bool many = !filter->empty() || flags.everyone->count() > 0;
  if (flags.account.empty() != many) {
    return UsageError("account",
                      "name one account, or say which with --owner, --everyone or another filter");
  }
  if (flags.account.empty()) return RunBook(flags, *filter, *copy, session);
  const absl::StatusOr<DocumentWanted> wanted =
      WantedOf(flags.document, session.format(), DocumentFormat::kMarkdown);
  if (!wanted.ok()) return wanted.status();
  const auto client = ClientOf(session);
  if (!client.ok()) return client.status();
  const absl::StatusOr<absl::TimeZone> zone = session.BookTimeZone();
  if (!zone.ok()) return zone.status();
  v1::PrepareReviewRequest request;
  request.set_name(NameOfReview(flags.account, flags.quarter));
  request.set_copy(*copy);
  const auto answer = (*client)->PrepareReview(request);
  if (!answer.ok()) return answer.status();
  const absl::StatusOr<std::string> bytes = BytesOf(answer->review(), *wanted, *zone);
  if (!bytes.ok()) return bytes.status();
  if (wanted->out.empty()) {
    session.out() << *bytes;
    return kOk;
  }
  if (absl::Status written = WriteWhole(wanted->out, *bytes); !written.ok()) return written;
  if (!answer->review().sent()) {
    session.Note(absl::StrCat("once it is sent: kizuna review send ", flags.account, " --quarter ",
                              flags.quarter, " --prepared ", PreparationOf(answer->review()),
                              " --author YOU"));
  }
  return kOk;
}

// The text that was given by one of three flags.
absl::StatusOr<std::string> TextOf(const EditFlags& flags, Session& session) {
  const int given =
      (flags.text.empty() ? 0 : 1) + (flags.text_file.empty() ? 0 : 1) + (flags.clear ? 1 : 0);
  if (given != 1) {
    return UsageError("--text", "give one of --text, --text-file and --clear");
  }
  if (flags.text_file.empty()) return flags.text;
  return ReadInput("--text-file", flags.text_file, session);
}

absl::StatusOr<ExitCode> RunEdit(const EditFlags& flags, Session& session) {
  const absl::StatusOr<v1::ReviewCopy> copy = ParseWord<v1::ReviewCopy>("--copy", flags.copy);
  if (!copy.ok()) return copy.status();
  const absl::StatusOr<v1::ReviewSection> section =
      ParseWord<v1::ReviewSection>("--section", flags.section);
  if (!section.ok()) return section.status();
  absl::StatusOr<std::string> text = TextOf(flags, session);
  if (!text.ok()) return text.status();
  const auto client = ClientOf(session);
  if (!client.ok()) return client.status();
  v1::EditReviewRequest request;
  request.set_name(NameOfReview(flags.account, flags.quarter));
  request.set_copy(*copy);
  request.set_section(*section);
  request.set_language(flags.language);
  request.set_text(*std::move(text));
  request.set_author(flags.author);
  const auto answer = (*client)->EditReview(request);
  if (!answer.ok()) return answer.status();
  if (session.format() == Format::kTable) {
    session.out() << (request.text().empty() ? "The prepared sentence stands again in "
                                             : "The text is kept for ")
                  << SpokenWord(*section) << " of the " << SpokenWord(*copy) << " copy, revision "
                  << answer->revision() << ".\n";
  } else if (session.format() == Format::kCsv) {
    session.out() << CsvLine({"revision"}) << CsvLine({absl::StrCat(answer->revision())});
  } else {
    session.out() << Json::MakeObject().Set("revision", answer->revision()).Dump() << "\n";
  }
  return kOk;
}

// The preparation that was named, or the one that would be made now.
absl::Status SetPreparation(const SendFlags& flags, client::ReviewClient& client,
                            v1::SendReviewRequest* request) {
  if (!flags.prepared.empty()) return ReadPreparation(flags.prepared, request);
  v1::PrepareReviewRequest question;
  question.set_name(request->name());
  question.set_copy(v1::REVIEW_COPY_INTERNAL);
  const auto prepared = client.PrepareReview(question);
  if (!prepared.ok()) return prepared.status();
  return ReadPreparation(PreparationOf(prepared->review()), request);
}

absl::StatusOr<ExitCode> RunSend(const SendFlags& flags, Session& session) {
  const auto client = ClientOf(session);
  if (!client.ok()) return client.status();
  v1::SendReviewRequest request;
  request.set_name(NameOfReview(flags.account, flags.quarter));
  request.set_author(flags.author);
  if (absl::Status fault = SetPreparation(flags, **client, &request); !fault.ok()) return fault;
  const auto answer = (*client)->SendReview(request);
  if (!answer.ok()) return answer.status();
  if (session.format() == Format::kTable) {
    session.out() << "The review of " << IdOf(AccountName(flags.account)) << " of " << flags.quarter
                  << " is marked as sent: both copies go on to tell what they told "
                  << "of revision " << request.revision() << ".\n";
  } else if (session.format() == Format::kCsv) {
    session.out() << CsvLine({"prepared_from_revision", "revision"})
                  << CsvLine({absl::StrCat(request.revision()), absl::StrCat(answer->revision())});
  } else {
    session.out() << Json::MakeObject()
                         .Set("prepared_from_revision", request.revision())
                         .Set("revision", answer->revision())
                         .Dump()
                  << "\n";
  }
  return kOk;
}

void AddEdit(CommandLine& line, CLI::App* review) {
  const auto flags = std::make_shared<EditFlags>();
  CLI::App* const command = line.Add(
      review, "edit", "Write your own text for a section, instead of the prepared sentence.",
      {{"kizuna review edit acme --quarter 2026Q3 --copy customer \\\n"
        "      --section summary --lang ja --text-file summary.txt --author sato",
        "it is kept in every later preparation, until the review is sent"}},
      [flags](Session& session) { return RunEdit(*flags, session); });
  command->add_option("account", flags->account, "the account's id")->required();
  command->add_option("--quarter", flags->quarter, "the fiscal quarter, such as 2026Q3")
      ->type_name("QUARTER")
      ->required();
  command->add_option("--copy", flags->copy, WordsOf(v1::ReviewCopy_descriptor()))
      ->type_name("COPY")
      ->required();
  command->add_option("--section", flags->section, WordsOf(v1::ReviewSection_descriptor()))
      ->type_name("SECTION")
      ->required();
  command->add_option("--lang", flags->language, "the language of the text: en or ja")
      ->type_name("LANGUAGE")
      ->required();
  command->add_option("--text", flags->text, "the text; line ends are paragraphs")
      ->type_name("TEXT");
  command->add_option("--text-file", flags->text_file, "the file with the text; - is stdin")
      ->type_name("FILE");
  command->add_flag("--clear", flags->clear, "the prepared sentence again");
  command->add_option("--author", flags->author, "who writes it")->type_name("NAME")->required();
}

void AddSend(CommandLine& line, CLI::App* review) {
  const auto flags = std::make_shared<SendFlags>();
  CLI::App* const command = line.Add(
      review, "send", "Mark a review as sent: from now on it tells what the sent one tells.",
      {{"kizuna review send acme --quarter 2026Q3 --author sato \\\n"
        "      --prepared 42/3/2026-11-22T09:00:00Z",
        "the one that went to the customer, as `review` named it when it wrote the file"}},
      [flags](Session& session) { return RunSend(*flags, session); });
  command->add_option("account", flags->account, "the account's id")->required();
  command->add_option("--quarter", flags->quarter, "the fiscal quarter, such as 2026Q3")
      ->type_name("QUARTER")
      ->required();
  command
      ->add_option("--prepared", flags->prepared,
                   "which preparation was sent (default: what would be prepared now)")
      ->type_name("PREPARED");
  command->add_option("--author", flags->author, "who sent it")->type_name("NAME")->required();
}

}  // namespace

void AddReviewCommands(CommandLine& line) {
  const auto flags = std::make_shared<ReviewFlags>();
  CLI::App* const command = line.Add(
      nullptr, "review", "The review of a quarter, for the customer or for us.",
      {{"kizuna review acme --quarter 2026Q3 --lang ja --out acme.html", "to show and to print"},
       {"kizuna review acme --quarter 2026Q3 --copy internal",
        "the same and what stands behind it, to read in the terminal"},
       {"kizuna review --owner sato --quarter 2026Q3 --format pdf --out reviews",
        "of all of sato's accounts; run again it makes only what is missing or changed"}},
      [flags](Session& session) { return RunReview(*flags, session); });
  command->add_option("account", flags->account, "the account's id");
  command->add_option("--quarter", flags->quarter, "the fiscal quarter, such as 2026Q3")
      ->type_name("QUARTER");
  command
      ->add_option("--copy", flags->copy,
                   absl::StrCat("whose: ", WordsOf(v1::ReviewCopy_descriptor())))
      ->type_name("COPY")
      ->capture_default_str();
  flags->document.AddTo(command);
  command->add_flag("--again", flags->again, "of many: make those again, too, that are finished");
  AddFilterFlags(command, &flags->filter);
  flags->everyone = command->get_option("--everyone");
  AddEdit(line, command);
  AddSend(line, command);
}

}  // namespace kizuna::cli
