# SPDX-License-Identifier: Apache-2.0
"""Are reviews told alike to a foreign client and by the command line, and do a person's text and a
sending survive kill -9?

The customer's copy is rendered in both languages and searched for what only we may know.
"""

import datetime
import re
import unittest
import xml.etree.ElementTree as ElementTree

import harness
from harness import DAY, answer, fact, kizuna
from kizuna.v1 import (
    catalogue_pb2,
    catalogue_service_pb2,
    fact_pb2,
    review_service_pb2,
    review_service_pb2_grpc,
    review_update_pb2,
)

CUSTOMER = review_update_pb2.REVIEW_COPY_CUSTOMER
INTERNAL = review_update_pb2.REVIEW_COPY_INTERNAL


def quarter_of(micros):
    """The calendar quarter of an instant, as 2026Q3."""
    day = datetime.datetime.fromtimestamp(micros / 1e6, datetime.timezone.utc)
    return f"{day.year}Q{(day.month + 2) // 3}"


class ReviewTest(harness.ServerCase):
    def setUp(self):
        super().setUp()
        self.running = self.server()
        self.now = harness.now_micros()
        self.quarter = quarter_of(self.now)
        self.name = f"accounts/acme/reviews/{self.quarter}"
        with harness.client_of(self.running) as client:
            client.record(
                *harness.ready_facts("acme"),
                fact("acme", "note", {"interaction": fact_pb2.Interaction(
                    kind=fact_pb2.Interaction.KIND_CALL,
                    direction=fact_pb2.Interaction.DIRECTION_OUTBOUND,
                    note="SECRET they may leave")}),
                fact("acme", "voice", {"survey": fact_pb2.Survey(
                    kind=fact_pb2.Survey.KIND_NPS, score=10, contact_id="respondent",
                    comment="早くなりました <b>&")}))

    def prepare(self, client, copy):
        stub = review_service_pb2_grpc.ReviewServiceStub(client.grpc_channel)
        return stub.PrepareReview(
            review_service_pb2.PrepareReviewRequest(name=self.name, copy=copy),
            timeout=harness.CALL_SECONDS).review

    def done(self, *arguments, code=0):
        result = kizuna(self.running, *arguments)
        self.assertEqual(code, result.returncode, result.stdout + result.stderr)
        return result.stdout if code == 0 else result.stderr

    def noted(self, *arguments):
        """What a command that succeeds says beside its answer."""
        result = kizuna(self.running, *arguments)
        self.assertEqual(0, result.returncode, result.stderr)
        return result.stderr

    def test_texts_and_sendings_survive_a_crash(self):
        self.done("review", "edit", "acme", "--quarter", self.quarter, "--copy", "customer",
                  "--section", "plan", "--lang", "ja", "--text", "来期の計画", "--author", "sato")
        self.running.kill()
        self.running.start()
        with harness.client_of(self.running) as client:
            review = self.prepare(client, CUSTOMER)
            self.assertEqual(["来期の計画"], [text.text for text in review.texts])
        file = self.running.data.with_suffix(".md")
        note = self.noted("review", "acme", "--quarter", self.quarter, "--out", str(file))
        prepared = re.search(r"--prepared (\S+)", note).group(1)
        with harness.client_of(self.running) as client:
            client.record(answer("acme", "angry", 0, contact="somebody"))
        self.assertIn("--prepared", self.done(
            "review", "send", "acme", "--quarter", self.quarter, "--prepared", "yesterday",
            "--author", "sato", code=2))
        self.done("review", "send", "acme", "--quarter", self.quarter, "--prepared", prepared,
                  "--author", "sato")
        self.running.kill()
        self.running.start()
        with harness.client_of(self.running) as client:
            for copy in (CUSTOMER, INTERNAL):
                review = self.prepare(client, copy)
                self.assertTrue(review.sent)
                self.assertFalse(review.differs_from_sent)
                self.assertEqual(0, review.voice.detractors)
        self.assertIn("was sent", self.done(
            "review", "edit", "acme", "--quarter", self.quarter, "--copy", "customer", "--section",
            "plan", "--lang", "ja", "--text", "改", "--author", "sato", code=1))

    def test_the_customers_copy_is_whole_and_tells_nothing_of_ours(self):
        for language in ("en", "ja"):
            document = self.done("review", "acme", "--quarter", self.quarter, "--copy", "customer",
                                 "--lang", language, "--format", "html")
            ElementTree.fromstring(document.partition("?>")[2] or document)
            self.assertIn("早くなりました", document)
            self.assertNotIn("<b>&", document)
            self.assertNotIn("SECRET", document)
            ours = self.done("review", "acme", "--quarter", self.quarter, "--copy", "internal",
                             "--lang", language, "--format", "html")
            self.assertIn("SECRET", ours)

    def test_a_proposal_needs_an_open_gate(self):
        with harness.client_of(self.running) as client:
            client.catalogue.CreateProduct(catalogue_service_pb2.CreateProductRequest(
                product_id="wms", product=catalogue_pb2.Product(display_name="Warehouse")),
                timeout=harness.CALL_SECONDS)
            self.assertIn("Warehouse", self.done("proposal", "acme", "--product", "wms"))
            client.record(answer("acme", "angry", 0, observed=self.now - DAY, contact="somebody"))
        self.assertIn("DISSATISFIED", self.done("proposal", "acme", "--product", "wms", code=10))
        self.done("proposal", "acme", "--product", "nonesuch", code=1)


if __name__ == "__main__":
    unittest.main()
