// SPDX-License-Identifier: Apache-2.0

#include "server/services/filter.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/engine/loyalty.h"
#include "server/engine/renewal.h"
#include "server/limits.h"

namespace kizuna::server {
namespace {

constexpr char kAdvice[] =
    "; send field = \"value\" joined by AND, the fields being owner, sales_owner, segment, "
    "industry, partner, band, touch_tier, loyalty_tier, cell, product, verdict, motion, gate, and "
    "renewal <= days";

// Reads a filter from the left.
class Reader {
 public:
  explicit Reader(absl::string_view text) : text_(text), rest_(text) { SkipSpace(); }

  bool done() const { return rest_.empty(); }
  size_t position() const { return text_.size() - rest_.size() + 1; }

  // A bare word of letters, digits and `_ - . @`; empty when there is none.
  std::string Word() {
    size_t end = 0;
    while (end < rest_.size() && (absl::ascii_isalnum(rest_[end]) || rest_[end] == '_' ||
                                  rest_[end] == '-' || rest_[end] == '.' || rest_[end] == '@')) {
      ++end;
    }
    return Take(end);
  }

  // A quoted text, with \" and \\ for those characters, or a bare word. False: neither.
  bool Value(std::string& out) {
    out.clear();
    if (rest_.empty() || (rest_[0] != '"' && rest_[0] != '\'')) {
      out = Word();
      return !out.empty();
    }
    const char quote = rest_[0];
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == quote) {
        Take(i + 1);
        return true;
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
      out += rest_[i];
    }
    return false;
  }

  bool Symbol(char symbol) {
    if (rest_.empty() || rest_[0] != symbol) return false;
    Take(1);
    return true;
  }

 private:
  std::string Take(size_t bytes) {
    std::string out(rest_.substr(0, bytes));
    rest_.remove_prefix(bytes);
    SkipSpace();
    return out;
  }
  void SkipSpace() {
    while (!rest_.empty() && absl::ascii_isspace(rest_[0])) rest_.remove_prefix(1);
  }

  absl::string_view text_;
  absl::string_view rest_;
};

absl::string_view BandName(engine::Band band) {
  static constexpr absl::string_view kNames[] = {"UNKNOWN", "RED", "YELLOW", "GREEN"};
  return kNames[static_cast<size_t>(band)];
}

absl::string_view TouchName(engine::TouchTier tier) {
  switch (tier) {
    case engine::TouchTier::kHigh:
      return "HIGH";
    case engine::TouchTier::kLow:
      return "LOW";
    case engine::TouchTier::kTech:
      return "TECH";
    case engine::TouchTier::kUnknown:
      break;
  }
  return "";
}

absl::string_view LoyaltyName(engine::LoyaltyTier tier) {
  static constexpr absl::string_view kNames[] = {"NONE", "REPEATER", "PROMOTER", "FAN"};
  return kNames[static_cast<size_t>(tier)];
}

absl::string_view CellName(engine::Cell cell) {
  static constexpr absl::string_view kNames[] = {"NONE", "A", "B", "C", "D"};
  return kNames[static_cast<size_t>(cell)];
}

absl::string_view VerdictName(engine::Verdict verdict) {
  static constexpr absl::string_view kNames[] = {"", "ALLOW", "DENY", "UNKNOWN"};
  return kNames[static_cast<size_t>(verdict)];
}

absl::string_view MotionName(engine::Motion motion) {
  switch (motion) {
    case engine::Motion::kSeats:
      return "SEATS";
    case engine::Motion::kPlan:
      return "PLAN";
    case engine::Motion::kCrossSell:
      return "CROSS_SELL";
    default:
      return "";
  }
}

// Whether the gate stands against the best pitch; a waived one does not count.
bool ClosesBestPitch(absl::string_view code, const engine::Card& card) {
  const engine::Option& best = card.Best(engine::Motion::kUnspecified);
  const auto closes = [&](const engine::Finding& finding) {
    return !finding.waived && (finding.motions & engine::MotionBit(best.motion)) != 0 &&
           finding.gate->spec.code == code;
  };
  return std::any_of(card.findings.begin(), card.findings.end(), closes) ||
         std::any_of(best.findings.begin(), best.findings.end(), closes);
}

bool Owns(absl::string_view product, const ledger::View& view) {
  const engine::Day today = view.rulebook->calendar().DayOf(view.checked_at);
  const auto owned = engine::OwnedProducts(*view.state, today);
  return std::binary_search(owned.begin(), owned.end(), product);
}

// Days until the next renewal; nullopt: none is known.
std::optional<int32_t> DaysToRenewal(const ledger::View& view) {
  const engine::Day today = view.rulebook->calendar().DayOf(view.checked_at);
  const engine::Day next = engine::NextRenewal(*view.state, today);
  if (next == engine::kNoDay) return std::nullopt;
  return next - today;
}

}  // namespace

struct AccountFilter::Known {
  absl::string_view name;
  Field field;
  std::vector<absl::string_view> values;  // empty: any text
};

const AccountFilter::Known* AccountFilter::FindField(absl::string_view name) {
  static const auto* const kFields = new std::vector<Known>{
      {"owner", Field::kOwner, {}},
      {"sales_owner", Field::kSalesOwner, {}},
      {"segment", Field::kSegment, {}},
      {"industry", Field::kIndustry, {}},
      {"partner", Field::kPartner, {}},
      {"band", Field::kBand, {"GREEN", "YELLOW", "RED", "UNKNOWN"}},
      {"touch_tier", Field::kTouch, {"HIGH", "LOW", "TECH"}},
      {"loyalty_tier", Field::kLoyalty, {"NONE", "REPEATER", "PROMOTER", "FAN"}},
      {"cell", Field::kCell, {"A", "B", "C", "D", "NONE"}},
      {"product", Field::kProduct, {}},
      {"verdict", Field::kVerdict, {"ALLOW", "DENY", "UNKNOWN"}},
      {"motion", Field::kMotion, {"SEATS", "PLAN", "CROSS_SELL"}},
      {"gate", Field::kGate, {}},
      {"renewal", Field::kRenewal, {}},
  };
  const auto found = std::find_if(kFields->begin(), kFields->end(),
                                  [&](const Known& known) { return known.name == name; });
  return found == kFields->end() ? nullptr : &*found;
}

bool KnowsGate(const engine::Rulebook& rulebook, absl::string_view code) {
  for (const engine::Model& model : rulebook.models()) {
    for (const engine::Gate& gate : model.gates) {
      if (gate.spec.code == code) return true;
    }
  }
  return false;
}

AccountFilter AccountFilter::Parse(absl::string_view text, const convert::FieldPath& path,
                                   const engine::Rulebook& rulebook,
                                   convert::Violations& violations) {
  AccountFilter out;
  if (text.size() > limits::kMaxFilterBytes) {
    violations.Add(path, absl::StrCat("is ", text.size(), " bytes long; send at most ",
                                      limits::kMaxFilterBytes));
    return out;
  }
  Reader reader(text);
  const auto fail = [&](absl::string_view what) {
    violations.Add(path, absl::StrCat(what, " at character ", reader.position(), kAdvice));
    return out;
  };
  while (!reader.done()) {
    if (!out.terms_.empty() && reader.Word() != "AND") return fail("has no AND between conditions");
    const std::string name = reader.Word();
    const Known* const known = FindField(name);
    if (known == nullptr) {
      return fail(absl::StrCat("asks for the unknown field '", name.substr(0, 64), "'"));
    }
    Term term{known->field, Operator::kEqual, "", 0};
    if (term.field == Field::kRenewal) {
      if (reader.Symbol('<')) {
        term.op = Operator::kAtMost;
      } else if (reader.Symbol('>')) {
        term.op = Operator::kAtLeast;
      }
    }
    if (!reader.Symbol('=')) return fail("has no = after the field");
    if (!reader.Value(term.value)) return fail("has no value after the =");
    const std::string told = term.value.substr(0, 64);
    if (!known->values.empty() &&
        std::find(known->values.begin(), known->values.end(), term.value) == known->values.end()) {
      return fail(absl::StrCat("asks for an unknown ", name, ", '", told, "',"));
    }
    if (term.field == Field::kGate && !KnowsGate(rulebook, term.value)) {
      return fail(absl::StrCat("asks for '", told, "', no gate of the rulebook in force,"));
    }
    if (term.field == Field::kRenewal && (!absl::SimpleAtoi(term.value, &term.days) ||
                                          term.days < 0 || term.days > limits::kMaxDays)) {
      return fail(absl::StrCat("asks for a renewal of '", told, "', not 0 to ", limits::kMaxDays,
                               " days,"));
    }
    if (term.field == Field::kProduct) {
      term.value = std::string(absl::StripPrefix(term.value, "products/"));
    }
    out.terms_.push_back(std::move(term));
  }
  return out;
}

bool AccountFilter::Keeps(const Term& term, const ledger::View& view) {
  switch (term.field) {
    case Field::kOwner:
      return view.state->Profile("owner") == term.value;
    case Field::kSalesOwner:
      return view.state->Profile("sales_owner") == term.value;
    case Field::kSegment:
      return view.state->Profile("segment") == term.value;
    case Field::kIndustry:
      return view.state->Profile("industry") == term.value;
    case Field::kPartner:
      return view.state->Profile("partner") == term.value;
    case Field::kBand:
      return BandName(view.card->health.band) == term.value;
    case Field::kTouch:
      return TouchName(view.card->place.touch) == term.value;
    case Field::kLoyalty:
      return LoyaltyName(view.card->loyalty.tier) == term.value;
    case Field::kCell:
      return CellName(view.card->place.cell) == term.value;
    case Field::kProduct:
      return Owns(term.value, view);
    case Field::kVerdict:
      return VerdictName(view.card->Best(engine::Motion::kUnspecified).verdict) == term.value;
    case Field::kMotion:
      return MotionName(view.card->Best(engine::Motion::kUnspecified).motion) == term.value;
    case Field::kGate:
      return ClosesBestPitch(term.value, *view.card);
    case Field::kRenewal:
      break;
  }
  const std::optional<int32_t> days = DaysToRenewal(view);
  if (!days) return false;
  return term.op == Operator::kAtMost    ? *days <= term.days
         : term.op == Operator::kAtLeast ? *days >= term.days
                                         : *days == term.days;
}

bool AccountFilter::Keeps(const ledger::View& view) const {
  return std::all_of(terms_.begin(), terms_.end(),
                     [&](const Term& term) { return Keeps(term, view); });
}

ledger::AccountPredicate AccountFilter::Predicate() const {
  if (terms_.empty()) return nullptr;
  return [filter = *this](const ledger::View& view) { return filter.Keeps(view); };
}

}  // namespace kizuna::server
