// SPDX-License-Identifier: Apache-2.0
//
// What is the least that a call can cost here? A server of the same gRPC and the same settings,
// whose CheckPitch does nothing but answer as many bytes.

#ifndef KIZUNA_TOOLS_BENCH_FLOOR_H_
#define KIZUNA_TOOLS_BENCH_FLOOR_H_

#include <string>

namespace kizuna::bench {

// Serves on `address` (HOST:PORT, port 0: a free one), says so on standard output as kizuna-server
// does, and runs until it is killed. Answers are `reply_bytes` long. 1 when it cannot listen.
int ServeFloor(const std::string& address, int reply_bytes);

}  // namespace kizuna::bench

#endif  // KIZUNA_TOOLS_BENCH_FLOOR_H_
