// SPDX-License-Identifier: Apache-2.0
//
// `kizuna reimport`: an export put into a server again, first the book, then every fact.

#include <google/protobuf/struct.pb.h>

#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/command.h"
#include "client/cli/export_files.h"
#include "client/cli/progress.h"
#include "client/cli/words.h"
#include "client/lib/error.h"

namespace kizuna::cli {
namespace {

constexpr size_t kFactsInMessage = 500;
// Refusals that are told one by one.
constexpr int kToldRefusals = 10;

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.good()) return absl::NotFoundError(absl::StrCat(path, " cannot be read"));
  return text.str();
}

// The export is whole, and of a book like the server's: days and money mean the same there.
absl::Status CheckManifest(const std::string& folder, Session& session, client::Client& client) {
  const std::string path = absl::StrCat(folder, "/", kManifestFile);
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) {
    return UsageError("DIR", absl::StrCat(folder, " holds no whole export: ", path, " is missing"));
  }
  google::protobuf::Struct manifest;
  if (absl::Status wrong = ReadMessage(path, *text, 1, &manifest); !wrong.ok()) return wrong;
  const auto status = client.GetStatus({});
  if (!status.ok()) return status.status();
  const auto& fields = manifest.fields();
  const auto differs = [&](const char* name, const std::string& here) {
    const auto found = fields.find(name);
    return found == fields.end() || found->second.string_value() != here;
  };
  if (differs("time_zone", status->settings().time_zone()) ||
      differs("currency_code", status->settings().currency_code())) {
    return UsageError(
        "DIR",
        absl::StrCat("the export is of a book with another time zone or currency than "
                     "the server's (",
                     status->settings().time_zone(), ", ", status->settings().currency_code(),
                     "); create the server's store with those of ", path));
  }
  const auto steps = fields.find("reservation_steps");
  if (steps != fields.end() && steps->second.number_value() > 0) {
    session.Note(absl::StrCat(
        static_cast<int64_t>(steps->second.number_value()),
        " steps of reservations stay out: the server alone writes those, so its digest will "
        "differ"));
  }
  return absl::OkStatus();
}

// What is there already is left as it is.
absl::Status UnlessThere(const absl::Status& status) {
  return absl::IsAlreadyExists(status) ? absl::OkStatus() : status;
}

absl::Status PutBook(const std::string& folder, client::Client& client) {
  const auto in = [&folder](const char* name) { return absl::StrCat(folder, "/", name); };
  absl::Status status =
      ForEachLine(in(kProductsFile), [&](const std::string& line, int64_t number) {
        v1::CreateProductRequest request;
        absl::Status read = ReadMessage(in(kProductsFile), line, number, request.mutable_product());
        request.set_product_id(IdOf(request.product().name()));
        return read.ok() ? UnlessThere(client.CreateProduct(request).status()) : read;
      });
  if (!status.ok()) return status;
  status = ForEachLine(in(kMetricsFile), [&](const std::string& line, int64_t number) {
    v1::CreateMetricRequest request;
    absl::Status read = ReadMessage(in(kMetricsFile), line, number, request.mutable_metric());
    return read.ok() ? UnlessThere(client.CreateMetric(request).status()) : read;
  });
  if (!status.ok()) return status;
  const absl::StatusOr<std::string> rules = ReadFile(in(kRulesFile));
  if (!rules.ok()) return rules.status();
  v1::GetRulebookRequest active;
  active.set_name("rulebooks/active");
  const auto present = client.GetRulebook(active);
  if (!present.ok()) return present.status();
  if (present->text() != *rules) {
    v1::ActivateRulebookRequest activate;
    activate.set_text(*rules);
    activate.set_author("kizuna reimport");
    const auto activated = client.ActivateRulebook(activate);
    if (!activated.ok()) return activated.status();
  }
  return ForEachLine(in(kSourcesFile), [&](const std::string& line, int64_t number) {
    v1::UpdateSourceRequest request;
    absl::Status read = ReadMessage(in(kSourcesFile), line, number, request.mutable_source());
    request.mutable_source()->clear_rulebook_number();
    request.set_allow_missing(true);
    return read.ok() ? client.UpdateSource(request).status() : read;
  });
}

// Facts sent, and those that were refused.
struct Sent {
  int64_t taken = 0;
  int64_t refused = 0;
};

absl::StatusOr<Sent> PutFacts(const std::string& folder, Session& session, client::Client& client) {
  Sent sent;
  Progress progress(session.terminal(), "facts sent");
  const std::unique_ptr<client::FactStream> stream = client.StreamFacts(
      {}, [&](const v1::StreamFactsRequest& message, const v1::StreamFactsResponse& ack) {
        for (int i = 0; i < ack.results_size(); ++i) {
          const v1::FactResult& result = ack.results(i);
          if (!result.has_error()) {
            ++sent.taken;
          } else if (++sent.refused <= kToldRefusals) {
            const v1::Fact& fact = message.facts(i);
            session.err() << "refused: " << IdOf(fact.account()) << " " << fact.source() << "/"
                          << fact.fact_id() << ": "
                          << client::StatusOfItem(result.error()).message() << "\n";
          }
        }
        progress.Update(sent.taken + sent.refused);
      });
  std::vector<v1::Fact> facts;
  const std::string path = absl::StrCat(folder, "/", kFactsFile);
  absl::Status status = ForEachLine(path, [&](const std::string& line, int64_t number) {
    absl::Status read = ReadMessage(path, line, number, &facts.emplace_back());
    if (!read.ok() || facts.size() < kFactsInMessage) return read;
    return stream->Write(std::exchange(facts, {}));
  });
  if (status.ok() && !facts.empty()) status = stream->Write(std::move(facts));
  if (status.ok()) status = stream->Finish();
  if (!status.ok()) return status;
  return sent;
}

absl::StatusOr<ExitCode> RunReimport(const std::string& folder, Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  absl::Status status = CheckManifest(folder, session, **client);
  if (status.ok()) status = PutBook(folder, **client);
  if (!status.ok()) return status;
  const absl::StatusOr<Sent> sent = PutFacts(folder, session, **client);
  if (!sent.ok()) return sent.status();
  if (session.format() == Format::kTable) {
    session.out() << Counted(sent->taken, "fact", "facts") << " taken, " << Grouped(sent->refused)
                  << " refused\n";
  } else if (session.format() == Format::kJson) {
    session.out()
        << Json::MakeObject().Set("taken", sent->taken).Set("refused", sent->refused).Dump()
        << "\n";
  } else {
    session.out() << CsvLine({"taken", "refused"})
                  << CsvLine({absl::StrCat(sent->taken), absl::StrCat(sent->refused)});
  }
  return sent->refused > 0 ? kRejected : kOk;
}

}  // namespace

void AddReimportCommand(CommandLine& line) {
  const auto folder = std::make_shared<std::string>();
  CLI::App* const command = line.Add(
      nullptr, "reimport", "Put an export into a server: rulebook, catalogue, sources, all facts.",
      {{"kizuna reimport book-2026-11 --server 127.0.0.1:7410",
        "into a server with an empty store; what is there already counts once"}},
      [folder](Session& session) { return RunReimport(*folder, session); });
  command->add_option("dir", *folder, "the folder of `kizuna export`")->required();
}

}  // namespace kizuna::cli
