// SPDX-License-Identifier: Apache-2.0
//
// How does a fact speak of a person without naming them? By a key: the first 8 bytes, big endian,
// of SHA-256 over "kizuna.person.v1", a NUL and the contact's id. DO NOT CHANGE: stored facts hold
// it.

#ifndef KIZUNA_SERVER_CONVERT_PERSON_H_
#define KIZUNA_SERVER_CONVERT_PERSON_H_

#include "absl/strings/string_view.h"
#include "server/engine/fact.h"

namespace kizuna::convert {

// kNobody for an empty id, and never for another.
engine::PersonKey PersonKeyOf(absl::string_view contact_id);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_PERSON_H_
