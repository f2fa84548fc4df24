// SPDX-License-Identifier: Apache-2.0
//
// How does a mined affinity table become a rulebook that can be put in force? By taking the place
// of the table in the text of the one that is, everything else as it was written.

#ifndef KIZUNA_CLIENT_CLI_AFFINITY_PROPOSAL_H_
#define KIZUNA_CLIENT_CLI_AFFINITY_PROPOSAL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "kizuna/v1/affinity_service.pb.h"

namespace kizuna::cli {

// The rulebook's text with `rules` as its affinity table, at the end; lifts to six digits. Comments
// stay. FAILED_PRECONDITION when the text does not parse as a rulebook.
absl::StatusOr<std::string> WithAffinity(absl::string_view rulebook_text,
                                         const std::vector<v1::AffinityRule>& rules);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_AFFINITY_PROPOSAL_H_
