// SPDX-License-Identifier: Apache-2.0
//
// What did a gate look at? The features, values and facts behind a finding, for people.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/engine/assessment.h"
#include "server/engine/card.h"

namespace kizuna::engine {
namespace {

constexpr size_t kFactsPerItem = 5;

// A method for each gate that the engine decides itself.
class Teller {
 public:
  Teller(const Finding& finding, const Option& option, const Request& request,
         const Assessment& assessment)
      : gate_(*finding.gate),
        option_(option),
        request_(request),
        assessment_(assessment),
        state_(assessment.state) {}

  std::vector<Reason::Item> Tell() const {
    switch (gate_.builtin) {
      case Builtin::kConditions:
        return Conditions();
      case Builtin::kEvidenceThin:
        return {Item("health.coverage", assessment_.health.coverage, Comparison::kBelow,
                     assessment_.model.spec.minimum_coverage)};
      case Builtin::kFeedSilent:
        return Sources();
      case Builtin::kValueNotRealised:
        return Value();
      case Builtin::kLoyaltyLow:
        return {Item("loyalty.tier", static_cast<double>(assessment_.loyalty.tier),
                     Comparison::kBelow, static_cast<double>(gate_.spec.minimum_loyalty))};
      case Builtin::kCoolingOff:
        return CoolingOff();
      case Builtin::kContactFatigue:
        return Fatigue();
      case Builtin::kOptOut:
        return OptOut();
      case Builtin::kHold:
        return Holds();
      case Builtin::kAlreadyOwns:
        return Owned();
      case Builtin::kMargin:
        return Margin();
      case Builtin::kReserved:
        return Reserved();
    }
    return {};
  }

 private:
  static Reason::Item Item(std::string feature, std::optional<double> value,
                           std::optional<Comparison> comparison = std::nullopt,
                           double threshold = 0) {
    return {std::move(feature), value, comparison, threshold, {}};
  }

  static Evidence Fact(const Stamp& stamp, std::string subject, PersonKey person = kNobody) {
    return {std::move(subject), person, stamp, stamp.observed_at};
  }

  std::vector<Reason::Item> Conditions() const {
    std::vector<Reason::Item> items;
    for (const Condition& condition : gate_.conditions) {
      const Feature& feature = assessment_.model.features[condition.feature];
      const FeatureValue& value = assessment_.values[condition.feature];
      const bool missing = !value.value && gate_.spec.when_missing == WhenMissing::kUnknown;
      const bool holds = value.value && engine::Holds(*value.value, condition.spec.comparison,
                                                      condition.spec.threshold);
      const bool in_question = feature.kind == FeatureKind::kKeyDetractor && ContactDetracts();
      if (!missing && !holds && !in_question) continue;
      Reason::Item item = Item(feature.name, in_question ? 1 : value.value,
                               condition.spec.comparison, condition.spec.threshold);
      item.facts = Explain(feature, state_, assessment_.rulebook, assessment_.today, kFactsPerItem);
      if (in_question) AddContactsAnswer(item);
      items.push_back(std::move(item));
    }
    return items;
  }

  bool ContactDetracts() const {
    return request_.contact != kNobody &&
           std::any_of(state_.respondents.begin(), state_.respondents.end(),
                       [&](const RespondentState& r) {
                         return r.person == request_.contact && IsOpenDetractor(r);
                       });
  }

  void AddContactsAnswer(Reason::Item& item) const {
    for (const RespondentState& respondent : state_.respondents) {
      const bool told = std::any_of(item.facts.begin(), item.facts.end(), [&](const Evidence& e) {
        return e.person == respondent.person;
      });
      if (respondent.person == request_.contact && !told) {
        item.facts.push_back(Fact(respondent.answered, "", respondent.person));
      }
    }
  }

  std::vector<Reason::Item> Sources() const {
    std::vector<Reason::Item> items;
    for (const Source* source : assessment_.rulebook.Silent(assessment_.today)) {
      Reason::Item item =
          Item("source.silent_days", std::nullopt, Comparison::kAbove, source->expected_every_days);
      if (source->complete_through != kLongAgo) {
        item.value =
            assessment_.today - assessment_.rulebook.calendar().DayOf(source->complete_through);
      }
      item.facts.push_back({source->name, kNobody, {}, source->complete_through});
      items.push_back(std::move(item));
    }
    return items;
  }

  std::vector<Reason::Item> Value() const {
    const std::string& product =
        option_.motion == Motion::kCrossSell ? assessment_.largest : option_.extended;
    Reason::Item item = Item(absl::StrCat("adoption.milestone(", product, ")"), std::nullopt,
                             Comparison::kBelow, static_cast<double>(gate_.spec.minimum_milestone));
    for (const AdoptionState& adoption : state_.adoption) {
      if (adoption.product != product || !adoption.milestone_reached.given()) continue;
      item.value = static_cast<double>(adoption.milestone);
      item.facts.push_back(Fact(adoption.milestone_reached, product));
    }
    return {std::move(item)};
  }

  std::vector<Reason::Item> CoolingOff() const {
    const std::optional<EndedPitch> pitch = LastEndedPitch(state_, assessment_.now);
    if (!pitch) return {};
    const Calendar& calendar = assessment_.rulebook.calendar();
    const Day ended = calendar.DayOf(pitch->at);
    Reason::Item item = Item("pitch.days_since_ended", assessment_.today - ended,
                             Comparison::kBelow, CooledOffOn(gate_.spec, *pitch, calendar) - ended);
    item.facts.push_back({"", kNobody, pitch->fact, pitch->at});
    return {std::move(item)};
  }

  std::vector<Reason::Item> Fatigue() const {
    std::vector<Reason::Item> items;
    const std::string feature = absl::StrCat("contacts.unsolicited(", gate_.spec.fatigue_days, ")");
    const auto add = [&](std::optional<PersonKey> person, int32_t limit) {
      const int32_t count = RecentContacts(gate_.spec, state_, assessment_.today, person);
      if (count < limit) return;
      Reason::Item item = Item(feature, count, Comparison::kAtLeast, limit);
      for (auto cell = state_.outbound.rbegin(); cell != state_.outbound.rend(); ++cell) {
        if (item.facts.size() == kFactsPerItem) break;
        if (assessment_.today - cell->day >= gate_.spec.fatigue_days) break;
        if (person && cell->person != *person) continue;
        item.facts.push_back({absl::StrCat(cell->count, " contacts"),
                              cell->person,
                              {},
                              assessment_.rulebook.calendar().StartOf(cell->day)});
      }
      items.push_back(std::move(item));
    };
    add(std::nullopt, ContactLimit(gate_.spec, assessment_.place.touch));
    if (request_.contact != kNobody) add(request_.contact, gate_.spec.per_person);
    return items;
  }

  std::vector<Reason::Item> OptOut() const {
    Reason::Item item = Item("consent.opted_out", 1);
    for (const ConsentState& consent : state_.consents) {
      const ConsentContent& now = consent.now;
      const bool person = now.person == kNobody || now.person == request_.contact;
      const bool channel = now.channel.empty() || now.channel == request_.channel;
      if (person && channel && IsOptOut(consent, now.person, now.channel, assessment_.now)) {
        item.facts.push_back(Fact(consent.stamp, now.channel, now.person));
      }
    }
    return {std::move(item)};
  }

  std::vector<Reason::Item> Holds() const {
    Reason::Item item = Item("hold.in_force", 1);
    for (const HoldState& hold : state_.holds) {
      if (InForce(hold, assessment_.now)) {
        item.facts.push_back(Fact(hold.stamp, hold.now.hold_id));
      }
    }
    return {std::move(item)};
  }

  std::vector<Reason::Item> Reserved() const {
    Reason::Item item = Item("reservation.live", 1);
    item.facts.push_back({absl::StrCat("held by ", state_.reservation.now.team), kNobody,
                          state_.reservation.stamp, state_.reservation.now.since});
    return {std::move(item)};
  }

  std::vector<Reason::Item> Owned() const {
    Reason::Item item = Item("product.owned", 1);
    for (const SubscriptionState& subscription : state_.subscriptions) {
      if (item.facts.size() == kFactsPerItem) break;
      const bool about =
          option_.product < 0 ||
          subscription.now.product == assessment_.rulebook.products()[option_.product].id;
      if (about && IsActive(subscription.now, assessment_.today)) {
        item.facts.push_back(Fact(subscription.stamp, subscription.now.product));
      }
    }
    return {std::move(item)};
  }

  std::vector<Reason::Item> Margin() const {
    const Product& product = assessment_.rulebook.products()[option_.product];
    Reason::Item item =
        Item("product.margin", std::nullopt, Comparison::kBelow, product.margin_floor);
    if (product.margin >= 0) item.value = product.margin;
    item.facts.push_back({product.id, kNobody, {}, kLongAgo});
    return {std::move(item)};
  }

  const Gate& gate_;
  const Option& option_;
  const Request& request_;
  const Assessment& assessment_;
  const State& state_;
};

}  // namespace

std::vector<Reason::Item> Tell(const Finding& finding, const Option& option, const Request& request,
                               const Assessment& assessment) {
  return Teller(finding, option, request, assessment).Tell();
}

}  // namespace kizuna::engine
