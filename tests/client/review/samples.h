// SPDX-License-Identifier: Apache-2.0
//
// Which reviews and proposals are documents tried on? Made by hand: rich and empty, long and
// hostile, for the customer and for us.

#ifndef KIZUNA_TESTS_CLIENT_REVIEW_SAMPLES_H_
#define KIZUNA_TESTS_CLIENT_REVIEW_SAMPLES_H_

#include <string>
#include <utility>
#include <vector>

#include "kizuna/v1/review.pb.h"

namespace kizuna::test {

// Everything that a customer's copy can hold, in English or in Japanese words.
v1::Review RichReview(bool japanese);
// Nothing but its name and quarter.
v1::Review EmptyReview();
// Markup, control characters, endless words, emoji and right-to-left letters in every text.
v1::Review HostileReview();
// The page that is for us alone, and our figures in the proposals; the copy becomes ours.
void AddInternal(v1::Review* review);
// 8 metrics of 26 weeks, 40 issues, 20 comments, long texts.
v1::Review HugeReview(bool japanese);

v1::Proposal RichProposal(bool japanese);

// All of the above and some between, each with a name for a file.
std::vector<std::pair<std::string, v1::Review>> AllReviews();

// Words that must not be in a customer's copy, in lower case.
std::vector<std::string> ForbiddenWords();

}  // namespace kizuna::test

#endif  // KIZUNA_TESTS_CLIENT_REVIEW_SAMPLES_H_
