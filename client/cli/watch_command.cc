// SPDX-License-Identifier: Apache-2.0
//
// `kizuna watch`: what changes, as it changes, a line an event, until Ctrl-C. Whoever keeps the
// last cursor goes on where they stopped.

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/display_text.h"
#include "client/cli/filter.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

struct WatchFlags {
  std::vector<std::string> accounts;
  std::vector<std::string> kinds;
  FilterFlags filter;
  std::string since;
  bool from_start = false;
  bool checkpoints = false;
  int64_t limit = 0;
};

absl::StatusOr<v1::WatchAccountsRequest> RequestOf(const WatchFlags& flags) {
  v1::WatchAccountsRequest request;
  request.set_cursor(flags.since);
  request.set_from_start(flags.from_start);
  for (const std::string& account : flags.accounts) request.add_accounts(AccountName(account));
  for (const std::string& word : flags.kinds) {
    const absl::StatusOr<v1::ChangeKind> kind = ParseWord<v1::ChangeKind>("--kind", word);
    if (!kind.ok()) return kind.status();
    request.add_kinds(*kind);
  }
  absl::StatusOr<std::string> filter = FilterOf(flags.filter);
  if (!filter.ok()) return filter.status();
  request.set_filter(*std::move(filter));
  return request;
}

// Cancels a watch on Ctrl-C or SIGTERM. Made before any other thread, so that all of them leave the
// signals to this one.
class Interruption {
 public:
  Interruption() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }

  void Cancels(std::shared_ptr<client::Watcher> watcher) {
    thread_ = std::thread([this, watcher = std::move(watcher)] {
      int received = 0;
      sigwait(&signals_, &received);
      if (!over_) watcher->Cancel();
    });
  }

  ~Interruption() {
    over_ = true;
    if (thread_.joinable()) {
      pthread_kill(thread_.native_handle(), SIGTERM);
      thread_.join();
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t signals_;
  sigset_t before_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

Json ValueJson(bool is_set, const v1::ChangeValue& value) {
  if (!is_set) return Json();
  switch (value.value_case()) {
    case v1::ChangeValue::kBand:
      return WordJson(value.band());
    case v1::ChangeValue::kVerdict:
      return WordJson(value.verdict());
    case v1::ChangeValue::kGateHolds:
      return Json(value.gate_holds());
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

Json EventJson(const v1::AccountEvent& event) {
  Json changes = Json::MakeArray();
  for (const v1::AccountChange& change : event.changes()) {
    changes.Append(Json::MakeObject()
                       .Set("kind", WordJson(change.kind()))
                       .Set("motion", WordJson(change.motion()))
                       .Set("gate", TextJson(change.gate()))
                       .Set("before", ValueJson(change.has_before(), change.before()))
                       .Set("after", ValueJson(change.has_after(), change.after()))
                       .Set("fencing_token", change.fencing_token())
                       .Set("merged_into", TextJson(IdOf(change.merged_into()))));
  }
  return Json::MakeObject()
      .Set("account", TextJson(IdOf(event.account())))
      .Set("erased_digest", TextJson(event.erased_digest()))
      .Set("revision", event.revision())
      .Set("commit_time", TimeJson(event.commit_time()))
      .Set("cause", WordJson(event.cause()))
      .Set("rulebook_number", event.rulebook_number())
      .Set("facts", event.facts())
      .Set("changes", std::move(changes));
}

Json CheckpointJson(const v1::WatchCheckpoint& checkpoint) {
  return Json::MakeObject()
      .Set("swept_to", TimeJson(checkpoint.swept_to()))
      .Set("swept_rulebook_number", checkpoint.swept_rulebook_number());
}

std::string ChangeText(const v1::AccountChange& change) {
  const std::string motion =
      change.motion() == v1::MOTION_UNSPECIFIED ? "best pitch" : SpokenWord(change.motion());
  switch (change.kind()) {
    case v1::CHANGE_KIND_CREATED:
      return "created";
    case v1::CHANGE_KIND_MERGED:
      return absl::StrCat("merged into ", IdOf(change.merged_into()));
    case v1::CHANGE_KIND_ERASED:
      return "erased for good";
    case v1::CHANGE_KIND_GATE:
      return absl::StrCat(change.gate(),
                          change.after().gate_holds() ? " closes " : " no longer closes ", motion);
    default:
      break;
  }
  const std::string what =
      change.kind() == v1::CHANGE_KIND_VERDICT ? motion : SpokenWord(change.kind());
  const std::string before = ValueJson(change.has_before(), change.before()).Plain();
  const std::string by = change.gate().empty() ? "" : absl::StrCat(" by ", change.gate());
  return absl::StrCat(what, " ", before.empty() ? "" : absl::StrCat(before, " -> "),
                      ValueJson(change.has_after(), change.after()).Plain(), by);
}

// A line for people: when, who, what, why.
std::string EventText(const v1::AccountEvent& event, absl::TimeZone zone) {
  std::vector<std::string> changes;
  for (const v1::AccountChange& change : event.changes()) changes.push_back(ChangeText(change));
  if (changes.empty()) changes.push_back(absl::StrCat(event.facts(), " facts"));
  const std::string account = event.account().empty()
                                  ? absl::StrCat("(erased ", event.erased_digest(), ")")
                                  : IdOf(event.account());
  return absl::StrCat(TimeText(event.commit_time(), zone), "  ", account, "  ",
                      absl::StrJoin(changes, "; "), "  (",
                      absl::AsciiStrToLower(Word(event.cause())), ")");
}

// Prints a message, if it is one to be printed; whether it was an event.
bool Print(const v1::WatchAccountsResponse& message, bool checkpoints, absl::TimeZone zone,
           Session& session) {
  if (!message.has_event() && !checkpoints) return false;
  if (session.format() == Format::kJson) {
    Json line =
        message.has_event() ? EventJson(message.event()) : CheckpointJson(message.checkpoint());
    line.Set("cursor", message.cursor()).Set("lag", message.lag());
    session.out() << line.Dump(-1) << "\n";
  } else if (message.has_event()) {
    session.out() << EventText(message.event(), zone) << "\n";
  } else {
    session.out() << "all told up to " << TimeText(message.checkpoint().swept_to(), zone) << "\n";
  }
  session.out().flush();
  return message.has_event();
}

absl::StatusOr<ExitCode> RunWatch(const WatchFlags& flags, Session& session) {
  if (session.format() == Format::kCsv) {
    return UsageError("--format", "a stream is no table; write json, a line an event");
  }
  const absl::StatusOr<v1::WatchAccountsRequest> request = RequestOf(flags);
  if (!request.ok()) return request.status();
  Interruption interruption;
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::TimeZone zone =
      session.format() == Format::kTable ? TextStyleOf(session).zone : absl::UTCTimeZone();
  const std::shared_ptr<client::Watcher> watcher = (*client)->WatchAccounts(*request);
  interruption.Cancels(watcher);
  absl::Status ended;
  for (int64_t events = 0; session.out().good() && (flags.limit == 0 || events < flags.limit);) {
    const absl::StatusOr<v1::WatchAccountsResponse> message = watcher->Next();
    ended = message.status();
    if (!ended.ok()) break;
    events += Print(*message, flags.checkpoints, zone, session) ? 1 : 0;
  }
  if (!ended.ok() && !absl::IsCancelled(ended)) return ended;
  if (!watcher->cursor().empty()) {
    session.Note(absl::StrCat("go on from here with --since ", watcher->cursor()));
  }
  return kOk;
}

}  // namespace

void AddWatchCommand(CommandLine& line) {
  const auto flags = std::make_shared<WatchFlags>();
  CLI::App* const command = line.Add(
      nullptr, "watch", "What changes, as it changes, until Ctrl-C.",
      {{"kizuna watch --owner sato", "bands, verdicts, gates and tiers of Sato's accounts"},
       {"kizuna watch --account acme --kind verdict", "when acme may be pitched to"},
       {"kizuna --format json watch --since CURSOR >> changes.jsonl",
        "go on behind the last line's cursor: nothing is missed, nothing comes twice"}},
      [flags](Session& session) { return RunWatch(*flags, session); });
  command->add_option("--account", flags->accounts, "this account; may be given again")
      ->type_name("ACCOUNT");
  command
      ->add_option("--kind", flags->kinds,
                   "only this; may be given again: " + WordsOf(v1::ChangeKind_descriptor()) +
                       " (default: all but facts)")
      ->type_name("KIND");
  CLI::Option* const since =
      command->add_option("--since", flags->since, "go on behind this cursor (default: from now)")
          ->type_name("CURSOR");
  command->add_flag("--from-start", flags->from_start, "from the oldest change that is kept")
      ->excludes(since);
  command->add_flag("--checkpoints", flags->checkpoints,
                    "print, too, up to which instant everything was told");
  command->add_option("--limit", flags->limit, "end after N events (default: never)")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  AddFilterFlags(command, &flags->filter);
}

}  // namespace kizuna::cli
