# SPDX-License-Identifier: Apache-2.0
"""Which folder may include which, and which file breaks that?

The layers and their arrows stand in docs/architecture.md. An arrow that runs back is how a scoring
rule ends up in a handler or an engine's name in the ledger, so it fails a test instead of a review.
"""

import dataclasses
import pathlib
import re

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^">]+)[">]', re.MULTILINE)
LINKED = re.compile(r'\b(gRPC::[\w+]+|kizuna::\w+|protobuf::\w+|RocksDB::[\w-]+)')
SOURCE_SUFFIXES = {".h", ".cc"}
OUR_FOLDERS = ("client/", "proto/", "server/", "storage/", "tests/", "tools/")

# What no header of a pure layer may bring in: threads, clocks, files, the process.
IMPURE = (
    "thread", "mutex", "shared_mutex", "condition_variable", "future", "atomic", "chrono", "ctime",
    "time.h", "fstream", "iostream", "filesystem", "random", "unistd.h", "pthread.h", "sys/",
    "absl/synchronization/", "absl/time/clock.h", "absl/random/",
)
GRPC = ("grpc/", "grpcpp/", "grpc++/")


@dataclasses.dataclass(frozen=True)
class Layer:
    """What the files under `folder` may include. The longest matching folder decides.

    ours: allowed prefixes of our own includes, its own folder aside.
    generated: allowed prefixes of generated headers.
    libraries: allowed prefixes of other libraries with a folder in their include path; the standard
      library has none and is always allowed.
    never: prefixes refused even if something above allows them.
    """

    folder: str
    ours: tuple = ()
    generated: tuple = ()
    libraries: tuple = ("absl/",)
    never: tuple = ()


PROTOBUF = ("absl/", "google/protobuf/", "google/rpc/")
WIRE = PROTOBUF + GRPC + ("openssl/", "spdlog/")

LAYERS = (
    Layer("storage/", ours=("storage/kv.h",)),
    Layer("storage/memory/", ours=("storage/kv.h", "storage/kv_engine.h")),
    Layer("storage/rocksdb/", ours=("storage/kv.h", "storage/kv_engine.h"),
          libraries=("absl/", "rocksdb/", "sys/")),
    Layer("storage/records/", ours=("storage/kv.h",), generated=("kizuna/storage/v1/",),
          libraries=PROTOBUF, never=GRPC),
    Layer("server/engine/", never=IMPURE),
    Layer("server/convert/", ours=("server/engine/", "server/limits.h"),
          generated=("kizuna/v1/", "kizuna/storage/v1/"), libraries=PROTOBUF + ("openssl/",)),
    Layer("server/ledger/",
          ours=("server/engine/", "server/convert/", "server/limits.h", "storage/records/",
                "storage/kv.h"),
          generated=("kizuna/v1/", "kizuna/storage/v1/"),
          libraries=PROTOBUF + ("openssl/",)),
    Layer("server/alerts/",
          ours=("server/ledger/", "server/engine/", "server/convert/", "server/limits.h",
                "storage/records/", "storage/kv.h"),
          generated=("kizuna/v1/", "kizuna/storage/v1/"),
          libraries=PROTOBUF + ("openssl/", "spdlog/", "curl/", "arpa/", "netinet/", "sys/")),
    Layer("server/review/",
          ours=("server/engine/", "server/convert/", "server/limits.h"),
          generated=("kizuna/v1/",), libraries=PROTOBUF),
    Layer("server/services/",
          ours=("server/alerts/", "server/review/", "server/ledger/", "server/engine/",
                "server/convert/", "server/limits.h", "server/middleware/", "server/rulebooks/"),
          generated=("kizuna/v1/",), libraries=WIRE),
    Layer("server/middleware/", ours=("server/limits.h", "server/convert/"),
          generated=("kizuna/v1/",),
          libraries=WIRE),
    Layer("server/runtime/", ours=("server/", "storage/"), generated=("kizuna/",),
          libraries=WIRE + ("CLI/", "sys/", "netinet/", "arpa/")),
    Layer("server/", ours=("server/",)),
    Layer("server/main.cc", ours=("server/runtime/",)),
    Layer("client/lib/", generated=("kizuna/v1/",), libraries=WIRE),
    Layer("client/import/", ours=("client/lib/",),
          generated=("kizuna/v1/", "kizuna/import/v1/"),
          libraries=PROTOBUF + ("openssl/", "re2/", "sys/")),
    # Messages in, text out: what a customer reads is a function of what the server said.
    Layer("client/review/", generated=("kizuna/v1/",), libraries=PROTOBUF, never=IMPURE + GRPC),
    Layer("client/cli/", ours=("client/",), generated=("kizuna/v1/", "kizuna/import/v1/"),
          libraries=WIRE + ("CLI/", "sys/")),
    Layer("tools/generate/", ours=("client/lib/",), generated=("kizuna/v1/",),
          libraries=WIRE + ("CLI/", "sys/")),
    Layer("tools/", ours=("client/", "server/", "storage/"), generated=("kizuna/",),
          libraries=WIRE + ("CLI/", "benchmark/", "rocksdb/", "sys/")),
)

# Only where the parts are put together may an engine be named; tests instantiate them too.
ENGINES = ("storage/memory/", "storage/rocksdb/", "storage/postgres/")
MAY_NAME_AN_ENGINE = ("server/runtime/", "tests/", "tools/bench/", "tools/simulate/")

# What a folder's CMakeLists.txt must not link: a header may be included by way of another, a
# library is linked by name.
MUST_NOT_LINK = {
    "storage": ("gRPC::", "kizuna::grpc_stubs", "kizuna::engine", "kizuna::ledger"),
    "server/engine": ("gRPC::", "protobuf::", "kizuna::", "RocksDB::"),
    "server/convert": ("gRPC::", "kizuna::grpc_stubs", "kizuna::ledger"),
    "server/review": ("gRPC::", "kizuna::grpc_stubs", "kizuna::ledger", "kizuna::kv_",
                      "RocksDB::"),
    "server/alerts": ("gRPC::", "kizuna::grpc_stubs", "kizuna::kv_", "RocksDB::"),
    "server/ledger": ("gRPC::", "kizuna::grpc_stubs", "kizuna::kv_", "RocksDB::"),
    "client": ("kizuna::engine", "kizuna::ledger", "kizuna::kv", "kizuna::records", "RocksDB::"),
}

MAIN_MAX_LINES = 50


def layer_of(path):
    """The layer that governs `path` (relative to the root, with /), or None for tests."""
    matching = [layer for layer in LAYERS if path.startswith(layer.folder)]
    return max(matching, key=lambda layer: len(layer.folder)) if matching else None


def include_violation(path, included, quoted):
    """Why `path` may not include `included`, or None. quoted: with "" and not with <>."""
    if included.startswith(ENGINES) and not path.startswith(MAY_NAME_AN_ENGINE):
        if not path.startswith(tuple(e for e in ENGINES if included.startswith(e))):
            return "only server/runtime names a storage engine; take storage/kv.h"
    layer = layer_of(path)
    if layer is None:
        return None
    own_folder = path.rsplit("/", 1)[0] + "/"
    if included.startswith(layer.never) or included in layer.never:
        return f"{layer.folder} never includes it: see docs/architecture.md"
    if included.startswith(OUR_FOLDERS):
        own = (own_folder, layer.folder) if layer.folder.endswith("/") else ()
        allowed = own + layer.ours
    elif included.startswith("kizuna/"):
        allowed = layer.generated
        if included.endswith(".grpc.pb.h") and not any(g in layer.libraries for g in GRPC):
            return f"{layer.folder} may not know gRPC"
    elif "/" in included:
        allowed = layer.libraries
    elif quoted:
        return "include our own headers by their path from the root of the repository"
    else:
        return None
    if included.startswith(allowed):
        return None
    return f"{layer.folder} may include only {', '.join(sorted(set(allowed)))}"


def check_sources(root):
    """Every include under `root` against the layers; returns messages "path:line: what"."""
    found = []
    for path in sorted(source_files(root)):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            why = include_violation(name, match.group(2), match.group(1) == '"')
            if why:
                line = text.count("\n", 0, match.start(2)) + 1
                found.append(f"{name}:{line}: includes {match.group(2)}: {why}")
    return found


def source_files(root):
    for folder in OUR_FOLDERS:
        for path in (root / folder).rglob("*"):
            if path.suffix in SOURCE_SUFFIXES and path.is_file():
                yield path


def check_links(root):
    """What the folders' CMakeLists.txt link against what they must not."""
    found = []
    for folder, refused in MUST_NOT_LINK.items():
        for path in sorted((root / folder).rglob("CMakeLists.txt")):
            own = "kizuna::" + path.parent.name
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                for linked in LINKED.findall(line.split("#")[0]):
                    if linked.startswith(refused) and linked != own and "add_library" not in line:
                        name = path.relative_to(root).as_posix()
                        found.append(f"{name}:{number}: {folder} must not link {linked}")
    return found


def check_protos(root):
    """The public contract knows nothing of disks; what lies on disk has one byte form (no maps)."""
    found = []
    for path in sorted((root / "proto" / "kizuna").rglob("*.proto")):
        name = path.relative_to(root).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            code = line.split("//")[0]
            if "proto/kizuna/v1/" in name and re.search(r'import .*kizuna/(storage|import)/', code):
                found.append(f"{name}:{number}: the public contract imports {code.strip()}")
            if "proto/kizuna/storage/" in name and re.search(r"\bmap\s*<", code):
                found.append(f"{name}:{number}: a map, whose stored order is not fixed")
    return found


def check_main(root):
    """main.cc only puts flags, server and wait together."""
    main = root / "server" / "main.cc"
    if not main.exists():
        return ["server/main.cc: missing"]
    lines = len(main.read_text(encoding="utf-8").splitlines())
    if lines >= MAIN_MAX_LINES:
        return [f"server/main.cc: {lines} lines; it stays under {MAIN_MAX_LINES}"]
    return []


def check_all(root):
    root = pathlib.Path(root)
    return check_sources(root) + check_links(root) + check_protos(root) + check_main(root)
