// SPDX-License-Identifier: Apache-2.0
//
// What became of each row's facts? Sends them in messages over one stream for each file, pairs the
// acknowledgements with the rows they came from, and counts a row once, when the last of its facts
// is answered. Only rows under way are kept in memory.

#ifndef KIZUNA_CLIENT_IMPORT_DELIVERY_H_
#define KIZUNA_CLIENT_IMPORT_DELIVERY_H_

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "client/import/destination.h"
#include "client/import/record.h"
#include "client/import/rejects.h"
#include "client/import/summary.h"

namespace kizuna::import {

// Profiles and products that this import has made already, by their content: an export that names
// the account on each row makes one profile, not one for each row.
class Repeats {
 public:
  // Whether `content` was seen under `identity`; remembered when not.
  bool Seen(const std::string& identity, const std::string& content);

 private:
  absl::flat_hash_map<std::string, size_t> content_hash_;
};

// Delivers the rows of one file. Used by one thread; acknowledgements come on another.
class Delivery {
 public:
  // All must outlive it. Counts into `tally`, whose records are those of the file, by index.
  Delivery(Destination* destination, Repeats* repeats, RejectsFile* rejects, FileTally* tally);

  // Takes what a row became; moves out of `made`. The first error of the stream is final.
  absl::Status Take(const CsvRow& row, Made* made);

  // Waits until everything is answered. Facts that the server could not take for now are sent
  // again; those that it cannot take for long end as rejects.
  absl::Status Finish();

 private:
  // A row with facts under way.
  struct Row {
    int64_t line = 0;
    std::string raw;
    int outstanding = 0;
    bool accepted = false;
    bool rejected = false;
  };
  // A fact under way.
  struct Pending {
    std::shared_ptr<Row> row;
    int record = 0;
  };

  void Open();
  absl::Status Put(Made::OneProduct* made, const std::shared_ptr<Row>& row);
  void Add(kizuna::v1::Fact fact, Pending pending);
  absl::Status Send();
  absl::Status SendAgain();
  void OnAck(const kizuna::v1::StreamFactsRequest& sent,
             const kizuna::v1::StreamFactsResponse& ack);
  void Count(const kizuna::v1::FactResult& result, const Pending& pending)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RejectFact(const Pending& pending, absl::string_view reason)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Answered(const std::shared_ptr<Row>& row) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Destination* const destination_;
  Repeats* const repeats_;
  RejectsFile* const rejects_;

  // The message being filled.
  std::vector<kizuna::v1::Fact> facts_;
  std::vector<Pending> pending_;
  size_t bytes_ = 0;

  absl::Mutex mutex_;
  FileTally* const tally_ ABSL_PT_GUARDED_BY(mutex_);
  std::deque<std::vector<Pending>> sent_ ABSL_GUARDED_BY(mutex_);
  // Facts that the server could not take for now.
  std::vector<kizuna::v1::Fact> postponed_ ABSL_GUARDED_BY(mutex_);
  std::vector<Pending> postponed_pending_ ABSL_GUARDED_BY(mutex_);
  bool last_round_ ABSL_GUARDED_BY(mutex_) = false;

  std::unique_ptr<client::FactStream> stream_;  // last: it acknowledges until it is gone
};

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_DELIVERY_H_
