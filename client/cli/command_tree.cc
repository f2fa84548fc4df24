// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command_tree.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace kizuna::cli {
namespace {

bool IsWordLetter(char letter) {
  return absl::ascii_islower(static_cast<unsigned char>(letter)) ||
         absl::ascii_isdigit(static_cast<unsigned char>(letter)) || letter == '-';
}

TypedValue ValueOf(const CLI::Option& option) {
  TypedValue value;
  for (const std::string& name : option.get_snames()) value.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) value.names.push_back("--" + name);
  if (value.names.empty()) value.names.push_back(option.get_name(true));
  value.takes_value = option.get_items_expected_max() > 0;
  if (value.takes_value) value.type = option.get_type_name();
  value.help = option.get_description();
  value.group = option.get_group();
  value.words = WordsIn(value.help);
  value.required = option.get_required();
  value.names_file = absl::StrContains(value.type, "FILE") ||
                     absl::StrContains(value.type, "DIR") || absl::StrContains(value.type, "PATH");
  return value;
}

CommandNode NodeOf(const CommandLine& line, const CLI::App& app, const std::string& path) {
  CommandNode node;
  node.path = path;
  node.summary = app.get_description();
  node.examples = line.ExamplesOf(&app);
  for (const CLI::Option* const option : app.get_options({})) {
    if (option->get_group().empty()) continue;  // hidden
    (option->get_positional() ? node.positionals : node.flags).push_back(ValueOf(*option));
  }
  for (const CLI::App* const under : app.get_subcommands({})) {
    if (under->get_group().empty()) continue;
    node.commands.push_back(
        NodeOf(line, *under, absl::StrCat(path, path.empty() ? "" : " ", under->get_name())));
  }
  return node;
}

void Collect(const CommandNode& node, std::vector<const CommandNode*>* nodes) {
  nodes->push_back(&node);
  for (const CommandNode& under : node.commands) Collect(under, nodes);
}

bool IsAbove(const CommandNode& above, const CommandNode& node) {
  return above.path.empty() || absl::StartsWith(node.path, above.path + " ");
}

}  // namespace

std::vector<std::string> WordsIn(const std::string& help) {
  for (size_t begin = 0; begin < help.size();) {
    size_t end = begin;
    while (end < help.size() && (IsWordLetter(help[end]) || help[end] == '|')) ++end;
    std::vector<std::string> words = absl::StrSplit(help.substr(begin, end - begin), '|');
    const bool whole = std::none_of(words.begin(), words.end(),
                                    [](const std::string& word) { return word.empty(); });
    if (words.size() > 1 && whole) return words;
    begin = std::max(end, begin) + 1;
  }
  return {};
}

CommandNode TreeOf(const CommandLine& line) { return NodeOf(line, line.root(), ""); }

std::vector<const CommandNode*> NodesOf(const CommandNode& root) {
  std::vector<const CommandNode*> nodes;
  Collect(root, &nodes);
  return nodes;
}

std::vector<TypedValue> FlagsAt(const CommandNode& root, const CommandNode& node) {
  std::vector<TypedValue> flags = node.flags;
  std::vector<const CommandNode*> above = NodesOf(root);
  std::reverse(above.begin(), above.end());  // the nearest first
  for (const CommandNode* const one : above) {
    if (one == &node || !IsAbove(*one, node)) continue;
    for (const TypedValue& flag : one->flags) {
      const bool hidden =
          flag.names.back() == "--version" ||  // of `kizuna` alone
          std::any_of(flags.begin(), flags.end(), [&flag](const TypedValue& nearer) {
            return std::find(nearer.names.begin(), nearer.names.end(), flag.names.back()) !=
                   nearer.names.end();
          });
      if (!hidden) flags.push_back(flag);
    }
  }
  return flags;
}

}  // namespace kizuna::cli
