// SPDX-License-Identifier: Apache-2.0
//
// What do all verbs share by which a person writes one thing down (`kizuna issue add`, `kizuna hold
// place`)? Each makes one fact of the source `cli`, looks up what it goes on from, and tells what
// became of the account's verdict.

#ifndef KIZUNA_CLIENT_CLI_RECORDING_H_
#define KIZUNA_CLIENT_CLI_RECORDING_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/exit_code.h"
#include "client/cli/session.h"
#include "kizuna/v1/fact.pb.h"

namespace kizuna::cli {

// Reads `typed` as the instant that a thing ends at: an instant, or the last microsecond of a day
// of the book. UsageError naming `flag`.
absl::Status SetInstant(absl::string_view flag, const std::string& typed, Session& session,
                        google::protobuf::Timestamp* out);

// Reads `typed` as a day. UsageError naming `flag`.
absl::Status SetDay(absl::string_view flag, const std::string& typed, v1::Date* out);

// Reads `typed` as a number. UsageError naming `flag`.
absl::StatusOr<double> NumberOf(absl::string_view flag, const std::string& typed);

// The fact that counts and was observed last of those that `is_it` says yes to, with its words. A
// UsageError naming `what` (such as "ISSUE") when there is none. Reads all facts of the account.
absl::StatusOr<v1::Fact> NewestFact(const std::string& account, absl::string_view what,
                                    const std::function<bool(const v1::Fact&)>& is_it,
                                    Session& session);

// How a field of the fact's content was typed, where that is not its name with dashes: "issue_id"
// as "ISSUE".
using TypedAs = std::map<std::string, std::string>;

// Records `fact` for the account under a new id, and tells `done`, such as "hold h-1 placed", with
// the verdict on the best pitch before and after. What the server finds wrong with a field is told
// with the name of its flag.
absl::StatusOr<ExitCode> RecordAndTell(const std::string& account, v1::Fact fact,
                                       const std::string& done, const TypedAs& typed_as,
                                       Session& session);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_RECORDING_H_
