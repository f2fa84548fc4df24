// SPDX-License-Identifier: Apache-2.0

#include "server/services/record.h"

#include <memory>
#include <string>
#include <utility>

#include "server/convert/fact_from_wire.h"

namespace kizuna::server {
namespace {

using Results = google::protobuf::RepeatedPtrField<v1::FactResult>;

convert::FactContext ContextNow(const Environment& environment, const engine::Rulebook& rulebook) {
  return convert::FactContext{&rulebook, environment.ledger->Now(), environment.currency()};
}

v1::FactResult::Disposition DispositionOf(ledger::Recorded::Outcome outcome) {
  switch (outcome) {
    case ledger::Recorded::Outcome::kAccepted:
      return v1::FactResult::DISPOSITION_RECORDED;
    case ledger::Recorded::Outcome::kDuplicate:
      return v1::FactResult::DISPOSITION_DUPLICATE;
    case ledger::Recorded::Outcome::kSuperseded:
      return v1::FactResult::DISPOSITION_SUPERSEDED;
  }
  return v1::FactResult::DISPOSITION_UNSPECIFIED;
}

ledger::Submission SubmissionOf(convert::FactInput input) {
  return ledger::Submission{std::move(input.fact), std::move(input.words)};
}

}  // namespace

void RecordWireFacts(const Environment& environment,
                     const google::protobuf::RepeatedPtrField<v1::Fact>& facts,
                     std::function<void(Results)> done) {
  const auto rulebook = environment.ledger->rulebook();
  const convert::FactContext context = ContextNow(environment, *rulebook);
  auto results = std::make_shared<Results>();
  results->Reserve(facts.size());
  std::vector<ledger::Submission> submissions;
  submissions.reserve(facts.size());
  // Where the result of each submission goes, and whose account it is about.
  std::vector<std::pair<int, std::string>> places;
  places.reserve(facts.size());
  const convert::FieldPath request;
  for (int i = 0; i < facts.size(); ++i) {
    v1::FactResult* result = results->Add();
    auto input = convert::FactFromWire(facts[i], context, request.Item("facts", i));
    if (!input.ok()) {
      *result->mutable_error() = convert::ToRpcStatus(input.status());
      continue;
    }
    places.emplace_back(i, input->fact.account);
    submissions.push_back(SubmissionOf(*std::move(input)));
  }
  if (submissions.empty()) {
    done(std::move(*results));
    return;
  }
  environment.ledger->Record(
      std::move(submissions), [results, places = std::move(places),
                               done = std::move(done)](ledger::Ledger::Results recorded) {
        for (size_t i = 0; i < recorded.size(); ++i) {
          v1::FactResult& result = (*results)[places[i].first];
          if (recorded[i].ok()) {
            result.mutable_accepted()->set_disposition(DispositionOf(recorded[i]->outcome));
            result.mutable_accepted()->set_revision(recorded[i]->revision);
          } else {
            *result.mutable_error() =
                convert::ToRpcStatus(convert::ForClient(recorded[i].status(), places[i].second));
          }
        }
        done(std::move(*results));
      });
}

absl::StatusOr<ledger::Recorded> RecordOwnFact(const Environment& environment, const v1::Fact& fact,
                                               const convert::FieldPath& path) {
  const auto rulebook = environment.ledger->rulebook();
  auto input = convert::FactFromWire(fact, ContextNow(environment, *rulebook), path);
  if (!input.ok()) return input.status();
  const std::string account = input->fact.account;
  std::vector<ledger::Submission> submissions;
  submissions.push_back(SubmissionOf(*std::move(input)));
  ledger::Ledger::Results results = environment.ledger->RecordAndWait(std::move(submissions));
  if (!results[0].ok()) return convert::ForClient(results[0].status(), account);
  return *results[0];
}

}  // namespace kizuna::server
