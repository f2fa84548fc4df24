# SPDX-License-Identifier: Apache-2.0
"""Does the recomputation agree with a real server on a generated portfolio, today and in the past,
under both rulebooks?"""

import datetime
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import harness  # noqa: E402
from kizuna.v1 import rulebook_service_pb2  # noqa: E402
from recompute import recompute  # noqa: E402

ACCOUNTS = 60


class PortfolioTest(harness.ServerCase):

    def agree(self, server, date):
        accounts, differences = recompute(server.address, date)
        self.assertEqual(accounts, ACCOUNTS)
        self.assertGreater(differences.compared, 50 * ACCOUNTS)
        self.assertEqual(differences.found[:10], [], f"{len(differences.found)} differ")

    def test_every_value_of_every_account(self):
        server = self.server()
        made = harness.generate(server, "--accounts", ACCOUNTS, "--days", "400", "--seed", "7")
        self.assertEqual(made.returncode, 0, made.stderr)
        today = datetime.date.today()
        standard = (harness.ROOT / "server" / "rulebooks" / "standard.textproto").read_text(
            encoding="utf-8")
        for rules in (None, standard):
            if rules is not None:
                with harness.client_of(server) as client:
                    client.rulebooks.ActivateRulebook(
                        rulebook_service_pb2.ActivateRulebookRequest(
                            text=rules, author="test", note="the full rules"), timeout=60)
            for days_ago in (0, 1, 45, 180):
                with self.subTest(rules=rules and "standard", days_ago=days_ago):
                    self.agree(server, today - datetime.timedelta(days_ago) if days_ago else None)


if __name__ == "__main__":
    unittest.main()
