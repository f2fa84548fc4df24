// SPDX-License-Identifier: Apache-2.0

#include "tools/generate/story.h"

#include <cstddef>

namespace kizuna::generate {

Story StoryOf(int64_t account) {
  static constexpr std::array<Story, 16> kCycle = {
      Story::kReadyToExpand,    Story::kSilentlyChurning, Story::kGrowing,
      Story::kKeyDetractor,     Story::kNoisyButHappy,    Story::kNewAndUnproven,
      Story::kChampionGone,     Story::kFeedGoneSilent,   Story::kReadyToExpand,
      Story::kGrowing,          Story::kReadyToExpand,    Story::kGrowing,
      Story::kReadyToExpand,    Story::kNoisyButHappy,    Story::kGrowing,
      Story::kSilentlyChurning,
  };
  return kCycle[static_cast<size_t>(account) % kCycle.size()];
}

absl::string_view NameOf(Story story) {
  switch (story) {
    case Story::kReadyToExpand:
      return "ready to expand";
    case Story::kGrowing:
      return "growing";
    case Story::kNoisyButHappy:
      return "noisy but happy";
    case Story::kSilentlyChurning:
      return "silently churning";
    case Story::kChampionGone:
      return "champion gone";
    case Story::kKeyDetractor:
      return "key detractor with high usage";
    case Story::kNewAndUnproven:
      return "new and unproven";
    case Story::kFeedGoneSilent:
      return "feed gone silent";
  }
  return "";
}

Traits TraitsOf(Story story) {
  Traits traits;
  switch (story) {
    case Story::kReadyToExpand:
      traits.usage_to = 1.25;
      traits.seats_active = 0.96;
      traits.features_used = 0.8;
      traits.answer_low = 9;
      traits.tickets = 2;
      traits.promotes = true;
      break;
    case Story::kGrowing:
      traits.usage_from = 0.7;
      traits.usage_to = 1.3;
      traits.seats_active = 0.88;
      traits.features_used = 0.65;
      break;
    case Story::kNoisyButHappy:
      traits.noise = 0.3;
      traits.tickets = 9;
      traits.answer_low = 9;
      break;
    case Story::kSilentlyChurning:
      traits.fades_for_days = 45;
      traits.fades_to = 0.1;
      traits.seats_active = 0.25;
      traits.features_used = 0.2;
      traits.answer_low = 7;
      traits.answer_high = 8;
      traits.tickets = 1;
      break;
    case Story::kChampionGone:
      traits.seats_active = 0.78;
      break;
    case Story::kKeyDetractor:
      traits.usage_to = 1.2;
      traits.seats_active = 0.97;
      traits.features_used = 0.85;
      traits.answer_low = 7;
      traits.answer_high = 9;
      traits.tickets = 5;
      break;
    case Story::kNewAndUnproven:
      traits.age_days = 21;
      traits.usage_from = 0.3;
      traits.usage_to = 0.6;
      traits.seats_active = 0.35;
      traits.features_used = 0.2;
      traits.tickets = 1;
      break;
    case Story::kFeedGoneSilent:
      traits.silent_for_days = 50;
      traits.tickets = 0;
      break;
  }
  return traits;
}

}  // namespace kizuna::generate
