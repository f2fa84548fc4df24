// SPDX-License-Identifier: Apache-2.0

#include "tools/bench/scene.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/generate/sender.h"

namespace kizuna::bench {
namespace {

constexpr int kConnections = 4;  // 128 calls in flight are 32 on each

}  // namespace

absl::StatusOr<std::unique_ptr<Scene>> Scene::Build(const Settings& settings) {
  std::unique_ptr<Scene> scene(new Scene(settings));
  std::string folder = (std::filesystem::temp_directory_path() / "kizuna-bench-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    return absl::InternalError(absl::StrCat("no folder can be made as ", folder));
  }
  scene->folder_ = folder;
  if (auto started = scene->StartServer(); !started.ok()) return started.status();
  if (absl::Status status = scene->Fill(); !status.ok()) return status;
  if (absl::Status status = scene->StartFloor(); !status.ok()) return status;
  return scene;
}

Scene::~Scene() {
  server_.reset();
  floor_.reset();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

absl::StatusOr<double> Scene::StartServer(const std::vector<std::string>& flags) {
  ours_.clear();
  client_.reset();
  server_.reset();
  std::vector<std::string> command = {FolderOfThisProgram() + "/kizuna-server", "--data", data(),
                                      "--listen", "127.0.0.1:0"};
  command.insert(command.end(), flags.begin(), flags.end());
  const absl::Time began = absl::Now();
  auto server = Process::Start(command, folder_ + "/server.log");
  if (!server.ok()) return server.status();
  const double took = absl::ToDoubleSeconds(absl::Now() - began);
  server_ = *std::move(server);
  client::ClientOptions options;
  options.server = server_->address();
  options.deadline = absl::Minutes(2);
  auto client = client::Client::Create(options);
  if (!client.ok()) return client.status();
  client_ = *std::move(client);
  ours_ = Connect(server_->address(), kConnections);
  return took;
}

absl::Status Scene::Fill() {
  portfolio_.accounts = settings_.accounts;
  portfolio_.days = settings_.quick ? 14 : 60;
  if (absl::Status status = AskTheBook(*client_, false, &portfolio_); !status.ok()) return status;
  if (absl::Status status = Declare(*client_, portfolio_); !status.ok()) return status;
  Say(absl::StrCat("filling a store with ", settings_.accounts, " accounts"));
  const absl::Time began = absl::Now();
  auto sent = SendFacts(*client_, portfolio_, isatty(STDERR_FILENO) == 1);
  if (!sent.ok()) return sent.status();
  if (sent->refused > 0) return absl::InternalError(sent->first_refusal);
  facts_ = sent->recorded;
  Say(absl::StrCat(facts_, " facts in ", absl::FormatDuration(absl::Now() - began)));
  return absl::OkStatus();
}

absl::Status Scene::StartFloor() {
  // As long as the middle one of the real answers.
  std::vector<size_t> lengths;
  for (int64_t account = 0; account < std::min<int64_t>(settings_.accounts, 64); ++account) {
    v1::CheckPitchRequest request;
    request.set_account(absl::StrCat("accounts/", generate::AccountIdOf(account)));
    auto answer = client_->CheckPitch(request);
    if (!answer.ok()) return answer.status();
    lengths.push_back(answer->ByteSizeLong());
  }
  std::sort(lengths.begin(), lengths.end());
  const size_t reply_bytes = lengths[lengths.size() / 2];
  Say(absl::StrCat("an answer is ", reply_bytes, " bytes long"));
  auto floor = Process::Start({FolderOfThisProgram() + "/kizuna-bench", "--floor", "127.0.0.1:0",
                               "--reply-bytes", absl::StrCat(reply_bytes)},
                              folder_ + "/floor.log");
  if (!floor.ok()) return floor.status();
  floor_ = *std::move(floor);
  floor_connections_ = Connect(floor_->address(), kConnections);
  return absl::OkStatus();
}

Question Scene::AskAbout(int64_t accounts) const {
  Question question;
  question.method = "/kizuna.v1.ReadinessService/CheckPitch";
  for (int64_t account = 0; account < std::min(accounts, settings_.accounts); ++account) {
    v1::CheckPitchRequest request;
    request.set_account(absl::StrCat("accounts/", generate::AccountIdOf(account)));
    question.requests.push_back(BytesOf(request));
  }
  return question;
}

void Scene::Say(const std::string& line) { std::fprintf(stderr, "  %s\n", line.c_str()); }

}  // namespace kizuna::bench
