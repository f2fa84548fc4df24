// SPDX-License-Identifier: Apache-2.0
//
// How are the reviews of many accounts made? Several at a time, into one folder, from where an
// earlier run left off.

#ifndef KIZUNA_CLIENT_CLI_REVIEW_BOOK_H_
#define KIZUNA_CLIENT_CLI_REVIEW_BOOK_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/exit_code.h"
#include "client/cli/review_output.h"
#include "client/cli/session.h"
#include "client/lib/review.h"

namespace kizuna::cli {

// What to make.
struct ReviewBook {
  // Which accounts, in the server's syntax.
  std::string filter;
  std::string quarter;
  v1::ReviewCopy copy = v1::REVIEW_COPY_CUSTOMER;
  DocumentWanted wanted;
  // Into which folder; it is made when it is not there.
  std::string folder;
  // Make those again, too, that are finished.
  bool again = false;
};

// Makes a file an account, `ACCOUNT-QUARTER-COPY-LANG.FORMAT`. Which are finished, and from which
// revision of the account, stands in `made.tsv` in the folder. A failure doesn't stop the rest; all
// of them are listed at the end, and the code is kRejected.
absl::StatusOr<ExitCode> MakeReviewBook(const ReviewBook& book, client::ReviewClient& client,
                                        Session& session);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_REVIEW_BOOK_H_
