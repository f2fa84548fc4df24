// SPDX-License-Identifier: Apache-2.0
//
// How does a year of daily values stay small? Days as runs, values in the largest power of ten that
// divides them all, times of observation as runs of equal steps. For stored_state.cc.

#ifndef KIZUNA_SERVER_CONVERT_STORED_USAGE_H_
#define KIZUNA_SERVER_CONVERT_STORED_USAGE_H_

#include "kizuna/storage/v1/state.pb.h"
#include "server/convert/stored_values.h"
#include "server/engine/state.h"

namespace kizuna::convert {

// REQUIRES: cells by rising day, each day once.
void StoreSeries(const engine::UsageSeries& from, storage::v1::UsageSeries& to);
engine::UsageSeries ReadSeries(const storage::v1::UsageSeries& from, StoredReader& reader);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_STORED_USAGE_H_
