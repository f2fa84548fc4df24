// SPDX-License-Identifier: Apache-2.0
//
// kizuna-server: flags, then serve until told to end. Everything lives in server/runtime.

#include "server/runtime/server.h"

int main(int argc, char** argv) { return kizuna::server::RunServer(argc, argv); }
