# SPDX-License-Identifier: Apache-2.0
# Which packages does the build take from Debian, and under which target names?
#
#   protobuf::libprotobuf  gRPC::grpc++  gRPC::grpc++_reflection  absl::*  RocksDB::rocksdb-shared
#   CURL::libcurl  OpenSSL::Crypto  OpenSSL::SSL  spdlog::spdlog  CLI11::CLI11  csv::csv
#   utf8proc::utf8proc  xlsxwriter::xlsxwriter  GTest::gtest  GTest::gmock  GTest::gtest_main
#   rapidcheck  rapidcheck_gtest

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Protobuf REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(GTest CONFIG REQUIRED)
find_package(rapidcheck CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)

find_program(KIZUNA_GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
find_program(KIZUNA_GRPC_PYTHON_PLUGIN grpc_python_plugin REQUIRED)

pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
add_library(utf8proc::utf8proc ALIAS PkgConfig::UTF8PROC)
pkg_check_modules(XLSXWRITER REQUIRED IMPORTED_TARGET xlsxwriter)
add_library(xlsxwriter::xlsxwriter ALIAS PkgConfig::XLSXWRITER)

# libcsv ships neither a CMake nor a pkg-config file.
find_library(KIZUNA_CSV_LIBRARY csv REQUIRED)
find_path(KIZUNA_CSV_INCLUDE csv.h REQUIRED)
add_library(csv::csv UNKNOWN IMPORTED)
set_target_properties(csv::csv PROPERTIES
  IMPORTED_LOCATION "${KIZUNA_CSV_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${KIZUNA_CSV_INCLUDE}")
