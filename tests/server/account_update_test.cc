// SPDX-License-Identifier: Apache-2.0
//
// What does a field mask set, clear and leave alone?

#include "server/services/account_update.h"

#include <string>
#include <vector>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace kizuna::server {
namespace {

v1::Profile ProfileOf(const std::string& text) {
  v1::Profile out;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &out)) << text;
  return out;
}

class AccountUpdateTest : public testing::Test {
 protected:
  // The update, as text.
  std::string Update(const std::vector<std::string>& paths, const std::string& wanted,
                     const std::string& present = "") {
    google::protobuf::FieldMask mask;
    for (const std::string& path : paths) mask.add_paths(path);
    violations_ = convert::Violations();
    return ProfileUpdate(mask, ProfileOf(wanted), ProfileOf(present),
                         convert::FieldPath().Field("update_mask"), violations_)
        .ShortDebugString();
  }
  static std::string Text(const std::string& profile) {
    return ProfileOf(profile).ShortDebugString();
  }

  convert::Violations violations_;
};

TEST_F(AccountUpdateTest, WithoutAMaskWhatIsThereIsSet) {
  EXPECT_EQ(Update({}, "segment: 'smb'", "owner: 'kim'"), Text("segment: 'smb'"));
}

TEST_F(AccountUpdateTest, AFieldOfTheMaskIsSetOrCleared) {
  EXPECT_EQ(Update({"profile.segment", "profile.owner"}, "segment: 'smb' industry: 'food'"),
            Text("segment: 'smb' cleared: 'owner'"));
}

TEST_F(AccountUpdateTest, AListOfTheMaskIsSetWhole) {
  EXPECT_EQ(Update({"profile.sizing"}, "sizing { name: 'sites' value: 3 }",
                   "sizing { name: 'employees' value: 9 } sizing { name: 'sites' value: 2 }"),
            Text("sizing { name: 'sites' value: 3 } cleared: 'sizing.employees'"));
  EXPECT_EQ(Update({"profile.product_owners"}, "",
                   "product_owners { product: 'products/wms' owner: 'kim' }"),
            Text("cleared: 'product_owner.wms'"));
}

TEST_F(AccountUpdateTest, AnUnknownPathIsRefused) {
  for (const char* path : {"segment", "profile.colour", "profile.cleared", "revision", ""}) {
    Update({path}, "segment: 'smb'");
    EXPECT_EQ(violations_.count(), 1u) << path;
  }
  Update({"profile.segment", "profile"}, "segment: 'smb'");
  EXPECT_EQ(violations_.listed()[0].field, "update_mask.paths[1]");
}

}  // namespace
}  // namespace kizuna::server
