# SPDX-License-Identifier: Apache-2.0
"""A book is exported, the server's data are erased, the export is put back: is it the same book?

The digest of `kizuna-server --verify` is over every version of every fact and every state.
"""

import csv
import json
import re
import shutil
import unittest

import harness
from harness import DAY, answer, fact, kizuna
from kizuna.v1 import (
    catalogue_service_pb2,
    fact_pb2,
    rulebook_service_pb2,
    source_service_pb2,
    watch_service_pb2,
)

ACCOUNTS = 60


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


class ExportTest(harness.ServerCase):
    def digest(self, server):
        """Of a server that is stopped for it."""
        self.assertEqual(0, server.stop())
        code, output = server.verify()
        self.assertEqual(0, code, output)
        return re.search(r"[0-9a-f]{64}", output).group(0)

    def fill(self, server):
        done = harness.generate(server, "--accounts", str(ACCOUNTS), "--days", "21")
        self.assertEqual(0, done.returncode, done.stderr)
        now = harness.now_micros()
        with harness.client_of(server) as client:
            product = catalogue_service_pb2.CreateProductRequest(product_id="wms")
            product.product.display_name = "倉庫管理"
            client.catalogue.CreateProduct(product, timeout=harness.CALL_SECONDS)
            source = source_service_pb2.UpdateSourceRequest(allow_missing=True)
            source.source.name = "sources/desk"
            source.source.expected_every_days = 7
            client.sources.UpdateSource(source, timeout=harness.CALL_SECONDS)
            text = client.rulebooks.GetRulebook(
                rulebook_service_pb2.GetRulebookRequest(name="rulebooks/standard"),
                timeout=harness.CALL_SECONDS).text
            client.rulebooks.ActivateRulebook(
                rulebook_service_pb2.ActivateRulebookRequest(text=text, author="test"),
                timeout=harness.CALL_SECONDS)
            # Sorts before the profile, and was corrected and taken back.
            client.record(*harness.ready_facts("zz"))
            said = answer("zz", "a-first", 3, observed=now - 2 * DAY)
            said.source = "aaa"
            client.record(said)
            said.version = 2
            said.survey.score = 9
            said.survey.comment = "ずっと良い\n\"now\""
            client.record(said)
            client.record(fact("zz", "call", {"interaction": fact_pb2.Interaction()}, version=1,
                               retracted=True, observed=now - DAY))

    def test_the_book_comes_back_with_the_same_digest(self):
        server = self.server()
        self.fill(server)
        folder = self.folder / "export"
        done = kizuna(server, "export", "--out", folder)
        self.assertEqual(0, done.returncode, done.stderr)
        again = kizuna(server, "export", "--out", folder)
        self.assertEqual(2, again.returncode)
        self.assertIn("--out", again.stderr)
        self.check_files(server, folder)
        before = self.digest(server)

        shutil.rmtree(server.data)
        server.start()
        done = kizuna(server, "reimport", folder)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn(" 0 refused", done.stdout)
        shown = kizuna(server, "rulebook", "show", "active", "--format", "json")
        self.assertIn("VALUE_NOT_REALISED", shown.stdout)
        # Once more changes nothing.
        done = kizuna(server, "reimport", folder)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(before, self.digest(server))

    def check_files(self, server, folder):
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        accounts = lines(folder / "accounts.jsonl")
        self.assertEqual(ACCOUNTS + 1, len(accounts))
        self.assertEqual(len(accounts), manifest["accounts"])
        self.assertEqual(manifest["facts"], len(lines(folder / "facts.jsonl")))
        # Of one revision each.
        revisions = {a["account"]: a["revision"] for a in accounts}
        for score in lines(folder / "scores.jsonl"):
            self.assertEqual(revisions[score["account"]], score["revision"])
        newest = {}
        for day in lines(folder / "history.jsonl"):
            newest[day["account"]] = day["revision"]
        self.assertEqual(set(revisions), set(newest))
        with open(self.csv_export(server) / "scores.csv", encoding="utf-8", newline="") as file:
            self.assertEqual(len(accounts), len(list(csv.DictReader(file))))

    def csv_export(self, server):
        folder = self.folder / "export-csv"
        done = kizuna(server, "export", "--out", folder, "--format", "csv")
        self.assertEqual(0, done.returncode, done.stderr)
        return folder

    def test_a_watch_goes_on_where_the_export_began(self):
        server = self.server()
        with harness.client_of(server) as client:
            client.record(*harness.ready_facts("acme"))
            done = kizuna(server, "export", "--out", self.folder / "export")
            self.assertEqual(0, done.returncode, done.stderr)
            manifest = json.loads(
                (self.folder / "export" / "manifest.json").read_text(encoding="utf-8"))
            client.record(answer("acme", "later", 1))
            request = watch_service_pb2.WatchAccountsRequest(cursor=manifest["watch_cursor"])
            for message in client.watch.WatchAccounts(request, timeout=harness.CALL_SECONDS):
                if message.HasField("event"):
                    self.assertEqual("accounts/acme", message.event.account)
                    break

    def test_half_an_export_is_refused(self):
        server = self.server()
        (self.folder / "half").mkdir()
        done = kizuna(server, "reimport", self.folder / "half")
        self.assertEqual(2, done.returncode)
        self.assertIn("manifest.json", done.stderr)
        with harness.client_of(server) as client:
            client.record(*harness.ready_facts("acme"))
        done = kizuna(server, "export", "--out", self.folder / "whole")
        self.assertEqual(0, done.returncode, done.stderr)
        with open(self.folder / "whole" / "facts.jsonl", "a", encoding="utf-8") as file:
            file.write("{\"account\": \"accounts/acme\", \"sour")
        done = kizuna(server, "reimport", self.folder / "whole")
        self.assertEqual(1, done.returncode)
        self.assertIn("facts.jsonl, line ", done.stderr)
        tokyo = self.server("--time-zone", "Asia/Tokyo", name="tokyo")
        done = kizuna(tokyo, "reimport", self.folder / "whole")
        self.assertEqual(2, done.returncode)
        self.assertIn("time zone", done.stderr)


if __name__ == "__main__":
    unittest.main()
