# SPDX-License-Identifier: Apache-2.0
"""How does a test get a real server, the real command line and a foreign client?

Needs Debian's python3-grpcio and python3-protobuf and nothing else. Where the programs and the
generated stubs lie is told by KIZUNA_BIN and KIZUNA_STUBS, which ctest sets.
"""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("KIZUNA_BIN", ROOT / "build" / "bin"))
STUBS = os.environ.get("KIZUNA_STUBS", str(ROOT / "build" / "python"))
sys.path.insert(0, STUBS)

import grpc  # noqa: E402
from google.protobuf import timestamp_pb2  # noqa: E402
from google.rpc import error_details_pb2, status_pb2  # noqa: E402
from kizuna.v1 import (  # noqa: E402
    account_pb2,
    account_service_pb2,
    account_service_pb2_grpc,
    affinity_service_pb2,
    affinity_service_pb2_grpc,
    catalogue_service_pb2,
    catalogue_service_pb2_grpc,
    common_pb2,
    fact_pb2,
    fact_service_pb2,
    fact_service_pb2_grpc,
    health_service_pb2,
    health_service_pb2_grpc,
    readiness_service_pb2,
    readiness_service_pb2_grpc,
    rulebook_service_pb2,
    rulebook_service_pb2_grpc,
    source_service_pb2,
    source_service_pb2_grpc,
    status_service_pb2,
    status_service_pb2_grpc,
    watch_pb2,
    watch_service_pb2,
    watch_service_pb2_grpc,
)

# What a table says does not depend on the machine's locale.
os.environ["KIZUNA_LANG"] = "en"

SERVING = re.compile(r"serving on (\S+)")
START_SECONDS = 60
CALL_SECONDS = 30


class Server:
    """A kizuna-server of its own on a free port of the loopback.

    data: the folder of its store; the server's output is kept beside it in `<data>.log`.
    """

    def __init__(self, data, *flags, limit_descriptors=None):
        self.data = pathlib.Path(data)
        self.flags = flags
        self.limit_descriptors = limit_descriptors
        self.log_path = self.data.with_suffix(".log")
        self.process = None
        self.address = None
        self.listen = "127.0.0.1:0"

    def start(self):
        """Starts it and waits until it says that it serves."""
        command = [str(BIN / "kizuna-server"), "--data", str(self.data),
                   "--listen", self.listen, *self.flags]
        if self.limit_descriptors:
            command = ["/bin/bash", "-c", f"ulimit -n {self.limit_descriptors}; exec \"$@\"", "-",
                       *command]
        # A new start appends to the log, so only what comes after this is its own.
        already = self.log_path.stat().st_size if self.log_path.exists() else 0
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            found = SERVING.search(self.log_text(already))
            if found:
                self.address = found.group(1)
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise AssertionError(f"kizuna-server did not serve:\n{self.log_text(already)[-4000:]}")

    def log_text(self, offset=0):
        with open(self.log_path, "rb") as log:
            log.seek(offset)
            return log.read().decode("utf-8", "replace")

    def stop(self):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self.process = None
        return code

    def kill(self):
        """kill -9: nothing of the program runs any more, not even a destructor."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def running(self):
        return self.process is not None and self.process.poll() is None

    def channel(self):
        """A connection of its own: not shared with any other channel."""
        return grpc.insecure_channel(self.address, options=[
            ("grpc.use_local_subchannel_pool", 1),
            ("grpc.enable_retries", 0),
            ("grpc.max_receive_message_length", 64 << 20),
            ("grpc.max_send_message_length", 64 << 20),
        ])

    def verify(self):
        """`kizuna-server --verify` on the store of a stopped server: (exit code, output)."""
        done = run([BIN / "kizuna-server", "--data", self.data, "--verify"])
        return done.returncode, done.stdout + done.stderr


def run(command, timeout=120, **options):
    """Runs a program to its end; output as text."""
    return subprocess.run([str(part) for part in command], timeout=timeout, text=True,
                          encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, **options)


def kizuna(server, *arguments, **options):
    """`kizuna` against the server."""
    return run([BIN / "kizuna", "--server", server.address, *arguments], **options)


def generate(server, *arguments):
    return run([BIN / "kizuna-generate", "--server", server.address, *arguments], timeout=300)


class ServerCase(unittest.TestCase):
    """A test with a folder of its own and servers that do not outlive it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kizuna-e2e-"))
        self.servers = []

    def tearDown(self):
        for server in self.servers:
            if server.running():
                server.kill()
        failed = self._outcome.result.failures or self._outcome.result.errors
        if failed:
            for log in sorted(self.folder.glob("*.log")):
                text = log.read_text(encoding="utf-8", errors="replace")
                print(f"--- the end of {log.name}\n{text[-3000:]}", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)

    def server(self, *flags, name="store", **options):
        """A running server."""
        server = Server(self.folder / name, *flags, **options)
        self.servers.append(server)
        return server.start()


class Client:
    """Stubs of every service over one connection; each call has a deadline."""

    def __init__(self, server):
        self.grpc_channel = server.channel()
        self.accounts = account_service_pb2_grpc.AccountServiceStub(self.grpc_channel)
        self.affinity = affinity_service_pb2_grpc.AffinityServiceStub(self.grpc_channel)
        self.catalogue = catalogue_service_pb2_grpc.CatalogueServiceStub(self.grpc_channel)
        self.facts = fact_service_pb2_grpc.FactServiceStub(self.grpc_channel)
        self.health = health_service_pb2_grpc.HealthServiceStub(self.grpc_channel)
        self.readiness = readiness_service_pb2_grpc.ReadinessServiceStub(self.grpc_channel)
        self.rulebooks = rulebook_service_pb2_grpc.RulebookServiceStub(self.grpc_channel)
        self.sources = source_service_pb2_grpc.SourceServiceStub(self.grpc_channel)
        self.status = status_service_pb2_grpc.StatusServiceStub(self.grpc_channel)
        self.watch = watch_service_pb2_grpc.WatchServiceStub(self.grpc_channel)

    def close(self):
        self.grpc_channel.close()

    def record(self, *facts):
        """Records facts and returns their results; a refused one is an AssertionError."""
        answer = self.facts.RecordFacts(
            fact_service_pb2.RecordFactsRequest(facts=facts), timeout=CALL_SECONDS)
        for result in answer.results:
            if result.HasField("error"):
                raise AssertionError(f"refused: {result.error.message}")
        return answer.results

    def check(self, account, **fields):
        return self.readiness.CheckPitch(
            readiness_service_pb2.CheckPitchRequest(account=f"accounts/{account}", **fields),
            timeout=CALL_SECONDS)


@contextlib.contextmanager
def client_of(server):
    client = Client(server)
    try:
        yield client
    finally:
        client.close()


def error_of(call, *arguments, **options):
    """(code, message, reason, violations) of a call that must fail."""
    try:
        call(*arguments, timeout=CALL_SECONDS, **options)
    except grpc.RpcError as error:
        reason, violations = details_of(error)
        return error.code(), error.details(), reason, violations
    raise AssertionError("the call succeeded")


def details_of(error):
    """The reason and the fields at fault that google.rpc details carry."""
    reason, violations = "", []
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        status = status_pb2.Status.FromString(value)
        for detail in status.details:
            info = error_details_pb2.ErrorInfo()
            bad = error_details_pb2.BadRequest()
            if detail.Unpack(info):
                reason = info.reason
            elif detail.Unpack(bad):
                violations += [(each.field, each.description) for each in bad.field_violations]
    return reason, violations


def micros(instant):
    """A Timestamp of microseconds since 1970."""
    return timestamp_pb2.Timestamp(seconds=instant // 1000000, nanos=instant % 1000000 * 1000)


def now_micros():
    return time.time_ns() // 1000


DAY = 86400 * 1000000


def fact(account, fact_id, content, source="test", observed=None, **fields):
    """A fact of `accounts/<account>`; content is {"survey": Survey(...)}, as one keyword."""
    made = fact_pb2.Fact(account=f"accounts/{account}", source=source, fact_id=fact_id, **content,
                         **fields)
    if observed is not None:
        made.observed_at.CopyFrom(micros(observed))
    return made


def ready_facts(account, today=None):
    """Facts of an account that the shipped `starter` allows to be pitched to: in use every day, one
    contented respondent, no ticket. `today`: microseconds; the last day is the one before."""
    today = now_micros() if today is None else today
    facts = [fact(account, "profile", {"profile": fact_pb2.Profile(
        display_name=f"{account} 株式会社", segment="mid-market", owner="csm@kizuna.example")},
        observed=today - 90 * DAY)]
    for days_ago in range(70, 0, -1):
        when = today - days_ago * DAY
        date = time.gmtime(when // 1000000)
        day = common_pb2.Date(year=date.tm_year, month=date.tm_mon, day=date.tm_mday)
        for metric, value in (("activity", 400 - days_ago), ("active_users", 40)):
            facts.append(fact(account, f"{metric}-{days_ago}", {"usage": fact_pb2.Usage(
                metric=metric, first_date=day, value=value)}, observed=when))
    facts.append(fact(account, "ticket-opened", {"ticket": fact_pb2.Ticket(
        ticket_id="t1", event=fact_pb2.Ticket.EVENT_OPENED)}, observed=today - 40 * DAY))
    facts.append(fact(account, "ticket-closed", {"ticket": fact_pb2.Ticket(
        ticket_id="t1", event=fact_pb2.Ticket.EVENT_CLOSED)}, observed=today - 39 * DAY))
    facts.append(answer(account, "nps-first", 10, observed=today - 30 * DAY))
    facts.append(fact(account, "call", {"interaction": fact_pb2.Interaction(
        kind=fact_pb2.Interaction.KIND_CALL, two_way=True,
        direction=fact_pb2.Interaction.DIRECTION_OUTBOUND)}, observed=today - 20 * DAY))
    return facts


def answer(account, fact_id, score, observed=None, contact="respondent"):
    """An NPS answer of the account's respondent."""
    return fact(account, fact_id, {"survey": fact_pb2.Survey(
        kind=fact_pb2.Survey.KIND_NPS, score=score, contact_id=f"{account}-{contact}")},
        observed=observed)


ALLOW = common_pb2.VERDICT_ALLOW
DENY = common_pb2.VERDICT_DENY
UNKNOWN = common_pb2.VERDICT_UNKNOWN
