// SPDX-License-Identifier: Apache-2.0
//
// `kizuna ready`: whom to approach first? The ranking of docs/scoring.md: matrix cell, readiness,
// revenue at stake, then name.

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/filter.h"
#include "client/cli/pages.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

struct ReadyFlags {
  FilterFlags filter;
  std::string motion;
  std::string verdicts;
  bool all = false;
  int64_t limit = -1;
};

absl::Status SetVerdicts(const ReadyFlags& flags, v1::ListReadyRequest* request) {
  if (flags.all) {
    for (const v1::Verdict verdict : {v1::VERDICT_ALLOW, v1::VERDICT_DENY, v1::VERDICT_UNKNOWN}) {
      request->add_verdicts(verdict);
    }
    return absl::OkStatus();
  }
  for (const absl::string_view word : absl::StrSplit(flags.verdicts, ',', absl::SkipEmpty())) {
    const absl::StatusOr<v1::Verdict> verdict = ParseWord<v1::Verdict>("--verdict", word);
    if (!verdict.ok()) return verdict.status();
    request->add_verdicts(*verdict);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ListReadyRequest> RequestOf(const ReadyFlags& flags) {
  v1::ListReadyRequest request;
  if (!flags.motion.empty()) {
    const absl::StatusOr<v1::Motion> motion = ParseWord<v1::Motion>("--motion", flags.motion);
    if (!motion.ok()) return motion.status();
    request.set_motion(*motion);
  }
  if (const absl::Status wrong = SetVerdicts(flags, &request); !wrong.ok()) return wrong;
  absl::StatusOr<std::string> filter = FilterOf(flags.filter);
  if (!filter.ok()) return filter.status();
  request.set_filter(*std::move(filter));
  return request;
}

// The columns. A person who asked for more than ALLOW sees the verdict and the gates, one who did
// not the money; a wide terminal shows all.
std::vector<ListColumn> ColumnsFor(bool widened, int columns, const std::string& currency) {
  constexpr int kWide = 130;
  const bool wide = columns >= kWide;
  const auto title = [](bool shown, std::string text) { return shown ? text : std::string(); };
  return {{"rank", "#", Align::kRight},
          {"account", "account"},
          {"display_name", "name", Align::kLeft, true},
          {"verdict", title(widened || wide, "verdict")},
          {"motion", ""},
          {"product", ""},
          {"", "pitch", Align::kLeft, true},
          {"readiness", "ready", Align::kRight},
          {"health_score", title(wide, "health"), Align::kRight},
          {"band", title(wide, "band")},
          {"cell", title(!widened || wide, "cell")},
          {"revenue_at_stake", title(!widened || wide, currency + " at stake"), Align::kRight},
          {"currency_code", ""},
          {"gates", title(widened, "closed gates"), Align::kLeft, true},
          {"loyalty_tier", title(wide, "loyalty")},
          {"touch_tier", title(wide, "touch")},
          {"owner", title(wide, "owner"), Align::kLeft, true},
          {"revision", ""},
          {"valid_until", ""},
          {"list", title(wide, "list"), Align::kLeft, true},
          {"what", title(!widened || wide, "likely because"), Align::kLeft, true},
          {"pace", title(!widened || wide, "pace")}};
}

Json GatesJson(const v1::ReadyAccount& account) {
  Json gates = Json::MakeArray();
  for (const std::string& code : account.gates()) gates.Append(code);
  return gates;
}

// What of the past marks a likely cross-sell; null when nothing does.
Json WhatJson(const v1::Lwp& lwp) {
  if (!lwp.has_what()) return Json();
  const v1::CrossSellSign& what = lwp.what();
  return Json::MakeObject()
      .Set("kind", WordJson(what.kind()))
      .Set("product", TextJson(IdOf(what.product())))
      .Set("issue_category", TextJson(what.issue_category()))
      .Set("owned_product", TextJson(IdOf(what.owned_product())))
      .Set("lift", OptionalJson(what.has_lift(), what.lift()))
      .Set("observed_at", TimeJson(what.observed_at()));
}

// The same in words: "wms: confirmed issue picking".
std::string WhatText(const v1::Lwp& lwp) {
  const v1::CrossSellSign& what = lwp.what();
  const std::string product = IdOf(what.product());
  switch (what.kind()) {
    case v1::CrossSellSign::KIND_CONFIRMED_ISSUE:
      return absl::StrCat(product, ": confirmed issue ", what.issue_category());
    case v1::CrossSellSign::KIND_STATED_INTEREST:
      return absl::StrCat(product, ": asked about it");
    case v1::CrossSellSign::KIND_AFFINITY:
      return absl::StrCat(product, ": bought with ", IdOf(what.owned_product()), ", lift ",
                          ValueText(what.lift()));
    default:
      return "-";
  }
}

Json PaceJson(const v1::Lwp& lwp) {
  return Json::MakeObject()
      .Set("contacts", lwp.contacts())
      .Set("orders", lwp.orders())
      .Set("days_since_contact",
           lwp.has_days_since_contact() ? Json(lwp.days_since_contact()) : Json());
}

// Contacts and orders within 90 days: "3c 1o".
std::string PaceText(const v1::Lwp& lwp) {
  return absl::StrCat(lwp.contacts(), "c ", lwp.orders(), "o");
}

std::vector<ListValue> RowOf(const v1::ReadyAccount& account, int64_t rank, Format format) {
  const bool open = account.verdict() == v1::VERDICT_ALLOW;
  const std::string gates = absl::StrJoin(account.gates(), ", ");
  const Style soft = open ? Style::kPlain : Style::kDim;
  return {
      {rank, absl::StrCat(rank), Style::kDim},
      {IdOf(account.account()), IdOf(account.account())},
      {TextJson(account.display_name()), account.display_name()},
      {WordJson(account.verdict()), Word(account.verdict()), StyleOf(account.verdict())},
      {WordJson(account.motion()), ""},
      {TextJson(IdOf(account.product())), ""},
      {Json(), absl::StrCat(SpokenWord(account.motion()), " ", IdOf(account.product()))},
      {OptionalJson(account.has_readiness(), account.readiness()),
       account.has_readiness() ? ScoreText(account.readiness()) : "-", soft},
      {OptionalJson(account.has_health_score(), account.health_score()),
       account.has_health_score() ? ScoreText(account.health_score()) : "-",
       StyleOf(account.band())},
      {WordJson(account.band()), SpokenWord(account.band()), StyleOf(account.band())},
      {WordJson(account.cell()),
       account.cell() == v1::MATRIX_CELL_UNSPECIFIED ? "-" : Word(account.cell())},
      {AmountJson(account.revenue_at_stake()), AmountText(account.revenue_at_stake())},
      {TextJson(account.revenue_at_stake().currency_code()), ""},
      {format == Format::kCsv ? Json(absl::StrJoin(account.gates(), ";")) : GatesJson(account),
       gates},
      {WordJson(account.loyalty_tier()), SpokenWord(account.loyalty_tier())},
      {WordJson(account.touch_tier()), SpokenWord(account.touch_tier())},
      {TextJson(account.owner()), account.owner()},
      {account.revision(), ""},
      {TimeJson(account.valid_until()), ""},
      {TextJson(account.lwp().list()), account.lwp().list().empty() ? "-" : account.lwp().list()},
      {WhatJson(account.lwp()), WhatText(account.lwp())},
      {PaceJson(account.lwp()), PaceText(account.lwp())}};
}

absl::StatusOr<ExitCode> RunReady(const ReadyFlags& flags, Session& session) {
  const absl::StatusOr<v1::ListReadyRequest> request = RequestOf(flags);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const bool widened = flags.all || !flags.verdicts.empty();
  absl::optional<ListPrinter> list;
  int64_t rank = 0;
  const auto take = [&](const v1::ListReadyResponse& page) {
    if (!list.has_value()) {
      list.emplace(
          session.terminal(), session.format(), "accounts",
          ColumnsFor(
              widened, session.terminal().columns,
              page.accounts().empty() ? "" : page.accounts(0).revenue_at_stake().currency_code()));
    }
    for (const v1::ReadyAccount& account : page.accounts()) {
      list->Add(RowOf(account, ++rank, session.format()));
    }
    return page.accounts_size();
  };
  const absl::StatusOr<v1::ListReadyResponse> last = ForEachPage(
      session, *request, LimitOf(flags.limit, session.format()), "accounts",
      [&](const v1::ListReadyRequest& page) { return (*client)->ListReady(page); }, take);
  if (!last.ok()) return last.status();
  list->Finish(Json::MakeObject()
                   .Set("swept_to", TimeJson(last->swept_to()))
                   .Set("rulebook_number", last->rulebook_number()),
               widened ? "No account of that kind."
                       : "No account is ready. See all, and what is in the way, with "
                         "`kizuna ready --all`.");
  if (session.format() == Format::kTable && !widened && rank > 0) {
    session.out() << "Pace: unsolicited contacts (c) and days with an order (o) within 90 days.\n";
  }
  if (session.format() == Format::kTable && widened && rank > 0) {
    session.out() << "Where the verdict is not ALLOW, readiness is how ready it would be if "
                     "opened.\n";
  }
  return kOk;
}

}  // namespace

void AddReadyCommand(CommandLine& line) {
  const auto flags = std::make_shared<ReadyFlags>();
  CLI::App* const command = line.Add(
      nullptr, "ready", "Whom to approach first: the accounts that may be pitched to, ranked.",
      {{"kizuna ready --owner sato", "whom Sato should call first"},
       {"kizuna ready --all", "everybody, with the verdict and the closed gates"},
       {"kizuna ready --verdict deny,unknown --touch high", "big accounts that are blocked"},
       {"kizuna ready --motion seats --format csv > seats.csv", "all that may buy more seats"}},
      [flags](Session& session) { return RunReady(*flags, session); });
  line.MarkList(command);
  command
      ->add_option("--motion", flags->motion,
                   "rank by this motion: " + WordsOf(v1::Motion_descriptor()) +
                       " (default: the best pitch of each)")
      ->type_name("MOTION");
  CLI::Option* const verdicts =
      command
          ->add_option("--verdict", flags->verdicts,
                       "only these, joined by commas: allow|deny|unknown (default: allow)")
          ->type_name("VERDICTS");
  command->add_flag("--all", flags->all, "every verdict")->excludes(verdicts);
  command->add_option("--limit", flags->limit, kLimitHelp)
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  AddFilterFlags(command, &flags->filter);
}

}  // namespace kizuna::cli
