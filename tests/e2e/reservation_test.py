# SPDX-License-Identifier: Apache-2.0
"""Do two teams ever hold an account at once, however many ask? And does the command line tell who?

KIZUNA_RESERVE_SECONDS: how long the teams contend (default 10); KIZUNA_RESERVE_CONNECTIONS: over
how many connections (default 16). The fencing tokens that were given out are compared afterwards:
none twice, and each lease was over before the next one began.
"""

import collections
import json
import os
import random
import threading
import time
import unittest

import harness
from harness import answer, client_of, kizuna, ready_facts
from kizuna.v1 import common_pb2, reservation_service_pb2, reservation_service_pb2_grpc

SECONDS = float(os.environ.get("KIZUNA_RESERVE_SECONDS", "10"))
CONNECTIONS = int(os.environ.get("KIZUNA_RESERVE_CONNECTIONS", "16"))
ACCOUNTS = 100
SEED = int(os.environ.get("KIZUNA_SEED", "20261122"))


class Team(threading.Thread):
    """Reserves accounts at random for one of two teams, and gives most of them back."""

    def __init__(self, server, number, over):
        super().__init__()
        self.team = "sales" if number % 2 == 0 else "marketing"
        self.stub = reservation_service_pb2_grpc.ReservationServiceStub(server.channel())
        self.over = over
        self.chance = random.Random(SEED + number)
        self.held = []  # account, token, from when, until when, by this machine's clock
        self.refused = 0
        self.error = None

    def run(self):
        try:
            while time.monotonic() < self.over:
                self.one_turn(f"accounts/acct-{self.chance.randrange(ACCOUNTS)}")
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def one_turn(self, account):
        try:
            response = self.stub.ReservePitch(
                reservation_service_pb2.ReservePitchRequest(
                    account=account, motion=common_pb2.MOTION_SEATS, team=self.team,
                    holder=self.name), timeout=30)
        except harness.grpc.RpcError as error:
            # The team's other connections hold it.
            if error.code() != harness.grpc.StatusCode.ALREADY_EXISTS:
                raise
            self.refused += 1
            return
        if not response.HasField("reservation"):
            self.refused += 1
            return
        taken = time.monotonic()
        time.sleep(self.chance.random() * 0.002)
        given_back = time.monotonic()
        held = response.reservation
        self.stub.ReleaseReservation(
            reservation_service_pb2.ReleaseReservationRequest(
                account=account, reservation_id=held.reservation_id,
                fencing_token=held.fencing_token), timeout=30)
        self.held.append((account, held.fencing_token, taken, given_back))


class ReservationTest(harness.ServerCase):
    def test_never_two_holders_at_once(self):
        server = self.server()
        with client_of(server) as client:
            for number in range(ACCOUNTS):
                client.record(*ready_facts(f"acct-{number}"))
        over = time.monotonic() + SECONDS
        teams = [Team(server, number, over) for number in range(CONNECTIONS)]
        for team in teams:
            team.start()
        for team in teams:
            team.join()
            if team.error:
                raise team.error
        by_account = collections.defaultdict(list)
        for team in teams:
            for account, token, taken, given_back in team.held:
                by_account[account].append((token, taken, given_back))
        granted = sum(len(held) for held in by_account.values())
        self.assertGreater(granted, ACCOUNTS)
        self.assertGreater(sum(team.refused for team in teams), 0, "nobody was in the way")
        for account, held in by_account.items():
            held.sort()
            # Every reservation was given back before it was forgotten, so no token is missing.
            tokens = [token for token, _, _ in held]
            self.assertEqual(list(range(1, len(held) + 1)), tokens, account)
            for before, after in zip(held, held[1:]):
                self.assertLessEqual(before[2], after[1], f"{account}: two held it at once")
        print(f"{granted} reservations of {ACCOUNTS} accounts over {CONNECTIONS} connections in "
              f"{SECONDS:.0f} s: never two holders at once (seed {SEED})")

    def test_the_command_line_takes_tells_and_ends(self):
        server = self.server()
        with client_of(server) as client:
            client.record(*ready_facts("acme"))
        take = ("reservation", "take", "acme", "--motion", "seats")
        taken = kizuna(server, "--format", "json", *take, "--team", "sales", "--holder", "sato")
        self.assertEqual(0, taken.returncode, taken.stderr)
        held = json.loads(taken.stdout)
        self.assertEqual(("acme", "HELD", 1),
                         (held["account"], held["status"], held["fencing_token"]))
        refused = kizuna(server, *take, "--team", "marketing", "--holder", "mori")
        self.assertEqual(10, refused.returncode, refused.stderr)
        self.assertIn("held by sales (sato)", refused.stdout)
        explained = kizuna(server, "explain", held["decision_id"])
        self.assertEqual(0, explained.returncode, explained.stderr)
        self.assertIn("ALLOW", explained.stdout)
        with client_of(server) as client:
            client.record(answer("acme", "bad", 1))
        shown = kizuna(server, "reservation", "show", "acme")
        self.assertIn("revoked", shown.stdout)
        self.assertIn("DISSATISFIED", shown.stdout)
        ended = kizuna(server, "--format", "json", "reservation", "outcome", "acme",
                       held["reservation_id"], "1", "--outcome", "asked-to-stop")
        self.assertEqual(0, ended.returncode, ended.stderr)
        check = kizuna(server, "--format", "json", "check", "acme", "--motion", "renewal")
        self.assertEqual(10, check.returncode)
        self.assertIn("HOLD", check.stdout)


if __name__ == "__main__":
    unittest.main()
