# SPDX-License-Identifier: Apache-2.0
"""Some hundred answers were given; then facts were corrected, a newer rulebook came into force, and
the server was killed and started again. Is every one of them still explained as it was given?

KIZUNA_EXPLAIN_ACCOUNTS, KIZUNA_EXPLAIN_ROUNDS: how many answers; 1000 and 100 make 100,000.
KIZUNA_SEED: of the chance in it; printed.
"""

import json
import os
import random
import unittest

import harness
from harness import DAY, answer, fact, ready_facts
from kizuna.v1 import (
    account_service_pb2,
    decision_service_pb2,
    decision_service_pb2_grpc,
    fact_pb2,
    readiness_service_pb2,
    rulebook_service_pb2,
)

SEED = int(os.environ.get("KIZUNA_SEED", random.SystemRandom().randrange(1 << 32)))
ACCOUNTS = int(os.environ.get("KIZUNA_EXPLAIN_ACCOUNTS", "20"))  # 1000 at most: a batch
ROUNDS = int(os.environ.get("KIZUNA_EXPLAIN_ROUNDS", "12"))  # of an answer for each account


class ExplainTest(harness.ServerCase):
    def setUp(self):
        super().setUp()
        print(f"KIZUNA_SEED={SEED}")
        self.chance = random.Random(SEED)
        self.given = []

    def ask_all(self, client, accounts):
        """One question about each account, in a batch; every answer is kept."""
        questions = [readiness_service_pb2.CheckPitchRequest(
            account=f"accounts/{account}", motion=self.chance.randrange(8),
            contact=self.chance.choice(["", f"{account}-respondent", "stranger"]),
            team=self.chance.choice(["", "sales"]), channel=self.chance.choice(["", "mail"]))
            for account in accounts]
        answers = client.readiness.BatchCheckPitch(
            readiness_service_pb2.BatchCheckPitchRequest(requests=questions),
            timeout=harness.CALL_SECONDS)
        for question, result in zip(questions, answers.results):
            self.assertTrue(result.HasField("response"), result)
            self.given.append((question, result.response))

    def change_something(self, client, account, number):
        """A new fact, one observed long ago, a correction, or a retraction."""
        now = harness.now_micros()
        kind = self.chance.randrange(4)
        if kind == 0:
            client.record(answer(account, f"n{number}", self.chance.randrange(11)))
        elif kind == 1:
            client.record(answer(account, f"n{number}", self.chance.randrange(11),
                                 observed=now - self.chance.randrange(1, 300) * DAY))
        elif kind == 2:
            corrected = answer(account, "nps-first", self.chance.randrange(11),
                               observed=now - self.chance.randrange(1, 60) * DAY)
            corrected.version = number + 1
            client.record(corrected)
        else:
            client.record(fact(account, "call", {"interaction": fact_pb2.Interaction()},
                               version=number + 1, retracted=True))

    def explained(self, client, decision_id):
        stub = decision_service_pb2_grpc.DecisionServiceStub(client.grpc_channel)
        return stub.ExplainDecision(
            decision_service_pb2.ExplainDecisionRequest(decision_id=decision_id),
            timeout=harness.CALL_SECONDS)

    def check_all(self, client, when):
        for question, given in self.given:
            now = self.explained(client, given.decision_id)
            self.assertEqual(given, now.answer, f"{when}, seed {SEED}")
            self.assertEqual(question.motion, now.question.motion)
            self.assertEqual(question.team, now.question.team)
            self.assertEqual(question.channel, now.question.channel)
            self.assertEqual(given.checked_at, now.question.as_of)
            stranger = question.contact == "stranger"
            self.assertEqual(stranger, now.contact_unknown)
            self.assertEqual("" if stranger else question.contact, now.question.contact)

    def test_every_answer_is_explained_after_a_restart_under_newer_rules(self):
        server = self.server()
        accounts = [f"acct-{number}" for number in range(ACCOUNTS)]
        with harness.client_of(server) as client:
            for account in accounts:
                client.record(*ready_facts(account))
            for number in range(ROUNDS):
                self.ask_all(client, accounts)
                for account in self.chance.sample(accounts, ACCOUNTS // 2):
                    self.change_something(client, account, number)
            verdicts = {given.verdict for _, given in self.given}
            self.assertEqual({harness.ALLOW, harness.DENY, harness.UNKNOWN} & verdicts, verdicts)
            self.assertGreater(len(verdicts), 1, "answers of one kind alone prove little")
            self.activate_standard(client)
            self.ask_all(client, accounts)
            self.check_all(client, "before the restart")
        server.kill()
        server.start()
        with harness.client_of(server) as client:
            self.check_all(client, "after the restart")
            self.ask_all(client, accounts)
            self.check_all(client, "with answers after the restart")
            self.erase(client, accounts[0])
        print(f"{len(self.given)} decisions explained (seed {SEED})")
        self.assertGreater(len(self.given), 250)

    def activate_standard(self, client):
        text = client.rulebooks.GetRulebook(
            rulebook_service_pb2.GetRulebookRequest(name="rulebooks/standard"),
            timeout=harness.CALL_SECONDS).text
        active = client.rulebooks.ActivateRulebook(
            rulebook_service_pb2.ActivateRulebookRequest(text=text, author="test"),
            timeout=harness.CALL_SECONDS)
        self.assertEqual(2, active.rulebook.number)

    def erase(self, client, account):
        """An erased account's decisions are gone, and it is said so; the others stay."""
        client.accounts.DeleteAccount(
            account_service_pb2.DeleteAccountRequest(name=f"accounts/{account}"),
            timeout=harness.CALL_SECONDS)
        stub = decision_service_pb2_grpc.DecisionServiceStub(client.grpc_channel)
        for question, given in self.given:
            request = decision_service_pb2.ExplainDecisionRequest(decision_id=given.decision_id)
            if question.account == f"accounts/{account}":
                code, _, reason, _ = harness.error_of(stub.ExplainDecision, request)
                self.assertEqual((harness.grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND"),
                                 (code, reason))

    def test_the_command_line_explains_what_it_checked(self):
        server = self.server()
        with harness.client_of(server) as client:
            client.record(*ready_facts("acme"))
        checked = harness.kizuna(server, "check", "acme", "--motion", "seats", "--format", "json")
        self.assertEqual(0, checked.returncode, checked.stderr)
        decision_id = json.loads(checked.stdout)["decision_id"]
        what_if = harness.kizuna(server, "what-if", "acme", "--nps", "1", "--contact", "c-9",
                                 "--motion", "seats", "--format", "json")
        self.assertEqual(0, what_if.returncode, what_if.stderr)
        supposed = json.loads(what_if.stdout)
        self.assertEqual(("ALLOW", "DENY"),
                         (supposed["before"]["verdict"], supposed["after"]["verdict"]))
        self.assertIn("DISSATISFIED", supposed["gates_closed"])
        with harness.client_of(server) as client:
            client.record(answer("acme", "n2", 0))
        explained = harness.kizuna(server, "explain", decision_id, "--format", "json")
        self.assertEqual(0, explained.returncode, explained.stderr)
        self.assertEqual(json.loads(checked.stdout),
                         json.loads(explained.stdout)["answer"])
        denied = harness.kizuna(server, "check", "acme", "--motion", "seats")
        self.assertEqual(10, denied.returncode)
        tampered = harness.kizuna(server, "explain", decision_id[:-1])
        self.assertEqual(1, tampered.returncode)
        self.assertIn("decision_id", tampered.stderr)


if __name__ == "__main__":
    unittest.main()
