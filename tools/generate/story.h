// SPDX-License-Identifier: Apache-2.0
//
// What happens to an account? Each lives one of eight stories, so that a portfolio holds every
// verdict and each for a reason that a person can follow.

#ifndef KIZUNA_TOOLS_GENERATE_STORY_H_
#define KIZUNA_TOOLS_GENERATE_STORY_H_

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace kizuna::generate {

enum class Story {
  kReadyToExpand,     // seats nearly full, happy, a confirmed issue, a renewal ahead
  kGrowing,           // usage climbs, promoters
  kNoisyButHappy,     // usage jumps about, many small tickets, good answers
  kSilentlyChurning,  // usage fades over the last weeks; nobody complains
  kChampionGone,      // all well, but the person who spoke for us left
  kKeyDetractor,      // heavy use, and a decision maker who answered 2
  kNewAndUnproven,    // three weeks old; nothing can be said yet
  kFeedGoneSilent,    // their feed stopped weeks ago; what they do is not known
};

inline constexpr std::array<Story, 8> kStories = {
    Story::kReadyToExpand, Story::kGrowing,      Story::kNoisyButHappy,  Story::kSilentlyChurning,
    Story::kChampionGone,  Story::kKeyDetractor, Story::kNewAndUnproven, Story::kFeedGoneSilent,
};

// The story of account number `account`, 0 and up. The first eight accounts live all of them; of
// sixteen, half are ready or growing.
Story StoryOf(int64_t account);

// As people read it, such as "ready to expand".
absl::string_view NameOf(Story story);

// What a story says in numbers. Days count back from the last whole day, which is 0.
struct Traits {
  double usage_from = 1;       // share of the usual usage at the beginning of the daily rows
  double usage_to = 1;         // and on the last day, in a straight line
  int64_t fades_for_days = 0;  // usage falls to `fades_to` over so many last days; 0: it does not
  double fades_to = 1;
  double noise = 0.06;          // deviation of a day's usage, as a share of it
  int64_t silent_for_days = 0;  // the last so many days have no rows, and no other signal
  int64_t age_days = 900;       // since the first purchase
  double seats_active = 0.8;    // of those bought, at the end
  double features_used = 0.6;   // of those available
  int64_t answer_low = 8;       // answers to surveys, 0 to 10, both included
  int64_t answer_high = 10;
  int64_t tickets = 3;    // over the last half year
  bool promotes = false;  // a reference, a long term
};

Traits TraitsOf(Story story);

}  // namespace kizuna::generate

#endif  // KIZUNA_TOOLS_GENERATE_STORY_H_
