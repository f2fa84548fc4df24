// SPDX-License-Identifier: Apache-2.0
//
// What can be typed? The commands, groups and flags of `kizuna` as plain data, read from what its
// --help is made of, so that the manual and the shells' completion never say anything else.

#ifndef KIZUNA_CLIENT_CLI_COMMAND_TREE_H_
#define KIZUNA_CLIENT_CLI_COMMAND_TREE_H_

#include <string>
#include <vector>

#include "client/cli/command.h"

namespace kizuna::cli {

// A flag, or a value that stands without one.
struct TypedValue {
  std::vector<std::string> names;  // {"--touch", "--tier"}; of a value without a flag {"account"}
  std::string type;                // "TIER"; empty for a flag without a value
  std::string help;
  std::string group;  // the title under which --help shows it
  // The words that its help lists as a|b|c; empty when it may be anything.
  std::vector<std::string> words;
  bool takes_value = false;
  bool required = false;
  bool names_file = false;
};

// A command, a group of commands, or `kizuna` itself.
struct CommandNode {
  std::string path;  // "account list"; empty for `kizuna` itself
  std::string summary;
  std::vector<TypedValue> flags;
  std::vector<TypedValue> positionals;
  std::vector<Example> examples;
  std::vector<CommandNode> commands;
};

// The whole tree.
CommandNode TreeOf(const CommandLine& line);

// Its nodes, each before those under it. They point into `root`.
std::vector<const CommandNode*> NodesOf(const CommandNode& root);

// The flags that may be typed at a node: its own, and those of the nodes above it that have other
// names.
std::vector<TypedValue> FlagsAt(const CommandNode& root, const CommandNode& node);

// The words that `help` lists as a|b|c, in lower-case letters, digits and hyphens: the first list
// of at least two. Empty when there is none.
std::vector<std::string> WordsIn(const std::string& help);

// Scripts for a shell, to be kept where it looks for completions (docs/cli.md).
std::string BashCompletion(const CommandNode& root);
std::string ZshCompletion(const CommandNode& root);
std::string FishCompletion(const CommandNode& root);

// The manual page of a node as roff: kizuna(1), kizuna-account-list(1).
std::string ManualPage(const CommandNode& root, const CommandNode& node);
// "kizuna-account-list".
std::string PageName(const CommandNode& node);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_COMMAND_TREE_H_
