// SPDX-License-Identifier: Apache-2.0
//
// By which rules does a new store begin, and which others come with the server? The texts of the
// rulebooks that ship, embedded so that the binary needs no file beside it. The files beside this
// header are what an author copies to write their own.

#ifndef KIZUNA_SERVER_RULEBOOKS_RULEBOOKS_H_
#define KIZUNA_SERVER_RULEBOOKS_RULEBOOKS_H_

#include "absl/strings/string_view.h"

namespace kizuna::rulebooks {

// `kizuna.v1.Rulebook` in text format; lives as long as the program. Thread-safe.
//
// The default of a new store: for a company that has usage, NPS or CSAT, and tickets so far.
absl::string_view StarterText();
// Every gate of docs/scoring.md and six dimensions.
absl::string_view StandardText();

}  // namespace kizuna::rulebooks

#endif  // KIZUNA_SERVER_RULEBOOKS_RULEBOOKS_H_
