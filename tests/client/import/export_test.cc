// SPDX-License-Identifier: Apache-2.0
//
// Do the exports that others made come in whole, by the mappings that ship and by some of the
// tests? Where ../shared/data is there.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/import/mapping.h"
#include "tests/client/import/import_fixture.h"

namespace kizuna::import {
namespace {

namespace fs = std::filesystem;

constexpr char kData[] = "../shared/data/";

class ExportTest : public ImportTest {
 protected:
  void SetUp() override {
    if (!fs::exists(kData)) GTEST_SKIP() << "skipped: " << kData << " is not there";
  }

  ImportSummary Take(const std::string& mapping_path, const std::string& folder) {
    const auto mapping = LoadMapping(mapping_path);
    EXPECT_TRUE(mapping.ok()) << mapping.status();
    if (!mapping.ok()) return {};
    const auto summary = RunMapping(*mapping, {folder});
    EXPECT_TRUE(summary.ok()) << summary.status();
    if (!summary.ok()) return {};
    EXPECT_EQ(summary->rejected(), 0) << Rejects().substr(0, 2000);
    return *summary;
  }

  static std::string Shipped(const std::string& name) {
    return "client/import/mappings/" + name + ".textproto";
  }
  static std::string OfTests(const std::string& name) {
    return "tests/client/import/mappings/" + name + ".textproto";
  }
};

TEST_F(ExportTest, Ravenstack) {
  const ImportSummary summary = Take(Shipped("ravenstack"), std::string(kData) + "ravenstack");
  ASSERT_EQ(summary.files.size(), 4u);
  EXPECT_EQ(summary.files[0].accepted, 500);
  EXPECT_EQ(summary.files[1].accepted, 5000);
  EXPECT_EQ(summary.files[2].accepted, 2000);
  EXPECT_EQ(summary.files[3].accepted, 25000);
  EXPECT_EQ(summary.files[1].records[1].accepted, 486);
  EXPECT_EQ(summary.files[2].records[2].accepted, 1175);
  EXPECT_EQ(fake_.accounts.size(), 500u);
  EXPECT_EQ(summary.feed, "complete through 2024-12-31");
  const auto facts = fake_.facts;
  // The copy that Excel saved, then the first again: nothing changes.
  for (const char* copy : {"ravenstack/excel_resaved_bom_crlf", "ravenstack"}) {
    const ImportSummary again = Take(Shipped("ravenstack"), std::string(kData) + copy);
    for (const FileTally& file : again.files) {
      EXPECT_EQ(file.duplicate, file.read) << copy << " " << file.name;
    }
    EXPECT_EQ(fake_.facts, facts) << copy;
  }
}

TEST_F(ExportTest, RavenstackWithItsRowsShuffled) {
  Take(Shipped("ravenstack"), std::string(kData) + "ravenstack");
  const auto facts = fake_.facts;
  for (const auto& entry : fs::directory_iterator(std::string(kData) + "ravenstack")) {
    if (!absl::EndsWith(entry.path().string(), ".csv")) continue;
    std::vector<std::string> lines;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    std::shuffle(lines.begin() + 1, lines.end(), std::mt19937(7));
    std::string text;
    for (const std::string& line : lines) absl::StrAppend(&text, line, "\n");
    Write(entry.path().filename().string(), text);
  }
  fake_ = FakeDestination();
  Take(Shipped("ravenstack"), directory_);
  EXPECT_EQ(fake_.facts, facts);
}

TEST_F(ExportTest, MavenCrm) {
  const ImportSummary summary = Take(Shipped("maven_crm"), std::string(kData) + "maven_crm");
  ASSERT_EQ(summary.files.size(), 4u);
  EXPECT_EQ(fake_.products.size(), 7u);
  EXPECT_EQ(fake_.accounts.size(), 85u);
  EXPECT_EQ(summary.files[3].read, 8800);
  EXPECT_EQ(summary.files[3].left_out[0].rows, 2089);
  EXPECT_EQ(summary.files[3].records[0].accepted, 4238);
  EXPECT_EQ(summary.files[3].records[2].accepted, 2473);
  const kizuna::v1::Fact acme = fake_.Get("accounts/acme_corporation", "profile");
  EXPECT_EQ(acme.profile().industry(), "technology");
  EXPECT_EQ(acme.profile().sizing(1).value(), 1100040000);
  const kizuna::v1::Fact won = fake_.Get("accounts/isdom", "Z063OYW0");
  EXPECT_EQ(won.purchase().product(), "products/gtx_pro");
  EXPECT_EQ(fake_.Get("accounts/isdom", "Z063OYW0/pitch").interaction().team(), "Central");
}

TEST_F(ExportTest, NpsSurvey) {
  const ImportSummary summary = Take(Shipped("nps_survey"), std::string(kData) + "nps_survey_2017");
  ASSERT_EQ(summary.files.size(), 1u);
  EXPECT_EQ(summary.files[0].records[1].accepted, 20268);
  // One account a month, with the counts that expected_nps_by_month.csv holds.
  std::map<std::string, std::array<int, 3>> counts;
  for (const auto& [key, content] : fake_.facts) {
    kizuna::v1::Fact fact;
    fact.ParseFromString(content);
    if (!fact.has_survey()) continue;
    const double score = fact.survey().score();
    ++counts[fact.account()][score >= 9 ? 0 : score >= 7 ? 1 : 2];
  }
  std::ifstream expected(std::string(kData) + "nps_survey_2017/expected_nps_by_month.csv");
  std::string line;
  std::getline(expected, line);
  size_t months = 0;
  while (std::getline(expected, line)) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (cells[0] == "ALL") continue;
    ++months;
    const auto& got = counts["accounts/nps-" + cells[0]];
    EXPECT_EQ(absl::StrCat(got[0], ",", got[1], ",", got[2]),
              absl::StrCat(cells[2], ",", cells[3], ",", cells[4]))
        << cells[0];
  }
  EXPECT_EQ(counts.size(), months);
}

TEST_F(ExportTest, TelcoIbm) {
  const ImportSummary summary = Take(OfTests("telco_ibm"), std::string(kData) + "telco_ibm");
  EXPECT_EQ(fake_.accounts.size(), 7043u);
  EXPECT_EQ(summary.files[0].accepted, 7043);
  const kizuna::v1::Fact profile = fake_.Get("accounts/7590-VHVEG", "profile");
  EXPECT_EQ(profile.profile().lifetime_value().units(), 29);
  // A single space is no number: the lifetime value of the new customers is missing, not 0.
  int without = 0;
  for (const auto& [key, content] : fake_.facts) {
    kizuna::v1::Fact fact;
    fact.ParseFromString(content);
    without += fact.has_profile() && !fact.profile().has_lifetime_value() ? 1 : 0;
  }
  EXPECT_EQ(without, 11);
}

TEST_F(ExportTest, Jp100Knocks) {
  const ImportSummary summary = Take(OfTests("jp_100knocks"), std::string(kData) + "jp_100knocks");
  ASSERT_EQ(summary.files.size(), 5u);
  EXPECT_EQ(fake_.products.size(), 228u);
  EXPECT_EQ(fake_.products.count("products/040101"), 1u) << "leading zeros stay";
  EXPECT_EQ(fake_.accounts.size(), 2053u);
  EXPECT_EQ(summary.files[1].encoding, "UTF-8");
  EXPECT_EQ(summary.files[2].encoding, "CP932");
  EXPECT_EQ(summary.files[2].duplicate, 53) << "the copy in CP932 says the same";
  EXPECT_EQ(fake_.Get("accounts/S12014", "profile").profile().display_name(), "千草台店");
  const kizuna::v1::Fact customer = fake_.Get("accounts/CS021313000114", "profile");
  EXPECT_EQ(customer.profile().display_name(), "大野 あや子");
  EXPECT_EQ(customer.observed_at().seconds(), 1441465199) << "midnight is Tokyo's";
}

TEST_F(ExportTest, Groceries) {
  const ImportSummary summary = Take(OfTests("groceries"), std::string(kData) + "groceries");
  EXPECT_EQ(fake_.accounts.size(), 9835u);
  EXPECT_EQ(summary.files[0].records[1].accepted, 43365);
}

TEST_F(ExportTest, AwsSaasSales) {
  const ImportSummary summary =
      Take(OfTests("aws_saas_sales"), std::string(kData) + "aws_saas_sales");
  EXPECT_EQ(fake_.accounts.size(), 99u);
  EXPECT_EQ(summary.files[0].records[1].accepted, 9994);
}

}  // namespace
}  // namespace kizuna::import
