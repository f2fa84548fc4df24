# SPDX-License-Identifier: Apache-2.0
"""Does `kizuna` end with the codes that scripts depend on, and say what to do when it cannot?"""

import csv
import io
import json
import unittest

import harness
from harness import answer, client_of, kizuna, ready_facts

OK, ERROR, USAGE, DENY_CODE, UNKNOWN_CODE = 0, 1, 2, 10, 11


class CommandLineTest(harness.ServerCase):
    def setUp(self):
        super().setUp()
        self.running = self.server()
        with client_of(self.running) as client:
            client.record(*ready_facts("happy"))
            client.record(*ready_facts("unhappy"), answer("unhappy", "nps-last", 2))
            client.record(ready_facts("new")[0])

    def run_ok(self, *arguments):
        done = kizuna(self.running, *arguments)
        self.assertEqual(OK, done.returncode, done.stdout + done.stderr)
        return done.stdout

    def test_check_ends_with_the_verdict(self):
        for account, code, verdict in (("happy", OK, "ALLOW"), ("unhappy", DENY_CODE, "DENY"),
                                       ("new", UNKNOWN_CODE, "UNKNOWN")):
            with self.subTest(account=account):
                done = kizuna(self.running, "check", account, "--motion", "seats")
                self.assertEqual(code, done.returncode, done.stdout + done.stderr)
                self.assertIn(verdict, done.stdout.upper())

    def test_check_as_json_is_one_object(self):
        done = kizuna(self.running, "--format", "json", "check", "unhappy", "--motion", "seats")
        self.assertEqual(DENY_CODE, done.returncode, done.stderr)
        self.assertIn("DISSATISFIED", json.dumps(json.loads(done.stdout)))

    def test_an_unknown_account_is_an_error_and_says_how_to_list_accounts(self):
        done = kizuna(self.running, "check", "nobody")
        self.assertEqual(ERROR, done.returncode, done.stdout)
        self.assertIn("account list", done.stderr)
        self.assertEqual("", done.stdout)

    def test_a_malformed_date_names_the_flag_and_the_format(self):
        done = kizuna(self.running, "health", "happy", "--as-of", "30.9.2026")
        self.assertEqual(USAGE, done.returncode, done.stdout)
        self.assertIn("--as-of", done.stderr)
        self.assertIn("YYYY-MM-DD", done.stderr)

    def test_no_server_is_an_error_and_check_is_unknown(self):
        # Nothing listens on port 1. A check that gets no answer must not read as an ALLOW.
        done = harness.run([harness.BIN / "kizuna", "--server", "127.0.0.1:1", "--timeout", "1",
                            "check", "happy"])
        self.assertEqual(UNKNOWN_CODE, done.returncode, done.stdout + done.stderr)
        done = harness.run([harness.BIN / "kizuna", "--server", "127.0.0.1:1", "--timeout", "1",
                            "status"])
        self.assertEqual(ERROR, done.returncode)
        self.assertIn("127.0.0.1:1", done.stderr)

    def test_why_names_the_gate_and_its_remedy(self):
        text = self.run_ok("why", "unhappy")
        self.assertIn("DISSATISFIED", text)
        self.assertIn("Call the people", text)

    def test_ready_lists_those_who_may_be_approached(self):
        rows = list(csv.DictReader(io.StringIO(self.run_ok("--format", "csv", "ready"))))
        self.assertEqual(1, len(rows), rows)
        self.assertIn("happy", rows[0].values())
        everybody = list(csv.DictReader(io.StringIO(self.run_ok("--format", "csv", "ready",
                                                                "--all"))))
        self.assertEqual(3, len(everybody), everybody)

    def test_every_command_answers_as_json(self):
        for arguments in (("status",), ("account", "list"), ("account", "show", "happy"),
                          ("health", "happy"), ("why", "happy"), ("ready",), ("history", "happy"),
                          ("rulebook", "list"), ("rulebook", "show", "active")):
            with self.subTest(arguments=arguments):
                json.loads(self.run_ok("--format", "json", *arguments))

    def test_help_has_examples_everywhere(self):
        commands = (("check",), ("why",), ("ready",), ("health",), ("history",), ("status",),
                    ("import",), ("account", "list"), ("account", "show"), ("account", "upsert"),
                    ("account", "erase"), ("signal", "record"), ("rulebook", "list"),
                    ("rulebook", "show"), ("rulebook", "validate"), ("rulebook", "activate"))
        for command in commands:
            with self.subTest(command=command):
                done = harness.run([harness.BIN / "kizuna", *command, "--help"])
                self.assertEqual(OK, done.returncode, done.stderr)
                self.assertIn("Examples", done.stdout)

    def test_no_colour_outside_of_a_terminal(self):
        self.assertNotIn("\x1b", self.run_ok("ready", "--all"))


if __name__ == "__main__":
    unittest.main()
