// SPDX-License-Identifier: Apache-2.0
//
// Where are alerts posted? The webhooks, stored in the book and known in memory.

#ifndef KIZUNA_SERVER_ALERTS_WEBHOOKS_H_
#define KIZUNA_SERVER_ALERTS_WEBHOOKS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "kizuna/storage/v1/alert.pb.h"
#include "storage/kv.h"

namespace kizuna::alerts {

struct Webhook {
  std::string id;
  storage::v1::WebhookRecord record;
};

// Thread-safe.
class Webhooks {
 public:
  // `store` outlives it.
  explicit Webhooks(storage::Store* store) : store_(store) {}

  // Reads what is stored. Once, before anything else.
  absl::Status Load();

  std::vector<Webhook> All() const;  // by id
  std::optional<Webhook> Find(const std::string& id) const;
  // The ids of those that want such an alert.
  std::vector<std::string> Wanting(uint32_t kind, absl::string_view owner) const;

  // Stored under a new id, which is given with it. FAILED_PRECONDITION: there are as many as may
  // be; and errors of committing.
  absl::StatusOr<Webhook> Create(storage::v1::WebhookRecord record);
  // NOT_FOUND; and errors of committing.
  absl::Status Delete(const std::string& id);

 private:
  storage::Store* const store_;
  absl::Mutex changing_;  // held while the store is written; before mutex_
  mutable absl::Mutex mutex_;
  std::map<std::string, storage::v1::WebhookRecord> webhooks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace kizuna::alerts

#endif  // KIZUNA_SERVER_ALERTS_WEBHOOKS_H_
