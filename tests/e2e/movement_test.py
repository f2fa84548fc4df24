# SPDX-License-Identifier: Apache-2.0
"""Is a movement what one finds by explaining the account at each of its steps by hand?

First the account has only what was observed by the first instant: explained as of then and as of
now, that gives the steps "as it was" and "time alone". Then the new facts come, and then other
rules. The movement, asked at the end, must tell the differences of these four explanations.
"""

import json
import unittest

import harness
from harness import DAY, answer, fact, micros
from kizuna.v1 import (
    fact_pb2,
    health_service_pb2,
    movement_service_pb2,
    movement_service_pb2_grpc,
    rulebook_service_pb2,
)

MILLIONTH = 1.000001e-6


class MovementTest(harness.ServerCase):
    def explain(self, client, as_of=None):
        request = health_service_pb2.ExplainHealthRequest(name="accounts/acme")
        if as_of is not None:
            request.as_of.CopyFrom(micros(as_of))
        return client.health.ExplainHealth(request, timeout=harness.CALL_SECONDS).health

    def points(self, health):
        """By (dimension, feature), and the level."""
        by = {(d.dimension, d.feature): d.points for d in health.drivers}
        return by, health.raw_score + health.cap.points

    def activate_standard(self, client):
        text = client.rulebooks.GetRulebook(
            rulebook_service_pb2.GetRulebookRequest(name="rulebooks/standard"),
            timeout=harness.CALL_SECONDS).text
        client.rulebooks.ActivateRulebook(
            rulebook_service_pb2.ActivateRulebookRequest(text=text, author="test"),
            timeout=harness.CALL_SECONDS)

    def test_the_parts_are_the_differences_of_the_steps(self):
        server = self.server()
        now = harness.now_micros()
        since = now - 30 * DAY
        facts = harness.ready_facts("acme", today=now)
        old = [f for f in facts if f.observed_at.seconds * 1000000 <= since]
        new = [f for f in facts if f.observed_at.seconds * 1000000 > since]
        # Stays open, so that time alone moves something too.
        old.append(fact("acme", "t0", {"ticket": fact_pb2.Ticket(
            ticket_id="t0", event=fact_pb2.Ticket.EVENT_OPENED)}, observed=since - DAY))
        new += [answer("acme", "n2", 3, observed=now - 5 * DAY, contact="other"),
                fact("acme", "t9", {"ticket": fact_pb2.Ticket(
                    ticket_id="t9", event=fact_pb2.Ticket.EVENT_OPENED,
                    severity=fact_pb2.Ticket.SEVERITY_CRITICAL)}, observed=now - 3 * DAY)]
        with harness.client_of(server) as client:
            client.record(*old)
            steps = [self.explain(client, as_of=since), self.explain(client)]
            client.record(*new)
            steps.append(self.explain(client))
            self.activate_standard(client)
            steps.append(self.explain(client))
            stub = movement_service_pb2_grpc.MovementServiceStub(client.grpc_channel)
            request = movement_service_pb2.ExplainMovementRequest(name="accounts/acme")
            request.since.CopyFrom(micros(since))
            moved = stub.ExplainMovement(request, timeout=harness.CALL_SECONDS)

        levels = [self.points(step)[1] for step in steps]
        parts = (moved.change.time, moved.change.facts, moved.change.model)
        for step, part in enumerate(parts):
            self.assertAlmostEqual(levels[step + 1] - levels[step], part, delta=2 * MILLIONTH)
        self.assertAlmostEqual(levels[3] - levels[0], moved.change.change, delta=2 * MILLIONTH)
        measures = {(m.dimension, m.feature): m for m in moved.measures}
        of_steps = [self.points(step)[0] for step in steps]
        self.assertEqual(set(measures), set(of_steps[0]) | set(of_steps[3]))
        for key, measure in measures.items():
            along = [by.get(key, 0) for by in of_steps]
            change = measure.change
            for step, part in enumerate((change.time, change.facts, change.model)):
                self.assertAlmostEqual(along[step + 1] - along[step], part, delta=2 * MILLIONTH,
                                       msg=f"{key}, step {step}")
        for part in ("time", "facts", "model"):
            self.assertTrue(any(getattr(m.change, part) for m in moved.measures),
                            f"{part} moves nothing, which proves nothing")
        self.assertEqual(1, len(moved.caps), "the critical ticket")
        whole = [round(sum(getattr(m.change, part) for m in list(moved.measures) +
                           list(moved.caps)) * 1e6) for part in ("time", "facts", "model")]
        self.assertEqual([round(part * 1e6) for part in parts], whole)
        self.assertEqual(steps[0].band, moved.before.band)
        self.assertEqual(steps[3].band, moved.after.band)
        self.assertEqual((1, 2), (moved.before.rulebook_number, moved.after.rulebook_number))
        counted = {count.kind: count.came for count in moved.facts}
        self.assertEqual((1, 1), (counted["survey"], counted["ticket"]))

        told = harness.kizuna(server, "moved", "acme", "--since",
                              json_instant(since), "--format", "json")
        self.assertEqual(0, told.returncode, told.stderr)
        document = json.loads(told.stdout)
        self.assertEqual(moved.change.facts, document["moved"]["facts"])
        self.assertEqual(len(measures), len(document["measures"]))
        for_people = harness.kizuna(server, "moved", "acme", "--since", json_instant(since))
        self.assertEqual(0, for_people.returncode, for_people.stderr)
        self.assertIn("What moved the score", for_people.stdout)
        refused = harness.kizuna(server, "moved", "acme", "--since", "last week")
        self.assertEqual(2, refused.returncode)
        self.assertIn("--since", refused.stderr)


def json_instant(instant):
    return micros(instant).ToJsonString()


if __name__ == "__main__":
    unittest.main()
