// SPDX-License-Identifier: Apache-2.0
//
// How does a body get to a receiver? By libcurl, many at a time on one thread, each within its
// timeouts, and none of them able to hold up the end of the server.

#ifndef KIZUNA_SERVER_ALERTS_POSTER_H_
#define KIZUNA_SERVER_ALERTS_POSTER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace kizuna::alerts {

// What is posted.
struct Post {
  uint64_t id = 0;  // the caller's
  std::string url;
  std::string body;                  // JSON
  std::vector<std::string> headers;  // `Name: value`
};

// What became of it.
struct Posted {
  uint64_t id = 0;
  int status = 0;     // of HTTP; 0: there was no answer
  std::string error;  // why there was no answer

  bool received() const { return status >= 200 && status < 300; }
};

// Not thread-safe but for Wake().
class Poster {
 public:
  Poster();
  // Cuts off what is under way.
  ~Poster();

  void Start(Post post);
  size_t under_way() const { return transfers_.size(); }

  // Moves everything on until something is finished, `wait` is over, or Wake() was called; gives
  // what is finished.
  std::vector<Posted> Wait(absl::Duration wait);
  void Wake();

 private:
  struct Transfer;

  void* const multi_;                                     // CURLM
  std::map<void*, std::unique_ptr<Transfer>> transfers_;  // by CURL
};

}  // namespace kizuna::alerts

#endif  // KIZUNA_SERVER_ALERTS_POSTER_H_
