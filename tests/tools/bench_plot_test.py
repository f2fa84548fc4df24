# SPDX-License-Identifier: Apache-2.0
"""Does tools/bench-plot draw what was measured?"""

import json
import pathlib
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "tools" / "bench-plot"
SVG = "{http://www.w3.org/2000/svg}"


def row(name, ours, floor=None, target=None):
    return {"name": name, "unit": "us", "floor": floor, "ours": ours, "ratio": None,
            "bound": None, "target": target, "spread": 0.05, "met": True}


class BenchPlotTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def plot(self, runs):
        arguments = []
        for accounts, rows in runs:
            path = self.folder / f"{accounts}.json"
            path.write_text(rows if isinstance(rows, str) else json.dumps({"rows": rows}),
                            encoding="utf-8")
            arguments.append(f"{accounts}={path}")
        return subprocess.run(["/usr/bin/python3", str(PROGRAM), *arguments], text=True,
                              check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=30)

    def panels(self, runs):
        done = self.plot(runs)
        self.assertEqual(done.returncode, 0, done.stderr)
        return ElementTree.fromstring(done.stdout).findall(SVG + "g")

    def test_draws_a_panel_a_row_with_the_runs_in_order(self):
        panels = self.panels([(100000, [row("check-hot", 100, floor=80)]),
                              (1000, [row("check-hot", 10, floor=80), row("start<1>", 3)])])
        self.assertEqual(len(panels), 2)
        words = [text.text for text in panels[0].iter(SVG + "text")]
        self.assertEqual(words[:2], ["check-hot", "us"])
        self.assertEqual(words[2:], ["1k", "100k", "10", "100"])
        few, many = panels[0].iter(SVG + "circle")
        self.assertLess(float(few.get("cx")), float(many.get("cx")))
        self.assertGreater(float(few.get("cy")), float(many.get("cy")), "more lies higher")
        self.assertEqual(len(list(panels[0].iter(SVG + "polyline"))), 2, "the floor beside ours")
        self.assertEqual(panels[1].find(SVG + "text").text, "start<1>")

    def test_noise_does_not_look_like_growth(self):
        panel, = self.panels([(10, [row("memory", 100)]), (100, [row("memory", 101)])])
        heights = [float(dot.get("cy")) for dot in panel.iter(SVG + "circle")]
        self.assertLess(abs(heights[0] - heights[1]), 1)

    def test_refuses_what_is_no_run(self):
        for runs in ([("some", [row("a", 1)])], [(0, [row("a", 1)])], [(10, "{}")], [(10, "no")]):
            with self.subTest(runs):
                done = self.plot(runs)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("bench-plot", done.stderr)


if __name__ == "__main__":
    unittest.main()
