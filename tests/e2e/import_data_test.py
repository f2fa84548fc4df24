# SPDX-License-Identifier: Apache-2.0
"""Do real exports arrive whole, by a mapping alone, and give the same store in any order of rows?

Uses the exports of ../shared/data; where they are not there, the tests say `skipped`.
"""

import csv
import datetime
import json
import random
import re
import shutil
import unittest

import harness
from harness import kizuna

DATA = harness.ROOT.parent / "shared" / "data"
SHIPPED = harness.ROOT / "client" / "import" / "mappings"
OF_TESTS = harness.ROOT / "tests" / "client" / "import" / "mappings"
OK, REJECTED = 0, 3
SEED = 20261122


def taken(row):
    """Rows or facts in the store. A connection that breaks on a busy machine is made again,
    and what was recorded unheard is then answered as a duplicate."""
    return row["accepted"] + row["duplicate"]


@unittest.skipUnless(DATA.is_dir(), f"skipped: {DATA} is not there")
class ImportDataTest(harness.ServerCase):
    def take(self, server, mapping, folder, expected=OK):
        """Imports; the tallies by (file, record), with record None for the file's rows."""
        rejects = self.folder / "rejects.csv"
        done = kizuna(server, "--format", "json", "import", "--mapping", mapping, "--rejects",
                      rejects, folder, timeout=600)
        found = rejects.read_text(encoding="utf-8") if rejects.exists() else ""
        self.assertEqual(expected, done.returncode, done.stdout + done.stderr + found[:3000])
        answer = json.loads(done.stdout)
        return {(row["file"], row["record"]): row for row in answer["tallies"]}

    def digest(self, server):
        """Stops the server and verifies its store: every state is rebuilt from its facts."""
        self.assertEqual(0, server.stop())
        code, output = server.verify()
        self.assertEqual(0, code, output)
        return re.search(r"digest: ([0-9a-f]+)", output).group(1)

    def shuffled(self, source, target):
        """A copy of an export with its rows in another order. No row of it has quotes."""
        target.mkdir()
        chance = random.Random(SEED)
        for path in sorted(source.glob("*.csv")):
            header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
            chance.shuffle(rows)
            (target / path.name).write_text(header + "".join(rows), encoding="utf-8")
        return target

    def test_ravenstack_in_any_form_gives_the_same_store(self):
        mapping = SHIPPED / "ravenstack.textproto"
        plain = DATA / "ravenstack"
        server = self.server(name="first")
        first = self.take(server, mapping, plain)
        self.assertEqual(500, taken(first["ravenstack_accounts.csv", "accounts"]))
        self.assertEqual(5000, taken(first["ravenstack_subscriptions.csv", "subscriptions"]))
        self.assertEqual(2000, taken(first["ravenstack_support_tickets.csv", "tickets"]))
        self.assertEqual(25000, taken(first["ravenstack_feature_usage.csv", "usage"]))
        self.assertEqual(0, sum(row["rejected"] for row in first.values()))
        for copy in (plain, plain / "excel_resaved_bom_crlf"):
            again = self.take(server, mapping, copy)
            for (file, record), row in again.items():
                self.assertEqual(row["read"], row["duplicate"], f"{copy.name} {file} {record}")
        once = self.digest(server)
        for name, folder in (("excel", plain / "excel_resaved_bom_crlf"),
                             ("shuffled", self.shuffled(plain, self.folder / "rows"))):
            other = self.server(name=name)
            self.take(other, mapping, folder)
            self.assertEqual(once, self.digest(other), name)

    def test_planted_rows_are_rejected_and_all_else_is_taken(self):
        folder = self.folder / "planted"
        shutil.copytree(DATA / "ravenstack", folder)
        tickets = folder / "ravenstack_support_tickets.csv"
        lines = tickets.read_text(encoding="utf-8").splitlines()
        account = lines[1].split(",")[1]
        first_id = lines[1].split(",")[0]
        planted = [f"T-bad001,{account},31-02-2024,01-03-2024 03:00,3,high,1,,FALSE",
                   "T-bad002,A-nobody,01-03-2024,02-03-2024 03:00,3,high,1,,FALSE",
                   f"{first_id},{account},05-05-2024,06-05-2024 03:00,3,low,1,,FALSE",
                   f"T-bad004,{account},\"01-03-2024,02-03-2024 03:00,3,high,1,,FALSE"]
        at = [1500, 1000, len(lines), 700]
        for line, row in sorted(zip(at, planted), reverse=True):
            lines.insert(line, row)
        tickets.write_text("\n".join(lines) + "\n", encoding="utf-8")
        server = self.server()
        tallies = self.take(server, SHIPPED / "ravenstack.textproto", folder, expected=REJECTED)
        self.assertEqual(2000, taken(tallies["ravenstack_support_tickets.csv", None]))
        self.assertEqual(25000, taken(tallies["ravenstack_feature_usage.csv", None]))
        with open(self.folder / "rejects.csv", encoding="utf-8", newline="") as file:
            rejects = {row["row"]: row for row in csv.DictReader(file)}
        for row, reason in zip(planted, ("31-02-2024", "A-nobody", "content", "quote")):
            self.assertIn(row, rejects)
            self.assertEqual(row, lines[int(rejects[row]["line"]) - 1])
            self.assertIn(reason, rejects[row]["reason"])
            self.assertEqual("ravenstack_support_tickets.csv", rejects[row]["file"])

    def test_maven_crm_and_the_exports_of_other_languages(self):
        server = self.server()
        crm = self.take(server, SHIPPED / "maven_crm.textproto", DATA / "maven_crm")
        self.assertEqual(85, taken(crm["accounts.csv", "accounts"]))
        self.assertEqual(7, taken(crm["products.csv", "products"]))
        self.assertEqual(4238, taken(crm["sales_pipeline.csv", "purchases"]))
        self.assertEqual(2089, crm["sales_pipeline.csv", None]["left_out"])
        again = self.take(server, SHIPPED / "maven_crm.textproto", DATA / "maven_crm")
        self.assertEqual(0, sum(row["accepted"] for row in again.values()))
        telco = self.take(server, OF_TESTS / "telco_ibm.textproto", DATA / "telco_ibm")
        self.assertEqual(7043, taken(telco["Telco-Customer-Churn.csv", "customers"]))
        self.digest(server)

    def test_japanese_names_arrive_from_either_encoding(self):
        server = self.server("--time-zone", "Asia/Tokyo", "--currency", "JPY")
        mapping = OF_TESTS / "jp_100knocks.textproto"
        tallies = self.take(server, mapping, DATA / "jp_100knocks")
        self.assertEqual(53, taken(tallies["store.csv", "stores"]))
        self.assertEqual(2000, taken(tallies["customer_2000rows.csv", "customers"]))
        done = kizuna(server, "account", "show", "S12014")
        self.assertEqual(OK, done.returncode, done.stderr)
        self.assertIn("千草台店", done.stdout)

    def test_nps_by_month_to_six_decimals(self):
        server = self.server()
        self.take(server, SHIPPED / "nps_survey.textproto", DATA / "nps_survey_2017")
        with open(DATA / "nps_survey_2017" / "expected_nps_by_month.csv", encoding="utf-8") as file:
            expected = {row["month"]: float(row["nps"]) for row in csv.DictReader(file)
                        if row["month"] != "ALL"}
        for month, nps in expected.items():
            last = datetime.date.fromisoformat(f"{month}-01") + datetime.timedelta(days=40)
            done = kizuna(server, "--format", "json", "health", f"nps-{month}", "--as-of",
                          last.isoformat())
            self.assertEqual(OK, done.returncode, done.stderr)
            drivers = {each["feature"]: each for each in json.loads(done.stdout)["drivers"]}
            self.assertAlmostEqual(nps, drivers["nps(180)"]["value"], delta=5.1e-7, msg=month)


if __name__ == "__main__":
    unittest.main()
