# SPDX-License-Identifier: Apache-2.0
"""What does an .xlsx file hold? A line a cell, read with the standard library alone.

Prints `frozen ROWS`, `width COLUMN WIDTH` a column, and a line a cell: its place, its type (text,
number, boolean, formula), its number format where it has one, and its value as Python writes it.
"""

import re
import sys
import xml.etree.ElementTree as ET
import zipfile

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def unescaped(text):
    """A text as a spreadsheet program shows it: _x0041_ stands for a letter."""
    return re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found.group(1), 16)), text)


def formats_of(book):
    """The number format of each style."""
    styles = ET.fromstring(book.read("xl/styles.xml"))
    codes = {code.get("numFmtId"): code.get("formatCode")
             for code in styles.iter(NAMESPACE + "numFmt")}
    return [codes.get(style.get("numFmtId"), "")
            for style in styles.find(NAMESPACE + "cellXfs")]


def main():
    with zipfile.ZipFile(sys.argv[1]) as book:
        assert book.testzip() is None
        for name in book.namelist():
            if name.endswith((".xml", ".rels")):
                ET.fromstring(book.read(name))
        formats = formats_of(book)
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    for pane in sheet.iter(NAMESPACE + "pane"):
        print("frozen", pane.get("ySplit"), pane.get("state"))
    for column in sheet.iter(NAMESPACE + "col"):
        print("width", column.get("min"), round(float(column.get("width")), 1))
    for cell in sheet.iter(NAMESPACE + "c"):
        form = formats[int(cell.get("s", "0"))]
        if cell.find(NAMESPACE + "f") is not None:
            kind, value = "formula", cell.find(NAMESPACE + "f").text
        elif cell.get("t") == "inlineStr":
            text = "".join(part.text or "" for part in cell.iter(NAMESPACE + "t"))
            kind, value = "text", unescaped(text)
        elif cell.get("t") == "b":
            kind, value = "boolean", cell.find(NAMESPACE + "v").text == "1"
        else:
            kind, value = "number", float(cell.find(NAMESPACE + "v").text)
        print(cell.get("r"), kind, *([form] if form else []), repr(value))


if __name__ == "__main__":
    main()
