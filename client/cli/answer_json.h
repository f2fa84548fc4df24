// SPDX-License-Identifier: Apache-2.0
//
// What is an answer in JSON? The shapes that docs/cli.md documents, out of the messages of the API.
// A field that has no value is null, never left out; names and ids are without their collection
// ("acme", not "accounts/acme").

#ifndef KIZUNA_CLIENT_CLI_ANSWER_JSON_H_
#define KIZUNA_CLIENT_CLI_ANSWER_JSON_H_

#include "client/cli/json.h"
#include "kizuna/v1/account.pb.h"
#include "kizuna/v1/health.pb.h"
#include "kizuna/v1/loyalty.pb.h"
#include "kizuna/v1/readiness.pb.h"
#include "kizuna/v1/readiness_service.pb.h"
#include "kizuna/v1/rulebook.pb.h"

namespace kizuna::cli {

Json ToJson(const v1::EvidenceItem& item);
Json ToJson(const v1::Driver& driver);
// "drivers" are the measures, whose points add up to "raw"; "cap" is the driver of the cut, and
// raw + cap.points = score.
Json ToJson(const v1::Health& health);
Json ToJson(const v1::Loyalty& loyalty);
Json ToJson(const v1::Reason& reason);
Json ToJson(const v1::Assessment& assessment);
Json ToJson(const v1::CheckPitchResponse& answer);
Json ToJson(const v1::Profile& profile);
Json ToJson(const v1::Account& account);
Json ToJson(const v1::ContactRecord& contact);
Json ToJson(const v1::SubscriptionRecord& subscription);
Json ToJson(const v1::PurchaseRecord& purchase);

// [ToJson(item), ...]
template <typename Repeated>
Json ToJsonArray(const Repeated& items) {
  Json array = Json::MakeArray();
  for (const auto& item : items) array.Append(ToJson(item));
  return array;
}

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_ANSWER_JSON_H_
