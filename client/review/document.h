// SPDX-License-Identifier: Apache-2.0
//
// What is a document before it is HTML or Markdown? Sections of a few kinds of block. Every text in
// it is plain: whoever writes it out cleans and escapes it.

#ifndef KIZUNA_CLIENT_REVIEW_DOCUMENT_H_
#define KIZUNA_CLIENT_REVIEW_DOCUMENT_H_

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "client/review/chart.h"
#include "client/review/words.h"

namespace kizuna::review {

// What a text says of how things stand. Never by colour alone: the text says it too.
enum class Tone { kPlain, kGood, kWarning, kBad, kFaint };

// Sentences. `theirs`: a person wrote it, perhaps from right to left.
struct Paragraph {
  std::string text;
  bool lead = false;
  bool theirs = false;
};

// A heading within a section.
struct Heading {
  std::string text;
};

// Short sentences, one under the other.
struct Bullets {
  std::vector<std::string> items;
};

// One number that says much.
struct Figure {
  std::string label;
  std::string value;
  std::string note;
};
struct Figures {
  std::vector<Figure> items;
};

// A cell of a table.
struct Cell {
  Cell(std::string its_text = "", Tone its_tone = Tone::kPlain)  // NOLINT: a row is a list of these
      : text(std::move(its_text)), tone(its_tone) {}
  Cell(std::string its_text, ProgressBar its_bar) : text(std::move(its_text)), bar{its_bar} {}

  std::string text;
  Tone tone = Tone::kPlain;
  // At most one, drawn before the text.
  std::vector<ProgressBar> bar;
};
struct Column {
  std::string title;
  // Numbers, dates and single words: not broken, and numbers on the right.
  bool number = false;
  bool date = false;
};
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
};

// A picture, and under it what it does not show.
struct Picture {
  Chart chart;
  std::string title;
  std::string caption;
  // All that it says in words, for those who cannot see it and for Markdown. Empty: the caption.
  std::string told;

  const std::string& in_words() const { return told.empty() ? caption : told; }
};
// `narrow`: two side by side.
struct Pictures {
  std::vector<Picture> items;
  bool narrow = false;
};

// Somebody's own words.
struct Quote {
  std::string text;
  std::string source;
};
struct Quotes {
  std::vector<Quote> items;
};

// Proposals side by side.
struct Card {
  std::string title;
  std::string note;
  // What is proposed, a line each.
  std::vector<std::string> subjects;
  // A label and what stands under it.
  std::vector<std::pair<std::string, std::vector<std::string>>> lists;
};
struct Cards {
  std::vector<Card> items;
};

using Block = std::variant<Paragraph, Heading, Bullets, Figures, Table, Pictures, Quotes, Cards>;

// A part of the document.
struct Section {
  std::string title;
  std::vector<Block> blocks;
  // Begins a page of its own.
  bool own_page = false;
};

// The paper that it is printed on.
enum class Paper { kA4, kLetter };

// The whole.
struct Document {
  Language language = Language::kEnglish;
  Paper paper = Paper::kA4;
  // "Quarterly business review".
  std::string kind;
  // The customer's name.
  std::string subject;
  // Under it: the quarter, its dates.
  std::vector<std::string> subtitles;
  // At the foot of the cover: when it was prepared, by whom.
  std::vector<std::string> imprint;
  // On every page: who it is not for. Empty: it is for the customer.
  std::string mark;
  // At the foot of every page.
  std::string footer;
  // True: no cover of its own, all on one page.
  bool sheet = false;
  std::vector<Section> sections;
};

}  // namespace kizuna::review

#endif  // KIZUNA_CLIENT_REVIEW_DOCUMENT_H_
