// SPDX-License-Identifier: Apache-2.0
#include "client/cli/command.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/cli/display_text.h"

namespace kizuna::cli {
namespace {

// "Examples:" and each line with its meaning under it.
std::string FooterOf(const std::vector<Example>& examples) {
  std::string footer = "Examples:";
  for (const Example& example : examples) {
    absl::StrAppend(&footer, "\n  ", example.line);
    for (const std::string& line : WrapText(example.meaning, 74)) {
      absl::StrAppend(&footer, "\n      ", line);
    }
  }
  return footer;
}

}  // namespace

CLI::App* CommandLine::Add(CLI::App* parent, const std::string& name, const std::string& summary,
                           std::vector<Example> examples, Action action) {
  CLI::App* const command = (parent == nullptr ? root_ : parent)->add_subcommand(name, summary);
  command->footer(FooterOf(examples));
  examples_[command] = std::move(examples);
  // So that `kizuna health acme --format json` finds --format, which belongs to `kizuna`.
  command->fallthrough();
  // A command may have commands of its own (`signal record acme nps`): the innermost, which CLI11
  // calls first, is the one that was meant.
  command->final_callback([this, action = std::move(action)] {
    if (!chosen_) chosen_ = action;
  });
  return command;
}

const std::vector<Example>& CommandLine::ExamplesOf(const CLI::App* command) const {
  static const auto* const kNone = new std::vector<Example>();
  const auto found = examples_.find(command);
  return found == examples_.end() ? *kNone : found->second;
}

CLI::App* CommandLine::AddGroup(const std::string& name, const std::string& summary) {
  CLI::App* const group = root_->add_subcommand(name, summary);
  group->require_subcommand(1);
  group->fallthrough();
  return group;
}

}  // namespace kizuna::cli
