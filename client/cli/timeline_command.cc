// SPDX-License-Identifier: Apache-2.0
//
// `kizuna timeline`: what happened with an account, in order: facts, contacts, reservations, leaks
// and what changed.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/display_text.h"
#include "client/cli/fact_text.h"
#include "client/cli/moment.h"
#include "client/cli/pages.h"
#include "client/cli/words.h"
#include "client/lib/past.h"

namespace kizuna::cli {
namespace {

struct TimelineFlags {
  std::string account;
  std::string since;
  std::string until;
  std::vector<std::string> kinds;
  bool newest_first = false;
  int64_t limit = -1;
};

// The word of a value, such as "GREEN" or "holds".
Json ValueJson(bool has, const v1::ChangeValue& value) {
  if (!has) return Json();
  switch (value.value_case()) {
    case v1::ChangeValue::kBand:
      return WordJson(value.band());
    case v1::ChangeValue::kVerdict:
      return WordJson(value.verdict());
    case v1::ChangeValue::kGateHolds:
      return value.gate_holds();
    case v1::ChangeValue::kLoyaltyTier:
      return WordJson(value.loyalty_tier());
    case v1::ChangeValue::kTouchTier:
      return WordJson(value.touch_tier());
    case v1::ChangeValue::kReservationStatus:
      return WordJson(value.reservation_status());
    case v1::ChangeValue::VALUE_NOT_SET:
      break;
  }
  return Json();
}

std::string ChangeText(const v1::AccountChange& change) {
  if (change.kind() == v1::CHANGE_KIND_CREATED) return "created";
  if (change.kind() == v1::CHANGE_KIND_GATE) {
    return absl::StrCat("gate ", OneLine(change.gate()),
                        change.after().gate_holds() ? " closed for " : " opened for ",
                        PitchText(change.motion(), ""));
  }
  std::string what = SpokenWord(change.kind());
  if (change.kind() == v1::CHANGE_KIND_VERDICT) {
    what = absl::StrCat("verdict on ", PitchText(change.motion(), ""));
  }
  const std::string before = ValueJson(change.has_before(), change.before()).Plain();
  const std::string after = ValueJson(change.has_after(), change.after()).Plain();
  return absl::StrCat(what, " ", before.empty() ? "" : absl::StrCat(Spoken(before), " -> "),
                      Spoken(after));
}

std::string ChangesText(const v1::TimelineChange& changes) {
  std::vector<std::string> parts;
  for (const v1::AccountChange& change : changes.changes()) parts.push_back(ChangeText(change));
  std::string text = absl::StrJoin(parts, "; ");
  if (changes.cause() != v1::CHANGE_CAUSE_UNSPECIFIED) {
    absl::StrAppend(&text, " (by ", SpokenWord(changes.cause()), ")");
  }
  return text;
}

std::string LeakText(const v1::Leak& leak) {
  return absl::StrCat(PitchText(leak.motion(), leak.product()), " by ", OneLine(leak.team()),
                      ", which a check answers ", Word(leak.verdict()), ": ",
                      absl::StrJoin(leak.gates(), " "));
}

// What happened, for people.
std::string WhatText(const v1::TimelineEntry& entry, const TextStyle& style) {
  switch (entry.what_case()) {
    case v1::TimelineEntry::kFact: {
      const std::string text = ContentText(entry.fact(), style.zone);
      // Of the other kinds the column beside it tells what the fact is.
      if (entry.kind() != v1::TIMELINE_KIND_FACT) return text;
      return absl::StrCat(Spoken(ContentKind(entry.fact())), ": ", text);
    }
    case v1::TimelineEntry::kLeak:
      return LeakText(entry.leak());
    case v1::TimelineEntry::kChange:
      return ChangesText(entry.change());
    case v1::TimelineEntry::WHAT_NOT_SET:
      break;
  }
  return "";
}

// The same for programs.
Json WhatJson(const v1::TimelineEntry& entry) {
  switch (entry.what_case()) {
    case v1::TimelineEntry::kFact:
      return ContentJson(entry.fact());
    case v1::TimelineEntry::kLeak: {
      Json gates = Json::MakeArray();
      for (const std::string& gate : entry.leak().gates()) gates.Append(gate);
      return Json::MakeObject()
          .Set("team", entry.leak().team())
          .Set("partner", TextJson(entry.leak().partner()))
          .Set("motion", WordJson(entry.leak().motion()))
          .Set("product", TextJson(IdOf(entry.leak().product())))
          .Set("verdict", WordJson(entry.leak().verdict()))
          .Set("gates", std::move(gates));
    }
    case v1::TimelineEntry::kChange: {
      Json changes = Json::MakeArray();
      for (const v1::AccountChange& change : entry.change().changes()) {
        changes.Append(Json::MakeObject()
                           .Set("kind", WordJson(change.kind()))
                           .Set("motion", WordJson(change.motion()))
                           .Set("gate", TextJson(change.gate()))
                           .Set("before", ValueJson(change.has_before(), change.before()))
                           .Set("after", ValueJson(change.has_after(), change.after())));
      }
      return Json::MakeObject()
          .Set("cause", WordJson(entry.change().cause()))
          .Set("revision", entry.change().revision())
          .Set("rulebook_number", entry.change().rulebook_number())
          .Set("changes", std::move(changes));
    }
    case v1::TimelineEntry::WHAT_NOT_SET:
      break;
  }
  return Json();
}

std::vector<ListValue> RowOf(const v1::TimelineEntry& entry, const TextStyle& style) {
  const bool fact = entry.has_fact();
  const bool leak = entry.has_leak();
  // A change that is known by its day alone is not told to the minute.
  const std::string when = entry.change().has_day() ? DateText(entry.change().day())
                                                    : TimeText(entry.time(), style.zone);
  return {{TimeJson(entry.time()), when},
          {WordJson(entry.kind()), SpokenWord(entry.kind()), leak ? Style::kBad : Style::kPlain},
          {fact ? TextJson(ContentKind(entry.fact())) : Json(), ""},
          {fact   ? TextJson(entry.fact().source())
           : leak ? TextJson(entry.leak().source())
                  : Json(),
           ""},
          {fact   ? TextJson(entry.fact().fact_id())
           : leak ? TextJson(entry.leak().fact_id())
                  : Json(),
           ""},
          {WhatJson(entry), WhatText(entry, style)}};
}

// The first instant of a day, or the instant.
absl::Time BeginOf(const Moment& moment, absl::TimeZone zone) {
  return moment.day.has_value() ? absl::FromCivil(*moment.day, zone) : moment.instant;
}

absl::StatusOr<v1::ListTimelineRequest> RequestOf(const TimelineFlags& flags, Session& session) {
  v1::ListTimelineRequest request;
  request.set_parent(AccountName(flags.account));
  request.set_newest_first(flags.newest_first);
  for (const std::string& word : flags.kinds) {
    const absl::StatusOr<v1::TimelineKind> kind = ParseWord<v1::TimelineKind>("--kind", word);
    if (!kind.ok()) return kind.status();
    request.add_kinds(*kind);
  }
  const auto zone_for = [&](const Moment& moment) -> absl::StatusOr<absl::TimeZone> {
    if (!moment.day.has_value()) return absl::UTCTimeZone();
    return session.BookTimeZone();
  };
  if (!flags.since.empty()) {
    const absl::StatusOr<Moment> since = ParseMoment("--since", flags.since);
    if (!since.ok()) return since.status();
    const absl::StatusOr<absl::TimeZone> zone = zone_for(*since);
    if (!zone.ok()) return zone.status();
    *request.mutable_since() = TimestampOf(BeginOf(*since, *zone));
  }
  if (!flags.until.empty()) {
    absl::StatusOr<Moment> until = ParseMoment("--until", flags.until);
    if (!until.ok()) return until.status();
    const absl::StatusOr<absl::TimeZone> zone = zone_for(*until);
    if (!zone.ok()) return zone.status();
    // The whole of a day; the end of today is still to come and needs no bound.
    if (until->day.has_value()) ++*until->day;
    const absl::Time end = BeginOf(*until, *zone);
    if (!until->day.has_value() || end < absl::Now()) *request.mutable_until() = TimestampOf(end);
  }
  return request;
}

absl::StatusOr<ExitCode> RunTimeline(const TimelineFlags& flags, Session& session) {
  const absl::StatusOr<v1::ListTimelineRequest> request = RequestOf(flags, session);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> server = session.Client();
  if (!server.ok()) return server.status();
  const auto client = client::PastClient::Create((*server)->options());
  if (!client.ok()) return client.status();
  const TextStyle style = TextStyleOf(session);
  ListPrinter list(session.terminal(), session.format(), "entries",
                   {{"time", "when"},
                    {"kind", "kind"},
                    {"fact", ""},
                    {"source", ""},
                    {"fact_id", ""},
                    {"what", "what", Align::kLeft, true}});
  const absl::StatusOr<v1::ListTimelineResponse> last = ForEachPage(
      session, *request, LimitOf(flags.limit, session.format()), "entries",
      [&](const v1::ListTimelineRequest& page) { return (*client)->ListTimeline(page); },
      [&](const v1::ListTimelineResponse& page) {
        for (const v1::TimelineEntry& entry : page.entries()) list.Add(RowOf(entry, style));
        return static_cast<int64_t>(page.entries_size());
      });
  if (!last.ok()) return last.status();
  list.Finish(Json::MakeObject().Set("account", IdOf(request->parent())),
              "Nothing of these kinds happened in that time.");
  return kOk;
}

}  // namespace

void AddTimelineCommand(CommandLine& line) {
  const auto flags = std::make_shared<TimelineFlags>();
  CLI::App* const command = line.Add(
      nullptr, "timeline",
      "What happened with an account, in order: facts, contacts, reservations, changes, leaks.",
      {{"kizuna timeline acme --newest-first", "what happened last"},
       {"kizuna timeline acme --kind interaction --since 2026-07-01", "who spoke with them"},
       {"kizuna timeline acme --kind change --format csv > acme.csv",
        "bands, tiers, verdicts and gates, for a spreadsheet"}},
      [flags](Session& session) { return RunTimeline(*flags, session); });
  line.MarkList(command);
  command->add_option("account", flags->account, "the account's id")->required();
  command
      ->add_option("--since", flags->since,
                   "from that day, or instant, on: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ")
      ->type_name("DATE");
  command->add_option("--until", flags->until, "up to that day's end, or before that instant")
      ->type_name("DATE");
  command
      ->add_option("--kind", flags->kinds,
                   absl::StrCat(WordsOf(v1::TimelineKind_descriptor()),
                                "; may be repeated (default: all but usage)"))
      ->type_name("KIND")
      ->allow_extra_args(false);
  command->add_flag("--newest-first", flags->newest_first, "the newest first");
  command->add_option("--limit", flags->limit, kLimitHelp)->type_name("N");
}

}  // namespace kizuna::cli
