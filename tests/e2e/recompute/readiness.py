# SPDX-License-Identifier: Apache-2.0
"""How ready is an account for a motion and a product? (docs/scoring.md, 10)

Written from the document alone.
"""

from curves import curve_at, limit, points
from facts import day_of_date
from features import bare
from gates import TIERS


class Readiness:
    """The part of a card that weighs the factors."""

    def factors(self, rule, motion, product, extended):
        tiers = rule.get("loyalty_by_tier") or points((0, 0), (1, 40), (2, 75), (3, 100))
        return {
            "health": self.health,
            "loyalty": curve_at(tiers, float(TIERS.index(self.tier))),
            "need": self.need(rule, motion, product, extended),
            "timing": self.timing(rule, product),
            "potential": self.room,
            "affinity": self.affinity(rule, product),
        }

    def readiness(self, motion, product, extended):
        rule = self.model.get("readiness", {})
        factors = self.factors(rule, motion, product, extended)
        defaults = {"health": 30, "loyalty": 15, "need": 20, "timing": 15, "potential": 10,
                    "affinity": 10}
        weights = {name: limit(rule, name, default) for name, default in defaults.items()}
        known = [name for name in factors if factors[name] is not None]
        whole = sum(weights[name] for name in known)
        score = sum(weights[name] * factors[name] for name in known) / whole if whole else None
        return dict(factors, score=score)

    def need(self, rule, motion, product, extended):
        needs = []
        if motion in ("SEATS", "PLAN"):
            value, _ = self.account.adoption_seat_utilisation(extended or None)
            if value is None:
                value, _ = self.account.adoption_seat_utilisation()
            if value is not None:
                curve = rule.get("need_by_utilisation") or points((0.6, 0), (0.95, 100))
                needs.append(curve_at(curve, value))
        issues = self.account.newest_of("issue", "issue_id").values()
        for entry in self.rules.text.get("issue_map", []) if product is not None else []:
            if product not in entry["products"] or (
                    entry.get("segments") and self.segment not in entry["segments"]):
                continue
            statuses = [f.body["status"] for f in issues if f.body["category"] == entry["category"]]
            if "STATUS_CONFIRMED" in statuses:
                needs.append(limit(rule, "need_confirmed", 100.0))
            if "STATUS_ASSUMED" in statuses or (entry.get("assumed") and not statuses):
                needs.append(limit(rule, "need_assumed", 60.0))
        return max(needs) if needs else None

    def timing(self, rule, product):
        times, today = [], self.today
        after = int(limit(rule, "after_purchase_days", 60))
        bought = [day for day, amount, _ in self.purchases() if amount >= 0]
        started = [day_of_date(s["start_date"]) for s in self.subscriptions()]
        times += [today - day < after for day in bought[:] + started if day <= today]
        first = int(limit(rule, "before_renewal_from_days", 90))
        last = int(limit(rule, "before_renewal_to_days", 30))
        for s in self.subscriptions():
            start, renewal = day_of_date(s["start_date"]), day_of_date(s.get("renewal_date"))
            term = 0 if renewal is None else renewal - start
            if renewal is None or term < int(limit(rule, "renewal_min_term_days", 180)) \
                    or not self.account.active(s):
                continue
            while s.get("auto_renew") and renewal <= today:
                renewal += term
            times.append(last <= renewal - today <= first)
        budget = self.account.profile.get("budget_month")
        if budget is not None:
            month = self.account.book.month(today)
            times.append(int(budget) in (month, month % 12 + 1))
        days = int(limit(rule, "after_issue_days", 30))
        asked = [f.at for f in self.account.facts["issue"]
                 if f.body["status"] == "STATUS_CONFIRMED"]
        asked += [f.at for f in self.account.facts["interest"]
                  if product is None or bare(f.body["product"]) == product]
        times += [self.account.age(at) < days for at in asked]
        if not times:
            return None
        return (limit(rule, "timing_inside", 100.0) if any(times)
                else limit(rule, "timing_outside", 30.0))

    def affinity(self, rule, product):
        lifts = [entry.get("lift", 0.0) for entry in self.rules.text.get("affinity", [])
                 if entry["consequent"] == product and entry["antecedent"] in self.catalogued]
        if product is None or not lifts:
            return None
        curve = rule.get("affinity_by_lift") or points((1, 0), (3, 100))
        return curve_at(curve, max(lifts))
