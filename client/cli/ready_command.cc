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
// not the money and what speaks for it. What is less important needs a wider terminal (`from`); the
// health and how ready it is stay on every one.
std::vector<ListColumn> ColumnsFor(bool widened, const Speech& say) {
  const auto text = [&](const char* key, Phrase title, int from, Align align = Align::kLeft) {
    return ListColumn{key, say(title), align, false, from};
  };
  const auto wrapping = [&](const char* key, Phrase title, int from) {
    return ListColumn{key, say(title), Align::kLeft, true, from};
  };
  return {{"rank", "#", Align::kRight},
          text("account", Phrase::kAccount, 0),
          wrapping("display_name", Phrase::kName, 0),
          text("verdict", Phrase::kVerdict, widened ? 0 : 140),
          {"motion", ""},
          {"product", ""},
          wrapping("", Phrase::kPitch, 0),
          text("readiness", Phrase::kReady, 0, Align::kRight),
          text("health_score", Phrase::kHealth, 0, Align::kRight),
          text("band", Phrase::kBand, 130),
          text("cell", Phrase::kCell, widened ? 100 : 0),
          text("revenue_at_stake", Phrase::kAtStake, widened ? 110 : 0, Align::kRight),
          {"currency_code", ""},
          widened ? wrapping("gates", Phrase::kClosedGates, 0) : ListColumn{"gates", ""},
          text("loyalty_tier", Phrase::kLoyalty, 140),
          text("touch_tier", Phrase::kTouch, 140),
          wrapping("owner", Phrase::kOwner, 130),
          {"revision", ""},
          {"valid_until", ""},
          wrapping("list", Phrase::kList, 150),
          wrapping("what", Phrase::kLikelyBecause, widened ? 130 : 100),
          text("pace", Phrase::kPace, widened ? 130 : 90)};
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
std::string WhatText(const v1::Lwp& lwp, const Speech& say) {
  const v1::CrossSellSign& what = lwp.what();
  const std::string product = IdOf(what.product());
  switch (what.kind()) {
    case v1::CrossSellSign::KIND_CONFIRMED_ISSUE:
      return say(Phrase::kConfirmedIssue, product, what.issue_category());
    case v1::CrossSellSign::KIND_STATED_INTEREST:
      return say(Phrase::kAskedAboutIt, product);
    case v1::CrossSellSign::KIND_AFFINITY:
      return say(Phrase::kBoughtWith, product, IdOf(what.owned_product()), ValueText(what.lift()));
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
std::string PaceText(const v1::Lwp& lwp, const Speech& say) {
  return say(Phrase::kContactsAndOrders, lwp.contacts(), lwp.orders());
}

std::vector<ListValue> RowOf(const v1::ReadyAccount& account, int64_t rank, Format format,
                             const Speech& say) {
  const bool open = account.verdict() == v1::VERDICT_ALLOW;
  std::vector<std::string> gates;
  for (const std::string& code : account.gates()) gates.push_back(say.Gate(code));
  const Style soft = open ? Style::kPlain : Style::kDim;
  return {
      {rank, absl::StrCat(rank), Style::kDim},
      {IdOf(account.account()), IdOf(account.account())},
      {TextJson(account.display_name()), account.display_name()},
      {WordJson(account.verdict()), say.Word(account.verdict()), StyleOf(account.verdict())},
      {WordJson(account.motion()), ""},
      {TextJson(IdOf(account.product())), ""},
      {Json(), absl::StrCat(say.Word(account.motion()), " ", IdOf(account.product()))},
      {OptionalJson(account.has_readiness(), account.readiness()),
       account.has_readiness() ? ScoreText(account.readiness()) : "-", soft},
      {OptionalJson(account.has_health_score(), account.health_score()),
       account.has_health_score() ? ScoreText(account.health_score()) : "-",
       StyleOf(account.band())},
      {WordJson(account.band()), say.Word(account.band()), StyleOf(account.band())},
      {WordJson(account.cell()), say.Word(account.cell())},
      {AmountJson(account.revenue_at_stake()), AmountText(account.revenue_at_stake())},
      {TextJson(account.revenue_at_stake().currency_code()), ""},
      {format == Format::kCsv ? Json(absl::StrJoin(account.gates(), ";")) : GatesJson(account),
       say.Listed(gates)},
      {WordJson(account.loyalty_tier()), say.Word(account.loyalty_tier())},
      {WordJson(account.touch_tier()), say.Word(account.touch_tier())},
      {TextJson(account.owner()), account.owner()},
      {account.revision(), ""},
      {TimeJson(account.valid_until()), ""},
      {TextJson(account.lwp().list()), account.lwp().list().empty() ? "-" : account.lwp().list()},
      {WhatJson(account.lwp()), WhatText(account.lwp(), say)},
      {PaceJson(account.lwp()), PaceText(account.lwp(), say)}};
}

// What the titles leave unsaid.
void PrintLegend(bool widened, const std::string& currency, Session& session) {
  constexpr int kPaceShownFrom = 90;
  const Speech say = session.say();
  const int columns = session.terminal().columns;
  std::vector<Phrase> said;
  if (widened) said.push_back(Phrase::kReadinessExplained);
  if (!widened) session.out() << say(Phrase::kInCurrency, currency) << "\n";
  if (!widened && columns >= kPaceShownFrom) said.push_back(Phrase::kPaceExplained);
  for (const Phrase phrase : said) session.out() << say(phrase) << "\n";
}

absl::StatusOr<ExitCode> RunReady(const ReadyFlags& flags, Session& session) {
  const absl::StatusOr<v1::ListReadyRequest> request = RequestOf(flags);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const bool widened = flags.all || !flags.verdicts.empty();
  const Speech say = session.say();
  absl::optional<ListPrinter> list;  // begun with the first page: an error prints nothing
  std::string currency;
  int64_t rank = 0;
  const auto take = [&](const v1::ListReadyResponse& page) {
    if (!list.has_value()) {
      list.emplace(session.terminal(), session.format(), "accounts", ColumnsFor(widened, say));
    }
    for (const v1::ReadyAccount& account : page.accounts()) {
      list->Add(RowOf(account, ++rank, session.format(), say));
      currency = account.revenue_at_stake().currency_code();
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
               say(widened ? Phrase::kNobodyOfThatKind : Phrase::kNobodyReady));
  if (session.format() == Format::kTable && rank > 0) PrintLegend(widened, currency, session);
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
