// SPDX-License-Identifier: Apache-2.0
//
// What is there of alerts, and who works on them? The reader that raises them, the sender that
// posts them, and what a service asks.

#ifndef KIZUNA_SERVER_ALERTS_ALERTS_H_
#define KIZUNA_SERVER_ALERTS_ALERTS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "kizuna/storage/v1/alert.pb.h"
#include "server/alerts/reader.h"
#include "server/alerts/sender.h"
#include "server/alerts/webhooks.h"
#include "server/ledger/ledger.h"
#include "storage/kv.h"
#include "storage/records/keys.h"

namespace kizuna::alerts {

// An alert as it is stored.
struct StoredAlert {
  storage::AlertKey key;
  storage::v1::AlertRecord record;
};

// Which alerts, the newest first. What is empty asks for all.
struct AlertQuery {
  std::string owner;
  std::string account;  // its id
  std::set<uint32_t> kinds;
  std::set<uint32_t> states;
  size_t limit = 50;
  std::optional<storage::AlertKey> before;  // go on behind this one
};

struct AlertPage {
  std::vector<StoredAlert> alerts;
  bool more = false;
};

// What could not be delivered.
struct DeadLetter {
  storage::DeliveryKey key;
  storage::v1::DeliveryRecord record;
  storage::v1::AlertRecord alert;
};

struct DeadLetterQuery {
  std::string webhook;  // empty: of all
  size_t limit = 50;
  std::optional<storage::DeliveryKey> before;
};

struct DeadLetterPage {
  std::vector<DeadLetter> letters;
  bool more = false;
};

// Thread-safe. Errors are those of reading and committing, and as said.
class Alerts {
 public:
  // `store` and `ledger` outlive it. `retry`: how long a webhook is tried. Nothing is raised or
  // posted before Start().
  static absl::StatusOr<std::unique_ptr<Alerts>> Open(storage::Store* store, ledger::Ledger* ledger,
                                                      absl::Duration retry);
  ~Alerts() { Stop(); }

  void Start();
  // Raises and posts no more, at once; it goes on after the next start. Before the ledger drains.
  void Stop();

  Webhooks& webhooks() { return webhooks_; }
  Reader& reader() { return reader_; }

  absl::StatusOr<AlertPage> List(const AlertQuery& query) const;
  // The alert afterwards. NOT_FOUND.
  absl::StatusOr<storage::v1::AlertRecord> Acknowledge(const storage::AlertKey& key,
                                                       absl::string_view who);
  absl::StatusOr<DeadLetterPage> DeadLetters(const DeadLetterQuery& query) const;
  // Has them tried again; how many.
  absl::StatusOr<int64_t> Replay(const std::string& webhook);

 private:
  Alerts(storage::Store* store, ledger::Ledger* ledger, absl::Duration retry);

  storage::Store* const store_;
  ledger::Ledger* const ledger_;
  Webhooks webhooks_;
  Sender sender_;
  Reader reader_;
};

}  // namespace kizuna::alerts

#endif  // KIZUNA_SERVER_ALERTS_ALERTS_H_
