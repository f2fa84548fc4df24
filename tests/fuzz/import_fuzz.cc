// SPDX-License-Identifier: Apache-2.0
//
// Can any file make the importer fall, or lose a line in silence? libFuzzer's bytes are a file; the
// mapping uses every way to read a cell.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "client/import/mapping.h"
#include "client/import/program.h"
#include "client/import/reader.h"

namespace kizuna::import {
namespace {

// clang-format off
constexpr char kMapping[] = R"mapping(
  source: "fuzz"
  files {
    name: "f" glob: "*" no_header: true ragged: true max_row_lines: 4
    columns { name: "name" place: 1 }
    columns { name: "day" place: 2 date_format: "%d-%m-%Y" date_format: "%Y%m%d" date_format: "%s" }
    columns { name: "amount" place: 3
              number { decimal: "," thousands: "." affixes: "x" multiply_by: "12" decimals: 2 } }
    columns { name: "code" place: 4 extract: "[A-Z]-(\\d+)"
              values { from: "1" to: "one" } ignore_case: true }
    records {
      name: "account" account: "{name|slug}" id: "p" observed_at: "{day}"
      profile { display_name: "{name}" lifetime_value: "{amount}" }
    }
    records {
      name: "usage" when { column: "amount" at_least: "1" below: "1000" }
      account: "{name|slug}" id: "{#row}/{code}" observed_at: "{day}"
      usage { metric: "m" first_date: "{day}" value: "{amount}" }
    }
    records {
      name: "items" each { from_place: 5 } account: "{name|slug}" id: "{@place}"
      purchase { product: "{@value|slug}" reason: "{day:%Y-%m}" }
    }
  })mapping";
// clang-format on

void RunBytes(const uint8_t* data, size_t size) {
  static const auto& checked =
      *new auto(*CheckedMapping::Create(*ParseMapping(kMapping, "fuzz"), {}, absl::UTCTimeZone()));
  const CheckedMapping& mapping = *checked;
  const int fd = memfd_create("fuzz", 0);
  if (fd < 0 || write(fd, data, size) != static_cast<ssize_t>(size)) abort();
  CsvOptions options;
  options.header = false;
  options.ragged = true;
  options.max_row_lines = 4;
  auto reader = CsvReader::Open(absl::StrCat("/proc/self/fd/", fd), options);
  if (reader.ok()) {
    auto program =
        Program::Compile(mapping.context(), mapping.mapping().files(0), &(*reader)->header());
    Made made;
    int64_t last_line = 0;
    for (;;) {
      const absl::StatusOr<const CsvRow*> row = (*reader)->Next();
      if (!row.ok() || *row == nullptr) break;
      if ((*row)->line <= last_line) abort();
      last_line = (*row)->line;
      (*program)->Run(**row, "fuzz", &made);
    }
  }
  close(fd);
}

}  // namespace
}  // namespace kizuna::import

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kizuna::import::RunBytes(data, size);
  return 0;
}
