// SPDX-License-Identifier: Apache-2.0
//
// What does a caller learn from a call that failed? The server's own words with each field that was
// at fault, as sentences, and the stable reason for programs.

#ifndef KIZUNA_CLIENT_LIB_ERROR_H_
#define KIZUNA_CLIENT_LIB_ERROR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/rpc/status.pb.h"

namespace grpc {
class Status;
}

namespace kizuna::client {

// The error of a call. Its message is the server's, followed by a line for each violation of
// google.rpc.BadRequest ("facts[3].observed_at: ..."); the details ride along as payloads under
// their type URLs. `server` is named where no server answered. CANCELLED by a server that stops is
// UNAVAILABLE. OK stays OK.
absl::Status StatusOfCall(const grpc::Status& status, absl::string_view server);

// The same for an error inside an answer: one fact of a batch, one item of a list.
absl::Status StatusOfItem(const google::rpc::Status& status);

// The reason of the error's google.rpc.ErrorInfo, such as "ACCOUNT_NOT_FOUND"; empty without one.
std::string ReasonOf(const absl::Status& error);

}  // namespace kizuna::client

#endif  // KIZUNA_CLIENT_LIB_ERROR_H_
