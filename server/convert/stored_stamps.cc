// SPDX-License-Identifier: Apache-2.0

#include "server/convert/stored_stamps.h"

#include <utility>

namespace kizuna::convert {

uint32_t StampWriter::Place(const engine::Stamp& stamp) {
  if (!stamp.given()) return 0;
  const auto [found, is_new] =
      places_.try_emplace(std::make_tuple(stamp.observed_at, absl::string_view(stamp.source),
                                          absl::string_view(stamp.fact_id)),
                          static_cast<uint32_t>(stored_->stamp_seconds_size() + 1));
  if (is_new) {
    const StoredInstant observed = StoreInstant(stamp.observed_at);
    stored_->add_stamp_seconds(observed.seconds - std::exchange(last_seconds_, observed.seconds));
    stored_->add_stamp_micros(observed.micros);
    stored_->add_stamp_sources(PlaceOfSource(stamp.source));
    stored_->add_stamp_fact_ids(stamp.fact_id);
  }
  return found->second;
}

uint32_t StampWriter::PlaceOfSource(absl::string_view source) {
  // An account has a handful of sources.
  for (int i = 0; i < stored_->sources_size(); ++i) {
    if (stored_->sources(i) == source) return static_cast<uint32_t>(i);
  }
  stored_->add_sources(std::string(source));
  return static_cast<uint32_t>(stored_->sources_size() - 1);
}

StampTable::StampTable(const storage::v1::AccountState& stored, StoredReader& reader) : stamps_(1) {
  const int count = stored.stamp_seconds_size();
  const bool even = stored.stamp_micros_size() == count && stored.stamp_sources_size() == count &&
                    stored.stamp_fact_ids_size() == count;
  reader.Require(even, "stamp_seconds");
  if (!even) return;
  stamps_.reserve(count + 1);
  uint64_t seconds = 0;
  for (int i = 0; i < count; ++i) {
    seconds += static_cast<uint64_t>(stored.stamp_seconds(i));
    const uint32_t source = stored.stamp_sources(i);
    const bool known = source < static_cast<uint32_t>(stored.sources_size());
    reader.Require(known, "stamp_sources");
    if (!known) return;
    engine::Stamp stamp;
    stamp.observed_at =
        reader.ReadInstant(static_cast<int64_t>(seconds), stored.stamp_micros(i), "stamp_seconds");
    stamp.source = stored.sources(static_cast<int>(source));
    stamp.fact_id = stored.stamp_fact_ids(i);
    stamps_.push_back(std::move(stamp));
  }
}

const engine::Stamp& StampTable::At(uint32_t place, StoredReader& reader) const {
  reader.Require(place < stamps_.size(), "stamp");
  return place < stamps_.size() ? stamps_[place] : stamps_[0];
}

}  // namespace kizuna::convert
