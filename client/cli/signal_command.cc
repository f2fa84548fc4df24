// SPDX-License-Identifier: Apache-2.0
//
// `kizuna signal record`: write down what was observed. One fact by flags, or many as JSON.

#include "absl/strings/str_cat.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/fact_flags.h"
#include "client/cli/fact_id.h"
#include "client/cli/fact_json.h"
#include "client/cli/input_file.h"
#include "client/cli/moment.h"
#include "client/cli/progress.h"
#include "client/cli/words.h"
#include "client/lib/error.h"

namespace kizuna::cli {
namespace {

constexpr size_t kFactsInMessage = 500;

struct RecordFlags {
  std::string account;
  std::string json;
  std::string source = "cli";
  std::string id;
  std::string observed_at;
  uint32_t version = 0;
  bool retract = false;
};

// A fact and what became of it.
struct Recorded {
  v1::Fact fact;
  v1::FactResult result;
};

absl::StatusOr<v1::Fact> FactOf(const RecordFlags& flags, const FactFlags& content,
                                Session& session) {
  if (flags.account.empty()) {
    return UsageError("ACCOUNT", "say whose fact it is: kizuna signal record ACCOUNT ...");
  }
  if (flags.retract && flags.version == 0) {
    return UsageError("--retract", "needs --fact-version: one higher than what it retracts");
  }
  v1::Fact fact;
  fact.set_account(AccountName(flags.account));
  fact.set_source(flags.source);
  fact.set_fact_id(flags.id.empty() ? NewFactId() : flags.id);
  fact.set_version(flags.version);
  fact.set_retracted(flags.retract);
  const auto zone = [&session] { return session.BookTimeZone(); };
  if (!flags.observed_at.empty()) {
    const absl::StatusOr<Moment> moment = ParseMoment("--observed-at", flags.observed_at);
    if (!moment.ok()) return moment.status();
    absl::StatusOr<absl::TimeZone> book = absl::UTCTimeZone();
    if (moment->day.has_value()) book = zone();
    if (!book.ok()) return book.status();
    *fact.mutable_observed_at() = TimestampOf(InstantOf(*moment, *book));
  }
  if (const absl::Status wrong = content.Fill(zone, &fact); !wrong.ok()) return wrong;
  return fact;
}

std::string DispositionText(const v1::FactResult& result) {
  if (result.has_error()) return "refused";
  return SpokenWord(result.accepted().disposition());
}

std::vector<ListValue> RowOf(const Recorded& recorded) {
  const v1::Fact& fact = recorded.fact;
  const v1::FactResult& result = recorded.result;
  const bool refused = result.has_error();
  const absl::Status error = refused ? client::StatusOfItem(result.error()) : absl::OkStatus();
  const std::string reason = client::ReasonOf(error);
  return {IdOf(fact.account()),
          fact.source(),
          fact.fact_id(),
          {refused ? Json("REFUSED") : WordJson(result.accepted().disposition()),
           DispositionText(result), refused ? Style::kBad : Style::kPlain},
          {refused ? Json() : Json(result.accepted().revision()),
           refused ? "" : absl::StrCat(result.accepted().revision())},
          {refused ? Json(absl::StatusCodeToString(error.code())) : Json(), ""},
          {TextJson(reason), ""},
          {TextJson(error.message()), std::string(error.message())}};
}

// One fact in a sentence; many in a table of those that were refused, and the counts.
ExitCode PrintTable(const std::vector<Recorded>& all, Session& session) {
  std::vector<ListColumn> columns = {
      {"", "account"}, {"", "source"}, {"", "fact"}, {"", ""},
      {"", ""},        {"", ""},       {"", ""},     {"", "why", Align::kLeft, true}};
  ListPrinter refused(session.terminal(), Format::kTable, "facts", columns);
  std::map<std::string, int64_t> counts;
  for (const Recorded& recorded : all) {
    ++counts[DispositionText(recorded.result)];
    if (recorded.result.has_error()) refused.Add(RowOf(recorded));
  }
  if (refused.rows() > 0) {
    refused.Finish(Json::MakeObject(), "");
    session.out() << "\n";
  }
  std::vector<std::string> parts;
  for (const auto& [disposition, count] : counts) {
    parts.push_back(absl::StrCat(Grouped(count), " ", disposition));
  }
  session.out() << Counted(static_cast<int64_t>(all.size()), "fact", "facts") << ": ";
  for (size_t i = 0; i < parts.size(); ++i) session.out() << (i > 0 ? ", " : "") << parts[i];
  session.out() << "\n";
  return refused.rows() > 0 ? kRejected : kOk;
}

absl::StatusOr<ExitCode> Report(const std::vector<Recorded>& all, Session& session) {
  if (all.size() == 1 && all[0].result.has_error()) {
    return client::StatusOfItem(all[0].result.error());
  }
  if (session.format() == Format::kTable) {
    if (all.size() != 1) return PrintTable(all, session);
    session.out() << DispositionText(all[0].result) << " " << all[0].fact.source() << "/"
                  << all[0].fact.fact_id() << ", " << IdOf(all[0].fact.account())
                  << " is at revision " << all[0].result.accepted().revision() << "\n";
    return kOk;
  }
  ListPrinter list(session.terminal(), session.format(), "facts",
                   {{"account", ""},
                    {"source", ""},
                    {"fact_id", ""},
                    {"disposition", ""},
                    {"revision", ""},
                    {"error_code", ""},
                    {"error_reason", ""},
                    {"error", ""}});
  ExitCode code = kOk;
  for (const Recorded& recorded : all) {
    if (recorded.result.has_error()) code = kRejected;
    list.Add(RowOf(recorded));
  }
  list.Finish(Json::MakeObject(), "");
  return code;
}

absl::StatusOr<ExitCode> RecordOne(v1::Fact fact, Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  v1::RecordFactsRequest request;
  *request.add_facts() = fact;
  const absl::StatusOr<v1::RecordFactsResponse> response = (*client)->RecordFacts(request);
  if (!response.ok()) return response.status();
  return Report({{std::move(fact), response->results(0)}}, session);
}

absl::StatusOr<ExitCode> RecordJson(const RecordFlags& flags, Session& session) {
  const absl::StatusOr<std::string> text = ReadInput("--json", flags.json, session);
  if (!text.ok()) return text.status();
  absl::StatusOr<std::vector<v1::Fact>> facts = ParseFacts("--json", *text, flags.account);
  if (!facts.ok()) return facts.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  std::vector<Recorded> all;
  Progress progress(session.terminal(), "facts recorded", static_cast<int64_t>(facts->size()));
  // Acknowledgements come one after the other, and are over when Finish() returns.
  const std::unique_ptr<client::FactStream> stream = (*client)->StreamFacts(
      {}, [&](const v1::StreamFactsRequest& sent, const v1::StreamFactsResponse& ack) {
        for (int i = 0; i < sent.facts_size(); ++i) {
          all.push_back({sent.facts(i), ack.results(i)});
        }
        progress.Update(static_cast<int64_t>(all.size()));
      });
  absl::Status sent;
  for (size_t begin = 0; begin < facts->size() && sent.ok(); begin += kFactsInMessage) {
    const size_t end = std::min(facts->size(), begin + kFactsInMessage);
    sent = stream->Write({std::make_move_iterator(facts->begin() + static_cast<long>(begin)),
                          std::make_move_iterator(facts->begin() + static_cast<long>(end))});
  }
  if (sent.ok()) sent = stream->Finish();
  if (!sent.ok()) return sent;
  return Report(all, session);
}

void AddKind(CommandLine& line, CLI::App* record, const FactKind& kind,
             const std::shared_ptr<RecordFlags>& flags) {
  const auto content = std::make_shared<FactFlags>(kind);
  CLI::App* const command = line.Add(
      record, kind.name, kind.summary,
      {{absl::StrCat("kizuna signal record acme ", kind.name, " ", kind.example), kind.summary}},
      [flags, content](Session& session) -> absl::StatusOr<ExitCode> {
        if (!flags->json.empty()) return UsageError("--json", "stands alone, without a kind");
        absl::StatusOr<v1::Fact> fact = FactOf(*flags, *content, session);
        if (!fact.ok()) return fact.status();
        return RecordOne(*std::move(fact), session);
      });
  content->AddTo(command);
}

}  // namespace

void AddSignalCommands(CommandLine& line) {
  CLI::App* const group = line.AddGroup("signal", "What was observed: record.");
  const auto flags = std::make_shared<RecordFlags>();
  CLI::App* const record = line.Add(
      group, "record",
      "Write down what was observed of an account: one fact by its kind and flags, or many as "
      "JSON.",
      {{"kizuna signal record acme nps --score 9 --contact c-1 --comment \"saves us a day a week\"",
        "an answer to a survey"},
       {"kizuna signal record acme ticket --ticket-id t-17 --event opened --severity critical",
        "an open critical ticket"},
       {"kizuna signal record --json facts.json",
        "facts in the API's JSON form: an array, or one a line; - for standard input"},
       {"kizuna signal record acme nps --help", "the flags of one kind"}},
      [flags](Session& session) -> absl::StatusOr<ExitCode> {
        if (flags->json.empty()) {
          return UsageError("KIND",
                            "say what was observed, such as nps, or give --json FILE; see "
                            "`kizuna signal record --help`");
        }
        return RecordJson(*flags, session);
      });
  record->require_subcommand(0, 1);
  record->add_option("account", flags->account, "the account's id");
  record->add_option("--json", flags->json, "read facts as JSON; - for standard input")
      ->type_name("FILE");
  record
      ->add_option("--observed-at", flags->observed_at,
                   "when: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ (default: now)")
      ->type_name("DATE");
  record
      ->add_option("--source", flags->source, "who says so, for facts given by flags (default cli)")
      ->type_name("SOURCE");
  record
      ->add_option("--id", flags->id,
                   "the source's own id of the fact, so that it counts once (default: a new one)")
      ->type_name("ID");
  record
      ->add_option("--fact-version", flags->version, "a correction of --id needs a higher version")
      ->type_name("N");
  record->add_flag("--retract", flags->retract, "take the fact of --id back");
  for (const FactKind& kind : FactKinds()) AddKind(line, record, kind, flags);
}

}  // namespace kizuna::cli
