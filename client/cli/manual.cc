// SPDX-License-Identifier: Apache-2.0
//
// Manual pages in the man macros of roff: what --help says, and what it leaves to a page.

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "client/cli/command_tree.h"
#include "client/cli/config_file.h"
#include "client/cli/exit_code.h"

namespace kizuna::cli {
namespace {

// `text` so that roff prints it as it stands, and may break a line behind each | of a list.
std::string Roff(absl::string_view text) {
  std::string safe = absl::StrReplaceAll(
      text, {{"\\", "\\e"}, {"-", "\\-"}, {"\n", " "}, {"`", "\\(ga"}, {"|", "|\\:"}});
  if (!safe.empty() && (safe[0] == '.' || safe[0] == '\'')) safe.insert(0, "\\&");
  return safe;
}

// `text` in bold.
std::string Bold(absl::string_view text) { return absl::StrCat("\\fB", Roff(text), "\\fR"); }

std::string Italic(absl::string_view text) { return absl::StrCat("\\fI", Roff(text), "\\fR"); }

std::string Section(absl::string_view title) { return absl::StrCat(".SH ", title, "\n"); }

// A term with what it means under it.
std::string Item(const std::string& term, const std::string& meaning) {
  return absl::StrCat(".TP\n", term, "\n", meaning, "\n");
}

std::string Term(const TypedValue& value) {
  std::vector<std::string> names;
  for (const std::string& name : value.names) names.push_back(Bold(name));
  std::string term = absl::StrJoin(names, ", ");
  if (value.takes_value && !value.type.empty()) absl::StrAppend(&term, " ", Italic(value.type));
  return term;
}

std::string Meaning(const TypedValue& value) {
  const std::string help = value.help.empty() ? "as its name says" : value.help;
  return absl::StrCat(Roff(help), value.required ? " (required)" : "");
}

// The flags, those of one title of --help together.
std::string OptionsOf(const std::vector<TypedValue>& flags) {
  std::vector<std::string> groups;
  for (const TypedValue& flag : flags) {
    if (std::find(groups.begin(), groups.end(), flag.group) == groups.end()) {
      groups.push_back(flag.group);
    }
  }
  std::string text;
  for (const std::string& group : groups) {
    if (groups.size() > 1) absl::StrAppend(&text, ".SS ", Roff(group), "\n");
    for (const TypedValue& flag : flags) {
      if (flag.group == group) absl::StrAppend(&text, Item(Term(flag), Meaning(flag)));
    }
  }
  return text;
}

std::string Synopsis(const CommandNode& node) {
  std::string text = Bold(absl::StrCat("kizuna", node.path.empty() ? "" : " ", node.path));
  for (const TypedValue& value : node.positionals) {
    const std::string name = Italic(absl::AsciiStrToUpper(value.names.front()));
    absl::StrAppend(&text, " ", value.required ? name : absl::StrCat("[", name, "]"));
  }
  if (!node.commands.empty()) absl::StrAppend(&text, " ", Italic("COMMAND"));
  return absl::StrCat(text, " [", Italic("OPTIONS"), "]\n");
}

std::string Examples(const CommandNode& node) {
  std::string text;
  for (const Example& example : node.examples) {
    absl::StrAppend(&text, Item(Bold(example.line), Roff(example.meaning)));
  }
  return text;
}

std::string ExitStatus() {
  std::string text;
  for (const ExitCodeMeaning& one : kExitCodes) {
    absl::StrAppend(&text, Item(Bold(absl::StrCat(static_cast<int>(one.code))),
                                Roff(absl::StrCat(one.meaning, "."))));
  }
  return text;
}

// What holds for all commands, on the page of `kizuna` alone.
std::string ForAll() {
  return absl::StrCat(
      Section("ENVIRONMENT"), Item(Bold("KIZUNA_SERVER"), Roff("As --server.")),
      Item(Bold("KIZUNA_TOKEN"),
           Roff("Sent as a bearer token; never in the clear to another machine.")),
      Item(Bold("NO_COLOR"), Roff("No colour, even on a terminal.")), Section("FILES"),
      Item(
          Bold("$XDG_CONFIG_HOME/kizuna/config.toml") + ", " + Bold("~/.config/kizuna/config.toml"),
          Roff(absl::StrCat("Settings for all commands, a line of key = \"value\" each: ",
                            absl::StrJoin(kConfigKeys, ", "),
                            ". A flag wins over the environment, and that over this file. "
                            "`owner` is what --owner of lists is when it is not given; "
                            "--everyone lifts it. The token never stands here."))));
}

// The pages of the commands under a node, the node above it and `kizuna` itself.
std::string SeeAlso(const CommandNode& node) {
  std::vector<std::string> pages;
  if (!node.path.empty()) pages.push_back("kizuna");
  if (const size_t last = node.path.rfind(' '); last != std::string::npos) {
    CommandNode above;
    above.path = node.path.substr(0, last);
    pages.push_back(PageName(above));
  }
  for (const CommandNode& under : node.commands) pages.push_back(PageName(under));
  std::vector<std::string> lines;
  lines.reserve(pages.size());
  for (const std::string& page : pages) lines.push_back(absl::StrCat(".BR ", Roff(page), " (1)"));
  return absl::StrJoin(lines, " ,\n") + "\n";
}

}  // namespace

std::string PageName(const CommandNode& node) {
  if (node.path.empty()) return "kizuna";
  return absl::StrCat("kizuna-", absl::StrReplaceAll(node.path, {{" ", "-"}}));
}

std::string ManualPage(const CommandNode& root, const CommandNode& node) {
  const bool whole = node.path.empty();
  const std::string name = PageName(node);
  std::string page = absl::StrCat(".TH ", Roff(absl::AsciiStrToUpper(name)), " 1 \"\" \"kizuna ",
                                  KIZUNA_VERSION, "\" \"Kizuna\"\n");
  const std::string summary = whole ? "may I pitch this to that account now?" : node.summary;
  absl::StrAppend(&page, Section("NAME"), Roff(name), " \\- ", Roff(summary), "\n",
                  Section("SYNOPSIS"), Synopsis(node), Section("DESCRIPTION"), Roff(node.summary),
                  "\n");
  for (const TypedValue& value : node.positionals) {
    absl::StrAppend(&page,
                    Item(Italic(absl::AsciiStrToUpper(value.names.front())), Meaning(value)));
  }
  if (!node.commands.empty()) absl::StrAppend(&page, Section("COMMANDS"));
  for (const CommandNode* const under : NodesOf(node)) {
    if (under == &node) continue;
    absl::StrAppend(&page, Item(Bold("kizuna " + under->path), Roff(under->summary)));
  }
  absl::StrAppend(&page, Section("OPTIONS"), OptionsOf(FlagsAt(root, node)));
  if (!node.examples.empty()) absl::StrAppend(&page, Section("EXAMPLES"), Examples(node));
  absl::StrAppend(&page, Section("\"EXIT STATUS\""), ExitStatus());
  if (whole) absl::StrAppend(&page, ForAll());
  return absl::StrCat(page, Section("\"SEE ALSO\""), SeeAlso(node));
}

}  // namespace kizuna::cli
