// SPDX-License-Identifier: Apache-2.0
//
// `kizuna backup`: a backup of the store, where its operator said.

#include "absl/strings/str_cat.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

// How long a backup may take, unless --timeout says: the most that the server allows a call.
constexpr absl::Duration kDeadline = absl::Minutes(10);

absl::StatusOr<ExitCode> RunBackup(Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  client::CallOptions options;
  if (session.flags().timeout_seconds == 0) options.deadline = kDeadline;
  const absl::StatusOr<v1::CreateBackupResponse> backup = (*client)->CreateBackup({}, options);
  if (!backup.ok()) return backup.status();
  const Json document = Json::MakeObject()
                            .Set("number", backup->number())
                            .Set("create_time", TimeJson(backup->create_time()))
                            .Set("size_bytes", backup->size_bytes());
  switch (session.format()) {
    case Format::kJson:
      session.out() << document.Dump() << "\n";
      break;
    case Format::kCsv:
      session.out() << CsvLine({"number", "create_time", "size_bytes"})
                    << CsvLine({document.fields()[0].second.Plain(),
                                document.fields()[1].second.Plain(),
                                document.fields()[2].second.Plain()});
      break;
    case Format::kTable: {
      const TextStyle style = TextStyleOf(session);
      session.out() << "backup " << backup->number() << " of "
                    << TimeText(backup->create_time(), style.zone) << ", "
                    << Grouped(backup->size_bytes()) << " bytes\n";
      break;
    }
  }
  return kOk;
}

}  // namespace

void AddBackupCommand(CommandLine& line) {
  line.Add(nullptr, "backup", "Makes a backup of the server's store, where its operator said.",
           {{"kizuna backup", "in the folder of kizuna-server --backup-to, while it serves"},
            {"kizuna backup --format json", "its number, for a script"}},
           [](Session& session) { return RunBackup(session); });
}

}  // namespace kizuna::cli
