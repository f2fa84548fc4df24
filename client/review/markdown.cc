// SPDX-License-Identifier: Apache-2.0
#include "client/review/markdown.h"

#include "absl/strings/str_cat.h"
#include "client/review/text.h"

namespace kizuna::review {
namespace {

// Writes the blocks of a document, each ended by an empty line.
class Writer {
 public:
  explicit Writer(std::string* out) : out_(*out) {}

  void operator()(const Paragraph& paragraph) {
    for (const std::string& text : Paragraphs(paragraph.text)) {
      absl::StrAppend(&out_, EscapeMarkdown(text), "\n\n");
    }
  }
  void operator()(const Heading& heading) {
    absl::StrAppend(&out_, "### ", EscapeMarkdown(heading.text), "\n\n");
  }
  void operator()(const Bullets& bullets) { List(bullets.items); }
  void operator()(const Figures& figures) {
    for (const Figure& figure : figures.items) {
      absl::StrAppend(
          &out_, "- ", EscapeMarkdown(figure.label), ": **", EscapeMarkdown(figure.value), "**",
          figure.note.empty() ? "" : absl::StrCat(" ", EscapeMarkdown(figure.note)), "\n");
    }
    out_ += "\n";
  }
  void operator()(const Table& table) {
    for (const Column& column : table.columns) {
      absl::StrAppend(&out_, "| ", EscapeMarkdown(column.title), " ");
    }
    out_ += "|\n";
    for (const Column& column : table.columns) out_ += column.number ? "|---:" : "|---";
    out_ += "|\n";
    for (const std::vector<Cell>& row : table.rows) {
      for (const Cell& cell : row) absl::StrAppend(&out_, "| ", EscapeMarkdown(cell.text), " ");
      out_ += "|\n";
    }
    out_ += "\n";
  }
  void operator()(const Pictures& pictures) {
    for (const Picture& picture : pictures.items) {
      absl::StrAppend(&out_, "- **", EscapeMarkdown(picture.title), "**",
                      picture.in_words().empty() ? "" : ": ", EscapeMarkdown(picture.in_words()),
                      "\n");
    }
    out_ += "\n";
  }
  void operator()(const Quotes& quotes) {
    for (const Quote& quote : quotes.items) {
      for (const std::string& text : Paragraphs(quote.text)) {
        absl::StrAppend(&out_, "> ", EscapeMarkdown(text), "\n>\n");
      }
      absl::StrAppend(&out_, "> *", EscapeMarkdown(quote.source), "*\n\n");
    }
  }
  void operator()(const Cards& cards) {
    for (const Card& card : cards.items) {
      absl::StrAppend(&out_, "### ", EscapeMarkdown(card.title), " – ", EscapeMarkdown(card.note),
                      "\n\n");
      List(card.subjects);
      for (const auto& [label, items] : card.lists) {
        if (items.empty()) continue;
        absl::StrAppend(&out_, EscapeMarkdown(label), "\n\n");
        List(items);
      }
    }
  }

 private:
  void List(const std::vector<std::string>& items) {
    for (const std::string& item : items) {
      absl::StrAppend(&out_, "- ", EscapeMarkdown(item), "\n");
    }
    if (!items.empty()) out_ += "\n";
  }

  std::string& out_;
};

}  // namespace

std::string Markdown(const Document& document) {
  std::string text;
  const std::string mark =
      document.mark.empty() ? "" : absl::StrCat("**", EscapeMarkdown(document.mark), "**\n\n");
  absl::StrAppend(&text, mark, "# ", EscapeMarkdown(document.kind), "\n\n**",
                  EscapeMarkdown(document.subject), "**\n\n");
  for (const std::string& line : document.subtitles) {
    absl::StrAppend(&text, EscapeMarkdown(line), "\n\n");
  }
  for (const std::string& line : document.imprint) {
    absl::StrAppend(&text, EscapeMarkdown(line), "\n\n");
  }
  Writer writer(&text);
  for (const Section& section : document.sections) {
    // There are no pages here: the mark stands in front of every section.
    absl::StrAppend(&text, "## ", EscapeMarkdown(section.title), "\n\n", mark);
    for (const Block& block : section.blocks) std::visit(writer, block);
  }
  // One line end, as every file of text has.
  while (text.size() > 1 && text[text.size() - 2] == '\n') text.pop_back();
  return text;
}

}  // namespace kizuna::review
