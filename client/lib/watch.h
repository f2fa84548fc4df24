// SPDX-License-Identifier: Apache-2.0
//
// How does a program hear of every change, and of none twice? By a watch that keeps its place: when
// the connection breaks, it is made again behind the last message that was handed out.

#ifndef KIZUNA_CLIENT_LIB_WATCH_H_
#define KIZUNA_CLIENT_LIB_WATCH_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/lib/options.h"
#include "kizuna/v1/watch_service.pb.h"

namespace grpc {
class Channel;
}

namespace kizuna::client {

// A watch. One thread calls Next(); Cancel() may be called from any.
class Watcher {
 public:
  virtual ~Watcher() = default;

  // The next event or checkpoint; waits for it. While the server cannot be reached it is tried
  // again for as long as it takes, with RetryPolicy's waits between the tries, except that a watch
  // that never got anything gives up after RetryPolicy::max_attempts. Errors are final:
  //   CANCELLED           after Cancel()
  //   OUT_OF_RANGE        the log no longer reaches back to the cursor; list the accounts, then
  //                       watch from now
  //   DATA_LOSS           the cursor is not of this store as it stands; likewise
  //   RESOURCE_EXHAUSTED  too slow, or too many watches (error.h tells the reason)
  //   INVALID_ARGUMENT and the like
  virtual absl::StatusOr<v1::WatchAccountsResponse> Next() = 0;

  // Where another watch goes on behind the last message that Next() gave; the request's own cursor
  // before the first.
  virtual std::string cursor() const = 0;

  // Ends the watch: Next() answers CANCELLED from then on.
  virtual void Cancel() = 0;
};

// Makes a watch. Inside the library only: callers use Client::WatchAccounts().
std::unique_ptr<Watcher> OpenWatch(const ClientOptions& client,
                                   std::shared_ptr<grpc::Channel> channel,
                                   v1::WatchAccountsRequest request);

}  // namespace kizuna::client

#endif  // KIZUNA_CLIENT_LIB_WATCH_H_
