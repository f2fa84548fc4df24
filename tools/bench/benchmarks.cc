// SPDX-License-Identifier: Apache-2.0

#include "tools/bench/benchmarks.h"

namespace kizuna::bench {
namespace {

constexpr Benchmark kBenchmarks[] = {
    {"pure", "one signal folded, one scorecard, in memory", Pure},
    {"check-hot", "CheckPitch, hot accounts, 128 in flight, against an empty call", CheckHot},
    {"check-uniform", "the same, all accounts at random", CheckUniform},
    {"check-lone", "a lone call after 1.5 s of silence", CheckLone},
    {"batch-check", "an item of BatchCheckPitch of 1000, against one CheckPitch", BatchCheck},
    {"ready-page", "who first: the first page, and the 1000th", ReadyPages},
    {"memory", "resident memory of the server", Memory},
    {"check-while-writing", "CheckPitch while 20,000 signals/s are written", CheckWhileWriting},
    {"ingest-stream", "signals by stream, 2 clients, against synced RocksDB", IngestStream},
    {"ingest-unary", "signals one by one, 64 in flight, against the lower floor", IngestUnary},
    {"import", "kizuna import of a CSV file, against libcsv alone", Import},
    {"check-eighth", "CheckPitch, all at random, an eighth of the data cached", CheckEighth},
    {"refresh", "every scorecard for a new rulebook, against a raw scan", Refresh},
    {"disk-bytes", "bytes on disk a fact, as it lies and compacted", DiskBytes},
    {"start", "start to serving, clean and after kill -9", Start},
};

}  // namespace

absl::Span<const Benchmark> Benchmarks() { return kBenchmarks; }

}  // namespace kizuna::bench
