// SPDX-License-Identifier: Apache-2.0
//
// Is a page token refused when it is not the one that was given out?

#include "server/services/page_token.h"

#include <string>

#include "gtest/gtest.h"
#include "server/limits.h"

namespace kizuna::server {
namespace {

class PageTokenTest : public testing::Test {
 protected:
  // The position, or `refused`.
  std::string Position(const PageRequest& page, const std::string& token) {
    convert::Violations violations;
    std::string out = page.Position(token, convert::FieldPath().Field("page_token"), violations);
    return violations.empty() ? out : "refused";
  }

  const PageRequest page_{"ListAccounts", "owner = kim"};
};

TEST_F(PageTokenTest, ATokenComesBackAsItsPosition) {
  const std::string position("acme\0\xff", 6);
  EXPECT_EQ(Position(page_, page_.Token(position)), position);
  EXPECT_EQ(Position(page_, ""), "");
}

TEST_F(PageTokenTest, ATokenOfAnotherRequestIsRefused) {
  EXPECT_EQ(Position(PageRequest{"ListAccounts", "owner = lee"}, page_.Token("acme")), "refused");
  EXPECT_EQ(Position(PageRequest{"ListReady", "owner = kim"}, page_.Token("acme")), "refused");
  // Parts do not run into each other.
  EXPECT_EQ(Position(PageRequest{"ListAccountso", "wner = kim"}, page_.Token("acme")), "refused");
}

TEST_F(PageTokenTest, AnAlteredTokenIsRefusedWhereverItIsAltered) {
  const std::string token = page_.Token("acme");
  for (size_t i = 0; i < token.size(); ++i) {
    std::string altered = token;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    // The last character may hold bits that no byte uses.
    if (i + 1 < token.size()) {
      EXPECT_EQ(Position(page_, altered), "refused") << i;
    }
    EXPECT_EQ(Position(page_, token.substr(0, i)), i == 0 ? "" : "refused") << i;
  }
  EXPECT_EQ(Position(page_, "nonsense!"), "refused");
  EXPECT_EQ(Position(page_, std::string(limits::kMaxPageTokenBytes + 1, 'A')), "refused");
}

}  // namespace
}  // namespace kizuna::server
