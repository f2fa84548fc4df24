// SPDX-License-Identifier: Apache-2.0
//
// How are the client and the command line tested without a server of ours? Against this fake: it
// keeps accounts and facts in maps, judges by one simple rule (a newest NPS answer of 0-6 denies,
// none is UNKNOWN, else ALLOW), and misbehaves when told to.

#ifndef KIZUNA_TESTS_CLIENT_FAKE_SERVER_H_
#define KIZUNA_TESTS_CLIENT_FAKE_SERVER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "kizuna/v1/decision_service.pb.h"
#include "kizuna/v1/fact_service.pb.h"
#include "kizuna/v1/health_service.pb.h"
#include "kizuna/v1/readiness_service.pb.h"

namespace kizuna::test {

// How the server misbehaves. May be changed while it serves.
struct Faults {
  // So many calls are answered UNAVAILABLE before the server does its work again.
  std::atomic<int> unavailable{0};
  // Calls wait until their client gives up.
  std::atomic<bool> hang{false};
  // A stream ends UNAVAILABLE after so many acknowledgements, each time; 0: never.
  std::atomic<int> break_stream_after{0};
  // A stream reads and never acknowledges.
  std::atomic<bool> never_acknowledge{false};
  // Acknowledgements carry this much on top of their sequence number.
  std::atomic<int> shift_sequence{0};
  // Changes an answer to CheckPitch before it is sent. Set before the first call.
  std::function<void(v1::CheckPitchResponse*)> spoil_check;
  std::function<void(v1::BatchCheckPitchResponse*)> spoil_batch;
  // Changes an explanation before it is sent. Set before the first call.
  std::function<void(v1::ExplainHealthResponse*)> shape_explanation;
  // What stands behind the id of a decision that is explained: another id. Set before the first
  // call.
  std::string other_id;
  // Calls without "authorization: Bearer <token>" are UNAUTHENTICATED. Set before the first call.
  std::string token;
};

// What was asked, for a test to look at.
struct Seen {
  std::atomic<int> calls{0};
  std::atomic<int> streams{0};
};

// A server on a free port of the loopback interface, from construction to destruction.
class FakeServer {
 public:
  FakeServer();
  ~FakeServer();

  // "127.0.0.1:PORT".
  const std::string& address() const;
  Faults& faults();
  Seen& seen();

  // Puts an account there, and an NPS answer when `nps` is 0 or more.
  void AddAccount(const std::string& id, const std::string& display_name, int nps);
  // How many different facts were recorded, over all accounts.
  int64_t fact_count();
  // The last fact that was recorded.
  v1::Fact last_fact();
  // The last simulation that was asked for.
  v1::SimulateRequest last_simulation();
  // Stops serving; calls under way are cut off.
  void Stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kizuna::test

#endif  // KIZUNA_TESTS_CLIENT_FAKE_SERVER_H_
