// SPDX-License-Identifier: Apache-2.0
//
// When does a subscription come up for renewal? The server tells which accounts renew in a window,
// and the subscriptions of each; the day of one follows by docs/scoring.md, "Renewals".

#ifndef KIZUNA_CLIENT_CLI_RENEWAL_H_
#define KIZUNA_CLIENT_CLI_RENEWAL_H_

#include "absl/time/civil_time.h"
#include "absl/types/optional.h"
#include "kizuna/v1/account.pb.h"

namespace kizuna::cli {

// The first day from `today` on on which the subscription is renewed or ends; nullopt when it is
// not in force, or none is known. One that renews by itself does so every term, which is as long as
// from its start to its first renewal.
absl::optional<absl::CivilDay> NextRenewal(const v1::SubscriptionRecord& record,
                                           absl::CivilDay today);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_RENEWAL_H_
