// SPDX-License-Identifier: Apache-2.0

#include "server/alerts/poster.h"

#include <curl/curl.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "server/alerts/address.h"
#include "server/limits.h"

namespace kizuna::alerts {

struct Poster::Transfer {
  Post post;
  bool plain = false;  // http
  size_t received = 0;
  curl_slist* headers = nullptr;
  std::array<char, CURL_ERROR_SIZE> error{};

  ~Transfer() { curl_slist_free_all(headers); }
};

namespace {

// What the receiver says is not kept, and a long speech ends the transfer: its status is known.
size_t Discard(char*, size_t, size_t count, void* received) {
  size_t& bytes = *static_cast<size_t*>(received);
  bytes += count;
  return bytes <= limits::kMaxWebhookAnswerBytes ? count : 0;
}

// Opens no socket to an address that is not allowed, whatever a name was made to lead to.
template <typename Transfer>
curl_socket_t OpenSocket(void* transfer, curlsocktype purpose, curl_sockaddr* address) {
  if (purpose != CURLSOCKTYPE_IPCXN ||
      !MayConnect(address->addr, static_cast<const Transfer*>(transfer)->plain)) {
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void InitOnce() {
  // Once for the process; static initialisation is thread-safe, which curl_global_init need not be.
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(done);
}

}  // namespace

Poster::Poster() : multi_((InitOnce(), curl_multi_init())) {
  curl_multi_setopt(static_cast<CURLM*>(multi_), CURLMOPT_MAXCONNECTS,
                    static_cast<long>(limits::kMaxWebhooks));
}

Poster::~Poster() {
  for (auto& [handle, transfer] : transfers_) {
    curl_multi_remove_handle(static_cast<CURLM*>(multi_), static_cast<CURL*>(handle));
    curl_easy_cleanup(static_cast<CURL*>(handle));
  }
  curl_multi_cleanup(static_cast<CURLM*>(multi_));
}

void Poster::Start(Post post) {
  CURL* const handle = curl_easy_init();
  auto transfer = std::make_unique<Transfer>();
  transfer->post = std::move(post);
  transfer->plain = absl::StartsWithIgnoreCase(transfer->post.url, "http:");
  transfer->headers = curl_slist_append(nullptr, "Content-Type: application/json");
  // No 100-continue: it would cost a slow receiver a second.
  transfer->headers = curl_slist_append(transfer->headers, "Expect:");
  for (const std::string& header : transfer->post.headers) {
    transfer->headers = curl_slist_append(transfer->headers, header.c_str());
  }
  const auto milliseconds = [](absl::Duration duration) {
    return static_cast<long>(absl::ToInt64Milliseconds(duration));
  };
  curl_easy_setopt(handle, CURLOPT_URL, transfer->post.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, transfer->plain ? "http" : "https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // the environment does not decide where it goes
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "kizuna-server");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, transfer->headers);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(transfer->post.body.size()));
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, transfer->post.body.c_str());
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(limits::kWebhookConnectTimeout));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, milliseconds(limits::kWebhookTimeout));
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer->error.data());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Discard);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer->received);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, OpenSocket<Transfer>);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, transfer.get());
  curl_multi_add_handle(static_cast<CURLM*>(multi_), handle);
  transfers_.emplace(handle, std::move(transfer));
}

std::vector<Posted> Poster::Wait(absl::Duration wait) {
  CURLM* const multi = static_cast<CURLM*>(multi_);
  int running = 0;
  curl_multi_perform(multi, &running);
  std::vector<Posted> finished;
  const auto collect = [&] {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const handle = message->easy_handle;
      const auto found = transfers_.find(handle);
      Posted& posted = finished.emplace_back();
      posted.id = found->second->post.id;
      long status = 0;
      curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
      posted.status = static_cast<int>(status);
      const CURLcode outcome = message->data.result;
      // A status that came is the answer, though the rest of it was cut off.
      if (status == 0) {
        const char* const detail = found->second->error.data();
        posted.error = *detail != '\0' ? detail : curl_easy_strerror(outcome);
      }
      curl_multi_remove_handle(multi, handle);
      curl_easy_cleanup(handle);
      transfers_.erase(found);
    }
  };
  collect();
  if (!finished.empty()) return finished;
  curl_multi_poll(multi, nullptr, 0, static_cast<int>(absl::ToInt64Milliseconds(wait)), nullptr);
  curl_multi_perform(multi, &running);
  collect();
  return finished;
}

void Poster::Wake() { curl_multi_wakeup(static_cast<CURLM*>(multi_)); }

}  // namespace kizuna::alerts
