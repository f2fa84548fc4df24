// SPDX-License-Identifier: Apache-2.0

#include "server/services/affinity_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/engine/affinity.h"
#include "server/engine/offers.h"
#include "server/services/filter.h"
#include "server/services/page_token.h"

namespace kizuna::server {
namespace {

// Accounts that are read between two looks at the clock.
constexpr size_t kAccountsPerStep = 1024;

// The request's bounds, the defaults put in.
engine::AffinityOptions OptionsOf(const v1::MineAffinityRequest& request,
                                  const convert::FieldPath& path, convert::Violations& violations) {
  engine::AffinityOptions options;
  if (request.min_support() != 0) {
    options.min_support = request.min_support();
    if (!(options.min_support > 0 && options.min_support <= 1)) {
      violations.Add(path.Field("min_support"), "must be above 0 and at most 1");
    }
  }
  if (request.min_lift() != 0) {
    options.min_lift = request.min_lift();
    convert::CheckRange(options.min_lift, 1.0, engine::kMaxMinLift, path.Field("min_lift"),
                        violations);
  }
  if (request.min_accounts() != 0) {
    options.min_accounts = request.min_accounts();
    convert::CheckRange(options.min_accounts, int64_t{1}, engine::kMaxMinAccounts,
                        path.Field("min_accounts"), violations);
  }
  return options;
}

// Counts what the accounts of the filter have bought.
absl::Status Count(const Environment& environment, const Call& call, const AccountFilter& filter,
                   engine::AffinityCounter& counter) {
  std::string after;
  do {
    if (call.Expired()) {
      return convert::DeadlinePassed("counting took too long; give it a longer deadline");
    }
    auto page = environment.ledger->ListAccounts(after, kAccountsPerStep, nullptr);
    if (!page.ok()) return page.status();
    for (const ledger::View& view : page->accounts) {
      if (!filter.Keeps(view)) continue;
      const engine::Day today = view.rulebook->calendar().DayOf(view.checked_at);
      absl::Status counted = counter.Add(engine::BoughtProducts(*view.state, today));
      if (!counted.ok()) return counted;
    }
    after = page->next;
  } while (!after.empty());
  return absl::OkStatus();
}

void RuleToWire(const engine::AffinityRule& rule, v1::AffinityRule* out) {
  out->set_antecedent(convert::ProductName(rule.antecedent));
  out->set_consequent(convert::ProductName(rule.consequent));
  out->set_support_count(rule.support_count);
  out->set_support(rule.support);
  out->set_confidence(rule.confidence);
  out->set_lift(rule.lift);
  out->set_confidence_low(rule.confidence_low);
  out->set_lift_low(rule.lift_low);
  out->set_antecedent_count(rule.antecedent_count);
  out->set_consequent_count(rule.consequent_count);
  out->set_passes(rule.passes);
}

absl::Status Mine(const Environment& environment, const Call& call,
                  const v1::MineAffinityRequest& request, v1::MineAffinityResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const engine::AffinityOptions options = OptionsOf(request, path, violations);
  const AccountFilter filter = AccountFilter::Parse(request.filter(), path.Field("filter"),
                                                    *environment.ledger->rulebook(), violations);
  if (!violations.empty()) return violations.ToStatus();
  *response->mutable_mined_at() = convert::TimestampOf(environment.ledger->Now());
  engine::AffinityCounter counter;
  absl::Status counted = Count(environment, call, filter, counter);
  if (!counted.ok()) return counted;
  auto rules = counter.Rules(options);
  if (!rules.ok()) return rules.status();
  int64_t passing = 0;
  for (const engine::AffinityRule& rule : *rules) {
    passing += rule.passes ? 1 : 0;
    if (rule.passes || !request.passing_only()) RuleToWire(rule, response->add_rules());
  }
  response->set_account_count(counter.baskets());
  response->set_product_count(static_cast<int64_t>(counter.products()));
  response->set_rule_count(static_cast<int64_t>(rules->size()));
  response->set_passing_count(passing);
  return absl::OkStatus();
}

// Where the next page of offers begins: in the list as it was at the first page.
struct OffersPosition {
  engine::Instant as_of = 0;
  uint64_t revision = 0;
  uint64_t rulebook_number = 0;
  size_t offset = 0;

  std::string Text() const {
    return absl::StrCat(as_of, ":", revision, ":", rulebook_number, ":", offset);
  }
  // False for what Text() has not written.
  static bool Parse(absl::string_view text, OffersPosition& out) {
    const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
    return parts.size() == 4 && absl::SimpleAtoi(parts[0], &out.as_of) &&
           absl::SimpleAtoi(parts[1], &out.revision) &&
           absl::SimpleAtoi(parts[2], &out.rulebook_number) &&
           absl::SimpleAtoi(parts[3], &out.offset);
  }
};

void OfferToWire(const engine::Offer& offer, absl::string_view currency, v1::Offer* out) {
  for (const engine::OfferGround& ground : offer.grounds) {
    v1::OfferGround* added = out->add_grounds();
    added->set_kind(static_cast<v1::OfferGround::Kind>(ground.kind));
    added->set_subject(ground.subject);
    if (ground.value) added->set_value(*ground.value);
  }
  if (offer.margin) out->set_margin(*offer.margin);
  if (offer.yearly_gain) {
    *out->mutable_yearly_gain() = convert::MoneyOf(*offer.yearly_gain, currency);
  }
  if (offer.yearly_margin) {
    *out->mutable_yearly_margin() = convert::MoneyOf(*offer.yearly_margin, currency);
  }
}

// The offers of [begin, end), each with its gates as a check of the same instant tells them.
void AddOffers(const Environment& environment, const ledger::View& view,
               const std::vector<engine::Offer>& offers, size_t begin, size_t end,
               v1::ListOffersResponse* response) {
  std::vector<engine::Request> questions;
  for (size_t i = begin; i < end; ++i) {
    engine::Request& question = questions.emplace_back();
    question.motion = offers[i].option.motion;
    question.product = view.rulebook->products()[offers[i].option.product].id;
  }
  const convert::CardView card = CardViewOf(environment, view, true);
  const auto decisions = engine::DecideAll(*view.state, *view.rulebook, questions, view.checked_at);
  for (size_t i = begin; i < end; ++i) {
    v1::Offer* out = response->add_offers();
    convert::AssessmentToWire(card, decisions[i - begin], out->mutable_assessment());
    OfferToWire(offers[i], environment.currency(), out);
  }
}

absl::Status Offers(const Environment& environment, const v1::ListOffersRequest& request,
                    v1::ListOffersResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const std::string account =
      convert::AccountIdOf(request.parent(), true, path.Field("parent"), violations);
  const size_t page_size = PageSizeOf(request.page_size(), path.Field("page_size"), violations);
  const engine::Motion motion = convert::MotionOf(request.motion());
  if (motion > engine::Motion::kCrossSell) {
    violations.Add(path.Field("motion"), "must be SEATS, PLAN or CROSS_SELL, or left out for all");
  }
  const PageRequest page({"ListOffers", account, absl::StrCat(request.motion())});
  const std::string token =
      page.Position(request.page_token(), path.Field("page_token"), violations);
  OffersPosition at;
  if (!token.empty() && !OffersPosition::Parse(token, at)) {
    violations.Add(path.Field("page_token"), "is not one of this list; begin anew without it");
  }
  if (!violations.empty()) return violations.ToStatus();
  ledger::ReadOptions options;
  if (!token.empty()) {
    options.as_of = at.as_of;
    options.known_at = at.revision;
    options.rulebook_number = at.rulebook_number;
  }
  auto view = ReadAccount(environment, account, options);
  if (!view.ok()) return view.status();
  std::vector<engine::Offer> offers =
      engine::OffersFor(*view->state, *view->rulebook, view->checked_at);
  if (motion != engine::Motion::kUnspecified) {
    offers.erase(
        std::remove_if(offers.begin(), offers.end(),
                       [&](const engine::Offer& offer) { return offer.option.motion != motion; }),
        offers.end());
  }
  const size_t begin = std::min(at.offset, offers.size());
  const size_t end = std::min(begin + page_size, offers.size());
  AddOffers(environment, *view, offers, begin, end, response);
  if (end < offers.size()) {
    at = {view->checked_at, view->revision, view->rulebook->number(), end};
    response->set_next_page_token(page.Token(at.Text()));
  }
  response->set_account(convert::AccountName(view->account));
  *response->mutable_lifetime_value() =
      convert::MoneyOf(view->card->place.lifetime_value, environment.currency());
  response->set_revision(view->revision);
  response->set_rulebook_number(view->rulebook->number());
  *response->mutable_checked_at() = convert::TimestampOf(view->checked_at);
  response->set_total_size(static_cast<int32_t>(offers.size()));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* AffinityService::MineAffinity(grpc::CallbackServerContext* context,
                                                        const v1::MineAffinityRequest* request,
                                                        v1::MineAffinityResponse* response) {
  return ServeOnWorker(
      environment_, context, "AffinityService/MineAffinity", MethodKind::kRead, request, response,
      [this](Call& call, const auto& in, auto* out) { return Mine(environment_, call, in, out); });
}

grpc::ServerUnaryReactor* AffinityService::ListOffers(grpc::CallbackServerContext* context,
                                                      const v1::ListOffersRequest* request,
                                                      v1::ListOffersResponse* response) {
  return ServeOnWorker(
      environment_, context, "AffinityService/ListOffers", MethodKind::kRead, request, response,
      [this](Call&, const auto& in, auto* out) { return Offers(environment_, in, out); });
}

}  // namespace kizuna::server
