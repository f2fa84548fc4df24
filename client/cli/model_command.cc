// SPDX-License-Identifier: Apache-2.0
//
// `kizuna model`: what do the rules have no evidence for here, and so, when to move up to others?

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/filter.h"
#include "client/cli/input_file.h"
#include "client/cli/patience.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

struct CoverageFlags {
  FilterFlags filter;
  std::string rulebook;
};

// The text of the rules that were named: one of the two that ship, or a file.
absl::StatusOr<std::string> RulesText(const std::string& named, client::Client& client,
                                      Session& session) {
  if (named.empty()) return std::string();
  if (named != "starter" && named != "standard") return ReadInput("--rulebook", named, session);
  v1::GetRulebookRequest request;
  request.set_name(absl::StrCat("rulebooks/", named));
  const absl::StatusOr<v1::RulebookVersion> rulebook = client.GetRulebook(request);
  if (!rulebook.ok()) return rulebook.status();
  return rulebook->text();
}

std::vector<ListColumn> Columns() {
  return {{"model", ""},
          {"kind", ""},
          {"dimension", "dimension"},
          {"name", "measure or gate", Align::kLeft, true},
          {"share", "weight", Align::kRight},
          {"accounts", ""},
          {"missing", "none", Align::kRight},
          {"too_old", "too old", Align::kRight},
          {"closed", "closed", Align::kRight},
          {"share_without", "without", Align::kRight}};
}

// A share that nobody wants high: red from a half, yellow above nothing.
Style StyleOfGap(double share) {
  return share >= 0.5 ? Style::kBad : share > 0 ? Style::kWarning : Style::kGood;
}

template <typename Row>
ListValue GapOf(const Row& row) {
  if (!row.has_share_without()) return {Json(), "-"};
  return {row.share_without(), ShareText(row.share_without()), StyleOfGap(row.share_without())};
}

void AddRows(const v1::ModelCoverage& model, ListPrinter& list) {
  for (const v1::MeasureCoverage& measure : model.measures()) {
    list.Add({{model.model(), ""},
              {"MEASURE", ""},
              {measure.dimension(), measure.dimension(), Style::kDim},
              {measure.feature(), measure.feature()},
              {measure.share(), ShareText(measure.share())},
              {model.account_count(), ""},
              {measure.missing_count(), Grouped(measure.missing_count())},
              {measure.too_old_count(), Grouped(measure.too_old_count())},
              {Json(), ""},
              GapOf(measure)});
  }
  for (const v1::GateCoverage& gate : model.gates()) {
    if (!gate.needs_evidence()) continue;
    list.Add({{model.model(), ""},
              {"GATE", ""},
              {Json(), "gate", Style::kDim},
              {gate.code(), gate.code()},
              {Json(), ""},
              {model.account_count(), ""},
              {gate.missing_count(), Grouped(gate.missing_count())},
              {Json(), ""},
              {gate.closed_count(), Grouped(gate.closed_count())},
              GapOf(gate)});
  }
}

Json ToJson(const v1::MeasureCoverage& measure) {
  return Json::MakeObject()
      .Set("dimension", measure.dimension())
      .Set("feature", measure.feature())
      .Set("share", measure.share())
      .Set("missing", measure.missing_count())
      .Set("too_old", measure.too_old_count())
      .Set("share_without", OptionalJson(measure.has_share_without(), measure.share_without()));
}

Json ToJson(const v1::GateCoverage& gate) {
  return Json::MakeObject()
      .Set("code", gate.code())
      .Set("needs_evidence", gate.needs_evidence())
      .Set("missing", gate.missing_count())
      .Set("closed", gate.closed_count())
      .Set("share_without", OptionalJson(gate.has_share_without(), gate.share_without()));
}

Json ToJson(const v1::ModelCoverage& model) {
  Json measures = Json::MakeArray(), gates = Json::MakeArray();
  for (const v1::MeasureCoverage& measure : model.measures()) measures.Append(ToJson(measure));
  for (const v1::GateCoverage& gate : model.gates()) gates.Append(ToJson(gate));
  return Json::MakeObject()
      .Set("model", model.model())
      .Set("accounts", model.account_count())
      .Set("under_minimum", model.under_minimum_count())
      .Set("minimum_coverage", model.minimum_coverage())
      .Set("mean_coverage", OptionalJson(model.has_mean_coverage(), model.mean_coverage()))
      .Set("measures", std::move(measures))
      .Set("gates", std::move(gates));
}

void PrintTable(const v1::GetModelCoverageResponse& coverage, Session& session) {
  const TextStyle style = TextStyleOf(session);
  for (const v1::ModelCoverage& model : coverage.models()) {
    session.out() << Heading(absl::StrCat("Model ", model.model()), style)
                  << Paragraph(absl::StrCat(
                                   Counted(model.account_count(), "account", "accounts"),
                                   ", evidence for ", ShareText(model.mean_coverage()),
                                   " of a score on average; ", Grouped(model.under_minimum_count()),
                                   " under the minimum of ", ShareText(model.minimum_coverage()),
                                   ", so without a score."),
                               0, style);
    if (model.account_count() == 0) continue;
    ListPrinter list(session.terminal(), Format::kTable, "models", Columns());
    AddRows(model, list);
    list.Finish(Json::MakeObject(), "");
  }
}

absl::StatusOr<ExitCode> RunCoverage(const CoverageFlags& flags, Session& session) {
  v1::GetModelCoverageRequest request;
  absl::StatusOr<std::string> filter = FilterOf(flags.filter);
  if (!filter.ok()) return filter.status();
  request.set_filter(*std::move(filter));
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  absl::StatusOr<std::string> rules = RulesText(flags.rulebook, **client, session);
  if (!rules.ok()) return rules.status();
  request.set_rules_text(*std::move(rules));
  const absl::StatusOr<v1::GetModelCoverageResponse> coverage =
      WaitPatiently(session, [&](const client::CallOptions& options) {
        return (*client)->GetModelCoverage(request, options);
      });
  if (!coverage.ok()) return coverage.status();
  if (session.format() == Format::kTable) {
    PrintTable(*coverage, session);
  } else if (session.format() == Format::kCsv) {
    ListPrinter list(session.terminal(), Format::kCsv, "models", Columns());
    for (const v1::ModelCoverage& model : coverage->models()) AddRows(model, list);
    list.Finish(Json::MakeObject(), "");
  } else {
    Json models = Json::MakeArray();
    for (const v1::ModelCoverage& model : coverage->models()) models.Append(ToJson(model));
    session.out() << Json::MakeObject()
                         .Set("models", std::move(models))
                         .Set("checked_at", TimeJson(coverage->checked_at()))
                         .Set("rulebook_number", coverage->rulebook_number() == 0
                                                     ? Json()
                                                     : Json(coverage->rulebook_number()))
                         .Dump()
                  << "\n";
  }
  return kOk;
}

}  // namespace

void AddModelCommands(CommandLine& line) {
  CLI::App* const group = line.AddGroup("model", "What the rules look at, and what they find.");
  const auto flags = std::make_shared<CoverageFlags>();
  CLI::App* const coverage = line.Add(
      group, "coverage", "For how many accounts a measure or gate has no evidence.",
      {{"kizuna model coverage", "what the rules in force lack here"},
       {"kizuna model coverage --rulebook standard", "what the standard rules would lack"},
       {"kizuna model coverage --segment enterprise --format csv", "of one segment, to sort"}},
      [flags](Session& session) { return RunCoverage(*flags, session); });
  coverage
      ->add_option("--rulebook", flags->rulebook,
                   "starter|standard, or a file; - for standard input (default: the rules in "
                   "force)")
      ->type_name("RULES");
  line.MarkList(coverage);
  AddFilterFlags(coverage, &flags->filter, Scope::kWholeBook);
}

}  // namespace kizuna::cli
