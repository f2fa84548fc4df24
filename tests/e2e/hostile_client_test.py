# SPDX-License-Identifier: Apache-2.0
"""What does a client get that sends nonsense, and does the server go on for everybody else?"""

import os
import random
import socket
import unittest

import grpc
import harness
from harness import ALLOW, CALL_SECONDS, client_of, fact, ready_facts
from kizuna.v1 import (
    account_service_pb2,
    catalogue_service_pb2,
    common_pb2,
    fact_pb2,
    fact_service_pb2,
    health_service_pb2,
    loyalty_service_pb2,
    movement_service_pb2,
    readiness_service_pb2,
    rulebook_service_pb2,
    source_service_pb2,
    status_service_pb2,
    timeline_service_pb2,
)

MODULES = (account_service_pb2, catalogue_service_pb2, fact_service_pb2, health_service_pb2,
           loyalty_service_pb2, movement_service_pb2, readiness_service_pb2, rulebook_service_pb2,
           source_service_pb2, status_service_pb2, timeline_service_pb2)
SEED = int(os.environ.get("KIZUNA_SEED", "20261122"))
# What it may say to a request that is a message; INTERNAL would be our own fault.
FOR_REQUESTS = {grpc.StatusCode.OK, grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND,
                grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.ABORTED}
# What it may say to bytes that are no message: they never reach a handler, and gRPC's callback API
# answers UNIMPLEMENTED by itself (its other APIs: INTERNAL). Some noise happens to be a message.
FOR_NONSENSE = FOR_REQUESTS | {grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL}


def unary_methods():
    for module in MODULES:
        for service in module.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                if method.name != "StreamFacts":
                    yield f"/{service.full_name}/{method.name}"


def code_of(channel, method, message):
    """The status of a call with raw bytes."""
    call = channel.unary_unary(method, request_serializer=bytes, response_deserializer=bytes)
    try:
        call(message, timeout=CALL_SECONDS)
        return grpc.StatusCode.OK
    except grpc.RpcError as error:
        return error.code()


class HostileClientTest(harness.ServerCase):
    def setUp(self):
        super().setUp()
        self.running = self.server()
        self.client = harness.Client(self.running)
        self.addCleanup(self.client.close)
        self.client.record(*ready_facts("acme"))
        # After each test the server answers a stranger as if nothing had been.
        self.addCleanup(self.check_serving)

    def check_serving(self):
        self.assertTrue(self.running.running(), self.running.log_text()[-3000:])
        with client_of(self.running) as client:
            answer = client.check("acme", motion=common_pb2.MOTION_SEATS)
            self.assertEqual(ALLOW, answer.verdict, answer)

    def tearDown(self):
        self.doCleanups()
        super().tearDown()

    def test_bytes_that_are_no_message(self):
        chance = random.Random(SEED)
        for method in unary_methods():
            for _ in range(10):
                noise = chance.randbytes(chance.randrange(1, 200))
                code = code_of(self.client.grpc_channel, method, noise)
                self.assertIn(code, FOR_NONSENSE, f"{method} seed {SEED} {noise.hex()}")

    def test_empty_requests(self):
        for method in unary_methods():
            code = code_of(self.client.grpc_channel, method, b"")
            self.assertIn(code, FOR_REQUESTS, method)

    def test_an_unknown_field_of_a_write_is_refused(self):
        # Field 2000, varint 1: from a newer client, whose fact we would store in part.
        request = fact_service_pb2.RecordFactsRequest(facts=[fact(
            "acme", "new", {"hearing": fact_pb2.Hearing()})])
        unknown = request.SerializeToString() + b"\x80\x7d\x01"
        self.assertEqual(grpc.StatusCode.INVALID_ARGUMENT, code_of(
            self.client.grpc_channel, "/kizuna.v1.FactService/RecordFacts", unknown))

    def test_a_message_over_the_limit(self):
        big = fact("acme", "big", {"hearing": fact_pb2.Hearing(note="x" * (9 << 20))})
        code, _, _, _ = harness.error_of(self.client.facts.RecordFacts,
                                         fact_service_pb2.RecordFactsRequest(facts=[big]))
        self.assertEqual(grpc.StatusCode.RESOURCE_EXHAUSTED, code)

    def test_a_batch_at_and_over_the_limit(self):
        def batch(size):
            return fact_service_pb2.RecordFactsRequest(facts=[
                fact("acme", f"hearing-{size}-{i}", {"hearing": fact_pb2.Hearing()})
                for i in range(size)])

        self.assertEqual(1000, len(self.client.facts.RecordFacts(
            batch(1000), timeout=CALL_SECONDS).results))
        code, message, _, violations = harness.error_of(self.client.facts.RecordFacts, batch(1001))
        self.assertEqual(grpc.StatusCode.INVALID_ARGUMENT, code)
        self.assertIn("1000", message + str(violations))

    def test_headers_over_the_limit(self):
        request = readiness_service_pb2.CheckPitchRequest(account="accounts/acme")
        with client_of(self.running) as other:
            code, _, _, _ = harness.error_of(other.readiness.CheckPitch, request,
                                             metadata=[("x-noise", "y" * (200 << 10))])
        self.assertNotEqual(grpc.StatusCode.OK, code)

    def test_ids_with_control_characters_or_too_long(self):
        for bad in ("a\x00b", "a\nb", "", "x" * 129):
            with self.subTest(bad=bad):
                result = self.client.facts.RecordFacts(fact_service_pb2.RecordFactsRequest(facts=[
                    fact("acme", bad, {"hearing": fact_pb2.Hearing()})]), timeout=CALL_SECONDS)
                self.assertEqual(grpc.StatusCode.INVALID_ARGUMENT.value[0],
                                 result.results[0].error.code)

    def test_numbers_that_are_none(self):
        for value in (float("nan"), float("inf"), -1.0, 1e300):
            with self.subTest(value=value):
                result = self.client.facts.RecordFacts(fact_service_pb2.RecordFactsRequest(facts=[
                    fact("acme", "row", {"usage": fact_pb2.Usage(
                        metric="activity", value=value,
                        first_date=common_pb2.Date(year=2026, month=1, day=1))})]),
                    timeout=CALL_SECONDS)
                self.assertEqual(grpc.StatusCode.INVALID_ARGUMENT.value[0],
                                 result.results[0].error.code)

    def test_sockets_that_speak_something_else(self):
        host, port = self.running.address.rsplit(":", 1)
        chance = random.Random(SEED)
        preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        sayings = [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", preface,
                   preface + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00" + chance.randbytes(64),
                   # A frame of 16 MiB, announced and never sent.
                   preface + b"\xff\xff\xff\x00\x00\x00\x00\x00\x01"]
        sayings += [chance.randbytes(chance.randrange(1, 4096)) for _ in range(30)]
        held = []
        for saying in sayings:
            stranger = socket.create_connection((host, int(port)), timeout=10)
            try:
                stranger.sendall(saying)
            except OSError:
                pass  # it was shown the door in the middle of it
            held.append(stranger)
        self.check_serving()
        for stranger in held:
            stranger.close()

    def test_a_storm_of_deadlines(self):
        request = readiness_service_pb2.CheckPitchRequest(account="accounts/acme")
        calls = [self.client.readiness.CheckPitch.future(request, timeout=0.0001 * (i % 20))
                 for i in range(2000)]
        for call in calls:
            self.assertIn(call.code(), (grpc.StatusCode.OK, grpc.StatusCode.DEADLINE_EXCEEDED,
                                        grpc.StatusCode.RESOURCE_EXHAUSTED))


if __name__ == "__main__":
    unittest.main()
