# SPDX-License-Identifier: Apache-2.0
"""Does the contract keep the rules of proto/buf.yaml, by `buf lint`?

buf is not among Debian's packages. It is taken from the PATH, or from npm at a fixed version; where
it cannot be had this ends with 77, which ctest reports as skipped: not checked is not passed.
"""

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = "@bufbuild/buf@1.75.0"
SKIPPED = 77
FETCH_SECONDS = 120


def find_buf():
    """The command that runs buf, or (None, why not)."""
    if shutil.which("buf"):
        return ["buf"], ""
    if not shutil.which("npm"):
        return None, "neither buf nor npm is installed"
    command = ["npm", "exec", "--yes", f"--package={PACKAGE}", "--", "buf"]
    try:
        tried = subprocess.run([*command, "--version"], timeout=FETCH_SECONDS, check=False,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except subprocess.TimeoutExpired:
        return None, f"npm did not bring {PACKAGE} within {FETCH_SECONDS} s"
    if tried.returncode != 0:
        return None, f"npm could not bring {PACKAGE}: {tried.stdout.strip()[-300:]}"
    return command, ""


def main():
    buf, why_not = find_buf()
    if buf is None:
        print(f"NOT CHECKED: {why_not}")
        return SKIPPED
    done = subprocess.run([*buf, "lint", "proto"], cwd=ROOT, check=False)
    print("buf lint:", "clean" if done.returncode == 0 else "see above")
    return 0 if done.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
