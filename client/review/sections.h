// SPDX-License-Identifier: Apache-2.0
//
// What does each section of a review tell? One function a section; inside the library only.

#ifndef KIZUNA_CLIENT_REVIEW_SECTIONS_H_
#define KIZUNA_CLIENT_REVIEW_SECTIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/review/document.h"
#include "client/review/words.h"
#include "kizuna/v1/review.pb.h"

namespace kizuna::review {

// What a section is made of. Nothing in either: there is nothing to tell.
struct Told {
  // The prepared sentences, which a person's text replaces.
  std::vector<Block> prepared;
  std::vector<Block> blocks;
};

Told TellSummary(const v1::Review& review, const Words& words);
Told TellActions(const v1::Review& review, const Words& words);
Told TellObjectives(const v1::Review& review, const Words& words);
Told TellUsage(const v1::Review& review, const Words& words);
Told TellVoice(const v1::Review& review, const Words& words);
Told TellSupport(const v1::Review& review, const Words& words);
Told TellValue(const v1::Review& review, const Words& words);
Told TellIssues(const v1::Review& review, const Words& words);
Told TellPeople(const v1::Review& review, const Words& words);
Told TellRelationship(const v1::Review& review, const Words& words);
Told TellPlan(const v1::Review& review, const Words& words);
// Prices and margins only in our own copy.
Told TellExpansion(const v1::Review& review, const Words& words);
// Of our own copy alone.
Told TellHealth(const v1::Review& review, const Words& words);

// The prepared sentence of a section.
Block Lead(std::string text);
// Issues in a table; `solved`: those that are solved, with their dates.
Table IssueTable(const std::vector<const v1::ReviewIssue*>& issues, bool solved,
                 const Words& words);
// "Saving time: what they wrote", either of both alone where the other is missing.
std::string IssueText(absl::string_view category, absl::string_view text);
// What is known of why: sentences, in the order of the grounds, each once. `ours`: with those that
// are for us alone.
std::vector<std::string> GroundTexts(const v1::ProposedProduct& product, const v1::Review& names,
                                     bool ours, const Words& words);
std::vector<std::string> BenefitTexts(const google::protobuf::RepeatedField<int>& benefits,
                                      const Words& words);
// "CRM (another product, builds on Base)".
std::string OfferText(const v1::ProposedProduct& product, const v1::Review& names,
                      const Words& words);
// The display name, or the id where there is none.
std::string NameOr(absl::string_view display_name, absl::string_view resource);
// The name under which `review` knows a product, given by its id or its resource name.
std::string ProductIn(const v1::Review& review, absl::string_view product);
bool IsSolved(v1::Issue::Status status);

}  // namespace kizuna::review

#endif  // KIZUNA_CLIENT_REVIEW_SECTIONS_H_
