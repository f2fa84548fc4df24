// SPDX-License-Identifier: Apache-2.0
//
// How do facts go from the wire to the ledger? Shared by the unary call, the stream, and the
// methods that write a fact of their own.

#ifndef KIZUNA_SERVER_SERVICES_RECORD_H_
#define KIZUNA_SERVER_SERVICES_RECORD_H_

#include <functional>
#include <vector>

#include "google/protobuf/repeated_ptr_field.h"
#include "kizuna/v1/fact_service.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

// Records the facts; `done` gets one result for each, in order, on any thread. REQUIRES: as many as
// a batch may have.
void RecordWireFacts(const Environment& environment,
                     const google::protobuf::RepeatedPtrField<v1::Fact>& facts,
                     std::function<void(google::protobuf::RepeatedPtrField<v1::FactResult>)> done);

// Records one fact that the server makes itself, and waits. Fields at fault are named from `path`
// on.
absl::StatusOr<ledger::Recorded> RecordOwnFact(const Environment& environment, const v1::Fact& fact,
                                               const convert::FieldPath& path);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_RECORD_H_
