// SPDX-License-Identifier: Apache-2.0
//
// How is a fact written on the command line? The flags of a kind are the fields of its message in
// proto/kizuna/v1/fact.proto, read from its descriptor, so a new field is a new flag by itself; a
// few kinds have a shorter name besides (`nps` for a survey of the kind NPS).

#ifndef KIZUNA_CLIENT_CLI_FACT_FLAGS_H_
#define KIZUNA_CLIENT_CLI_FACT_FLAGS_H_

#include <google/protobuf/message.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "kizuna/v1/fact.pb.h"

namespace kizuna::cli {

// A kind of fact as one writes it: `kizuna signal record ACCOUNT <name> ...`.
struct FactKind {
  const char* name;
  // The field of Fact's content, such as "survey".
  const char* content;
  // A field of the content that the name stands for, with its word: {"kind", "nps"}. Null: none.
  const char* preset_field;
  const char* preset_word;
  const char* summary;
  // Flags that make a good example.
  const char* example;
};

// All kinds, those recorded by hand most often first. A profile is written by `account upsert`.
const std::vector<FactKind>& FactKinds();

// The flags of one kind, and the content that they make. Not thread-safe.
class FactFlags {
 public:
  explicit FactFlags(const FactKind& kind) : kind_(kind) {}
  FactFlags(const FactFlags&) = delete;
  FactFlags& operator=(const FactFlags&) = delete;

  // Adds a flag for each field to `command`. Once.
  void AddTo(CLI::App* command);

  // Sets the content of `fact` from what was typed. `zone` is asked for the book's time zone when a
  // date was given where an instant is wanted. UsageError, or the error of `zone`.
  absl::Status Fill(const std::function<absl::StatusOr<absl::TimeZone>()>& zone,
                    v1::Fact* fact) const;

 private:
  void AddFields(CLI::App* command, const google::protobuf::Descriptor* type,
                 const std::string& prefix);
  absl::Status FillFields(const std::function<absl::StatusOr<absl::TimeZone>()>& zone,
                          const std::string& prefix, google::protobuf::Message* content) const;

  const FactKind kind_;
  std::map<std::string, std::string> typed_;  // by flag, without its dashes
};

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_FACT_FLAGS_H_
