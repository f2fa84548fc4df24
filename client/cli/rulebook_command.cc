// SPDX-License-Identifier: Apache-2.0
//
// `kizuna rulebook`: by which rules are accounts judged, and whose verdicts would other rules
// change? A rulebook never comes into force unseen: `activate` shows what it would change and asks.

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "client/cli/answer_text.h"
#include "client/cli/command.h"
#include "client/cli/display_text.h"
#include "client/cli/input_file.h"
#include "client/cli/pages.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

struct TextFlags {
  std::string file;
  int32_t max_changes = 50;
  std::string author;
  std::string note;
  bool yes = false;
};

// The text of a rulebook: of a file, or of standard input for "-".
absl::StatusOr<std::string> ReadText(const std::string& path, Session& session) {
  absl::StatusOr<std::string> text = ReadInput("FILE", path, session);
  if (!text.ok()) return text.status();
  if (text->empty()) return UsageError("FILE", absl::StrCat("'", path, "' is empty"));
  return text;
}

Json ToJson(const v1::RulebookViolation& violation) {
  return Json::MakeObject().Set("field", violation.field()).Set("reason", violation.reason());
}

Json ToJson(const v1::VerdictShift& shift) {
  return Json::MakeObject()
      .Set("from", WordJson(shift.from()))
      .Set("to", WordJson(shift.to()))
      .Set("count", shift.count());
}

Json ToJson(const v1::VerdictChange& change) {
  return Json::MakeObject()
      .Set("account", IdOf(change.account()))
      .Set("motion", WordJson(change.motion()))
      .Set("from", WordJson(change.from()))
      .Set("to", WordJson(change.to()));
}

template <typename Items>
Json ArrayOf(const Items& items) {
  Json array = Json::MakeArray();
  for (const auto& item : items) array.Append(ToJson(item));
  return array;
}

Json ToJson(const v1::RulebookVersion& rulebook) {
  return Json::MakeObject()
      .Set("name", IdOf(rulebook.name()))
      .Set("number", rulebook.number())
      .Set("active", rulebook.active())
      .Set("rules_name", TextJson(rulebook.rules_name()))
      .Set("activate_time", TimeJson(rulebook.activate_time()))
      .Set("author", TextJson(rulebook.author()))
      .Set("note", TextJson(rulebook.note()))
      .Set("products", rulebook.product_count())
      .Set("metrics", rulebook.metric_count())
      .Set("sources", rulebook.source_count());
}

Json ToJson(const v1::PreviewRulebookResponse& preview) {
  return Json::MakeObject()
      .Set("compared_with", preview.rulebook_number())
      .Set("accounts", preview.account_count())
      .Set("changed", preview.changed_count())
      .Set("shifts", ArrayOf(preview.shifts()))
      .Set("changes", ArrayOf(preview.changes()))
      .Set("violations", ArrayOf(preview.violations()));
}

template <typename Violations>
void PrintViolations(const Violations& violations, Session& session) {
  ListPrinter list(session.terminal(), session.format(), "violations",
                   {{"field", "where"}, {"reason", "what is wrong", Align::kLeft, true}});
  for (const v1::RulebookViolation& violation : violations) {
    list.Add({violation.field(), violation.reason()});
  }
  list.Finish(Json::MakeObject(), "No fault: it could be put in force.");
}

// What a rulebook would change, for people.
void PrintPreview(const v1::PreviewRulebookResponse& preview, std::ostream& out,
                  const TextStyle& style) {
  out << "Compared with rulebook " << preview.rulebook_number() << ": of "
      << Counted(preview.account_count(), "account", "accounts") << ", "
      << Grouped(preview.changed_count()) << " would have another verdict on a pitch.\n";
  const auto verdict_cell = [](v1::Verdict verdict) {
    return TableCell{Word(verdict), StyleOf(verdict)};
  };
  const auto motion_text = [](v1::Motion motion) {
    return motion == v1::MOTION_UNSPECIFIED ? std::string("best pitch") : SpokenWord(motion);
  };
  if (!preview.shifts().empty()) {
    Table shifts({{"from"}, {"to"}, {"accounts", Align::kRight}});
    for (const v1::VerdictShift& shift : preview.shifts()) {
      shifts.AddRow(
          {verdict_cell(shift.from()), verdict_cell(shift.to()), {Grouped(shift.count())}});
    }
    out << Heading("How the verdict on the best pitch would change", style)
        << shifts.Render(style.columns, style.colour, 2);
  }
  if (!preview.changes().empty()) {
    Table changes({{"account"}, {"motion"}, {"from"}, {"to"}});
    for (const v1::VerdictChange& change : preview.changes()) {
      changes.AddRow({{IdOf(change.account())},
                      {motion_text(change.motion())},
                      verdict_cell(change.from()),
                      verdict_cell(change.to())});
    }
    out << Heading("Whose verdicts would change", style)
        << changes.Render(style.columns, style.colour, 2);
  }
}

absl::StatusOr<v1::PreviewRulebookResponse> Preview(const TextFlags& flags, const std::string& text,
                                                    client::Client& client) {
  v1::PreviewRulebookRequest request;
  request.set_text(text);
  request.set_max_changes(flags.max_changes);
  // Every account is judged twice.
  client::CallOptions patient;
  patient.deadline = absl::Minutes(10);
  return client.PreviewRulebook(request, patient);
}

std::vector<ListValue> RowOf(const v1::RulebookVersion& rulebook, absl::TimeZone zone) {
  return {{rulebook.number(), absl::StrCat(rulebook.number())},
          {rulebook.active(), rulebook.active() ? "in force" : "", Style::kGood},
          {TextJson(rulebook.rules_name()), rulebook.rules_name()},
          {TimeJson(rulebook.activate_time()), TimeText(rulebook.activate_time(), zone)},
          {TextJson(rulebook.author()), rulebook.author()},
          {TextJson(rulebook.note()), rulebook.note()},
          {rulebook.product_count(), ""},
          {rulebook.metric_count(), ""},
          {rulebook.source_count(), ""}};
}

absl::StatusOr<ExitCode> RunList(int64_t limit, Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::TimeZone zone = TextStyleOf(session).zone;
  absl::optional<ListPrinter> list;
  const auto take = [&](const v1::ListRulebooksResponse& page) {
    if (!list.has_value()) {
      list.emplace(session.terminal(), session.format(), "rulebooks",
                   std::vector<ListColumn>{{"number", "number", Align::kRight},
                                           {"active", ""},
                                           {"rules_name", "rules"},
                                           {"activate_time", "since"},
                                           {"author", "by", Align::kLeft, true},
                                           {"note", "note", Align::kLeft, true},
                                           {"products", ""},
                                           {"metrics", ""},
                                           {"sources", ""}});
    }
    for (const v1::RulebookVersion& rulebook : page.rulebooks()) list->Add(RowOf(rulebook, zone));
    return page.rulebooks_size();
  };
  const absl::StatusOr<v1::ListRulebooksResponse> last = ForEachPage(
      session, v1::ListRulebooksRequest(), LimitOf(limit, session.format()), "rulebooks",
      [&](const v1::ListRulebooksRequest& page) { return (*client)->ListRulebooks(page); }, take);
  if (!last.ok()) return last.status();
  list->Finish(Json::MakeObject(), "No rulebook was ever in force.");
  return kOk;
}

absl::StatusOr<ExitCode> RunShow(const std::string& which, Session& session) {
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  v1::GetRulebookRequest request;
  request.set_name(absl::StrCat("rulebooks/", IdOf(which)));
  const absl::StatusOr<v1::RulebookVersion> rulebook = (*client)->GetRulebook(request);
  if (!rulebook.ok()) return rulebook.status();
  const Json document = ToJson(*rulebook).Set("text", rulebook->text());
  if (session.format() == Format::kJson) {
    session.out() << document.Dump() << "\n";
  } else if (session.format() == Format::kCsv) {
    session.out() << CsvLine({"field", "value"});
    for (const Json::Field& field : document.fields()) {
      session.out() << CsvLine({field.first, field.second.Plain()});
    }
  } else {
    // The text as it is, so that `kizuna rulebook show > mine.textproto` is where one begins.
    session.out() << rulebook->text();
  }
  return kOk;
}

absl::StatusOr<ExitCode> RunValidate(const TextFlags& flags, Session& session) {
  const absl::StatusOr<std::string> text = ReadText(flags.file, session);
  if (!text.ok()) return text.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  v1::ValidateRulebookRequest request;
  request.set_text(*text);
  const absl::StatusOr<v1::ValidateRulebookResponse> answer = (*client)->ValidateRulebook(request);
  if (!answer.ok()) return answer.status();
  PrintViolations(answer->violations(), session);
  return answer->violations().empty() ? kOk : kError;
}

absl::StatusOr<ExitCode> RunPreview(const TextFlags& flags, Session& session) {
  const absl::StatusOr<std::string> text = ReadText(flags.file, session);
  if (!text.ok()) return text.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::PreviewRulebookResponse> preview = Preview(flags, *text, **client);
  if (!preview.ok()) return preview.status();
  if (!preview->violations().empty()) {
    PrintViolations(preview->violations(), session);
    return kError;
  }
  if (session.format() == Format::kJson) {
    session.out() << ToJson(*preview).Dump() << "\n";
  } else if (session.format() == Format::kCsv) {
    session.out() << CsvLine({"account", "motion", "from", "to"});
    for (const v1::VerdictChange& change : preview->changes()) {
      session.out() << CsvLine(
          {IdOf(change.account()), Word(change.motion()), Word(change.from()), Word(change.to())});
    }
  } else {
    PrintPreview(*preview, session.out(), TextStyleOf(session));
  }
  return kOk;
}

// Who puts it in force, when it was not said.
std::string LoginName() {
  const char* const user = std::getenv("USER");
  return user == nullptr ? "" : user;
}

absl::StatusOr<ExitCode> RunActivate(const TextFlags& flags, Session& session) {
  const std::string author = flags.author.empty() ? LoginName() : flags.author;
  if (author.empty()) return UsageError("--author", "say who puts it in force");
  const bool can_ask = session.can_ask() && flags.file != "-";
  if (!flags.yes && !can_ask) {
    return UsageError("--yes",
                      "there is no terminal to ask on; look at `kizuna rulebook preview` first, "
                      "then say --yes");
  }
  const absl::StatusOr<std::string> text = ReadText(flags.file, session);
  if (!text.ok()) return text.status();
  const absl::StatusOr<client::Client*> client = session.Client();
  if (!client.ok()) return client.status();
  const absl::StatusOr<v1::PreviewRulebookResponse> preview = Preview(flags, *text, **client);
  if (!preview.ok()) return preview.status();
  if (!preview->violations().empty()) {
    PrintViolations(preview->violations(), session);
    return kError;
  }
  // Programs get one document on standard output; people see first what they decide on.
  TextStyle style = TextStyleOf(session);
  const bool for_people = session.format() == Format::kTable;
  if (!for_people) style.colour = session.terminal().err_colour;
  PrintPreview(*preview, for_people ? session.out() : session.err(), style);
  session.out().flush();
  if (!flags.yes && !session.Confirm("Put it in force?")) {
    session.Note("nothing was changed");
    return kError;
  }
  v1::ActivateRulebookRequest request;
  request.set_text(*text);
  request.set_author(author);
  request.set_note(flags.note);
  request.set_expected_number(preview->rulebook_number());
  client::CallOptions patient;
  patient.deadline = absl::Minutes(10);
  const absl::StatusOr<v1::ActivateRulebookResponse> activated =
      (*client)->ActivateRulebook(request, patient);
  if (!activated.ok()) return activated.status();
  const v1::RulebookVersion& rulebook = activated->rulebook();
  if (for_people) {
    session.out() << "rulebook " << rulebook.number() << " (" << OneLine(rulebook.rules_name())
                  << ") is in force\n";
  } else if (session.format() == Format::kJson) {
    session.out() << ToJson(rulebook).Set("preview", ToJson(*preview)).Dump() << "\n";
  } else {
    session.out() << CsvLine({"number", "rules_name", "accounts", "changed"})
                  << CsvLine({absl::StrCat(rulebook.number()), rulebook.rules_name(),
                              absl::StrCat(preview->account_count()),
                              absl::StrCat(preview->changed_count())});
  }
  return kOk;
}

CLI::App* AddTextCommand(CommandLine& line, CLI::App* group, const std::string& name,
                         const std::string& summary, std::vector<Example> examples,
                         const std::shared_ptr<TextFlags>& flags, Action action) {
  CLI::App* const command = line.Add(group, name, summary, std::move(examples), std::move(action));
  command->add_option("file", flags->file, "the rulebook as text format; - for standard input")
      ->required()
      ->type_name("FILE");
  return command;
}

void AddMaxChanges(CLI::App* command, TextFlags* flags) {
  command
      ->add_option(
          "--max-changes", flags->max_changes,
          "list at most N accounts whose verdict would change (default 50); the counts are "
          "always of all")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
}

void AddWriting(CommandLine& line, CLI::App* group) {
  const auto validated = std::make_shared<TextFlags>();
  AddTextCommand(line, group, "validate", "Say what is wrong with a rulebook; changes nothing.",
                 {{"kizuna rulebook validate mine.textproto", "exits 1 and lists the faults"}},
                 validated,
                 [validated](Session& session) { return RunValidate(*validated, session); });
  const auto previewed = std::make_shared<TextFlags>();
  AddMaxChanges(
      AddTextCommand(line, group, "preview", "Say whose verdicts a rulebook would change.",
                     {{"kizuna rulebook preview mine.textproto", "changes nothing"}}, previewed,
                     [previewed](Session& session) { return RunPreview(*previewed, session); }),
      previewed.get());
  const auto activated = std::make_shared<TextFlags>();
  CLI::App* const activate = AddTextCommand(
      line, group, "activate", "Show whose verdicts a rulebook would change, then put it in force.",
      {{"kizuna rulebook activate mine.textproto --note \"stricter on tickets\"", "asks first"},
       {"kizuna rulebook activate mine.textproto --yes --author release-bot", "for scripts"}},
      activated, [activated](Session& session) { return RunActivate(*activated, session); });
  AddMaxChanges(activate, activated.get());
  activate->add_option("--author", activated->author, "who puts it in force (default: you)")
      ->type_name("NAME");
  activate->add_option("--note", activated->note, "why")->type_name("TEXT");
  activate->add_flag("--yes", activated->yes, "do not ask");
}

}  // namespace

void AddRulebookCommands(CommandLine& line) {
  CLI::App* const group =
      line.AddGroup("rulebook", "The rules: list, show, validate, preview, activate.");
  const auto limit = std::make_shared<int64_t>(-1);
  CLI::App* const list =
      line.Add(group, "list", "Every rulebook that was ever in force, the newest first.",
               {{"kizuna rulebook list", "number, since when, by whom, why"}},
               [limit](Session& session) { return RunList(*limit, session); });
  line.MarkList(list);
  list->add_option("--limit", *limit, kLimitHelp)->check(CLI::NonNegativeNumber)->type_name("N");
  const auto which = std::make_shared<std::string>("active");
  line.Add(group, "show", "The text of a rulebook.",
           {{"kizuna rulebook show > mine.textproto", "the one in force, to begin from"},
            {"kizuna rulebook show standard", "one that ships: starter or standard"},
            {"kizuna rulebook show 7", "an older one"}},
           [which](Session& session) { return RunShow(*which, session); })
      ->add_option("rulebook", *which,
                   "a number, or one of active|starter|standard (default: active)");
  AddWriting(line, group);
}

}  // namespace kizuna::cli
