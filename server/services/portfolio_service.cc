// SPDX-License-Identifier: Apache-2.0

#include "server/services/portfolio_service.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/convert/rulebook_from_text.h"
#include "server/convert/values.h"
#include "server/engine/model_coverage.h"
#include "server/limits.h"
#include "server/services/book_walk.h"
#include "server/services/filter.h"
#include "server/services/portfolio_sums.h"
#include "server/services/rules_text.h"

namespace kizuna::server {
namespace {

using Done = std::function<void(absl::Status)>;

// What GetPortfolio was asked, and what it has summed up so far.
struct Portfolio {
  Portfolio(AccountFilter its_filter, v1::PortfolioGrouping grouping)
      : filter(std::move(its_filter)), present(grouping), before(grouping) {}

  AccountFilter filter;
  std::shared_ptr<const engine::Rulebook> rulebook;  // judges both instants
  engine::Instant began_at = 0;
  std::optional<engine::Instant> as_of;  // nullopt: now
  std::optional<engine::Instant> since;  // nullopt: nothing is compared
  LeaksByAccount leaks;
  BookSums present;
  BookSums before;
};

// Adds the account as it was at `at`; one of which nothing was known then, or that the filter does
// not keep, is left out.
absl::Status AddPast(const Environment& environment, const Portfolio& portfolio,
                     const std::string& account, engine::Instant at, BookSums& sums) {
  ledger::ReadOptions options;
  options.as_of = at;
  options.rulebook_number = portfolio.rulebook->number();
  const absl::StatusOr<ledger::View> past = environment.ledger->Read(account, options);
  if (absl::IsNotFound(past.status())) return absl::OkStatus();  // erased meanwhile
  if (!past.ok()) return past.status();
  const bool known = past->state->anchor != engine::kNoDay;
  if (!known || !portfolio.filter.Keeps(*past)) return absl::OkStatus();
  return sums.Add(*past, portfolio.leaks);
}

absl::Status AddToPortfolio(const Environment& environment, const ledger::View& view,
                            Portfolio& portfolio) {
  absl::Status status;
  // Another rulebook may have come into force while the book is walked through.
  const bool other_rules = view.rulebook->number() != portfolio.rulebook->number();
  if (portfolio.as_of || other_rules) {
    status = AddPast(environment, portfolio, view.account,
                     portfolio.as_of.value_or(view.checked_at), portfolio.present);
  } else if (portfolio.filter.Keeps(view)) {
    status = portfolio.present.Add(view, portfolio.leaks);
  }
  if (status.ok() && portfolio.since) {
    status = AddPast(environment, portfolio, view.account, *portfolio.since, portfolio.before);
  }
  return status;
}

// Reads the leaks that any of the instants may count.
absl::Status ReadLeaks(const Environment& environment, const Call& call, Portfolio& portfolio) {
  const engine::Calendar& calendar = environment.ledger->calendar();
  const engine::Instant earliest =
      portfolio.since.value_or(portfolio.as_of.value_or(portfolio.began_at));
  ledger::Ledger::LeakQuery query;
  query.since = calendar.StartOf(calendar.DayOf(earliest) + 1 - engine::kRetentionDays);
  query.limit = limits::kMaxPageSize;
  while (!call.Expired()) {
    auto page = environment.ledger->Leaks(query);
    if (!page.ok()) return page.status();
    for (const ledger::Leak& leak : page->leaks) {
      portfolio.leaks[leak.account].push_back({leak.observed_at, leak.product});
    }
    if (!page->more) return absl::OkStatus();
    query.after = std::move(page->leaks.back());
  }
  return convert::DeadlinePassed("the leaks took too long to read");
}

void TellPortfolio(const Environment& environment, const Portfolio& portfolio,
                   v1::GetPortfolioResponse* response) {
  const auto tell = [&](const std::string& key, const engine::PortfolioSums& present,
                        const engine::PortfolioSums& before, v1::PortfolioGroup* out) {
    out->set_key(key);
    FiguresToWire(present, environment.currency(), out->mutable_figures());
    if (portfolio.since) FiguresToWire(before, environment.currency(), out->mutable_before());
  };
  tell("", portfolio.present.total(), portfolio.before.total(), response->mutable_total());
  std::set<std::string> keys;
  for (const BookSums* sums : {&portfolio.present, &portfolio.before}) {
    for (const auto& [key, unused] : sums->groups()) keys.insert(key);
  }
  static const auto* const kNothing = new engine::PortfolioSums();
  const auto sums_of = [](const BookSums& sums, const std::string& key) -> const auto& {
    const auto found = sums.groups().find(key);
    return found == sums.groups().end() ? *kNothing : found->second;
  };
  for (const std::string& key : keys) {
    tell(key, sums_of(portfolio.present, key), sums_of(portfolio.before, key),
         response->add_groups());
  }
  *response->mutable_as_of() = convert::TimestampOf(portfolio.as_of.value_or(portfolio.began_at));
  if (portfolio.since) *response->mutable_since() = convert::TimestampOf(*portfolio.since);
  response->set_rulebook_number(portfolio.rulebook->number());
}

// The instants of a request. A violation where they make no sense.
void ReadInstants(const Environment& environment, const v1::GetPortfolioRequest& request,
                  const convert::FieldPath& path, convert::Violations& violations,
                  Portfolio& portfolio) {
  if (request.has_as_of()) {
    portfolio.as_of = InstantAt(environment, request.as_of(), path.Field("as_of"), violations);
  } else if (request.has_as_of_date()) {
    portfolio.as_of =
        InstantAtEndOf(environment, request.as_of_date(), path.Field("as_of_date"), violations);
  }
  const engine::Instant at = portfolio.as_of.value_or(portfolio.began_at);
  const size_t wrong_so_far = violations.count();
  if (request.has_since()) {
    portfolio.since = InstantAt(environment, request.since(), path.Field("since"), violations);
  } else if (request.has_since_date()) {
    portfolio.since =
        InstantAtEndOf(environment, request.since_date(), path.Field("since_date"), violations);
  } else {
    return;
  }
  // The end of today is still to come.
  if (violations.count() == wrong_so_far && (!portfolio.since || *portfolio.since >= at)) {
    violations.Add(path.Field(request.has_since() ? "since" : "since_date"),
                   "must be before the instant looked at; leave it out to compare with nothing");
  }
}

void SumUp(const Environment& environment, const Call& call, const v1::GetPortfolioRequest& request,
           v1::GetPortfolioResponse* response, const Done& done) {
  const convert::FieldPath path;
  convert::Violations violations;
  auto rulebook = environment.ledger->rulebook();
  auto portfolio = std::make_shared<Portfolio>(
      AccountFilter::Parse(request.filter(), path.Field("filter"), *rulebook, violations),
      request.group_by());
  portfolio->rulebook = std::move(rulebook);
  portfolio->began_at = environment.ledger->Now();
  ReadInstants(environment, request, path, violations, *portfolio);
  if (!violations.empty()) return done(violations.ToStatus());
  WalkBook(
      environment, call,
      [&environment, &call, portfolio] { return ReadLeaks(environment, call, *portfolio); },
      [&environment, portfolio](const ledger::View& view) {
        return AddToPortfolio(environment, view, *portfolio);
      },
      [&environment, portfolio, response, done](absl::Status status) {
        if (status.ok()) TellPortfolio(environment, *portfolio, response);
        done(std::move(status));
      });
}

// --- Model coverage.

struct Coverage {
  AccountFilter filter;
  std::shared_ptr<const engine::Rulebook> rulebook;  // of the models that are looked at
  bool in_force = true;
  engine::Instant began_at = 0;
  std::vector<engine::ModelTally> tallies;
};

// The rules of the request, with everything else that is in force.
absl::StatusOr<std::shared_ptr<const engine::Rulebook>> RulesOf(const Environment& environment,
                                                                const std::string& text) {
  auto present = environment.ledger->rulebook();
  if (text.empty()) return present;
  const absl::Status wrong = CheckRulesText(environment, text);
  if (!wrong.ok()) return wrong;
  auto rules = convert::RulebookFromText(text);
  if (!rules.ok()) return rules.status();
  engine::Rulebook::Parts parts = present->parts();
  parts.rules = *std::move(rules);
  std::vector<engine::Violation> violations;
  auto compiled = engine::Rulebook::Compile(present->number() + 1, std::move(parts),
                                            environment.ledger->calendar(), violations);
  // It was found good above, under the rulebook of that moment.
  if (compiled == nullptr) {
    return convert::InvalidField("rules_text", "does not go with the products in force; try again");
  }
  return compiled;
}

void TellModel(const engine::Model& model, const engine::ModelTally& tally,
               v1::ModelCoverage* out) {
  const auto accounts = static_cast<double>(tally.accounts);
  out->set_model(model.spec.name);
  out->set_account_count(tally.accounts);
  out->set_under_minimum_count(tally.under_minimum);
  out->set_minimum_coverage(model.spec.minimum_coverage);
  if (tally.accounts > 0) out->set_mean_coverage(tally.coverage_sum / accounts);
  size_t next = 0;
  for (const engine::Dimension& dimension : model.dimensions) {
    for (const engine::Measure& measure : dimension.measures) {
      const engine::MeasureTally& counts = tally.measures[next++];
      v1::MeasureCoverage* row = out->add_measures();
      row->set_dimension(dimension.name);
      row->set_feature(model.features[measure.feature].name);
      row->set_share(dimension.weight / model.dimension_weight * measure.weight /
                     dimension.measure_weight);
      row->set_missing_count(counts.missing);
      row->set_too_old_count(counts.too_old);
      if (tally.accounts > 0) {
        row->set_share_without(static_cast<double>(counts.missing + counts.too_old) / accounts);
      }
    }
  }
  for (size_t i = 0; i < model.gates.size(); ++i) {
    const engine::GateTally& counts = tally.gates[i];
    v1::GateCoverage* row = out->add_gates();
    row->set_code(model.gates[i].spec.code);
    row->set_needs_evidence(engine::NeedsEvidence(model.gates[i]));
    row->set_missing_count(counts.missing);
    row->set_closed_count(counts.closed);
    if (tally.accounts > 0) {
      row->set_share_without(static_cast<double>(counts.missing) / accounts);
    }
  }
}

void Cover(const Environment& environment, const Call& call,
           const v1::GetModelCoverageRequest& request, v1::GetModelCoverageResponse* response,
           const Done& done) {
  const convert::FieldPath path;
  convert::Violations violations;
  auto coverage = std::make_shared<Coverage>();
  coverage->filter = AccountFilter::Parse(request.filter(), path.Field("filter"),
                                          *environment.ledger->rulebook(), violations);
  if (!violations.empty()) return done(violations.ToStatus());
  auto rules = RulesOf(environment, request.rules_text());
  if (!rules.ok()) return done(rules.status());
  coverage->rulebook = *std::move(rules);
  coverage->in_force = request.rules_text().empty();
  coverage->began_at = environment.ledger->Now();
  coverage->tallies = engine::EmptyTallies(*coverage->rulebook);
  WalkBook(
      environment, call, nullptr,
      [coverage](const ledger::View& view) {
        if (coverage->filter.Keeps(view)) {
          engine::AddCoverage(*view.state, *coverage->rulebook, view.checked_at, coverage->tallies);
        }
        return absl::OkStatus();
      },
      [coverage, response, done](absl::Status status) {
        if (status.ok()) {
          const std::vector<engine::Model>& models = coverage->rulebook->models();
          for (size_t i = 0; i < models.size(); ++i) {
            TellModel(models[i], coverage->tallies[i], response->add_models());
          }
          *response->mutable_checked_at() = convert::TimestampOf(coverage->began_at);
          if (coverage->in_force) response->set_rulebook_number(coverage->rulebook->number());
        }
        done(std::move(status));
      });
}

}  // namespace

grpc::ServerUnaryReactor* PortfolioService::GetPortfolio(grpc::CallbackServerContext* context,
                                                         const v1::GetPortfolioRequest* request,
                                                         v1::GetPortfolioResponse* response) {
  return ServeAsync(environment_, context, "PortfolioService/GetPortfolio", MethodKind::kRead,
                    /*items_apart=*/false, request, response,
                    [this](Call& call, const auto& in, auto* out, Done done) {
                      SumUp(environment_, call, in, out, done);
                    });
}

grpc::ServerUnaryReactor* PortfolioService::GetModelCoverage(
    grpc::CallbackServerContext* context, const v1::GetModelCoverageRequest* request,
    v1::GetModelCoverageResponse* response) {
  return ServeAsync(environment_, context, "PortfolioService/GetModelCoverage", MethodKind::kRead,
                    /*items_apart=*/false, request, response,
                    [this](Call& call, const auto& in, auto* out, Done done) {
                      Cover(environment_, call, in, out, done);
                    });
}

}  // namespace kizuna::server
