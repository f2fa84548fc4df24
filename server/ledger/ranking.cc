// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/ranking.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "server/ledger/placement.h"
#include "storage/records/keys.h"

namespace kizuna::ledger {
namespace {

using engine::Cell;
using engine::Verdict;

constexpr Cell kCells[] = {Cell::kA, Cell::kB, Cell::kC, Cell::kD, Cell::kUnplaced};

int OrderOf(Cell cell) { return cell == Cell::kUnplaced ? 4 : static_cast<int>(cell) - 1; }

// The accounts that the lists hold under the same points of readiness.
struct Bucket {
  uint8_t points = 0;
  std::vector<std::string> accounts;  // empty: there are no more
};

// The rank rows of one cell over all shards and wanted verdicts, the readiest first, from `points`
// down.
class CellWalk {
 public:
  CellWalk(const storage::Snapshot& snapshot, engine::Motion motion, Cell cell,
           const std::vector<Verdict>& verdicts, uint8_t points) {
    for (int shard = 0; shard < storage::Partition::kShards; ++shard) {
      for (const Verdict verdict : verdicts) {
        const storage::RankKey first{static_cast<uint8_t>(motion), RankPlace(cell, verdict), points,
                                     ""};
        storage::KeyRange range = storage::RankKey::OfPlace(first.motion, first.place);
        range.begin = first.Encode();
        Advance(snapshot.Scan(storage::Partition::Shard(shard), range,
                              storage::Direction::kForward));
      }
    }
  }

  Bucket Next() {
    Bucket bucket;
    if (heads_.empty()) return bucket;
    bucket.points = heads_.top().key.readiness;
    while (!heads_.empty() && heads_.top().key.readiness == bucket.points) {
      Head head = heads_.top();
      heads_.pop();
      bucket.accounts.push_back(std::move(head.key.account));
      Advance(std::move(*head.rows));
    }
    return bucket;
  }

  const absl::Status& status() const { return status_; }

 private:
  struct Head {
    storage::RankKey key;
    std::shared_ptr<std::unique_ptr<storage::Iterator>> rows;
  };
  struct LessReady {
    bool operator()(const Head& a, const Head& b) const {
      return a.key.readiness < b.key.readiness;
    }
  };

  void Advance(std::unique_ptr<storage::Iterator> rows) {
    if (!rows->Next()) {
      status_.Update(rows->status());
      return;
    }
    absl::StatusOr<storage::RankKey> key = storage::RankKey::Decode(rows->key());
    if (!key.ok()) {
      status_.Update(key.status());
      return;
    }
    heads_.push(
        {*std::move(key), std::make_shared<std::unique_ptr<storage::Iterator>>(std::move(rows))});
  }

  std::priority_queue<Head, std::vector<Head>, LessReady> heads_;
  absl::Status status_;
};

}  // namespace

bool Rank::Before(const Rank& a, const Rank& b) {
  if (a.cell != b.cell) return OrderOf(a.cell) < OrderOf(b.cell);
  const double ready_a = a.readiness.value_or(-1);
  const double ready_b = b.readiness.value_or(-1);
  if (ready_a != ready_b) return ready_a > ready_b;
  if (a.at_stake != b.at_stake) return a.at_stake > b.at_stake;
  return a.account < b.account;
}

Rank RankOf(const std::string& account, const engine::Card& card, engine::Motion motion) {
  const engine::Option& option = card.Best(motion);
  Rank rank;
  rank.cell = card.place.cell;
  rank.readiness = option.readiness.score;
  rank.at_stake = card.place.recurring_revenue;
  if (option.verdict == Verdict::kAllow) rank.at_stake += option.yearly_gain;
  rank.account = account;
  return rank;
}

absl::StatusOr<ReadyPage> RankedPage(
    const storage::Snapshot& snapshot, const ReadyQuery& query,
    const std::function<absl::StatusOr<View>(const std::string&)>& read) {
  std::vector<Verdict> verdicts = query.verdicts;
  if (verdicts.empty()) verdicts = {Verdict::kAllow};
  ReadyPage page;
  for (const Cell cell : kCells) {
    if (query.after && OrderOf(cell) < OrderOf(query.after->cell)) continue;
    // What was listed before the last row is not read again.
    const bool within = query.after && query.after->cell == cell;
    CellWalk walk(snapshot, query.motion, cell, verdicts,
                  within ? query.after->points : Rank::kMostPoints);
    while (true) {
      const Bucket listed = walk.Next();
      if (!walk.status().ok()) return walk.status();
      if (listed.accounts.empty()) break;
      std::vector<ReadyPage::Row> bucket;
      for (const std::string& account : listed.accounts) {
        absl::StatusOr<View> view = read(account);
        if (absl::IsNotFound(view.status())) continue;
        if (!view.ok()) return view.status();
        Rank rank = RankOf(account, *view->card, query.motion);
        rank.points = listed.points;
        // The index may lag behind the clock; a verdict that was not asked for is never shown.
        const Verdict verdict = view->card->Best(query.motion).verdict;
        if (std::find(verdicts.begin(), verdicts.end(), verdict) == verdicts.end()) continue;
        if (query.after && !Rank::Before(*query.after, rank)) continue;
        if (query.keep && !query.keep(*view)) continue;
        bucket.push_back({*std::move(view), std::move(rank)});
      }
      std::sort(bucket.begin(), bucket.end(),
                [](const auto& a, const auto& b) { return Rank::Before(a.rank, b.rank); });
      for (ReadyPage::Row& row : bucket) {
        if (page.rows.size() == query.limit) {
          page.more = true;
          return page;
        }
        page.rows.push_back(std::move(row));
      }
    }
  }
  return page;
}

}  // namespace kizuna::ledger
