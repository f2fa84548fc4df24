# SPDX-License-Identifier: Apache-2.0
"""Does `GetPortfolio` say what one gets by reading every account and its facts, and adding up?

The sums are made here from ListReady (band, cell, verdict), ListFacts and docs/scoring.md alone.
"""

import collections
import datetime
import unittest

import harness
from harness import CALL_SECONDS, DENY, UNKNOWN, client_of, fact, generate
from kizuna.v1 import (common_pb2, fact_pb2, fact_service_pb2, portfolio_service_pb2,
                       portfolio_service_pb2_grpc, readiness_service_pb2)

ACCOUNTS = 24
YEAR = 365
NPS_DAYS = 180
EPOCH = datetime.date(1970, 1, 1)
AT_RISK = {"DISSATISFIED", "HEALTH_LOW"}


def day_of(date):
    """Days since 1970 of a Date; None of one that is not there."""
    return (datetime.date(date.year, date.month, date.day) - EPOCH).days if date.year else None


def micros_of(money):
    return money.units * 1000000 + money.nanos // 1000


def pages(call, request, field):
    while True:
        answer = call(request, timeout=CALL_SECONDS)
        yield from getattr(answer, field)
        if not answer.next_page_token:
            return
        request.page_token = answer.next_page_token


class Account:
    """What is known of an account, read off its row and its facts."""

    def __init__(self, row, facts):
        self.row = row
        self.subscriptions = {}
        self.answers = {}
        for each in sorted(facts, key=lambda f: (f.observed_at.ToMicroseconds(), f.source,
                                                  f.fact_id)):
            if each.HasField("subscription"):
                self.subscriptions[each.subscription.subscription_id] = each.subscription
            if each.HasField("survey") and each.survey.kind == fact_pb2.Survey.KIND_NPS:
                who = each.survey.contact_id or each.fact_id
                self.answers[who] = (each.observed_at.ToMicroseconds() // harness.DAY,
                                     each.survey.score)

    def revenue(self, day):
        return sum(micros_of(each.annual_price) for each in self.subscriptions.values()
                   if in_force(each, day))

    def renewals(self, start, today):
        """(how many came up in (start, today], how many of them were kept)."""
        due = kept = 0
        for each in self.subscriptions.values():
            outcome = self.outcome(each, start, today)
            due += outcome is not None
            kept += bool(outcome)
        return due, kept

    def outcome(self, each, start, today):
        begins, end = day_of(each.start_date), day_of(each.end_date)
        if begins > today or (end is not None and (end <= start or end <= begins)):
            return None
        if end is not None and end <= today:
            return any(self.replaces(other, each) for other in self.subscriptions.values())
        renewal = day_of(each.renewal_date)
        if renewal is None or renewal <= begins or renewal > today:
            return None
        if each.auto_renew:
            term = renewal - begins
            renewal += (today - renewal) // term * term
        return True if renewal > start else None

    @staticmethod
    def replaces(other, ended):
        start, end = day_of(other.start_date), day_of(other.end_date)
        return (other.subscription_id != ended.subscription_id and ended.product != "" and
                other.product == ended.product and
                day_of(ended.start_date) < start <= day_of(ended.end_date) + 30 and
                (end is None or end > day_of(ended.end_date)))


def in_force(each, day):
    end = day_of(each.end_date)
    return day_of(each.start_date) <= day and (end is None or day < end)


def standing(row):
    if row.band == common_pb2.BAND_RED or (row.verdict == DENY and AT_RISK & set(row.gates)):
        return "revenue_at_risk"
    return {common_pb2.VERDICT_ALLOW: "revenue_ready", DENY: "revenue_blocked",
            UNKNOWN: "revenue_unknown"}[row.verdict]


class PortfolioPageTest(harness.ServerCase):
    def setUp(self):
        super().setUp()
        self.kizuna_server = self.server()
        done = generate(self.kizuna_server, "--accounts", str(ACCOUNTS), "--days", "120", "--seed",
                        "1")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def add_contracts(self, client, today):
        """Contracts of every kind, since the generator's all go on."""
        def told(name, account, price, start, end=None, renewal=None, auto=False, product="p-x"):
            made = fact_pb2.Subscription(
                subscription_id=name, product=f"products/{product}" if product else "",
                annual_price=common_pb2.Money(units=price), start_date=date_of(today + start),
                auto_renew=auto)
            if end is not None:
                made.end_date.CopyFrom(date_of(today + end))
            if renewal is not None:
                made.renewal_date.CopyFrom(date_of(today + renewal))
            return fact(f"acct-{account:06d}", name, {"subscription": made},
                        observed=(today - 1) * harness.DAY)
        client.record(
            told("lost", 0, 1000, -700, end=-100),
            told("replaced", 1, 500, -700, end=-50), told("new", 1, 800, -30),
            told("too-late", 2, 300, -700, end=-50), told("next", 2, 300, -19),
            told("renewed", 3, 77, -500, renewal=-135),
            told("goes-on", 4, 78, -900, renewal=-535, auto=True),
            told("moved-on", 5, 79, -500, renewal=230),
            told("edge", 6, 80, -YEAR, end=0), told("before", 7, 81, -700, end=-YEAR),
            told("unnamed", 8, 82, -700, end=-10, product=""),
            told("unnamed-next", 8, 82, -9, product=""))

    def accounts(self, client):
        request = readiness_service_pb2.ListReadyRequest(
            page_size=1000, verdicts=[common_pb2.VERDICT_ALLOW, DENY, UNKNOWN])
        rows = list(pages(client.readiness.ListReady, request, "accounts"))
        return [Account(row, (stored.fact for stored in pages(
            client.facts.ListFacts,
            fact_service_pb2.ListFactsRequest(parent=row.account, page_size=1000,
                                              include_words=True), "facts")
            if stored.counts and not stored.fact.retracted)) for row in rows]

    def test_it_is_the_sum_of_its_accounts(self):
        with client_of(self.kizuna_server) as client:
            today = harness.now_micros() // harness.DAY
            self.add_contracts(client, today)
            accounts = self.accounts(client)
            self.assertEqual(ACCOUNTS, len(accounts))
            service = portfolio_service_pb2_grpc.PortfolioServiceStub(client.grpc_channel)
            answer = service.GetPortfolio(portfolio_service_pb2.GetPortfolioRequest(
                group_by=portfolio_service_pb2.PORTFOLIO_GROUPING_OWNER), timeout=CALL_SECONDS)
            today = answer.as_of.ToMicroseconds() // harness.DAY
            self.check_group(accounts, answer.total.figures, today)
            by_owner = collections.defaultdict(list)
            for account in accounts:
                by_owner[account.row.owner].append(account)
            self.assertEqual(sorted(by_owner), [group.key for group in answer.groups])
            for group in answer.groups:
                self.check_group(by_owner[group.key], group.figures, today)
            self.assertGreaterEqual(answer.total.figures.retention.due_count, 6)

    def check_group(self, accounts, told, today):
        """Every figure of one group, computed anew."""
        def counts(of):
            return collections.Counter(of(account.row) for account in accounts)
        self.assertEqual(len(accounts), told.account_count)
        for field, name, of in (("bands", "band", lambda row: row.band),
                                ("cells", "cell", lambda row: row.cell),
                                ("verdicts", "verdict", lambda row: row.verdict)):
            self.assertEqual(dict(counts(of)), {getattr(each, name): each.account_count
                                                for each in getattr(told, field)})
        revenue = collections.Counter()
        for account in accounts:
            revenue[standing(account.row)] += account.revenue(today)
        for kind in ("revenue_at_risk", "revenue_ready", "revenue_unknown", "revenue_blocked"):
            self.assertEqual(revenue[kind], micros_of(getattr(told, kind)), kind)
        self.assertEqual(sum(revenue.values()), micros_of(told.recurring_revenue))
        self.check_nps(accounts, told, today)
        self.check_retention(accounts, told.retention, today)

    def check_nps(self, accounts, told, today):
        scores = [score for account in accounts for day, score in account.answers.values()
                  if today - day < NPS_DAYS]
        self.assertEqual(len(scores), told.nps_answers)
        if scores:
            nps = 100 * (sum(s >= 9 for s in scores) - sum(s <= 6 for s in scores)) / len(scores)
            self.assertAlmostEqual(nps, told.nps, places=9)

    def check_retention(self, accounts, told, today):
        start = today - YEAR
        due, kept = (sum(each) for each in zip(*(a.renewals(start, today) for a in accounts)))
        self.assertEqual((due, kept), (told.due_count, told.renewed_count))
        pairs = [(a.revenue(start), a.revenue(today)) for a in accounts]
        base = sum(then for then, _ in pairs)
        stayed = sum(min(then, now) for then, now in pairs)
        grown = sum(now for then, now in pairs if then > 0)
        self.assertEqual((base, stayed, grown), tuple(map(micros_of, (
            told.revenue_at_start, told.revenue_kept, told.revenue_now))))
        if base:
            self.assertAlmostEqual(stayed / base, told.gross_retention, places=12)
            self.assertAlmostEqual(grown / base, told.net_retention, places=12)


def date_of(day):
    date = EPOCH + datetime.timedelta(days=day)
    return common_pb2.Date(year=date.year, month=date.month, day=date.day)


if __name__ == "__main__":
    unittest.main()
