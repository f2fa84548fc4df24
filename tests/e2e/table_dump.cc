// SPDX-License-Identifier: Apache-2.0
//
// What lies in a table of RocksDB, whether it shows or not? Tables are compressed, so a search of
// their bytes may miss a text that is there. This writes every entry of a table, deleted and
// overwritten ones, ranges of deletion and index keys too, in hexadecimal to <table>_dump.txt.
//
// usage: table_dump FILE.sst...

#include <string>

#include "rocksdb/sst_dump_tool.h"

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string file = std::string("--file=") + argv[i];
    const char* const arguments[] = {"sst_dump", "--command=raw", file.c_str()};
    if (const int code = rocksdb::SSTDumpTool().Run(3, arguments); code != 0) return code;
  }
  return 0;
}
