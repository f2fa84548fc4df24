# SPDX-License-Identifier: Apache-2.0
"""What are the features of an account? (docs/scoring.md, 3, 4 and 6)

Written from the document alone. A feature is (value, newest day), either of them None.
"""

import re

from facts import MILLION, counting, day_of_date, micros_of_time, millionths, money

TRILLION = 10**12
MISSING = (None, None)
MILESTONES = ("NONE", "DEPLOYED", "ONBOARDED", "FIRST_VALUE", "ADOPTED", "VALUE_REALISED")
NAME = re.compile(r"([a-z0-9_.]+?)(?:\((.*)\))?$")


class Metric:
    """One metric of one account, as it is seen before today."""

    def __init__(self, account, name):
        declared = account.rules.metrics.get(name, {})
        count = declared.get("kind") == "METRIC_KIND_COUNT"
        self.values = {}
        winners = {}
        first, last, sources = None, None, set()
        for fact in account.facts["usage"]:
            row = fact.body
            if row["metric"] != name:
                continue
            start = day_of_date(row.get("first_date"))
            if start is None:
                start = account.book.date(fact.at)
            days = int(row.get("days", 0)) or 1
            first = start if first is None else min(first, start)
            if start < account.today:
                sources.add(fact.source)
            value = millionths(row.get("value", 0))
            for i in range(days):
                day = start + i
                if day >= account.today:
                    break
                last = day if last is None else max(last, day)
                if count:
                    share = value // days + (1 if i < value % days else 0)
                    self.values[day] = self.values.get(day, 0) + share
                else:
                    # Within a source the larger value of an instant, then the larger source.
                    cell = winners.setdefault((day, fact.source), (fact.at, value))
                    winners[day, fact.source] = max(cell, (fact.at, value))
        for (day, source), (at, value) in sorted(winners.items()):
            # Sources in their order: at one instant the later one in it takes over.
            if day not in self.values or at >= self.values[day][0]:
                self.values[day] = (at, value)
        if not count:
            self.values = {day: value for day, (at, value) in self.values.items()}
        self.first, self.known_to = first, last
        if last is None:
            return
        declaring = [s for s in account.rules.sources.values() if name in s.get("metrics", [])]
        watermarks = [s.get("complete_through") for s in declaring]
        if declaring and all(watermarks) and sources <= {s["name"] for s in declaring}:
            through = account.book.last_whole_day(min(micros_of_time(w) for w in watermarks))
            self.known_to = max(last, min(through, account.today - 1))

    def over(self, start, end):
        """The known days of [start, end): (number, values in millionths by day)."""
        if self.known_to is None:
            return 0, {}
        start, end = max(start, self.first), min(end, self.known_to + 1)
        if start >= end:
            return 0, {}
        return end - start, {d: v for d, v in self.values.items() if start <= d < end}


class Account:
    """An account's facts at an instant under a rulebook, and its features."""

    def __init__(self, recorded, rules, book, now):
        self.rules, self.book, self.now = rules, book, now
        self.today = book.date(now)
        self.facts = counting(recorded, now)
        self.profile = {}
        self.read_profile()
        self.read_people()
        self.subscriptions = self.newest_of("subscription", "subscription_id")
        self.read_voice()
        self.cache, self.metrics = {}, {}

    # --- what the facts say

    def newest_of(self, kind, key):
        """The newest fact of each key."""
        return {fact.body.get(key, ""): fact for fact in self.facts[kind]}

    def read_profile(self):
        plain = ("display_name", "segment", "industry", "owner", "sales_owner", "budget_month",
                 "lifetime_value")
        for fact in self.facts["profile"]:
            for name in plain:
                if name in fact.body:
                    self.profile[name] = fact.body[name]
            for sizing in fact.body.get("sizing", []):
                self.profile["sizing." + sizing["name"]] = sizing.get("value", 0)
            for name in fact.body.get("cleared", []):
                self.profile.pop(name, None)

    def read_people(self):
        self.roles, self.arrived, self.left = {}, {}, {}
        both = self.facts["contact"] + self.facts["contact_change"]
        for fact in sorted(both, key=lambda f: f.order):
            person, role = fact.body["contact_id"], fact.body.get("role", "ROLE_UNSPECIFIED")
            if role != "ROLE_UNSPECIFIED":
                self.roles[person] = role
            change = fact.body.get("change")
            if change == "CHANGE_ARRIVED":
                self.arrived[person] = fact.order
            elif change == "CHANGE_LEFT":
                self.left[person] = fact.order

    def present(self, person):
        return person not in self.left or self.arrived.get(person, ()) > self.left[person]

    def read_voice(self):
        """NPS answers: (respondent or '', at, score, open detractor); CSAT and CES: (at, share)."""
        newest, anonymous, recovered = {}, [], {}
        self.csat, self.ces = [], []
        for fact in self.facts["recovery"]:
            recovered[fact.body.get("contact_id", "")] = fact.at
        for fact in self.facts["survey"]:
            kind, person = fact.body["kind"], fact.body.get("contact_id", "")
            if kind == "KIND_NPS":
                entry = person, fact.at, fact.body.get("score", 0)
                if person:
                    newest[person] = entry
                else:
                    anonymous.append(entry)
            else:
                low, high = ((1, 5) if kind == "KIND_CSAT" else (1, 7))
                share = share_of(fact.body, low, high)
                if kind == "KIND_CES" and fact.body.get("lower_is_easier"):
                    share = TRILLION - share
                (self.csat if kind == "KIND_CSAT" else self.ces).append((fact.at, share))
        for fact in self.facts["interaction"]:
            stated = fact.body.get("satisfaction")
            if stated is not None and fact.body.get("contact_id"):
                self.csat.append((fact.at, share_of(stated, 1, 5)))
        self.answers = [(person, at, score, score <= 6 and not recovered.get(person, at) > at)
                        for person, at, score in list(newest.values()) + anonymous]

    def active(self, subscription):
        end = day_of_date(subscription.get("end_date"))
        return (day_of_date(subscription["start_date"]) <= self.today
                and (end is None or self.today < end))

    def age(self, instant):
        return self.today - self.book.date(instant)

    # --- features

    def feature(self, name):
        if name not in self.cache:
            stem, argument = NAME.match(name).groups()
            if stem.startswith("usage."):
                _, metric, what = stem.split(".")
                self.cache[name] = self.usage(metric, what, int(argument))
            else:
                method = getattr(self, stem.replace(".", "_"))
                self.cache[name] = method(argument) if argument is not None else method()
        return self.cache[name]

    def usage(self, name, what, window):
        if name not in self.metrics:
            self.metrics[name] = Metric(self, name)
        metric, today = self.metrics[name], self.today
        newest = metric.known_to
        known, values = metric.over(today - window, today)
        total = sum(values.values()) / MILLION
        if what in ("trend", "trend_yoy"):
            end = today - (window if what == "trend" else 364)
            before_known, before_values = metric.over(end - window, end)
            before = sum(before_values.values()) / MILLION
            least = self.rules.metrics.get(name, {}).get("min_volume", 0)
            if 2 * known < window or 2 * before_known < window or total + before < least:
                return None, newest
            later, earlier = total / known, before / before_known
            if earlier == 0:
                return (0.0 if later == 0 else 1.0), newest
            return max(-1.0, min(1.0, later / earlier - 1)), newest
        if known == 0:
            return MISSING
        newest_in_window = min(today, metric.known_to + 1) - 1
        if what == "per_seat":
            seats = self.seats(self.rules.metrics.get(name, {}).get("product", ""))
            return (total / known / seats if seats else None), newest
        return {"mean": total / known, "sum": total,
                "max": max(values.values(), default=0) / MILLION,
                "last": values.get(newest_in_window, 0) / MILLION,
                "active_days": float(sum(v > 0 for v in values.values()))}[what], newest

    def seats(self, product):
        bought = sum(int(f.body.get("seats", 0)) for f in self.subscriptions.values()
                     if self.active(f.body)
                     and (not product or bare(f.body.get("product")) == product))
        if bought:
            return bought
        return sum(pair[0] for p, (pair, _) in self.pairs("seats_purchased", "seats_active").items()
                   if not product or p == product)

    def pairs(self, of, used):
        """The newest stated pair of each product, with its instant."""
        pairs = {}
        for fact in self.facts["adoption"]:
            if of in fact.body and used in fact.body:
                pair = int(fact.body[of]), int(fact.body[used])
                pairs[bare(fact.body.get("product"))] = pair, fact.at
        return pairs

    def adoption(self, of, used, product):
        pairs = [p for name, p in self.pairs(of, used).items() if product in (None, name)]
        available = sum(pair[0] for pair, _ in pairs)
        if not available:
            return MISSING
        return (sum(pair[1] for pair, _ in pairs) / available,
                max(self.book.date(at) for _, at in pairs))

    def adoption_seat_utilisation(self, product=None):
        return self.adoption("seats_purchased", "seats_active", product)

    def adoption_feature_breadth(self, product=None):
        return self.adoption("features_available", "features_used", product)

    def adoption_milestone(self, product):
        reached = [MILESTONES.index(f.body["milestone"][len("MILESTONE_"):])
                   for f in self.facts["milestone"] if bare(f.body.get("product")) == product]
        return (float(max(reached)), None) if reached else MISSING

    def within(self, days):
        return [a for a in self.answers if self.age(a[1]) < days]

    def nps(self, days):
        answers = self.within(int(days))
        if not answers:
            return MISSING
        balance = sum((score >= 9) - (score <= 6) for _, _, score, _ in answers)
        return 100.0 * balance / len(answers), max(self.book.date(a[1]) for a in answers)

    def sentiment_detractor_share(self, days):
        answers = self.within(int(days))
        if not answers:
            return MISSING
        return (sum(a[3] for a in answers) / len(answers),
                max(self.book.date(a[1]) for a in answers))

    def sentiment_key_detractor(self):
        named = [a for a in self.answers if a[0]]
        if not named:
            return MISSING
        key = ("ROLE_CHAMPION", "ROLE_DECISION_MAKER")
        return float(any(a[3] and self.roles.get(a[0]) in key for a in named)), None

    def satisfaction(self, answers, days):
        counted = [(at, share) for at, share in answers if self.age(at) < days]
        if not counted:
            return MISSING
        return (sum(share for _, share in counted) / TRILLION / len(counted),
                max(self.book.date(at) for at, _ in counted))

    def csat_mean(self, days):
        return self.satisfaction(self.csat, int(days))

    def ces_mean(self, days):
        return self.satisfaction(self.ces, int(days))

    def age_of(self, instants):
        if not instants:
            return MISSING
        newest = self.book.date(max(instants))
        return float(self.today - newest), newest

    def sentiment_age_days(self):
        nps = [f.at for f in self.facts["survey"] if f.body["kind"] == "KIND_NPS"]
        return self.age_of(nps + [at for at, _ in self.csat])

    def covered(self, kind):
        if self.facts[kind]:
            return True
        wanted = "FACT_KIND_" + kind.upper()
        return any(wanted in s.get("kinds", []) and self.in_time(s)
                   and int(s.get("expected_every_days", 0)) > 0
                   for s in self.rules.sources.values())

    def in_time(self, source):
        watermark = source.get("complete_through")
        return (watermark is not None and self.age(micros_of_time(watermark))
                <= int(source.get("expected_every_days", 0)))

    def open_tickets(self):
        """(severity, escalated, age in days) of each open ticket; None when not covered."""
        if not self.covered("ticket"):
            return None
        tickets = {}
        for fact in self.facts["ticket"]:
            tickets.setdefault(fact.body["ticket_id"], []).append(fact)
        found = []
        for facts in tickets.values():
            opened = [f for f in facts if f.body["event"] == "EVENT_OPENED"]
            closed = [f for f in facts if f.body["event"] == "EVENT_CLOSED"]
            if closed and (len(opened) < 2 or not opened[-1].order > closed[-1].order):
                continue
            since = (opened[-1 if closed else 0] if opened else facts[0])
            stated = [f.body["severity"] for f in facts
                      if f.body.get("severity", "SEVERITY_UNSPECIFIED") != "SEVERITY_UNSPECIFIED"]
            flags = [f.body["escalated"] for f in facts if "escalated" in f.body]
            found.append((stated[-1] if stated else "SEVERITY_NORMAL",
                          flags[-1] if flags else False, self.age(since.at)))
        return found

    def count_tickets(self, which):
        tickets = self.open_tickets()
        return MISSING if tickets is None else (float(sum(map(which, tickets))), None)

    def support_open(self):
        return self.count_tickets(lambda t: True)

    def support_open_critical(self):
        return self.count_tickets(lambda t: t[0] == "SEVERITY_CRITICAL")

    def support_escalations_open(self):
        return self.count_tickets(lambda t: t[1])

    def support_oldest_open_days(self):
        tickets = self.open_tickets()
        if tickets is None:
            return MISSING
        return float(max([0] + [age for _, _, age in tickets])), None

    def relationship_days_since_contact(self):
        return self.age_of([f.at for f in self.facts["interaction"] if f.body.get("two_way")])

    def relationship_without_champion_days(self):
        champions = [p for p, role in self.roles.items() if role == "ROLE_CHAMPION"]
        left = [self.left[p][0] for p in champions if p in self.left]
        if not left or any(self.present(p) for p in champions):
            return MISSING
        return float(self.age(max(left))), None

    def outcomes_attainment(self):
        quarter, shares, newest = self.book.quarter_start(self.today), [], []
        for fact in self.newest_of("objective", "objective_id").values():
            start, due, closed = (day_of_date(fact.body.get(k))
                                  for k in ("start_date", "due_date", "closed_date"))
            if start > self.today or (closed is not None and closed < quarter):
                continue
            expected = max(0.05, min(1.0, (self.today - start) / (due - start)))
            reached = millionths(fact.body.get("progress", 0)) / millionths(fact.body["target"])
            shares.append(min(1.0, reached / expected))
            newest.append(self.book.date(fact.at))
        return (sum(shares) / len(shares), max(newest)) if shares else MISSING

    def billing_days_overdue(self):
        if not self.covered("invoice"):
            return MISSING
        invoices = {}
        for fact in self.facts["invoice"]:
            invoices.setdefault(fact.body["invoice_id"], []).append(fact)
        oldest = 0
        for facts in invoices.values():
            events = {f.body["event"] for f in facts}
            if events & {"EVENT_PAID", "EVENT_VOIDED"}:
                continue
            dated = [f for f in facts if "due_date" in f.body]
            late = [f for f in facts if f.body["event"] == "EVENT_OVERDUE"]
            if dated and money(dated[-1].body.get("amount")) >= 0:
                oldest = max(oldest, self.today - day_of_date(dated[-1].body["due_date"]))
            elif not dated and late:
                oldest = max(oldest, self.age(late[0].at))
        return float(oldest), None

    def issue_understood_age_days(self):
        told = ("STATUS_CONFIRMED", "STATUS_SOLUTION_CONFIRMED")
        return self.age_of([f.at for f in self.facts["issue"] if f.body["status"] in told]
                           + [f.at for f in self.facts["hearing"]])


def share_of(answer, low, high):
    low, high = millionths(answer.get("scale_min", low)), millionths(answer.get("scale_max", high))
    return (millionths(answer.get("score", 0)) - low) * TRILLION // (high - low)


def bare(name):
    """`wms` of `products/wms`; '' without one."""
    return (name or "").rpartition("/")[2]
