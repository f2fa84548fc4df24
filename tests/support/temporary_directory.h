// SPDX-License-Identifier: Apache-2.0
//
// Where can a test write files? In an empty directory of its own, gone when this is destroyed.

#ifndef KIZUNA_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_
#define KIZUNA_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_

#include <stdlib.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace kizuna {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "kizuna-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      std::perror("mkdtemp");
      std::abort();
    }
    path_ = name;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace kizuna

#endif  // KIZUNA_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_
