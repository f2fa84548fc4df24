// SPDX-License-Identifier: Apache-2.0
//
// How does every alert reach every webhook that wants it? What is to be posted was stored with the
// alert; one thread posts it and takes it out once the receiver said that it has it. So it arrives
// at least once, whatever crashes in between, and always under the same name. A receiver that is
// down is asked less and less often, and holds up no other.

#ifndef KIZUNA_SERVER_ALERTS_SENDER_H_
#define KIZUNA_SERVER_ALERTS_SENDER_H_

#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/alerts/poster.h"
#include "server/alerts/webhooks.h"
#include "storage/kv.h"
#include "storage/records/keys.h"

namespace kizuna::alerts {

// How long nothing is posted after so many failures in a row (1 or more), before chance spreads it
// by half either way.
absl::Duration BackoffAfter(int failures);

class Sender {
 public:
  // What is pointed at outlives it. `retry`: how long an alert is tried before it is a dead letter.
  Sender(storage::Store* store, const Webhooks* webhooks, absl::Duration retry)
      : store_(store), webhooks_(webhooks), retry_(retry) {}
  ~Sender() { Stop(); }

  void Start();
  // Cuts off what is under way; it is posted again after the next start.
  void Stop();
  // There may be something to post. Thread-safe.
  void Wake();
  // The same, and no receiver is left alone for what it did before.
  void TryAfresh();

 private:
  // What is known of a webhook since the start.
  struct Receiver {
    int under_way = 0;
    int failures = 0;  // in a row
    absl::Time not_before = absl::InfinitePast();
  };
  // A post that is under way.
  struct Sent {
    storage::Partition shard = storage::Partition::Shard(0);
    storage::DeliveryKey key;
    std::string record;  // as stored
  };

  void Run();
  bool Stopping();
  void Forgive();
  // Begins whatever may be posted now; the earliest time when more may.
  absl::StatusOr<absl::Time> Begin();
  absl::Status BeginShard(const storage::Snapshot& snapshot, storage::Partition shard,
                          absl::Time now, absl::Time& next);
  // Posts one; what must not be posted is deleted.
  absl::Status BeginOne(const storage::Snapshot& snapshot, storage::Partition shard,
                        const storage::DeliveryKey& key, absl::string_view record,
                        const Webhook& webhook, absl::Time now);
  // Writes down what became of posts.
  absl::Status Finish(const std::vector<Posted>& posted);
  storage::WriteBatch Outcome(const Sent& sent, const Posted& posted, absl::Time now);
  absl::Duration Spread(absl::Duration duration);

  storage::Store* const store_;
  const Webhooks* const webhooks_;
  const absl::Duration retry_;

  // The thread's own.
  Poster poster_;
  absl::BitGen random_;
  uint64_t last_id_ = 0;
  std::map<uint64_t, Sent> sent_;
  std::set<std::string> busy_;                 // keys that are under way
  std::map<std::string, absl::Time> put_off_;  // keys that failed: not before
  std::map<std::string, Receiver> receivers_;  // by webhook

  absl::Mutex mutex_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = true;
  bool afresh_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace kizuna::alerts

#endif  // KIZUNA_SERVER_ALERTS_SENDER_H_
