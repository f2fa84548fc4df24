// SPDX-License-Identifier: Apache-2.0
//
// Which rules for rulebooks can an author break? What needs nothing but the spec is looked at here;
// rulebook_compile.cc adds what needs the other parts. Everything wrong is named at once, each by
// the path of its field.

#ifndef KIZUNA_SERVER_ENGINE_RULEBOOK_CHECK_H_
#define KIZUNA_SERVER_ENGINE_RULEBOOK_CHECK_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/engine/rulebook.h"

namespace kizuna::engine {

// Limits of a rulebook's parts: how many of each at most.
inline constexpr size_t kMaxMetrics = 256;
inline constexpr size_t kMaxModels = 64;
inline constexpr size_t kMaxSegments = 256;
inline constexpr size_t kMaxDimensions = 32;
inline constexpr size_t kMaxMeasures = 64;
inline constexpr size_t kMaxCurvePoints = 64;
inline constexpr size_t kMaxCaps = 64;
inline constexpr size_t kMaxGates = 32;  // a set of gates is a word of 32 bits
inline constexpr size_t kMaxConditions = 16;
inline constexpr size_t kMaxRooms = 64;
inline constexpr size_t kMaxIssueMappings = 1024;
inline constexpr size_t kMaxIssueProducts = 64;
inline constexpr size_t kMaxAffinities = 65536;
inline constexpr size_t kMaxPlays = 256;
inline constexpr size_t kMaxPlayProducts = 64;
inline constexpr size_t kMaxCadenceSteps = 16;
// ... and how long or large.
inline constexpr size_t kMaxRemedyBytes = 1024;
inline constexpr size_t kMaxActorBytes = 128;
inline constexpr size_t kMaxDescriptionBytes = 16 << 10;
inline constexpr size_t kMaxNameBytes = 64;
inline constexpr double kMaxWeight = 1e6;
inline constexpr double kMaxLift = 1e6;
inline constexpr int32_t kMaxRuleDays = 3650;
inline constexpr int32_t kMaxFatigueDays = 28;
inline constexpr int32_t kMaxTaskDays = 365;
inline constexpr int32_t kMaxPeriodDays = 366;

// Collects what is wrong. Not thread-safe.
class Checker {
 public:
  // `violations` must outlive the checker.
  explicit Checker(std::vector<Violation>& violations) : violations_(violations) {}

  template <typename... Parts>
  void Say(const std::string& field, const Parts&... reason) {
    violations_.push_back({field, absl::StrCat(reason...)});
  }

  // A number in [low, high]; not a NaN.
  void InRange(const std::string& field, double value, double low, double high);
  // Above 0, at most kMaxWeight.
  void Weight(const std::string& field, double value);
  void Curve(const std::string& field, const std::vector<CurvePoint>& curve);
  // At most `most` of them.
  void AtMost(const std::string& field, size_t count, size_t most);
  // Small letters, digits and _, beginning with a letter.
  void Name(const std::string& field, absl::string_view name);

  template <typename T>
  void Unique(const std::string& field, std::set<T>& seen, const T& value) {
    if (!seen.insert(value).second) Say(field, "'", value, "' is there twice");
  }

  bool clean() const { return violations_.empty(); }

 private:
  std::vector<Violation>& violations_;
};

// The path of an element: `field[i]`.
std::string At(const std::string& field, size_t i);

// A gate's code, texts, motions and parameters.
void CheckGate(const std::string& path, const GateSpec& gate, Checker& check);
// That the gates which may not be removed, waived or weakened are there.
void CheckProtectedGates(const std::string& path, const std::vector<GateSpec>& gates,
                         Checker& check);
// The model's numbers beside its dimensions, caps and gates.
void CheckNumbers(const std::string& path, const ModelSpec& model, Checker& check);
// What is said of the whole: name, issue map, affinity.
void CheckRules(const RulebookSpec& rules, Checker& check);

}  // namespace kizuna::engine

#endif  // KIZUNA_SERVER_ENGINE_RULEBOOK_CHECK_H_
