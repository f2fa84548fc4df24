// SPDX-License-Identifier: Apache-2.0
//
// What text do a file's bytes stand for? Exports come as UTF-8 with no, one or two byte order
// marks, as CP932 from Japanese Windows, as UTF-16 from Excel. Everything behind this file is
// UTF-8.

#ifndef KIZUNA_CLIENT_IMPORT_ENCODING_H_
#define KIZUNA_CLIENT_IMPORT_ENCODING_H_

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kizuna::import {

// Whether `text` is well-formed UTF-8 (no surrogates, nothing overlong, at most U+10FFFF).
bool IsValidUtf8(absl::string_view text);

// The encoding of the file at `path`: by its byte order mark; else UTF-8 when the lines of its
// first mebibyte that are not ASCII mostly are UTF-8 (single bad lines are rejected as rows later);
// else CP932 when they mostly are CP932. INVALID_ARGUMENT when neither: then the mapping must say
// it.
absl::StatusOr<std::string> DetectEncoding(const std::string& path);

// A file as a stream of UTF-8. Bytes that the encoding does not know become U+FFFD; UTF-8 passes
// unchecked, so that the reader can reject the one row. Byte order marks at the start, however
// many, are dropped. Not thread-safe.
class TextFile {
 public:
  // Opens `path`; `encoding` as iconv names it, empty to detect it. NOT_FOUND when the file cannot
  // be read, INVALID_ARGUMENT when the encoding is not known.
  static absl::StatusOr<std::unique_ptr<TextFile>> Open(const std::string& path,
                                                        absl::string_view encoding);
  ~TextFile();
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  // Appends the next piece to `text`; false at the end of the file. DATA_LOSS when reading fails.
  absl::StatusOr<bool> Append(std::string* text);

  // The encoding in use, for the summary.
  const std::string& encoding() const { return encoding_; }

 private:
  TextFile(std::string path, std::string encoding, FILE* file);

  void Convert(absl::string_view bytes, bool at_end, std::string* text);
  void DropMarks(size_t from, std::string* text);

  const std::string path_;
  const std::string encoding_;
  FILE* const file_;
  void* converter_ = nullptr;  // iconv_t; null for UTF-8
  std::string pending_;        // the beginning of a character whose rest is not read yet
  bool at_start_ = true;
  bool done_ = false;
};

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_ENCODING_H_
