// SPDX-License-Identifier: Apache-2.0

#include "tests/simulation/naive_model.h"

#include <algorithm>
#include <map>
#include <utility>

#include "tests/simulation/naive_reading.h"

namespace kizuna::simulation {
namespace {

bool IsPitch(const std::string& motion) {
  return motion == "SEATS" || motion == "PLAN" || motion == "CROSS_SELL";
}

}  // namespace

void NaiveModel::Accept(const Event& event, uint64_t revision) {
  for (const Accepted& known : accepted_[event.account]) {
    if (known.event.source == event.source && known.event.id == event.id &&
        known.event.version == event.version) {
      return;
    }
  }
  accepted_[event.account].push_back({event, revision});
  events_[event.account].push_back(event);
}

void NaiveModel::Step(const std::string& account, const Lease& lease, Micros at,
                      uint64_t revision) {
  leases_[account].push_back({lease, at, revision});
}

std::optional<Lease> NaiveModel::NewestLease(const std::string& account, Micros now,
                                             uint64_t known_at) const {
  std::optional<Lease> newest;
  const auto steps = leases_.find(account);
  if (steps == leases_.end()) return newest;
  for (const LeaseStep& step : steps->second) {
    if (step.at <= now && step.revision <= known_at) newest = step.lease;
  }
  return newest;
}

Question NaiveModel::QuestionOf(const std::string& account, const Lease& lease) {
  return {account, lease.motion, lease.team, lease.channel, lease.contact};
}

std::vector<Event> NaiveModel::Visible(const std::string& account, Micros now,
                                       uint64_t known_at) const {
  std::map<std::pair<std::string, std::string>, const Event*> counting;
  const auto accepted = accepted_.find(account);
  if (accepted == accepted_.end()) return {};
  for (const Accepted& one : accepted->second) {
    if (one.revision > known_at) continue;
    const Event*& best = counting[{one.event.source, one.event.id}];
    if (best == nullptr || best->version < one.event.version) best = &one.event;
  }
  std::vector<Event> visible;
  for (const auto& [identity, event] : counting) {
    if (!event->retracted && event->at <= now) visible.push_back(*event);
  }
  std::sort(visible.begin(), visible.end(), [](const Event& a, const Event& b) {
    return std::tie(a.at, a.source, a.id) < std::tie(b.at, b.source, b.id);
  });
  return visible;
}

Answer NaiveModel::Ask(const Question& question, const Rules& rules, Micros now,
                       uint64_t known_at) const {
  const Reading reading(Visible(question.account, now, known_at), now);
  const std::optional<Lease> lease = NewestLease(question.account, now, known_at);
  const bool live = lease && lease->held && now < lease->until;
  const bool own = live && !question.team.empty() && question.team == lease->team;
  const bool own_pitch = own && question.motion == lease->motion;
  const bool pitch = IsPitch(question.motion);
  const bool pitch_or_mention = pitch || question.motion == "MENTION";
  const bool all_but_inbound = question.motion != "INBOUND";

  Answer answer;
  const auto hold = [&](const char* code, bool holds, bool denies, bool waivable = true) {
    if (!holds) return;
    answer.gates.push_back({code, denies, waivable && reading.Waived(code)});
  };
  const Reading::Health health = reading.Score(rules.minimum_coverage);
  const Value share = reading.DetractorShare(365), nps = reading.Nps(180), csat = reading.Csat(28);
  hold("DISSATISFIED",
       pitch_or_mention && ((share && *share >= 0.10) || reading.KeyDetractor(question.contact) ||
                            (nps && *nps < 0) || (csat && *csat < 0.5)),
       true, false);
  const auto age = reading.SentimentAge();
  hold("SENTIMENT_STALE", pitch && (!age || *age > rules.stale_days), false);
  hold("EVIDENCE_THIN", pitch && (!health.any || health.coverage < rules.minimum_coverage), false);
  hold("HEALTH_LOW", pitch && health.score && *health.score < 60, true);
  bool urgent = false;
  for (const auto& ticket : reading.OpenTickets()) urgent |= ticket.critical || ticket.escalated;
  hold("CRITICAL_TICKET", pitch_or_mention && urgent, true);
  const auto without = reading.WithoutChampion();
  hold("CHAMPION_LEFT", pitch && without, without && *without <= 90);
  hold("OVERDUE", pitch && reading.Overdue(rules.overdue_days), true);
  const auto free = reading.CooledOffOn(lease);
  hold("COOLING_OFF", pitch && !own_pitch && free && DayOf(now) < *free, true);
  const bool tired = reading.Contacts(0) >= reading.ContactLimit() ||
                     (question.contact != 0 && reading.Contacts(question.contact) >= 3);
  hold("CONTACT_FATIGUE", (pitch || question.motion == "HEARING") && !own_pitch && tired, true);
  bool out = reading.OptedOut(0, "");
  if (!question.channel.empty()) out |= reading.OptedOut(0, question.channel);
  if (question.contact != 0) {
    out |= reading.OptedOut(question.contact, "");
    if (!question.channel.empty()) out |= reading.OptedOut(question.contact, question.channel);
  }
  hold("OPT_OUT", all_but_inbound && out, true, false);
  hold("RESERVED", pitch_or_mention && live && !own, true, false);
  hold("HOLD", all_but_inbound && reading.Held(), true, false);

  bool denied = false, unknown = false;
  for (const HeldGate& gate : answer.gates) {
    if (gate.waived) continue;
    (gate.denies ? denied : unknown) = true;
  }
  answer.verdict = denied ? "DENY" : unknown ? "UNKNOWN" : "ALLOW";
  return answer;
}

const std::vector<Event>& NaiveModel::events(const std::string& account) const {
  static const std::vector<Event>& none = *new std::vector<Event>;
  const auto at = events_.find(account);
  return at == events_.end() ? none : at->second;
}

std::vector<std::string> NaiveModel::accounts() const {
  std::vector<std::string> names;
  for (const auto& [account, accepted] : accepted_) names.push_back(account);
  return names;
}

}  // namespace kizuna::simulation
