# SPDX-License-Identifier: Apache-2.0
"""Does the server start only where it may, end when it is told, and keep what it acknowledged?"""

import random
import threading
import time
import unittest

import grpc
import harness
from harness import CALL_SECONDS, client_of, fact, ready_facts
from kizuna.v1 import common_pb2, fact_pb2, fact_service_pb2

# The answers of grpc.health.v1, as bytes: python3-grpcio brings no stubs for it.
SERVING = b"\x08\x01"
NOT_SERVING = b"\x08\x02"


def health_of(channel):
    call = channel.unary_unary("/grpc.health.v1.Health/Check",
                               request_serializer=bytes, response_deserializer=bytes)
    return call(b"", timeout=CALL_SECONDS)


def hearings(account):
    """A profile and then hearings without end, a message each."""
    yield fact_service_pb2.StreamFactsRequest(sequence=1, facts=[ready_facts(account)[0]])
    number = 1
    while True:
        number += 1
        yield fact_service_pb2.StreamFactsRequest(sequence=number, facts=[
            fact(account, f"hearing-{number}", {"hearing": fact_pb2.Hearing(need_found=True)})])


class LifecycleTest(harness.ServerCase):
    def test_it_says_that_it_serves(self):
        server = self.server()
        with client_of(server) as client:
            self.assertEqual(SERVING, health_of(client.grpc_channel))

    def test_reflection_names_the_services(self):
        server = self.server()
        with client_of(server) as client:
            call = client.grpc_channel.stream_stream(
                "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                request_serializer=bytes, response_deserializer=bytes)
            # Field 7, list_services: "*".
            (answer,) = list(call(iter([b"\x3a\x01*"]), timeout=CALL_SECONDS))
            for service in (b"kizuna.v1.ReadinessService", b"kizuna.v1.FactService"):
                self.assertIn(service, answer)

    def test_sigterm_drains_and_ends_with_0_and_loses_nothing(self):
        server = self.server()
        acknowledged = []
        with client_of(server) as client:
            def load():
                try:
                    for ack in client.facts.StreamFacts(hearings("acme"), timeout=CALL_SECONDS):
                        if ack.results[0].HasField("accepted"):
                            acknowledged.append(ack.sequence)
                except grpc.RpcError:
                    pass  # the stream ends with the server

            thread = threading.Thread(target=load)
            thread.start()
            while len(acknowledged) < 50:
                time.sleep(0.01)
            self.assertEqual(0, server.stop(), server.log_text()[-2000:])
            thread.join()
        server.start()
        with client_of(server) as client:
            self.assertLessEqual(set(acknowledged[1:]), numbers_of(client, "acme"))

    def test_an_address_off_the_loopback_is_refused(self):
        done = harness.run([harness.BIN / "kizuna-server", "--data", self.folder / "store",
                            "--listen", "0.0.0.0:0"])
        self.assertNotEqual(0, done.returncode)
        self.assertRegex(done.stdout + done.stderr, r"--[a-z-]*(insecure|danger|unsafe|without)")

    def test_two_servers_never_share_a_store_or_a_port(self):
        first = self.server()
        same_store = harness.run([harness.BIN / "kizuna-server", "--data", first.data,
                                  "--listen", "127.0.0.1:0"])
        self.assertNotEqual(0, same_store.returncode)
        same_port = harness.run([harness.BIN / "kizuna-server", "--data", self.folder / "other",
                                 "--listen", first.address])
        self.assertNotEqual(0, same_port.returncode)
        self.assertIn(first.address.rsplit(":", 1)[1], same_port.stdout + same_port.stderr)
        with client_of(first) as client:
            self.assertEqual(SERVING, health_of(client.grpc_channel))

    def test_the_digest_does_not_depend_on_the_order_of_arrival(self):
        today = harness.now_micros()
        facts = [each for account in ("acme", "brook") for each in ready_facts(account, today)]
        profiles = [each for each in facts if each.HasField("profile")]
        others = [each for each in facts if not each.HasField("profile")]
        digests = []
        for attempt in range(3):
            random.Random(attempt).shuffle(others)
            server = self.server(name=f"store-{attempt}")
            with client_of(server) as client:
                client.record(*profiles)
                for start in range(0, len(others), 37):
                    client.record(*others[start:start + 37])
            self.assertEqual(0, server.stop())
            code, output = server.verify()
            self.assertEqual(0, code, output)
            self.assertRegex(output, r"(?m)^digest: [0-9a-f]+$")
            digests.append(next(l for l in output.splitlines() if l.startswith("digest:")))
        self.assertEqual(1, len(set(digests)), digests)

    def test_verify_of_a_folder_that_is_no_store_fails(self):
        done = harness.run([harness.BIN / "kizuna-server", "--data", self.folder / "nothing",
                            "--verify"])
        self.assertNotEqual(0, done.returncode)

    def test_what_was_recorded_is_there_after_a_restart(self):
        server = self.server()
        with client_of(server) as client:
            client.record(*ready_facts("acme"))
            before = client.check("acme", motion=common_pb2.MOTION_SEATS)
        self.assertEqual(0, server.stop())
        server.start()
        with client_of(server) as client:
            after = client.check("acme", motion=common_pb2.MOTION_SEATS)
        self.assertEqual((before.verdict, before.revision, before.health_score),
                         (after.verdict, after.revision, after.health_score))


def numbers_of(client, account):
    """The numbers of the account's stored hearings."""
    numbers, token = set(), ""
    while True:
        page = client.facts.ListFacts(fact_service_pb2.ListFactsRequest(
            parent=f"accounts/{account}", page_size=1000, page_token=token), timeout=CALL_SECONDS)
        numbers |= {int(each.fact.fact_id.rsplit("-", 1)[1]) for each in page.facts
                    if each.fact.HasField("hearing")}
        token = page.next_page_token
        if not token:
            return numbers


if __name__ == "__main__":
    unittest.main()
