# SPDX-License-Identifier: Apache-2.0
"""An answer of 2 from the only respondent was acknowledged: is anybody ever told ALLOW after that?

KIZUNA_RACE_ROUNDS: how many answers of 2 (default 3,000), over four writers. Each is checked at
once, from a connection that did not write it, while others ask all the time and so keep every cache
warm. In between the respondent answers 10, and the account is open again.
"""

import os
import random
import threading
import time
import unittest

import harness
from harness import ALLOW, DENY, answer, ready_facts
from kizuna.v1 import common_pb2

ROUNDS = int(os.environ.get("KIZUNA_RACE_ROUNDS", "3000"))
WRITERS = 4
ROUNDS_PER_ACCOUNT = 250
SEED = int(os.environ.get("KIZUNA_SEED", "20261122"))


class Writer(threading.Thread):
    """Answers 10 and 2 in turn for accounts of its own, and checks from another connection."""

    def __init__(self, server, number, rounds):
        super().__init__()
        self.number = number
        self.rounds = rounds
        self.writing = harness.Client(server)
        self.checking = harness.Client(server)
        self.chance = random.Random(SEED + number)
        self.account = None
        self.broken = []
        self.allowed = 0
        self.done = 0
        self.error = None

    def run(self):
        try:
            for number in range(self.rounds):
                if number % ROUNDS_PER_ACCOUNT == 0:
                    self.account = f"acct-{self.number}-{number}"
                    self.writing.record(*ready_facts(self.account))
                self.one_round(number)
                self.done += 1
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def one_round(self, number):
        self.writing.record(answer(self.account, f"up-{number}", 10))
        if self.verdict() == ALLOW:
            self.allowed += 1
        self.writing.record(answer(self.account, f"down-{number}", 2))
        if self.chance.random() < 0.5:
            time.sleep(self.chance.random() * 0.002)
        verdict = self.verdict()
        if verdict != DENY:
            self.broken.append((self.account, number, verdict))

    def verdict(self):
        return self.checking.check(self.account, motion=common_pb2.MOTION_SEATS).verdict


class Asker(threading.Thread):
    """Keeps asking about whatever the writers are at."""

    def __init__(self, server, writers):
        super().__init__(daemon=True)
        self.client = harness.Client(server)
        self.writers = writers
        self.over = threading.Event()
        self.chance = random.Random(SEED)

    def run(self):
        while not self.over.is_set():
            account = self.chance.choice(self.writers).account
            try:
                self.client.check(account or "nobody", motion=common_pb2.MOTION_SEATS)
            except harness.grpc.RpcError:
                pass  # an account is named before its first fact is there
            time.sleep(self.chance.random() * 0.005)


class PromiseTest(harness.ServerCase):
    def test_never_allow_after_an_acknowledged_detractor(self):
        server = self.server()
        writers = [Writer(server, number, ROUNDS // WRITERS) for number in range(WRITERS)]
        askers = [Asker(server, writers) for _ in range(2)]
        for thread in writers + askers:
            thread.start()
        for writer in writers:
            writer.join()
        for asker in askers:
            asker.over.set()
            asker.join()
        for writer in writers:
            if writer.error:
                raise writer.error
            self.assertEqual([], writer.broken, f"seed {SEED}")
            # The account was open each time before, so the DENY is the answer's own.
            self.assertEqual(writer.rounds, writer.allowed)
        rounds = sum(writer.done for writer in writers)
        self.assertEqual(ROUNDS // WRITERS * WRITERS, rounds)
        print(f"{rounds} answers of 2 from {WRITERS} writers: never ALLOW after one (seed {SEED})")


if __name__ == "__main__":
    unittest.main()
