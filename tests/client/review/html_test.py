# SPDX-License-Identifier: Apache-2.0
"""Do other people's parsers read our HTML, and does it hold nothing that it must not?"""

import html.parser
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
FORBIDDEN = re.compile(
    r"score|risk|margin|discount|\bhold|waive|internal|churn|health|\bgate|readiness|スコア|ヘルス|"
    r"リスク|粗利|値引|割引|保留|免除|社外秘|解約|ゲート|準備度|社内", re.IGNORECASE)


class Tags(html.parser.HTMLParser):
    """The tags as a parser of HTML, not of XML, sees them."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)


def visible(page):
    """What a reader sees: all text but that of head and style."""
    return " ".join(page.find(HTML + "body").itertext())


class HtmlTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        subprocess.run([SAMPLES, cls.folder.name], check=True)
        cls.pages = {path.name: path.read_text(encoding="utf-8")
                     for path in sorted(pathlib.Path(cls.folder.name).glob("*.html"))}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_there_are_pages(self):
        self.assertGreaterEqual(len(self.pages), 26)

    def test_well_formed_and_the_same_in_both_parsers(self):
        for name, text in self.pages.items():
            with self.subTest(name):
                page = ElementTree.fromstring(text.encode())
                tags = Tags()
                tags.feed(text)
                self.assertEqual([element.tag.split("}")[1] for element in page.iter()], tags.seen)

    def test_nothing_from_outside_and_nothing_that_runs(self):
        for name, text in self.pages.items():
            with self.subTest(name):
                page = ElementTree.fromstring(text.encode())
                for element in page.iter():
                    self.assertNotIn(element.tag.split("}")[1],
                                     ("script", "link", "img", "iframe", "object", "a", "base"))
                    for attribute in element.attrib:
                        self.assertNotRegex(attribute, r"^(on|src|href|style)")
                style = page.find(f"{HTML}head/{HTML}style").text
                self.assertNotRegex(style, r"url\(|@import|</|expression")

    def test_every_picture_names_itself(self):
        for name, text in self.pages.items():
            with self.subTest(name):
                for picture in ElementTree.fromstring(text.encode()).iter(SVG + "svg"):
                    self.assertEqual(picture.get("role"), "img")
                    self.assertTrue(picture.find(SVG + "title").text)

    def test_ours_is_marked_and_theirs_says_nothing_of_ours(self):
        for name, text in self.pages.items():
            with self.subTest(name):
                page = ElementTree.fromstring(text.encode())
                style = page.find(f"{HTML}head/{HTML}style").text
                if "internal" in name:
                    self.assertIn("@top-center", style)
                    for section in page.iter(HTML + "section"):
                        self.assertIn("社外秘", "".join(section.find(HTML + "h2").itertext()))
                else:
                    self.assertNotIn("@top-center", style)
                    self.assertNotRegex(visible(page), FORBIDDEN)

    def test_texts_of_a_picture_do_not_touch(self):
        """By a width of 0.62 of the letter's height, twice that for wide letters."""
        for name, text in self.pages.items():
            with self.subTest(name):
                for picture in ElementTree.fromstring(text.encode()).iter(SVG + "svg"):
                    self.check_picture(picture)

    def check_picture(self, picture):
        width = float(picture.get("viewBox").split()[2])
        lines = {}
        for text in picture.iter(SVG + "text"):
            size = float(text.get("font-size"))
            long = size * 0.55 * sum(1 if ord(letter) < 0x2000 else 1.8 for letter in text.text)
            begin = float(text.get("x")) - {"start": 0, "middle": 0.5, "end": 1}[
                text.get("text-anchor")] * long
            lines.setdefault(text.get("y"), []).append((begin, begin + long, text.text))
        for spans in lines.values():
            spans.sort()
            for begin, end, text in spans:
                self.assertGreaterEqual(begin, -1, text)
                self.assertLessEqual(end, width + 1, text)
            for one, other in zip(spans, spans[1:]):
                self.assertLessEqual(one[1], other[0], f"{one[2]} | {other[2]}")


if __name__ == "__main__":
    SAMPLES = sys.argv.pop(1)
    unittest.main()
