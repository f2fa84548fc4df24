// SPDX-License-Identifier: Apache-2.0
#include "client/review/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace kizuna::review {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Reads one code point at the front of `text`, which is not empty; *length is how many bytes it
// takes, at least 1. -1 for bytes that are not UTF-8.
int32_t CodePointAt(absl::string_view text, size_t* length) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) {
    *length = 1;
    return first;
  }
  utf8proc_int32_t code_point = -1;
  const utf8proc_ssize_t read =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &code_point);
  *length = read > 0 ? static_cast<size_t>(read) : 1;
  return read > 0 ? code_point : -1;
}

// Whether no document may hold it: XML forbids it, HTML calls it an error, or it would make what
// follows read otherwise.
bool IsForbidden(int32_t c) {
  if (c < 0) return true;
  if (c < 0x20) return c != '\n' && c != '\t';
  if (c >= 0x7F && c < 0xA0) return true;
  if ((c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF)) return true;  // non-characters
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

// Hands each code point of the cleaned text to `take` with its bytes.
template <typename Take>
void ForEachClean(absl::string_view text, const Take& take) {
  while (!text.empty()) {
    size_t length = 0;
    const int32_t code_point = CodePointAt(text, &length);
    if (code_point == '\r') {
      if (text.size() == 1 || text[1] != '\n') take('\n', absl::string_view("\n"));
    } else if (IsForbidden(code_point)) {
      take(0xFFFD, kReplacement);
    } else {
      take(code_point, text.substr(0, length));
    }
    text.remove_prefix(length);
  }
}

// What must be escaped wherever it stands.
constexpr absl::string_view kMarkdownMarks = "\\`*_[]|~$@{}";

// Whether what stands at `at` makes a block of the line: a heading, a rule, or an item of a list.
bool BeginsBlock(absl::string_view line, size_t at) {
  const char next = at + 1 < line.size() ? line[at + 1] : ' ';
  const bool ends = absl::ascii_isspace(static_cast<unsigned char>(next));
  switch (line[at]) {
    case '#':
    case '=':
      return at == 0;
    case '+':
    case '-':
      return at == 0 && (ends || next == line[at]);
    case '.':
    case ')':
      return at > 0 && ends &&
             line.substr(0, at).find_first_not_of("0123456789") == absl::string_view::npos;
    default:
      return false;
  }
}

// Whether it makes an address of what stands around it, which some readers make a link.
bool MakesLink(absl::string_view line, size_t at) {
  if (line[at] == '/') return at > 0 && line[at - 1] == ':';
  return line[at] == '.' && absl::EndsWithIgnoreCase(line.substr(0, at), "www");
}

}  // namespace

std::string Clean(absl::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  ForEachClean(text,
               [&](int32_t, absl::string_view bytes) { clean.append(bytes.data(), bytes.size()); });
  return clean;
}

std::vector<std::string> Paragraphs(absl::string_view text) {
  const std::string clean = Clean(text);
  std::vector<std::string> paragraphs;
  for (const absl::string_view line : absl::StrSplit(clean, '\n')) {
    const absl::string_view bare = absl::StripAsciiWhitespace(line);
    if (!bare.empty()) paragraphs.emplace_back(bare);
  }
  return paragraphs;
}

std::string EscapeHtml(absl::string_view text) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 8);
  ForEachClean(text, [&](int32_t c, absl::string_view bytes) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      case '\n':
      case '\t':
        escaped += ' ';
        break;
      default:
        escaped.append(bytes.data(), bytes.size());
    }
  });
  return escaped;
}

std::string EscapeMarkdown(absl::string_view text) {
  const std::string clean = Clean(absl::StripAsciiWhitespace(text));
  std::string escaped;
  for (size_t i = 0; i < clean.size(); ++i) {
    const char c = clean[i];
    if (c == '\n' || c == '\t') {
      escaped += ' ';
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (c == '&') {
      escaped += "&amp;";
    } else {
      if (absl::StrContains(kMarkdownMarks, c) || BeginsBlock(clean, i) || MakesLink(clean, i)) {
        escaped += '\\';
      }
      escaped += c;
    }
  }
  return escaped;
}

std::string QuoteCss(absl::string_view text) {
  std::string quoted = "\"";
  ForEachClean(text, [&](int32_t c, absl::string_view bytes) {
    if (c == '\n' || c == '\t') {
      quoted += ' ';
    } else if (c < 0x80 && !absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != ' ') {
      absl::StrAppendFormat(&quoted, "\\%06X ", c);  // the space is its end
    } else {
      quoted.append(bytes.data(), bytes.size());
    }
  });
  return quoted + "\"";
}

int WidthOf(absl::string_view text) {
  int width = 0;
  ForEachClean(
      text, [&](int32_t c, absl::string_view) { width += c < 0x80 ? 1 : utf8proc_charwidth(c); });
  return width;
}

int WidestWord(absl::string_view text) {
  int widest = 0;
  int word = 0;
  ForEachClean(text, [&](int32_t c, absl::string_view) {
    const int width = c < 0x80 ? 1 : utf8proc_charwidth(c);
    // A line may break on either side of a wide letter.
    word = c == ' ' || c == '\n' || c == '\t' || width > 1 ? 0 : word + width;
    widest = std::max({widest, word, width});
  });
  return widest;
}

std::string Shortened(absl::string_view text, int width) {
  std::string whole;
  size_t fits = 0;  // so much of it leaves room for the ellipsis
  int taken = 0;
  ForEachClean(text, [&](int32_t c, absl::string_view bytes) {
    taken += c < 0x80 ? 1 : utf8proc_charwidth(c);
    if (c == '\n' || c == '\t') {
      whole += ' ';
    } else {
      whole.append(bytes.data(), bytes.size());
    }
    if (taken < width) fits = whole.size();
  });
  if (taken <= width) return whole;
  return absl::StrCat(absl::string_view(whole).substr(0, fits), "…");
}

}  // namespace kizuna::review
