# SPDX-License-Identifier: Apache-2.0
"""Does an independent program, written from docs/scoring.md, agree with the server?

    recompute.py --server 127.0.0.1:7400 --as-of 2024-09-30

Reads the store's settings, rulebook, products, sources and the facts of every account, computes the
cards by docs/scoring.md, and compares them with what the server says. Exits 1 and names each
difference when there is one. The rules are in the modules beside this one, in plain Python; this
file only asks and compares.
"""

import argparse
import datetime
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE), os.environ.get("KIZUNA_STUBS", str(ROOT / "build" / "python"))]

import grpc  # noqa: E402
from google.protobuf import text_format  # noqa: E402
from google.protobuf.json_format import MessageToDict  # noqa: E402
from kizuna.v1 import (  # noqa: E402
    account_service_pb2,
    account_service_pb2_grpc,
    catalogue_service_pb2,
    catalogue_service_pb2_grpc,
    common_pb2,
    fact_service_pb2,
    fact_service_pb2_grpc,
    health_service_pb2,
    health_service_pb2_grpc,
    rulebook_pb2,
    rulebook_service_pb2,
    rulebook_service_pb2_grpc,
    source_service_pb2,
    source_service_pb2_grpc,
    status_service_pb2,
    status_service_pb2_grpc,
)

from facts import MILLION, Book, micros_of_time, money  # noqa: E402
from features import bare  # noqa: E402
from scoring import MOTIONS, Card, Rules  # noqa: E402

TOLERANCE = 1e-9
SECONDS = 60


def plain(message):
    return MessageToDict(message, preserving_proto_field_name=True)


class Server:
    """Reads everything that the document asks for."""

    def __init__(self, address):
        channel = grpc.insecure_channel(
            address, options=[("grpc.max_receive_message_length", 64 << 20)])
        self.accounts = account_service_pb2_grpc.AccountServiceStub(channel)
        self.catalogue = catalogue_service_pb2_grpc.CatalogueServiceStub(channel)
        self.facts = fact_service_pb2_grpc.FactServiceStub(channel)
        self.health = health_service_pb2_grpc.HealthServiceStub(channel)
        self.rulebooks = rulebook_service_pb2_grpc.RulebookServiceStub(channel)
        self.sources = source_service_pb2_grpc.SourceServiceStub(channel)
        self.status = status_service_pb2_grpc.StatusServiceStub(channel)

    @staticmethod
    def pages(call, request, field):
        while True:
            answer = call(request, timeout=SECONDS)
            yield from getattr(answer, field)
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    def book(self):
        settings = self.status.GetStatus(
            status_service_pb2.GetStatusRequest(), timeout=SECONDS).settings
        return Book(settings.time_zone, settings.fiscal_first_month)

    def rules(self):
        version = self.rulebooks.GetRulebook(
            rulebook_service_pb2.GetRulebookRequest(name="rulebooks/active"), timeout=SECONDS)
        text = text_format.Parse(version.text, rulebook_pb2.Rulebook())
        products = self.pages(self.catalogue.ListProducts,
                              catalogue_service_pb2.ListProductsRequest(page_size=1000), "products")
        sources = self.pages(self.sources.ListSources,
                             source_service_pb2.ListSourcesRequest(page_size=1000), "sources")
        metrics = self.pages(self.catalogue.ListMetrics,
                             catalogue_service_pb2.ListMetricsRequest(page_size=1000), "metrics")
        return Rules(plain(text), [plain(p) for p in products], [plain(s) for s in sources],
                     [metric_of(plain(m)) for m in metrics])

    def account_names(self):
        request = account_service_pb2.ListAccountsRequest(page_size=1000)
        return [a.name for a in self.pages(self.accounts.ListAccounts, request, "accounts")]

    def facts_of(self, account):
        request = fact_service_pb2.ListFactsRequest(
            parent=account, page_size=1000, all_versions=True, include_words=True)
        return [plain(f) for f in self.pages(self.facts.ListFacts, request, "facts")]

    def explain(self, account, date):
        request = health_service_pb2.ExplainHealthRequest(name=account)
        if date is not None:
            request.as_of_date.CopyFrom(
                common_pb2.Date(year=date.year, month=date.month, day=date.day))
        return self.health.ExplainHealth(request, timeout=SECONDS)


def metric_of(metric):
    """A metric of the catalogue, named as the rules name it."""
    return dict(metric, name=bare(metric["name"]), product=bare(metric.get("product")))


class Differences:
    """What did not agree: (account, what, ours, theirs)."""

    def __init__(self):
        self.found, self.compared = [], 0

    def same(self, account, what, ours, theirs):
        self.compared += 1
        if isinstance(ours, float) and theirs is not None:
            equal = abs(ours - theirs) <= TOLERANCE
        else:
            equal = ours == theirs
        if not equal:
            self.found.append((account, what, ours, theirs))


def optional(message, field):
    return getattr(message, field) if message.HasField(field) else None


def name_of(enum, value, prefix):
    return enum.Name(value)[len(prefix):]


def compare(account, card, told, differences):
    """Everything that the server says of an account."""
    def same(what, ours, theirs):
        differences.same(account, what, ours, theirs)

    health = told.health
    same("score", card.health, optional(health, "score"))
    same("raw", card.raw, optional(health, "raw_score"))
    same("coverage", card.coverage, health.coverage)
    same("band", card.band, name_of(common_pb2.Band, health.band, "BAND_"))
    same("number of drivers", len(card.points), len(health.drivers))
    for (value, y, points), driver in zip(card.points, health.drivers):
        same(driver.feature, value, optional(driver, "value"))
        same(driver.feature + " y", y, optional(driver, "y"))
        same(driver.feature + " points", points, driver.points)
    if health.HasField("raw_score"):
        same("drivers add up", float(sum(d.points for d in health.drivers)), health.raw_score)
    for driver in health.drivers:
        for item in driver.facts:
            same("not cited from later", True, micros(item.observed_at) <= card.now)

    loyalty = told.loyalty
    tier = common_pb2.LoyaltyTier
    same("tier", card.tier, name_of(tier, loyalty.tier, "LOYALTY_TIER_"))
    same("derived tier", card.derived_tier, name_of(tier, loyalty.derived_tier, "LOYALTY_TIER_"))
    same("recommends", card.recommending, loyalty.recommends)
    same("committed", card.committed_long, loyalty.committed)
    same("touch", card.touch, name_of(common_pb2.TouchTier, loyalty.touch_tier, "TOUCH_TIER_"))
    for what in ("lifetime_value", "results"):
        same(what, getattr(card, what), money(plain(getattr(loyalty, what))))
    same("recurring revenue", card.recurring(), money(plain(loyalty.recurring_revenue)))
    same("room", card.room, optional(loyalty, "room"))
    same("cell", card.cell, name_of(common_pb2.MatrixCell, loyalty.cell, "MATRIX_CELL_"))

    same("best motion", card.best_pitch["motion"],
         name_of(common_pb2.Motion, told.best_motion, "MOTION_"))
    same("motions", list(MOTIONS),
         [name_of(common_pb2.Motion, a.motion, "MOTION_") for a in told.assessments])
    for assessment in told.assessments:
        compare_option(card, assessment, same)


def compare_option(card, told, same):
    motion = name_of(common_pb2.Motion, told.motion, "MOTION_")
    option = card.options[motion]
    same(motion + " product", option["product"] or "", bare(told.product))
    same(motion + " extends", option["extended"] or "", bare(told.extended_product))
    same(motion + " verdict", option["verdict"],
         name_of(common_pb2.Verdict, told.verdict, "VERDICT_"))
    same(motion + " gates", option["gates"],
         [(r.code, name_of(common_pb2.Effect, r.effect, "EFFECT_"), r.missing)
          for r in told.reasons])
    same(motion + " gain", option["gain"], money(plain(told.yearly_gain)))
    for factor, value in option["readiness"].items():
        same(f"{motion} readiness {factor}", None if value is None else float(value),
             optional(told.readiness, factor))
    for reason in told.reasons:
        for evidence in reason.evidence:
            for item in evidence.facts:
                same(f"{motion} {reason.code} not cited from later", True,
                     micros(item.observed_at) <= card.now)


def micros(timestamp):
    return timestamp.seconds * MILLION + timestamp.nanos // 1000


def recompute(address, date):
    """Compares every account of the server; (accounts, differences)."""
    server = Server(address)
    book, rules = server.book(), server.rules()
    names, differences = server.account_names(), Differences()
    for name in names:
        told = server.explain(name, date)
        now = micros_of_time(plain(told.health)["checked_at"])
        compare(name, Card(server.facts_of(name), rules, book, now), told, differences)
    return len(names), differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--server", required=True, metavar="ADDRESS")
    parser.add_argument("--as-of", type=datetime.date.fromisoformat, metavar="DATE",
                        help="a date such as 2024-09-30; default: now")
    arguments = parser.parse_args()
    accounts, differences = recompute(arguments.server, arguments.as_of)
    for account, what, ours, theirs in differences.found[:100]:
        print(json.dumps({"account": account, "what": what, "recomputed": ours,
                          "server": theirs}, default=str))
    print(f"{accounts} accounts, {differences.compared} values compared, "
          f"{len(differences.found)} differ")
    return 1 if differences.found or not accounts else 0


if __name__ == "__main__":
    sys.exit(main())
