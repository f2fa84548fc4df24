// SPDX-License-Identifier: Apache-2.0
//
// What did an import do? Rows by file and facts by record, each counted once.

#ifndef KIZUNA_CLIENT_IMPORT_SUMMARY_H_
#define KIZUNA_CLIENT_IMPORT_SUMMARY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "client/import/files.h"

namespace kizuna::import {

// What became of the things that one record made.
struct RecordTally {
  std::string name;
  std::string kind;  // as the field of Fact, such as "usage"; or "product"
  int64_t made = 0;
  int64_t accepted = 0;   // recorded; of products: new or changed
  int64_t duplicate = 0;  // the same was there
  int64_t rejected = 0;
};

// Rows left out on purpose.
struct LeftOutTally {
  std::string reason;
  int64_t rows = 0;
};

// What became of the rows of one file: read is the sum of accepted, duplicate, rejected, the rows
// left out and the rows that made nothing.
struct FileTally {
  std::string name;
  std::string encoding;
  int64_t read = 0;
  int64_t accepted = 0;   // something of it was new, nothing was rejected
  int64_t duplicate = 0;  // all of it was there
  int64_t rejected = 0;   // some of it was rejected; it is in the rejects file
  int64_t empty = 0;      // no record's conditions held
  std::vector<LeftOutTally> left_out;
  std::vector<RecordTally> records;
};

struct ImportSummary {
  std::vector<FileTally> files;
  std::vector<UnreadFile> unread;
  std::string rejects_path;  // empty when nothing was rejected
  // What was said of the source: "complete through 2024-12-31", or why nothing was.
  std::string feed;

  int64_t rejected() const {
    int64_t rows = 0;
    for (const FileTally& file : files) rows += file.rejected;
    return rows;
  }
};

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_SUMMARY_H_
