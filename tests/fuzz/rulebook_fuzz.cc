// SPDX-License-Identifier: Apache-2.0
//
// Can a rulebook make the server fall? The bytes are the text of one; what compiles judges an
// account, and never allows what is unknown to it.

#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/stubs/logging.h"
#include "server/convert/rulebook_from_text.h"
#include "server/engine/card.h"
#include "tests/engine/account.h"

using namespace kizuna;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const google::protobuf::LogSilencer silent;  // it writes a line for each bad string
  const auto spec =
      convert::RulebookFromText(absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!spec.ok()) return 0;
  engine::Rulebook::Parts parts;
  parts.rules = *spec;
  std::vector<engine::Violation> violations;
  const auto rulebook =
      engine::Rulebook::Compile(1, std::move(parts), engine::Calendar(), violations);
  if ((rulebook == nullptr) == violations.empty()) abort();
  if (rulebook == nullptr) return 0;
  static const auto& account =
      *new auto(engine::testing::Account().Healthy(engine::testing::D("2024-06-10")));
  const engine::State state = account.Folded();
  const engine::Instant now = engine::testing::T("2024-06-10");
  const engine::Card card = engine::Evaluate(state, *rulebook, now);
  const engine::Card empty = engine::Evaluate(engine::State(), *rulebook, now);
  for (const engine::Motion motion : engine::kPitches) {
    if (empty.Best(motion).verdict == engine::Verdict::kAllow) abort();
  }
  if (card.valid_until <= now) abort();
  return 0;
}
