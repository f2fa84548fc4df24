// SPDX-License-Identifier: Apache-2.0
//
// `kizuna blocked`: who may not be pitched to, by what, and who can do something about it?

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/answer_json.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/filter.h"
#include "client/cli/pages.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

struct BlockedFlags {
  FilterFlags filter;
  std::string motion;
  int64_t limit = -1;
};

absl::StatusOr<v1::ListBlockedRequest> RequestOf(const BlockedFlags& flags) {
  v1::ListBlockedRequest request;
  if (!flags.motion.empty()) {
    const absl::StatusOr<v1::Motion> motion = ParseWord<v1::Motion>("--motion", flags.motion);
    if (!motion.ok()) return motion.status();
    request.set_motion(*motion);
  }
  // Of the motion that is asked about, which the filter's own gate is not.
  FilterFlags others = flags.filter;
  request.set_gate(absl::AsciiStrToUpper(std::exchange(others.gate, "")));
  absl::StatusOr<std::string> filter = FilterOf(others);
  if (!filter.ok()) return filter.status();
  request.set_filter(*std::move(filter));
  return request;
}

std::vector<ListColumn> Columns() {
  return {{"account", "account"},
          {"display_name", "name", Align::kLeft, true},
          {"verdict", "verdict"},
          {"motion", ""},
          {"product", ""},
          {"reasons", ""},
          {"gates", "closed gates", Align::kLeft, true},
          {"", "who can act, and how", Align::kLeft, true},
          {"opens_at", "opens by itself"},
          {"owner", ""},
          {"revision", ""},
          {"rulebook_number", ""},
          {"checked_at", ""},
          {"can_change_at", ""},
          {"cursor", ""}};
}

// When the last of the gates opens by itself; null when one never does.
Json OpensAt(const v1::ListBlockedResponse& row) {
  absl::Time last = absl::InfinitePast();
  for (const v1::Reason& reason : row.reasons()) {
    if (!IsSet(reason.opens_at())) return Json();
    last = std::max(last, TimeOf(reason.opens_at()));
  }
  return row.reasons().empty() ? Json() : TimeJson(TimestampOf(last));
}

std::vector<ListValue> RowOf(const v1::ListBlockedResponse& row, absl::TimeZone zone,
                             Format format) {
  std::vector<std::string> codes, remedies;
  Json gates = Json::MakeArray();
  absl::Time last = absl::InfinitePast();
  for (const v1::Reason& reason : row.reasons()) {
    codes.push_back(reason.code());
    gates.Append(reason.code());
    if (IsSet(reason.opens_at())) last = std::max(last, TimeOf(reason.opens_at()));
    if (!reason.remedy().empty()) {
      remedies.push_back(absl::StrCat(reason.who_can_act(), ": ", reason.remedy()));
    }
  }
  const Json opens_at = OpensAt(row);
  return {{IdOf(row.account()), IdOf(row.account())},
          {TextJson(row.display_name()), row.display_name()},
          {WordJson(row.verdict()), Word(row.verdict()), StyleOf(row.verdict())},
          {WordJson(row.motion()), ""},
          {TextJson(IdOf(row.product())), ""},
          {ToJsonArray(row.reasons()), ""},
          {format == Format::kCsv ? Json(absl::StrJoin(codes, ";")) : std::move(gates),
           absl::StrJoin(codes, ", ")},
          {Json(), absl::StrJoin(remedies, " / ")},
          {opens_at, opens_at.is_null() ? "-" : TimeText(TimestampOf(last), zone)},
          {TextJson(row.owner()), ""},
          {row.revision(), ""},
          {row.rulebook_number(), ""},
          {TimeJson(row.checked_at()), ""},
          {TimeJson(row.can_change_at()), ""},
          {row.cursor(), ""}};
}

absl::StatusOr<ExitCode> RunBlocked(const BlockedFlags& flags, Session& session) {
  const absl::StatusOr<v1::ListBlockedRequest> request = RequestOf(flags);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::TimeZone zone =
      session.format() == Format::kTable ? TextStyleOf(session).zone : absl::UTCTimeZone();
  const int64_t limit = LimitOf(flags.limit, session.format());
  ListPrinter list(session.terminal(), session.format(), "accounts", Columns());
  bool more = false;
  const absl::Status status =
      (*client)->ListBlocked(*request, [&](const v1::ListBlockedResponse& row) {
        more = limit != 0 && list.rows() >= limit;
        if (!more) list.Add(RowOf(row, zone, session.format()));
        return !more;
      });
  if (!status.ok()) return status;
  list.Finish(Json::MakeObject(), "No account is blocked.");
  if (more) {
    session.Note(absl::StrCat("there are more accounts than these ", list.rows(),
                              "; see all with --limit 0"));
  }
  return kOk;
}

}  // namespace

void AddBlockedCommand(CommandLine& line) {
  const auto flags = std::make_shared<BlockedFlags>();
  CLI::App* const command =
      line.Add(nullptr, "blocked", "Who may not be pitched to, by what, and what would help.",
               {{"kizuna blocked --owner sato", "what stands in Sato's way"},
                {"kizuna blocked --gate DISSATISFIED", "everybody who is dissatisfied"},
                {"kizuna blocked --motion renewal --format csv > renewals.csv",
                 "with whom not even the renewal can be talked about"}},
               [flags](Session& session) { return RunBlocked(*flags, session); });
  line.MarkList(command);
  command
      ->add_option(
          "--motion", flags->motion,
          "this motion: " + WordsOf(v1::Motion_descriptor()) + " (default: the best pitch of each)")
      ->type_name("MOTION");
  command->add_option("--limit", flags->limit, kLimitHelp)
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  AddFilterFlags(command, &flags->filter);
}

}  // namespace kizuna::cli
