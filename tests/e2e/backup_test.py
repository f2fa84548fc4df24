# SPDX-License-Identifier: Apache-2.0
"""A store was lost and restored from a backup. Is what was answered before the backup still
explained, what was answered after it refused, and what was erased since still erased?"""

import json
import shutil
import unittest

import grpc
import harness
from erasure_test import ACCOUNT, SECRETS, found, story
from harness import CALL_SECONDS, answer, client_of, error_of, fact, ready_facts
from kizuna.v1 import (
    account_service_pb2,
    decision_service_pb2,
    decision_service_pb2_grpc,
    fact_pb2,
    readiness_service_pb2,
    rulebook_service_pb2,
    status_service_pb2,
    watch_pb2,
    watch_service_pb2,
)

OTHERS = [f"neighbour-{number}" for number in range(6)]


def explain(client, decision_id):
    stub = decision_service_pb2_grpc.DecisionServiceStub(client.grpc_channel)
    return stub.ExplainDecision(decision_service_pb2.ExplainDecisionRequest(
        decision_id=decision_id), timeout=CALL_SECONDS)


def explain_error(client, decision_id):
    stub = decision_service_pb2_grpc.DecisionServiceStub(client.grpc_channel)
    code, _, reason, _ = error_of(stub.ExplainDecision, decision_service_pb2.ExplainDecisionRequest(
        decision_id=decision_id))
    return code, reason


def cursor_now(client):
    """Where a watch stands that has heard everything."""
    stream = client.watch.WatchAccounts(watch_service_pb2.WatchAccountsRequest(),
                                        timeout=CALL_SECONDS)
    for message in stream:
        if message.HasField("checkpoint"):
            stream.cancel()
            return message.cursor
    raise AssertionError("the watch ended")


def watch_error(client, cursor):
    try:
        for _ in client.watch.WatchAccounts(
                watch_service_pb2.WatchAccountsRequest(cursor=cursor), timeout=CALL_SECONDS):
            raise AssertionError("the watch went on")
    except grpc.RpcError as error:
        return error.code(), harness.details_of(error)[0]
    raise AssertionError("the watch ended without an error")


def erase(client, account):
    client.accounts.DeleteAccount(account_service_pb2.DeleteAccountRequest(
        name=f"accounts/{account}"), timeout=CALL_SECONDS)


def back_up(client):
    return client.status.CreateBackup(status_service_pb2.CreateBackupRequest(), timeout=120)


class BackupTest(harness.ServerCase):
    def setUp(self):
        super().setUp()
        self.backups = self.folder / "backups"

    def restore(self, name, *flags):
        """`kizuna-server --restore-from`: how it ended, and where the store is."""
        data = self.folder / name
        return harness.run([harness.BIN / "kizuna-server", "--data", data, "--restore-from",
                            self.backups, *flags], timeout=300), data

    def restored_server(self, data):
        server = harness.Server(data, "--backup-to", str(self.backups))
        self.servers.append(server)
        return server.start()

    def fill(self, client):
        for account in OTHERS:
            client.record(*ready_facts(account))
        client.record(fact(ACCOUNT, "profile", {"profile": fact_pb2.Profile(
            display_name=SECRETS["display name"])}, observed=harness.now_micros()),
            *ready_facts(ACCOUNT)[1:])
        client.record(fact(ACCOUNT, "contact", {"contact": fact_pb2.Contact(
            contact_id=SECRETS["contact"], full_name=SECRETS["person"], email=SECRETS["mail"])}))
        for number in range(4):
            client.record(*story(ACCOUNT, number))
        # A person of an account that stays.
        client.record(fact(OTHERS[0], "contact", {"contact": fact_pb2.Contact(
            contact_id="quillon-the-lost", full_name="Quillon Farnsworth")}))

    def test_a_restored_store_knows_what_it_lost_and_what_was_erased(self):
        server = self.server("--backup-to", str(self.backups))
        with client_of(server) as client:
            self.fill(client)
            before = [client.check(account) for account in OTHERS]
            of_erased = client.check(ACCOUNT)
            early = cursor_now(client)
            client.record(answer(OTHERS[1], "early", 9))
            backup = back_up(client)
            self.assertEqual(1, backup.number)
            self.assertGreater(backup.size_bytes, 0)
            self.assertTrue(any(hit.startswith("words") for hit in found(self.backups, SECRETS)))

            # The gap: all this is lost.
            client.record(answer(OTHERS[0], "gap", 0))
            client.record(*ready_facts("born-in-the-gap"))
            gap = [client.check(account) for account in OTHERS + ["born-in-the-gap"]]
            self.activate(client, "gap")
            under_new_rules = client.check(OTHERS[2])
            gap_revision = gap[0].revision
            late = cursor_now(client)
            erase(client, ACCOUNT)
            client.accounts.ErasePerson(account_service_pb2.ErasePersonRequest(
                account=f"accounts/{OTHERS[0]}", contact_id="quillon-the-lost"),
                timeout=CALL_SECONDS)
        server.kill()
        shutil.rmtree(server.data)

        done, data = self.restore("restored")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn("erasing again 1 accounts and 1 people", done.stdout)
        self.assertNotIn(ACCOUNT, done.stdout + done.stderr)
        self.assertFalse(data.with_name("restored.restoring").exists())
        names = {**SECRETS, "other": "Quillon Farnsworth", "other id": "quillon-the-lost"}
        self.assertEqual([], found(data, names))
        server = self.restored_server(data)
        with client_of(server) as client:
            for given in before:
                self.assertEqual(given, explain(client, given.decision_id).answer)
            self.gap_is_lost(client, gap, under_new_rules)
            self.assertEqual((grpc.StatusCode.DATA_LOSS, "CURSOR_LOST"), watch_error(client, late))
            self.early_cursor_goes_on(client, early)
            self.assertEqual((grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND"),
                             explain_error(client, of_erased.decision_id))
            code, _, reason, _ = error_of(
                client.readiness.CheckPitch,
                readiness_service_pb2.CheckPitchRequest(account=f"accounts/{ACCOUNT}"))
            self.assertEqual((grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND"), (code, reason))

            # Numbers and rulebooks are given out again, and mean something else now.
            client.record(*ready_facts("born-in-the-gap"))
            for account in OTHERS + ["born-in-the-gap"]:
                client.record(answer(account, "afterwards", 3))
            self.activate(client, "afterwards")
            self.gap_is_lost(client, gap, under_new_rules)
            for given in before:
                self.assertEqual(given, explain(client, given.decision_id).answer)
            code, _, reason, _ = error_of(
                client.readiness.CheckPitch, readiness_service_pb2.CheckPitchRequest(
                    account=f"accounts/{OTHERS[0]}", at_least_as_fresh=gap_revision))
            self.assertEqual((grpc.StatusCode.DATA_LOSS, "DATA_LOSS"), (code, reason))
            self.assertGreater(client.check(OTHERS[0]).revision, gap_revision)
            of_this_life = [client.check(account) for account in OTHERS]
            for given in of_this_life:
                self.assertEqual(given, explain(client, given.decision_id).answer)
            second = back_up(client)
            self.assertEqual(2, second.number)
        self.assertEqual([], found(data, names), "and while it serves")

        # The first backup once more: a life that began at the same place as the one before.
        done, data = self.restore("again", "--backup-number", "1")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        server = self.restored_server(data)
        with client_of(server) as client:
            for account in OTHERS:
                client.record(answer(account, "in the third life", 10))
            for given in of_this_life:
                self.assertEqual((grpc.StatusCode.DATA_LOSS, "DECISION_FROM_LOST_TIME"),
                                 explain_error(client, given.decision_id))
            for given in before:
                self.assertEqual(given, explain(client, given.decision_id).answer)

    def activate(self, client, author):
        text = client.rulebooks.GetRulebook(
            rulebook_service_pb2.GetRulebookRequest(name="rulebooks/standard"),
            timeout=CALL_SECONDS).text
        active = client.rulebooks.ActivateRulebook(
            rulebook_service_pb2.ActivateRulebookRequest(text=text, author=author),
            timeout=CALL_SECONDS)
        self.assertEqual(2, active.rulebook.number)

    def gap_is_lost(self, client, gap, under_new_rules):
        # Accounts that nobody touched in the gap answered from what the backup has.
        for given in gap[1:2]:
            self.assertEqual(given, explain(client, given.decision_id).answer)
        for given in (gap[0], gap[-1], under_new_rules):
            self.assertEqual((grpc.StatusCode.DATA_LOSS, "DECISION_FROM_LOST_TIME"),
                             explain_error(client, given.decision_id))

    def early_cursor_goes_on(self, client, cursor):
        """What came between the cursor and the backup is told."""
        stream = client.watch.WatchAccounts(watch_service_pb2.WatchAccountsRequest(
            cursor=cursor, kinds=[watch_pb2.CHANGE_KIND_FACTS]), timeout=CALL_SECONDS)
        for message in stream:
            self.assertLess(message.lag, 1 << 30, "numbers that were jumped over are no rows")
            if message.HasField("event"):
                self.assertEqual(f"accounts/{OTHERS[1]}", message.event.account)
                break
        stream.cancel()

    def test_a_backup_made_after_an_erasure_holds_nothing_of_it(self):
        server = self.server("--backup-to", str(self.backups), "--keep-backups", "1")
        with client_of(server) as client:
            self.fill(client)
            back_up(client)
            self.assertTrue(found(self.backups, SECRETS))
            erase(client, ACCOUNT)
            made = harness.kizuna(server, "backup", "--format", "json")
            self.assertEqual(0, made.returncode, made.stderr)
            self.assertEqual(2, json.loads(made.stdout)["number"])
        self.assertEqual([], found(self.backups, SECRETS))
        self.assertEqual(0, server.stop())
        self.assertEqual([], found(server.data, SECRETS))
        offline = harness.run([harness.BIN / "kizuna-server", "--data", server.data, "--backup-to",
                               self.backups, "--backup"])
        self.assertEqual(0, offline.returncode, offline.stderr)
        self.assertIn("backup: 3\n", offline.stdout)
        self.assertEqual([], found(self.backups, SECRETS))
        done, data = self.restore("restored")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertEqual(self.digest_of(server), self.digest_of(harness.Server(data)))

    def digest_of(self, server):
        code, output = server.verify()
        self.assertEqual(0, code, output)
        return next(line for line in output.splitlines() if line.startswith("digest:"))

    def test_a_restore_says_what_it_needs_and_leaves_nothing_half_done(self):
        done, data = self.restore("early")
        self.assertEqual(1, done.returncode)
        self.assertIn("--forget-erasures", done.stderr)
        server = self.server("--backup-to", str(self.backups))
        with client_of(server) as client:
            client.record(*ready_facts("acme"))
            back_up(client)
            erase(client, "acme")
        server.kill()
        self.assertEqual(1, self.restore("store")[0].returncode, "the folder is not empty")
        (self.backups / "erasures").rename(self.folder / "kept")
        done, data = self.restore("unlisted")
        self.assertEqual(1, done.returncode)
        for word in ("--erasures", "--forget-erasures"):
            self.assertIn(word, done.stderr)
        # What a restore that was killed has left is in nobody's way, and nobody's store.
        (self.folder / "listed.restoring" / "rocksdb").mkdir(parents=True)
        served = harness.run([harness.BIN / "kizuna-server", "--data",
                              self.folder / "listed.restoring"])
        self.assertEqual(2, served.returncode, served.stderr)
        done, data = self.restore("listed", "--erasures", str(self.folder / "kept"))
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("erasing again 1 accounts", done.stdout)
        done, data = self.restore("forgotten", "--forget-erasures")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("is back", done.stdout)
        done, data = self.restore("fifth", "--backup-number", "5", "--forget-erasures")
        self.assertEqual(1, done.returncode)
        self.assertIn("there is no backup 5", done.stderr)
        # A file of the backup that a disk has damaged.
        table = next((self.backups / "shared_checksum").glob("*.sst"))
        content = bytearray(table.read_bytes())
        content[len(content) // 2] ^= 1
        table.write_bytes(content)
        done, data = self.restore("damaged", "--forget-erasures")
        self.assertEqual(1, done.returncode)
        self.assertIn("backup 1 ", done.stderr)
        self.assertIn("is damaged", done.stderr)
        for name in ("early", "unlisted", "fifth", "damaged"):
            self.assertFalse((self.folder / name).exists(), name)
            self.assertFalse((self.folder / f"{name}.restoring").exists(), name)

    def test_a_new_key_signs_and_old_ids_stay_good(self):
        server = self.server()
        with client_of(server) as client:
            client.record(*ready_facts("acme"))
            given = client.check("acme")
            rotated = harness.kizuna(server, "decision-key", "rotate", "--format", "json")
            self.assertEqual(0, rotated.returncode, rotated.stderr)
            self.assertEqual(2, json.loads(rotated.stdout)["key_number"])
            under_new = client.check("acme")
            for each in (given, under_new):
                self.assertEqual(each, explain(client, each.decision_id).answer)
            code, message, reason, _ = error_of(client.status.CreateBackup,
                                                status_service_pb2.CreateBackupRequest())
            self.assertEqual((grpc.StatusCode.FAILED_PRECONDITION, "FAILED_PRECONDITION"),
                             (code, reason))
            self.assertIn("--backup-to", message)


if __name__ == "__main__":
    unittest.main()
