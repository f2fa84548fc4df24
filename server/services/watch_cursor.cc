// SPDX-License-Identifier: Apache-2.0

#include "server/services/watch_cursor.h"

#include "absl/strings/escaping.h"
#include "absl/strings/strip.h"
#include "server/convert/fingerprint.h"
#include "server/limits.h"

namespace kizuna::server {
namespace {

// The layout, before base64: version, epoch, the position of each shard from 0 on, checksum (8
// bytes) over all before it. Numbers have 7 bits a byte, the lowest first, the highest bit saying
// that more follow. The checksum finds accidents; a forged cursor tells nothing that its bearer may
// not hear anyway.
constexpr char kVersion = 1;
constexpr size_t kChecksumBytes = 8;

void AppendNumber(uint64_t number, std::string& out) {
  while (number >= 0x80) {
    out += static_cast<char>(number | 0x80);
    number >>= 7;
  }
  out += static_cast<char>(number);
}

// Takes a number off the front of `bytes`. False: there is none.
bool TakeNumber(absl::string_view& bytes, uint64_t& number) {
  number = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    number |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

std::string ChecksumOf(absl::string_view bytes) {
  const engine::Fingerprint whole = convert::FingerprintOf(bytes);
  return std::string(whole.begin(), whole.begin() + kChecksumBytes);
}

bool Read(absl::string_view text, WatchCursor& out) {
  std::string bytes;
  if (text.size() > limits::kMaxCursorBytes || !absl::WebSafeBase64Unescape(text, &bytes) ||
      bytes.size() <= 1 + kChecksumBytes || bytes[0] != kVersion) {
    return false;
  }
  absl::string_view rest = bytes;
  const absl::string_view checksum = rest.substr(rest.size() - kChecksumBytes);
  rest.remove_suffix(kChecksumBytes);
  if (ChecksumOf(rest) != checksum) return false;
  rest.remove_prefix(1);
  if (!TakeNumber(rest, out.epoch)) return false;
  for (storage::CommitNumber& revision : out.position.revisions) {
    if (!TakeNumber(rest, revision)) return false;
  }
  return rest.empty();
}

}  // namespace

std::string WatchCursor::ToText() const {
  std::string bytes(1, kVersion);
  AppendNumber(epoch, bytes);
  for (const storage::CommitNumber revision : position.revisions) AppendNumber(revision, bytes);
  bytes += ChecksumOf(bytes);
  return absl::WebSafeBase64Escape(bytes);
}

std::optional<WatchCursor> WatchCursor::FromText(absl::string_view text,
                                                 const convert::FieldPath& path,
                                                 convert::Violations& violations) {
  WatchCursor cursor;
  if (Read(text, cursor)) return cursor;
  violations.Add(path,
                 "is no cursor of this server; send a cursor as it was received, or leave it out "
                 "to watch from now");
  return std::nullopt;
}

}  // namespace kizuna::server
