// SPDX-License-Identifier: Apache-2.0
//
// What does the fake server of the client's tests know and answer? Accounts and facts in maps, and
// one simple rule to judge by. fake_server.cc puts it on the wire.

#ifndef KIZUNA_TESTS_CLIENT_FAKE_BOOK_H_
#define KIZUNA_TESTS_CLIENT_FAKE_BOOK_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "google/rpc/status.pb.h"
#include "kizuna/v1/account_service.pb.h"
#include "kizuna/v1/fact_service.pb.h"
#include "kizuna/v1/health_service.pb.h"
#include "kizuna/v1/readiness_service.pb.h"
#include "tests/client/fake_server.h"

namespace kizuna::test {

// The fake's present.
inline constexpr int64_t kNowSeconds = 1795305600;  // 2026-11-22T00:00:00Z

struct FakeAccount {
  v1::Account account;
  int newest_nps = -1;
  std::vector<v1::ContactRecord> contacts;
};

// What all services share.
struct Book {
  absl::Mutex mutex;
  std::map<std::string, FakeAccount> accounts ABSL_GUARDED_BY(mutex);
  std::map<std::tuple<std::string, std::string, std::string>, v1::Fact> facts
      ABSL_GUARDED_BY(mutex);
  v1::Fact last_fact ABSL_GUARDED_BY(mutex);
  v1::SimulateRequest last_simulation ABSL_GUARDED_BY(mutex);
  uint64_t revision ABSL_GUARDED_BY(mutex) = 0;
  uint64_t rulebook_number ABSL_GUARDED_BY(mutex) = 1;
  std::string rulebook_text ABSL_GUARDED_BY(mutex) = "name: \"starter\"\n";
  Faults faults;
  Seen seen;

  void AddAccount(const std::string& id, const std::string& display_name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    FakeAccount& added = accounts["accounts/" + id];
    added.account.set_name("accounts/" + id);
    added.account.mutable_profile()->set_display_name(display_name);
    added.account.set_revision(++revision);
  }
};

// The body of an error: a canonical code, ErrorInfo, and a violation where a field is named.
google::rpc::Status Details(int code, const std::string& message, const std::string& reason,
                            const std::string& field);
google::rpc::Status NoAccount(const std::string& name);

// Stores the fact unless it is known or refused.
v1::FactResult Record(Book& book, const v1::Fact& fact);

v1::Verdict VerdictOn(const FakeAccount& account);
// Adds what stands against the motion, if anything does.
void AddReason(const FakeAccount& account, v1::Motion motion,
               google::protobuf::RepeatedPtrField<v1::Reason>* reasons);
void FillHealth(const FakeAccount& account, v1::Health* health);
v1::CheckPitchResponse Check(const FakeAccount& account, const v1::CheckPitchRequest& request);

}  // namespace kizuna::test

#endif  // KIZUNA_TESTS_CLIENT_FAKE_BOOK_H_
