// SPDX-License-Identifier: Apache-2.0
//
// Which part of a fact can be redacted? Its words: what people are called and what they said. No
// fold and no verdict reads them.

#ifndef KIZUNA_SERVER_CONVERT_FACT_WORDS_H_
#define KIZUNA_SERVER_CONVERT_FACT_WORDS_H_

#include <string>

namespace kizuna::convert {

struct FactWords {
  std::string contact_id;  // of the person that the fact's PersonKey stands for; empty: nobody
  std::string full_name;
  std::string email;
  std::string title;  // of a contact
  std::string text;   // comment, reason, note, subject, description or an objective's title

  bool empty() const {
    return contact_id.empty() && full_name.empty() && email.empty() && title.empty() &&
           text.empty();
  }
};

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_FACT_WORDS_H_
