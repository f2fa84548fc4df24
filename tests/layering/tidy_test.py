# SPDX-License-Identifier: Apache-2.0
"""Is the tree tidy, and does the check notice what is not?"""

import pathlib
import tempfile
import unittest

import tidy

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEAD = "// SPDX-License-Identifier: Apache-2.0\n// Which question does this answer?\n"
GUARD = "#ifndef KIZUNA_STORAGE_A_H_\n#define KIZUNA_STORAGE_A_H_\n#endif\n"

PLANTED = (
    ("storage/a.cc", "// No licence.\n// A comment.\n", "first line is not"),
    ("storage/a.cc", HEAD + "int x;\n" * 500, "502 lines"),
    ("storage/a.cc", HEAD + "int x;", "no newline"),
    ("storage/a.cc", HEAD + "// " + "x" * 98 + "\n", "101 columns"),
    ("storage/a.cc", HEAD + "// TO" + "DO: later\n", "unfinished"),
    ("storage/a.cc", HEAD + "class FactManager {};\n", "says nothing"),
    ("storage/a.cc", HEAD + "\tint x;\n", "a tab"),
    ("storage/a.cc", HEAD.splitlines()[0] + "\n\n#include <map>\n", "which question"),
    ("storage/a.h", HEAD + GUARD.replace("_A_H_", "_B_H_"), "header guard"),
    ("notes.txt", "x\n", "top level"),
)


class TidyTest(unittest.TestCase):
    def test_the_tree_is_tidy(self):
        found = tidy.check_all(ROOT)
        self.assertEqual(0, len(found), "\n" + "\n".join(found))

    def test_every_planted_slip_is_noticed(self):
        for file, text, complaint in PLANTED:
            with self.subTest(file=file, complaint=complaint):
                found = check_tree(file, text)
                self.assertEqual(1, len(found), found)
                self.assertIn(complaint, found[0])

    def test_a_tidy_file_passes(self):
        self.assertEqual([], check_tree("storage/a.h", HEAD + GUARD))


def check_tree(file, text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tidy.check_all(pathlib.Path(folder))


if __name__ == "__main__":
    unittest.main()
