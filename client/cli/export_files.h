// SPDX-License-Identifier: Apache-2.0
//
// What does an export consist of? Files of one object a line, written as they come and read back
// the same way.

#ifndef KIZUNA_CLIENT_CLI_EXPORT_FILES_H_
#define KIZUNA_CLIENT_CLI_EXPORT_FILES_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <fstream>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client/cli/json.h"

namespace kizuna::cli {

// The names of the files that an export is made of beside its tables.
inline constexpr char kFactsFile[] = "facts.jsonl";
inline constexpr char kProductsFile[] = "products.jsonl";
inline constexpr char kMetricsFile[] = "metrics.jsonl";
inline constexpr char kSourcesFile[] = "sources.jsonl";
inline constexpr char kRulesFile[] = "rulebook.textproto";
// Written last: without it an export is not whole.
inline constexpr char kManifestFile[] = "manifest.json";

// A file being written. Not thread-safe.
class RowFile {
 public:
  enum class Form { kJsonl, kCsv };

  // `name` without its ending.
  RowFile(const std::string& folder, absl::string_view name, Form form);

  // Appends an object. Those of one file have the same fields, which are the head of a CSV file.
  void Add(const Json& object);
  // Appends a message in protobuf's JSON form, with the API's field names. kJsonl alone.
  void Add(const google::protobuf::Message& message);

  // Ends the file. UNAVAILABLE when it could not be written whole.
  absl::Status Close();
  int64_t rows() const { return rows_; }

 private:
  const std::string path_;
  const Form form_;
  std::ofstream file_;
  int64_t rows_ = 0;
};

// Calls `take` with each line of the file and its number, from 1, until it fails. NOT_FOUND when
// there is no such file; what else `take` answers.
absl::Status ForEachLine(const std::string& path,
                         const std::function<absl::Status(const std::string&, int64_t)>& take);

// The message of a line of JSON. INVALID_ARGUMENT names the file and the line.
absl::Status ReadMessage(const std::string& path, const std::string& line, int64_t number,
                         google::protobuf::Message* message);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_EXPORT_FILES_H_
