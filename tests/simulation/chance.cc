// SPDX-License-Identifier: Apache-2.0

#include "tests/simulation/chance.h"

#include <algorithm>
#include <set>
#include <utility>

#include "server/ledger/own_facts.h"

namespace kizuna::simulation {

using Kind = Event::Kind;
using What = Event::What;

namespace {

// Above every version that is known of the event.
uint32_t NextVersion(const NaiveModel& model, const Event& event) {
  uint32_t version = 0;
  for (const Event& known : model.events(event.account)) {
    if (known.source == event.source && known.id == event.id) {
      version = std::max(version, known.version);
    }
  }
  return version + 1;
}

// A correction says something of the same kind.
Event OtherOf(const Event& before, const Event& fresh) {
  Event event = before;
  event.at = std::min(before.at, fresh.at);
  event.score = fresh.kind == before.kind ? fresh.score : before.score;
  event.released = fresh.released;
  event.person =
      before.kind == Event::Kind::kNps && fresh.person != 0 ? fresh.person : before.person;
  return event;
}

}  // namespace

Event Chance::Blank(const std::string& account, Micros at) {
  Event event;
  event.account = account;
  event.source = OneIn(2) ? "crm" : "desk";
  event.id = "f" + std::to_string(next_id_++);
  event.at = at;
  return event;
}

Event Chance::Usage(const std::string& account, Micros now) {
  Event event = Blank(account, now);
  event.kind = Kind::kUsage;
  event.metric = AnyOf<const char*>({"activity", "active_users"});
  event.days = static_cast<int>(AnyOf({1, 7, 30, 60}));
  event.day = DayOf(now) - event.days - In(0, 10);
  event.value = In(0, 40) * event.days;
  // A row is observed when it is over.
  event.at = (event.day + event.days) * kDayMicros - 1;
  return event;
}

std::vector<Event> Chance::Beginning(const std::string& account, Micros now) {
  Event profile = Blank(account, now - 200 * kDayMicros);
  profile.kind = Kind::kProfile;
  profile.value = AnyOf({0, 5000, 150000});
  std::vector<Event> events = {profile};
  for (const char* metric : {"activity", "active_users"}) {
    Event usage = Usage(account, now);
    usage.metric = metric;
    usage.days = 90;
    usage.day = DayOf(now) - 90;
    usage.value = 9000;
    usage.at = usage.day * kDayMicros + 90 * kDayMicros - 1;
    events.push_back(usage);
  }
  Event answer = Blank(account, now - In(1, 100) * kDayMicros);
  answer.kind = Kind::kNps;
  answer.person = 1;
  answer.score = static_cast<int>(In(8, 10));
  events.push_back(answer);
  return events;
}

Event Chance::AnyEvent(Micros now) {
  const std::string account = Account();
  if (OneIn(5)) return Usage(account, now);
  Micros at = now;
  if (OneIn(2)) at -= In(0, 100 * 24 * 60) * 60'000'000;
  if (OneIn(20)) at += In(1, 40 * 60) * 60'000'000;  // ahead of the clock
  Event event = Blank(account, at);
  event.person = static_cast<int>(In(0, 4));
  event.until = OneIn(3) ? kForever : now + In(-30, 400) * 3600'000'000 / 3;
  switch (In(0, 15)) {
    case 0:
      event.kind = Kind::kProfile;
      event.value = AnyOf({1000, 20000, 99999, 100000});
      break;
    case 1:
      event.kind = Kind::kContact;
      event.person = std::max(1, event.person);
      event.role = AnyOf({Event::Role::kUser, Event::Role::kChampion, Event::Role::kDecisionMaker});
      break;
    case 2:
      event.kind = AnyOf({Kind::kLeft, Kind::kArrived});
      event.person = std::max(1, event.person);
      break;
    case 3:
    case 4:
    case 5:
      event.kind = Kind::kNps;
      // Mostly content, or nothing would ever be allowed.
      event.score = static_cast<int>(OneIn(4) ? In(0, 10) : In(8, 10));
      break;
    case 6:
      event.kind = Kind::kCsat;
      event.score = static_cast<int>(OneIn(3) ? In(1, 5) : In(4, 5));
      break;
    case 7:
      event.kind = Kind::kRecovery;
      break;
    case 8:
    case 9:
      event.kind = Kind::kTicket;
      event.name = "t" + std::to_string(In(0, 2));
      event.what = AnyOf({What::kOpen, What::kUpdate, What::kClose, What::kClose});
      event.critical = static_cast<int>(OneIn(3) ? In(0, 1) : -1);
      event.escalated = static_cast<int>(OneIn(3) ? In(0, 1) : -1);
      break;
    case 10:
      event.kind = Kind::kInvoice;
      event.name = "i" + std::to_string(In(0, 2));
      event.what = AnyOf({What::kIssued, What::kPaid, What::kPaid});
      event.day = DayOf(now) - In(-20, 50);
      break;
    case 11:
      event.kind = Kind::kMail;
      // Lately and often, so that some are tired of it.
      event.at = now - In(0, 5 * 24 * 60) * 60'000'000;
      event.unsolicited = true;
      event.team = Team();
      break;
    case 12:
      event.kind = Kind::kPitch;
      event.unsolicited = OneIn(2);
      event.team = Team();
      event.motion = AnyOf<const char*>({"SEATS", "CROSS_SELL"});
      event.outcome =
          OneIn(4) ? AnyOf({Event::Outcome::kWon, Event::Outcome::kNotNow, Event::Outcome::kLost})
                   : Event::Outcome::kNone;
      break;
    case 13:
      event.kind = Kind::kHold;
      event.name = "h" + std::to_string(In(0, 1));
      event.released = !OneIn(4);
      break;
    case 14:
      event.kind = Kind::kConsent;
      event.channel = AnyOf<const char*>({"", "mail"});
      event.opted_out = OneIn(4);
      break;
    default:
      event.kind = Kind::kWaiver;
      event.name = "w" + std::to_string(In(0, 1));
      event.gate = AnyOf<const char*>({"COOLING_OFF", "SENTIMENT_STALE", "CHAMPION_LEFT",
                                       "CONTACT_FATIGUE", "HEALTH_LOW", "HOLD"});
      event.released = OneIn(4);
      break;
  }
  return event;
}

std::vector<Event> Chance::Burst(const NaiveModel& model, Micros now) {
  std::vector<Event> events;
  const int64_t count = In(1, 6);
  for (int64_t i = 0; i < count; ++i) {
    Event event = AnyEvent(now);
    const std::vector<Event>& known = model.events(event.account);
    if (OneIn(5) && !known.empty()) {
      // Something known: sent again, corrected, or taken back.
      const Event& before =
          known[static_cast<size_t>(In(0, static_cast<int64_t>(known.size()) - 1))];
      if (before.source == ledger::kOwnSource || before.kind == Event::Kind::kProfile) continue;
      if (OneIn(3)) {
        event = before;
      } else {
        const uint32_t version = NextVersion(model, before);
        event = OneIn(3) ? before : OtherOf(before, event);
        event.version = version;
        event.retracted = OneIn(3);
      }
    }
    events.push_back(event);
  }
  // One burst may hold an identity once: which of two versions came first would be left open.
  std::set<std::pair<std::string, std::string>> seen;
  std::vector<Event> burst;
  for (const Event& event : events) {
    if (seen.insert({event.account + event.source, event.id}).second) burst.push_back(event);
  }
  return burst;
}

Question Chance::AnyQuestion() {
  Question question;
  question.account = Account();
  question.motion = AnyOf<const char*>(
      {"SEATS", "SEATS", "CROSS_SELL", "PLAN", "MENTION", "RENEWAL", "INBOUND", "HEARING"});
  question.team = Team();
  question.contact = static_cast<int>(OneIn(2) ? In(1, 4) : 0);
  question.channel = AnyOf<const char*>({"", "", "mail", "phone"});
  return question;
}

}  // namespace kizuna::simulation
