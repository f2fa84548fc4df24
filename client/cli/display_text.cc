// SPDX-License-Identifier: Apache-2.0
//
// Widths come from libutf8proc; letters are taken by grapheme cluster, so that no cut falls between
// a letter and its accent.

#include "client/cli/display_text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace kizuna::cli {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Cluster {
  absl::string_view bytes;
  int width;
};

// Reads one code point at the front of `text`; *length is how many bytes it takes, at least 1. -1
// for bytes that are not UTF-8.
int32_t CodePointAt(absl::string_view text, size_t* length) {
  utf8proc_int32_t code_point = -1;
  const utf8proc_ssize_t read =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &code_point);
  *length = read > 0 ? static_cast<size_t>(read) : 1;
  return read > 0 ? code_point : -1;
}

bool IsRegionalIndicator(int32_t code_point) {
  return code_point >= 0x1F1E6 && code_point <= 0x1F1FF;
}

// Whether a terminal could be steered, or a line be made to read otherwise, by this code point.
bool IsUnsafe(int32_t c) {
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return true;
  return c == 0x200E || c == 0x200F || c == 0x061C || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

// The grapheme cluster at the front of `text`, which is not empty.
Cluster ClusterAt(absl::string_view text) {
  constexpr int32_t kEmojiPresentation = 0xFE0F;
  size_t end = 0;
  int width = 0;
  int flags = 0;
  int32_t previous = -1;
  utf8proc_int32_t state = 0;
  while (end < text.size()) {
    size_t length = 0;
    const int32_t code_point = CodePointAt(text.substr(end), &length);
    if (end > 0 && (code_point < 0 || previous < 0 ||
                    utf8proc_grapheme_break_stateful(previous, code_point, &state))) {
      break;
    }
    if (IsRegionalIndicator(code_point)) ++flags;
    const int own = code_point < 0 ? 1 : utf8proc_charwidth(code_point);
    width = std::max(width, code_point == kEmojiPresentation || flags == 2 ? 2 : own);
    previous = code_point;
    end += length;
  }
  return {text.substr(0, end), width};
}

// What lies between two places where a line may break.
struct Piece {
  std::vector<Cluster> clusters;
  size_t bytes = 0;
  int width = 0;
  bool is_space = false;
  bool ends_word = true;
};

// Whether a line breaks as well between these two as at a space: either side of a wide letter, as
// Japanese is set, but not before what closes nor after what opens.
bool IsWordBreak(const Cluster& before, const Cluster& after) {
  static constexpr absl::string_view kClosing = "、。，．：；！？）」』】ー";
  static constexpr absl::string_view kOpening = "（「『【";
  if (after.width > 1 && absl::StrContains(kClosing, after.bytes)) return false;
  if (before.width > 1 && absl::StrContains(kOpening, before.bytes)) return false;
  return before.width > 1 || after.width > 1;
}

// Whether a word that is wider than a line is best cut between these two.
bool IsPieceBreak(const Cluster& before, const Cluster& after) {
  const bool letter = absl::ascii_isalpha(static_cast<unsigned char>(after.bytes[0]));
  if (before.bytes == "-" || before.bytes == "." || before.bytes == "_") return letter;
  return before.bytes == "/" || before.bytes == "@" || after.bytes == "(";
}

// The piece at the front of `text`, which is not empty.
Piece PieceAt(absl::string_view text) {
  Piece piece;
  while (piece.bytes < text.size()) {
    const Cluster next = ClusterAt(text.substr(piece.bytes));
    const bool space = next.bytes == " ";
    if (!piece.clusters.empty()) {
      piece.ends_word = space || IsWordBreak(piece.clusters.back(), next);
      if (piece.ends_word || IsPieceBreak(piece.clusters.back(), next)) break;
    }
    piece.clusters.push_back(next);
    piece.bytes += next.bytes.size();
    piece.width += next.width;
    piece.is_space = space;
    if (space) break;
  }
  return piece;
}

// The last line and how wide it is so far; what `WrapText` fills.
class LineFiller {
 public:
  explicit LineFiller(int columns) : columns_(columns) {}

  void Add(const std::vector<Cluster>& word, int word_width) {
    if (width_ > 0 && width_ + pending_spaces_ + word_width > columns_) BreakLine();
    if (width_ > 0) {
      line_.append(static_cast<size_t>(pending_spaces_), ' ');
      width_ += pending_spaces_;
    }
    pending_spaces_ = 0;
    for (const Cluster& cluster : word) {
      if (width_ > 0 && width_ + cluster.width > columns_) BreakLine();
      absl::StrAppend(&line_, cluster.bytes);
      width_ += cluster.width;
    }
  }
  void AddSpace() { ++pending_spaces_; }
  std::vector<std::string> Finish() {
    lines_.push_back(std::move(line_));
    return std::move(lines_);
  }

 private:
  void BreakLine() {
    lines_.push_back(std::move(line_));
    line_.clear();
    width_ = 0;
    pending_spaces_ = 0;
  }

  const int columns_;
  std::vector<std::string> lines_;
  std::string line_;
  int width_ = 0;
  int pending_spaces_ = 0;
};

}  // namespace

std::string OneLine(absl::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    size_t length = 0;
    const int32_t code_point = CodePointAt(text.substr(at), &length);
    if (code_point == '\t' || code_point == '\n') {
      safe.push_back(' ');
    } else if (code_point == '\r') {
      if (at + 1 >= text.size() || text[at + 1] != '\n') safe.push_back(' ');
    } else if (code_point < 0 || IsUnsafe(code_point)) {
      absl::StrAppend(&safe, kReplacement);
    } else {
      absl::StrAppend(&safe, text.substr(at, length));
    }
    at += length;
  }
  return safe;
}

int DisplayWidth(absl::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Cluster cluster = ClusterAt(text);
    width += cluster.width;
    text.remove_prefix(cluster.bytes.size());
  }
  return width;
}

std::string PadRight(absl::string_view text, int columns) {
  const int missing = std::max(0, columns - DisplayWidth(text));
  return absl::StrCat(text, std::string(static_cast<size_t>(missing), ' '));
}

std::string PadLeft(absl::string_view text, int columns) {
  const int missing = std::max(0, columns - DisplayWidth(text));
  return absl::StrCat(std::string(static_cast<size_t>(missing), ' '), text);
}

std::vector<std::string> WrapText(absl::string_view text, int columns) {
  columns = std::max(2, columns);
  LineFiller filler(columns);
  std::vector<Piece> word;
  while (!text.empty()) {
    Piece piece = PieceAt(text);
    text.remove_prefix(piece.bytes);
    if (piece.is_space) {
      filler.AddSpace();
      continue;
    }
    const bool ends_word = piece.ends_word || text.empty();
    word.push_back(std::move(piece));
    if (!ends_word) continue;
    // A word that fits a line goes on one whole; a longer one is cut between its pieces.
    int width = 0;
    for (const Piece& each : word) width += each.width;
    if (width <= columns) {
      Piece whole;
      for (const Piece& each : word) {
        whole.clusters.insert(whole.clusters.end(), each.clusters.begin(), each.clusters.end());
      }
      filler.Add(whole.clusters, width);
    } else {
      for (const Piece& each : word) filler.Add(each.clusters, each.width);
    }
    word.clear();
  }
  return filler.Finish();
}

int WidestPiece(absl::string_view text) {
  int widest = 0;
  while (!text.empty()) {
    const Piece piece = PieceAt(text);
    text.remove_prefix(piece.bytes);
    widest = std::max(widest, piece.width);
  }
  return widest;
}

}  // namespace kizuna::cli
