// SPDX-License-Identifier: Apache-2.0

#include "server/services/filter.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/limits.h"

namespace kizuna::server {
namespace {

constexpr char kAdvice[] =
    "; send field = \"value\" joined by AND, the fields being owner, sales_owner, segment, "
    "industry, "
    "partner, band, touch_tier and loyalty_tier";

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
  switch (band) {
    case engine::Band::kGreen:
      return "GREEN";
    case engine::Band::kYellow:
      return "YELLOW";
    case engine::Band::kRed:
      return "RED";
    case engine::Band::kUnknown:
      break;
  }
  return "UNKNOWN";
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
  switch (tier) {
    case engine::LoyaltyTier::kFan:
      return "FAN";
    case engine::LoyaltyTier::kPromoter:
      return "PROMOTER";
    case engine::LoyaltyTier::kRepeater:
      return "REPEATER";
    case engine::LoyaltyTier::kNone:
      break;
  }
  return "NONE";
}

}  // namespace

AccountFilter AccountFilter::Parse(absl::string_view text, const convert::FieldPath& path,
                                   convert::Violations& violations) {
  static constexpr std::pair<absl::string_view, Field> kFields[] = {
      {"owner", Field::kOwner},      {"sales_owner", Field::kSalesOwner},
      {"segment", Field::kSegment},  {"industry", Field::kIndustry},
      {"partner", Field::kPartner},  {"band", Field::kBand},
      {"touch_tier", Field::kTouch}, {"loyalty_tier", Field::kLoyalty},
  };
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
    const auto* field = std::find_if(std::begin(kFields), std::end(kFields),
                                     [&](const auto& known) { return known.first == name; });
    if (field == std::end(kFields)) {
      return fail(absl::StrCat("asks for the unknown field '", name.substr(0, 64), "'"));
    }
    if (!reader.Symbol('=')) return fail("has no = after the field");
    std::string value;
    if (!reader.Value(value)) return fail("has no value after the =");
    static constexpr absl::string_view kBands[] = {"GREEN", "YELLOW", "RED", "UNKNOWN"};
    static constexpr absl::string_view kTouch[] = {"HIGH", "LOW", "TECH"};
    static constexpr absl::string_view kLoyalty[] = {"NONE", "REPEATER", "PROMOTER", "FAN"};
    const auto one_of = [&](const auto& values) {
      return std::find(std::begin(values), std::end(values), value) != std::end(values);
    };
    if ((field->second == Field::kBand && !one_of(kBands)) ||
        (field->second == Field::kTouch && !one_of(kTouch)) ||
        (field->second == Field::kLoyalty && !one_of(kLoyalty))) {
      return fail(absl::StrCat("asks for an unknown ", name, ", '", value.substr(0, 64), "',"));
    }
    out.terms_.emplace_back(field->second, std::move(value));
  }
  return out;
}

bool AccountFilter::Keeps(const ledger::View& view) const {
  for (const auto& [field, value] : terms_) {
    absl::string_view actual;
    switch (field) {
      case Field::kOwner:
        actual = view.state->Profile("owner");
        break;
      case Field::kSalesOwner:
        actual = view.state->Profile("sales_owner");
        break;
      case Field::kSegment:
        actual = view.state->Profile("segment");
        break;
      case Field::kIndustry:
        actual = view.state->Profile("industry");
        break;
      case Field::kPartner:
        actual = view.state->Profile("partner");
        break;
      case Field::kBand:
        actual = BandName(view.card->health.band);
        break;
      case Field::kTouch:
        actual = TouchName(view.card->place.touch);
        break;
      case Field::kLoyalty:
        actual = LoyaltyName(view.card->loyalty.tier);
        break;
    }
    if (actual != value) return false;
  }
  return true;
}

ledger::AccountPredicate AccountFilter::Predicate() const {
  if (terms_.empty()) return nullptr;
  return [filter = *this](const ledger::View& view) { return filter.Keeps(view); };
}

}  // namespace kizuna::server
