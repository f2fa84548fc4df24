// SPDX-License-Identifier: Apache-2.0

#include "storage/rocksdb/rocksdb_options.h"

#include "rocksdb/cache.h"
#include "rocksdb/env.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"

namespace kizuna::storage {
namespace {

// What an acknowledged commit rests on. tests/storage/rocksdb_rules_test.cc has a case for each.
void SetDurability(rocksdb::Options& db) {
  // A write that has returned is in the log file, not in a buffer of ours; sync does the rest.
  db.manual_wal_flush = false;
  // Readers see writes in the order of their sequence numbers, and none before it is in the log.
  db.unordered_write = false;
  db.two_write_queues = false;
  db.enable_pipelined_write = false;
  // After a crash the log is replayed up to the first record that is not whole, and nothing after.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // Defaults, said aloud: damaged files are found and not worked around.
  db.paranoid_checks = true;
  db.force_consistency_checks = true;
  db.verify_sst_unique_id_in_manifest = true;
  // 7.8 cannot safely go on after a write error: no retries behind our back, the store stops.
  db.max_bgerror_resume_count = 0;
  // Log files are never used again or archived, so that what is erased goes with its file.
  db.recycle_log_file_num = 0;
  db.WAL_ttl_seconds = 0;
  db.WAL_size_limit_MB = 0;
  // The manifest names the first and last key of each file. It is written anew with every change
  // of the set of files (a few hundred bytes a file, a few times a minute), so that it keeps no
  // keys of files that are gone.
  db.max_manifest_file_size = 1;
}

void SetShape(const RocksDbOptions& options, rocksdb::Options& db) {
  db.write_buffer_size = options.memtable_bytes;
  db.max_write_buffer_number = 3;
  // Most look-ups are for facts that are not there: let the memtable answer those from a filter.
  db.memtable_prefix_bloom_size_ratio = 0.05;
  db.memtable_whole_key_filtering = true;
  // There is one writer at a time (commit_queue.h).
  db.allow_concurrent_memtable_write = false;
  db.level_compaction_dynamic_level_bytes = true;
  db.target_file_size_base = uint64_t{64} << 20;
  db.max_background_jobs = 2;
  db.bytes_per_sync = 1 << 20;
  db.compaction_readahead_size = 2 << 20;
  // The newest data is read and rewritten often, the oldest seldom: quick above, tight below.
  db.compression = rocksdb::kLZ4Compression;
  db.bottommost_compression = rocksdb::kZSTD;
  // Statistics that nobody reads.
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  db.max_open_files = -1;
}

void SetTables(const RocksDbOptions& options, rocksdb::Options& db) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  table.block_size = 8 << 10;
  table.format_version = 5;
  // Over whole keys: deduplication asks for facts by their full key, and mostly in vain.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.whole_key_filtering = true;
  // Filters and indexes count against the cache, so that the memory in use is what was configured.
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  db.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
}

}  // namespace

rocksdb::Options MakeRocksDbOptions(const RocksDbOptions& options) {
  rocksdb::Options db;
  db.create_if_missing = true;
  if (options.env != nullptr) db.env = options.env;
  SetDurability(db);
  SetShape(options, db);
  SetTables(options, db);
  return db;
}

rocksdb::WriteOptions SyncedWrite() {
  rocksdb::WriteOptions write;
  write.sync = true;
  write.disableWAL = false;
  return write;
}

}  // namespace kizuna::storage
