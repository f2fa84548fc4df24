// SPDX-License-Identifier: Apache-2.0

#include "server/convert/stored_alert.h"

namespace kizuna::convert {
namespace {

using engine::AlertMemory;
using engine::kLongAgo;
using engine::kNever;

AlertMemory::TierTold TierOf(const storage::v1::ToldTier& stored) {
  AlertMemory::TierTold tier;
  tier.told = static_cast<uint8_t>(stored.told());
  tier.before = static_cast<uint8_t>(stored.before());
  tier.told_at = stored.has_told_at_micros() ? stored.told_at_micros() : kLongAgo;
  return tier;
}

void StoreTier(const AlertMemory::TierTold& tier, storage::v1::ToldTier* out) {
  out->set_told(tier.told);
  out->set_before(tier.before);
  if (tier.told_at != kLongAgo) out->set_told_at_micros(tier.told_at);
}

}  // namespace

AlertMemory FromStored(const storage::v1::AlertMemoryRecord& record) {
  AlertMemory memory;
  memory.begun = true;
  memory.band.told = static_cast<engine::Band>(record.band_told());
  memory.band.standing = static_cast<engine::Band>(record.band_standing());
  memory.band.better_since =
      record.has_band_better_since_micros() ? record.band_better_since_micros() : kNever;
  memory.loyalty = TierOf(record.loyalty());
  memory.touch = TierOf(record.touch());
  for (const auto& gate : record.gates()) {
    memory.gates.push_back({gate.code(), gate.told(),
                            gate.has_open_since_micros() ? gate.open_since_micros() : kNever});
  }
  for (const auto& renewal : record.renewals()) {
    memory.renewals.push_back({renewal.subscription(), renewal.day()});
  }
  for (const auto& task : record.tasks()) {
    memory.tasks.push_back({task.id(), task.due(), task.stands()});
  }
  for (const auto& departure : record.departures()) {
    memory.left.push_back({departure.person(), departure.left_at_micros()});
  }
  return memory;
}

void ToStored(const AlertMemory& memory, storage::v1::AlertMemoryRecord* out) {
  out->set_band_told(static_cast<uint32_t>(memory.band.told));
  out->set_band_standing(static_cast<uint32_t>(memory.band.standing));
  out->clear_band_better_since_micros();
  if (memory.band.better_since != kNever) {
    out->set_band_better_since_micros(memory.band.better_since);
  }
  out->clear_loyalty();
  StoreTier(memory.loyalty, out->mutable_loyalty());
  out->clear_touch();
  StoreTier(memory.touch, out->mutable_touch());
  out->clear_gates();
  for (const AlertMemory::GateTold& gate : memory.gates) {
    storage::v1::ToldGate& stored = *out->add_gates();
    stored.set_code(gate.code);
    stored.set_told(gate.told);
    if (gate.open_since != kNever) stored.set_open_since_micros(gate.open_since);
  }
  out->clear_renewals();
  for (const AlertMemory::RenewalTold& renewal : memory.renewals) {
    storage::v1::ToldRenewal& stored = *out->add_renewals();
    stored.set_subscription(renewal.subscription);
    stored.set_day(renewal.day);
  }
  out->clear_tasks();
  for (const AlertMemory::TaskTold& task : memory.tasks) {
    storage::v1::ToldTask& stored = *out->add_tasks();
    stored.set_id(task.id);
    stored.set_due(task.due);
    stored.set_stands(task.stands);
  }
  out->clear_departures();
  for (const engine::Sight::Departure& departure : memory.left) {
    storage::v1::ToldDeparture& stored = *out->add_departures();
    stored.set_person(departure.person);
    stored.set_left_at_micros(departure.left);
  }
}

}  // namespace kizuna::convert
