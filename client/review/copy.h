// SPDX-License-Identifier: Apache-2.0
//
// May this review be shown to whom it is made for? The customer's copy holds nothing that is for us
// alone (docs/adr/0092).

#ifndef KIZUNA_CLIENT_REVIEW_COPY_H_
#define KIZUNA_CLIENT_REVIEW_COPY_H_

#include "absl/status/status.h"
#include "kizuna/v1/review.pb.h"

namespace kizuna::review {

// OK for our own copy, and for a customer's in which nothing is set that is for us alone.
// FAILED_PRECONDITION names every field that is; INVALID_ARGUMENT when it does not say whose copy
// it is. Nothing is taken out: a server that sends such a field is to be mended.
absl::Status CheckCopy(const v1::Review& review);

}  // namespace kizuna::review

#endif  // KIZUNA_CLIENT_REVIEW_COPY_H_
