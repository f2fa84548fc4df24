// SPDX-License-Identifier: Apache-2.0

#include "server/services/fact_service.h"

#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/convert/fact_to_wire.h"
#include "server/convert/names.h"
#include "server/services/fact_stream.h"
#include "server/services/page_token.h"
#include "server/services/record.h"

namespace kizuna::server {
namespace {

absl::Status ListFacts(const Environment& environment, const v1::ListFactsRequest& request,
                       v1::ListFactsResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const std::string account =
      convert::AccountIdOf(request.parent(), true, path.Field("parent"), violations);
  const int page_size = PageSizeOf(request.page_size(), path.Field("page_size"), violations);
  const PageRequest page({"ListFacts", account, request.all_versions() ? "all" : "counting"});
  std::string after = page.Position(request.page_token(), path.Field("page_token"), violations);
  if (!violations.empty()) return violations.ToStatus();

  ledger::ReadOptions options;
  options.at_least_as_fresh = request.at_least_as_fresh();
  auto view = ReadAccount(environment, account, options);
  if (!view.ok()) return view.status();

  // Versions that do not count are left out after reading, so a page may need several reads. One
  // read gives whole facts, so a page may be a few versions longer than asked.
  do {
    auto facts = environment.ledger->ListFacts(account, after, page_size - response->facts_size());
    if (!facts.ok()) return convert::ForClient(facts.status(), account);
    for (const ledger::StoredFact& stored : facts->facts) {
      if (!stored.counts && !request.all_versions()) continue;
      v1::RecordedFact* out = response->add_facts();
      convert::FactToWire(stored.fact,
                          request.include_words() ? stored.words : convert::FactWords(),
                          environment.currency(), out->mutable_fact());
      out->set_revision(stored.revision);
      out->set_counts(stored.counts);
    }
    after = facts->next;
    response->set_revision(facts->revision);
  } while (!after.empty() && response->facts_size() < page_size);
  if (!after.empty()) response->set_next_page_token(page.Token(after));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* FactService::RecordFacts(grpc::CallbackServerContext* context,
                                                   const v1::RecordFactsRequest* request,
                                                   v1::RecordFactsResponse* response) {
  return ServeAsync(environment_, context, "FactService/RecordFacts", MethodKind::kWrite,
                    /*items_apart=*/true, request, response,
                    [this](Call&, const v1::RecordFactsRequest& in, v1::RecordFactsResponse* out,
                           std::function<void(absl::Status)> done) {
                      absl::Status status = CheckBatchSize(in.facts_size(), "facts");
                      if (!status.ok()) {
                        done(std::move(status));
                        return;
                      }
                      RecordWireFacts(environment_, in.facts(),
                                      [out, done = std::move(done)](auto results) {
                                        *out->mutable_results() = std::move(results);
                                        done(absl::OkStatus());
                                      });
                    });
}

grpc::ServerBidiReactor<v1::StreamFactsRequest, v1::StreamFactsResponse>* FactService::StreamFacts(
    grpc::CallbackServerContext* context) {
  return NewFactStream(environment_, context);
}

grpc::ServerUnaryReactor* FactService::ListFacts(grpc::CallbackServerContext* context,
                                                 const v1::ListFactsRequest* request,
                                                 v1::ListFactsResponse* response) {
  return ServeOnWorker(environment_, context, "FactService/ListFacts", MethodKind::kRead, request,
                       response,
                       [this](Call&, const v1::ListFactsRequest& in, v1::ListFactsResponse* out) {
                         return server::ListFacts(environment_, in, out);
                       });
}

}  // namespace kizuna::server
