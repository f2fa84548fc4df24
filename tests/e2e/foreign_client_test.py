# SPDX-License-Identifier: Apache-2.0
"""Can a program in another language do the main job, knowing the protos alone?"""

import unittest

import grpc
import harness
from google.protobuf import field_mask_pb2
from harness import ALLOW, DENY, UNKNOWN, CALL_SECONDS, answer, client_of, fact, ready_facts
from kizuna.v1 import (
    account_pb2,
    account_service_pb2,
    catalogue_pb2,
    catalogue_service_pb2,
    common_pb2,
    fact_pb2,
    fact_service_pb2,
    health_service_pb2,
    readiness_service_pb2,
    rulebook_service_pb2,
    status_service_pb2,
)


class ForeignClientTest(harness.ServerCase):
    def setUp(self):
        super().setUp()
        self.running = self.server()
        self.client = harness.Client(self.running)
        self.addCleanup(self.client.close)

    def test_the_way_from_facts_to_a_verdict(self):
        results = self.client.record(*ready_facts("acme"))
        self.assertEqual(145, len(results))
        allowed = self.client.check("acme", motion=common_pb2.MOTION_SEATS)
        self.assertEqual(ALLOW, allowed.verdict, allowed)
        self.assertEqual([], list(allowed.reasons))
        self.assertGreaterEqual(allowed.revision, max(r.accepted.revision for r in results))
        self.assertGreater(allowed.valid_until.ToMicroseconds(),
                           allowed.checked_at.ToMicroseconds())

        (noted,) = self.client.record(answer("acme", "nps-second", 2))
        denied = self.client.check("acme", motion=common_pb2.MOTION_SEATS,
                                   at_least_as_fresh=noted.accepted.revision)
        self.assertEqual(DENY, denied.verdict)
        reason = denied.reasons[0]
        self.assertEqual("DISSATISFIED", reason.code)
        self.assertTrue(reason.remedy)
        self.assertIn("nps-second", [item.fact.fact_id for evidence in reason.evidence
                                     for item in evidence.facts])

        self.client.record(fact("acme", "recovered", {
            "recovery": fact_pb2.Recovery(contact_id="acme-respondent")}),
            answer("acme", "nps-third", 9))
        self.assertEqual(ALLOW, self.client.check("acme", motion=common_pb2.MOTION_SEATS).verdict)

    def test_a_new_account_is_unknown(self):
        self.client.record(ready_facts("new")[0])
        self.assertEqual(UNKNOWN,
                         self.client.check("new", motion=common_pb2.MOTION_SEATS).verdict)

    def test_drivers_add_up_to_the_raw_score(self):
        self.client.record(*ready_facts("acme"))
        health = self.client.health.GetHealth(
            health_service_pb2.GetHealthRequest(name="accounts/acme"), timeout=CALL_SECONDS)
        self.assertAlmostEqual(health.raw_score, sum(d.points for d in health.drivers), delta=1e-9)
        explained = self.client.health.ExplainHealth(
            health_service_pb2.ExplainHealthRequest(name="accounts/acme"),
            timeout=CALL_SECONDS)
        self.assertTrue(explained)

    def test_the_same_fact_twice_counts_once(self):
        facts = ready_facts("acme")
        first = self.client.record(*facts)
        again = self.client.record(*facts)
        for before, after in zip(first, again):
            self.assertEqual(fact_service_pb2.FactResult.DISPOSITION_RECORDED,
                             before.accepted.disposition)
            self.assertEqual(fact_service_pb2.FactResult.DISPOSITION_DUPLICATE,
                             after.accepted.disposition)

    def test_another_content_under_the_same_id_is_refused_and_the_first_stands(self):
        self.client.record(*ready_facts("acme"))
        response = self.client.facts.RecordFacts(
            fact_service_pb2.RecordFactsRequest(facts=[
                fact("acme", "ticket-opened", {"ticket": fact_pb2.Ticket(
                    ticket_id="other", event=fact_pb2.Ticket.EVENT_OPENED)}),
                fact("acme", "fine", {"hearing": fact_pb2.Hearing(need_found=False)}),
            ]), timeout=CALL_SECONDS)
        self.assertEqual(grpc.StatusCode.ALREADY_EXISTS.value[0], response.results[0].error.code)
        self.assertTrue(response.results[1].HasField("accepted"))

    def test_a_stream_acknowledges_every_message_in_order(self):
        facts = ready_facts("acme")
        requests = [fact_service_pb2.StreamFactsRequest(sequence=i + 1, facts=[facts[i]])
                    for i in range(len(facts))]
        acks = list(self.client.facts.StreamFacts(iter(requests), timeout=CALL_SECONDS))
        self.assertEqual(list(range(1, len(facts) + 1)), [ack.sequence for ack in acks])
        for ack in acks:
            self.assertTrue(ack.results[0].HasField("accepted"), ack)

    def test_an_unknown_account_is_not_found_and_says_how_to_list(self):
        code, message, reason, _ = harness.error_of(
            self.client.readiness.CheckPitch,
            readiness_service_pb2.CheckPitchRequest(account="accounts/nobody"))
        self.assertEqual(grpc.StatusCode.NOT_FOUND, code)
        self.assertEqual("ACCOUNT_NOT_FOUND", reason)
        self.assertIn("list", message.lower())

    def test_a_batch_has_an_answer_or_an_error_for_each_in_order(self):
        self.client.record(*ready_facts("acme"))
        request = readiness_service_pb2.BatchCheckPitchRequest()
        for account in ("acme", "nobody", "acme"):
            request.requests.add(account=f"accounts/{account}", motion=common_pb2.MOTION_SEATS)
        results = self.client.readiness.BatchCheckPitch(request, timeout=CALL_SECONDS).results
        self.assertEqual(["response", "error", "response"],
                         [result.WhichOneof("result") for result in results])

    def test_pages_hold_every_account_once(self):
        for number in range(7):
            self.client.record(ready_facts(f"a{number}")[0])
        names, token = [], ""
        while True:
            page = self.client.accounts.ListAccounts(account_service_pb2.ListAccountsRequest(
                page_size=3, page_token=token), timeout=CALL_SECONDS)
            self.assertLessEqual(len(page.accounts), 3)
            names += [account.name for account in page.accounts]
            token = page.next_page_token
            if not token:
                break
        self.assertEqual([f"accounts/a{number}" for number in range(7)], names)

    def test_an_update_with_a_mask_leaves_the_rest(self):
        self.client.record(ready_facts("acme")[0])
        updated = self.client.accounts.UpdateAccount(account_service_pb2.UpdateAccountRequest(
            account=account_pb2.Account(name="accounts/acme",
                                        profile=fact_pb2.Profile(industry="logistics")),
            update_mask=field_mask_pb2.FieldMask(paths=["profile.industry"])),
            timeout=CALL_SECONDS)
        self.assertEqual("logistics", updated.profile.industry)
        self.assertEqual("mid-market", updated.profile.segment)

    def test_an_erased_account_is_gone(self):
        self.client.record(*ready_facts("acme"))
        self.client.accounts.DeleteAccount(
            account_service_pb2.DeleteAccountRequest(name="accounts/acme"), timeout=CALL_SECONDS)
        code, _, _, _ = harness.error_of(
            self.client.accounts.GetAccount,
            account_service_pb2.GetAccountRequest(name="accounts/acme"))
        self.assertEqual(grpc.StatusCode.NOT_FOUND, code)

    def test_a_field_at_fault_is_named(self):
        too_far = harness.now_micros() + 3 * harness.DAY
        response = self.client.facts.RecordFacts(fact_service_pb2.RecordFactsRequest(
            facts=[fact("acme", "profile", {"profile": fact_pb2.Profile(display_name="Acme")},
                        observed=too_far)]), timeout=CALL_SECONDS)
        error = response.results[0].error
        self.assertEqual(grpc.StatusCode.INVALID_ARGUMENT.value[0], error.code)
        self.assertIn("observed_at", error.message)

    def test_a_product_and_a_rulebook_change_the_rulebook_number(self):
        before = self.client.status.GetStatus(status_service_pb2.GetStatusRequest(),
                                              timeout=CALL_SECONDS)
        self.client.catalogue.CreateProduct(catalogue_service_pb2.CreateProductRequest(
            product_id="flow", product=catalogue_pb2.Product(display_name="Flow")),
            timeout=CALL_SECONDS)
        standard = self.client.rulebooks.GetRulebook(
            rulebook_service_pb2.GetRulebookRequest(name="rulebooks/standard"),
            timeout=CALL_SECONDS)
        self.client.rulebooks.ActivateRulebook(rulebook_service_pb2.ActivateRulebookRequest(
            text=standard.text, author="test"), timeout=CALL_SECONDS)
        after = self.client.status.GetStatus(status_service_pb2.GetStatusRequest(),
                                             timeout=CALL_SECONDS)
        self.assertEqual(before.rulebook_number + 2, after.rulebook_number)
        self.assertEqual("standard", after.rules_name)

    def test_two_clients_see_each_others_writes(self):
        with client_of(self.running) as other:
            self.client.record(*ready_facts("acme"))
            self.assertEqual(ALLOW, other.check("acme", motion=common_pb2.MOTION_SEATS).verdict)


if __name__ == "__main__":
    unittest.main()
