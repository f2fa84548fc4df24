# SPDX-License-Identifier: Apache-2.0
"""Which file breaks the house's style in a way that a machine can see?"""

import os
import pathlib
import re

LICENCE = "SPDX-License-Identifier: Apache-2.0"
MAX_LINES = 500
# A proto has a comment on every element, and a test its cases, so the same content takes more.
MAX_LINES_OF_PROTOS_AND_TESTS = 700
MAX_COLUMNS = 100
COMMENT_OF = {
    ".h": "//", ".cc": "//", ".proto": "//", ".js": "//",
    ".py": "#", ".cmake": "#", ".sh": "#", ".textproto": "#",
}
CODE_SUFFIXES = {".h", ".cc", ".proto", ".py", ".cmake", ".sh"}
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "README.md", "CHANGELOG.md", "CONTRIBUTING.md",
    "LICENSE", "docs", "proto", "server", "client", "storage", "tests", "tools", "build",
}
# Written by other people under their own rules.
FOREIGN = ("proto/google/",)
# Names that say nothing; style.md tells why.
EMPTY_NAMES = re.compile(r"\b(?:class|struct)\s+\w*(?:Manager|Util|Utils|Helper)\b")


def comment_of(path):
    """The mark that begins a comment in `path`, or None when it has no comments or is data."""
    if path.name == "CMakeLists.txt":
        return "#"
    if path.suffix in COMMENT_OF:
        return COMMENT_OF[path.suffix]
    if path.suffix == "" and path.read_bytes()[:2] == b"#!":
        return "#"
    return None


def check_file(root, path):
    """Messages "path:line: what" for one file."""
    name = path.relative_to(root).as_posix()
    mark = comment_of(path)
    if mark is None or name.startswith(FOREIGN):
        return []
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    found = []
    if lines and LICENCE not in "\n".join(lines[:2]):
        found.append(f"{name}:1: the first line is not '{mark} {LICENCE}'")
    longer = path.suffix == ".proto" or name.startswith("tests/")
    limit = MAX_LINES_OF_PROTOS_AND_TESTS if longer else MAX_LINES
    if path.suffix in CODE_SUFFIXES and len(lines) >= limit:
        found.append(f"{name}: {len(lines)} lines; a file answers one question in under {limit}")
    if text and not text.endswith("\n"):
        found.append(f"{name}:{len(lines)}: the last line has no newline")
    for number, line in enumerate(lines, 1):
        if path.suffix in CODE_SUFFIXES and len(line) > MAX_COLUMNS and "http" not in line:
            found.append(f"{name}:{number}: {len(line)} columns; the limit is {MAX_COLUMNS}")
        if "\t" in line and path.suffix in CODE_SUFFIXES:
            found.append(f"{name}:{number}: a tab")
        if UNFINISHED.search(line):
            found.append(f"{name}:{number}: unfinished work belongs in an issue, not in the code")
        if path.suffix in (".h", ".cc") and EMPTY_NAMES.search(line):
            found.append(f"{name}:{number}: a name that says nothing; name what it is")
    if path.suffix == ".h" or (path.suffix == ".cc" and not path.with_suffix(".h").exists()):
        found += check_opening(name, lines)
    if path.suffix == ".h":
        found += check_guard(name, text)
    return found


def check_opening(name, lines):
    """A file says first which question it answers, and why; a .cc beside its .h need not again."""
    after_licence = [line for line in lines[1:4] if line.strip()]
    if not after_licence or not after_licence[0].startswith("//"):
        return [f"{name}:2: after the licence a comment says which question the file answers"]
    return []


def check_guard(name, text):
    guard = "KIZUNA_" + re.sub(r"[^A-Za-z0-9]", "_", name).upper() + "_"
    if f"#ifndef {guard}\n#define {guard}\n" not in text:
        return [f"{name}: the header guard is not {guard}"]
    return []


def check_top_level(root):
    """The top of the repository holds only what a newcomer has to see first."""
    return [
        f"{path.name}: the top level holds only {', '.join(sorted(TOP_LEVEL))} and dot-files"
        for path in sorted(root.iterdir())
        if path.name not in TOP_LEVEL and not path.name.startswith((".", "build-"))
    ]


def check_all(root):
    root = pathlib.Path(root)
    found = check_top_level(root)
    for folder, below, files in os.walk(root):
        # What is built, and what tools keep for themselves, is not ours to tidy.
        below[:] = sorted(each for each in below
                          if not each.startswith((".", "build")) and each != "__pycache__")
        for name in sorted(files):
            if not name.startswith("."):
                found += check_file(root, pathlib.Path(folder) / name)
    return found
