// SPDX-License-Identifier: Apache-2.0
//
// Can this program use this store, and how was it set up? Asked once, before anything else is read:
// the format's version, and the settings that were fixed when the store was created.

#ifndef KIZUNA_STORAGE_RECORDS_SETTINGS_H_
#define KIZUNA_STORAGE_RECORDS_SETTINGS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "kizuna/storage/v1/book.pb.h"
#include "storage/kv.h"

namespace kizuna::storage {

// The version of storage/FORMAT.md that this program writes. Raise it with any change that an older
// program would misread, and teach OpenSettings to bring older stores up to it.
inline constexpr uint32_t kFormatVersion = 1;

// What a new store gets when the operator says nothing: UTC, US dollars, a fiscal year that begins
// in January.
v1::StoreSettings DefaultSettings();

// Which of its lives the store is in, 1 or more: part of every decision id (docs/adr/0040).
uint32_t EpochOf(const v1::StoreSettings& settings);

// The settings of the store; written first when the store is new and empty, from `wanted` with
// DefaultSettings() for what it leaves unset. `wanted.created_at_micros` is the time of asking.
//   INVALID_ARGUMENT     `wanted` names no time zone, currency or month that exists
//   FAILED_PRECONDITION  the store is of a newer format, of another number of shards, or was
//   created
//                        with other settings than `wanted` sets; they cannot be changed afterwards
//   DATA_LOSS            the settings are damaged, or missing from a store that is not empty
//   and the errors of reading and committing.
absl::StatusOr<v1::StoreSettings> OpenSettings(Store& store, const v1::StoreSettings& wanted);

// Begins a new epoch in a store that may have gone back on what it acknowledged; the settings
// afterwards. `stored` are those of OpenSettings, `now_micros` is UTC since 1970. What the epoch
// that ends still has is written down, and the commit numbers of all shards jump beyond all that
// can have been given out, in this life of the store or in another that began at the same place.
// That holds while clocks are right to the second and no shard makes more than 65,536 commits a
// second for long. Called before anything else writes. Errors of reading and committing; after one,
// call it again.
absl::StatusOr<v1::StoreSettings> BeginEpoch(Store& store, const v1::StoreSettings& stored,
                                             int64_t now_micros);

}  // namespace kizuna::storage

#endif  // KIZUNA_STORAGE_RECORDS_SETTINGS_H_
