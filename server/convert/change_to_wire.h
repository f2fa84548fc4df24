// SPDX-License-Identifier: Apache-2.0
//
// How is a row of the change log told? As an event, of the kinds that somebody asked for.

#ifndef KIZUNA_SERVER_CONVERT_CHANGE_TO_WIRE_H_
#define KIZUNA_SERVER_CONVERT_CHANGE_TO_WIRE_H_

#include <set>

#include "kizuna/storage/v1/account.pb.h"
#include "kizuna/v1/watch.pb.h"

namespace kizuna::convert {

// Everything of the event but its revision, which is the row's key. Changes of kinds that are not
// in `kinds`, or that this program does not know, are left out.
void EventToWire(const storage::v1::ChangeRecord& record, const std::set<v1::ChangeKind>& kinds,
                 v1::AccountEvent* out);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_CHANGE_TO_WIRE_H_
