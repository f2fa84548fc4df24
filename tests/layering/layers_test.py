# SPDX-License-Identifier: Apache-2.0
"""Does the tree keep its layers, and does the check notice when it does not?"""

import pathlib
import tempfile
import unittest

import layers

ROOT = pathlib.Path(__file__).resolve().parents[2]

# (file, its text, a part of the complaint). Each is a shortcut somebody could be tempted to take.
PLANTED = (
    ("server/engine/bad.cc", '#include "storage/kv.h"\n', "server/engine/ may include only"),
    ("server/engine/bad.cc", '#include "kizuna/v1/fact.pb.h"\n', "server/engine/ may include only"),
    ("server/engine/bad.cc", "#include <thread>\n", "never includes"),
    ("server/engine/bad.h", '#include "absl/time/clock.h"\n', "never includes"),
    ("server/engine/bad.cc", "  #  include <grpcpp/grpcpp.h>\n", "server/engine/ may include only"),
    ("server/convert/bad.cc", '#include "server/ledger/ledger.h"\n', "server/convert/ may include"),
    ("server/ledger/bad.cc", '#include "server/services/x.h"\n', "server/ledger/ may include only"),
    ("server/ledger/bad.cc", '#include "storage/rocksdb/store.h"\n', "names a storage engine"),
    ("server/ledger/bad.cc", '#include "kizuna/v1/x_service.grpc.pb.h"\n', "may not know gRPC"),
    ("server/alerts/bad.cc", '#include "server/services/x.h"\n', "server/alerts/ may include only"),
    ("server/services/bad.cc", '#include "storage/records/account.h"\n', "server/services/ may"),
    ("storage/records/bad.cc", '#include "storage/memory/store.h"\n', "names a storage engine"),
    ("storage/records/bad.cc", "#include <grpcpp/grpcpp.h>\n", "never includes"),
    ("storage/memory/bad.cc", '#include "storage/rocksdb/store.h"\n', "names a storage engine"),
    ("storage/bad.h", '#include "server/engine/fact.h"\n', "storage/ may include only"),
    ("client/lib/bad.cc", '#include "server/engine/fact.h"\n', "client/lib/ may include only"),
    ("client/cli/bad.cc", '#include "storage/kv.h"\n', "client/cli/ may include only"),
    ("client/lib/bad.cc", '#include "client/cli/table.h"\n', "client/lib/ may include only"),
    ("client/lib/bad.cc", '#include "bad.h"\n', "path from the root"),
    ("server/main.cc", '#include "server/ledger/ledger.h"\n', "server/main.cc may include only"),
    ("server/main.cc", "\n" * 50, "stays under 50"),
    ("storage/CMakeLists.txt", "target_link_libraries(x PUBLIC gRPC::grpc++)\n", "must not link"),
    ("server/ledger/CMakeLists.txt", "target_link_libraries(x kizuna::kv_rocksdb)\n", "must not"),
    ("server/engine/CMakeLists.txt", "target_link_libraries(x kizuna::proto)\n", "must not link"),
    ("proto/kizuna/v1/a.proto", 'import "kizuna/storage/v1/b.proto";\n', "public contract"),
    ("proto/kizuna/storage/v1/b.proto", "  map<string, int32> m = 1;\n", "a map, whose stored"),
)

ALLOWED = (
    ("server/engine/good.cc", '#include "server/engine/fact.h"\n#include "absl/types/span.h"\n'),
    ("server/ledger/good.cc", '#include "storage/kv.h"\n#include "storage/records/account.h"\n'),
    ("server/runtime/good.cc", '#include "storage/rocksdb/store.h"\n#include <grpcpp/server.h>\n'),
    ("storage/rocksdb/good.cc", "#include <rocksdb/db.h>\n#include <map>\n"),
    ("tests/storage/good.cc", '#include "storage/memory/store.h"\n'),
)


class LayersTest(unittest.TestCase):
    def test_the_tree_keeps_its_layers(self):
        found = layers.check_all(ROOT)
        self.assertEqual(0, len(found), "\n" + "\n".join(found))

    def test_every_planted_shortcut_is_noticed(self):
        for file, text, complaint in PLANTED:
            with self.subTest(file=file, text=text[:60]), tempfile.TemporaryDirectory() as folder:
                found = check_tree(folder, file, text)
                self.assertEqual(1, len(found), found)
                self.assertIn(complaint, found[0])

    def test_what_the_layers_allow_passes(self):
        for file, text in ALLOWED:
            with self.subTest(file=file), tempfile.TemporaryDirectory() as folder:
                self.assertEqual([], check_tree(folder, file, text))

    def test_every_folder_of_code_has_a_layer(self):
        for path in layers.source_files(ROOT):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith("tests/"):
                self.assertIsNotNone(layers.layer_of(name), f"{name} belongs to no layer")


def check_tree(folder, file, text):
    """The complaints about a tree of a proper main.cc and one file."""
    root = pathlib.Path(folder)
    (root / "server").mkdir()
    (root / "server" / "main.cc").write_text("int main() {}\n", encoding="utf-8")
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return layers.check_all(root)


if __name__ == "__main__":
    unittest.main()
