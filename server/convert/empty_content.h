// SPDX-License-Identifier: Apache-2.0
//
// What is the content of a kind with nothing in it? A retraction says no more than its kind.

#ifndef KIZUNA_SERVER_CONVERT_EMPTY_CONTENT_H_
#define KIZUNA_SERVER_CONVERT_EMPTY_CONTENT_H_

#include <cstddef>
#include <utility>
#include <variant>

#include "server/engine/fact.h"

namespace kizuna::convert {

template <size_t... I>
engine::Content EmptyContent(size_t index, std::index_sequence<I...>) {
  engine::Content out;
  (void)((index == I && (out.emplace<I>(), true)) || ...);
  return out;
}

// REQUIRES: `index` is one of engine::Content's.
inline engine::Content EmptyContent(size_t index) {
  return EmptyContent(index, std::make_index_sequence<std::variant_size_v<engine::Content>>());
}

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_EMPTY_CONTENT_H_
