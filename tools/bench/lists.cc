// SPDX-License-Identifier: Apache-2.0
//
// What does a page of "who first" cost, the first one and one far down?

#include "tools/bench/benchmarks.h"

namespace kizuna::bench {
namespace {

constexpr int kPages = 1000;

// The request of page `page`, counted from 1, or of the last one there is.
absl::StatusOr<v1::ListReadyRequest> RequestOfPage(Scene& scene, int page) {
  v1::ListReadyRequest request;
  request.set_page_size(50);
  for (int i = 1; i < page; ++i) {
    auto answer = scene.client().ListReady(request);
    if (!answer.ok()) return answer.status();
    if (answer->next_page_token().empty()) break;
    request.set_page_token(answer->next_page_token());
  }
  return request;
}

}  // namespace

Rows ReadyPages(Scene& scene) {
  const Question empty = scene.AskAbout(1);
  std::vector<Row> rows;
  for (const int page : {1, kPages}) {
    auto request = RequestOfPage(scene, page);
    if (!request.ok()) return request.status();
    const Question question{"/kizuna.v1.ReadinessService/ListReady", {BytesOf(*request)}};
    std::vector<double> in_the_server_ms;
    for (int i = 0; i < (scene.settings().quick ? 5 : 100); ++i) {
      auto wire = CallOnce(scene.floor(), empty, 0);
      if (!wire.ok()) return wire.status();
      auto listed = CallOnce(scene.ours(), question, 0);
      if (!listed.ok()) return listed.status();
      in_the_server_ms.push_back((*listed - *wire) / 1000);
    }
    rows.push_back(RowOfRounds(page == 1 ? "ready-page-first" : "ready-page-1000th", "ms",
                               in_the_server_ms, Target{Bound::kAtMost, 1}));
  }
  return rows;
}

}  // namespace kizuna::bench
