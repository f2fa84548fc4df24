# SPDX-License-Identifier: Apache-2.0
"""Which gates hold? (docs/scoring.md, 9)

Written from the document alone.
"""

from curves import holds, limit
from facts import micros_of_time
from features import MILESTONES

TIERS = ("NONE", "REPEATER", "PROMOTER", "FAN")


class Gates:
    """The part of a card that judges gates; a method gate_<code> for each that is built in."""

    def judge(self, gate, motion, product, extended):
        """(effect or None, whether for want of evidence)."""
        own = gate.get("effect", "EFFECT_DENY")[len("EFFECT_"):]
        code = gate["code"]
        decide = getattr(self, "gate_" + code.lower(), None)
        if decide is not None:
            held = decide(gate, motion, product, extended)
            if held is None:
                return self.if_missing(gate)
            return (own, False) if held else (None, False)
        strongest = (None, False)
        for condition in gate.get("conditions", []):
            value = self.of_card(condition["feature"])
            if value is None:
                found = self.if_missing(gate)
            elif holds(value, condition):
                found = condition.get("effect", "EFFECT_" + own)[len("EFFECT_"):], False
            else:
                continue
            order = (None, "UNKNOWN", "DENY")
            if order.index(found[0]) > order.index(strongest[0]):
                strongest = found
        return strongest

    @staticmethod
    def if_missing(gate):
        if gate.get("when_missing") == "WHEN_MISSING_UNKNOWN":
            return "UNKNOWN", True
        return None, False

    def of_card(self, name):
        of_card = {"health.score": self.health, "health.coverage": self.coverage,
                   "loyalty.tier": float(TIERS.index(self.tier))}
        return of_card[name] if name in of_card else self.account.feature(name)[0]

    def gate_evidence_thin(self, *_):
        return self.raw is None or self.coverage < limit(self.model, "minimum_coverage", 0.4)

    def gate_feed_silent(self, *_):
        return any(s.get("required") and not self.account.in_time(s)
                   for s in self.rules.sources.values())

    def gate_value_not_realised(self, gate, motion, product, extended):
        value, _ = self.account.adoption_milestone(extended)
        least = gate.get("minimum_milestone", "MILESTONE_ADOPTED")[len("MILESTONE_"):]
        return None if value is None else value < MILESTONES.index(least)

    def gate_loyalty_low(self, gate, *_):
        least = gate.get("minimum_loyalty", "LOYALTY_TIER_REPEATER")[len("LOYALTY_TIER_"):]
        return TIERS.index(self.tier) < TIERS.index(least)

    def gate_cooling_off(self, gate, *_):
        ended = [f for f in self.account.facts["interaction"] if f.body.get("outcome")]
        if not ended:
            return False
        outcome = ended[-1].body["outcome"][len("OUTCOME_"):].lower()
        name = {"asked_to_stop": "lost"}.get(outcome, outcome) + "_days"
        default = {"won_days": 0, "expired_days": 30, "not_now_days": 90, "lost_days": 180}[name]
        return self.account.age(ended[-1].at) < int(gate.get("cooling_off", {}).get(name, default))

    def gate_contact_fatigue(self, gate, *_):
        rule = gate.get("contact_fatigue", {})
        window = int(rule.get("window_days", 14))
        count = sum(1 for f in self.account.facts["interaction"]
                    if f.body.get("direction") == "DIRECTION_OUTBOUND" and f.body.get("unsolicited")
                    and self.account.age(f.at) < window)
        most = {"HIGH": ("per_account_high", 8), "LOW": ("per_account_low", 5)}.get(
            self.touch, ("per_account_tech", 5))
        return count >= int(rule.get(*most))

    def gate_opt_out(self, *_):
        of_all = [f for f in self.account.facts["consent"]
                  if not f.body.get("contact_id") and not f.body.get("channel")]
        return bool(of_all) and of_all[-1].body.get("opted_out", False)

    def gate_reserved(self, *_):
        return False

    def gate_already_owns(self, gate, motion, product, extended):
        if product is None:
            return bool(self.catalogued) and bool(self.rules.products)
        if motion == "CROSS_SELL":
            return product in self.catalogued
        if motion != "PLAN":
            return False
        family = self.rules.family(product)
        return product in self.catalogued or any(
            family and self.rules.family(p) == family
            and self.rules.rank(p) >= self.rules.rank(product) for p in self.catalogued)

    def gate_margin(self, gate, motion, product, extended):
        if product is None:
            return False
        margin = self.rules.products[product].get("margin")
        if margin is None:
            return None
        return margin < self.rules.products[product].get("margin_floor", 0)

    def gate_hold(self, *_):
        for fact in self.account.newest_of("hold", "hold_id").values():
            expiry = fact.body.get("expires_at")
            if not fact.body.get("released") and (
                    expiry is None or self.now < micros_of_time(expiry)):
                return True
        return False
