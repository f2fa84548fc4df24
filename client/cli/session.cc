// SPDX-License-Identifier: Apache-2.0
#include "client/cli/session.h"

#include <fstream>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/exit_code.h"

namespace kizuna::cli {
namespace {

absl::StatusOr<std::string> ContentsOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string contents((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) {
    return UsageError("--tls-ca", absl::StrCat("'", path, "' cannot be read; name a PEM file"));
  }
  return contents;
}

std::string NameIn(absl::string_view collection, absl::string_view id) {
  if (id.empty() || absl::StartsWith(id, collection)) return std::string(id);
  return absl::StrCat(collection, id);
}

}  // namespace

absl::StatusOr<client::Client*> Session::Client() {
  if (client_ != nullptr) return client_.get();
  client::ClientOptions options;
  options.server = flags_.server;
  if (flags_.timeout_seconds > 0) {
    options.deadline = options.check_deadline = absl::Seconds(flags_.timeout_seconds);
  }
  if (!flags_.tls_ca_file.empty()) {
    absl::StatusOr<std::string> roots = ContentsOf(flags_.tls_ca_file);
    if (!roots.ok()) return roots.status();
    options.tls.emplace().root_certificates_pem = *std::move(roots);
  }
  if (!flags_.token.empty()) {
    options.bearer_token = [token = flags_.token]() -> absl::StatusOr<std::string> {
      return token;
    };
  }
  absl::StatusOr<std::unique_ptr<client::Client>> made = client::Client::Create(std::move(options));
  if (!made.ok()) return made.status();
  client_ = *std::move(made);
  return client_.get();
}

absl::StatusOr<absl::TimeZone> Session::BookTimeZone() {
  if (book_time_zone_.has_value()) return *book_time_zone_;
  const absl::StatusOr<client::Client*> client = Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::GetStatusResponse> status = (*client)->GetStatus({});
  if (!status.ok()) return status.status();
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(status->settings().time_zone(), &zone)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the book's time zone '", status->settings().time_zone(),
                     "' is not known on this machine; install the package tzdata"));
  }
  book_time_zone_ = zone;
  return zone;
}

bool Session::Confirm(absl::string_view question) {
  err() << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(*terminal_.in, answer);
  answer = absl::AsciiStrToLower(absl::StripAsciiWhitespace(answer));
  return answer == "y" || answer == "yes";
}

void Session::Note(absl::string_view text) {
  err() << Paint("note:", Style::kDim, terminal_.err_colour) << " " << text << "\n";
}

std::string AccountName(absl::string_view id) { return NameIn("accounts/", id); }

std::string ProductName(absl::string_view id) { return NameIn("products/", id); }

std::string IdOf(absl::string_view name) {
  const size_t slash = name.find('/');
  return std::string(slash == absl::string_view::npos ? name : name.substr(slash + 1));
}

}  // namespace kizuna::cli
