// SPDX-License-Identifier: Apache-2.0
//
// How does a fact's content lie on disk? One pair of functions a kind, field by field; the state
// holds some of them too. For stored_fact.cc and stored_state.cc.

#ifndef KIZUNA_SERVER_CONVERT_STORED_CONTENT_H_
#define KIZUNA_SERVER_CONVERT_STORED_CONTENT_H_

#include "kizuna/storage/v1/fact.pb.h"
#include "server/convert/stored_values.h"
#include "server/engine/fact.h"

namespace kizuna::convert {

void Store(const engine::SubscriptionContent& from, storage::v1::StoredSubscription& to);
void Store(const engine::ObjectiveContent& from, storage::v1::StoredObjective& to);
void Store(const engine::LoyaltyOverrideContent& from, storage::v1::StoredLoyaltyOverride& to);
void Store(const engine::TouchOverrideContent& from, storage::v1::StoredTouchOverride& to);
void Store(const engine::HoldContent& from, storage::v1::StoredHold& to);
void Store(const engine::ConsentContent& from, storage::v1::StoredConsent& to);
void Store(const engine::WaiverContent& from, storage::v1::StoredWaiver& to);
void Store(const engine::TaskContent& from, storage::v1::StoredTask& to);
void Store(const engine::ReviewContent& from, storage::v1::StoredReview& to);
void Store(const engine::ReservationContent& from, storage::v1::StoredReservation& to);

engine::SubscriptionContent Read(const storage::v1::StoredSubscription& from, StoredReader& reader);
engine::ObjectiveContent Read(const storage::v1::StoredObjective& from, StoredReader& reader);
engine::LoyaltyOverrideContent Read(const storage::v1::StoredLoyaltyOverride& from,
                                    StoredReader& reader);
engine::TouchOverrideContent Read(const storage::v1::StoredTouchOverride& from,
                                  StoredReader& reader);
engine::HoldContent Read(const storage::v1::StoredHold& from, StoredReader& reader);
engine::ConsentContent Read(const storage::v1::StoredConsent& from, StoredReader& reader);
engine::WaiverContent Read(const storage::v1::StoredWaiver& from, StoredReader& reader);
engine::TaskContent Read(const storage::v1::StoredTask& from, StoredReader& reader);
engine::ReviewContent Read(const storage::v1::StoredReview& from, StoredReader& reader);
engine::ReservationContent Read(const storage::v1::StoredReservation& from, StoredReader& reader);

// Sets the member of the fact's `content` that belongs to the kind.
void StoreContent(const engine::Content& from, storage::v1::StoredFact& to);
engine::Content ReadContent(const storage::v1::StoredFact& from, StoredReader& reader);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_STORED_CONTENT_H_
