// SPDX-License-Identifier: Apache-2.0
//
// Where does an import go? To a server, or nowhere (a dry run); a test has its own. The rest of the
// importer knows only this.

#ifndef KIZUNA_CLIENT_IMPORT_DESTINATION_H_
#define KIZUNA_CLIENT_IMPORT_DESTINATION_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/lib/client.h"
#include "client/lib/fact_stream.h"
#include "kizuna/v1/catalogue.pb.h"
#include "kizuna/v1/rulebook.pb.h"
#include "kizuna/v1/source.pb.h"

namespace kizuna::import {

// What became of a thing that was put.
enum class Put { kNew, kChanged, kSame };

// Takes what an import makes. Calls block; used from one thread, but for the acknowledgements of a
// stream, which come on the stream's own.
class Destination {
 public:
  virtual ~Destination() = default;

  // The time zone of the book.
  virtual absl::StatusOr<absl::TimeZone> Zone() = 0;
  // Declares a metric. FAILED_PRECONDITION when it exists with another kind or grain.
  virtual absl::StatusOr<Put> PutMetric(const kizuna::v1::Metric& metric) = 0;
  // Makes the product what it says; fields it does not set keep their values.
  virtual absl::StatusOr<Put> PutProduct(const kizuna::v1::Product& product) = 0;
  // States what the source promises. Its watermark never moves back.
  virtual absl::StatusOr<Put> PutSource(const kizuna::v1::Source& source) = 0;
  // A stream for facts.
  virtual std::unique_ptr<client::FactStream> OpenStream(client::FactStream::OnAck on_ack) = 0;
};

// A server. `client` must outlive it.
std::unique_ptr<Destination> ServerDestination(client::Client* client);

// Nowhere: everything is taken as new. The book's zone is UTC.
std::unique_ptr<Destination> DryRunDestination();

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_DESTINATION_H_
