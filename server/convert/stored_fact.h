// SPDX-License-Identifier: Apache-2.0
//
// How does a fact get onto the disk and back? One version of it as one storage.v1.StoredFact;
// account, source and id lie in the key (storage/records/keys.h). Whatever is stored reads back to
// the same canonical bytes.

#ifndef KIZUNA_SERVER_CONVERT_STORED_FACT_H_
#define KIZUNA_SERVER_CONVERT_STORED_FACT_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "kizuna/storage/v1/fact.pb.h"
#include "server/engine/fact.h"

namespace kizuna::convert {

// `revision`: the commit in which the version is accepted. REQUIRES: values within the limits of
// server/engine/fact.h, texts in UTF-8.
storage::v1::StoredFact ToStored(const engine::Fact& fact, uint64_t revision);

// DATA_LOSS, naming the field, when the record says what no fact can.
absl::StatusOr<engine::Fact> FromStored(const storage::v1::StoredFact& stored,
                                        absl::string_view account, absl::string_view source,
                                        absl::string_view fact_id);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_STORED_FACT_H_
