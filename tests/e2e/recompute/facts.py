# SPDX-License-Identifier: Apache-2.0
"""Which facts of an account count at an instant, and on which days? (docs/scoring.md, 1 and 2)

Written from the document alone. A fact is the JSON form of kizuna.v1.RecordedFact, as
FactService.ListFacts gives it.
"""

import calendar
import datetime
import zoneinfo

MILLION = 10**6
EPOCH = datetime.date(1970, 1, 1)


def micros_of_time(text):
    """Microseconds of an RFC 3339 instant in UTC; finer digits are floored."""
    stem = text.rstrip("Z")
    whole, _, fraction = stem.partition(".")
    at = datetime.datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S")
    return calendar.timegm(at.timetuple()) * MILLION + int((fraction + "000000")[:6])


def millionths(number):
    return round(float(number) * MILLION)


def money(value):
    """Millionths of a Money; 0 without one."""
    if not value:
        return 0
    return int(value.get("units", 0)) * MILLION + int(value.get("nanos", 0)) // 1000


def day_of_date(value):
    """Days since 1970-01-01 of a Date; None without one."""
    if not value:
        return None
    return (datetime.date(value["year"], value["month"], value["day"]) - EPOCH).days


class Book:
    """The time zone and the fiscal year of the store."""

    def __init__(self, zone="UTC", fiscal_first_month=1):
        self.zone = zoneinfo.ZoneInfo(zone)
        self.fiscal_first_month = fiscal_first_month

    def date(self, instant):
        at = datetime.datetime.fromtimestamp(instant // MILLION, self.zone)
        return (at.date() - EPOCH).days

    def last_whole_day(self, watermark):
        return self.date(watermark + 1) - 1

    def month(self, day):
        return (EPOCH + datetime.timedelta(day)).month

    def quarter_start(self, day):
        date = EPOCH + datetime.timedelta(day)
        back = (date.month - self.fiscal_first_month) % 3
        month = date.year * 12 + date.month - 1 - back
        return (datetime.date(month // 12, month % 12 + 1, 1) - EPOCH).days


class Fact:
    """One version of a fact."""

    def __init__(self, recorded):
        wire = recorded["fact"]
        self.source = wire["source"]
        self.id = wire["fact_id"]
        self.version = int(wire.get("version", 0))
        self.at = micros_of_time(wire["observed_at"])
        self.retracted = wire.get("retracted", False)
        self.counts = recorded.get("counts", True)
        self.kind = next((k for k in KINDS if k in wire), None)
        self.body = wire.get(self.kind, {})

    @property
    def order(self):
        return self.at, self.source.encode(), self.id.encode()


KINDS = ("profile", "contact", "contact_change", "subscription", "purchase", "usage", "adoption",
         "milestone", "survey", "recovery", "ticket", "invoice", "interaction", "issue", "hearing",
         "interest", "objective", "loyalty_evidence", "loyalty_override", "touch_override", "hold",
         "consent")


def counting(recorded, now):
    """The facts that exist at `now`, in their order, by kind."""
    best = {}
    for one in recorded:
        fact = Fact(one)
        key = fact.source, fact.id
        # At equal versions the larger fingerprint counts; the export says which that is.
        if key not in best or (fact.version, fact.counts) > (best[key].version, best[key].counts):
            best[key] = fact
    by_kind = {kind: [] for kind in KINDS}
    for fact in sorted(best.values(), key=lambda f: f.order):
        if not fact.retracted and fact.at <= now:
            by_kind[fact.kind].append(fact)
    return by_kind
