// SPDX-License-Identifier: Apache-2.0
//
// `kizuna decision-key`: the key that signs the ids of decisions.

#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

absl::StatusOr<ExitCode> RunRotate(Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::RotateDecisionKeyResponse> key = (*client)->RotateDecisionKey({});
  if (!key.ok()) return key.status();
  const Json document = Json::MakeObject()
                            .Set("key_number", key->key_number())
                            .Set("create_time", TimeJson(key->create_time()));
  switch (session.format()) {
    case Format::kJson:
      session.out() << document.Dump() << "\n";
      break;
    case Format::kCsv:
      session.out() << CsvLine({"key_number", "create_time"})
                    << CsvLine({document.fields()[0].second.Plain(),
                                document.fields()[1].second.Plain()});
      break;
    case Format::kTable:
      session.out() << "key " << key->key_number()
                    << " signs from now on; ids of older keys stay good\n";
      break;
  }
  return kOk;
}

}  // namespace

void AddDecisionKeyCommands(CommandLine& line) {
  CLI::App* const group = line.AddGroup("decision-key", "The key that signs the ids of decisions.");
  line.Add(group, "rotate", "Makes a new key; ids that older keys signed stay good for ever.",
           {{"kizuna decision-key rotate",
             "after somebody may have read the store's files, or a copy of them"}},
           [](Session& session) { return RunRotate(session); });
}

}  // namespace kizuna::cli
