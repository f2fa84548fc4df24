// SPDX-License-Identifier: Apache-2.0
#include "client/review/copy.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace kizuna::review {
namespace {

using Names = std::vector<std::string>;

void FindIn(const v1::ReviewIssue& issue, const std::string& path, Names* found) {
  if (issue.status() == v1::Issue::STATUS_ASSUMED) {
    found->push_back(absl::StrCat(path, " (only assumed)"));
  }
}

void FindIn(const v1::OfferGround& ground, const std::string& path, Names* found) {
  switch (ground.kind()) {
    case v1::OfferGround::KIND_SEATS_IN_USE:
    case v1::OfferGround::KIND_INTEREST:
      return;
    case v1::OfferGround::KIND_ISSUE:
    case v1::OfferGround::KIND_LADDER:
    case v1::OfferGround::KIND_RELATED:
      if (ground.has_value()) found->push_back(absl::StrCat(path, ".value"));
      return;
    default:
      // Of affinity, of the segment, or of a kind that this version does not know.
      found->push_back(absl::StrCat(path, " (", v1::OfferGround::Kind_Name(ground.kind()), ")"));
  }
}

void FindIn(const v1::ProposedProduct& product, const std::string& path, Names* found) {
  if (product.has_annual_price()) found->push_back(absl::StrCat(path, ".annual_price"));
  if (product.has_margin()) found->push_back(absl::StrCat(path, ".margin"));
  for (int i = 0; i < product.grounds_size(); ++i) {
    FindIn(product.grounds(i), absl::StrCat(path, ".grounds[", i, "]"), found);
  }
}

void FindIn(const v1::TieredProposal& proposal, const std::string& path, Names* found) {
  if (proposal.has_yearly_gain()) found->push_back(absl::StrCat(path, ".yearly_gain"));
  if (proposal.has_yearly_margin()) found->push_back(absl::StrCat(path, ".yearly_margin"));
  for (int i = 0; i < proposal.products_size(); ++i) {
    FindIn(proposal.products(i), absl::StrCat(path, ".products[", i, "]"), found);
  }
}

}  // namespace

absl::Status CheckCopy(const v1::Review& review) {
  if (review.copy() == v1::REVIEW_COPY_INTERNAL) return absl::OkStatus();
  if (review.copy() != v1::REVIEW_COPY_CUSTOMER) {
    return absl::InvalidArgumentError("the review does not say whose copy it is");
  }
  Names found;
  if (review.has_internal()) found.push_back("internal");
  for (int i = 0; i < review.issues_size(); ++i) {
    FindIn(review.issues(i), absl::StrCat("issues[", i, "]"), &found);
  }
  for (int i = 0; i < review.people().counts_size(); ++i) {
    if (review.people().counts(i).kind() == v1::Interaction::KIND_PITCH) {
      found.push_back(absl::StrCat("people.counts[", i, "] (PITCH)"));
    }
  }
  for (int i = 0; i < review.proposals_size(); ++i) {
    FindIn(review.proposals(i), absl::StrCat("proposals[", i, "]"), &found);
  }
  for (int i = 0; i < review.texts_size(); ++i) {
    if (review.texts(i).section() == v1::REVIEW_SECTION_HEALTH) {
      found.push_back(absl::StrCat("texts[", i, "] (HEALTH)"));
    }
  }
  if (found.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the customer's copy of ", review.name(), " holds what is for us alone: ",
      absl::StrJoin(found, ", "), "; it is not written. Report it: the server must not send it."));
}

}  // namespace kizuna::review
