// SPDX-License-Identifier: Apache-2.0
//
// `kizuna status`: what server is this, what does it hold, and is it keeping up?

#include "absl/strings/str_cat.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

Json Document(const v1::GetStatusResponse& status) {
  const v1::StoreSettings& settings = status.settings();
  return Json::MakeObject()
      .Set("version", status.version())
      .Set("uptime_seconds", static_cast<double>(status.uptime().seconds()) +
                                 static_cast<double>(status.uptime().nanos()) / 1e9)
      .Set("server_time", TimeJson(status.server_time()))
      .Set("accounts", status.account_count())
      .Set("fact_count", status.fact_count())
      .Set("facts_queued", status.facts_queued())
      .Set("leaks", status.leak_count())
      .Set("rulebook_number", status.rulebook_number())
      .Set("rules_name", TextJson(status.rules_name()))
      .Set("swept_to", TimeJson(status.swept_to()))
      .Set("swept_rulebook_number", status.swept_rulebook_number())
      .Set("storage_engine", TextJson(status.storage_engine()))
      .Set("format_version", settings.format_version())
      .Set("shard_count", settings.shard_count())
      .Set("time_zone", TextJson(settings.time_zone()))
      .Set("currency_code", TextJson(settings.currency_code()))
      .Set("fiscal_first_month", settings.fiscal_first_month())
      .Set("create_time", TimeJson(settings.create_time()));
}

void PrintTable(const v1::GetStatusResponse& status, Session& session) {
  const TextStyle style = TextStyleOf(session);
  const v1::StoreSettings& settings = status.settings();
  Table table({{""}, {"", Align::kLeft, true}});
  const auto add = [&table](const char* what, std::string value) {
    table.AddRow({{what, Style::kDim}, {std::move(value)}});
  };
  add("server", absl::StrCat(session.flags().server, ", version ", status.version(), ", up ",
                             absl::FormatDuration(absl::Seconds(status.uptime().seconds()))));
  add("accounts", Grouped(status.account_count()));
  add("facts",
      absl::StrCat(Grouped(status.fact_count()), ", ", Grouped(status.facts_queued()), " waiting"));
  add("leaks", absl::StrCat(Grouped(status.leak_count()),
                            status.leak_count() == 0 ? "" : ", see kizuna reservation leaks"));
  add("rulebook", absl::StrCat(status.rulebook_number(), " (", status.rules_name(), ")"));
  add("its clock", TimeText(status.server_time(), style.zone));
  add("swept to", absl::StrCat(TimeText(status.swept_to(), style.zone),
                               status.swept_rulebook_number() == status.rulebook_number()
                                   ? ""
                                   : ", lists are still moving to the new rulebook"));
  add("book",
      absl::StrCat("time zone ", settings.time_zone(), ", currency ", settings.currency_code(),
                   ", fiscal year from month ", settings.fiscal_first_month()));
  add("store", absl::StrCat(status.storage_engine(), ", format ", settings.format_version(),
                            ", created ", TimeText(settings.create_time(), style.zone)));
  session.out() << table.Render(style.columns, style.colour);
}

absl::StatusOr<ExitCode> RunStatus(Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::GetStatusResponse> status = (*client)->GetStatus({});
  if (!status.ok()) return status.status();
  const Json document = Document(*status);
  if (session.format() == Format::kJson) session.out() << document.Dump() << "\n";
  if (session.format() == Format::kTable) PrintTable(*status, session);
  if (session.format() == Format::kCsv) {
    session.out() << CsvLine({"field", "value"});
    for (const Json::Field& field : document.fields()) {
      session.out() << CsvLine({field.first, field.second.Plain()});
    }
  }
  return kOk;
}

}  // namespace

void AddStatusCommand(CommandLine& line) {
  line.Add(nullptr, "status", "What server is this, what does it hold, and is it keeping up?",
           {{"kizuna status", "version, accounts, facts, rulebook, time zone"},
            {"kizuna --server 10.0.0.5:7410 status", "of another server"}},
           [](Session& session) { return RunStatus(session); });
}

}  // namespace kizuna::cli
