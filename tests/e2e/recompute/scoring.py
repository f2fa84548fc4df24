# SPDX-License-Identifier: Apache-2.0
"""What does an account's card say? (docs/scoring.md, 5 and 7 to 11)

Written from the document alone.
"""

from features import MILESTONES, Account, bare
from facts import MILLION, day_of_date, micros_of_time, millionths, money

MOTIONS = ("SEATS", "PLAN", "CROSS_SELL", "MENTION", "RENEWAL", "INBOUND", "HEARING")
PITCHES = MOTIONS[:3]
TIERS = ("NONE", "REPEATER", "PROMOTER", "FAN")
COMPARE = {
    "above": lambda value, limit: value > limit,
    "at_least": lambda value, limit: value >= limit,
    "below": lambda value, limit: value < limit,
    "at_most": lambda value, limit: value <= limit,
}


class Rules:
    """A rulebook's rules (the JSON form of kizuna.v1.Rulebook), with the parts beside them."""

    def __init__(self, text, products=(), sources=(), metrics=()):
        self.text = text
        self.metrics = {}
        for metric in list(text.get("metrics", [])) + list(metrics):
            self.metrics.setdefault(metric["name"], metric)
        self.products = {bare(p["name"]): p for p in sorted(products, key=lambda p: p["name"])}
        self.sources = {bare(s["name"]): dict(s, name=bare(s["name"])) for s in sources}

    def model_for(self, segment):
        for model in self.text["models"]:
            if segment in model.get("segments", []):
                return model
        return next(m for m in self.text["models"] if not m.get("segments"))

    def rank(self, product):
        return int(self.products[product].get("ladder_rank", 0))

    def family(self, product):
        return self.products[product].get("family", "")

    def next_rung(self, product):
        family, rank = self.family(product), self.rank(product)
        if not family or not rank:
            return None
        above = [p for p in self.products if self.family(p) == family and self.rank(p) > rank]
        return min(above, key=lambda p: (self.rank(p), p)) if above else None


def curve_at(points, x):
    points = [(p.get("x", 0.0), p.get("y", 0.0)) for p in points]
    if x <= points[0][0]:
        return points[0][1]
    for (ax, ay), (bx, by) in zip(points, points[1:]):
        if x < bx:
            return ay + (by - ay) * (x - ax) / (bx - ax)
    return points[-1][1]


def holds(value, rule):
    return any(name in rule and compare(value, rule[name]) for name, compare in COMPARE.items())


def limit(rule, name, default):
    return rule.get(name, default)


class Card:
    """Everything that is said of an account at an instant."""

    def __init__(self, recorded, rules, book, now):
        self.account = Account(recorded, rules, book, now)
        self.rules, self.today, self.now = rules, self.account.today, now
        self.segment = self.account.profile.get("segment", "")
        self.model = rules.model_for(self.segment)
        self.score_health()
        self.judge_loyalty()
        self.judge_place()
        self.owned = self.owned_products()
        self.catalogued = [p for p in self.owned if p in rules.products]
        self.largest = self.largest_product()
        self.options = {m: self.best([self.option(m, p) for p in self.candidates(m)])
                        for m in MOTIONS}
        self.best_pitch = self.best([self.options[m] for m in PITCHES])

    # --- 5. Health

    def measure(self, rule):
        """(value, y or None when missing) of a measure."""
        name = rule["feature"]
        value, newest = self.account.feature(name)
        if rule.get("seasonal"):
            other = self.account.feature(name.replace(".trend(", ".trend_yoy("))
            if value is None or (other[0] is not None and other[0] > value):
                value, newest = other
        oldest = int(rule.get("max_age_days", 0))
        if value is None or (oldest and newest is not None and self.today - newest > oldest):
            return value, None
        return value, curve_at(rule["curve"], value)

    def score_health(self):
        dimensions = self.model["dimensions"]
        read = [[(limit(m, "weight", 1.0), *self.measure(m)) for m in d["measures"]]
                for d in dimensions]
        weights = [limit(d, "weight", 1.0) for d in dimensions]
        covered, known_weights = 0.0, []
        for weight, measures in zip(weights, read):
            of_all = sum(w for w, _, _ in measures)
            known = [w for w, _, y in measures if y is not None]
            covered += sum(weight * w / of_all for w in known)
            known_weights.append(sum(known))
        self.coverage = covered / sum(weights)
        whole = sum(w for w, known in zip(weights, known_weights) if known)
        self.points = []
        for weight, known, measures in zip(weights, known_weights, read):
            for w, value, y in measures:
                points = 0.0 if y is None else (weight / whole) * (w / known) * y
                self.points.append((value, y, points))
        self.raw = sum(p for _, _, p in self.points) if whole else None
        self.health = None
        if self.raw is not None and self.coverage >= limit(self.model, "minimum_coverage", 0.4):
            self.health = min([self.raw] + [c.get("limit", 0.0) for c in self.model.get("caps", [])
                                            if self.cap_holds(c)])
        green, yellow = limit(self.model, "green_from", 70.0), limit(self.model, "yellow_from", 40.0)
        self.band = ("UNKNOWN" if self.health is None else "GREEN" if self.health >= green
                     else "YELLOW" if self.health >= yellow else "RED")

    def cap_holds(self, cap):
        value, _ = self.account.feature(cap["feature"])
        return value is not None and holds(value, cap)

    # --- 7. Loyalty, touch, place

    def subscriptions(self):
        return [f.body for _, f in sorted(self.account.subscriptions.items())]

    def purchases(self):
        """(day, amount, product) of each purchase and refund."""
        book = self.account.book
        for fact in self.account.facts["purchase"]:
            observed, stated = book.date(fact.at), day_of_date(fact.body.get("date"))
            day = observed if stated is None else min(stated, observed)
            yield day, money(fact.body.get("amount")), bare(fact.body.get("product"))

    def revenue(self, start, end):
        total = sum(amount for day, amount, _ in self.purchases() if start <= day < end)
        for s in self.subscriptions():
            first, last = day_of_date(s["start_date"]), day_of_date(s.get("end_date"))
            days = min(end, end if last is None else last) - max(start, first)
            if days > 0:
                total += money(s.get("annual_price")) * days // 365
        return total

    def recurring(self):
        return sum(money(s.get("annual_price")) for s in self.subscriptions()
                   if self.account.active(s))

    def owned_products(self):
        owned = {bare(s.get("product")) for s in self.subscriptions() if self.account.active(s)}
        owned |= {product for day, amount, product in self.purchases()
                  if amount >= 0 and day <= self.today}
        return sorted(owned - {""})

    def largest_product(self):
        active = [s for s in self.subscriptions() if self.account.active(s) and s.get("product")]
        if not active:
            return ""
        return bare(min(active, key=lambda s: (-money(s.get("annual_price")),
                                               s["subscription_id"].encode()))["product"])

    def buying_days(self):
        days = {day for day, amount, _ in self.purchases() if amount >= 0}
        for s in self.subscriptions():
            start, end, renewal = (day_of_date(s.get(k))
                                   for k in ("start_date", "end_date", "renewal_date"))
            days.add(start)
            if renewal is not None and renewal > start and (end is None or end > renewal):
                days.add(renewal)
        return {day for day in days if day <= self.today}

    def recommends(self, rule):
        account = self.account
        window = int(limit(rule, "evidence_window_days", 730))
        if any(account.age(f.at) < window for f in account.facts["loyalty_evidence"]):
            return True
        answers = account.within(int(limit(rule, "recommend_window_days", 365)))
        if any(score >= 9 and account.roles.get(person) == "ROLE_DECISION_MAKER"
               for person, _, score, _ in answers if person):
            return True
        promoters = sum(score >= 9 for _, _, score, _ in answers)
        return bool(answers) and promoters >= limit(rule, "recommend_share", 0.5) * len(answers)

    def committed(self, rule):
        for s in self.subscriptions():
            ends = day_of_date(s.get("renewal_date") or s.get("end_date"))
            long = int(limit(rule, "fan_term_days", 730))
            if self.account.active(s) and ends is not None \
                    and ends - day_of_date(s["start_date"]) >= long:
                return True
        if len(self.owned_products()) >= int(limit(rule, "fan_products", 3)):
            return True
        end = self.today + 1
        years = [self.revenue(end - 365 * (i + 1), end - 365 * i) for i in range(3)]
        return years[0] > years[1] > years[2]

    def override(self, kind):
        newest = self.account.facts[kind][-1:]
        if newest and self.now < micros_of_time(newest[0].body["expires_at"]):
            return newest[0].body["tier"].split("_TIER_")[1]
        return None

    def judge_loyalty(self):
        rule = self.model.get("loyalty", {})
        self.recommending, self.committed_long = self.recommends(rule), self.committed(rule)
        self.derived_tier = "NONE"
        if len(self.buying_days()) >= int(limit(rule, "repeater_days", 2)):
            self.derived_tier = "REPEATER"
            if self.recommending:
                self.derived_tier = "FAN" if self.committed_long else "PROMOTER"
        self.tier = self.override("loyalty_override") or self.derived_tier

    def judge_place(self):
        touch, matrix = self.model.get("touch", {}), self.model.get("matrix", {})
        end = self.today + 1
        stated = self.account.profile.get("lifetime_value")
        self.lifetime_value = (money(stated) if stated is not None
                               else self.revenue(-10**9, end) + self.recurring())
        by_value = self.lifetime_value / MILLION
        self.touch = self.override("touch_override") or (
            "HIGH" if by_value >= limit(touch, "high_ltv", 100000)
            else "LOW" if by_value >= limit(touch, "low_ltv", 10000) else "TECH")
        self.results = self.revenue(end - 365, end)
        self.room = self.find_room(matrix.get("rooms", []))
        self.cell = "UNSPECIFIED"
        if self.room is not None:
            high = self.results / MILLION >= limit(matrix, "results_threshold", 50000)
            wide = self.room >= limit(matrix, "room_threshold", 50)
            first = not high if not matrix.get("results_first") else high
            self.cell = "A" if high and wide else "D" if not high and not wide \
                else "B" if first else "C"

    def find_room(self, rooms):
        named = [r for r in rooms if self.segment in r.get("segments", [])]
        others = [r for r in rooms if not r.get("segments")]
        for room in (named + others)[:1]:
            figure = self.account.profile.get("sizing." + room["sizing"])
            if figure is not None:
                return curve_at(room["curve"], millionths(figure) / MILLION)
        return None

    # --- 8. Options

    def highest_owned(self, product):
        """The highest owned rung of the product's family; without a family the product itself."""
        family = self.rules.family(product)
        same = [p for p in self.catalogued
                if p == product or (family and self.rules.family(p) == family)]
        return min(same, key=lambda p: (-self.rules.rank(p), p)) if same else None

    def candidates(self, motion):
        found = []
        if motion == "SEATS":
            active = {bare(s.get("product")) for s in self.subscriptions()
                      if self.account.active(s)}
            found = [p for p in self.catalogued if p in active]
        elif motion == "PLAN":
            found = [self.rules.next_rung(p) for p in self.catalogued
                     if self.highest_owned(p) == p and self.rules.next_rung(p)]
        elif motion == "CROSS_SELL":
            found = [p for p in self.rules.products if self.highest_owned(p) is None]
        return found or [None]

    def option(self, motion, product):
        if product is None or motion == "CROSS_SELL":
            extended = self.largest
        elif motion == "PLAN":
            extended = self.highest_owned(product) or ""
        else:
            extended = product
        gates = []
        for gate in self.model["gates"]:
            if "MOTION_" + motion in gate["motions"]:
                effect, missing = self.judge(gate, motion, product, extended)
                if effect:
                    gates.append((gate["code"], effect, missing))
        effects = {effect for _, effect, _ in gates}
        verdict = "DENY" if "DENY" in effects else "UNKNOWN" if "UNKNOWN" in effects else "ALLOW"
        return {"motion": motion, "product": product, "extended": extended, "gates": gates,
                "verdict": verdict, "gain": self.gain(motion, product, extended),
                "readiness": self.readiness(motion, product, extended)}

    def price(self, product):
        return money(self.rules.products.get(product, {}).get("annual_price"))

    def gain(self, motion, product, extended):
        if product is None:
            return 0
        less = self.price(extended) if motion == "PLAN" else 0
        return max(0, self.price(product) - less)

    @staticmethod
    def best(options):
        def key(option):
            ready = option["readiness"]["score"]
            return (("ALLOW", "UNKNOWN", "DENY").index(option["verdict"]),
                    -(-1 if ready is None else ready), -option["gain"])
        # Equal in all of these: in the order given, by motion, then by product id.
        return min(options, key=key)

    # --- 9. Gates

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

    # --- 10. Readiness

    def readiness(self, motion, product, extended):
        rule = self.model.get("readiness", {})
        tiers = rule.get("loyalty_by_tier") or points((0, 0), (1, 40), (2, 75), (3, 100))
        factors = {
            "health": self.health,
            "loyalty": curve_at(tiers, float(TIERS.index(self.tier))),
            "need": self.need(rule, motion, product, extended),
            "timing": self.timing(rule, product),
            "potential": self.room,
            "affinity": self.affinity(rule, product),
        }
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


def points(*pairs):
    return [{"x": x, "y": y} for x, y in pairs]
