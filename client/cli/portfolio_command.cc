// SPDX-License-Identifier: Apache-2.0
//
// `kizuna portfolio`: how does the whole book stand, and how has it changed?

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/answer_text.h"
#include "client/cli/as_of.h"
#include "client/cli/command.h"
#include "client/cli/filter.h"
#include "client/cli/patience.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

using Figures = v1::PortfolioFigures;

struct PortfolioFlags {
  FilterFlags filter;
  std::string by;
  std::string as_of;
  std::string since;
};

enum class Unit { kCount, kMoney, kShare, kScore };

// One value of a figure. Not known: there was nothing to divide by.
struct Amount {
  bool known = true;
  double number = 0;
  v1::Money money;  // of kMoney
};

// A figure: its name for programs, its title for people, and how it is read off.
struct Figure {
  const char* key;
  Phrase title;
  Unit unit;
  Amount (*read)(const Figures& figures);
};

Amount Count(int64_t count) { return {true, static_cast<double>(count), {}}; }
Amount Sum(const v1::Money& money) { return {true, static_cast<double>(MicrosOf(money)), money}; }

template <v1::Band kBand>
Amount InBand(const Figures& figures) {
  for (const auto& row : figures.bands()) {
    if (row.band() == kBand) return Count(row.account_count());
  }
  return Count(0);
}

template <v1::MatrixCell kCell>
Amount InCell(const Figures& figures) {
  for (const auto& row : figures.cells()) {
    if (row.cell() == kCell) return Count(row.account_count());
  }
  return Count(0);
}

template <v1::Verdict kVerdict>
Amount WithVerdict(const Figures& figures) {
  for (const auto& row : figures.verdicts()) {
    if (row.verdict() == kVerdict) return Count(row.account_count());
  }
  return Count(0);
}

Amount NpsOf(const Figures& f) { return {f.has_nps(), f.nps(), {}}; }
Amount RenewalRate(const Figures& f) {
  return {f.retention().has_renewal_rate(), f.retention().renewal_rate(), {}};
}
Amount GrossRetention(const Figures& f) {
  return {f.retention().has_gross_retention(), f.retention().gross_retention(), {}};
}
Amount NetRetention(const Figures& f) {
  return {f.retention().has_net_retention(), f.retention().net_retention(), {}};
}

constexpr Figure kFigures[] = {
    {"accounts", Phrase::kAccounts, Unit::kCount,
     [](const Figures& f) { return Count(f.account_count()); }},
    {"green", Phrase::kGreen, Unit::kCount, InBand<v1::BAND_GREEN>},
    {"yellow", Phrase::kYellow, Unit::kCount, InBand<v1::BAND_YELLOW>},
    {"red", Phrase::kRed, Unit::kCount, InBand<v1::BAND_RED>},
    {"band_unknown", Phrase::kNoBand, Unit::kCount, InBand<v1::BAND_UNKNOWN>},
    {"cell_a", Phrase::kCellA, Unit::kCount, InCell<v1::MATRIX_CELL_A>},
    {"cell_b", Phrase::kCellB, Unit::kCount, InCell<v1::MATRIX_CELL_B>},
    {"cell_c", Phrase::kCellC, Unit::kCount, InCell<v1::MATRIX_CELL_C>},
    {"cell_d", Phrase::kCellD, Unit::kCount, InCell<v1::MATRIX_CELL_D>},
    {"unplaced", Phrase::kUnplaced, Unit::kCount, InCell<v1::MATRIX_CELL_UNSPECIFIED>},
    {"allow", Phrase::kAllowed, Unit::kCount, WithVerdict<v1::VERDICT_ALLOW>},
    {"unknown", Phrase::kVerdictUnknown, Unit::kCount, WithVerdict<v1::VERDICT_UNKNOWN>},
    {"deny", Phrase::kDenied, Unit::kCount, WithVerdict<v1::VERDICT_DENY>},
    {"recurring_revenue", Phrase::kRecurringRevenue, Unit::kMoney,
     [](const Figures& f) { return Sum(f.recurring_revenue()); }},
    {"revenue_ready", Phrase::kRevenueReady, Unit::kMoney,
     [](const Figures& f) { return Sum(f.revenue_ready()); }},
    {"revenue_at_risk", Phrase::kRevenueAtRisk, Unit::kMoney,
     [](const Figures& f) { return Sum(f.revenue_at_risk()); }},
    {"revenue_unknown", Phrase::kRevenueUnknown, Unit::kMoney,
     [](const Figures& f) { return Sum(f.revenue_unknown()); }},
    {"revenue_blocked", Phrase::kRevenueBlocked, Unit::kMoney,
     [](const Figures& f) { return Sum(f.revenue_blocked()); }},
    {"nps", Phrase::kNps, Unit::kScore, NpsOf},
    {"nps_answers", Phrase::kNpsAnswers, Unit::kCount,
     [](const Figures& f) { return Count(f.nps_answers()); }},
    {"leaks", Phrase::kLeaks, Unit::kCount, [](const Figures& f) { return Count(f.leaks()); }},
    {"due", Phrase::kCameUp, Unit::kCount,
     [](const Figures& f) { return Count(f.retention().due_count()); }},
    {"renewed", Phrase::kRenewed, Unit::kCount,
     [](const Figures& f) { return Count(f.retention().renewed_count()); }},
    {"renewal_rate", Phrase::kRenewalRate, Unit::kShare, RenewalRate},
    {"revenue_at_start", Phrase::kAYearBefore, Unit::kMoney,
     [](const Figures& f) { return Sum(f.retention().revenue_at_start()); }},
    {"revenue_kept", Phrase::kKeptOfIt, Unit::kMoney,
     [](const Figures& f) { return Sum(f.retention().revenue_kept()); }},
    {"revenue_now", Phrase::kTheirsNow, Unit::kMoney,
     [](const Figures& f) { return Sum(f.retention().revenue_now()); }},
    {"gross_retention", Phrase::kGrossRetention, Unit::kShare, GrossRetention},
    {"net_retention", Phrase::kNetRetention, Unit::kShare, NetRetention},
};

Json ValueJson(const Figure& figure, const Figures& figures) {
  const Amount amount = figure.read(figures);
  if (!amount.known) return Json();
  switch (figure.unit) {
    case Unit::kCount:
      return Json(static_cast<int64_t>(amount.number));
    case Unit::kMoney:
      return AmountJson(amount.money);
    default:
      return Json(amount.number);
  }
}

std::string ValueText(const Figure& figure, const Amount& amount) {
  if (!amount.known) return "-";
  switch (figure.unit) {
    case Unit::kCount:
      return Grouped(static_cast<int64_t>(amount.number));
    case Unit::kMoney:
      return AmountText(amount.money);
    case Unit::kShare:
      return absl::StrFormat("%.1f %%", amount.number * 100);
    case Unit::kScore:
      return absl::StrFormat("%.0f", amount.number);
  }
  return "";
}

// "+3", "-1,200", "+1.5 pt"; "-" where one of the two is not known, "=" where nothing changed.
std::string ChangeText(const Figure& figure, const Figures& figures, const Figures& before) {
  const Amount now = figure.read(figures);
  const Amount then = figure.read(before);
  if (!now.known || !then.known) return "-";
  const double change = now.number - then.number;
  if (change == 0) return "=";
  const char* const sign = change > 0 ? "+" : "-";
  const double size = change > 0 ? change : -change;
  switch (figure.unit) {
    case Unit::kMoney:
      return absl::StrCat(
          sign, AmountText(MoneyOfMicros(static_cast<int64_t>(size), now.money.currency_code())));
    case Unit::kShare:
      return absl::StrFormat("%s%.1f pt", sign, size * 100);
    case Unit::kScore:
      return absl::StrFormat("%s%.0f", sign, size);
    default:
      return absl::StrCat(sign, Grouped(static_cast<int64_t>(size)));
  }
}

Json ToJson(const Figures& figures) {
  Json object = Json::MakeObject();
  for (const Figure& figure : kFigures) object.Set(figure.key, ValueJson(figure, figures));
  return object;
}

Json ToJson(const v1::PortfolioGroup& group) {
  return Json::MakeObject()
      .Set("key", TextJson(IdOf(group.key())))
      .Set("figures", ToJson(group.figures()))
      .Set("before", group.has_before() ? ToJson(group.before()) : Json());
}

Json Document(const v1::GetPortfolioRequest& request, const v1::GetPortfolioResponse& portfolio) {
  Json groups = Json::MakeArray();
  for (const v1::PortfolioGroup& group : portfolio.groups()) groups.Append(ToJson(group));
  return Json::MakeObject()
      .Set("as_of", TimeJson(portfolio.as_of()))
      .Set("since", TimeJson(portfolio.since()))
      .Set("rulebook_number", portfolio.rulebook_number())
      .Set("currency_code",
           TextJson(portfolio.total().figures().recurring_revenue().currency_code()))
      .Set("group_by", WordJson(request.group_by()))
      .Set("total", ToJson(portfolio.total()))
      .Set("groups", std::move(groups));
}

// CSV: a line for the whole and for each group, and one more for what they were before.
void PrintCsv(const v1::GetPortfolioRequest& request, const v1::GetPortfolioResponse& portfolio,
              Session& session) {
  std::vector<ListColumn> columns = {{"group_by", ""}, {"key", ""}, {"when", ""}};
  for (const Figure& figure : kFigures) columns.push_back({figure.key, ""});
  ListPrinter list(session.terminal(), Format::kCsv, "groups", std::move(columns));
  const auto print = [&](const std::string& by, const std::string& key, const char* when,
                         const Figures& figures) {
    std::vector<ListValue> row = {by, key, std::string(when)};
    for (const Figure& figure : kFigures) row.emplace_back(ValueJson(figure, figures), "");
    list.Add(std::move(row));
  };
  const auto print_group = [&](const std::string& by, const v1::PortfolioGroup& group) {
    print(by, IdOf(group.key()), "NOW", group.figures());
    if (group.has_before()) print(by, IdOf(group.key()), "BEFORE", group.before());
  };
  print_group("", portfolio.total());
  for (const v1::PortfolioGroup& group : portfolio.groups()) {
    print_group(Word(request.group_by()), group);
  }
  list.Finish(Json::MakeObject(), "");
}

// The whole: a line a figure, with what it was before and the change where there is one.
std::string TotalText(const v1::PortfolioGroup& total, const TextStyle& style) {
  const bool compared = total.has_before();
  std::vector<TableColumn> columns = {{""}, {style.say(Phrase::kNow), Align::kRight}};
  if (compared) {
    columns.push_back({style.say(Phrase::kBefore), Align::kRight});
    columns.push_back({style.say(Phrase::kChange), Align::kRight});
  }
  Table table(std::move(columns));
  for (const Figure& figure : kFigures) {
    std::vector<TableCell> row = {{style.say(figure.title), Style::kDim},
                                  {ValueText(figure, figure.read(total.figures()))}};
    if (compared) {
      row.push_back({ValueText(figure, figure.read(total.before())), Style::kDim});
      row.push_back({ChangeText(figure, total.figures(), total.before())});
    }
    table.AddRow(std::move(row));
  }
  return table.Render(style.columns, style.colour);
}

// The columns of the three tables of groups: how many, where in the matrix, and how much.
constexpr const char* kOfAccounts[] = {"accounts", "green",   "yellow", "red",  "allow",
                                       "deny",     "unknown", "nps",    "leaks"};
constexpr const char* kOfMatrix[] = {"cell_a", "cell_b", "cell_c", "cell_d", "unplaced"};
constexpr const char* kOfRevenue[] = {"recurring_revenue", "revenue_ready",   "revenue_at_risk",
                                      "renewal_rate",      "gross_retention", "net_retention"};

// The title in the tables of groups, where it stands under others and says less.
Phrase BriefTitle(Phrase title) {
  switch (title) {
    case Phrase::kRecurringRevenue:
      return Phrase::kRecurringShort;
    case Phrase::kRevenueReady:
      return Phrase::kReadyShort;
    case Phrase::kRevenueAtRisk:
      return Phrase::kAtRiskShort;
    case Phrase::kRenewalRate:
      return Phrase::kRenewalShort;
    case Phrase::kGrossRetention:
      return Phrase::kGrossShort;
    case Phrase::kNetRetention:
      return Phrase::kNetShort;
    case Phrase::kAllowed:
      return Phrase::kAllowedShort;
    case Phrase::kDenied:
      return Phrase::kDeniedShort;
    case Phrase::kLeaks:
      return Phrase::kLeaksShort;
    case Phrase::kCellA:
      return Phrase::kCellAShort;
    case Phrase::kCellB:
      return Phrase::kCellBShort;
    case Phrase::kCellC:
      return Phrase::kCellCShort;
    case Phrase::kCellD:
      return Phrase::kCellDShort;
    default:
      return title;
  }
}

template <typename Keys>
std::string GroupsText(const v1::GetPortfolioResponse& portfolio, const Keys& keys, bool changes,
                       const std::string& by, const TextStyle& style) {
  std::vector<TableColumn> columns = {{by, Align::kLeft, true}};
  std::vector<const Figure*> figures;
  for (const char* const key : keys) {
    for (const Figure& figure : kFigures) {
      if (std::string(figure.key) != key) continue;
      figures.push_back(&figure);
      columns.push_back({style.say(BriefTitle(figure.title)), Align::kRight});
    }
  }
  Table table(std::move(columns));
  for (const v1::PortfolioGroup& group : portfolio.groups()) {
    std::vector<TableCell> row = {{group.key().empty() ? "-" : IdOf(group.key())}};
    for (const Figure* const figure : figures) {
      row.push_back({changes ? ChangeText(*figure, group.figures(), group.before())
                             : ValueText(*figure, figure->read(group.figures()))});
    }
    table.AddRow(std::move(row));
  }
  return table.Render(style.columns, style.colour);
}

void PrintTable(const v1::GetPortfolioRequest& request, const v1::GetPortfolioResponse& portfolio,
                Session& session) {
  const TextStyle style = TextStyleOf(session);
  const std::string currency = portfolio.total().figures().recurring_revenue().currency_code();
  const Speech& say = style.say;
  const std::string as_of = TimeText(portfolio.as_of(), style.zone);
  const std::string when = IsSet(portfolio.since()) ? say(Phrase::kAsOfComparedWith, as_of,
                                                          TimeText(portfolio.since(), style.zone))
                                                    : say(Phrase::kAsOf, as_of);
  session.out() << Paragraph(say(Phrase::kRevenueIn, when, style.zone_name,
                                 portfolio.rulebook_number(), currency),
                             0, style)
                << "\n"
                << TotalText(portfolio.total(), style);
  if (request.group_by() == v1::PORTFOLIO_GROUPING_UNSPECIFIED) return;
  const std::string by = say.Word(request.group_by());
  session.out() << Heading(say(Phrase::kOfAccounts), style)
                << GroupsText(portfolio, kOfAccounts, false, by, style)
                << Heading(say(Phrase::kMatrix), style)
                << GroupsText(portfolio, kOfMatrix, false, by, style)
                << Heading(say(Phrase::kRevenue), style)
                << GroupsText(portfolio, kOfRevenue, false, by, style);
  if (!portfolio.has_since()) return;
  session.out() << Heading(say(Phrase::kChangeOfAccounts), style)
                << GroupsText(portfolio, kOfAccounts, true, by, style)
                << Heading(say(Phrase::kChangeOfMatrix), style)
                << GroupsText(portfolio, kOfMatrix, true, by, style)
                << Heading(say(Phrase::kChangeOfRevenue), style)
                << GroupsText(portfolio, kOfRevenue, true, by, style);
}

absl::StatusOr<v1::GetPortfolioRequest> RequestOf(const PortfolioFlags& flags) {
  v1::GetPortfolioRequest request;
  if (!flags.by.empty()) {
    const auto by = ParseWord<v1::PortfolioGrouping>(
        "--by", flags.by == "touch" || flags.by == "tier" ? "touch-tier" : flags.by);
    if (!by.ok()) return by.status();
    request.set_group_by(*by);
  }
  if (const absl::Status wrong = SetAsOf(flags.as_of, &request); !wrong.ok()) return wrong;
  if (!flags.since.empty()) {
    const absl::StatusOr<Moment> since = ParseMoment("--since", flags.since);
    if (!since.ok()) return since.status();
    if (since->day.has_value()) {
      *request.mutable_since_date() = DateOf(*since->day);
    } else {
      *request.mutable_since() = TimestampOf(since->instant);
    }
  }
  absl::StatusOr<std::string> filter = FilterOf(flags.filter);
  if (!filter.ok()) return filter.status();
  request.set_filter(*std::move(filter));
  return request;
}

absl::StatusOr<ExitCode> RunPortfolio(const PortfolioFlags& flags, Session& session) {
  const absl::StatusOr<v1::GetPortfolioRequest> request = RequestOf(flags);
  if (!request.ok()) return request.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::GetPortfolioResponse> portfolio =
      WaitPatiently(session, [&](const client::CallOptions& options) {
        return (*client)->GetPortfolio(*request, options);
      });
  if (!portfolio.ok()) return portfolio.status();
  switch (session.format()) {
    case Format::kJson:
      session.out() << Document(*request, *portfolio).Dump() << "\n";
      break;
    case Format::kCsv:
      PrintCsv(*request, *portfolio, session);
      break;
    case Format::kTable:
      PrintTable(*request, *portfolio, session);
      break;
  }
  return kOk;
}

}  // namespace

void AddPortfolioCommand(CommandLine& line) {
  const auto flags = std::make_shared<PortfolioFlags>();
  CLI::App* const command = line.Add(
      nullptr, "portfolio", "How the whole book stands: bands, matrix, revenue, retention.",
      {{"kizuna portfolio", "the book as it stands now"},
       {"kizuna portfolio --by owner", "a line for each customer success manager"},
       {"kizuna portfolio --since 2026-06-30", "and what has changed since that day's end"},
       {"kizuna portfolio --as-of 2026-09-30 --since 2026-06-30 --by segment --format csv",
        "a quarter by segment, for a spreadsheet"}},
      [flags](Session& session) { return RunPortfolio(*flags, session); });
  line.MarkList(command);
  command
      ->add_option("--by", flags->by,
                   "divided by: " + WordsOf(v1::PortfolioGrouping_descriptor()) +
                       " (default: only the whole)")
      ->type_name("WHAT");
  command->add_option("--as-of", flags->as_of, kAsOfHelp)->type_name("DATE");
  command
      ->add_option("--since", flags->since,
                   "compare with that day's end, or that instant (default: with nothing)")
      ->type_name("DATE");
  AddFilterFlags(command, &flags->filter);
}

}  // namespace kizuna::cli
