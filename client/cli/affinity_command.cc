// SPDX-License-Identifier: Apache-2.0
//
// `kizuna affinity`: which products are bought together, and what of it is sure enough to go by?

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/affinity_proposal.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/filter.h"
#include "client/cli/pages.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

// How long counting may take, unless --timeout says: the most that the server allows a call.
constexpr absl::Duration kDeadline = absl::Minutes(10);

struct AffinityFlags {
  FilterFlags filter;
  double min_support = 0;
  double min_lift = 0;
  int64_t min_accounts = 0;
  bool passing = false;
  bool propose = false;
  int64_t limit = -1;
};

// In CSV the rules and nothing else: other programs read rules in this form.
std::vector<ListColumn> ColumnsFor(Format format) {
  std::vector<ListColumn> columns = {
      {"antecedent", "who has", Align::kLeft, true}, {"consequent", "also has", Align::kLeft, true},
      {"support_count", "accounts", Align::kRight},  {"support", "support", Align::kRight},
      {"confidence", "confidence", Align::kRight},   {"lift", "lift", Align::kRight}};
  if (format == Format::kCsv) return columns;
  columns.insert(columns.end(), {{"confidence_low", ""},
                                 {"lift_low", "at least", Align::kRight},
                                 {"antecedent_count", ""},
                                 {"consequent_count", ""},
                                 {"passes", "passes"}});
  return columns;
}

std::string PercentText(double share) { return absl::StrFormat("%.2f %%", share * 100); }
std::string LiftText(double lift) { return absl::StrFormat("%.2f", lift); }

std::vector<ListValue> RowOf(const v1::AffinityRule& rule, Format format) {
  std::vector<ListValue> row = {{IdOf(rule.antecedent())},
                                {IdOf(rule.consequent())},
                                {rule.support_count(), Grouped(rule.support_count())},
                                {rule.support(), PercentText(rule.support())},
                                {rule.confidence(), PercentText(rule.confidence())},
                                {rule.lift(), LiftText(rule.lift())}};
  if (format == Format::kCsv) return row;
  row.push_back({rule.confidence_low(), ""});
  row.push_back({rule.lift_low(), LiftText(rule.lift_low())});
  row.push_back({rule.antecedent_count(), ""});
  row.push_back({rule.consequent_count(), ""});
  row.push_back(
      {rule.passes(), rule.passes() ? "yes" : "no", rule.passes() ? Style::kGood : Style::kDim});
  return row;
}

void PrintRules(const AffinityFlags& flags, const v1::MineAffinityResponse& answer,
                Session& session) {
  const Format format = session.format();
  const int64_t limit = LimitOf(flags.limit, format);
  ListPrinter list(session.terminal(), format, "rules", ColumnsFor(format));
  for (const v1::AffinityRule& rule : answer.rules()) {
    if (limit != 0 && list.rows() >= limit) break;
    list.Add(RowOf(rule, format));
  }
  list.Finish(Json::MakeObject()
                  .Set("accounts", answer.account_count())
                  .Set("products", answer.product_count())
                  .Set("rule_count", answer.rule_count())
                  .Set("passing_count", answer.passing_count())
                  .Set("mined_at", TimeJson(answer.mined_at())),
              flags.passing ? "No rule is sure enough to go by." : "No rule has that support.");
  if (list.rows() < answer.rules_size()) {
    session.Note(
        absl::StrCat("there are more rules than these ", list.rows(), "; see all with --limit 0"));
  }
  if (format == Format::kTable) {
    session.out() << absl::StrCat(Counted(answer.rule_count(), "rule", "rules"), " of ",
                                  Counted(answer.account_count(), "account", "accounts"), " and ",
                                  Counted(answer.product_count(), "product", "products"),
                                  ", of which ", Grouped(answer.passing_count()),
                                  answer.passing_count() == 1 ? " passes.\n" : " pass.\n");
  }
}

// Prints the rulebook in force with the rules that pass as its affinity table.
absl::StatusOr<ExitCode> Propose(const v1::MineAffinityResponse& answer, client::Client& client,
                                 Session& session) {
  v1::GetRulebookRequest request;
  request.set_name("rulebooks/active");
  const absl::StatusOr<v1::RulebookVersion> rulebook = client.GetRulebook(request);
  if (!rulebook.ok()) return rulebook.status();
  const absl::StatusOr<std::string> text =
      WithAffinity(rulebook->text(), {answer.rules().begin(), answer.rules().end()});
  if (!text.ok()) return text.status();
  session.out() << *text;
  session.Note(
      absl::StrCat("rulebook ", rulebook->number(), " with ",
                   Counted(answer.passing_count(), "affinity rule", "affinity rules"),
                   " in place of its own; `kizuna rulebook activate FILE` puts it in force"));
  return kOk;
}

absl::StatusOr<ExitCode> RunAffinity(const AffinityFlags& flags, Session& session) {
  if (flags.propose && session.format() != Format::kTable) {
    return UsageError("--propose",
                      "prints a rulebook's text; write --format table or leave it out");
  }
  v1::MineAffinityRequest request;
  request.set_min_support(flags.min_support);
  request.set_min_lift(flags.min_lift);
  request.set_min_accounts(flags.min_accounts);
  request.set_passing_only(flags.passing || flags.propose);
  absl::StatusOr<std::string> filter = FilterOf(flags.filter);
  if (!filter.ok()) return filter.status();
  request.set_filter(*std::move(filter));
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  client::CallOptions options;
  if (session.flags().timeout_seconds == 0) options.deadline = kDeadline;
  const absl::StatusOr<v1::MineAffinityResponse> answer = (*client)->MineAffinity(request, options);
  if (!answer.ok()) return answer.status();
  if (flags.propose) return Propose(*answer, **client, session);
  PrintRules(flags, *answer, session);
  return kOk;
}

}  // namespace

void AddAffinityCommand(CommandLine& line) {
  const auto flags = std::make_shared<AffinityFlags>();
  CLI::App* const command = line.Add(
      nullptr, "affinity", "Which products are bought together, counted over all accounts.",
      {{"kizuna affinity --passing", "only what the data bears out"},
       {"kizuna affinity --min-support 0.005 --format csv > rules.csv",
        "every rule with that support"},
       {"kizuna affinity --propose > next.textproto",
        "the rulebook in force with these rules; then `kizuna rulebook activate`"}},
      [flags](Session& session) { return RunAffinity(*flags, session); });
  command
      ->add_option("--min-support", flags->min_support,
                   "the share of buying accounts that have both products, at least (default 0.005)")
      ->check(CLI::PositiveNumber)
      ->type_name("SHARE");
  command
      ->add_option("--min-lift", flags->min_lift,
                   "to pass, the lower bound of the lift must reach this (default 1.25)")
      ->check(CLI::PositiveNumber)
      ->type_name("LIFT");
  command
      ->add_option("--min-accounts", flags->min_accounts,
                   "to pass, so many accounts must have both products (default 10)")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  CLI::Option* const passing =
      command->add_flag("--passing", flags->passing, "only the rules that pass both bounds");
  command
      ->add_flag("--propose", flags->propose,
                 "print the rulebook in force with the rules that pass as its affinity table")
      ->excludes(passing);
  command->add_option("--limit", flags->limit, kLimitHelp)
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  line.MarkList(command);
  AddFilterFlags(command, &flags->filter, Scope::kWholeBook);
}

}  // namespace kizuna::cli
