// SPDX-License-Identifier: Apache-2.0

#include "tests/simulation/watcher.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/simulation/to_fact.h"

namespace kizuna::simulation {

using storage::v1::Change;

std::vector<std::string> Watcher::ReadOn(const ledger::ChangeLog& log, size_t limit) {
  std::vector<std::string> wrong;
  while (true) {
    const auto part = log.Read(position_, ledger::ShardSet().set(), limit);
    if (!part.ok()) {
      wrong.push_back(absl::StrCat("watch: ", part.status().ToString()));
      return wrong;
    }
    for (const ledger::LogRow& row : part->rows) {
      if (forgetful_ && ++rows_ % 50 == 0) continue;
      Take(row, wrong);
    }
    position_ = part->after;
    if (part->at_end) return wrong;
  }
}

void Watcher::Take(const ledger::LogRow& row, std::vector<std::string>& wrong) {
  const std::string& account = row.record.account();
  Standing& now = standing_[account];
  if (row.revision <= now.revision) {
    wrong.push_back(
        absl::StrCat("watch: ", account, " at ", row.revision, " after ", now.revision));
  }
  now.revision = row.revision;
  now.facts += row.record.facts();
  for (const Change& change : row.record.changes()) {
    const auto expect = [&](uint32_t was) {
      if (change.before() == was) return;
      wrong.push_back(
          absl::StrCat("watch: ", account, " ", change.ShortDebugString(), ", it was ", was));
    };
    switch (change.kind()) {
      case Change::KIND_VERDICT: {
        const auto known = now.verdicts.find(change.motion());
        if (known != now.verdicts.end()) expect(known->second);
        now.verdicts[change.motion()] = change.after();
        break;
      }
      case Change::KIND_GATE: {
        std::set<std::string>& gates = now.gates[change.motion()];
        expect(gates.count(change.gate()) != 0 ? 1 : 0);
        if (change.after() != 0) {
          gates.insert(change.gate());
        } else {
          gates.erase(change.gate());
        }
        break;
      }
      case Change::KIND_RESERVATION:
        now.reservation = change.after();
        now.fencing_token = change.fencing_token();
        break;
      default:
        break;
    }
  }
}

std::vector<std::string> Watcher::Compare(const NaiveModel& model, const Rules& rules, Micros now,
                                          uint64_t& compared) const {
  std::vector<std::string> wrong;
  for (const std::string& account : model.accounts()) {
    const Watcher::Standing& told = Of(account);
    for (const char* motion : {"SEATS", "CROSS_SELL", "MENTION", "HEARING"}) {
      const Answer answer = model.Ask({account, motion, "", "", 0}, rules, now);
      std::set<std::string> gates;
      for (const HeldGate& gate : answer.gates) {
        if (!gate.waived) gates.insert(gate.code);
      }
      const auto number = static_cast<uint32_t>(MotionOf(motion));
      const auto verdict = told.verdicts.find(number);
      const auto held = told.gates.find(number);
      const bool same_verdict =
          verdict != told.verdicts.end() &&
          NameOf(static_cast<engine::Verdict>(verdict->second)) == answer.verdict;
      const bool same_gates = held == told.gates.end() ? gates.empty() : held->second == gates;
      ++compared;
      if (same_verdict && same_gates) continue;
      wrong.push_back(absl::StrCat(
          "watch: of ", account, " and ", motion, " it was told ",
          verdict == told.verdicts.end() ? "nothing"
                                         : NameOf(static_cast<engine::Verdict>(verdict->second)),
          " [", held == told.gates.end() ? "" : absl::StrJoin(held->second, " "), "], it is ",
          Text(answer)));
    }
    const auto lease = model.NewestLease(account, now);
    const bool held = lease && lease->held && now < lease->until;
    const bool told_held = told.reservation == 1;  // HELD
    if (held != told_held || (lease && lease->token != told.fencing_token)) {
      wrong.push_back(absl::StrCat("watch: of ", account, "'s reservation it was told ",
                                   told.reservation, ", token ", told.fencing_token));
    }
  }
  return wrong;
}

const Watcher::Standing& Watcher::Of(const std::string& account) const {
  static const Standing& unheard_of = *new Standing;
  const auto found = standing_.find(account);
  return found == standing_.end() ? unheard_of : found->second;
}

}  // namespace kizuna::simulation
