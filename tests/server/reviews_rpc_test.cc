// SPDX-License-Identifier: Apache-2.0
//
// Is a review told from one revision, each copy with what is its own alone; do people's texts stay,
// and stays what was sent?

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "kizuna/v1/review_service.grpc.pb.h"
#include "server/convert/values.h"
#include "server/limits.h"
#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Stub = v1::ReviewService::Stub;

// The clock stands at 2026-11-18, in the fourth quarter.
constexpr char kThird[] = "accounts/acme/reviews/2026Q3";
constexpr char kFourth[] = "accounts/acme/reviews/2026Q4";

class ReviewsRpcTest : public RpcTest {
 protected:
  ReviewsRpcTest() : reviews_(v1::ReviewService::NewStub(server_->InProcessChannel())) {
    AddProduct("crm", "annual_price { currency_code: 'USD' units: 1200 } margin: 0.417");
    AddProduct("wms", "annual_price { currency_code: 'USD' units: 9000 } margin: 0.613");
    MakeAccount("acme", "owner: 'sato' language: 'ja' segment: 'retail'");
  }

  void AddProduct(const std::string& id, const std::string& fields) {
    v1::CreateProductRequest request;
    request.set_product_id(id);
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(fields, request.mutable_product()));
    Call(catalogue_, &v1::CatalogueService::Stub::CreateProduct, request);
  }

  // Observed on a day of 2026.
  v1::Fact On(int month, int day, const std::string& id, const std::string& text) {
    v1::Fact fact = FactOf("acme", id, text);
    *fact.mutable_observed_at() = convert::TimestampOf(
        engine::Calendar().StartOf(static_cast<engine::Day>(
            absl::CivilDay(2026, month, day) - absl::CivilDay(1970, 1, 1))) +
        1);
    return fact;
  }

  // Every pitch is allowed, and there is something worth offering.
  void MakeReady() {
    std::vector<v1::Fact> facts;
    const engine::Day today = engine::Calendar().DayOf(clock_.Now());
    for (int ago = 70; ago > 0; --ago) {
      const std::string date = convert::ToWire(today - ago).ShortDebugString();
      for (const char* metric : {"activity", "active_users"}) {
        facts.push_back(FactOf("acme", absl::StrCat(metric, ago),
                               absl::StrCat("usage { metric: '", metric,
                                            "' value: 40 first_date {", date, "} }")));
      }
    }
    facts.push_back(FactOf("acme", "o", "ticket { ticket_id: 't' event: EVENT_OPENED }"));
    facts.push_back(FactOf("acme", "c", "ticket { ticket_id: 't' event: EVENT_CLOSED }"));
    facts.push_back(FactOf("acme", "n", "survey { kind: KIND_NPS score: 10 contact_id: 'kim' }"));
    facts.push_back(FactOf("acme", "i", "interest { product: 'products/wms' }"));
    Record(facts);
    clock_.Advance(absl::Seconds(1));
  }

  v1::Review Prepare(const std::string& name, v1::ReviewCopy copy) {
    v1::PrepareReviewRequest request;
    request.set_name(name);
    request.set_copy(copy);
    return Call(reviews_, &Stub::PrepareReview, request).review();
  }
  v1::EditReviewRequest EditOf(const std::string& text) {
    v1::EditReviewRequest request;
    request.set_name(kThird);
    request.set_copy(v1::REVIEW_COPY_CUSTOMER);
    request.set_section(v1::REVIEW_SECTION_PLAN);
    request.set_language("ja");
    request.set_text(text);
    request.set_author("sato");
    return request;
  }
  v1::SendReviewRequest SendOf(const v1::Review& review) {
    v1::SendReviewRequest request;
    request.set_name(review.name());
    request.set_author("sato");
    request.set_revision(review.revision());
    *request.mutable_prepared_at() = review.prepared_at();
    request.set_rulebook_number(review.rulebook_number());
    return request;
  }

  std::unique_ptr<Stub> reviews_;
};

TEST_F(ReviewsRpcTest, AQuarterIsToldFromItsFacts) {
  Record({On(5, 4, "t1", "ticket { ticket_id: 'T-1' event: EVENT_OPENED subject: 'No login' }"),
          On(7, 6, "t2", "ticket { ticket_id: 'T-1' event: EVENT_CLOSED }"),
          On(8, 1, "s1", "survey { kind: KIND_NPS score: 9 contact_id: 'kim' comment: 'Fine' }"),
          On(10, 1, "s2", "survey { kind: KIND_NPS score: 0 contact_id: 'kim' comment: 'Later' }"),
          On(7, 7, "m1",
             "interaction { kind: KIND_MEETING direction: DIRECTION_OUTBOUND two_way: true }"),
          On(9, 7, "m2",
             "interaction { kind: KIND_CALL direction: DIRECTION_INBOUND two_way: true }"),
          On(8, 9, "v1", "milestone { product: 'products/crm' milestone: MILESTONE_ONBOARDED }"),
          On(6, 1, "o1",
             "objective { objective_id: 'O' title: 'Ship faster' target: 10 progress: 5 "
             "start_date { year: 2026 month: 6 day: 1 } "
             "due_date { year: 2026 month: 12 day: 1 } }"),
          On(2, 1, "c1", "contact { contact_id: 'kim' role: ROLE_CHAMPION full_name: 'Kim Lee' }"),
          On(2, 1, "a1",
             "adoption { product: 'products/crm' seats_purchased: 10 seats_active: 4 }"),
          On(9, 2, "a2",
             "adoption { product: 'products/crm' seats_purchased: 10 seats_active: 8 }")});
  const v1::Review review = Prepare(kThird, v1::REVIEW_COPY_CUSTOMER);
  EXPECT_EQ(review.name(), kThird);
  EXPECT_EQ(review.owner(), "sato");
  EXPECT_EQ(review.language(), "ja");
  EXPECT_FALSE(review.unfinished());
  EXPECT_EQ(review.first_date().month(), 7);
  EXPECT_EQ(review.last_date().day(), 30);
  ASSERT_THAT(review.actions(), SizeIs(2));
  EXPECT_EQ(review.actions(1).kind(), v1::ReviewAction::KIND_TICKET);
  EXPECT_EQ(review.actions(1).state(), v1::ReviewAction::STATE_DONE);
  EXPECT_EQ(review.actions(1).text(), "No login");
  ASSERT_THAT(review.objectives(), SizeIs(1));
  EXPECT_EQ(review.objectives(0).title(), "Ship faster");
  EXPECT_EQ(review.objectives(0).result(), v1::ReviewObjective::RESULT_BEHIND);
  EXPECT_EQ(review.voice().nps(), 100);
  ASSERT_THAT(review.voice().comments(), SizeIs(1));
  EXPECT_EQ(review.voice().comments(0).role(), v1::ROLE_CHAMPION);
  EXPECT_EQ(review.support().closed(), 1);
  EXPECT_EQ(review.support().opened_before(), 1);
  ASSERT_THAT(review.values(), SizeIs(1));
  EXPECT_TRUE(review.values(0).reached(0).in_quarter());
  EXPECT_EQ(review.values(0).next(), v1::MILESTONE_FIRST_VALUE);
  EXPECT_THAT(review.people().two_way_by_month(), ElementsAre(1, 0, 1));
  EXPECT_THAT(review.people().missing(), ElementsAre(v1::ROLE_DECISION_MAKER, v1::ROLE_USER));
  EXPECT_EQ(review.adoption(0).seats_active(), 8);
  EXPECT_EQ(review.adoption(0).seats_active_before(), 4);
  EXPECT_TRUE(Prepare(kFourth, v1::REVIEW_COPY_CUSTOMER).unfinished());
}

TEST_F(ReviewsRpcTest, TheCustomersCopyHoldsNothingOfOurs) {
  MakeReady();
  Record({On(9, 1, "x1", "interaction { kind: KIND_CALL direction: DIRECTION_OUTBOUND "
                         "note: 'SECRET call' }"),
          On(9, 1, "x2", "hearing { need_found: true note: 'SECRET hearing' }"),
          On(9, 1, "x3", "recovery { contact_id: 'kim' note: 'SECRET recovery' }"),
          On(9, 1, "x4", "issue { issue_id: 'I' category: 'SECRET-guess' status: STATUS_ASSUMED "
                         "description: 'SECRET assumption' }"),
          On(9, 1, "x5", "issue { issue_id: 'J' category: 'stock' status: STATUS_ASSUMED "
                         "description: 'SECRET suspicion' }"),
          On(9, 9, "x6", "issue { issue_id: 'J' category: 'stock' status: STATUS_CONFIRMED }"),
          On(9, 1, "x7", "waiver { waiver_id: 'W' gate: 'CHAMPION_LEFT' author: 'SECRET-boss' "
                         "reason: 'SECRET waiver' expires_at { seconds: 1800000000 } }"),
          On(9, 1, "x8", "interaction { kind: KIND_PITCH direction: DIRECTION_OUTBOUND "
                         "product: 'products/wms' "
                         "motion: MOTION_CROSS_SELL note: 'SECRET pitch' }")});
  const v1::Review ours = Prepare(kThird, v1::REVIEW_COPY_INTERNAL);
  EXPECT_THAT(ours.DebugString(), HasSubstr("SECRET waiver"));
  EXPECT_THAT(ours.DebugString(), HasSubstr("SECRET assumption"));
  EXPECT_THAT(ours.internal().notes(), SizeIs(4));
  EXPECT_TRUE(ours.internal().has_best_pitch());
  ASSERT_THAT(ours.proposals(), Not(IsEmpty()));
  EXPECT_TRUE(ours.proposals(0).products(0).has_annual_price());
  EXPECT_EQ(ours.proposals(0).products(0).margin(), 0.613);
  const v1::Review theirs = Prepare(kThird, v1::REVIEW_COPY_CUSTOMER);
  EXPECT_FALSE(theirs.has_internal());
  ASSERT_THAT(theirs.issues(), SizeIs(1));
  EXPECT_EQ(theirs.issues(0).text(), "");
  EXPECT_EQ(theirs.issues(0).first_date().day(), 9) << "it begins when they confirm it";
  ASSERT_THAT(theirs.proposals(), SizeIs(ours.proposals_size()));
  for (const char* hidden :
       {"SECRET", "0.613", "units: 9000", "margin", "price", "internal", "PITCH"}) {
    EXPECT_THAT(theirs.DebugString(), Not(HasSubstr(hidden)));
  }
}

TEST_F(ReviewsRpcTest, ExpansionStandsOnlyBehindAnOpenGate) {
  EXPECT_THAT(Prepare(kThird, v1::REVIEW_COPY_INTERNAL).proposals(), IsEmpty())
      << "nothing is known of them";
  MakeReady();
  const v1::Review open = Prepare(kThird, v1::REVIEW_COPY_INTERNAL);
  EXPECT_EQ(open.internal().best_pitch().verdict(), v1::VERDICT_ALLOW);
  ASSERT_THAT(open.proposals(), Not(IsEmpty()));
  EXPECT_EQ(open.proposals(0).products(0).product(), "products/wms");
  EXPECT_THAT(open.proposals(0).benefits(), ElementsAre(v1::BENEFIT_ASKED_FOR));
  Record({FactOf("acme", "angry", "survey { kind: KIND_NPS score: 1 contact_id: 'kim' }")});
  const v1::Review closed = Prepare(kThird, v1::REVIEW_COPY_INTERNAL);
  EXPECT_THAT(closed.proposals(), IsEmpty());
  EXPECT_THAT(closed.internal().best_pitch().reasons(), Not(IsEmpty())) << "with their remedies";
}

TEST_F(ReviewsRpcTest, WhatAPersonWroteStaysUntilItIsTakenBack) {
  Call(reviews_, &Stub::EditReview, EditOf("来期の計画"));
  clock_.Advance(absl::Seconds(1));
  Call(reviews_, &Stub::EditReview, EditOf("来期の計画、改"));
  v1::EditReviewRequest english = EditOf("The plan");
  english.set_language("en");
  Call(reviews_, &Stub::EditReview, english);
  Record({On(9, 9, "x", "hearing { }")});
  clock_.Advance(absl::Seconds(1));
  const v1::Review review = Prepare(kThird, v1::REVIEW_COPY_CUSTOMER);
  ASSERT_THAT(review.texts(), SizeIs(2));
  EXPECT_EQ(review.texts(0).text(), "The plan");
  EXPECT_EQ(review.texts(1).text(), "来期の計画、改");
  EXPECT_EQ(review.texts(1).author(), "sato");
  EXPECT_THAT(Prepare(kThird, v1::REVIEW_COPY_INTERNAL).texts(), IsEmpty()) << "another copy";
  EXPECT_THAT(Prepare(kFourth, v1::REVIEW_COPY_CUSTOMER).texts(), IsEmpty()) << "another quarter";
  clock_.Advance(absl::Seconds(1));
  Call(reviews_, &Stub::EditReview, EditOf(""));
  EXPECT_THAT(Prepare(kThird, v1::REVIEW_COPY_CUSTOMER).texts(), SizeIs(1));
}

TEST_F(ReviewsRpcTest, WhatWasSentStaysAsItWas) {
  MakeReady();
  Call(reviews_, &Stub::EditReview, EditOf("計画"));
  const v1::Review before = Prepare(kThird, v1::REVIEW_COPY_INTERNAL);
  const v1::Review theirs = Prepare(kThird, v1::REVIEW_COPY_CUSTOMER);
  v1::SendReviewRequest send = SendOf(before);
  send.set_request_id("once");
  Call(reviews_, &Stub::SendReview, send);
  clock_.Advance(absl::Hours(24 * 9));
  Record({On(9, 9, "late", "survey { kind: KIND_NPS score: 0 contact_id: 'kim' comment: 'No' }"),
          FactOf("acme", "angry", "survey { kind: KIND_NPS score: 1 contact_id: 'kim' }")});
  for (const v1::Review& was : {before, theirs}) {
    v1::Review is = Prepare(kThird, was.copy());
    EXPECT_TRUE(is.sent());
    EXPECT_FALSE(is.differs_from_sent());
    is.clear_sent();
    is.clear_sent_at();
    // The instant differs by what passed between the two preparations of the test.
    is.clear_prepared_at();
    v1::Review then = was;
    then.clear_prepared_at();
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(is, then))
        << is.DebugString() << then.DebugString();
  }
  Call(reviews_, &Stub::EditReview, EditOf("改"), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Reason(), "REVIEW_SENT");
  Call(reviews_, &Stub::SendReview, send);
  send.set_request_id("twice");
  Call(reviews_, &Stub::SendReview, send, grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Reason(), "REVIEW_SENT");
  EXPECT_FALSE(Prepare(kFourth, v1::REVIEW_COPY_CUSTOMER).sent());
}

TEST_F(ReviewsRpcTest, AnErasedPersonIsGoneFromWhatWasSent) {
  Record({On(8, 1, "s", "survey { kind: KIND_NPS score: 9 contact_id: 'kim' comment: 'Mine' }")});
  Call(reviews_, &Stub::SendReview, SendOf(Prepare(kThird, v1::REVIEW_COPY_CUSTOMER)));
  EXPECT_THAT(Prepare(kThird, v1::REVIEW_COPY_CUSTOMER).voice().comments(), SizeIs(1));
  v1::ErasePersonRequest erase;
  erase.set_account("accounts/acme");
  erase.set_contact_id("kim");
  Call(accounts_, &v1::AccountService::Stub::ErasePerson, erase);
  const v1::Review review = Prepare(kThird, v1::REVIEW_COPY_CUSTOMER);
  EXPECT_THAT(review.voice().comments(), IsEmpty());
  EXPECT_EQ(review.voice().promoters(), 1);
  EXPECT_TRUE(review.differs_from_sent());
}

TEST_F(ReviewsRpcTest, AProposalIsRefusedBehindAClosedGate) {
  v1::PrepareProposalRequest request;
  request.set_name("accounts/acme");
  request.set_product("products/wms");
  Call(reviews_, &Stub::PrepareProposal, request, grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Reason(), "GATES_UNKNOWN");
  MakeReady();
  Record({FactOf("acme", "J", "issue { issue_id: 'J' category: 'stock' status: STATUS_CONFIRMED "
                              "description: 'Counting takes days' }")});
  const v1::Proposal proposal = Call(reviews_, &Stub::PrepareProposal, request).proposal();
  EXPECT_EQ(proposal.assessment().verdict(), v1::VERDICT_ALLOW);
  EXPECT_EQ(proposal.product().product(), "products/wms");
  EXPECT_EQ(proposal.product().grounds(0).kind(), v1::OfferGround::KIND_INTEREST);
  EXPECT_FALSE(proposal.decision_id().empty());
  Record({FactOf("acme", "angry", "survey { kind: KIND_NPS score: 1 contact_id: 'kim' }")});
  Call(reviews_, &Stub::PrepareProposal, request, grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Reason(), "GATES_CLOSED");
  EXPECT_THAT(status_.error_message(), HasSubstr("DISSATISFIED"));
}

TEST_F(ReviewsRpcTest, WhatMakesNoSenseIsRefusedByName) {
  v1::PrepareReviewRequest request;
  for (const char* name : {"", "accounts/acme", "accounts/acme/reviews/",
                           "accounts/acme/reviews/Q3",
                           "accounts/acme/reviews/2026Q5", "accounts/acme/reviews/2026q3",
                           "accounts/acme/reviews/2026Q33", "accounts/acme/reviews/1899Q1",
                           "accounts/acme/reviews/2027Q1", "reviews/2026Q3"}) {
    request.set_name(name);
    request.set_copy(v1::REVIEW_COPY_CUSTOMER);
    Call(reviews_, &Stub::PrepareReview, request, grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(Fields(), ElementsAre("name")) << name;
  }
  request.set_name(kFourth);
  request.clear_copy();
  Call(reviews_, &Stub::PrepareReview, request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("copy"));
  request.set_copy(v1::REVIEW_COPY_CUSTOMER);
  request.set_name("accounts/nobody/reviews/2026Q3");
  Call(reviews_, &Stub::PrepareReview, request, grpc::StatusCode::NOT_FOUND);
  v1::EditReviewRequest edit = EditOf(std::string(limits::kMaxWordsBytes + 1, 'a'));
  Call(reviews_, &Stub::EditReview, edit, grpc::StatusCode::INVALID_ARGUMENT);
  edit = EditOf("x");
  edit.set_section(v1::REVIEW_SECTION_HEALTH);
  edit.set_language("fr");
  edit.clear_author();
  Call(reviews_, &Stub::EditReview, edit, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("author", "section", "language"));
  v1::SendReviewRequest send = SendOf(Prepare(kThird, v1::REVIEW_COPY_CUSTOMER));
  send.set_revision(send.revision() + 1);
  Call(reviews_, &Stub::SendReview, send, grpc::StatusCode::OUT_OF_RANGE);
  *send.mutable_prepared_at() = convert::TimestampOf(clock_.Now() + 60'000'000);
  Call(reviews_, &Stub::SendReview, send, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("prepared_at"));
}

}  // namespace
}  // namespace kizuna::server
