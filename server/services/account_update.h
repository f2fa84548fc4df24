// SPDX-License-Identifier: Apache-2.0
//
// What does an update of an account write? A sparse profile: what the mask names and the request
// has is set, what the mask names and the request lacks is cleared.

#ifndef KIZUNA_SERVER_SERVICES_ACCOUNT_UPDATE_H_
#define KIZUNA_SERVER_SERVICES_ACCOUNT_UPDATE_H_

#include "google/protobuf/field_mask.pb.h"
#include "kizuna/v1/fact.pb.h"
#include "server/convert/validation.h"

namespace kizuna::server {

// `present` is the account's profile now: lists that the mask names are set whole, so what of them
// is not in `wanted` is cleared. An empty mask sets what `wanted` has and clears nothing. A path
// that is no field of a profile is a violation at `path`.
v1::Profile ProfileUpdate(const google::protobuf::FieldMask& mask, const v1::Profile& wanted,
                          const v1::Profile& present, const convert::FieldPath& path,
                          convert::Violations& violations);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_ACCOUNT_UPDATE_H_
