// SPDX-License-Identifier: Apache-2.0
//
// What stands in a review, in what order, and what never does?
#include "client/review/review_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/review/copy.h"
#include "client/review/html.h"
#include "client/review/markdown.h"
#include "client/review/text.h"
#include "tests/client/review/samples.h"

namespace kizuna::review {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Document DocumentOf(const v1::Review& review, Language language = Language::kEnglish) {
  DocumentOptions options;
  options.language = language;
  return ReviewDocument(review, options).value();
}

std::string MarkdownOf(const v1::Review& review, Language language = Language::kEnglish) {
  return Markdown(DocumentOf(review, language));
}

std::vector<std::string> TitlesOf(const v1::Review& review) {
  std::vector<std::string> titles;
  for (const Section& section : DocumentOf(review).sections) titles.push_back(section.title);
  return titles;
}

TEST(ReviewDocumentTest, TheSectionsStandInTheirOrder) {
  v1::Review review = test::RichReview(false);
  EXPECT_THAT(
      TitlesOf(review),
      ElementsAre("The quarter in brief", "What we planned last time", "Objectives and results",
                  "Usage and adoption", "What you told us", "Support", "Value delivered",
                  "Issues, open and solved", "People and meetings", "What you have with us",
                  "What comes next", "What could come beside it"));
  test::AddInternal(&review);
  EXPECT_EQ(TitlesOf(review).back(), "Health, gates and recovery");
}

TEST(ReviewDocumentTest, WhatIsEmptyIsLeftOutAndSaidOnce) {
  EXPECT_THAT(TitlesOf(test::EmptyReview()),
              ElementsAre("The quarter in brief", "Not in this review"));
  const std::string text = MarkdownOf(test::EmptyReview());
  EXPECT_THAT(text, HasSubstr("there was no answer this quarter"));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
}

TEST(ReviewDocumentTest, NoExpansionWithoutProposalsEvenWithATextForIt) {
  v1::Review review = test::RichReview(false);
  review.clear_proposals();
  v1::ReviewText* const text = review.add_texts();
  text->set_section(v1::REVIEW_SECTION_EXPANSION);
  text->set_language("en");
  text->set_text("Buy more");
  EXPECT_THAT(TitlesOf(review), Not(testing::Contains("What could come beside it")));
  EXPECT_THAT(MarkdownOf(review), Not(HasSubstr("Buy more")));
}

TEST(ReviewDocumentTest, APersonsTextStandsInsteadOfThePreparedSentences) {
  v1::Review review = test::RichReview(false);
  v1::ReviewText* const text = review.add_texts();
  text->set_section(v1::REVIEW_SECTION_SUMMARY);
  text->set_language("en");
  text->set_text("A good quarter.\n\nWe thank you.");
  const std::string english = MarkdownOf(review);
  EXPECT_THAT(english, HasSubstr("A good quarter.\n\nWe thank you.\n"));
  EXPECT_THAT(english, Not(HasSubstr("Planned actions")));
  EXPECT_THAT(english, HasSubstr("NPS: **+50**"));
  // It is of one language; the other keeps its own sentences.
  EXPECT_THAT(MarkdownOf(review, Language::kJapanese), HasSubstr("3件のうち2件"));
  // An empty section with a text is there.
  v1::Review empty = test::EmptyReview();
  *empty.add_texts() = *text;
  empty.mutable_texts(0)->set_section(v1::REVIEW_SECTION_VOICE);
  EXPECT_THAT(MarkdownOf(empty), HasSubstr("## What you told us\n\nA good quarter."));
}

TEST(ReviewDocumentTest, TheFiguresAreTold) {
  const std::string english = MarkdownOf(test::RichReview(false));
  EXPECT_THAT(english, HasSubstr("Q3 FY2026 (1 Jul – 30 Sep 2026)"));
  EXPECT_THAT(english, HasSubstr("Planned actions done: 2 of 3."));
  EXPECT_THAT(english, HasSubstr("Promoters (9–10) 12 (60 %)"));
  EXPECT_THAT(english, HasSubstr("Answered in time: 28 of 30 (93 %)"));
  EXPECT_THAT(english, HasSubstr("221 of 250 (88 %)"));
  EXPECT_THAT(english, HasSubstr("Adopted: reached on 28 Aug 2026"));
  EXPECT_THAT(english, HasSubstr("Half of the closed tickets were closed within 19.5 h."));
  EXPECT_THAT(english, HasSubstr("CRM: Value realised"));
  EXPECT_THAT(english, HasSubstr("### Better – what fits best"));
  const std::string japanese = MarkdownOf(test::RichReview(true), Language::kJapanese);
  EXPECT_THAT(japanese, HasSubstr("株式会社アクメ物流 様"));
  EXPECT_THAT(japanese, HasSubstr("2026年度 第3四半期（2026年7月1日〜9月30日）"));
  EXPECT_THAT(japanese, HasSubstr("佐藤 由紀 様"));
  EXPECT_THAT(japanese, HasSubstr("担当：田中 恵子\n"));
}

TEST(ReviewDocumentTest, OurCopyIsMarkedEverywhereAndTellsTheRest) {
  v1::Review review = test::RichReview(false);
  test::AddInternal(&review);
  const Document document = DocumentOf(review);
  const std::string html = Html(document);
  size_t marks = 0;
  for (size_t at = 0; (at = html.find("class=\"mark\">INTERNAL", at)) != std::string::npos; ++at) {
    ++marks;
  }
  EXPECT_EQ(marks, document.sections.size() + 1);  // and the cover
  EXPECT_EQ(Markdown(document).substr(0, 10), "**INTERNAL");
  EXPECT_THAT(html, HasSubstr("@top-center"));
  const std::string text = Markdown(document);
  for (const char* const said :
       {"58.2", "DISSATISFIED", "record a recovery", "JPY 12,400,000", "List price a year: JPY",
        "Margin: 62 %", "Legal dispute", "CHAMPION\\_LEFT", "Staff turnover", "lift 1.8",
        "discount of last year", "Pitch"}) {
    EXPECT_THAT(text, HasSubstr(said));
  }
}

// Each a way in which something that is for us alone could come into a customer's copy.
const std::pair<const char*, std::function<void(v1::Review*)>> kLeaks[] = {
    {"internal", [](v1::Review* r) { r->mutable_internal(); }},
    {"proposals[0].yearly_gain",
     [](v1::Review* r) { r->mutable_proposals(0)->mutable_yearly_gain(); }},
    {"proposals[1].yearly_margin",
     [](v1::Review* r) { r->mutable_proposals(1)->mutable_yearly_margin(); }},
    {"proposals[2].products[1].annual_price",
     [](v1::Review* r) { r->mutable_proposals(2)->mutable_products(1)->mutable_annual_price(); }},
    {"proposals[0].products[0].margin",
     [](v1::Review* r) { r->mutable_proposals(0)->mutable_products(0)->set_margin(0); }},
    {"KIND_AFFINITY",
     [](v1::Review* r) {
       r->mutable_proposals(0)->mutable_products(0)->add_grounds()->set_kind(
           v1::OfferGround::KIND_AFFINITY);
     }},
    {"KIND_ISSUE_OF_SEGMENT",
     [](v1::Review* r) {
       r->mutable_proposals(0)->mutable_products(0)->add_grounds()->set_kind(
           v1::OfferGround::KIND_ISSUE_OF_SEGMENT);
     }},
    {"grounds[0].value",
     [](v1::Review* r) {
       r->mutable_proposals(1)->mutable_products(0)->mutable_grounds(0)->set_value(0);
     }},
    {"issues[1] (only assumed)",
     [](v1::Review* r) { r->mutable_issues(1)->set_status(v1::Issue::STATUS_ASSUMED); }},
    {"PITCH",
     [](v1::Review* r) {
       r->mutable_people()->mutable_counts(0)->set_kind(v1::Interaction::KIND_PITCH);
     }},
    {"HEALTH", [](v1::Review* r) { r->add_texts()->set_section(v1::REVIEW_SECTION_HEALTH); }},
};

TEST(CopyTest, EachLeakIsRefusedByName) {
  EXPECT_TRUE(CheckCopy(test::RichReview(false)).ok());
  for (const auto& [name, leak] : kLeaks) {
    v1::Review review = test::RichReview(false);
    leak(&review);
    const absl::Status refused = ReviewDocument(review, {}).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition) << name;
    EXPECT_THAT(refused.message(), HasSubstr(name));
    review.set_copy(v1::REVIEW_COPY_INTERNAL);
    EXPECT_TRUE(CheckCopy(review).ok()) << name;
  }
  v1::Review all = test::RichReview(false);
  test::AddInternal(&all);
  all.set_copy(v1::REVIEW_COPY_CUSTOMER);
  EXPECT_FALSE(ReviewDocument(all, {}).ok());
  all.clear_copy();
  EXPECT_EQ(ReviewDocument(all, {}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(CopyTest, NoForbiddenWordIsInACustomersCopy) {
  for (const bool japanese : {false, true}) {
    for (const Language language : {Language::kEnglish, Language::kJapanese}) {
      const std::string text =
          absl::AsciiStrToLower(MarkdownOf(test::RichReview(japanese), language));
      for (const std::string& word : test::ForbiddenWords()) {
        EXPECT_THAT(text, Not(HasSubstr(word)));
      }
    }
  }
}

TEST(ProposalDocumentTest, IssueApproachSolutionAndNothingOfOurs) {
  for (const bool japanese : {false, true}) {
    DocumentOptions options;
    options.language = japanese ? Language::kJapanese : Language::kEnglish;
    const Document document = ProposalDocument(test::RichProposal(japanese), options);
    EXPECT_EQ(document.sections.size(), 3u);
    const std::string text = absl::AsciiStrToLower(Markdown(document));
    std::vector<std::string> forbidden = test::ForbiddenWords();
    for (const char* const figure : {"987", "62.5", "0.62", "63 %", "1.83", "81.5", "d1.acme"}) {
      forbidden.push_back(figure);
    }
    for (const std::string& word : forbidden) EXPECT_THAT(text, Not(HasSubstr(word)));
    EXPECT_THAT(text, HasSubstr("connect"));
  }
  const std::string text = Markdown(ProposalDocument(test::RichProposal(false), {}));
  EXPECT_THAT(text, HasSubstr("### What we would like to confirm with you\n\n- Reporting"));
  EXPECT_THAT(text, HasSubstr("Maria Schmidt (Managing director)"));
  EXPECT_THAT(Markdown(ProposalDocument(v1::Proposal(), {})), HasSubstr("The issue"));
}

TEST(TextTest, HtmlIsEscapedAndCleaned) {
  EXPECT_EQ(EscapeHtml("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
  EXPECT_EQ(EscapeHtml(absl::string_view("a\0b\x1b\xff", 5)), "a\uFFFDb\uFFFD\uFFFD");
  EXPECT_EQ(EscapeHtml("a\r\nb\tc"), "a b c");
  EXPECT_EQ(EscapeHtml("\u202Eevil"), "\uFFFDevil");
  EXPECT_EQ(EscapeHtml("\uFFFE\uFDD0"), "\uFFFD\uFFFD");
  EXPECT_EQ(EscapeHtml("👨‍👩 שלום"), "👨‍👩 שלום");
}

TEST(TextTest, MarkdownHasNoMeaningLeft) {
  EXPECT_EQ(EscapeMarkdown("# a"), "\\# a");
  EXPECT_EQ(EscapeMarkdown("- a"), "\\- a");
  EXPECT_EQ(EscapeMarkdown("12. a"), "12\\. a");
  EXPECT_EQ(EscapeMarkdown("12."), "12\\.");
  EXPECT_EQ(EscapeMarkdown("--- a"), "\\--- a");
  EXPECT_EQ(EscapeMarkdown("-8.3 + 58.2 - 1: x"), "-8.3 + 58.2 - 1: x");
  EXPECT_EQ(EscapeMarkdown("a | *b* `c` [d](e) <f> & ~g~ _h_"),
            "a \\| \\*b\\* \\`c\\` \\[d\\](e) &lt;f&gt; &amp; \\~g\\~ \\_h\\_");
  EXPECT_EQ(EscapeMarkdown("x\n# y"), "x # y");
  EXPECT_EQ(EscapeMarkdown("http://a www.b c@d"), "http:\\//a www\\.b c\\@d");
}

TEST(TextTest, CssCannotBeLeft) {
  EXPECT_EQ(QuoteCss("a\"b</style>"), "\"a\\000022 b\\00003C \\00002F style\\00003E \"");
  EXPECT_EQ(QuoteCss("株式会社 1"), "\"株式会社 1\"");
}

TEST(TextTest, ALongTextIsShortenedAtItsWidth) {
  EXPECT_EQ(Shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(Shortened("abcdefg", 6), "abcde…");
  EXPECT_EQ(Shortened("あいう", 6), "あいう");
  EXPECT_EQ(Shortened("あいうえ", 6), "あい…");
}

TEST(ChartTest, NamesItselfAndBearsAnything) {
  WeeklyChart weeks;
  weeks.values = {1.0, absl::nullopt, -3.0, std::nan(""), 1e300};
  weeks.top = 1e300;
  const std::string svg = Svg(Chart(weeks), "<Title>", "what it says");
  EXPECT_THAT(svg, HasSubstr("role=\"img\""));
  EXPECT_THAT(svg, HasSubstr("<title>&lt;Title&gt;</title><desc>what it says</desc>"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
  for (const Chart& empty :
       {Chart(WeeklyChart()), Chart(MilestoneChart()), Chart(StackChart()), Chart(ColumnChart())}) {
    EXPECT_THAT(Svg(empty, "t", ""), Not(HasSubstr("nan")));
  }
  EXPECT_THAT(Svg(ProgressBar{17.0, -1.0}, "t"), HasSubstr("width=\"120.0\""));
}

TEST(ChartTest, LabelsThatWouldTouchAreLeftOut) {
  WeeklyChart weeks;
  weeks.values.assign(26, 1.0);
  weeks.faint = 13;
  weeks.top = 1;
  weeks.first_label = "1 Apr";
  weeks.middle_label = "1 Jul";
  weeks.last_label = "24 Sep";
  EXPECT_THAT(Svg(Chart(weeks), "t", ""), HasSubstr(">1 Jul<"));
  weeks.faint = 1;
  EXPECT_THAT(Svg(Chart(weeks), "t", ""), Not(HasSubstr(">1 Jul<")));
}

}  // namespace
}  // namespace kizuna::review
