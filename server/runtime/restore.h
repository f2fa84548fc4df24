// SPDX-License-Identifier: Apache-2.0
//
// How does a backup become a store that can be trusted again? Written out beside the data folder,
// put into a new epoch, rid of what was erased since, verified, and only then given its name: what
// fails or is cut off leaves no folder that a server would serve.

#ifndef KIZUNA_SERVER_RUNTIME_RESTORE_H_
#define KIZUNA_SERVER_RUNTIME_RESTORE_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "server/ledger/clock.h"
#include "server/runtime/options.h"

namespace kizuna::server {

// Restores as the options say, telling `tell` a line at a time what was done.
//   FAILED_PRECONDITION  options.data has files in it, or there is no list of erasures
//   NOT_FOUND            there is no such backup
//   DATA_LOSS            the backup or the list is damaged, or what was restored does not verify
//   UNAVAILABLE          a fault of the disk
absl::Status Restore(const Options& options, const ledger::Clock* clock,
                     const std::function<void(const std::string& line)>& tell);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_RUNTIME_RESTORE_H_
