// SPDX-License-Identifier: Apache-2.0

#include "server/services/watch_plan.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "server/convert/names.h"

namespace kizuna::server {
namespace {

using convert::FieldPath;
using convert::Violations;

void ReadAccounts(const v1::WatchAccountsRequest& request, const FieldPath& path,
                  Violations& violations, WatchPlan& plan) {
  if (request.accounts_size() > limits::kMaxWatchedAccounts) {
    violations.Add(path.Field("accounts"),
                   absl::StrCat("has ", request.accounts_size(), " items; send ",
                                limits::kMaxWatchedAccounts, " at most, or none to watch all"));
    return;
  }
  for (int i = 0; i < request.accounts_size(); ++i) {
    const std::string account =
        convert::AccountIdOf(request.accounts(i), true, path.Item("accounts", i), violations);
    if (!plan.accounts.insert(account).second) continue;
    plan.by_digest.emplace(ledger::ErasedDigest(account), account);
  }
  plan.shards.set();
  if (!plan.accounts.empty()) {
    plan.shards = ledger::ShardsOf({plan.accounts.begin(), plan.accounts.end()});
  }
}

void ReadKinds(const v1::WatchAccountsRequest& request, const FieldPath& path,
               Violations& violations, WatchPlan& plan) {
  for (int i = 0; i < request.kinds_size(); ++i) {
    if (request.kinds(i) == v1::CHANGE_KIND_UNSPECIFIED) {
      violations.Add(path.Item("kinds", i), "must name a kind; send none for all but FACTS");
    }
    plan.kinds.insert(request.kinds(i));
  }
  plan.facts = plan.kinds.count(v1::CHANGE_KIND_FACTS) != 0;
  if (!plan.kinds.empty()) return;
  for (int kind = v1::ChangeKind_MIN; kind <= v1::ChangeKind_MAX; ++kind) {
    if (v1::ChangeKind_IsValid(kind)) plan.kinds.insert(static_cast<v1::ChangeKind>(kind));
  }
}

void ReadInterval(const v1::WatchAccountsRequest& request, const FieldPath& path,
                  Violations& violations, WatchPlan& plan) {
  if (!request.has_checkpoint_interval()) return;
  const auto& interval = request.checkpoint_interval();
  plan.checkpoint_interval =
      absl::Seconds(interval.seconds()) + absl::Nanoseconds(interval.nanos());
  if (plan.checkpoint_interval < limits::kMinCheckpointInterval ||
      plan.checkpoint_interval > limits::kCheckpointInterval) {
    violations.Add(path.Field("checkpoint_interval"),
                   absl::StrCat("must be ", absl::FormatDuration(limits::kMinCheckpointInterval),
                                " to ", absl::FormatDuration(limits::kCheckpointInterval)));
  }
}

}  // namespace

absl::StatusOr<WatchPlan> WatchPlan::Of(const v1::WatchAccountsRequest& request,
                                        const engine::Rulebook& rulebook) {
  const FieldPath path;
  Violations violations;
  WatchPlan plan;
  plan.from_start = request.from_start();
  if (!request.cursor().empty()) {
    plan.cursor = WatchCursor::FromText(request.cursor(), path.Field("cursor"), violations);
    if (plan.from_start) {
      violations.Add(path.Field("from_start"), "goes without a cursor; send one of the two");
    }
  }
  ReadAccounts(request, path, violations, plan);
  plan.filter = AccountFilter::Parse(request.filter(), path.Field("filter"), rulebook, violations);
  ReadKinds(request, path, violations, plan);
  ReadInterval(request, path, violations, plan);
  if (!violations.empty()) return violations.ToStatus();
  return plan;
}

}  // namespace kizuna::server
