// SPDX-License-Identifier: Apache-2.0
//
// Writes every sample in both languages and all forms into a folder, for tests that read HTML with
// other people's parsers and for eyes: review_samples FOLDER.

#include <fstream>
#include <iostream>

#include "client/review/html.h"
#include "client/review/markdown.h"
#include "client/review/review_document.h"
#include "tests/client/review/samples.h"

namespace {

void Write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

}  // namespace

int main(int argc, char** argv) {
  using kizuna::review::Language;
  if (argc != 2) {
    std::cerr << "Usage: review_samples FOLDER\n";
    return 2;
  }
  const std::string folder = argv[1];
  for (const Language language : {Language::kEnglish, Language::kJapanese}) {
    const std::string tag(kizuna::review::TagOf(language));
    kizuna::review::DocumentOptions options;
    options.language = language;
    for (const auto& [name, review] : kizuna::test::AllReviews()) {
      const auto document = kizuna::review::ReviewDocument(review, options);
      if (!document.ok()) {
        std::cerr << document.status() << "\n";
        return 1;
      }
      Write(folder + "/" + name + "." + tag + ".html", kizuna::review::Html(*document));
      Write(folder + "/" + name + "." + tag + ".md", kizuna::review::Markdown(*document));
    }
    const auto proposal = kizuna::review::ProposalDocument(
        kizuna::test::RichProposal(language == Language::kJapanese), options);
    Write(folder + "/proposal." + tag + ".html", kizuna::review::Html(proposal));
    Write(folder + "/proposal." + tag + ".md", kizuna::review::Markdown(proposal));
  }
  return 0;
}
