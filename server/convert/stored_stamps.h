// SPDX-License-Identifier: Apache-2.0
//
// How are the many stamps of a state kept short? Each stands once in a table of columns; everything
// else names it by its place. For stored_state.cc.

#ifndef KIZUNA_SERVER_CONVERT_STORED_STAMPS_H_
#define KIZUNA_SERVER_CONVERT_STORED_STAMPS_H_

#include <cstdint>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "kizuna/storage/v1/state.pb.h"
#include "server/convert/stored_values.h"
#include "server/engine/fact.h"

namespace kizuna::convert {

// Fills the table of `stored` as stamps are first used. The stamps must outlive it.
class StampWriter {
 public:
  explicit StampWriter(storage::v1::AccountState* stored) : stored_(stored) {}

  // The stamp's place plus 1; 0 for one that is not given.
  uint32_t Place(const engine::Stamp& stamp);

 private:
  uint32_t PlaceOfSource(absl::string_view source);

  storage::v1::AccountState* const stored_;
  absl::flat_hash_map<std::tuple<int64_t, absl::string_view, absl::string_view>, uint32_t> places_;
  int64_t last_seconds_ = 0;
};

// Reads the table once; reader.status() tells when it is damaged.
class StampTable {
 public:
  StampTable(const storage::v1::AccountState& stored, StoredReader& reader);

  // The stamp of a place as StampWriter gave it.
  const engine::Stamp& At(uint32_t place, StoredReader& reader) const;

 private:
  std::vector<engine::Stamp> stamps_;  // [0] is the one that is not given
};

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_STORED_STAMPS_H_
