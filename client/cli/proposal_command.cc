// SPDX-License-Identifier: Apache-2.0
//
// `kizuna proposal`: the issue, the approach and the solution on one page, behind an open gate
// only.

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "client/cli/command.h"
#include "client/cli/review_output.h"
#include "client/cli/words.h"
#include "client/lib/error.h"
#include "client/lib/review.h"

namespace kizuna::cli {
namespace {

struct ProposalFlags {
  std::string account;
  std::string product;
  std::string motion;
  DocumentFlags document;
};

// A closed gate is an answer, with the exit code that `check` has for it.
absl::StatusOr<ExitCode> Refused(const absl::Status& error, Session& session) {
  const std::string reason = client::ReasonOf(error);
  if (reason != "GATES_CLOSED" && reason != "GATES_UNKNOWN") return error;
  session.err() << error.message() << "\n";
  return reason == "GATES_CLOSED" ? kDeny : kUnknown;
}

absl::StatusOr<ExitCode> RunProposal(const ProposalFlags& flags, Session& session) {
  v1::PrepareProposalRequest request;
  request.set_name(AccountName(flags.account));
  request.set_product(ProductName(flags.product));
  if (!flags.motion.empty()) {
    const absl::StatusOr<v1::Motion> motion = ParseWord<v1::Motion>("--motion", flags.motion);
    if (!motion.ok()) return motion.status();
    request.set_motion(*motion);
  }
  const absl::StatusOr<DocumentWanted> wanted =
      WantedOf(flags.document, session.format(), DocumentFormat::kMarkdown);
  if (!wanted.ok()) return wanted.status();
  const absl::StatusOr<client::Client*> server = session.Client();
  if (!server.ok()) return server.status();
  const auto client = client::ReviewClient::Create((*server)->options());
  if (!client.ok()) return client.status();
  const auto answer = (*client)->PrepareProposal(request);
  if (!answer.ok()) return Refused(answer.status(), session);
  const absl::StatusOr<absl::TimeZone> zone = session.BookTimeZone();
  if (!zone.ok()) return zone.status();
  const absl::StatusOr<std::string> bytes = BytesOf(answer->proposal(), *wanted, *zone);
  if (!bytes.ok()) return bytes.status();
  if (wanted->out.empty()) {
    session.out() << *bytes;
  } else if (absl::Status written = WriteWhole(wanted->out, *bytes); !written.ok()) {
    return written;
  }
  // It is for us, so it stands beside the document and not in it.
  if (wanted->format != DocumentFormat::kJson && !answer->proposal().decision_id().empty()) {
    session.Note(absl::StrCat("allowed by decision ", answer->proposal().decision_id()));
  }
  return kOk;
}

}  // namespace

void AddProposalCommand(CommandLine& line) {
  const auto flags = std::make_shared<ProposalFlags>();
  CLI::App* const command = line.Add(
      nullptr, "proposal", "A proposal of a product on one page; refused behind a closed gate.",
      {{"kizuna proposal acme --product wms --lang ja --out acme-wms.html",
        "the issue, the approach, the solution"},
       {"kizuna proposal acme --product wms --format json", "everything that stands behind it"}},
      [flags](Session& session) { return RunProposal(*flags, session); });
  command->add_option("account", flags->account, "the account's id")->required();
  command->add_option("--product", flags->product, "what is proposed")
      ->type_name("PRODUCT")
      ->required();
  command
      ->add_option("--motion", flags->motion,
                   "seats, plan or cross-sell (default: under which it is best offered)")
      ->type_name("MOTION");
  flags->document.AddTo(command);
}

}  // namespace kizuna::cli
