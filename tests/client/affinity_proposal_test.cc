// SPDX-License-Identifier: Apache-2.0
//
// Does the mined table take the place of the old one, and of nothing else?

#include "client/cli/affinity_proposal.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kizuna::cli {
namespace {

v1::AffinityRule Rule(const std::string& antecedent, const std::string& consequent, double lift) {
  v1::AffinityRule rule;
  rule.set_antecedent("products/" + antecedent);
  rule.set_consequent("products/" + consequent);
  rule.set_lift(lift);
  return rule;
}

std::string Proposed(const std::string& text, const std::vector<v1::AffinityRule>& rules) {
  const absl::StatusOr<std::string> proposed = WithAffinity(text, rules);
  EXPECT_TRUE(proposed.ok()) << proposed.status();
  return proposed.value_or("");
}

constexpr char kNew[] = "affinity { antecedent: \"wms\" consequent: \"bi\" lift: 2.5 }\n";

TEST(AffinityProposalTest, TheTableIsAppendedWhereThereIsNone) {
  EXPECT_EQ(Proposed("# mine\nname: \"r\"", {Rule("wms", "bi", 2.5)}),
            std::string("# mine\nname: \"r\"\n") + kNew);
}

TEST(AffinityProposalTest, TheOldTableGoesAndAllElseStaysAsItWasWritten) {
  const std::string text =
      "# affinity { in a comment }\n"
      "name: \"affinity { in a name\"  # why\n"
      "affinity { antecedent: \"a\" consequent: \"b }\" lift: 2 }\n"
      "models { name: 'm' readiness { affinity: 10 } }\n"
      "affinity: <\n  # of old\n  antecedent: 'a' consequent: 'c' lift: 3\n>,\n"
      "affinity: [ { antecedent: 'x' consequent: 'y' lift: 1 } ];\n"
      "description: 'last'\n";
  EXPECT_EQ(Proposed(text, {Rule("wms", "bi", 2.5)}),
            std::string("# affinity { in a comment }\n"
                        "name: \"affinity { in a name\"  # why\n"
                        "models { name: 'm' readiness { affinity: 10 } }\n"
                        "description: 'last'\n") +
                kNew);
}

TEST(AffinityProposalTest, ItIsTheSameWhenItIsProposedAgain) {
  const std::string once = Proposed("name: 'r'\n", {Rule("wms", "bi", 2.5), Rule("a", "b", 1.3)});
  EXPECT_EQ(Proposed(once, {Rule("wms", "bi", 2.5), Rule("a", "b", 1.3)}), once);
  EXPECT_EQ(Proposed(once, {}), "name: 'r'\n");
}

TEST(AffinityProposalTest, ATableWithinALineIsTakenOutOfIt) {
  EXPECT_EQ(Proposed("name: 'r' affinity { antecedent: 'a' consequent: 'b' lift: 2 }\n", {}),
            "name: 'r' \n");
}

TEST(AffinityProposalTest, LiftsHaveSixDigits) {
  EXPECT_EQ(Proposed("", {Rule("wms", "bi", 4.639851300123)}),
            "affinity { antecedent: \"wms\" consequent: \"bi\" lift: 4.63985 }\n");
}

TEST(AffinityProposalTest, ATextThatIsNoRulebookIsRefused) {
  const absl::StatusOr<std::string> proposed = WithAffinity("nonsense {", {});
  EXPECT_EQ(proposed.status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace kizuna::cli
