// SPDX-License-Identifier: Apache-2.0
//
// What does a review, or a proposal, look like as a document? The sections in the order of
// ReviewSection, without those that are empty, in the language that is asked for.

#ifndef KIZUNA_CLIENT_REVIEW_REVIEW_DOCUMENT_H_
#define KIZUNA_CLIENT_REVIEW_REVIEW_DOCUMENT_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/review/document.h"
#include "client/review/words.h"
#include "kizuna/v1/review.pb.h"

namespace kizuna::review {

// How it is told.
struct DocumentOptions {
  Language language = Language::kEnglish;
  // The book's, for days of instants.
  absl::TimeZone zone = absl::UTCTimeZone();
  Paper paper = Paper::kA4;
};

// The review. A text that a person wrote for a section in this language stands instead of its
// prepared sentences. The errors of CheckCopy(): a customer's copy with a field that is for us
// alone is refused.
absl::StatusOr<Document> ReviewDocument(const v1::Review& review, const DocumentOptions& options);

// The proposal, on one page where it fits: the issue, the approach, the solution. It is for the
// customer: readiness, prices, margins and what others bought are not in it.
Document ProposalDocument(const v1::Proposal& proposal, const DocumentOptions& options);

}  // namespace kizuna::review

#endif  // KIZUNA_CLIENT_REVIEW_REVIEW_DOCUMENT_H_
