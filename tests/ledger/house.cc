// SPDX-License-Identifier: Apache-2.0

#include "tests/ledger/house.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/convert/rulebook_from_text.h"
#include "server/rulebooks/rulebooks.h"
#include "tests/engine/account.h"

namespace kizuna::ledger::testing {

using engine::testing::T;

House::House() : store_(storage::NewMemoryStore()), clock_(T("2024-06-10")) { Reopen(); }

void House::Reopen(Epochs epochs, storage::Store* over) {
  ledger_.reset();
  Ledger::Options options;
  options.read_rules = convert::RulebookFromText;
  options.default_rules_text = std::string(rulebooks::StarterText());
  options.sweep = false;
  options.epochs = std::move(epochs);
  options.write_down_erasure = write_down_erasure;
  auto ledger = Ledger::Open(over == nullptr ? store_.get() : over, &clock_, std::move(options));
  EXPECT_TRUE(ledger.ok()) << ledger.status();
  ledger_ = *std::move(ledger);
}

uint64_t House::Create(const std::string& account, const std::string& name) {
  engine::Fact profile;
  profile.source = "crm";
  profile.id = "profile";
  profile.observed_at = T("2024-01-01");
  profile.content = engine::ProfileContent{{{"display_name", name}}};
  return Tell(account, {profile});
}

uint64_t House::Tell(const std::string& account, const std::vector<engine::Fact>& facts) {
  std::vector<Submission> submissions;
  for (const engine::Fact& fact : facts) {
    submissions.push_back({fact, {}});
    submissions.back().fact.account = account;
  }
  uint64_t revision = 0;
  for (const auto& result : ledger_->RecordAndWait(std::move(submissions))) {
    EXPECT_TRUE(result.ok()) << result.status();
    if (result.ok()) revision = std::max(revision, result->revision);
  }
  return revision;
}

absl::StatusOr<Recorded> House::Try(const std::string& account, engine::Fact fact, Words words) {
  fact.account = account;
  std::vector<Submission> submissions;
  submissions.push_back({std::move(fact), std::move(words)});
  return ledger_->RecordAndWait(std::move(submissions)).front();
}

View House::Look(const std::string& account) {
  auto view = ledger_->Read(account);
  EXPECT_TRUE(view.ok()) << view.status();
  return view.ok() ? *view : View();
}

engine::Decision House::Ask(const std::string& account, engine::Motion motion) {
  const View view = Look(account);
  engine::Request request;
  request.motion = motion;
  return engine::Decide(*view.state, *view.rulebook, request, view.checked_at);
}

std::string House::DigestOf() {
  auto report = ledger_->Verify();
  EXPECT_TRUE(report.ok()) << report.status();
  if (!report.ok()) return "";
  EXPECT_THAT(report->differences, ::testing::IsEmpty());
  return report->digest;
}

engine::Fact Nps(const std::string& id, engine::PersonKey person, int score, engine::Instant at,
                 uint32_t version) {
  engine::Fact fact;
  fact.source = "survey";
  fact.id = id;
  fact.version = version;
  fact.observed_at = at;
  engine::SurveyContent survey;
  survey.kind = engine::SurveyContent::Kind::kNps;
  survey.score = score * engine::kMicrosPerUnit;
  survey.respondent = person;
  fact.content = survey;
  return fact;
}

}  // namespace kizuna::ledger::testing
