# SPDX-License-Identifier: Apache-2.0
"""Does kizuna-bench measure, and say so in a form that programs read? Nothing here is timed."""

import json
import pathlib
import tempfile
import unittest

import harness

BENCH = harness.BIN / "kizuna-bench"


class BenchTest(unittest.TestCase):
    def test_measures_the_check_beside_the_floor(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "rows.json"
            done = harness.run([BENCH, "--quick", "--accounts", "200", "--only", "check-hot",
                                "--seconds", "0.2", "--json", path])
            self.assertEqual(done.returncode, 0, done.stderr)
            rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
        self.assertEqual([row["name"] for row in rows],
                         ["check-hot", "check-hot-p99", "check-hot-cpu"])
        for row in rows:
            self.assertEqual(set(row), {"name", "unit", "floor", "ours", "ratio", "bound", "target",
                                        "spread", "met"})
            self.assertGreater(row["floor"], 0)
            self.assertAlmostEqual(row["ratio"], row["ours"] / row["floor"], places=5)
            self.assertIn(row["name"], done.stdout)

    def test_refuses_what_it_does_not_know(self):
        for flags in (["--only", "nothing"], ["--accounts", "0"], ["--seconds", "0"], ["--fast"]):
            with self.subTest(flags):
                done = harness.run([BENCH, *flags])
                self.assertEqual(done.returncode, 2, done.stderr)

    def test_writes_a_call_as_grpc_frames_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "call"
            self.assertEqual(harness.run([BENCH, "--write-call", path]).returncode, 0)
            framed = path.read_bytes()
        self.assertEqual(framed[:1], b"\0")
        self.assertEqual(int.from_bytes(framed[1:5], "big"), len(framed) - 5)
        self.assertIn(b"accounts/acct-000000", framed)


if __name__ == "__main__":
    unittest.main()
