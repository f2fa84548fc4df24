// SPDX-License-Identifier: Apache-2.0
//
// Is any damaged key read as another one? Whatever a key type takes encodes to the same bytes.

#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "storage/records/keys.h"

namespace kizuna::storage {
namespace {

template <typename... Keys>
void TryAll(absl::string_view bytes) {
  const auto try_one = [&](auto decoded) {
    if (decoded.ok() && decoded->Encode() != bytes) abort();
    if (decoded.ok() && !FamilyOf(bytes).ok()) abort();
    return decoded.ok() ? 1 : 0;
  };
  // One key has one reading at most.
  if ((try_one(Keys::Decode(bytes)) + ...) > 1) abort();
}

}  // namespace
}  // namespace kizuna::storage

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kizuna::storage;
  TryAll<AccountKey, ErasedKey, ErasedDigestKey, FactKey, WordsKey, PersonRecordKey, HistoryKey,
         LeakKey, MergedKey, TakenOverKey, RankKey, DueKey, ChangeKey, HeadKey, SettingsKey,
         BookKey, PartKey, DecisionKeyKey, AlertKey, AlertMemoryKey, AlertHeadKey, DeliveryKey,
         WebhookKey>({reinterpret_cast<const char*>(data), size});
  return 0;
}
