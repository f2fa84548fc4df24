# SPDX-License-Identifier: Apache-2.0
"""Does the watch work for a client of another make (@grpc/grpc-js)?

Installs two packages of npm into a folder of its own. Where npm or its registry cannot be had it
ends with 77, which ctest shows as skipped.
"""

import shutil
import subprocess
import sys
import threading
import unittest

import harness

PACKAGES = ["@grpc/grpc-js@1.12.2", "@grpc/proto-loader@0.7.13"]
SKIPPED = 77


def install(folder):
    """Why the packages cannot be had, or None."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "node or npm is not installed"
    try:
        done = harness.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts",
                            "--prefix", folder, *PACKAGES], timeout=180)
    except subprocess.TimeoutExpired:
        return "npm did not finish within 180 seconds"
    return None if done.returncode == 0 else done.stderr[-1000:]


class NodeWatchTest(harness.ServerCase):
    def test_a_watch_in_node(self):
        folder = self.folder / "node"
        folder.mkdir()
        missing = install(folder)
        if missing:
            print(f"SKIPPED: the watch was NOT tried from Node: {missing}", file=sys.stderr)
            NodeWatchTest.skipped = True
            return
        shutil.copy(harness.ROOT / "tests" / "e2e" / "node" / "watch.js", folder)
        server = self.server()
        server.listen = server.address
        command = ["node", folder / "watch.js", harness.ROOT / "proto", server.address]
        node = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True)
        guard = threading.Timer(120, node.kill)
        guard.start()
        restarts, output = 0, ""
        try:
            for line in node.stdout:
                output += line
                if line == "restart me\n":
                    # In turns as an operator stops it, and as a power cut does.
                    if restarts % 2:
                        server.kill()
                    else:
                        self.assertEqual(0, server.stop())
                    server.start()
                    restarts += 1
            self.assertEqual(0, node.wait(), output)
        finally:
            guard.cancel()
            node.kill()
            node.stdout.close()
        self.assertEqual(3, restarts, output)
        print(output)

    skipped = False


if __name__ == "__main__":
    result = unittest.main(exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(SKIPPED if NodeWatchTest.skipped else 0)
