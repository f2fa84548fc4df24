// SPDX-License-Identifier: Apache-2.0
//
// Which rows does a file hold, whatever its encoding and however broken its quotes?

#include "client/import/reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace kizuna::import {
namespace {

class TempFile {
 public:
  explicit TempFile(absl::string_view content) {
    char name[] = "/tmp/kizuna-reader-XXXXXX";
    const int fd = mkstemp(name);
    path_ = name;
    if (fd >= 0) close(fd);
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TempFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The rows as "line: a|b|c" or "line: broken".
std::vector<std::string> Rows(absl::string_view content, const CsvOptions& options = {}) {
  const TempFile file(content);
  absl::StatusOr<std::unique_ptr<CsvReader>> reader = CsvReader::Open(file.path(), options);
  if (!reader.ok()) return {std::string(reader.status().message())};
  std::vector<std::string> rows;
  for (;;) {
    absl::StatusOr<const CsvRow*> row = (*reader)->Next();
    if (!row.ok()) return {std::string(row.status().message())};
    if (*row == nullptr) return rows;
    rows.push_back(absl::StrCat(
        (*row)->line, ": ", (*row)->broken.empty() ? absl::StrJoin((*row)->cells, "|") : "broken"));
  }
}

std::string Why(absl::string_view content) {
  const TempFile file(content);
  absl::StatusOr<std::unique_ptr<CsvReader>> reader = CsvReader::Open(file.path(), {});
  EXPECT_TRUE(reader.ok());
  for (;;) {
    absl::StatusOr<const CsvRow*> row = (*reader)->Next();
    if (!row.ok() || *row == nullptr) return "";
    if (!(*row)->broken.empty()) return absl::StrCat((*row)->broken, " [", (*row)->raw, "]");
  }
}

using Strings = std::vector<std::string>;

TEST(Reader, PlainRows) {
  EXPECT_EQ(Rows("a,b\n1,2\n3,4\n"), (Strings{"2: 1|2", "3: 3|4"}));
  EXPECT_EQ(Rows("a,b\n1,2\n3,4"), (Strings{"2: 1|2", "3: 3|4"})) << "no line end at the end";
  EXPECT_EQ(Rows("a,b\r\n1,2\r\n3,4\r\n"), (Strings{"2: 1|2", "3: 3|4"}));
  EXPECT_EQ(Rows("a,b\r1,2\r3,4\r"), (Strings{"2: 1|2", "3: 3|4"})) << "old Macs";
  EXPECT_EQ(Rows("a,b\n\n1,2\n\n,\n3,4\n\n"), (Strings{"3: 1|2", "6: 3|4"})) << "blank lines";
}

TEST(Reader, QuotedCells) {
  EXPECT_EQ(Rows("a,b\n\"1,5\",2\n"), (Strings{"2: 1,5|2"}));
  EXPECT_EQ(Rows("a,b\n\"say \"\"hi\"\"\",2\n"), (Strings{"2: say \"hi\"|2"}));
  EXPECT_EQ(Rows("a,b\n\"two\nlines\",2\n3,4\n"), (Strings{"2: two\nlines|2", "4: 3|4"}));
  EXPECT_EQ(Rows("a,b\r\n\"two\r\nlines\",2\r\n3,\"\"\r\n"),
            (Strings{"2: two\r\nlines|2", "4: 3|"}));
  EXPECT_EQ(Rows("a,b\n1,\"2\""), (Strings{"2: 1|2"}));
}

TEST(Reader, DelimitersAreFoundInTheHeader) {
  EXPECT_EQ(Rows("a;b\n1,5;2\n"), (Strings{"2: 1,5|2"}));
  EXPECT_EQ(Rows("a\tb\n1\t2\n"), (Strings{"2: 1|2"}));
  EXPECT_EQ(Rows("\"a,b,c\";d\n1;2\n"), (Strings{"2: 1|2"}));
  CsvOptions options;
  options.delimiter = '|';
  EXPECT_EQ(Rows("a|b\n1|\"x|y\"\n", options), (Strings{"2: 1|x|y"}));
}

TEST(Reader, MarksAtTheStartAreDropped) {
  for (const char* marks : {"", "\xEF\xBB\xBF", "\xEF\xBB\xBF\xEF\xBB\xBF"}) {
    const TempFile file(absl::StrCat(marks, "顧客,b\n1,2\n"));
    auto reader = CsvReader::Open(file.path(), {});
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ((*reader)->header(), (Strings{"顧客", "b"}));
  }
}

TEST(Reader, Cp932IsFound) {
  // 店名,県 / ソニー,東京 in CP932; the second byte of ソ is a backslash.
  const char content[] =
      "\x93\x58\x96\xBC,\x8C\xA7\r\n\x83\x5C\x83\x6A\x81\x5B,\x93\x8C\x8B\x9E\r\n";
  const TempFile file(content);
  auto reader = CsvReader::Open(file.path(), {});
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ((*reader)->encoding(), "CP932");
  EXPECT_EQ((*reader)->header(), (Strings{"店名", "県"}));
  EXPECT_EQ((*(*reader)->Next())->cells[0], "ソニー");
}

TEST(Reader, Utf16IsRead) {
  std::string content = "\xFF\xFE";
  for (const char c : std::string("a,b\n1,2\n")) content += {c, '\0'};
  EXPECT_EQ(Rows(content), (Strings{"2: 1|2"}));
}

TEST(Reader, OneBadByteSpoilsOneRow) {
  EXPECT_EQ(Rows("a,b\n東京,2\n\xFF,4\n大阪,6\n京都,7\n"),
            (Strings{"2: 東京|2", "3: broken", "4: 大阪|6", "5: 京都|7"}));
}

TEST(Reader, AnUnknownEncodingIsAnError) {
  CsvOptions options;
  options.encoding = "NO-SUCH";
  EXPECT_NE(Rows("a\n1\n", options)[0].find("NO-SUCH"), std::string::npos);
}

TEST(Reader, ABrokenQuoteCostsItsLineAlone) {
  // Never closed: to the end of the file.
  EXPECT_EQ(Rows("a,b\n1,\"2\n3,4\n5,6\n"), (Strings{"2: broken", "3: 3|4", "4: 5|6"}));
  // Closed by the quote that opens a later cell.
  EXPECT_EQ(Rows("a,b\n1,\"2\n3,\"4\"\n5,6\n"), (Strings{"2: broken", "3: 3|4", "4: 5|6"}));
  // Closed where a later cell closes: the number of cells does not fit.
  EXPECT_EQ(Rows("a,b,c\n1,\"2,3\n4,5\",6,7\n8,9,0\n"),
            (Strings{"2: broken", "3: broken", "4: 8|9|0"}));
  // In the middle of a cell.
  EXPECT_EQ(Rows("a,b\n1,2\" pipe\n3,4\n"), (Strings{"2: broken", "3: 3|4"}));
  EXPECT_EQ(Rows("a,b\n1,\"2\"x\n3,4\n"), (Strings{"2: broken", "3: 3|4"}));
  // The last line.
  EXPECT_EQ(Rows("a,b\n1,2\n3,\"4"), (Strings{"2: 1|2", "3: broken"}));
}

TEST(Reader, ACellMayNotRunOverMoreLinesThanAllowed) {
  CsvOptions options;
  options.max_row_lines = 3;
  EXPECT_EQ(Rows("a,b\n1,\"x\ny\nz\"\n3,4\n", options), (Strings{"2: 1|x\ny\nz", "5: 3|4"}));
  EXPECT_EQ(Rows("a,b\n1,\"x\n3,4\n5,6\n7\",8\n", options),
            (Strings{"2: broken", "3: 3|4", "4: 5|6", "5: broken"}));
}

TEST(Reader, ABrokenRowSaysWhyAndShowsItself) {
  EXPECT_EQ(Why("a,b\n1,\"2\n3,4\n"),
            "a quoted cell is not closed before the end of the file [1,\"2]");
  EXPECT_EQ(Why("a,b\n1,2,3\n"), "the row has 3 cells, the header 2 [1,2,3]");
  EXPECT_EQ(Why("a,b\n1\n"), "the row has 1 cells, the header 2 [1]");
}

TEST(Reader, CellsOverTheHeaderMayBeEmpty) {
  EXPECT_EQ(Rows("a,b\n1,2,\n3,4,,\n"), (Strings{"2: 1|2|", "3: 3|4||"}));
}

TEST(Reader, RaggedRowsWithoutHeader) {
  CsvOptions options;
  options.header = false;
  options.ragged = true;
  EXPECT_EQ(Rows("milk,bread\nham\n", options), (Strings{"1: milk|bread", "2: ham"}));
}

TEST(Reader, LinesAboveTheHeaderAreThrownAway) {
  CsvOptions options;
  options.skip_lines = 2;
  EXPECT_EQ(Rows("Report\n\na,b\n1,2\n", options), (Strings{"4: 1|2"}));
}

TEST(Reader, AnEmptyFileSaysSo) {
  EXPECT_NE(Rows("")[0].find("is empty"), std::string::npos);
  EXPECT_EQ(Rows("a,b\n"), Strings{});
}

TEST(Reader, RowsLargerThanAPieceOfTheFile) {
  const std::string long_cell(400'000, 'x');
  const std::vector<std::string> rows =
      Rows(absl::StrCat("a,b\n1,", long_cell, "\n2,\"", long_cell, "\n\"\n3,4\n"));
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].size(), long_cell.size() + 5);
  EXPECT_EQ(rows[2], "5: 3|4");
}

TEST(Reader, ALineIsAtMostSixteenMebibytes) {
  const size_t most = size_t{16} << 20;
  const std::string largest = absl::StrCat("1,", std::string(most - 3, 'x'), "\n");
  EXPECT_EQ(Rows(absl::StrCat("a,b\n", largest, "3,4\n")).size(), 2u);
  const std::vector<std::string> beyond = Rows(absl::StrCat("a,b\n", "x", largest, "3,4\n"));
  ASSERT_EQ(beyond.size(), 1u);
  EXPECT_NE(beyond[0].find("line 2 is longer than 16777216 bytes"), std::string::npos);
}

TEST(Reader, AnOpenCellIsAtMostAMebibyte) {
  const std::string largest = absl::StrCat("1,\"", std::string((size_t{1} << 20) - 4, 'x'), "\n");
  EXPECT_EQ(Rows(absl::StrCat("a,b\n", largest, "y\"\n3,4\n")).size(), 2u);
  EXPECT_EQ(Rows(absl::StrCat("a,b\n", "1", largest, "y\"\n3,4\n")),
            (Strings{"2: broken", "3: broken", "4: 3|4"}));
}

// Whatever the bytes, every line is read once or rejected, and nothing is lost in silence.
TEST(Reader, NeverLosesALineOfRandomBytes) {
  constexpr absl::string_view kAlphabet = "ab,\"\n\r;x\xE5\x80";
  unsigned seed = 20261122;
  for (int round = 0; round < 3000; ++round) {
    std::string content = "h,i\n";
    const int size = 1 + round % 60;
    for (int i = 0; i < size; ++i) {
      seed = seed * 1664525 + 1013904223;
      content.push_back(kAlphabet[(seed >> 16) % kAlphabet.size()]);
    }
    CsvOptions options;
    options.encoding = "UTF-8";
    options.max_row_lines = 1 + round % 5;
    const TempFile file(content);
    auto reader = CsvReader::Open(file.path(), options);
    ASSERT_TRUE(reader.ok()) << reader.status();
    int64_t last_line = 1;
    for (;;) {
      absl::StatusOr<const CsvRow*> row = (*reader)->Next();
      ASSERT_TRUE(row.ok());
      if (*row == nullptr) break;
      ASSERT_GT((*row)->line, last_line) << content;
      last_line = (*row)->line;
      if ((*row)->broken.empty()) {
        ASSERT_GE((*row)->cells.size(), 2u) << content;
      }
    }
  }
}

}  // namespace
}  // namespace kizuna::import
