// SPDX-License-Identifier: Apache-2.0
//
// Where is it written down, outside the store, what was erased? In a text file in the data folder,
// and in another beside the backups, from which a restore erases again what an older backup still
// holds. No backup holds either. They name nobody:
//   kizuna erasures 1
//   account 822b33ad87c148a0a20a5ba7cd5ebcaa
//   person 822b33ad87c148a0a20a5ba7cd5ebcaa 0123456789abcdef
// A line is an erasure: the digest of the account's id (ledger::ErasedDigest), and for one person
// their key (engine::PersonKey), both in hexadecimal.

#ifndef KIZUNA_SERVER_RUNTIME_ERASURE_LIST_H_
#define KIZUNA_SERVER_RUNTIME_ERASURE_LIST_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/ledger/erasures.h"

namespace kizuna::server {

// A list that is kept in one or more files alike. Thread-safe.
class ErasureList {
 public:
  // Reads the files, and writes each that lacks something of the others, or is missing, anew. When
  // one is missing, what `known` gives is in all of them: the store's own marks. UNAVAILABLE when a
  // file cannot be read or written; DATA_LOSS when one is damaged.
  static absl::StatusOr<std::unique_ptr<ErasureList>> Open(
      const std::vector<std::string>& paths,
      const std::function<absl::StatusOr<std::set<ledger::Erasure>>()>& known);
  ~ErasureList();

  // What a file lists. A last line that was cut off by a crash is of an erasure that did not begin.
  // NOT_FOUND without the file.
  static absl::StatusOr<std::set<ledger::Erasure>> Read(const std::string& path);

  // Adds it to every file; on disk, synced, when this returns OK. UNAVAILABLE: it may be in some.
  absl::Status Add(const ledger::Erasure& erasure);

 private:
  struct File {
    std::string path;
    int descriptor = -1;
    int64_t size = 0;  // of the whole lines
  };

  ErasureList() = default;
  static absl::Status Append(File& file, const std::string& line);

  absl::Mutex mutex_;
  std::vector<File> files_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_RUNTIME_ERASURE_LIST_H_
