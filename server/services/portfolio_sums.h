// SPDX-License-Identifier: Apache-2.0
//
// Into which groups does an account go, and how are their sums told?

#ifndef KIZUNA_SERVER_SERVICES_PORTFOLIO_SUMS_H_
#define KIZUNA_SERVER_SERVICES_PORTFOLIO_SUMS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "kizuna/v1/portfolio_service.pb.h"
#include "server/engine/portfolio.h"
#include "server/ledger/ledger.h"

namespace kizuna::server {

// What is counted of a leak.
struct SeenLeak {
  engine::Instant observed_at = 0;
  std::string product;
};
// By account id.
using LeaksByAccount = absl::flat_hash_map<std::string, std::vector<SeenLeak>>;

// The sums of a book at one instant. Not thread-safe.
class BookSums {
 public:
  explicit BookSums(v1::PortfolioGrouping grouping) : grouping_(grouping) {}

  // Adds the account as the view shows it, with its leaks up to the view's instant.
  // INVALID_ARGUMENT when it makes more groups than limits::kMaxPortfolioGroups.
  absl::Status Add(const ledger::View& view, const LeaksByAccount& leaks);

  const engine::PortfolioSums& total() const { return total_; }
  // By key, as v1::PortfolioGroup has it.
  const std::map<std::string, engine::PortfolioSums>& groups() const { return groups_; }

 private:
  void AddByProduct(const ledger::View& view, const std::vector<SeenLeak>& leaks);

  const v1::PortfolioGrouping grouping_;
  engine::PortfolioSums total_;
  std::map<std::string, engine::PortfolioSums> groups_;
};

void FiguresToWire(const engine::PortfolioSums& sums, absl::string_view currency,
                   v1::PortfolioFigures* out);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_PORTFOLIO_SUMS_H_
