# SPDX-License-Identifier: Apache-2.0
"""After kill -9 in the middle of a flood, is every acknowledged fact there, and is the store sound?

KIZUNA_KILL_CYCLES: how often (default 25). Each cycle streams from several connections, kills the
server at a random moment, verifies the store, starts again and looks for each fact that was
acknowledged, in this cycle and at the end in all of them.
"""

import os
import random
import threading
import time
import unittest

import grpc
import harness
from harness import CALL_SECONDS, client_of, fact, ready_facts
from kizuna.v1 import fact_pb2, fact_service_pb2

CYCLES = int(os.environ.get("KIZUNA_KILL_CYCLES", "25"))
SEED = int(os.environ.get("KIZUNA_SEED", "20261122"))
STREAMS = 4
FACTS_PER_MESSAGE = 8
# One account that every stream of every cycle writes to, so that restarts meet a state with a past.
SHARED = "shared"


def messages(cycle, stream):
    """Facts without end for an account of this stream's own and for the shared one."""
    own = f"acct-{cycle}-{stream}"
    yield fact_service_pb2.StreamFactsRequest(sequence=1, facts=[
        ready_facts(own)[0], ready_facts(SHARED, today=harness.DAY * 20000)[0]])
    sequence = 1
    while True:
        sequence += 1
        request = fact_service_pb2.StreamFactsRequest(sequence=sequence)
        for number in range(FACTS_PER_MESSAGE):
            account = SHARED if number == 0 else own
            request.facts.append(fact(account, f"{cycle}-{stream}-{sequence}-{number}", {
                "survey": fact_pb2.Survey(kind=fact_pb2.Survey.KIND_NPS,
                                          score=(sequence + number) % 11,
                                          comment=f"said in message {sequence}")}))
        yield request


class Stream(threading.Thread):
    """Sends until the server is gone; `acknowledged` holds (account, fact id, score)."""

    def __init__(self, server, cycle, number):
        super().__init__()
        self.client = harness.Client(server)
        self.cycle, self.number = cycle, number
        self.sent = {}
        self.acknowledged = []

    def remember(self):
        for request in messages(self.cycle, self.number):
            self.sent[request.sequence] = request
            yield request

    def run(self):
        try:
            for ack in self.client.facts.StreamFacts(self.remember(), timeout=CALL_SECONDS):
                request = self.sent.pop(ack.sequence)
                for each, result in zip(request.facts, ack.results):
                    if result.HasField("accepted") and each.HasField("survey"):
                        self.acknowledged.append(
                            (each.account, each.fact_id, each.survey.score))
        except grpc.RpcError:
            pass  # killed, as meant
        finally:
            self.client.close()


class CrashTest(harness.ServerCase):
    def test_kill_in_the_middle_of_a_flood(self):
        chance = random.Random(SEED)
        server = harness.Server(self.folder / "store")
        self.servers.append(server)
        everything = []
        for cycle in range(CYCLES):
            server.start()
            streams = [Stream(server, cycle, number) for number in range(STREAMS)]
            for stream in streams:
                stream.start()
            time.sleep(0.05 + chance.random() * 0.5)
            server.kill()
            for stream in streams:
                stream.join()
            acknowledged = [each for stream in streams for each in stream.acknowledged]
            everything += acknowledged
            code, output = server.verify()
            self.assertEqual(0, code, f"cycle {cycle}, seed {SEED}:\n{output}")
            server.start()
            with client_of(server) as client:
                self.find_all(client, acknowledged, f"cycle {cycle}, seed {SEED}")
            server.kill()
        server.start()
        with client_of(server) as client:
            self.find_all(client, everything, f"at the end, seed {SEED}")
        self.assertEqual(0, server.stop())
        self.assertGreater(len(everything), CYCLES)
        print(f"{CYCLES} kills, {len(everything)} acknowledged facts found again (seed {SEED})")

    def find_all(self, client, acknowledged, when):
        wanted = {}
        for account, fact_id, score in acknowledged:
            wanted.setdefault(account, {})[fact_id] = score
        for account, facts in wanted.items():
            stored = scores_of(client, account)
            lost = {fact_id: score for fact_id, score in facts.items()
                    if stored.get(fact_id) != score}
            self.assertEqual({}, lost, f"lost of {account}, {when}")


def scores_of(client, account):
    """The account's stored answers by fact id."""
    scores, token = {}, ""
    while True:
        page = client.facts.ListFacts(fact_service_pb2.ListFactsRequest(
            parent=account, page_size=1000, page_token=token), timeout=CALL_SECONDS)
        for each in page.facts:
            if each.fact.HasField("survey"):
                scores[each.fact.fact_id] = each.fact.survey.score
        token = page.next_page_token
        if not token:
            return scores


if __name__ == "__main__":
    unittest.main()
