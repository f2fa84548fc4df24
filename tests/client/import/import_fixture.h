// SPDX-License-Identifier: Apache-2.0
//
// Where does an import happen in a test? In a directory of its own, against a destination that
// keeps what it is sent.

#ifndef KIZUNA_TESTS_CLIENT_IMPORT_IMPORT_FIXTURE_H_
#define KIZUNA_TESTS_CLIENT_IMPORT_IMPORT_FIXTURE_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "client/import/import.h"
#include "client/import/mapping.h"
#include "tests/client/import/fake_destination.h"

namespace kizuna::import {

inline std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class ImportTest : public testing::Test {
 protected:
  ImportTest() {
    char name[] = "/tmp/kizuna-import-XXXXXX";
    directory_ = mkdtemp(name);
  }
  ~ImportTest() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& name, absl::string_view content) {
    std::ofstream(directory_ + "/" + name, std::ios::binary) << content;
  }

  absl::StatusOr<ImportSummary> Run(const std::string& mapping_text) {
    absl::StatusOr<v1::Mapping> mapping = ParseMapping(mapping_text, "m");
    if (!mapping.ok()) return mapping.status();
    return RunMapping(*mapping, {directory_});
  }

  absl::StatusOr<ImportSummary> RunMapping(const v1::Mapping& mapping,
                                           std::vector<std::string> paths) {
    ImportOptions options;
    options.paths = std::move(paths);
    options.constants = constants_;
    options.rejects_path = RejectsPath();
    return Import(mapping, options, &fake_);
  }

  std::string RejectsPath() const { return directory_ + ".rejects.csv"; }
  std::string Rejects() const { return ReadAll(RejectsPath()); }

  std::string directory_;
  FakeDestination fake_;
  std::vector<std::pair<std::string, std::string>> constants_;
};

}  // namespace kizuna::import

#endif  // KIZUNA_TESTS_CLIENT_IMPORT_IMPORT_FIXTURE_H_
