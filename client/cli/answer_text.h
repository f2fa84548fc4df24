// SPDX-License-Identifier: Apache-2.0
//
// How is a score explained to a person, and how a closed gate? What `why`, `health` and `check`
// print alike.

#ifndef KIZUNA_CLIENT_CLI_ANSWER_TEXT_H_
#define KIZUNA_CLIENT_CLI_ANSWER_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/cli/language.h"
#include "client/cli/session.h"
#include "client/cli/terminal.h"
#include "kizuna/v1/health.pb.h"
#include "kizuna/v1/readiness.pb.h"

namespace kizuna::cli {

// How to print: the width, the colours, and the zone that times are told in.
struct TextStyle {
  int columns = 80;
  bool colour = false;
  absl::TimeZone zone;
  // The zone's name, said once where times are.
  std::string zone_name;
  // In which language.
  Speech say;
};

// The style of a session's terminal. Asks the server for the zone; without an answer it is UTC.
TextStyle TextStyleOf(Session& session);

// An empty line and a line in bold, where a part of a page begins.
std::string Heading(absl::string_view title, const TextStyle& style);

// `text` wrapped to the width, every line led by `indent` spaces.
std::string Paragraph(absl::string_view text, int indent, const TextStyle& style);

// "72.4 green, from 83 % of the evidence (model standard)", or why there is no score.
std::string HealthLine(const v1::Health& health, const TextStyle& style);

// The table of drivers, in the model's order, the cut last, with their sum. Missing measures are
// named under it with the reason.
std::string DriversText(const v1::Health& health, const TextStyle& style);

// A gate and to what it applies, such as "cross-sell of wms".
struct ClosedGate {
  v1::Reason reason;
  std::vector<std::string> closes;
};

// The gates of many assessments, each once, with all that it closes, in the order met first.
std::vector<ClosedGate> GatesOf(const std::vector<const v1::Assessment*>& assessments,
                                const Speech& say);

// The gate, its facts, its remedy, who can act and when it opens by itself. `closes` may be empty.
std::string GateText(const ClosedGate& gate, const TextStyle& style);

// "cross-sell of wms", "renewal".
std::string PitchText(v1::Motion motion, absl::string_view product, const Speech& say = Speech());

// "support/t-17, observed 2026-10-01", with the subject and contact where there are some.
std::string FactText(const v1::EvidenceItem& item, const TextStyle& style);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_ANSWER_TEXT_H_
