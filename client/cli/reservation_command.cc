// SPDX-License-Identifier: Apache-2.0
//
// `kizuna reservation`: get an account to one's team for a pitch, and say what came of it.

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/answer_json.h"
#include "client/cli/answer_text.h"
#include "client/cli/check_answer.h"
#include "client/cli/command.h"
#include "client/cli/moment.h"
#include "client/cli/pages.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

// What all commands about one reservation take.
struct ReservationFlags {
  std::string account;
  std::string reservation;
  int64_t token = 0;
  std::string motion, product, team, holder, contact, channel, request_id;
  double hours = 0;  // 0: the server's default
  std::string outcome, note;
  std::string amount;
  std::vector<std::string> teams;
  std::string since;
  int64_t limit = -1;
};
using Flags = std::shared_ptr<ReservationFlags>;

Json ReservationJson(const v1::Reservation& reservation) {
  Json credited = Json::MakeArray();
  for (const std::string& team : reservation.credited_teams()) credited.Append(Json(team));
  return Json::MakeObject()
      .Set("account", TextJson(IdOf(reservation.account())))
      .Set("reservation_id", reservation.reservation_id())
      .Set("status", WordJson(reservation.status()))
      .Set("team", TextJson(reservation.team()))
      .Set("holder", TextJson(reservation.holder()))
      .Set("motion", WordJson(reservation.motion()))
      .Set("product", TextJson(IdOf(reservation.product())))
      .Set("contact_id", TextJson(reservation.contact_id()))
      .Set("channel", TextJson(reservation.channel()))
      .Set("fencing_token", reservation.fencing_token())
      .Set("held_since", TimeJson(reservation.held_since()))
      .Set("expires_at", TimeJson(reservation.expires_at()))
      .Set("closed_gate", TextJson(reservation.closed_gate()))
      .Set("outcome", WordJson(reservation.outcome()))
      .Set("credited_teams", std::move(credited))
      .Set("decision_id", TextJson(reservation.decision_id()));
}

// "held by sales (kenji) for seats of wms, since .. until ..".
std::string Sentence(const v1::Reservation& reservation, const TextStyle& style) {
  std::string text =
      absl::StrCat(SpokenWord(reservation.status()),
                   reservation.status() == v1::Reservation::STATUS_HELD ? " by " : ", was held by ",
                   reservation.team(), " (", reservation.holder(), ") for ",
                   PitchText(reservation.motion(), reservation.product()), ", since ",
                   TimeText(reservation.held_since(), style.zone), " until ",
                   TimeText(reservation.expires_at(), style.zone), " ", style.zone_name);
  if (!reservation.closed_gate().empty()) {
    absl::StrAppend(&text, "; the gate ", reservation.closed_gate(), " closed");
  }
  if (reservation.outcome() != v1::PITCH_OUTCOME_UNSPECIFIED) {
    absl::StrAppend(&text, "; ", SpokenWord(reservation.outcome()));
  }
  return text;
}

void PrintReservation(const v1::Reservation& reservation, Session& session) {
  if (session.format() == Format::kJson) {
    session.out() << ReservationJson(reservation).Dump() << "\n";
    return;
  }
  if (session.format() == Format::kCsv) {
    session.out() << CsvLine({"field", "value"});
    const Json document = ReservationJson(reservation);
    for (const Json::Field& field : document.fields()) {
      session.out() << CsvLine({field.first, field.second.Plain()});
    }
    return;
  }
  const TextStyle style = TextStyleOf(session);
  session.out() << Paint(IdOf(reservation.account()), Style::kBold, style.colour) << "  "
                << Sentence(reservation, style) << "\n"
                << "  reservation " << reservation.reservation_id() << ", token "
                << reservation.fencing_token() << "\n";
}

// A wish that was not granted: what stands against it.
void PrintRefusal(const v1::CheckPitchResponse& decision, const v1::Reservation* in_the_way,
                  Session& session) {
  if (session.format() == Format::kJson) session.out() << ToJson(decision).Dump() << "\n";
  if (session.format() == Format::kCsv) PrintAnswerCsv(decision, session.terminal());
  if (session.format() != Format::kTable) return;
  const TextStyle style = TextStyleOf(session);
  session.out() << Paint(Word(decision.verdict()), StyleOf(decision.verdict()), style.colour)
                << "  " << IdOf(decision.account()) << " is not reserved\n";
  if (in_the_way != nullptr) session.out() << "  it is " << Sentence(*in_the_way, style) << "\n";
  for (const v1::Reason& reason : decision.reasons()) {
    session.out() << GateText({reason, {}}, style);
  }
}

void SetLease(double hours, google::protobuf::Duration* lease) {
  const absl::Duration duration = absl::Hours(1) * hours;
  lease->set_seconds(absl::ToInt64Seconds(duration));
}

absl::StatusOr<ExitCode> RunTake(const ReservationFlags& flags, Session& session) {
  v1::ReservePitchRequest request;
  request.set_account(AccountName(flags.account));
  if (!flags.motion.empty()) {
    const absl::StatusOr<v1::Motion> motion = ParseWord<v1::Motion>("--motion", flags.motion);
    if (!motion.ok()) return motion.status();
    request.set_motion(*motion);
  }
  request.set_product(ProductName(flags.product));
  request.set_team(flags.team);
  request.set_holder(flags.holder);
  request.set_contact(flags.contact);
  request.set_channel(flags.channel);
  request.set_request_id(flags.request_id);
  if (flags.hours != 0) SetLease(flags.hours, request.mutable_lease());
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::ReservePitchResponse> answer = (*client)->ReservePitch(request);
  if (!answer.ok()) return answer.status();
  if (answer->has_reservation()) {
    PrintReservation(answer->reservation(), session);
    return kOk;
  }
  PrintRefusal(answer->decision(), answer->has_in_the_way() ? &answer->in_the_way() : nullptr,
               session);
  return ExitCodeOf(answer->decision().verdict());
}

template <typename Request>
Request Named(const ReservationFlags& flags) {
  Request request;
  request.set_account(AccountName(flags.account));
  request.set_reservation_id(flags.reservation);
  request.set_fencing_token(flags.token);
  return request;
}

absl::StatusOr<ExitCode> RunRenew(const ReservationFlags& flags, Session& session) {
  auto request = Named<v1::RenewReservationRequest>(flags);
  if (flags.hours != 0) SetLease(flags.hours, request.mutable_lease());
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::RenewReservationResponse> answer = (*client)->RenewReservation(request);
  if (!answer.ok()) return answer.status();
  if (answer->decision().verdict() == v1::VERDICT_ALLOW) {
    PrintReservation(answer->reservation(), session);
  } else {
    PrintRefusal(answer->decision(), nullptr, session);
  }
  return ExitCodeOf(answer->decision().verdict());
}

absl::StatusOr<ExitCode> RunRelease(const ReservationFlags& flags, Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const auto answer = (*client)->ReleaseReservation(Named<v1::ReleaseReservationRequest>(flags));
  if (!answer.ok()) return answer.status();
  PrintReservation(answer->reservation(), session);
  return kOk;
}

absl::StatusOr<ExitCode> RunOutcome(const ReservationFlags& flags, Session& session) {
  auto request = Named<v1::RecordOutcomeRequest>(flags);
  const auto outcome = ParseWord<v1::PitchOutcome>("--outcome", flags.outcome);
  if (!outcome.ok()) return outcome.status();
  request.set_outcome(*outcome);
  request.set_note(flags.note);
  for (const std::string& team : flags.teams) request.add_teams(team);
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  if (!flags.amount.empty()) {
    double amount = 0;
    if (!absl::SimpleAtod(flags.amount, &amount) || !(amount >= 0 && amount < 1e12)) {
      return UsageError("--amount", absl::StrCat("'", flags.amount, "' is not an amount of money"));
    }
    const auto status = (*client)->GetStatus({});
    if (!status.ok()) return status.status();
    *request.mutable_amount() =
        MoneyOfMicros(static_cast<int64_t>(amount * 1e6 + 0.5), status->settings().currency_code());
  }
  const absl::StatusOr<v1::RecordOutcomeResponse> answer = (*client)->RecordOutcome(request);
  if (!answer.ok()) return answer.status();
  PrintReservation(answer->reservation(), session);
  return kOk;
}

absl::StatusOr<ExitCode> RunShow(const ReservationFlags& flags, Session& session) {
  v1::GetReservationRequest request;
  request.set_account(AccountName(flags.account));
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::Reservation> newest = (*client)->GetReservation(request);
  if (!newest.ok()) return newest.status();
  PrintReservation(*newest, session);
  return kOk;
}

absl::StatusOr<ExitCode> RunLeaks(const ReservationFlags& flags, Session& session) {
  v1::ListLeaksRequest request;
  if (!flags.account.empty()) request.set_account(AccountName(flags.account));
  if (!flags.since.empty()) {
    const absl::StatusOr<absl::CivilDay> day = ParseDay("--since", flags.since);
    if (!day.ok()) return day.status();
    const absl::StatusOr<absl::TimeZone> zone = session.BookTimeZone();
    if (!zone.ok()) return zone.status();
    *request.mutable_since() = TimestampOf(absl::FromCivil(*day, *zone));
  }
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const TextStyle style = TextStyleOf(session);
  ListPrinter list(session.terminal(), session.format(), "leaks",
                   {{"account", "account"},
                    {"observed_at", "when"},
                    {"team", "team"},
                    {"partner", ""},
                    {"motion", "motion"},
                    {"product", "product"},
                    {"verdict", "verdict"},
                    {"gates", "gates"},
                    {"source", ""},
                    {"fact_id", ""},
                    {"revision", ""},
                    {"rulebook_number", ""}});
  const auto last = ForEachPage(
      session, request, LimitOf(flags.limit, session.format()), "leaks",
      [&](const v1::ListLeaksRequest& page) { return (*client)->ListLeaks(page); },
      [&](const v1::ListLeaksResponse& page) {
        for (const v1::Leak& leak : page.leaks()) {
          list.Add({IdOf(leak.account()),
                    {TimeJson(leak.observed_at()), TimeText(leak.observed_at(), style.zone)},
                    leak.team(),
                    leak.partner(),
                    {WordJson(leak.motion()), SpokenWord(leak.motion())},
                    IdOf(leak.product()),
                    {WordJson(leak.verdict()), Word(leak.verdict()), StyleOf(leak.verdict())},
                    absl::StrJoin(leak.gates(), " "),
                    leak.source(),
                    leak.fact_id(),
                    {Json(leak.revision()), ""},
                    {Json(leak.rulebook_number()), ""}});
        }
        return static_cast<int64_t>(page.leaks_size());
      });
  if (!last.ok()) return last.status();
  list.Finish(Json::MakeObject(), "no pitch was made behind a closed gate");
  return kOk;
}

void AddNamed(CLI::App* command, const Flags& flags) {
  command->add_option("account", flags->account, "the account's id")->required();
  command->add_option("reservation", flags->reservation, "the reservation's id")->required();
  command->add_option("token", flags->token, "its fencing token")->required();
}

void AddHours(CLI::App* command, const Flags& flags) {
  command->add_option("--hours", flags->hours, "how long it is held, up to 720 (default: 72)")
      ->type_name("HOURS");
}

void AddTake(CommandLine& line, CLI::App* group, const Flags& flags) {
  CLI::App* const command = line.Add(
      group, "take", "Reserve an account for a pitch; exits 10 or 11 when a gate is closed.",
      {{"kizuna reservation take acme --team sales --holder sato",
        "the best pitch for acme, for three days"},
       {"kizuna reservation take acme --team sales --holder sato --motion cross-sell --product wms "
        "--hours 4",
        "this product, for four hours"}},
      [flags](Session& session) { return RunTake(*flags, session); });
  command->add_option("account", flags->account, "the account's id")->required();
  command->add_option("--team", flags->team, "the team that asks")->type_name("TEAM")->required();
  command->add_option("--holder", flags->holder, "the person of the team")
      ->type_name("PERSON")
      ->required();
  command->add_option("--motion", flags->motion, "seats|plan|cross-sell (default: the best pitch)")
      ->type_name("MOTION");
  command->add_option("--product", flags->product, "what is offered (default: the best)")
      ->type_name("PRODUCT");
  command->add_option("--contact", flags->contact, "the person to be approached, a contact id")
      ->type_name("CONTACT");
  command->add_option("--channel", flags->channel, "the channel, such as mail")
      ->type_name("CHANNEL");
  command->add_option("--request-id", flags->request_id, "the same id gets the same reservation")
      ->type_name("ID");
  AddHours(command, flags);
}

void AddOutcome(CommandLine& line, CLI::App* group, const Flags& flags) {
  CLI::App* const command = line.Add(
      group, "outcome", "Say what came of the pitch, and end the reservation.",
      {{"kizuna reservation outcome acme r-1 1 --outcome won --amount 12000 --team csm",
        "they bought; the team csm is credited too"},
       {"kizuna reservation outcome acme r-1 1 --outcome not-now", "the account cools off"}},
      [flags](Session& session) { return RunOutcome(*flags, session); });
  AddNamed(command, flags);
  command->add_option("--outcome", flags->outcome, WordsOf(v1::PitchOutcome_descriptor()))
      ->type_name("OUTCOME")
      ->required();
  command->add_option("--amount", flags->amount, "won: what they pay, in the book's currency")
      ->type_name("AMOUNT");
  command->add_option("--team", flags->teams, "won: a team that took part too; may be repeated")
      ->type_name("TEAM")
      ->allow_extra_args(false);
  command->add_option("--note", flags->note, "what was said")->type_name("TEXT");
}

void AddLeaks(CommandLine& line, CLI::App* group, const Flags& flags) {
  CLI::App* const command =
      line.Add(group, "leaks", "Pitches that were made behind a closed gate and unreserved.",
               {{"kizuna reservation leaks", "of every account"},
                {"kizuna reservation leaks acme --since 2026-10-01", "of one, this quarter"}},
               [flags](Session& session) { return RunLeaks(*flags, session); });
  command->add_option("account", flags->account, "the account's id (default: all)");
  command->add_option("--since", flags->since, "pitches of this day and after")->type_name("DATE");
  command->add_option("--limit", flags->limit, kLimitHelp)
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  line.MarkList(command);
}

}  // namespace

void AddReservationCommands(CommandLine& line) {
  const auto flags = std::make_shared<ReservationFlags>();
  CLI::App* const group = line.AddGroup(
      "reservation", "Get an account to one's team for a pitch, so that two never pitch at once.");
  AddTake(line, group, flags);
  CLI::App* const renew =
      line.Add(group, "renew", "Hold a reservation for longer, while every gate is open.",
               {{"kizuna reservation renew acme r-1 1 --hours 24", "a day from now"}},
               [flags](Session& session) { return RunRenew(*flags, session); });
  AddNamed(renew, flags);
  AddHours(renew, flags);
  CLI::App* const release =
      line.Add(group, "release", "Give a reservation back unused.",
               {{"kizuna reservation release acme r-1 1", "nobody was approached under it"}},
               [flags](Session& session) { return RunRelease(*flags, session); });
  AddNamed(release, flags);
  AddOutcome(line, group, flags);
  CLI::App* const show = line.Add(group, "show", "The account's newest reservation.",
                                  {{"kizuna reservation show acme", "who holds it, until when"}},
                                  [flags](Session& session) { return RunShow(*flags, session); });
  show->add_option("account", flags->account, "the account's id")->required();
  AddLeaks(line, group, flags);
}

}  // namespace kizuna::cli
