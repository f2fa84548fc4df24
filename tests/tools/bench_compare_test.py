# SPDX-License-Identifier: Apache-2.0
"""Does tools/bench-compare say what changed between two measurements?"""

import json
import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "tools" / "bench-compare"


def row(name, ratio, ours=10.0, met=True):
    return {"name": name, "unit": "us", "floor": None if ratio is None else 5.0, "ours": ours,
            "ratio": ratio, "bound": ">=", "target": 1.0, "spread": 0.05, "met": met}


class BenchCompareTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def compare(self, before, after):
        paths = []
        for name, rows in (("before", before), ("after", after)):
            paths.append(str(self.folder / name))
            text = rows if isinstance(rows, str) else json.dumps({"rows": rows})
            pathlib.Path(paths[-1]).write_text(text, encoding="utf-8")
        return subprocess.run(["/usr/bin/python3", str(PROGRAM), *paths], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30)

    def test_tells_ratios_where_there_is_a_floor(self):
        done = self.compare([row("check-hot", 0.5, met=False)], [row("check-hot", 0.75)])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"check-hot +ratio +0\.5 +0\.75 +\+50\.0 % +5 % +yes\n")

    def test_tells_figures_where_there_is_none(self):
        done = self.compare([row("memory", None, 10)], [row("memory", None, 9)])
        self.assertRegex(done.stdout, r"memory +us +10 +9 +-10\.0 %")

    def test_tells_rows_that_only_one_has(self):
        done = self.compare([row("old", 1.0)], [row("fresh", 1.0)])
        self.assertRegex(done.stdout, r"old +ratio +1 +- +gone")
        self.assertRegex(done.stdout, r"fresh +ratio +- +1 +new")

    def test_refuses_what_is_no_measurement(self):
        for text in ("", "[]", "{}", '{"rows": [{}]}', '{"rows": 1}'):
            with self.subTest(text):
                done = self.compare(text, [row("a", 1.0)])
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("before", done.stderr)
                self.assertNotIn("Traceback", done.stderr)


if __name__ == "__main__":
    unittest.main()
