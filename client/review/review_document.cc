// SPDX-License-Identifier: Apache-2.0
#include "client/review/review_document.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/review/copy.h"
#include "client/review/sections.h"
#include "client/review/text.h"

namespace kizuna::review {
namespace {

constexpr int kFooterWidth = 70;

// A section of the plan of a review.
struct Part {
  v1::ReviewSection section;
  Phrase title;
  Told (*tell)(const v1::Review&, const Words&);
  bool own_page = false;
  // What is said instead where a customer would miss it; kNothing: nothing.
  Phrase without = Phrase::kNothing;
};

constexpr Part kParts[] = {
    {v1::REVIEW_SECTION_SUMMARY, Phrase::kSectionSummary, TellSummary},
    {v1::REVIEW_SECTION_ACTIONS, Phrase::kSectionActions, TellActions},
    {v1::REVIEW_SECTION_OBJECTIVES, Phrase::kSectionObjectives, TellObjectives, false,
     Phrase::kNoObjectives},
    {v1::REVIEW_SECTION_USAGE, Phrase::kSectionUsage, TellUsage, false, Phrase::kNoUsage},
    {v1::REVIEW_SECTION_VOICE, Phrase::kSectionVoice, TellVoice, false, Phrase::kNoVoice},
    {v1::REVIEW_SECTION_SUPPORT, Phrase::kSectionSupport, TellSupport, false, Phrase::kNoSupport},
    {v1::REVIEW_SECTION_VALUE, Phrase::kSectionValue, TellValue, false, Phrase::kNoValue},
    {v1::REVIEW_SECTION_ISSUES, Phrase::kSectionIssues, TellIssues},
    {v1::REVIEW_SECTION_PEOPLE, Phrase::kSectionPeople, TellPeople},
    {v1::REVIEW_SECTION_RELATIONSHIP, Phrase::kSectionRelationship, TellRelationship},
    {v1::REVIEW_SECTION_PLAN, Phrase::kSectionPlan, TellPlan},
};
// After what is not in the review.
constexpr Part kExpansion = {v1::REVIEW_SECTION_EXPANSION, Phrase::kSectionExpansion, TellExpansion,
                             true};
constexpr Part kHealth = {v1::REVIEW_SECTION_HEALTH, Phrase::kSectionHealth, TellHealth, true};

// What a person wrote for the section in the language; empty: nothing.
std::string TextFor(const v1::Review& review, v1::ReviewSection section, Language language) {
  for (const v1::ReviewText& text : review.texts()) {
    if (text.section() == section && text.language() == TagOf(language)) return text.text();
  }
  return "";
}

// Adds the section, if there is anything to tell. Whether there is.
bool AddSection(const Part& part, const v1::Review& review, const Words& words,
                Document* document) {
  Told told = part.tell(review, words);
  const std::string text = TextFor(review, part.section, words.language());
  if (text.empty() && told.prepared.empty() && told.blocks.empty()) return false;
  Section section;
  section.title = words.Say(part.title);
  section.own_page = part.own_page;
  if (!text.empty()) {
    Paragraph theirs;
    theirs.text = text;
    theirs.theirs = true;
    section.blocks.emplace_back(std::move(theirs));
  } else {
    section.blocks = std::move(told.prepared);
  }
  std::move(told.blocks.begin(), told.blocks.end(), std::back_inserter(section.blocks));
  document->sections.push_back(std::move(section));
  return true;
}

void FillImprint(const v1::Review& review, const Words& words, bool ours, Document* document) {
  if (review.unfinished()) {
    document->imprint.push_back(words.Say(Phrase::kUnfinished, {words.Day(review.until())}));
  }
  document->imprint.push_back(words.Say(Phrase::kPreparedOn, {words.Day(review.prepared_at())}));
  if (!review.owner().empty()) {
    document->imprint.push_back(words.Say(Phrase::kYourContact, {review.owner()}));
  }
  if (!ours) return;
  document->imprint.push_back(
      words.Say(Phrase::kPreparedFrom,
                {absl::StrCat(review.revision()), absl::StrCat(review.rulebook_number())}));
  if (review.sent()) {
    document->imprint.push_back(words.Say(Phrase::kWasSent, {words.Day(review.sent_at())}));
  }
  if (review.differs_from_sent()) {
    document->imprint.push_back(words.Say(Phrase::kDiffersFromSent));
  }
}

}  // namespace

absl::StatusOr<Document> ReviewDocument(const v1::Review& review, const DocumentOptions& options) {
  if (absl::Status wrong = CheckCopy(review); !wrong.ok()) return wrong;
  const Words words(options.language, options.zone);
  const bool ours = review.copy() == v1::REVIEW_COPY_INTERNAL;
  Document document;
  document.language = options.language;
  document.paper = options.paper;
  document.kind = words.Say(Phrase::kReview);
  const std::string name = NameOr(review.display_name(), review.name());
  document.subject = words.Honoured(name);
  const std::string quarter = words.Quarter(review.quarter());
  document.subtitles.push_back(words.Say(
      Phrase::kQuarterWithDates, {quarter, words.Days(review.first_date(), review.last_date())}));
  FillImprint(review, words, ours, &document);
  if (ours) document.mark = words.Say(Phrase::kInternalMark);
  document.footer = absl::StrCat(Shortened(document.subject, kFooterWidth), " · ", quarter);

  Bullets missing;
  for (const Part& part : kParts) {
    if (!AddSection(part, review, words, &document) && part.without != Phrase::kNothing) {
      missing.items.push_back(words.Say(part.without));
    }
  }
  if (!missing.items.empty()) {
    Section section;
    section.title = words.Say(Phrase::kSectionMissing);
    section.blocks.emplace_back(std::move(missing));
    document.sections.push_back(std::move(section));
  }
  // A text for a page that may not be shown is not shown either: the gates come first.
  if (!review.proposals().empty()) AddSection(kExpansion, review, words, &document);
  if (ours) AddSection(kHealth, review, words, &document);
  return document;
}

}  // namespace kizuna::review
