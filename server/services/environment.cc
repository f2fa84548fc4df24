// SPDX-License-Identifier: Apache-2.0

#include "server/services/environment.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "server/convert/values.h"
#include "server/limits.h"

namespace kizuna::server {

Call CallOf(grpc::CallbackServerContext& context, absl::string_view method, MethodKind kind,
            const google::protobuf::Message* request) {
  Call call;
  call.method = method;
  call.kind = kind;
  call.request = request;
  call.peer = [&context] { return context.peer(); };
  call.started_at = absl::Now();
  const auto deadline = context.deadline();
  // gRPC says "never" by the last instant there is.
  if (deadline != std::chrono::system_clock::time_point::max()) {
    call.deadline = absl::FromChrono(deadline);
  }
  call.cancelled = [&context] { return context.IsCancelled(); };
  return call;
}

absl::Status Parse(const grpc::ByteBuffer& bytes, google::protobuf::Message* request) {
  grpc::Slice slice;
  // Nearly always it came in one piece, which is not copied.
  const bool there = bytes.TrySingleSlice(&slice).ok() || bytes.DumpToSingleSlice(&slice).ok();
  if (there && request->ParseFromArray(slice.begin(), static_cast<int>(slice.size()))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the bytes of the call are not a ", request->GetTypeName(),
                   "; build the client from the .proto files of this release"));
}

grpc::ServerUnaryReactor* End(grpc::CallbackServerContext* context, const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(convert::ForClient(status)));
  return reactor;
}

std::function<std::string(engine::PersonKey)> PeopleOf(ledger::Ledger& ledger,
                                                       std::string account) {
  using People = std::map<engine::PersonKey, ledger::Person>;
  auto people = std::make_shared<std::optional<People>>();
  return [&ledger, account = std::move(account), people](engine::PersonKey person) {
    if (!people->has_value()) {
      auto read = ledger.People(account);
      *people = read.ok() ? *std::move(read) : People();
    }
    const auto found = (*people)->find(person);
    return found == (*people)->end() ? std::string() : found->second.contact_id;
  };
}

convert::CardView CardViewOf(const Environment& environment, const ledger::View& view,
                             bool with_people) {
  convert::CardView out;
  out.account = view.account;
  out.revision = view.revision;
  out.create_revision = view.create_revision;
  out.checked_at = view.checked_at;
  out.rulebook = view.rulebook.get();
  out.state = view.state.get();
  out.card = view.card.get();
  out.currency = environment.currency();
  if (with_people) out.contact_id = PeopleOf(*environment.ledger, view.account);
  return out;
}

std::optional<engine::Instant> InstantAt(const Environment& environment,
                                         const google::protobuf::Timestamp& as_of,
                                         const convert::FieldPath& path,
                                         convert::Violations& violations) {
  const auto instant = convert::InstantOf(as_of, path, violations);
  if (instant.has_value() && *instant > environment.ledger->Now()) {
    violations.Add(path, "is later than now; leave it out to ask about now");
  }
  return instant;
}

std::optional<engine::Instant> InstantAtEndOf(const Environment& environment, const v1::Date& date,
                                              const convert::FieldPath& path,
                                              convert::Violations& violations) {
  const auto day = convert::DayOf(date, path, violations);
  if (!day.has_value()) return std::nullopt;
  const engine::Calendar& calendar = environment.ledger->calendar();
  const engine::Day today = calendar.DayOf(environment.ledger->Now());
  if (*day > today) violations.Add(path, "is later than today; leave it out to ask about now");
  // The end of today is still to come: today means now.
  if (*day >= today) return std::nullopt;
  return calendar.EndOf(*day);
}

absl::StatusOr<ledger::View> ReadAccount(const Environment& environment, absl::string_view account,
                                         const ledger::ReadOptions& options) {
  auto view = environment.ledger->Read(account, options);
  if (!view.ok()) return convert::ForClient(view.status(), account);
  return view;
}

int PageSizeOf(int32_t asked, const convert::FieldPath& path, convert::Violations& violations) {
  if (asked < 0) violations.Add(path, "is below 0; send 1 to 1000, or 0 for the default of 50");
  if (asked <= 0) return limits::kDefaultPageSize;
  return std::min(asked, limits::kMaxPageSize);
}

absl::Status CheckBatchSize(int size, absl::string_view field) {
  if (size >= 1 && size <= limits::kMaxBatchItems) return absl::OkStatus();
  return convert::InvalidField(
      field, absl::StrCat("has ", size, " items; send 1 to ", limits::kMaxBatchItems));
}

std::string NewFactId() {
  thread_local absl::BitGen random;
  return absl::StrFormat("%016x%016x", absl::Uniform<uint64_t>(random),
                         absl::Uniform<uint64_t>(random));
}

void CheckRequestId(absl::string_view id, const convert::FieldPath& path,
                    convert::Violations& violations) {
  const bool good =
      id.size() <= limits::kMaxRequestIdBytes && std::all_of(id.begin(), id.end(), [](char c) {
        return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
      });
  if (!good) violations.Add(path, "must be 1 to 64 characters of A-Z a-z 0-9 . _ -");
}

}  // namespace kizuna::server
