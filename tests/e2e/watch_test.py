# SPDX-License-Identifier: Apache-2.0
"""Does a watch hear everything once, whatever becomes of the server?

KIZUNA_WATCH_RESTARTS: how often the server is killed or stopped (default 6).
"""

import collections
import json
import os
import random
import signal
import subprocess
import threading
import time
import unittest

import grpc
import harness
from harness import CALL_SECONDS, client_of, fact, ready_facts
from google.protobuf import duration_pb2
from kizuna.v1 import (common_pb2, fact_pb2, fact_service_pb2, health_service_pb2, watch_pb2,
                       watch_service_pb2)

RESTARTS = int(os.environ.get("KIZUNA_WATCH_RESTARTS", "6"))
SEED = int(os.environ.get("KIZUNA_SEED", "0")) or random.SystemRandom().randrange(1 << 32)
ACCOUNTS = [f"acct-{number}" for number in range(10)]
EVERY_KIND = [number for number in watch_pb2.ChangeKind.values() if number != 0]


class Writer(threading.Thread):
    """Records answers until it is told to stop, and each until the server has acknowledged it."""

    def __init__(self, server):
        super().__init__()
        self.server = server
        self.chance = random.Random(SEED)
        self.over = False
        self.written = 0

    def run(self):
        client = None
        while not self.over:
            self.written += 1
            facts = [fact(self.chance.choice(ACCOUNTS), f"n-{self.written}-{number}", {
                "survey": fact_pb2.Survey(kind=fact_pb2.Survey.KIND_NPS,
                                          score=self.chance.randrange(11),
                                          contact_id=f"c-{self.chance.randrange(3)}")},
                          observed=harness.now_micros())
                     for number in range(self.chance.randrange(1, 4))]
            while True:
                try:
                    client = client or harness.Client(self.server)
                    client.record(*facts)
                    break
                except grpc.RpcError:
                    client = client and client.close()
                    if self.over:
                        return
                    time.sleep(0.02)
        if client:
            client.close()


class Watcher(threading.Thread):
    """Watches from the first change on, and goes on behind the last message after every end."""

    def __init__(self, server):
        super().__init__()
        self.server = server
        self.cursor = ""
        self.events = []
        self.ends = collections.Counter()
        self.farewells = 0
        self.caught_up = threading.Event()
        self.want_end = False

    def run(self):
        while not self.caught_up.is_set():
            client = harness.Client(self.server)
            message = None
            try:
                request = watch_service_pb2.WatchAccountsRequest(
                    cursor=self.cursor, from_start=not self.cursor, kinds=EVERY_KIND,
                    checkpoint_interval=duration_pb2.Duration(nanos=200_000_000))
                for message in client.watch.WatchAccounts(request, timeout=600):
                    self.cursor = message.cursor
                    if message.HasField("event"):
                        self.events.append(message.event)
                    elif self.want_end and message.lag == 0:
                        self.caught_up.set()
                        break
            except grpc.RpcError as error:
                self.ends[error.code()] += 1
                reason, _ = harness.details_of(error)
                if reason == "DRAINING" and message is not None and message.HasField("checkpoint"):
                    self.farewells += 1
                if error.code() != grpc.StatusCode.UNAVAILABLE:
                    raise
                time.sleep(0.02)
            finally:
                client.close()


def facts_by_revision(client, account):
    """How many facts each revision of the account accepted, by ListFacts."""
    counts, token = collections.Counter(), ""
    while True:
        page = client.facts.ListFacts(fact_service_pb2.ListFactsRequest(
            parent=f"accounts/{account}", page_size=1000, page_token=token, all_versions=True),
            timeout=CALL_SECONDS)
        counts.update(each.revision for each in page.facts)
        token = page.next_page_token
        if not token:
            return counts


class WatchTest(harness.ServerCase):
    def test_nothing_is_missed_and_nothing_comes_twice_across_kills_and_restarts(self):
        print(f"KIZUNA_SEED={SEED}")
        chance = random.Random(SEED + 1)
        server = self.server()
        with client_of(server) as client:
            for account in ACCOUNTS:
                client.record(*ready_facts(account))
        writer, watcher = Writer(server), Watcher(server)
        writer.start()
        watcher.start()
        for restart in range(RESTARTS):
            time.sleep(0.3 + chance.random())
            if restart % 2:
                self.assertEqual(0, server.stop(), server.log_text()[-2000:])
            else:
                server.kill()
            server.start()
        time.sleep(0.5)
        writer.over = True
        writer.join()
        watcher.want_end = True
        self.assertTrue(watcher.caught_up.wait(60), f"seed {SEED}: {watcher.ends}")
        watcher.join()
        with client_of(server) as client:
            self.compare(client, watcher.events)
        self.assertGreaterEqual(watcher.farewells, 1, "a server that stops says where to go on")
        print(f"{RESTARTS} restarts, {writer.written} writes, {len(watcher.events)} events "
              f"(seed {SEED})")

    def compare(self, client, events):
        told = {account: [] for account in ACCOUNTS}
        for event in events:
            told[event.account.split("/")[1]].append(event)
        for account, mine in told.items():
            where = f"{account}, seed {SEED}"
            revisions = [event.revision for event in mine]
            self.assertEqual(sorted(set(revisions)), revisions, f"twice or out of order: {where}")
            by_facts = collections.Counter(
                {event.revision: event.facts for event in mine if event.facts})
            self.assertEqual(facts_by_revision(client, account), by_facts, where)
            self.assertEqual(watch_pb2.CHANGE_KIND_CREATED, mine[0].changes[0].kind, where)
            self.follow(client, account, mine, where)

    def follow(self, client, account, events, where):
        """What follows from the changes, one after the other, is what the server says now."""
        # Where a new account begins; what does not differ from it is not told.
        standing = {(kind, common_pb2.MOTION_UNSPECIFIED): value.SerializeToString()
                    for kind, value in (
                        (watch_pb2.CHANGE_KIND_BAND,
                         watch_pb2.ChangeValue(band=common_pb2.BAND_UNKNOWN)),
                        (watch_pb2.CHANGE_KIND_LOYALTY_TIER,
                         watch_pb2.ChangeValue(loyalty_tier=common_pb2.LOYALTY_TIER_NONE)),
                        (watch_pb2.CHANGE_KIND_TOUCH_TIER,
                         watch_pb2.ChangeValue(touch_tier=common_pb2.TOUCH_TIER_UNSPECIFIED)))}
        gates = set()
        for event in events:
            for change in event.changes:
                key = (change.kind, change.motion)
                if change.kind == watch_pb2.CHANGE_KIND_GATE:
                    gate = (change.motion, change.gate)
                    self.assertEqual(change.before.gate_holds, gate in gates, where)
                    (gates.add if change.after.gate_holds else gates.discard)(gate)
                elif change.HasField("after"):
                    if change.HasField("before"):
                        before = standing.get(key)
                        self.assertEqual(before, change.before.SerializeToString(), where)
                    standing[key] = change.after.SerializeToString()
        best = client.check(account)
        self.assertEqual(
            standing[(watch_pb2.CHANGE_KIND_VERDICT, common_pb2.MOTION_UNSPECIFIED)],
            watch_pb2.ChangeValue(verdict=best.verdict).SerializeToString(), where)
        seats = client.check(account, motion=common_pb2.MOTION_SEATS)
        self.assertEqual({each.code for each in seats.reasons},
                         {code for motion, code in gates if motion == common_pb2.MOTION_SEATS},
                         where)
        health = client.health.GetHealth(health_service_pb2.GetHealthRequest(
            name=f"accounts/{account}"), timeout=CALL_SECONDS)
        self.assertEqual(standing[(watch_pb2.CHANGE_KIND_BAND, common_pb2.MOTION_UNSPECIFIED)],
                         watch_pb2.ChangeValue(band=health.band).SerializeToString(), where)

    def test_the_command_line_watches_across_a_restart_and_ends_on_ctrl_c(self):
        server = self.server()
        with client_of(server) as client:
            client.record(ready_facts("acme")[0])
        process = subprocess.Popen(
            [harness.BIN / "kizuna", "--server", server.address, "--format", "json", "watch",
             "--account", "acme", "--account", "later", "--from-start", "--kind", "facts"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            first = json.loads(process.stdout.readline())
            self.assertEqual(("acme", 1, "FACTS"),
                             (first["account"], first["facts"], first["cause"]))
            server.listen = server.address
            self.assertEqual(0, server.stop())
            server.start()
            with client_of(server) as client:
                client.record(ready_facts("other")[0], ready_facts("later")[0])
            second = json.loads(process.stdout.readline())
            self.assertEqual("later", second["account"])
            process.send_signal(signal.SIGINT)
            rest, notes = process.communicate(timeout=30)
        finally:
            process.kill()
        self.assertEqual(0, process.returncode, notes)
        self.assertEqual("", rest)
        self.assertIn("--since", notes)
        again = harness.kizuna(server, "--format", "json", "watch", "--since", first["cursor"],
                               "--account", "later", "--kind", "facts", "--limit", "1")
        self.assertEqual(0, again.returncode, again.stderr)
        told = json.loads(again.stdout)
        del told["lag"], second["lag"]
        self.assertEqual(second["account"], told["account"])
        self.assertEqual(second["revision"], told["revision"])
        garbage = harness.kizuna(server, "watch", "--since", "garbage")
        self.assertEqual(1, garbage.returncode)
        self.assertIn("cursor", garbage.stderr)

    def test_blocked_on_the_command_line(self):
        server = self.server()
        with client_of(server) as client:
            client.record(*ready_facts("fine"))
            client.record(ready_facts("silent")[0])
        done = harness.kizuna(server, "--format", "json", "blocked")
        self.assertEqual(0, done.returncode, done.stderr)
        rows = json.loads(done.stdout)["accounts"]
        self.assertEqual(["silent"], [row["account"] for row in rows])
        self.assertEqual(rows[0]["gates"], [reason["code"] for reason in rows[0]["reasons"]])
        table = harness.kizuna(server, "blocked")
        self.assertIn(rows[0]["gates"][0], table.stdout.replace("\n", ""))
        self.assertEqual(1, harness.kizuna(server, "blocked", "--gate", "NONE_SUCH").returncode)


if __name__ == "__main__":
    unittest.main()
