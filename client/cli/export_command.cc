// SPDX-License-Identifier: Apache-2.0
//
// `kizuna export`: all that a book holds, as files: accounts, facts, scores, history, reservations,
// and what importing it needs besides.

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "client/cli/answer_json.h"
#include "client/cli/command.h"
#include "client/cli/export_files.h"
#include "client/cli/fact_text.h"
#include "client/cli/progress.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

constexpr int32_t kPage = 1000;
// How often an account is read again that changed while it was read.
constexpr int kTries = 20;

using Form = RowFile::Form;

// Calls `call` for every page of a list, and `take` with each.
template <typename Request, typename Call, typename Take>
absl::Status EveryPage(Request request, const Call& call, const Take& take) {
  request.set_page_size(kPage);
  do {
    const auto page = call(request);
    if (!page.ok()) return page.status();
    take(*page);
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

// All that is exported of one account, of one revision.
struct Whole {
  v1::Account account;
  std::vector<v1::Fact> facts;  // the profile's first, so that they create the account again
  std::vector<v1::Fact> reservations;
  v1::Health health;
  std::vector<v1::HealthHistoryEntry> history;
};

class Export {
 public:
  Export(client::Client& client, std::string folder, Form form)
      : client_(client),
        folder_(std::move(folder)),
        accounts_(folder_, "accounts", form),
        scores_(folder_, "scores", form),
        history_(folder_, "history", form),
        reservations_(folder_, "reservations", form),
        facts_(folder_, "facts", Form::kJsonl) {}

  absl::Status Run(Session& session) {
    absl::Status status = TakeCursor();
    if (status.ok()) status = WriteBook();
    if (status.ok()) status = WriteAccounts(session);
    for (RowFile* const file : {&accounts_, &scores_, &history_, &reservations_, &facts_}) {
      if (status.ok()) status = file->Close();
    }
    if (status.ok()) status = WriteManifest();
    return status;
  }

  int64_t accounts() const { return accounts_.rows(); }
  int64_t facts() const { return facts_.rows(); }

 private:
  // Where a watch hears of everything that changes from now on: taken before the first account is
  // read, so that nothing falls between the export and the watch.
  absl::Status TakeCursor() {
    const std::unique_ptr<client::Watcher> watch = client_.WatchAccounts({});
    const auto first = watch->Next();
    if (!first.ok()) return first.status();
    cursor_ = watch->cursor();
    watch->Cancel();
    return absl::OkStatus();
  }

  absl::Status WriteBook() {
    v1::GetRulebookRequest active;
    active.set_name("rulebooks/active");
    const auto rules = client_.GetRulebook(active);
    if (!rules.ok()) return rules.status();
    rulebook_number_ = rules->number();
    std::ofstream text(absl::StrCat(folder_, "/", kRulesFile), std::ios::binary | std::ios::trunc);
    text << rules->text();
    text.close();
    if (!text.good()) return absl::UnavailableError("the rulebook could not be written");
    RowFile products(folder_, "products", Form::kJsonl);
    absl::Status status = EveryPage(
        v1::ListProductsRequest(), [&](const auto& page) { return client_.ListProducts(page); },
        [&](const auto& page) {
          for (const v1::Product& product : page.products()) products.Add(product);
        });
    if (status.ok()) status = products.Close();
    RowFile metrics(folder_, "metrics", Form::kJsonl);
    if (status.ok()) {
      status = EveryPage(
          v1::ListMetricsRequest(), [&](const auto& page) { return client_.ListMetrics(page); },
          [&](const auto& page) {
            for (const v1::Metric& metric : page.metrics()) metrics.Add(metric);
          });
    }
    if (status.ok()) status = metrics.Close();
    RowFile sources(folder_, "sources", Form::kJsonl);
    if (status.ok()) {
      status = EveryPage(
          v1::ListSourcesRequest(), [&](const auto& page) { return client_.ListSources(page); },
          [&](const auto& page) {
            for (const v1::Source& source : page.sources()) sources.Add(source);
          });
    }
    if (status.ok()) status = sources.Close();
    return status;
  }

  absl::Status WriteAccounts(Session& session) {
    Progress progress(session.terminal(), "accounts exported");
    v1::ListAccountsRequest request;
    request.set_page_size(kPage);
    do {
      const auto page = client_.ListAccounts(request);
      if (!page.ok()) return page.status();
      for (const v1::Account& account : page->accounts()) {
        Whole whole;
        const absl::Status status = ReadWhole(account.name(), &whole);
        if (absl::IsNotFound(status)) continue;  // erased since it was listed
        if (!status.ok()) return status;
        Write(whole);
        progress.Update(accounts_.rows());
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return absl::OkStatus();
  }

  // Reads the account until all that was read is of one revision.
  absl::Status ReadWhole(const std::string& name, Whole* whole) {
    for (int i = 0; i < kTries; ++i) {
      *whole = Whole();
      v1::GetAccountRequest get;
      get.set_name(name);
      const auto account = client_.GetAccount(get);
      if (!account.ok()) return account.status();
      whole->account = *account;
      if (absl::Status status = ReadParts(name, whole); !status.ok()) return status;
      const auto again = client_.GetAccount(get);
      if (!again.ok()) return again.status();
      if (again->revision() == account->revision()) return absl::OkStatus();
    }
    return absl::AbortedError(absl::StrCat(
        IdOf(name), " changes faster than it can be read; export again when less comes in"));
  }

  absl::Status ReadParts(const std::string& name, Whole* whole) {
    v1::ListFactsRequest facts;
    facts.set_parent(name);
    facts.set_all_versions(true);
    facts.set_include_words(true);
    absl::Status status = EveryPage(
        facts, [&](const auto& page) { return client_.ListFacts(page); },
        [&](const auto& page) {
          for (const v1::RecordedFact& recorded : page.facts()) {
            const bool reservation = recorded.fact().has_reservation();
            (reservation ? whole->reservations : whole->facts).push_back(recorded.fact());
          }
        });
    if (!status.ok()) return status;
    std::stable_partition(whole->facts.begin(), whole->facts.end(),
                          [](const v1::Fact& fact) { return fact.has_profile(); });
    v1::GetHealthRequest health;
    health.set_name(name);
    const auto scored = client_.GetHealth(health);
    if (!scored.ok()) return scored.status();
    whole->health = *scored;
    v1::ListHealthHistoryRequest history;
    history.set_parent(name);
    return EveryPage(
        history, [&](const auto& page) { return client_.ListHealthHistory(page); },
        [&](const auto& page) {
          whole->history.insert(whole->history.end(), page.entries().begin(), page.entries().end());
        });
  }

  void Write(const Whole& whole) {
    const std::string id = IdOf(whole.account.name());
    accounts_.Add(ToJson(whole.account));
    scores_.Add(ToJson(whole.health));
    for (const v1::HealthHistoryEntry& day : whole.history) {
      Json verdicts = Json::MakeObject();
      for (const v1::MotionVerdict& verdict : day.verdicts()) {
        verdicts.Set(Word(verdict.motion()), WordJson(verdict.verdict()));
      }
      history_.Add(Json::MakeObject()
                       .Set("account", id)
                       .Set("date", DateJson(day.date()))
                       .Set("score", OptionalJson(day.has_score(), day.score()))
                       .Set("raw", OptionalJson(day.has_raw_score(), day.raw_score()))
                       .Set("band", WordJson(day.band()))
                       .Set("coverage", day.coverage())
                       .Set("loyalty_tier", WordJson(day.loyalty_tier()))
                       .Set("touch_tier", WordJson(day.touch_tier()))
                       .Set("cell", WordJson(day.cell()))
                       .Set("verdicts", std::move(verdicts))
                       .Set("revision", day.revision())
                       .Set("rulebook_number", day.rulebook_number()));
    }
    for (const v1::Fact& step : whole.reservations) {
      const v1::Reservation& reservation = step.reservation();
      reservations_.Add(Json::MakeObject()
                            .Set("account", id)
                            .Set("reservation_id", reservation.reservation_id())
                            .Set("observed_at", TimeJson(step.observed_at()))
                            .Set("status", WordJson(reservation.status()))
                            .Set("outcome", WordJson(reservation.outcome()))
                            .Set("team", reservation.team())
                            .Set("holder", reservation.holder())
                            .Set("motion", WordJson(reservation.motion()))
                            .Set("product", TextJson(IdOf(reservation.product())))
                            .Set("decision_id", TextJson(reservation.decision_id()))
                            .Set("step", ContentJson(step)));
    }
    for (const v1::Fact& fact : whole.facts) facts_.Add(fact);
  }

  absl::Status WriteManifest() {
    const auto status = client_.GetStatus({});
    if (!status.ok()) return status.status();
    std::ofstream file(absl::StrCat(folder_, "/", kManifestFile),
                       std::ios::binary | std::ios::trunc);
    file << Json::MakeObject()
                .Set("format", 1)
                .Set("time_zone", status->settings().time_zone())
                .Set("currency_code", status->settings().currency_code())
                .Set("rulebook_number", rulebook_number_)
                .Set("watch_cursor", cursor_)
                .Set("accounts", accounts_.rows())
                .Set("facts", facts_.rows())
                .Set("reservation_steps", reservations_.rows())
                .Dump()
         << "\n";
    file.close();
    if (file.good()) return absl::OkStatus();
    return absl::UnavailableError("the manifest could not be written; the export is not whole");
  }

  client::Client& client_;
  const std::string folder_;
  RowFile accounts_, scores_, history_, reservations_, facts_;
  std::string cursor_;
  uint64_t rulebook_number_ = 0;
};

absl::StatusOr<ExitCode> RunExport(const std::string& folder, const std::string& format,
                                   Session& session) {
  if (!format.empty() && format != "csv" && format != "jsonl") {
    return UsageError("--format", absl::StrCat("'", format, "' is not known; write csv or jsonl"));
  }
  const bool csv = format == "csv" || (format.empty() && session.format() == Format::kCsv);
  std::error_code fault;
  std::filesystem::create_directories(folder, fault);
  if (fault) return UsageError("--out", absl::StrCat(folder, ": ", fault.message()));
  if (!std::filesystem::is_empty(folder, fault) || fault) {
    return UsageError("--out", absl::StrCat(folder, " is not empty; name a new folder"));
  }
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  Export all(**client, folder, csv ? Form::kCsv : Form::kJsonl);
  if (const absl::Status status = all.Run(session); !status.ok()) return status;
  session.out() << Counted(all.accounts(), "account", "accounts") << " with "
                << Counted(all.facts(), "fact", "facts") << " exported to " << folder << "\n";
  return kOk;
}

}  // namespace

void AddExportCommand(CommandLine& line) {
  const auto folder = std::make_shared<std::string>();
  const auto format = std::make_shared<std::string>();
  CLI::App* const command = line.Add(
      nullptr, "export", "All accounts, facts, scores, history and reservations, as files.",
      {{"kizuna export --out book-2026-11", "one object a line; `kizuna reimport` takes it back"},
       {"kizuna export --out book-2026-11 --format csv", "the tables for a spreadsheet"}},
      [folder, format](Session& session) { return RunExport(*folder, *format, session); });
  command->add_option("--out", *folder, "a folder that is empty or not there yet")
      ->type_name("DIR")
      ->required();
  command
      ->add_option("--format", *format,
                   "how the tables are written: csv|jsonl (default jsonl); facts are jsonl always")
      ->type_name("FORM");
}

}  // namespace kizuna::cli
