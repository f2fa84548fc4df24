// SPDX-License-Identifier: Apache-2.0
#include "client/cli/recording.h"

#include <cmath>
#include <tuple>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/cli/fact_id.h"
#include "client/cli/fact_text.h"
#include "client/cli/moment.h"
#include "client/cli/words.h"
#include "client/lib/error.h"
#include "google/rpc/error_details.pb.h"

namespace kizuna::cli {
namespace {

// The later observed wins; then the larger source, then the larger id, as everywhere.
bool IsLater(const v1::Fact& a, const v1::Fact& b) {
  const auto key = [](const v1::Fact& fact) {
    return std::tuple(fact.observed_at().seconds(), fact.observed_at().nanos(), fact.source(),
                      fact.fact_id());
  };
  return key(b) < key(a);
}

// "facts[0].hold.reason" as "--reason".
std::string FlagOf(absl::string_view field, const TypedAs& typed_as) {
  const size_t dot = field.rfind('.');
  const std::string last(dot == absl::string_view::npos ? field : field.substr(dot + 1));
  const auto known = typed_as.find(last);
  if (known != typed_as.end()) return known->second;
  return absl::StrCat("--", absl::StrReplaceAll(last, {{"_", "-"}}));
}

// The server's refusal in the words of the command line.
absl::Status RefusalOf(const google::rpc::Status& error, const TypedAs& typed_as) {
  for (const google::protobuf::Any& detail : error.details()) {
    google::rpc::BadRequest request;
    if (!detail.UnpackTo(&request) || request.field_violations().empty()) continue;
    const std::string message =
        absl::StrJoin(request.field_violations(), "\n", [&](std::string* out, const auto& wrong) {
          absl::StrAppend(out, FlagOf(wrong.field(), typed_as), ": ", wrong.description());
        });
    return absl::InvalidArgumentError(message);
  }
  return client::StatusOfItem(error);
}

// "DENY: DISSATISFIED, HOLD".
std::string VerdictText(const v1::CheckPitchResponse& answer) {
  std::vector<std::string> codes;
  for (const v1::Reason& reason : answer.reasons()) {
    if (!reason.waived()) codes.push_back(reason.code());
  }
  return absl::StrCat(Word(answer.verdict()), codes.empty() ? "" : ": ",
                      absl::StrJoin(codes, ", "));
}

// The best pitch, judged as of `revision` at least.
v1::CheckPitchResponse Judge(const std::string& account, uint64_t revision,
                             client::Client& client) {
  v1::CheckPitchRequest request;
  request.set_account(account);
  request.set_at_least_as_fresh(revision);
  auto answer = client.CheckPitch(request);
  return answer.ok() ? *std::move(answer) : v1::CheckPitchResponse();
}

}  // namespace

absl::Status SetInstant(absl::string_view flag, const std::string& typed, Session& session,
                        google::protobuf::Timestamp* out) {
  const absl::StatusOr<Moment> moment = ParseMoment(flag, typed);
  if (!moment.ok()) return moment.status();
  absl::StatusOr<absl::TimeZone> zone = absl::UTCTimeZone();
  if (moment->day.has_value()) zone = session.BookTimeZone();
  if (!zone.ok()) return zone.status();
  *out = TimestampOf(InstantOf(*moment, *zone));
  return absl::OkStatus();
}

absl::Status SetDay(absl::string_view flag, const std::string& typed, v1::Date* out) {
  const absl::StatusOr<absl::CivilDay> day = ParseDay(flag, typed);
  if (!day.ok()) return day.status();
  *out = DateOf(*day);
  return absl::OkStatus();
}

absl::StatusOr<double> NumberOf(absl::string_view flag, const std::string& typed) {
  double number = 0;
  if (absl::SimpleAtod(typed, &number) && std::isfinite(number)) return number;
  return UsageError(flag, absl::StrCat("'", typed, "' is not a number"));
}

absl::StatusOr<v1::Fact> NewestFact(const std::string& account, absl::string_view what,
                                    const std::function<bool(const v1::Fact&)>& is_it,
                                    Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  v1::ListFactsRequest request;
  request.set_parent(AccountName(account));
  request.set_page_size(1000);
  request.set_include_words(true);
  v1::Fact newest;
  bool found = false;
  do {
    const absl::StatusOr<v1::ListFactsResponse> page = (*client)->ListFacts(request);
    if (!page.ok()) return page.status();
    for (const v1::RecordedFact& recorded : page->facts()) {
      const v1::Fact& fact = recorded.fact();
      if (fact.retracted() || !is_it(fact) || (found && !IsLater(fact, newest))) continue;
      newest = fact;
      found = true;
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  if (found) return newest;
  return UsageError(what, absl::StrCat("the account has none of this id; see them with `kizuna "
                                       "timeline ",
                                       account, " --kind fact`"));
}

absl::StatusOr<ExitCode> RecordAndTell(const std::string& account, v1::Fact fact,
                                       const std::string& done, const TypedAs& typed_as,
                                       Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  fact.set_account(AccountName(account));
  fact.set_source("cli");
  fact.set_fact_id(NewFactId());
  const v1::CheckPitchResponse before = Judge(fact.account(), 0, **client);
  v1::RecordFactsRequest request;
  *request.add_facts() = fact;
  const absl::StatusOr<v1::RecordFactsResponse> response = (*client)->RecordFacts(request);
  if (!response.ok()) return response.status();
  const v1::FactResult& result = response->results(0);
  if (result.has_error()) return RefusalOf(result.error(), typed_as);
  const uint64_t revision = result.accepted().revision();
  const v1::CheckPitchResponse after = Judge(fact.account(), revision, **client);
  const std::string was = VerdictText(before);
  const std::string is = VerdictText(after);
  if (session.format() != Format::kTable) {
    Json document = Json::MakeObject()
                        .Set("account", account)
                        .Set("done", done)
                        .Set("source", fact.source())
                        .Set("fact_id", fact.fact_id())
                        .Set("kind", ContentKind(fact))
                        .Set("revision", revision)
                        .Set("verdict_before", WordJson(before.verdict()))
                        .Set("verdict_after", WordJson(after.verdict()));
    if (session.format() == Format::kJson) {
      session.out() << document.Dump() << "\n";
      return kOk;
    }
    session.out() << CsvLine({"field", "value"});
    for (const Json::Field& field : document.fields()) {
      session.out() << CsvLine({field.first, field.second.Plain()});
    }
    return kOk;
  }
  session.out() << done << "; " << account
                << (was == is ? absl::StrCat(" stays ", is) : absl::StrCat(": ", was, " -> ", is))
                << "\n";
  return kOk;
}

}  // namespace kizuna::cli
