// SPDX-License-Identifier: Apache-2.0
//
// Three scripts from one tree. Each holds the tree as a table: what commands are under a path, what
// flags it has (those that take a value end with =), what words such a value may be. The rest,
// which walks the words typed so far down to their path, is the same for bash and zsh.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/cli/command_tree.h"

namespace kizuna::cli {
namespace {

constexpr char kFiles[] = "<file>";

// The last of a command's words: "list" of "account list".
std::string LastWord(const CommandNode& node) { return node.path.substr(node.path.rfind(' ') + 1); }

std::string CommandsUnder(const CommandNode& node) {
  return absl::StrJoin(node.commands, " ", [](std::string* out, const CommandNode& under) {
    absl::StrAppend(out, LastWord(under));
  });
}

std::string FlagsText(const std::vector<TypedValue>& flags) {
  std::vector<std::string> names;
  for (const TypedValue& flag : flags) {
    for (const std::string& name : flag.names)
      names.push_back(name + (flag.takes_value ? "=" : ""));
  }
  return absl::StrJoin(names, " ");
}

// What may stand for the value: words, files, or nothing that is known.
std::string WordsText(const TypedValue& value) {
  return value.names_file && value.words.empty() ? kFiles : absl::StrJoin(value.words, " ");
}

// What may stand at a node without a flag.
std::string PositionalWords(const CommandNode& node) {
  std::vector<std::string> words;
  for (const TypedValue& value : node.positionals) {
    const std::string text = WordsText(value);
    if (!text.empty()) words.push_back(text);
  }
  return absl::StrJoin(words, " ");
}

std::string Row(const std::string& key, const std::string& words) {
  return words.empty() ? "" : absl::StrCat("    \"", key, "\") echo \"", words, "\" ;;\n");
}

// The tables as functions that bash and zsh understand.
std::string Tables(const CommandNode& root) {
  std::string commands, flags, words;
  for (const CommandNode* const node : NodesOf(root)) {
    absl::StrAppend(&commands, Row(node->path, CommandsUnder(*node)));
    const std::vector<TypedValue> known = FlagsAt(root, *node);
    absl::StrAppend(&flags, Row(node->path, FlagsText(known)));
    absl::StrAppend(&words, Row(node->path + ":", PositionalWords(*node)));
    for (const TypedValue& flag : known) {
      for (const std::string& name : flag.names) {
        if (flag.takes_value) {
          absl::StrAppend(&words, Row(absl::StrCat(node->path, ":", name), WordsText(flag)));
        }
      }
    }
  }
  const auto function = [](const char* name, const std::string& rows) {
    return absl::StrCat(name, "() {\n  case $1 in\n", rows, "  esac\n}\n\n");
  };
  return absl::StrCat(
      "# The commands under a path; its flags, with = after those that take a value; and the "
      "words\n"
      "# that may follow a flag (PATH:FLAG) or stand alone (PATH:).\n",
      function("__kizuna_commands", commands), function("__kizuna_flags", flags),
      function("__kizuna_words", words));
}

std::string FishQuoted(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}, {"\n", " "}}),
                      "'");
}

constexpr char kBashWalk[] = R"(_kizuna() {
  local cur=${COMP_WORDS[COMP_CWORD]} path="" flag="" word words i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $flag ]]; then
      [[ $word == "=" ]] || flag=""
    elif [[ $word == -* ]]; then
      [[ " $(__kizuna_flags "$path") " == *" $word= "* ]] && flag=$word
    elif [[ " $(__kizuna_commands "$path") " == *" $word "* ]]; then
      path="${path:+$path }$word"
    fi
  done
  [[ $cur == "=" ]] && cur=""
  if [[ -z $flag && $cur == -* ]]; then
    words=$(__kizuna_flags "$path")
    words=${words//=/}
  else
    words=$(__kizuna_words "$path:$flag")
    [[ -z $flag ]] && words="$(__kizuna_commands "$path") $words"
  fi
  COMPREPLY=()
  if [[ $words == *"<file>"* ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    words=${words//"<file>"/}
  fi
  while IFS= read -r word; do
    COMPREPLY+=("$word")
  done < <(compgen -W "$words" -- "$cur")
}

complete -F _kizuna kizuna
)";

constexpr char kZshWalk[] = R"(_kizuna() {
  local cur=${words[CURRENT]} at="" flag="" word found i
  for ((i = 2; i < CURRENT; i++)); do
    word=${words[i]}
    if [[ -n $flag ]]; then
      flag=""
    elif [[ $word == -* ]]; then
      [[ " $(__kizuna_flags "$at") " == *" $word= "* ]] && flag=$word
    elif [[ " $(__kizuna_commands "$at") " == *" $word "* ]]; then
      at="${at:+$at }$word"
    fi
  done
  if [[ -z $flag && $cur == --*=* ]]; then
    flag=${cur%%=*}
    compset -P '*='
  fi
  if [[ -z $flag && $cur == -* ]]; then
    found=$(__kizuna_flags "$at")
    found=${found//=/}
  else
    found=$(__kizuna_words "$at:$flag")
    [[ -z $flag ]] && found="$(__kizuna_commands "$at") $found"
  fi
  if [[ $found == *"<file>"* ]]; then
    _files
    found=${found//<file>/}
  fi
  compadd -- ${=found}
}

if [[ ${funcstack[1]} == _kizuna ]]; then
  _kizuna "$@"
else
  compdef _kizuna kizuna
fi
)";

constexpr char kFishWalk[] = R"(function __kizuna_path
    set -l at ''
    set -l flag ''
    set -l typed (commandline -opc)
    for word in $typed[2..-1]
        if test -n "$flag"
            set flag ''
        else if string match -q -- '-*' $word
            if contains -- "$word=" (string split ' ' -- (__kizuna_flags $at))
                set flag $word
            end
        else if contains -- $word (string split ' ' -- (__kizuna_commands $at))
            set at (string trim -- "$at $word")
        end
    end
    echo $at
end

function __kizuna_at
    test (__kizuna_path) = "$argv[1]"
end

complete -c kizuna -f
)";

std::string FishFunction(const char* name, const std::string& cases) {
  return absl::StrCat("function ", name, "\n    switch \"$argv[1]\"\n", cases, "    end\nend\n\n");
}

std::string FishCase(const std::string& key, const std::string& words) {
  if (words.empty()) return "";
  return absl::StrCat("        case ", FishQuoted(key), "\n            echo ", FishQuoted(words),
                      "\n");
}

std::string FishRule(const std::string& path, const TypedValue& flag) {
  std::string rule =
      absl::StrCat("complete -c kizuna -n ", FishQuoted(absl::StrCat("__kizuna_at '", path, "'")));
  for (const std::string& name : flag.names) {
    const bool is_long = name.rfind("--", 0) == 0;
    absl::StrAppend(&rule, is_long ? " -l " : " -s ", name.substr(is_long ? 2 : 1));
  }
  if (flag.takes_value) absl::StrAppend(&rule, flag.names_file ? " -r -F" : " -x");
  if (!flag.words.empty()) {
    absl::StrAppend(&rule, " -a ", FishQuoted(absl::StrJoin(flag.words, " ")));
  }
  return absl::StrCat(rule, " -d ", FishQuoted(flag.help), "\n");
}

}  // namespace

std::string BashCompletion(const CommandNode& root) {
  return absl::StrCat("# Completion of kizuna for bash, made by `kizuna completion bash`.\n\n",
                      Tables(root), kBashWalk);
}

std::string ZshCompletion(const CommandNode& root) {
  return absl::StrCat("#compdef kizuna\n",
                      "# Completion of kizuna for zsh, made by `kizuna completion zsh`.\n\n",
                      Tables(root), kZshWalk);
}

std::string FishCompletion(const CommandNode& root) {
  std::string commands, flags, rules;
  for (const CommandNode* const node : NodesOf(root)) {
    const std::vector<TypedValue> known = FlagsAt(root, *node);
    absl::StrAppend(&commands, FishCase(node->path, CommandsUnder(*node)));
    absl::StrAppend(&flags, FishCase(node->path, FlagsText(known)));
    const std::string here = FishQuoted(absl::StrCat("__kizuna_at '", node->path, "'"));
    for (const CommandNode& under : node->commands) {
      absl::StrAppend(&rules, "complete -c kizuna -n ", here, " -a ", LastWord(under), " -d ",
                      FishQuoted(under.summary), "\n");
    }
    for (const TypedValue& value : node->positionals) {
      const std::string words = WordsText(value);
      if (words.empty()) continue;
      absl::StrAppend(&rules, "complete -c kizuna -n ", here,
                      words == kFiles ? " -F" : absl::StrCat(" -a ", FishQuoted(words)), "\n");
    }
    for (const TypedValue& flag : known) absl::StrAppend(&rules, FishRule(node->path, flag));
  }
  return absl::StrCat("# Completion of kizuna for fish, made by `kizuna completion fish`.\n\n",
                      FishFunction("__kizuna_commands", commands),
                      FishFunction("__kizuna_flags", flags), kFishWalk, rules);
}

}  // namespace kizuna::cli
