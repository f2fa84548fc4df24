// SPDX-License-Identifier: Apache-2.0

#include "client/import/encoding.h"

#include <iconv.h>

#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace kizuna::import {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;
constexpr size_t kDetectBytes = size_t{1} << 20;
constexpr absl::string_view kMark = "\xEF\xBB\xBF";
constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

bool IsAscii(absl::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// The length of the well-formed sequence at the start of `text`; 0 when there is none.
size_t Utf8Length(absl::string_view text) {
  const auto byte = [&text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char a = byte(0);
  if (a < 0x80) return 1;
  const size_t length = a >= 0xF0 ? 4 : a >= 0xE0 ? 3 : 2;
  if (a < 0xC2 || a > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if (a == 0xE0 && byte(1) < 0xA0) return 0;
  if (a == 0xED && byte(1) > 0x9F) return 0;
  if (a == 0xF0 && byte(1) < 0x90) return 0;
  if (a == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

// Whether `text` could be CP932: lead bytes followed by trail bytes, half-width katakana alone.
bool IsPlausibleCp932(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char a = static_cast<unsigned char>(text[i]);
    if (a < 0x80 || (a >= 0xA1 && a <= 0xDF)) continue;
    if (a == 0x80 || a == 0xA0 || a > 0xFC || i + 1 == text.size()) return false;
    const unsigned char b = static_cast<unsigned char>(text[++i]);
    if (b < 0x40 || b == 0x7F || b > 0xFC) return false;
  }
  return true;
}

bool IsUtf8Name(absl::string_view name) {
  return absl::EqualsIgnoreCase(name, "UTF-8") || absl::EqualsIgnoreCase(name, "UTF8") ||
         absl::EqualsIgnoreCase(name, "UTF-8-SIG") || absl::EqualsIgnoreCase(name, "ASCII") ||
         absl::EqualsIgnoreCase(name, "US-ASCII");
}

absl::Status CannotRead(absl::string_view path) {
  return absl::NotFoundError(absl::StrCat("cannot read '", path, "': ", std::strerror(errno)));
}

}  // namespace

bool IsValidUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

absl::StatusOr<std::string> DetectEncoding(const std::string& path) {
  FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return CannotRead(path);
  std::string head(kDetectBytes, '\0');
  head.resize(std::fread(head.data(), 1, head.size(), file));
  const bool whole = std::feof(file) != 0 || head.size() < kDetectBytes;
  std::fclose(file);
  if (absl::StartsWith(head, kMark)) return "UTF-8";
  if (absl::StartsWith(head, "\xFF\xFE")) return "UTF-16LE";
  if (absl::StartsWith(head, "\xFE\xFF")) return "UTF-16BE";

  int utf8_lines = 0;
  int cp932_lines = 0;
  int other_lines = 0;
  absl::string_view rest = head;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    if (end == absl::string_view::npos && !whole) break;  // the last line is cut
    const absl::string_view line = rest.substr(0, end);
    rest = end == absl::string_view::npos ? "" : rest.substr(end + 1);
    if (IsAscii(line)) continue;
    if (IsValidUtf8(line)) {
      ++utf8_lines;
    } else if (IsPlausibleCp932(line)) {
      ++cp932_lines;
    } else {
      ++other_lines;
    }
  }
  if (utf8_lines >= cp932_lines + other_lines) return "UTF-8";
  if (cp932_lines > other_lines) return "CP932";
  return absl::InvalidArgumentError(
      absl::StrCat("'", path,
                   "' is neither UTF-8 nor CP932; name its encoding in the mapping, for "
                   "example encoding: \"CP1252\""));
}

TextFile::TextFile(std::string path, std::string encoding, FILE* file)
    : path_(std::move(path)), encoding_(std::move(encoding)), file_(file) {}

TextFile::~TextFile() {
  std::fclose(file_);
  if (converter_ != nullptr) iconv_close(static_cast<iconv_t>(converter_));
}

absl::StatusOr<std::unique_ptr<TextFile>> TextFile::Open(const std::string& path,
                                                         absl::string_view encoding) {
  std::string name(encoding);
  if (name.empty()) {
    absl::StatusOr<std::string> detected = DetectEncoding(path);
    if (!detected.ok()) return detected.status();
    name = *std::move(detected);
  }
  if (IsUtf8Name(name)) name = "UTF-8";
  iconv_t converter = nullptr;
  if (name != "UTF-8") {
    converter = iconv_open("UTF-8", name.c_str());
    if (converter == reinterpret_cast<iconv_t>(-1)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the encoding '", name, "' is not known; `iconv -l` lists the names"));
    }
  }
  FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    if (converter != nullptr) iconv_close(converter);
    return CannotRead(path);
  }
  std::unique_ptr<TextFile> text(new TextFile(path, std::move(name), file));
  text->converter_ = converter;
  return text;
}

absl::StatusOr<bool> TextFile::Append(std::string* text) {
  if (done_) return false;
  std::string bytes(kPieceBytes, '\0');
  const size_t got = std::fread(bytes.data(), 1, bytes.size(), file_);
  if (got < bytes.size()) {
    if (std::ferror(file_) != 0) {
      return absl::DataLossError(
          absl::StrCat("reading '", path_, "' failed: ", std::strerror(errno)));
    }
    done_ = true;
  }
  bytes.resize(got);
  const size_t from = text->size();
  if (converter_ == nullptr) {
    text->append(bytes);
  } else {
    Convert(bytes, done_, text);
  }
  if (at_start_) DropMarks(from, text);
  return true;
}

void TextFile::Convert(absl::string_view bytes, bool at_end, std::string* text) {
  pending_.append(bytes.data(), bytes.size());
  char* in = pending_.data();
  size_t in_left = pending_.size();
  char out[4096];
  while (in_left > 0) {
    char* out_at = out;
    size_t out_left = sizeof(out);
    const size_t result =
        iconv(static_cast<iconv_t>(converter_), &in, &in_left, &out_at, &out_left);
    text->append(out, sizeof(out) - out_left);
    if (result != static_cast<size_t>(-1) || errno == E2BIG) continue;
    if (errno == EINVAL && !at_end) break;  // the rest of the character comes with the next piece
    text->append(kReplacement.data(), kReplacement.size());
    ++in;
    --in_left;
  }
  pending_.erase(0, pending_.size() - in_left);
}

void TextFile::DropMarks(size_t from, std::string* text) {
  absl::string_view start = absl::string_view(*text).substr(from);
  size_t marks = 0;
  while (absl::StartsWith(start.substr(marks), kMark)) marks += kMark.size();
  text->erase(from, marks);
  at_start_ = text->size() == from && !done_;
}

}  // namespace kizuna::import
