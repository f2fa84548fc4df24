# SPDX-License-Identifier: Apache-2.0
"""After more connections than descriptors, does the server answer again?

gRPC 1.51 by itself does not: once accept() failed for want of descriptors, it never accepts again
(the hazard named in docs/architecture.md), so the server caps its connections before that happens.
"""

import resource
import socket
import time
import unittest

import grpc
import harness
from harness import ALLOW, client_of, ready_facts
from kizuna.v1 import common_pb2, readiness_service_pb2

DESCRIPTORS = 256
CONNECTIONS = 2000


class DescriptorsTest(harness.ServerCase):
    def setUp(self):
        super().setUp()
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
        self.assertGreater(resource.getrlimit(resource.RLIMIT_NOFILE)[0], CONNECTIONS + 100)

    def test_two_thousand_connections_and_then_none(self):
        server = self.server(limit_descriptors=DESCRIPTORS)
        with client_of(server) as early:
            early.record(*ready_facts("acme"))
            sockets = self.crowd(server)
            # Who came before the crowd is served all the while.
            answer = early.check("acme", motion=common_pb2.MOTION_SEATS)
            self.assertEqual(ALLOW, answer.verdict)
            for each in sockets:
                each.close()
            with client_of(server) as late:
                began = time.monotonic()
                answer = late.readiness.CheckPitch(readiness_service_pb2.CheckPitchRequest(
                    account="accounts/acme", motion=common_pb2.MOTION_SEATS), timeout=10,
                    wait_for_ready=True)
                self.assertEqual(ALLOW, answer.verdict)
                self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(0, server.stop())

    def test_the_crowd_that_talks_is_turned_away_too(self):
        server = self.server(limit_descriptors=DESCRIPTORS)
        with client_of(server) as early:
            early.record(*ready_facts("acme"))
            request = readiness_service_pb2.CheckPitchRequest(account="accounts/acme")
            crowd = [harness.Client(server) for _ in range(300)]
            calls = [each.readiness.CheckPitch.future(request, timeout=5) for each in crowd]
            codes = {call.code() for call in calls}
            self.assertLessEqual(codes, {grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE,
                                         grpc.StatusCode.DEADLINE_EXCEEDED})
            self.assertIn(grpc.StatusCode.OK, codes)
            for each in crowd:
                each.close()
            with client_of(server) as late:
                late.readiness.CheckPitch(request, timeout=10, wait_for_ready=True)
        self.assertEqual(0, server.stop())

    def crowd(self, server):
        host, port = server.address.rsplit(":", 1)
        sockets = []
        for _ in range(CONNECTIONS):
            try:
                sockets.append(socket.create_connection((host, int(port)), timeout=5))
            except OSError:
                pass  # refused is an answer too
        return sockets


if __name__ == "__main__":
    unittest.main()
