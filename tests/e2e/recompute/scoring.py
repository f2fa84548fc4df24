# SPDX-License-Identifier: Apache-2.0
"""What does an account's card say? (docs/scoring.md, 5, 7 and 8)

Written from the document alone.
"""

from curves import curve_at, holds, limit
from facts import MILLION, day_of_date, micros_of_time, millionths, money
from features import Account, bare
from gates import TIERS, Gates
from readiness import Readiness

MOTIONS = ("SEATS", "PLAN", "CROSS_SELL", "MENTION", "RENEWAL", "INBOUND", "HEARING")
PITCHES = MOTIONS[:3]


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


class Card(Gates, Readiness):
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
        green = limit(self.model, "green_from", 70.0)
        yellow = limit(self.model, "yellow_from", 40.0)
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
