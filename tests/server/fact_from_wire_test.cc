// SPDX-License-Identifier: Apache-2.0
//
// What facts are taken, and what is said of those that are not? Every limit at, below and above.

#include "server/convert/fact_from_wire.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/text_format.h"
#include "google/protobuf/unknown_field_set.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "server/convert/errors.h"
#include "server/convert/fact_to_wire.h"
#include "server/convert/person.h"
#include "server/convert/rulebook_from_text.h"
#include "server/convert/values.h"
#include "server/limits.h"
#include "server/rulebooks/rulebooks.h"

namespace kizuna::convert {
namespace {

constexpr engine::Instant kNow = 1'795'000'000'000'000;  // 2026-11-18

class FactFromWireTest : public testing::Test {
 protected:
  FactFromWireTest() {
    engine::Rulebook::Parts parts;
    parts.rules = RulebookFromText(rulebooks::StarterText()).value();
    engine::MetricSpec monthly;
    monthly.name = "invoices_sent";
    monthly.grain_days = 30;
    parts.metrics.push_back(monthly);
    std::vector<engine::Violation> violations;
    rulebook_ = engine::Rulebook::Compile(1, parts, engine::Calendar(), violations);
    context_ = FactContext{rulebook_.get(), kNow, "USD"};
  }

  // The fact of a text without its account, source, id and time.
  static v1::Fact FactOf(const std::string& text) {
    v1::Fact fact;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &fact)) << text;
    if (fact.account().empty()) fact.set_account("accounts/acme");
    if (fact.source().empty()) fact.set_source("crm");
    if (fact.fact_id().empty()) fact.set_fact_id("1");
    if (!fact.has_observed_at()) *fact.mutable_observed_at() = TimestampOf(kNow);
    return fact;
  }

  absl::StatusOr<FactInput> Read(const v1::Fact& fact) {
    return FactFromWire(fact, context_, FieldPath().Item("facts", 3));
  }
  FactInput Taken(const std::string& text) {
    auto input = Read(FactOf(text));
    EXPECT_TRUE(input.ok()) << text << "\n" << input.status();
    return input.ok() ? *std::move(input) : FactInput();
  }
  // The fields that are at fault, in order.
  static std::vector<std::string> FieldsOf(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_EQ(ReasonOf(status), reason::kInvalidField);
    std::vector<std::string> fields;
    const google::rpc::Status details = ToRpcStatus(status);
    for (const auto& detail : details.details()) {
      google::rpc::BadRequest bad_request;
      if (!detail.UnpackTo(&bad_request)) continue;
      for (const auto& violation : bad_request.field_violations()) {
        fields.push_back(violation.field());
        EXPECT_FALSE(violation.description().empty());
      }
    }
    return fields;
  }
  void ExpectRefused(const std::string& text, const std::vector<std::string>& fields) {
    auto input = Read(FactOf(text));
    ASSERT_FALSE(input.ok()) << text;
    EXPECT_EQ(FieldsOf(input.status()), fields) << text << "\n" << input.status();
  }

  std::shared_ptr<const engine::Rulebook> rulebook_;
  FactContext context_;
};

TEST_F(FactFromWireTest, EverythingWrongIsSaidAtOnceAndByName) {
  v1::Fact fact = FactOf("survey { }");
  fact.set_account("acme");
  fact.set_source("CRM");
  fact.set_fact_id("a\nb");
  auto input = Read(fact);
  ASSERT_FALSE(input.ok());
  EXPECT_EQ(FieldsOf(input.status()),
            (std::vector<std::string>{"facts[3].account", "facts[3].source", "facts[3].fact_id",
                                      "facts[3].survey.kind", "facts[3].survey.score"}));
}

TEST_F(FactFromWireTest, AFactSaysWhatWasObserved) {
  ExpectRefused("version: 1", {"facts[3].content"});
}

TEST_F(FactFromWireTest, IdsAreUpToTheirLimit) {
  v1::Fact fact = FactOf("hearing { }");
  fact.set_fact_id(std::string(limits::kMaxIdBytes - 1, 'x'));
  EXPECT_TRUE(Read(fact).ok());
  fact.set_fact_id(std::string(limits::kMaxIdBytes, 'x'));
  EXPECT_TRUE(Read(fact).ok());
  fact.set_fact_id(std::string(limits::kMaxIdBytes + 1, 'x'));
  EXPECT_FALSE(Read(fact).ok());
  fact.set_fact_id("顧客-1");
  EXPECT_TRUE(Read(fact).ok());
  fact.set_fact_id("");
  EXPECT_FALSE(Read(fact).ok());
}

TEST_F(FactFromWireTest, WordsAndTextsAreUpToTheirLimit) {
  v1::Fact fact = FactOf("hearing { }");
  fact.mutable_hearing()->set_note(std::string(limits::kMaxWordsBytes, 'x'));
  EXPECT_TRUE(Read(fact).ok());
  fact.mutable_hearing()->set_note(std::string(limits::kMaxWordsBytes + 1, 'x'));
  EXPECT_FALSE(Read(fact).ok());
  fact = FactOf("profile { }");
  fact.mutable_profile()->set_segment(std::string(limits::kMaxTextBytes, 'x'));
  EXPECT_TRUE(Read(fact).ok());
  fact.mutable_profile()->set_segment(std::string(limits::kMaxTextBytes + 1, 'x'));
  EXPECT_FALSE(Read(fact).ok());
}

TEST_F(FactFromWireTest, AFactIsAtMostTwoDaysAhead) {
  const engine::Instant latest = kNow + absl::ToInt64Microseconds(limits::kMaxAhead);
  v1::Fact fact = FactOf("hearing { }");
  *fact.mutable_observed_at() = TimestampOf(latest);
  EXPECT_TRUE(Read(fact).ok());
  *fact.mutable_observed_at() = TimestampOf(latest + 1);
  auto input = Read(fact);
  ASSERT_FALSE(input.ok());
  EXPECT_EQ(FieldsOf(input.status()), std::vector<std::string>{"facts[3].observed_at"});
}

TEST_F(FactFromWireTest, AFactWithoutATimeIsOfTheTimeOfItsCommit) {
  v1::Fact fact = FactOf("hearing { }");
  fact.clear_observed_at();
  auto input = Read(fact);
  ASSERT_TRUE(input.ok());
  EXPECT_FALSE(input->fact.observed_at_given);
}

TEST_F(FactFromWireTest, AFieldThatIsNotKnownIsRefusedAtAnyDepth) {
  v1::Fact fact = FactOf("purchase { amount { units: 1 } date { year: 2026 month: 1 day: 1 } }");
  auto* amount = fact.mutable_purchase()->mutable_amount();
  amount->GetReflection()->MutableUnknownFields(amount)->AddVarint(77, 1);
  auto input = Read(fact);
  ASSERT_FALSE(input.ok());
  EXPECT_EQ(FieldsOf(input.status()), std::vector<std::string>{"facts[3].purchase.amount"});
  EXPECT_NE(input.status().message().find("77"), std::string::npos);
}

TEST_F(FactFromWireTest, AnEnumValueThatIsNotKnownIsRefused) {
  v1::Fact fact = FactOf("milestone { }");
  fact.mutable_milestone()->set_milestone(static_cast<v1::Milestone>(99));
  auto input = Read(fact);
  ASSERT_FALSE(input.ok());
  EXPECT_EQ(FieldsOf(input.status()), std::vector<std::string>{"facts[3].milestone.milestone"});
}

TEST_F(FactFromWireTest, ARetractionNeedsAVersionAndKeepsItsKind) {
  ExpectRefused("retracted: true survey { }", {"facts[3].version"});
  const FactInput input = Taken("retracted: true version: 1 survey { }");
  EXPECT_TRUE(input.fact.retracted);
  EXPECT_TRUE(std::holds_alternative<engine::SurveyContent>(input.fact.content));
}

TEST_F(FactFromWireTest, AProfileIsSparseSortedAndSaysNothingTwice) {
  const FactInput input = Taken(R"pb(
    profile {
      segment: "smb"
      display_name: "株式会社アクメ"
      sizing { name: "employees" value: 120 }
      lifetime_value { units: 5 }
      cleared: "owner"
    })pb");
  const auto& fields = std::get<engine::ProfileContent>(input.fact.content).fields;
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"display_name", "株式会社アクメ"},
      {"lifetime_value", "5000000"},
      {"owner", ""},
      {"segment", "smb"},
      {"sizing.employees", "120000000"}};
  EXPECT_EQ(fields, expected);
  ExpectRefused("profile { segment: 'smb' cleared: 'segment' }", {"facts[3].profile.cleared[0]"});
  ExpectRefused("profile { cleared: 'colour' }", {"facts[3].profile.cleared[0]"});
  ExpectRefused("profile { aliases { system: 'crm' id: '1' } aliases { system: 'crm' id: '2' } }",
                {"facts[3].profile.aliases[1].system"});
  ExpectRefused("profile { budget_month: 13 }", {"facts[3].profile.budget_month"});
  ExpectRefused("profile { parent: 'acme' }", {"facts[3].profile.parent"});
}

TEST_F(FactFromWireTest, AProfileHasUpToAHundredItems) {
  v1::Fact fact = FactOf("profile { }");
  for (int i = 0; i < limits::kMaxProfileItems; ++i) {
    v1::Sizing* sizing = fact.mutable_profile()->add_sizing();
    sizing->set_name("s" + std::to_string(i));
  }
  EXPECT_TRUE(Read(fact).ok());
  fact.mutable_profile()->add_sizing()->set_name("more");
  EXPECT_FALSE(Read(fact).ok());
}

TEST_F(FactFromWireTest, AnNpsAnswerIsAWholeNumberFrom0To10) {
  const auto& survey = [&](const std::string& text) {
    return std::get<engine::SurveyContent>(Taken(text).fact.content);
  };
  EXPECT_EQ(survey("survey { kind: KIND_NPS score: 0 }").score, 0);
  EXPECT_EQ(survey("survey { kind: KIND_NPS score: 10 }").score, 10'000'000);
  ExpectRefused("survey { kind: KIND_NPS score: 11 }", {"facts[3].survey.score"});
  ExpectRefused("survey { kind: KIND_NPS score: -1 }", {"facts[3].survey.score"});
  ExpectRefused("survey { kind: KIND_NPS score: 9.5 }", {"facts[3].survey.score"});
  ExpectRefused("survey { kind: KIND_NPS }", {"facts[3].survey.score"});
  ExpectRefused("survey { kind: KIND_NPS score: 3 scale_max: 5 }", {"facts[3].survey.scale_max"});
}

TEST_F(FactFromWireTest, ScalesHaveTheirDefaultsAndCesIsTurned) {
  const auto survey = [&](const std::string& text) {
    return std::get<engine::SurveyContent>(Taken(text).fact.content);
  };
  EXPECT_EQ(survey("survey { kind: KIND_CSAT score: 4 }").scale_max, 5'000'000);
  EXPECT_EQ(survey("survey { kind: KIND_CES score: 4 }").scale_max, 7'000'000);
  EXPECT_EQ(survey("survey { kind: KIND_CES score: 2 lower_is_easier: true }").score, 6'000'000);
  ExpectRefused("survey { kind: KIND_CSAT score: 4 scale_min: 5 }", {"facts[3].survey.scale_max"});
  ExpectRefused("survey { kind: KIND_CSAT score: 4 lower_is_easier: true }",
                {"facts[3].survey.lower_is_easier"});
}

TEST_F(FactFromWireTest, UsageIsOfADeclaredMetricForItsGrain) {
  const auto usage = [&](const std::string& text) {
    return std::get<engine::UsageContent>(Taken(text).fact.content);
  };
  EXPECT_EQ(usage("usage { metric: 'activity' first_date { year: 2026 month: 2 day: 1 } }").days,
            1);
  EXPECT_EQ(
      usage("usage { metric: 'invoices_sent' first_date { year: 2026 month: 2 day: 1 } }").days,
      28);
  const engine::UsageContent event = usage("usage { metric: 'activity' value: 3 }");
  EXPECT_EQ(event.first_day, engine::Calendar().DayOf(kNow));
  EXPECT_EQ(event.value, 3'000'000);
  ExpectRefused("usage { metric: 'nonsense' }", {"facts[3].usage.metric"});
  ExpectRefused("usage { metric: 'activity' days: 2 }", {"facts[3].usage.days"});
  ExpectRefused("usage { metric: 'activity' value: -1 }", {"facts[3].usage.value"});
  const std::string row =
      "usage { metric: 'activity' first_date { year: 2026 month: 2 day: 1 } days: ";
  EXPECT_EQ(usage(row + "366 }").days, 366);
  ExpectRefused(row + "367 }", {"facts[3].usage.days"});
  ExpectRefused("usage { metric: 'activity' first_date { year: 2027 month: 2 day: 1 } }",
                {"facts[3].usage.first_date"});
}

TEST_F(FactFromWireTest, ARawEventNeedsItsTime) {
  v1::Fact fact = FactOf("usage { metric: 'activity' value: 1 }");
  fact.clear_observed_at();
  auto input = Read(fact);
  ASSERT_FALSE(input.ok());
  EXPECT_EQ(FieldsOf(input.status()), std::vector<std::string>{"facts[3].usage.first_date"});
}

TEST_F(FactFromWireTest, ASubscriptionEndsAfterItBegins) {
  const std::string start =
      "subscription { subscription_id: 's' start_date { year: 2026 month: 1 day: 2 } ";
  Taken(start + "end_date { year: 2026 month: 1 day: 3 } }");
  ExpectRefused(start + "end_date { year: 2026 month: 1 day: 2 } }",
                {"facts[3].subscription.end_date"});
  ExpectRefused("subscription { subscription_id: 's' }", {"facts[3].subscription.start_date"});
  ExpectRefused(start + "seats: -1 }", {"facts[3].subscription.seats"});
}

TEST_F(FactFromWireTest, AnAdoptionHasItsPairs) {
  Taken("adoption { seats_purchased: 10 seats_active: 12 }");
  ExpectRefused("adoption { seats_purchased: 10 }", {"facts[3].adoption.seats_active"});
  ExpectRefused("adoption { features_used: 1 }", {"facts[3].adoption.features_available"});
  ExpectRefused("adoption { }", {"facts[3].adoption"});
}

TEST_F(FactFromWireTest, AnInteractionIsConsistent) {
  const std::string mail = "interaction { kind: KIND_MAIL direction: DIRECTION_";
  Taken(mail + "OUTBOUND unsolicited: true }");
  ExpectRefused(mail + "INBOUND unsolicited: true }", {"facts[3].interaction.unsolicited"});
  ExpectRefused(mail + "OUTBOUND outcome: OUTCOME_WON }", {"facts[3].interaction.outcome"});
  ExpectRefused("interaction { kind: KIND_PITCH direction: DIRECTION_OUTBOUND }",
                {"facts[3].interaction.motion"});
  ExpectRefused(mail + "INBOUND satisfaction { score: 3 } }", {"facts[3].interaction.contact_id"});
}

TEST_F(FactFromWireTest, APersonIsAKeyInTheFactAndAnIdInTheWords) {
  const FactInput input = Taken("recovery { contact_id: 'kim' note: 'all good' }");
  EXPECT_EQ(std::get<engine::RecoveryContent>(input.fact.content).respondent, PersonKeyOf("kim"));
  EXPECT_EQ(input.words.contact_id, "kim");
  EXPECT_EQ(input.words.text, "all good");
}

TEST_F(FactFromWireTest, AnOverrideHasATierAnExpiryAnAuthorAndAReason) {
  ExpectRefused("loyalty_override { }",
                {"facts[3].loyalty_override.tier", "facts[3].loyalty_override.expires_at",
                 "facts[3].loyalty_override.author", "facts[3].loyalty_override.reason"});
  v1::Fact fact =
      FactOf("touch_override { tier: TOUCH_TIER_HIGH author: 'kim' reason: 'growing' }");
  *fact.mutable_touch_override()->mutable_expires_at() = TimestampOf(kNow);
  EXPECT_FALSE(Read(fact).ok()) << "it would have ended when it began";
  *fact.mutable_touch_override()->mutable_expires_at() = TimestampOf(kNow + 1);
  EXPECT_TRUE(Read(fact).ok());
}

// What was read back can be sent again, and is the same fact.
TEST_F(FactFromWireTest, EveryKindComesBackAsItWent) {
  const std::string until = "expires_at { seconds: 1799000000 } author: 'kim' reason: 'why' ";
  for (const std::string& text : std::vector<std::string>{
           "profile { display_name: 'Acme' aliases { system: 'crm' id: '7' } budget_month: 4 }",
           "contact { contact_id: 'kim' role: ROLE_CHAMPION department: 'IT' full_name: 'Kim' }",
           "contact_change { contact_id: 'kim' change: CHANGE_LEFT }",
           "subscription { subscription_id: 's' product: 'products/wms' seats: 5 annual_price { "
           "units: "
           "9 } start_date { year: 2026 month: 1 day: 2 } auto_renew: true }",
           "purchase { product: 'products/wms' amount { units: -3 } quantity: 2 reason: 'cheap' }",
           "usage { metric: 'activity' value: 2.5 }",
           "adoption { product: 'products/wms' seats_purchased: 3 seats_active: 2 }",
           "milestone { product: 'products/wms' milestone: MILESTONE_ADOPTED }",
           "survey { kind: KIND_CES score: 2 lower_is_easier: true contact_id: 'kim' comment: 'ok' "
           "}",
           "recovery { contact_id: 'kim' }",
           "ticket { ticket_id: 't' event: EVENT_OPENED escalated: "
           "false severity: SEVERITY_CRITICAL }",
           "invoice { invoice_id: 'i' event: EVENT_ISSUED due_date { year: 2026 month: 3 day: 1 } "
           "}",
           "interaction { kind: KIND_PITCH direction: DIRECTION_OUTBOUND motion: MOTION_SEATS "
           "outcome: "
           "OUTCOME_LOST contact_id: 'kim' satisfaction { score: 2 } }",
           "issue { issue_id: 'i' category: 'speed' status: STATUS_CONFIRMED }",
           "hearing { need_found: true }",
           "interest { product: 'products/wms' }",
           "objective { objective_id: 'o' start_date { year: 2026 month: 1 day: 1 } due_date { "
           "year: "
           "2026 month: 6 day: 1 } target: 10 title: 'grow' }",
           "loyalty_evidence { kind: KIND_REFERENCE }",
           "loyalty_override { tier: LOYALTY_TIER_FAN " + until + "}",
           "touch_override { tier: TOUCH_TIER_HIGH " + until + "}",
           "hold { hold_id: 'h' " + until + "}",
           "consent { contact_id: 'kim' opted_out: true }"}) {
    const FactInput once = Taken(text);
    v1::Fact wire;
    FactToWire(once.fact, once.words, "USD", &wire);
    auto again = Read(wire);
    ASSERT_TRUE(again.ok()) << text << "\n" << wire.DebugString() << again.status();
    v1::Fact wire_again;
    FactToWire(again->fact, again->words, "USD", &wire_again);
    EXPECT_EQ(wire.DebugString(), wire_again.DebugString());
  }
}

}  // namespace
}  // namespace kizuna::convert
