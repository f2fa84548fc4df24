// SPDX-License-Identifier: Apache-2.0
//
// What must an engine give so that the suite can run it? A way to be opened, and to be closed and
// opened again where it keeps what it has. Adding an engine: one of these, and one line in
// engines.cc.

#ifndef KIZUNA_TESTS_CONFORMANCE_ENGINE_H_
#define KIZUNA_TESTS_CONFORMANCE_ENGINE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "storage/kv.h"

namespace kizuna::storage {

// An engine under test, with a place of its own that goes when it is destroyed.
class EngineUnderTest {
 public:
  virtual ~EngineUnderTest() = default;

  // The open store; null before the first Open().
  virtual Store* store() = 0;
  // Opens a store, or the same one again. EraseRange waits `erase_wait` for snapshots.
  virtual void Open(absl::Duration erase_wait = absl::Seconds(30)) = 0;
  // Whether what was committed is there after the store is destroyed and opened again. An engine
  // that answers no is excused from the cases about that, and from nothing else.
  virtual bool Persists() const = 0;
  // Whether the bytes of `text` are found anywhere in what the engine has written to disk.
  virtual bool FilesContain(const std::string& text) const = 0;
};

struct EngineFactory {
  std::string name;
  std::unique_ptr<EngineUnderTest> (*make)();
};

// All engines that this tree has.
std::vector<EngineFactory> AllEngines();

}  // namespace kizuna::storage

#endif  // KIZUNA_TESTS_CONFORMANCE_ENGINE_H_
