// SPDX-License-Identifier: Apache-2.0
//
// What are the companies and people of a made-up portfolio called? Names are put together from
// parts, in English and Japanese. Any likeness to a real company or person is chance.

#ifndef KIZUNA_TOOLS_GENERATE_NAMES_H_
#define KIZUNA_TOOLS_GENERATE_NAMES_H_

#include <string>

#include "tools/generate/random.h"

namespace kizuna::generate {

enum class Language { kEnglish, kJapanese };

// BCP 47.
const char* TagOf(Language language);

struct Company {
  std::string name;      // "Alder Freight", "株式会社青葉製作所"
  std::string industry;  // "logistics"
};

Company MakeCompany(Language language, Random& random);

// A full name, in the order of its language: "Nora Quill", "森 千尋".
std::string MakePerson(Language language, Random& random);

// What somebody who answered 0 to 10 wrote.
std::string MakeComment(Language language, int64_t answer, Random& random);

// What a ticket is about.
std::string MakeSubject(Language language, Random& random);

}  // namespace kizuna::generate

#endif  // KIZUNA_TOOLS_GENERATE_NAMES_H_
