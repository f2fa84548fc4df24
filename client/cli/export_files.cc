// SPDX-License-Identifier: Apache-2.0
#include "client/cli/export_files.h"

#include <google/protobuf/util/json_util.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/output.h"

namespace kizuna::cli {

RowFile::RowFile(const std::string& folder, absl::string_view name, Form form)
    : path_(absl::StrCat(folder, "/", name, form == Form::kCsv ? ".csv" : ".jsonl")),
      form_(form),
      file_(path_, std::ios::binary | std::ios::trunc) {}

void RowFile::Add(const Json& object) {
  if (form_ == Form::kJsonl) {
    file_ << object.Dump(-1) << "\n";
  } else {
    std::vector<std::string> names;
    std::vector<std::string> cells;
    for (const Json::Field& field : object.fields()) {
      names.push_back(field.first);
      cells.push_back(field.second.Plain());
    }
    if (rows_ == 0) file_ << CsvLine(names);
    file_ << CsvLine(cells);
  }
  ++rows_;
}

void RowFile::Add(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string line;
  const auto status = google::protobuf::util::MessageToJsonString(message, &line, options);
  if (!status.ok()) file_.setstate(std::ios::failbit);
  file_ << line << "\n";
  ++rows_;
}

absl::Status RowFile::Close() {
  file_.close();
  if (file_.good()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat(path_, " could not be written; is there room in the folder?"));
}

absl::Status ForEachLine(const std::string& path,
                         const std::function<absl::Status(const std::string&, int64_t)>& take) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, " cannot be read"));
  std::string line;
  for (int64_t number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    if (absl::Status status = take(line, number); !status.ok()) return status;
  }
  if (file.bad()) return absl::UnavailableError(absl::StrCat(path, " could not be read whole"));
  return absl::OkStatus();
}

absl::Status ReadMessage(const std::string& path, const std::string& line, int64_t number,
                         google::protobuf::Message* message) {
  const auto status = google::protobuf::util::JsonStringToMessage(line, message, {});
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(path, ", line ", number, ": ", std::string(status.message())));
}

}  // namespace kizuna::cli
