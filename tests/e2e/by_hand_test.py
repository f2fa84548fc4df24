# SPDX-License-Identifier: Apache-2.0
"""What a customer success manager writes down by hand, command by command, and reads back in the
account's timeline.
"""

import json
import re
import unittest

import harness
from harness import kizuna


class ByHandTest(harness.ServerCase):
    def setUp(self):
        super().setUp()
        self.running = self.server()
        with harness.client_of(self.running) as client:
            client.record(*harness.ready_facts("acme"))

    def done(self, *arguments, code=0):
        result = kizuna(self.running, *arguments)
        self.assertEqual(code, result.returncode, result.stdout + result.stderr)
        return result.stdout if code == 0 else result.stderr

    def timeline(self, *arguments):
        return json.loads(self.done("timeline", "acme", "--format", "json", *arguments))["entries"]

    def test_a_hold_closes_the_account_and_its_release_opens_it(self):
        said = self.done("hold", "place", "acme", "--author", "sato", "--reason", "merger")
        found = re.fullmatch(r"hold ([0-9a-f]{8}) placed; acme: ALLOW -> DENY: HOLD\n", said)
        self.assertTrue(found, said)
        self.assertIn("HOLD", self.done("hold", "release", "acme", "nonesuch", "--author", "sato",
                                        "--reason", "over", code=2))
        said = self.done("hold", "release", "acme", found.group(1), "--author", "sato",
                         "--reason", "over")
        self.assertIn("released; acme: DENY: HOLD -> ALLOW", said)
        self.done("hold", "release", "acme", found.group(1), "--author", "sato", "--reason",
                  "over", code=2)

    def test_an_issue_is_added_solved_and_confirmed(self):
        self.done("issue", "add", "acme", "--category", "picking", "--description", "slow",
                  "--assumed", "--id", "i-1")
        self.done("issue", "confirm", "acme", "i-1")
        self.assertIn("solve", self.done("issue", "confirm", "acme", "i-1", code=2))
        self.done("issue", "solve", "acme", "i-1")
        document = json.loads(self.done("issue", "confirm", "acme", "i-1", "--format", "json"))
        self.assertEqual("issue i-1 confirmed as solved", document["done"])
        self.done("issue", "confirm", "acme", "i-1", code=2)
        issues = [e["what"] for e in self.timeline("--kind", "fact") if e["fact"] == "issue"]
        self.assertEqual(["ASSUMED", "CONFIRMED", "SOLVED", "SOLUTION_CONFIRMED"],
                         [issue["status"] for issue in issues])
        self.assertEqual({("picking", "slow")},
                         {(issue["category"], issue["description"]) for issue in issues})

    def test_an_objective_goes_from_its_target_to_its_end(self):
        self.done("objective", "set", "acme", "--title", "orders", "--target", "500",
                  "--start-date", "2026-10-01", "--due-date", "2026-12-31", "--id", "o-1")
        self.done("objective", "progress", "acme", "o-1", "320.5")
        self.done("objective", "close", "acme", "o-1", "--on", "2026-11-20")
        self.done("objective", "progress", "acme", "o-1", "much", code=2)
        last = [e["what"] for e in self.timeline("--kind", "fact") if e["fact"] == "objective"][-1]
        self.assertEqual((500, 320.5, "2026-11-20", "orders"),
                         (last["target"], last["progress"], last["closed_date"], last["title"]))

    def test_the_servers_refusals_name_the_flags(self):
        self.assertIn("--reason: ", self.done("hold", "place", "acme", "--author", "sato",
                                              "--reason", "", code=1))
        self.assertIn("GATE: ", self.done(
            "waiver", "grant", "acme", "DISSATISFIED", "--author", "sato", "--reason", "x",
            "--expires-at", "2099-01-01", code=1))
        self.assertIn("--expires-at", self.done("override", "touch", "acme", "high", "--author",
                                                "sato", "--reason", "x", code=2))
        self.assertIn("TIER", self.done("override", "loyalty", "acme", "best", "--author", "sato",
                                        "--reason", "x", "--expires-at", "2099-01-01", code=2))
        self.assertIn("account list", self.done("hearing", "nobody", code=1))

    def test_waivers_overrides_and_hearings(self):
        said = self.done("waiver", "grant", "acme", "COOLING_OFF", "--author", "sato", "--reason",
                         "they asked", "--expires-at", "2099-01-01", "--id", "w-1")
        self.assertIn("waiver w-1 of COOLING_OFF granted; acme stays ALLOW", said)
        self.done("waiver", "revoke", "acme", "w-1", "--author", "sato", "--reason", "mistake")
        self.done("waiver", "revoke", "acme", "w-1", "--author", "sato", "--reason", "x", code=2)
        self.done("override", "loyalty", "acme", "promoter", "--author", "sato", "--reason",
                  "spoke for us", "--expires-at", "2099-01-01")
        self.done("override", "touch", "acme", "high", "--author", "sato", "--reason", "grows",
                  "--expires-at", "2099-01-01")
        self.done("hearing", "acme", "--need-found", "--note", "二番目の倉庫")
        why = json.loads(self.done("why", "acme", "--format", "json"))
        self.assertEqual(("PROMOTER", "HIGH"),
                         (why["loyalty"]["tier"], why["loyalty"]["touch_tier"]))
        newest = self.timeline("--kind", "fact", "--newest-first", "--limit", "1")
        self.assertEqual(("hearing", "二番目の倉庫"), (newest[0]["fact"], newest[0]["what"]["note"]))
        for_people = self.done("timeline", "acme", "--newest-first")
        self.assertIn("二番目の倉庫", for_people)
        self.assertIn("tier", for_people)

    def test_a_timeline_is_one_order_however_it_is_asked(self):
        everything = self.timeline()
        self.assertEqual([e["time"] for e in everything], sorted(e["time"] for e in everything))
        self.assertEqual(everything, self.timeline("--newest-first")[::-1])
        self.assertEqual({"FACT", "INTERACTION", "CHANGE"}, {e["kind"] for e in everything})
        self.assertEqual(140, len(self.timeline("--kind", "usage")))
        self.assertIn("--kind", self.done("timeline", "acme", "--kind", "gossip", code=2))
        self.assertIn("--since", self.done("timeline", "acme", "--since", "ages ago", code=2))
        self.assertIn("account list", self.done("timeline", "nobody", code=1))


if __name__ == "__main__":
    unittest.main()
