// SPDX-License-Identifier: Apache-2.0
//
// `kizuna blocked`: who may not be pitched to, by what, and who can do something about it?

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/answer_json.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/filter.h"
#include "client/cli/pages.h"
#include "client/cli/table.h"
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

std::vector<ListColumn> Columns(const Speech& say) {
  return {{"account", say(Phrase::kAccount)},
          {"display_name", say(Phrase::kName), Align::kLeft, true},
          {"verdict", say(Phrase::kVerdict)},
          {"motion", ""},
          {"product", ""},
          {"reasons", ""},
          {"gates", say(Phrase::kClosedGates), Align::kLeft, true},
          {"opens_at", say(Phrase::kOpensByItself)},
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

std::vector<ListValue> RowOf(const v1::ListBlockedResponse& row, absl::TimeZone zone, Format format,
                             const Speech& say) {
  std::vector<std::string> codes, names;
  Json gates = Json::MakeArray();
  absl::Time last = absl::InfinitePast();
  for (const v1::Reason& reason : row.reasons()) {
    codes.push_back(reason.code());
    names.push_back(say.Gate(reason.code()));
    gates.Append(reason.code());
    if (IsSet(reason.opens_at())) last = std::max(last, TimeOf(reason.opens_at()));
  }
  const Json opens_at = OpensAt(row);
  return {{IdOf(row.account()), IdOf(row.account())},
          {TextJson(row.display_name()), row.display_name()},
          {WordJson(row.verdict()), say.Word(row.verdict()), StyleOf(row.verdict())},
          {WordJson(row.motion()), ""},
          {TextJson(IdOf(row.product())), ""},
          {ToJsonArray(row.reasons()), ""},
          {format == Format::kCsv ? Json(absl::StrJoin(codes, ";")) : std::move(gates),
           say.Listed(names)},
          {opens_at, opens_at.is_null() ? "-" : TimeText(TimestampOf(last), zone)},
          {TextJson(row.owner()), ""},
          {row.revision(), ""},
          {row.rulebook_number(), ""},
          {TimeJson(row.checked_at()), ""},
          {TimeJson(row.can_change_at()), ""},
          {row.cursor(), ""}};
}

// Each gate of the rows once, with who can do what about it: a remedy is the same in every row.
class Remedies {
 public:
  explicit Remedies(const Speech& say) : say_(say) {}

  void Add(const v1::ListBlockedResponse& row) {
    for (const v1::Reason& reason : row.reasons()) {
      if (reason.remedy().empty()) continue;
      const auto [found, fresh] = gates_.try_emplace({reason.code(), reason.remedy()});
      if (fresh) found->second.who = reason.who_can_act();
      ++found->second.rows;
    }
  }

  // The table, the gate that stands in most rows first; empty without one.
  std::string Text(const TextStyle& style) const {
    std::vector<std::pair<Key, Seen>> sorted(gates_.begin(), gates_.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& one, const auto& other) {
      return one.second.rows > other.second.rows;
    });
    Table table({{say_(Phrase::kGate)},
                 {say_(Phrase::kCount), Align::kRight},
                 {say_(Phrase::kWhoCanAct), Align::kLeft, true},
                 {say_(Phrase::kRemedy), Align::kLeft, true}});
    for (const auto& [key, seen] : sorted) {
      table.AddRow({{say_.Gate(key.first), Style::kBold},
                    {Grouped(seen.rows)},
                    {say_.Actor(seen.who)},
                    {say_.Remedy(key.first, key.second)}});
    }
    if (table.empty()) return "";
    return Heading(say_(Phrase::kWhatOpensThem), style) + table.Render(style.columns, style.colour);
  }

 private:
  using Key = std::pair<std::string, std::string>;  // code and remedy
  struct Seen {
    std::string who;
    int64_t rows = 0;
  };

  const Speech say_;
  std::map<Key, Seen> gates_;
};

absl::StatusOr<ExitCode> RunBlocked(const BlockedFlags& flags, Session& session) {
  const absl::StatusOr<v1::ListBlockedRequest> request = RequestOf(flags);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const bool for_people = session.format() == Format::kTable;
  TextStyle style;
  if (for_people) style = TextStyleOf(session);
  Remedies remedies(style.say);
  const int64_t limit = LimitOf(flags.limit, session.format());
  ListPrinter list(session.terminal(), session.format(), "accounts", Columns(style.say));
  bool more = false;
  const absl::Status status =
      (*client)->ListBlocked(*request, [&](const v1::ListBlockedResponse& row) {
        more = limit != 0 && list.rows() >= limit;
        if (more) return false;
        list.Add(RowOf(row, style.zone, session.format(), style.say));
        if (for_people) remedies.Add(row);
        return true;
      });
  if (!status.ok()) return status;
  list.Finish(Json::MakeObject(), style.say(Phrase::kNobodyBlocked));
  session.out() << remedies.Text(style);
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
