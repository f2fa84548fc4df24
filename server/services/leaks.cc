// SPDX-License-Identifier: Apache-2.0

#include "server/services/leaks.h"

#include "server/convert/names.h"
#include "server/convert/values.h"

namespace kizuna::server {

void LeakToWire(const ledger::Leak& from, v1::Leak* out) {
  out->set_account(convert::AccountName(from.account));
  out->set_source(from.source);
  out->set_fact_id(from.fact_id);
  *out->mutable_observed_at() = convert::TimestampOf(from.observed_at);
  out->set_team(from.team);
  out->set_partner(from.partner);
  out->set_motion(convert::ToWire(from.motion));
  out->set_product(convert::ProductName(from.product));
  out->set_verdict(convert::ToWire(from.verdict));
  out->mutable_gates()->Assign(from.gates.begin(), from.gates.end());
  out->set_revision(from.revision);
  out->set_rulebook_number(from.rulebook_number);
}

}  // namespace kizuna::server
