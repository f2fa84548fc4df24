// SPDX-License-Identifier: Apache-2.0
//
// The parts of the contract that are the same for every engine: ranges, batches and their limits.

#include "storage/kv.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace kizuna::storage {
namespace {

absl::Status CheckValue(absl::string_view value) {
  if (value.size() > kMaxValueBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a value of ", value.size(), " bytes is over the limit of ", kMaxValueBytes));
  }
  return absl::OkStatus();
}

absl::Status CheckRange(absl::string_view begin, absl::string_view end) {
  if (begin.size() > kMaxKeyBytes || end.size() > kMaxKeyBytes) {
    return absl::InvalidArgumentError(absl::StrCat("an end of a range has ",
                                                   std::max(begin.size(), end.size()),
                                                   " bytes, over the limit of ", kMaxKeyBytes));
  }
  if (!end.empty() && end < begin) {
    return absl::InvalidArgumentError("a range ends before it begins; swap its ends");
  }
  return absl::OkStatus();
}

}  // namespace

KeyRange KeyRange::Prefix(absl::string_view prefix) {
  KeyRange range{std::string(prefix), std::string(prefix)};
  // The first key after all that start with the prefix: the prefix with its last byte one higher.
  // A last byte of 0xff has none higher, so the one before it takes its turn.
  while (!range.end.empty() && static_cast<uint8_t>(range.end.back()) == 0xff) range.end.pop_back();
  if (!range.end.empty()) range.end.back() = static_cast<char>(range.end.back() + 1);
  return range;
}

absl::Status KeyRange::Validate() const { return CheckRange(begin, end); }

absl::Status ValidateKey(absl::string_view key) {
  if (key.empty()) return absl::InvalidArgumentError("a key must have at least 1 byte");
  if (key.size() > kMaxKeyBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a key of ", key.size(), " bytes is over the limit of ", kMaxKeyBytes));
  }
  return absl::OkStatus();
}

void WriteBatch::Put(std::string key, std::string value) {
  bytes_ += key.size() + value.size();
  changes_.push_back(Change{Op::kPut, std::move(key), std::move(value)});
}

void WriteBatch::Delete(std::string key) {
  bytes_ += key.size();
  changes_.push_back(Change{Op::kDelete, std::move(key), std::string()});
}

void WriteBatch::DeleteRange(KeyRange range) {
  bytes_ += range.begin.size() + range.end.size();
  changes_.push_back(Change{Op::kDeleteRange, std::move(range.begin), std::move(range.end)});
}

void WriteBatch::GuardAbsent(std::string key) {
  bytes_ += key.size();
  guards_.push_back(Guard{std::move(key), std::nullopt});
}

void WriteBatch::GuardEquals(std::string key, std::string value) {
  bytes_ += key.size() + value.size();
  guards_.push_back(Guard{std::move(key), std::move(value)});
}

absl::Status WriteBatch::Validate() const {
  if (bytes_ > kMaxBatchBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a batch of ", bytes_, " bytes is over the limit of ", kMaxBatchBytes));
  }
  if (commit_number_ == CommitNumber{0}) {
    return absl::InvalidArgumentError("a commit number must be at least 1");
  }
  for (const Change& change : changes_) {
    absl::Status status = change.op == Op::kDeleteRange ? CheckRange(change.key, change.value)
                                                        : ValidateKey(change.key);
    if (status.ok() && change.op == Op::kPut) status = CheckValue(change.value);
    if (!status.ok()) return status;
  }
  for (const Guard& guard : guards_) {
    absl::Status status = ValidateKey(guard.key);
    if (status.ok() && guard.value.has_value()) status = CheckValue(*guard.value);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace kizuna::storage
