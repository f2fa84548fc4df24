# SPDX-License-Identifier: Apache-2.0
"""Is everybody told what changed, once, whatever becomes of the server and of the receiver?"""

import hashlib
import hmac
import http.server
import json
import os
import threading
import time
import unittest

import grpc
import harness
from harness import CALL_SECONDS, answer, client_of, error_of, ready_facts
from google.protobuf import field_mask_pb2
from kizuna.v1 import (account_service_pb2, alert_pb2, alert_service_pb2, alert_service_pb2_grpc,
                       source_pb2, source_service_pb2)

SECRET = "0123456789abcdef0123456789abcdef"
WAIT_SECONDS = 60
ALL_STATES = [alert_pb2.ALERT_STATE_OPEN, alert_pb2.ALERT_STATE_ACKNOWLEDGED,
              alert_pb2.ALERT_STATE_CLOSED]
CLOSED = "ALERT_KIND_GATE_CLOSED"


class Receiver:
    """An HTTP server that keeps what it is posted; `status`: what it answers, `hang`: if at all."""

    def __init__(self):
        self.port = 0
        self.status = 200
        self.hang = threading.Event()
        self.posts = []  # (time, headers, body)
        self.lock = threading.Lock()
        self.server = None
        self.start()

    def start(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                while receiver.hang.is_set():
                    time.sleep(0.05)
                with receiver.lock:
                    receiver.posts.append((time.time(), dict(self.headers), body))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def url(self):
        return f"http://127.0.0.1:{self.port}/alerts"

    def alerts(self, **fields):
        """What was posted, parsed, of those whose fields are these."""
        with self.lock:
            alerts = [json.loads(body) for _, _, body in self.posts]
        return [each for each in alerts
                if all(each.get(name) == value for name, value in fields.items())]


def signed(headers, body):
    """Whether the signature is right, as docs/operations.md checks it."""
    parts = dict(part.split("=", 1) for part in headers["Kizuna-Signature"].split(","))
    expected = hmac.new(SECRET.encode(), parts["t"].encode() + b"." + body, hashlib.sha256)
    fresh = abs(time.time() - int(parts["t"])) < 300
    return fresh and hmac.compare_digest(expected.hexdigest(), parts["v1"])


def wait_for(what, seconds=WAIT_SECONDS):
    """The first true answer of `what`, or an AssertionError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError(f"not within {seconds} s: {what()}")


class AlertTest(harness.ServerCase):
    def setUp(self):
        super().setUp()
        self.receiver = Receiver()

    def tearDown(self):
        self.receiver.hang.clear()
        self.receiver.stop()
        super().tearDown()

    def alerts_of(self, client):
        return alert_service_pb2_grpc.AlertServiceStub(client.grpc_channel)

    def hook(self, client, **fields):
        return self.alerts_of(client).CreateWebhook(alert_service_pb2.CreateWebhookRequest(
            url=self.receiver.url(), secret=SECRET, **fields), timeout=CALL_SECONDS)

    def listed(self, client, **fields):
        """Every alert, over small pages."""
        alerts, token = [], ""
        while True:
            page = self.alerts_of(client).ListAlerts(alert_service_pb2.ListAlertsRequest(
                states=ALL_STATES, page_size=7, page_token=token, **fields), timeout=CALL_SECONDS)
            alerts += page.alerts
            token = page.next_page_token
            if not token:
                return alerts

    def test_a_gate_that_closes_is_told_to_its_owner_at_once_and_signed(self):
        server = self.server()
        environment = dict(os.environ, KIZUNA_WEBHOOK_SECRET=SECRET)
        added = harness.kizuna(server, "--format", "json", "webhook", "add", self.receiver.url(),
                               "--owner", "csm@kizuna.example", env=environment)
        self.assertEqual(0, added.returncode, added.stderr)
        self.assertNotIn(SECRET, added.stdout)
        with client_of(server) as client:
            client.record(*ready_facts("acme"))
            self.assertEqual(harness.ALLOW, client.check("acme").verdict)
            client.record(answer("acme", "nps-bad", 0))
            acknowledged = time.time()
            wait_for(lambda: [each for each in self.receiver.alerts(kind=CLOSED)
                              if each["evidence"]["gate"] == "DISSATISFIED"])
            told = next(when for when, _, body in self.receiver.posts
                        if b"DISSATISFIED" in body)
            print(f"told {1000 * (told - acknowledged):.1f} ms after the write was acknowledged")
            alert = self.receiver.alerts(kind=CLOSED)[0]
            self.assertEqual(("accounts/acme", "csm@kizuna.example", "acme 株式会社"),
                             (alert["account"], alert["owner"], alert["display_name"]))
            self.assertEqual("CHANGE_CAUSE_FACTS", alert["evidence"]["cause"])
            for _, headers, body in self.receiver.posts:
                self.assertTrue(signed(headers, body))
                self.assertEqual(headers["Kizuna-Alert"], json.loads(body)["name"])
                self.assertFalse(signed(headers, body + b" "))
        self.command_line(server, alert["name"].split("/")[1])

    def command_line(self, server, alert):
        table = harness.kizuna(server, "alerts", "--owner", "csm@kizuna.example")
        self.assertEqual(0, table.returncode, table.stderr)
        self.assertIn(alert, table.stdout)
        acked = harness.kizuna(server, "--format", "json", "alerts", "ack", alert, "--by", "佐藤")
        self.assertEqual(0, acked.returncode, acked.stderr)
        self.assertEqual(("ACKNOWLEDGED", "佐藤"), tuple(
            json.loads(acked.stdout)["alerts"][0][name] for name in ("state", "acknowledged_by")))
        open_now = harness.kizuna(server, "--format", "json", "alerts")
        self.assertNotIn(alert, [row["alert"] for row in json.loads(open_now.stdout)["alerts"]])
        every = harness.kizuna(server, "--format", "csv", "alerts", "--all", "--kind",
                               "gate-closed")
        self.assertIn(alert, every.stdout)
        self.assertEqual(2, harness.kizuna(server, "alerts", "--kind", "nonsense").returncode)
        hooks = harness.kizuna(server, "--format", "json", "webhook", "list")
        self.assertNotIn(SECRET, hooks.stdout)
        hook = json.loads(hooks.stdout)["webhooks"][0]["webhook"]
        self.assertEqual(0, harness.kizuna(server, "webhook", "remove", hook).returncode)
        self.assertEqual(1, harness.kizuna(server, "webhook", "remove", hook).returncode)
        none = dict(os.environ)
        none.pop("KIZUNA_WEBHOOK_SECRET", None)
        self.assertEqual(2, harness.kizuna(server, "webhook", "add", self.receiver.url(),
                                           env=none).returncode)

    def test_nothing_is_lost_when_receiver_and_server_die(self):
        server = self.server()
        accounts = [f"acct-{number}" for number in range(12)]
        with client_of(server) as client:
            self.hook(client, kinds=[alert_pb2.ALERT_KIND_GATE_CLOSED])
            for account in accounts:
                client.record(*ready_facts(account))
            # It has the first but does not say so: it comes again under the same name.
            self.receiver.status = 500
            client.record(answer(accounts[0], "bad", 0))
            wait_for(lambda: len(self.receiver.alerts(account=f"accounts/{accounts[0]}")) >= 2)
            self.receiver.stop()
            for account in accounts[1:8]:
                client.record(answer(account, "bad", 0))
        server.kill()
        server.start()
        with client_of(server) as client:
            for account in accounts[8:]:
                client.record(answer(account, "bad", 0))
        server.kill()
        self.receiver.status = 200
        self.receiver.start()
        server.start()
        everybody = {f"accounts/{account}" for account in accounts}
        wait_for(lambda: everybody <= {each["account"] for each in self.receiver.alerts()})
        with client_of(server) as client:
            raised = self.listed(client, kinds=[alert_pb2.ALERT_KIND_GATE_CLOSED])
        names = [each.name for each in raised]
        self.assertEqual(names, sorted(names, reverse=True), "the newest first")
        self.assertEqual(len(names), len(set(names)))
        about = [(each.account, each.evidence.gate) for each in raised]
        self.assertEqual(len(about), len(set(about)), "raised twice")
        wait_for(lambda: set(names) == {each["name"] for each in self.receiver.alerts()})
        by_name = {}
        for each in self.receiver.alerts():
            same = by_name.setdefault(each["name"], each)
            self.assertEqual((same["account"], same["evidence"]["gate"]),
                             (each["account"], each["evidence"]["gate"]))

    def test_flapping_raises_one_alert(self):
        server = self.server()
        with client_of(server) as client:
            client.record(*ready_facts("flap"), *ready_facts("marker"))
            for turn in range(6):
                client.record(answer("flap", f"bad-{turn}", 0))
                client.record(answer("flap", f"good-{turn}", 10))
            client.record(answer("marker", "bad", 0))
            wait_for(lambda: self.listed(client, account="accounts/marker"))
            about = [(each.kind, each.evidence.gate)
                     for each in self.listed(client, account="accounts/flap")]
        self.assertIn((alert_pb2.ALERT_KIND_GATE_CLOSED, "DISSATISFIED"), about)
        self.assertEqual(len(about), len(set(about)), about)

    def test_a_silent_source_raises_one_alert_and_none_for_its_accounts(self):
        server = self.server()
        today = time.time_ns() // 1000
        with client_of(server) as client:
            accounts = [f"acct-{number}" for number in range(10)]
            for account in accounts:
                client.record(*ready_facts(account))
            feed = source_pb2.Source(name="sources/feed", expected_every_days=1, required=True)
            feed.complete_through.CopyFrom(harness.micros(today - 5 * harness.DAY))
            client.sources.UpdateSource(source_service_pb2.UpdateSourceRequest(
                source=feed, allow_missing=True), timeout=CALL_SECONDS)
            # Every account's gate FEED_SILENT closes, and is swept.
            wait_for(lambda: all(client.check(each).verdict != harness.ALLOW for each in accounts))
            wait_for(lambda: self.listed(client))
            time.sleep(2)
            alerts = self.listed(client)
            self.assertEqual([(alert_pb2.ALERT_KIND_SOURCE_SILENT, "sources/feed", "")],
                             [(each.kind, each.source, each.account) for each in alerts])
            feed.complete_through.CopyFrom(harness.micros(today - 1))
            client.sources.UpdateSource(source_service_pb2.UpdateSourceRequest(
                source=feed, update_mask=field_mask_pb2.FieldMask(paths=["complete_through"])),
                timeout=CALL_SECONDS)
            wait_for(lambda: self.listed(client)[0].state == alert_pb2.ALERT_STATE_CLOSED)
            self.assertEqual(1, len(self.listed(client)))

    def test_dead_letters_erasure_and_what_is_refused(self):
        server = self.server("--webhook-retry-minutes", "0")
        with client_of(server) as client:
            self.receiver.status = 503
            hook = self.hook(client, kinds=[alert_pb2.ALERT_KIND_GATE_CLOSED]).name
            client.record(*ready_facts("acme"), *ready_facts("gone"))
            client.record(answer("acme", "bad", 0), answer("gone", "bad", 0))
            stub = self.alerts_of(client)

            def dead(**fields):
                return stub.ListDeadLetters(alert_service_pb2.ListDeadLettersRequest(
                    webhook=hook, **fields), timeout=CALL_SECONDS).dead_letters
            wait_for(lambda: {"accounts/acme", "accounts/gone"} <=
                     {each.alert.account for each in dead()} and
                     len(dead()) == len(self.listed(
                         client, kinds=[alert_pb2.ALERT_KIND_GATE_CLOSED])))
            self.assertEqual({"answered 503"}, {each.error for each in dead()})
            client.accounts.DeleteAccount(account_service_pb2.DeleteAccountRequest(
                name="accounts/gone"), timeout=CALL_SECONDS)
            self.assertEqual({"accounts/acme"}, {each.alert.account for each in dead()})
            self.assertEqual({"accounts/acme"}, {each.account for each in self.listed(client)})
            waiting = len(dead())
            self.receiver.status = 200
            done = harness.kizuna(server, "--format", "json", "webhook", "replay")
            self.assertEqual(waiting, json.loads(done.stdout)["replayed_count"], done.stderr)
            wait_for(lambda: not dead() and self.receiver.alerts(account="accounts/acme"))
            self.refused(stub)
            self.receiver.hang.set()
            client.record(*ready_facts("slow"))
            client.record(answer("slow", "bad", 0))
            wait_for(lambda: self.listed(client, account="accounts/slow"))
        # A receiver that does not answer does not hold up the end.
        began = time.monotonic()
        self.assertEqual(0, server.stop(), server.log_text()[-2000:])
        self.assertLess(time.monotonic() - began, 20)

    def refused(self, stub):
        for url in ("", "ftp://a.example/", "http://a.example/", "http://10.0.0.1/",
                    "http://127.0.0.1.a.example/", "https://user:word@a.example/",
                    "https://a.example/#x", "file:///etc/passwd", "https://a.example/\n",
                    "https://a.example/" + "x" * 2048):
            code, _, _, violations = error_of(
                stub.CreateWebhook,
                alert_service_pb2.CreateWebhookRequest(url=url, secret=SECRET))
            self.assertEqual((grpc.StatusCode.INVALID_ARGUMENT, ["url"]),
                             (code, [field for field, _ in violations]), url)
        for secret in ("", "x" * 15, "x" * 257):
            code, _, _, violations = error_of(
                stub.CreateWebhook,
                alert_service_pb2.CreateWebhookRequest(url="https://a.example/", secret=secret))
            self.assertEqual([("secret")], [field for field, _ in violations])
        for name in ("", "alerts/", "alerts/zz", "alerts/" + "A" * 32):
            code, _, _, violations = error_of(
                stub.AcknowledgeAlert, alert_service_pb2.AcknowledgeAlertRequest(name=name))
            self.assertEqual(["name"], [field for field, _ in violations], name)
        for name in ("0" * 32, "f" * 32):
            code, _, reason, _ = error_of(
                stub.AcknowledgeAlert,
                alert_service_pb2.AcknowledgeAlertRequest(name="alerts/" + name))
            self.assertEqual((grpc.StatusCode.NOT_FOUND, "NOT_FOUND"), (code, reason))
        first = stub.CreateWebhook(alert_service_pb2.CreateWebhookRequest(
            url="https://a.example/", secret="x" * 16), timeout=CALL_SECONDS)
        for _ in range(30):
            stub.CreateWebhook(alert_service_pb2.CreateWebhookRequest(
                url="https://a.example/", secret="x" * 256), timeout=CALL_SECONDS)
        code, _, _, _ = error_of(stub.CreateWebhook, alert_service_pb2.CreateWebhookRequest(
            url="https://a.example/", secret=SECRET))
        self.assertEqual(grpc.StatusCode.FAILED_PRECONDITION, code)
        for each in stub.ListWebhooks(alert_service_pb2.ListWebhooksRequest(page_size=1000),
                                      timeout=CALL_SECONDS).webhooks:
            if each.url == first.url:
                stub.DeleteWebhook(alert_service_pb2.DeleteWebhookRequest(name=each.name),
                                   timeout=CALL_SECONDS)


if __name__ == "__main__":
    unittest.main()
