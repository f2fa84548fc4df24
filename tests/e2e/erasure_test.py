# SPDX-License-Identifier: Apache-2.0
"""After an erasure, does any search of the data directory find the account's id, its people or
their words?"""

import pathlib
import tempfile
import time
import unittest

import grpc
import harness
from harness import CALL_SECONDS, answer, client_of, error_of, fact, ready_facts
from kizuna.v1 import (account_service_pb2, common_pb2, fact_pb2, readiness_service_pb2,
                       watch_service_pb2)

# Each is told in another kind of fact; none of them may be found afterwards.
ACCOUNT = "zebulon-trading-4711"
SECRETS = {
    "id": ACCOUNT,
    "display name": "Zebulonische Handelsgesellschaft",
    "contact": "contact-of-quixotry",
    "person": "Philomena Vandersnickt",
    "mail": "philomena@vandersnickt.example",
    "words": "the warehouse of xylographs floods every spring",
    "fact": "fact-id-of-the-flood",
}


def found(folder, texts):
    """Which of the texts lie in which file under the folder: byte for byte in any of them, and in
    tables, which are compressed, also in what they hold."""
    hits = []
    with tempfile.TemporaryDirectory() as copies:
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            content = path.read_bytes()
            if path.suffix == ".sst":
                content += dump(pathlib.Path(copies) / path.name, content)
            for name, text in texts.items():
                if text.encode() in content or text.encode().hex().upper().encode() in content:
                    hits.append(f"{name} in {path.relative_to(folder)}")
    return hits


def dump(copy, content):
    """Everything that a table holds, deleted and overwritten rows too, in hexadecimal."""
    copy.write_bytes(content)
    done = harness.run([harness.BIN / "tests" / "kizuna_table_dump", copy])
    if done.returncode != 0:
        raise AssertionError(f"{copy.name}: {done.stdout}{done.stderr}")
    return copy.with_name(copy.stem + "_dump.txt").read_bytes()


def story(account, number):
    """Facts that move the account through bands, verdicts and ranks."""
    return [answer(account, f"swing-{number}", 10 if number % 2 else 0,
                   observed=harness.now_micros(), contact="someone"),
            fact(account, f"{SECRETS['fact']}-{number}", {"hearing": fact_pb2.Hearing(
                need_found=True, note=f"{SECRETS['words']} {number}")})]


class ErasureTest(harness.ServerCase):
    def test_nothing_of_an_erased_account_is_found_in_any_file(self):
        server = self.server()
        self.fill(server)
        # Into tables, and out of a log that is replayed.
        self.assertEqual(0, server.stop())
        server.start()
        with client_of(server) as client:
            for number in range(10, 14):
                client.record(*story(ACCOUNT, number))
        server.kill()
        server.start()
        before = found(server.data, SECRETS)
        for name in SECRETS:
            self.assertTrue(any(hit.startswith(name) for hit in before), f"{name}: {before}")
        with client_of(server) as client:
            client.accounts.DeleteAccount(account_service_pb2.DeleteAccountRequest(
                name=f"accounts/{ACCOUNT}"), timeout=CALL_SECONDS)
            self.assertEqual([], found(server.data, SECRETS), "while the server runs")
            self.others_are_whole(client)
        self.assertEqual(0, server.stop())
        self.assertEqual([], found(server.data, SECRETS), "after it stopped")
        code, output = server.verify()
        self.assertEqual(0, code, output)
        server.start()
        with client_of(server) as client:
            self.id_is_not_given_out_again(client)
            self.erasure_is_told(client)
            self.others_are_whole(client)
        self.assertEqual([], found(server.data, SECRETS), "and after a start")
        self.assertNotIn(ACCOUNT, server.log_text(), "nor in the server's log")

    def test_nothing_of_an_erased_person_is_found_and_no_score_changes(self):
        server = self.server()
        self.fill(server)
        texts = {name: SECRETS[name] for name in ("contact", "person", "mail")}
        words = {"words": "I, Philomena, am not amused by this"}
        with client_of(server) as client:
            client.record(
                fact(ACCOUNT, "hers", {"survey": fact_pb2.Survey(
                    kind=fact_pb2.Survey.KIND_NPS, score=6, contact_id=SECRETS["contact"],
                    comment=words["words"])}, observed=harness.now_micros()),
                answer(ACCOUNT, "not-hers", 9, observed=harness.now_micros()))
        digest = self.digest_of(server)
        with client_of(server) as client:
            before = client.check(ACCOUNT)
            for name in {**texts, **words}:
                self.assertTrue(any(hit.startswith(name) for hit in
                                    found(server.data, {**texts, **words})), name)
            done = harness.kizuna(server, "account", "erase", ACCOUNT, "--contact",
                                  SECRETS["contact"], "--yes")
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertEqual([], found(server.data, {**texts, **words}))
            self.assertTrue(found(server.data, {"words": SECRETS["words"]}), "others' words stay")
            after = client.check(ACCOUNT)
            self.assertEqual((before.verdict, before.health_score, before.revision),
                             (after.verdict, after.health_score, after.revision))
            # What is told of them later is kept without words.
            client.record(fact(ACCOUNT, "later", {"contact": fact_pb2.Contact(
                contact_id=SECRETS["contact"], full_name=SECRETS["person"],
                email=SECRETS["mail"])}))
            self.others_are_whole(client)
        nobody = harness.kizuna(server, "account", "erase", ACCOUNT, "--contact", "nobody", "--yes")
        self.assertEqual(1, nobody.returncode)
        self.assertIn("ListContacts", nobody.stderr)
        self.assertEqual([], found(server.data, {**texts, **words}))
        self.assertNotEqual(digest, self.digest_of(server), "a fact came since")

    def digest_of(self, server):
        self.assertEqual(0, server.stop())
        code, output = server.verify()
        self.assertEqual(0, code, output)
        server.start()
        return next(line for line in output.splitlines() if line.startswith("digest:"))

    def fill(self, server):
        with client_of(server) as client:
            profile = fact(ACCOUNT, "profile", {"profile": fact_pb2.Profile(
                display_name=SECRETS["display name"])}, observed=harness.now_micros())
            client.record(profile, *ready_facts(ACCOUNT)[1:])
            client.record(fact(ACCOUNT, "contact", {"contact": fact_pb2.Contact(
                contact_id=SECRETS["contact"], full_name=SECRETS["person"],
                email=SECRETS["mail"])}))
            for number in range(10):
                client.record(*story(ACCOUNT, number))
                client.record(*ready_facts(f"neighbour-{number}"))
            time.sleep(1.5)  # a sweep

    def others_are_whole(self, client):
        for number in range(10):
            self.assertEqual(harness.ALLOW, client.check(f"neighbour-{number}").verdict)

    def id_is_not_given_out_again(self, client):
        try:
            client.record(ready_facts(ACCOUNT)[0])
            self.fail("an erased id was given out again")
        except AssertionError as refused:
            self.assertIn("there is no account", str(refused))
        question = readiness_service_pb2.CheckPitchRequest(account=f"accounts/{ACCOUNT}")
        code, _, reason, _ = error_of(client.readiness.CheckPitch, question)
        self.assertEqual((grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND"), (code, reason))

    def erasure_is_told(self, client):
        stream = client.watch.WatchAccounts(watch_service_pb2.WatchAccountsRequest(
            from_start=True, accounts=[f"accounts/{ACCOUNT}"]), timeout=CALL_SECONDS)
        event = next(message.event for message in stream if message.HasField("event"))
        self.assertEqual(f"accounts/{ACCOUNT}", event.account)
        self.assertEqual(0, event.rulebook_number)
        self.assertEqual(common_pb2.MOTION_UNSPECIFIED, event.changes[0].motion)
        stream.cancel()


if __name__ == "__main__":
    unittest.main()
