# SPDX-License-Identifier: Apache-2.0
"""Does the recomputation answer the golden scenarios as it must?

So that it is known to be right by itself before it is held against a server.
"""

import datetime
import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE), os.environ.get("KIZUNA_STUBS", str(ROOT / "build" / "python"))]

from google.protobuf import text_format  # noqa: E402
from google.protobuf.json_format import MessageToDict  # noqa: E402
from kizuna.v1 import common_pb2, rulebook_pb2  # noqa: E402
from tests.golden import scenario_pb2  # noqa: E402

from facts import MILLION, Book, micros_of_time  # noqa: E402
from features import bare  # noqa: E402
from scoring import Card, Rules  # noqa: E402


def plain(message):
    return MessageToDict(message, preserving_proto_field_name=True)


def instant(book, text):
    """Microseconds of a date's last microsecond, or of an RFC 3339 instant."""
    if len(text) > 10:
        return micros_of_time(text)
    day = datetime.date.fromisoformat(text) + datetime.timedelta(1)
    start = datetime.datetime.combine(day, datetime.time(), book.zone)
    return int(start.timestamp()) * MILLION - 1


def rfc3339(micros):
    whole = datetime.datetime.utcfromtimestamp(micros // MILLION)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{micros % MILLION:06d}Z"


class Stage:
    """A scenario, ready to be asked."""

    def __init__(self, scenario):
        self.book = Book(scenario.time_zone or "UTC")
        rules = ROOT / "server" / "rulebooks" / f"{scenario.rules or 'starter'}.textproto"
        text = text_format.Parse(rules.read_text(encoding="utf-8"), rulebook_pb2.Rulebook())
        sources = []
        for source in scenario.sources:
            declared = plain(source)
            if source.complete_through:
                declared["complete_through"] = rfc3339(
                    instant(self.book, source.complete_through))
            sources.append(declared)
        self.rules = Rules(plain(text), [plain(p) for p in scenario.products], sources)
        self.facts = [self.recorded(i, o) for i, o in enumerate(scenario.facts, 1)]

    def recorded(self, number, observation):
        fact = plain(observation.fact)
        fact.setdefault("source", "crm")
        fact.setdefault("fact_id", f"f{number}")
        fact["observed_at"] = rfc3339(instant(self.book, observation.at))
        if observation.until:
            for kind in ("hold", "loyalty_override", "touch_override"):
                if kind in fact:
                    fact[kind]["expires_at"] = rfc3339(instant(self.book, observation.until))
        return {"fact": fact}

    def card(self, question):
        return Card(self.facts, self.rules, self.book, instant(self.book, question.at))


class GoldenTest(unittest.TestCase):

    def test_every_scenario(self):
        files = sorted((ROOT / "tests" / "golden").glob("*.textproto"))
        self.assertGreater(len(files), 12)
        for path in files:
            scenario = text_format.Parse(path.read_text(encoding="utf-8"), scenario_pb2.Scenario())
            stage = Stage(scenario)
            for question in scenario.questions:
                # What depends on the contact or the channel is not part of the card.
                if not question.contact and not question.channel:
                    with self.subTest(f"{path.stem} at {question.at}"):
                        self.ask(stage, question)

    def ask(self, stage, question):
        card = stage.card(question)
        option = self.option(card, question)
        self.assertEqual("VERDICT_" + option["verdict"], common_pb2.Verdict.Name(question.verdict))
        self.assertEqual([(code, missing) for code, _, missing in option["gates"]],
                         [(reason.code, reason.missing) for reason in question.reasons])
        for (code, effect, _), reason in zip(option["gates"], question.reasons):
            if reason.effect:
                self.assertEqual("EFFECT_" + effect, common_pb2.Effect.Name(reason.effect), code)
        numbers = {"score": card.health, "raw_score": card.raw, "coverage": card.coverage,
                   "readiness": option["readiness"]["score"]}
        for name, value in numbers.items():
            if question.HasField(name):
                self.assertAlmostEqual(value, getattr(question, name), 6, name)
        names = {"band": ("BAND_", card.band, common_pb2.Band),
                 "loyalty": ("LOYALTY_TIER_", card.tier, common_pb2.LoyaltyTier),
                 "touch": ("TOUCH_TIER_", card.touch, common_pb2.TouchTier),
                 "cell": ("MATRIX_CELL_", card.cell, common_pb2.MatrixCell)}
        for name, (prefix, value, enum) in names.items():
            if getattr(question, name):
                self.assertEqual(prefix + value, enum.Name(getattr(question, name)))
        if question.offered:
            self.assertEqual(option["product"], bare(question.offered))

    @staticmethod
    def option(card, question):
        motion = common_pb2.Motion.Name(question.motion)[len("MOTION_"):]
        if motion == "UNSPECIFIED":
            return card.best_pitch
        if not question.product:
            return card.options[motion]
        product = bare(question.product)
        # A plan named by what is owned means the next rung.
        if motion == "PLAN" and product in card.catalogued:
            product = card.rules.next_rung(product) or product
        return card.option(motion, product)


if __name__ == "__main__":
    unittest.main()
