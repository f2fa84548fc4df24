// SPDX-License-Identifier: Apache-2.0
//
// `kizuna offers`: which product is worth offering to an account, why, and may it be offered now?

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/answer_json.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/pages.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

struct OffersFlags {
  std::string account;
  std::string motion;
  int64_t limit = -1;
};

// "next plan above pro", "goes with pro (lift 2.50)".
std::string GroundText(const v1::OfferGround& ground) {
  using Ground = v1::OfferGround;
  const std::string& subject = ground.subject();
  switch (ground.kind()) {
    case Ground::KIND_SEATS_IN_USE:
      return absl::StrCat(ShareText(ground.value()), " of seats in use");
    case Ground::KIND_ISSUE:
      return absl::StrCat("solves ", subject, ground.value() > 0 ? " (confirmed)" : " (assumed)");
    case Ground::KIND_ISSUE_OF_SEGMENT:
      return absl::StrCat("solves ", subject, " (assumed of the segment)");
    case Ground::KIND_LADDER:
      return absl::StrCat("next plan above ", subject);
    case Ground::KIND_AFFINITY:
      return absl::StrCat("bought with ", subject, " (lift ", ValueText(ground.value()), ")");
    case Ground::KIND_INTEREST:
      return absl::StrCat("asked about ", ValueText(ground.value()), " days ago");
    case Ground::KIND_RELATED:
      return absl::StrCat("related to ", subject);
    default:
      return "a reason that this version does not know";
  }
}

Json GroundsJson(const v1::Offer& offer) {
  Json grounds = Json::MakeArray();
  for (const v1::OfferGround& ground : offer.grounds()) {
    grounds.Append(Json::MakeObject()
                       .Set("kind", WordJson(ground.kind()))
                       .Set("subject", TextJson(ground.subject()))
                       .Set("value", OptionalJson(ground.has_value(), ground.value())));
  }
  return grounds;
}

std::vector<ListColumn> ColumnsFor(const std::string& currency) {
  return {{"rank", "#", Align::kRight},
          {"motion", ""},
          {"product", ""},
          {"extended_product", ""},
          {"", "offer", Align::kLeft, true},
          {"verdict", "verdict"},
          {"yearly_gain", currency + " a year", Align::kRight},
          {"margin", ""},
          {"yearly_margin", "margin", Align::kRight},
          {"currency_code", ""},
          {"readiness", "ready", Align::kRight},
          {"if_opened", ""},
          {"grounds", ""},
          {"", "why", Align::kLeft, true},
          {"reasons", ""},
          {"gates", "closed gates", Align::kLeft, true},
          {"can_change_at", ""}};
}

std::vector<ListValue> RowOf(const v1::Offer& offer, int64_t rank, const std::string& currency,
                             Format format) {
  const v1::Assessment& assessment = offer.assessment();
  const bool open = assessment.verdict() == v1::VERDICT_ALLOW;
  std::vector<std::string> why, codes;
  for (const v1::OfferGround& ground : offer.grounds()) why.push_back(GroundText(ground));
  Json gates = Json::MakeArray();
  for (const v1::Reason& reason : assessment.reasons()) {
    if (reason.waived()) continue;
    codes.push_back(reason.code());
    gates.Append(reason.code());
  }
  const auto money = [](bool has, const v1::Money& amount) -> ListValue {
    if (!has) return {Json(), "-"};
    return {AmountJson(amount), AmountText(amount)};
  };
  const bool has_score = assessment.readiness().has_score();
  const double score = assessment.readiness().score();
  const std::string ready = has_score ? ScoreText(score) : "-";
  return {
      {rank, absl::StrCat(rank), Style::kDim},
      {WordJson(assessment.motion()), ""},
      {TextJson(IdOf(assessment.product())), ""},
      {TextJson(IdOf(assessment.extended_product())), ""},
      {Json(), PitchText(assessment.motion(), assessment.product())},
      {WordJson(assessment.verdict()), Word(assessment.verdict()), StyleOf(assessment.verdict())},
      money(offer.has_yearly_gain(), offer.yearly_gain()),
      {OptionalJson(offer.has_margin(), offer.margin()), ""},
      money(offer.has_yearly_margin(), offer.yearly_margin()),
      {TextJson(currency), ""},
      {OptionalJson(has_score, score), open ? ready : absl::StrCat("(", ready, ")"),
       open ? Style::kPlain : Style::kDim},
      {Json(!open), ""},
      {GroundsJson(offer), ""},
      {Json(), absl::StrJoin(why, ", ")},
      {ToJsonArray(assessment.reasons()), ""},
      {format == Format::kCsv ? Json(absl::StrJoin(codes, ";")) : std::move(gates),
       absl::StrJoin(codes, ", ")},
      {TimeJson(assessment.can_change_at()), ""}};
}

absl::StatusOr<ExitCode> RunOffers(const OffersFlags& flags, Session& session) {
  v1::ListOffersRequest request;
  request.set_parent(AccountName(flags.account));
  if (!flags.motion.empty()) {
    const absl::StatusOr<v1::Motion> motion = ParseWord<v1::Motion>("--motion", flags.motion);
    if (!motion.ok()) return motion.status();
    request.set_motion(*motion);
  }
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  absl::optional<ListPrinter> list;
  int64_t rank = 0;
  bool any_closed = false;
  const auto take = [&](const v1::ListOffersResponse& page) {
    const std::string& currency = page.lifetime_value().currency_code();
    if (!list.has_value()) {
      list.emplace(session.terminal(), session.format(), "offers", ColumnsFor(currency));
    }
    for (const v1::Offer& offer : page.offers()) {
      any_closed = any_closed || offer.assessment().verdict() != v1::VERDICT_ALLOW;
      list->Add(RowOf(offer, ++rank, currency, session.format()));
    }
    return page.offers_size();
  };
  const absl::StatusOr<v1::ListOffersResponse> last = ForEachPage(
      session, request, LimitOf(flags.limit, session.format()), "offers",
      [&](const v1::ListOffersRequest& page) { return (*client)->ListOffers(page); }, take);
  if (!last.ok()) return last.status();
  list->Finish(Json::MakeObject()
                   .Set("account", IdOf(last->account()))
                   .Set("lifetime_value", AmountJson(last->lifetime_value()))
                   .Set("currency_code", TextJson(last->lifetime_value().currency_code()))
                   .Set("revision", last->revision())
                   .Set("rulebook_number", last->rulebook_number())
                   .Set("checked_at", TimeJson(last->checked_at())),
               "Nothing is worth offering: no need, no higher plan, nothing that goes with what "
               "they have.");
  if (session.format() == Format::kTable && any_closed) {
    session.out()
        << "Only what has the verdict ALLOW may be offered now. In brackets: how ready it\n"
           "would be if its gates were open.\n";
  }
  return kOk;
}

}  // namespace

void AddOffersCommand(CommandLine& line) {
  const auto flags = std::make_shared<OffersFlags>();
  CLI::App* const command = line.Add(
      nullptr, "offers",
      "Which product is worth offering to an account, by what it earns, and why.",
      {{"kizuna offers acme", "more seats, a higher plan or another product"},
       {"kizuna offers acme --motion cross-sell --format json", "other products, for a program"}},
      [flags](Session& session) { return RunOffers(*flags, session); });
  line.MarkList(command);
  command->add_option("account", flags->account, "the account's id")
      ->required()
      ->type_name("ACCOUNT");
  command
      ->add_option("--motion", flags->motion,
                   "only these: seats|plan|cross-sell (default: all three)")
      ->type_name("MOTION");
  command->add_option("--limit", flags->limit, kLimitHelp)
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
}

}  // namespace kizuna::cli
