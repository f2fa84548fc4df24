// SPDX-License-Identifier: Apache-2.0

#include "server/services/portfolio_sums.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/convert/errors.h"
#include "server/convert/names.h"
#include "server/convert/values.h"
#include "server/limits.h"

namespace kizuna::server {
namespace {

// The leaks of the account within the window before `at`.
std::vector<SeenLeak> LeaksWithin(const LeaksByAccount& leaks, const std::string& account,
                                  const engine::Calendar& calendar, engine::Instant at) {
  std::vector<SeenLeak> within;
  const auto found = leaks.find(account);
  if (found == leaks.end()) return within;
  for (const SeenLeak& leak : found->second) {
    const int32_t age = calendar.DayOf(at) - calendar.DayOf(leak.observed_at);
    if (leak.observed_at <= at && age < engine::kRetentionDays) within.push_back(leak);
  }
  return within;
}

absl::string_view TouchKey(engine::TouchTier tier) {
  switch (tier) {
    case engine::TouchTier::kHigh:
      return "HIGH";
    case engine::TouchTier::kLow:
      return "LOW";
    case engine::TouchTier::kTech:
      return "TECH";
    case engine::TouchTier::kUnknown:
      break;
  }
  return "";
}

std::string KeyOf(const ledger::View& view, v1::PortfolioGrouping grouping) {
  switch (grouping) {
    case v1::PORTFOLIO_GROUPING_OWNER:
      return view.state->Profile("owner");
    case v1::PORTFOLIO_GROUPING_SEGMENT:
      return view.state->Profile("segment");
    default:
      return std::string(TouchKey(view.card->place.touch));
  }
}

void AddWhole(const ledger::View& view, size_t leaks, engine::PortfolioSums& sums) {
  engine::AddAccount(*view.state, *view.rulebook, *view.card, sums);
  const engine::Day today = view.rulebook->calendar().DayOf(view.checked_at);
  engine::AddRetention(*view.state, today, std::nullopt, sums.retention);
  sums.leaks += static_cast<int64_t>(leaks);
}

}  // namespace

void BookSums::AddByProduct(const ledger::View& view, const std::vector<SeenLeak>& leaks) {
  const engine::Day today = view.rulebook->calendar().DayOf(view.checked_at);
  // A product that is no longer owned counts in what was retained of it.
  for (const std::string& product : engine::SubscribedProducts(*view.state)) {
    engine::AddRetention(*view.state, today, product,
                         groups_[convert::ProductName(product)].retention);
  }
  for (const std::string& product : engine::CountedProducts(*view.state, today)) {
    engine::AddAccountOfProduct(*view.state, *view.rulebook, *view.card, product,
                                groups_[convert::ProductName(product)]);
  }
  for (const SeenLeak& leak : leaks) groups_[convert::ProductName(leak.product)].leaks++;
}

absl::Status BookSums::Add(const ledger::View& view, const LeaksByAccount& leaks) {
  const std::vector<SeenLeak> seen =
      LeaksWithin(leaks, view.account, view.rulebook->calendar(), view.checked_at);
  AddWhole(view, seen.size(), total_);
  if (grouping_ == v1::PORTFOLIO_GROUPING_PRODUCT) {
    AddByProduct(view, seen);
  } else if (grouping_ != v1::PORTFOLIO_GROUPING_UNSPECIFIED) {
    AddWhole(view, seen.size(), groups_[KeyOf(view, grouping_)]);
  }
  if (groups_.size() <= limits::kMaxPortfolioGroups) return absl::OkStatus();
  return convert::InvalidField(
      "group_by", absl::StrCat("makes more than ", limits::kMaxPortfolioGroups,
                               " groups; narrow the accounts by filter, or group by another"));
}

void FiguresToWire(const engine::PortfolioSums& sums, absl::string_view currency,
                   v1::PortfolioFigures* out) {
  using engine::Standing;
  const auto money = [&](engine::Micros micros) { return convert::MoneyOf(micros, currency); };
  const auto standing = [&](Standing of) {
    return money(sums.by_standing[static_cast<size_t>(of)]);
  };
  out->set_account_count(sums.accounts);
  for (const auto band :
       {engine::Band::kGreen, engine::Band::kYellow, engine::Band::kRed, engine::Band::kUnknown}) {
    const int64_t count = sums.bands[static_cast<size_t>(band)];
    if (count == 0) continue;
    v1::BandCount* row = out->add_bands();
    row->set_band(convert::ToWire(band));
    row->set_account_count(count);
  }
  for (const auto cell : {engine::Cell::kA, engine::Cell::kB, engine::Cell::kC, engine::Cell::kD,
                          engine::Cell::kUnplaced}) {
    const int64_t count = sums.cells[static_cast<size_t>(cell)];
    if (count == 0) continue;
    v1::CellCount* row = out->add_cells();
    row->set_cell(convert::ToWire(cell));
    row->set_account_count(count);
  }
  for (const auto verdict :
       {engine::Verdict::kAllow, engine::Verdict::kUnknown, engine::Verdict::kDeny}) {
    const int64_t count = sums.verdicts[static_cast<size_t>(verdict)];
    if (count == 0) continue;
    v1::VerdictCount* row = out->add_verdicts();
    row->set_verdict(convert::ToWire(verdict));
    row->set_account_count(count);
  }
  *out->mutable_recurring_revenue() = money(sums.recurring);
  *out->mutable_revenue_at_risk() = standing(Standing::kAtRisk);
  *out->mutable_revenue_ready() = standing(Standing::kReady);
  *out->mutable_revenue_unknown() = standing(Standing::kUnknown);
  *out->mutable_revenue_blocked() = standing(Standing::kBlocked);
  if (const auto nps = sums.Nps()) out->set_nps(*nps);
  out->set_nps_answers(sums.nps_answers);
  out->set_leaks(sums.leaks);
  v1::Retention* retention = out->mutable_retention();
  const engine::RetentionSums& kept = sums.retention;
  retention->set_due_count(kept.due);
  retention->set_renewed_count(kept.renewed);
  if (const auto rate = kept.RenewalRate()) retention->set_renewal_rate(*rate);
  *retention->mutable_revenue_at_start() = money(kept.at_start);
  *retention->mutable_revenue_kept() = money(kept.kept);
  *retention->mutable_revenue_now() = money(kept.now);
  if (const auto gross = kept.GrossRetention()) retention->set_gross_retention(*gross);
  if (const auto net = kept.NetRetention()) retention->set_net_retention(*net);
}

}  // namespace kizuna::server
