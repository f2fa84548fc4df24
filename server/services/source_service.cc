// SPDX-License-Identifier: Apache-2.0

#include "server/services/source_service.h"

#include <algorithm>
#include <string>
#include <utility>

#include "server/convert/catalogue.h"
#include "server/convert/names.h"
#include "server/services/named_page.h"

namespace kizuna::server {
namespace {

using Parts = engine::Rulebook::Parts;

absl::Status AnswerSource(const Environment& environment, const std::string& id,
                          v1::Source* response) {
  const auto rulebook = environment.ledger->rulebook();
  for (const engine::Source& source : rulebook->parts().sources) {
    if (source.name != id) continue;
    convert::SourceToWire(source, rulebook->number(), response);
    return absl::OkStatus();
  }
  return convert::ResourceNotFound(convert::SourceName(id),
                                   "list the sources with SourceService.ListSources");
}

absl::Status Update(const Environment& environment, const v1::UpdateSourceRequest& request,
                    v1::Source* response) {
  const convert::FieldPath path;
  const convert::FieldPath source_path = path.Field("source");
  convert::Violations first;
  const std::string id =
      convert::SourceIdOf(request.source().name(), true, source_path.Field("name"), first);
  if (!first.empty()) return first.ToStatus();
  const auto rulebook = environment.ledger->rulebook();
  auto number = environment.ledger->EditBook([&](Parts& parts) -> absl::Status {
    const auto found =
        std::find_if(parts.sources.begin(), parts.sources.end(),
                     [&](const engine::Source& source) { return source.name == id; });
    if (found == parts.sources.end() && !request.allow_missing()) {
      return convert::ResourceNotFound(request.source().name(),
                                       "declare it by setting allow_missing");
    }
    v1::Source whole;
    if (found != parts.sources.end()) convert::SourceToWire(*found, 0, &whole);
    convert::Violations violations;
    convert::ApplyMask(request.update_mask(), request.source(), path.Field("update_mask"), &whole,
                       violations);
    whole.set_name(request.source().name());
    engine::Source source = convert::SourceFromWire(whole, *rulebook, environment.ledger->Now(),
                                                    source_path, violations);
    if (!violations.empty()) return violations.ToStatus();
    if (found == parts.sources.end()) {
      parts.sources.push_back(std::move(source));
    } else {
      *found = std::move(source);
    }
    return absl::OkStatus();
  });
  if (!number.ok()) return number.status();
  return AnswerSource(environment, id, response);
}

}  // namespace

grpc::ServerUnaryReactor* SourceService::GetSource(grpc::CallbackServerContext* context,
                                                   const v1::GetSourceRequest* request,
                                                   v1::Source* response) {
  return Serve(environment_, context, "SourceService/GetSource", MethodKind::kRead, request,
               response, [this](Call&, const auto& in, auto* out) -> absl::Status {
                 const convert::FieldPath path;
                 convert::Violations violations;
                 const std::string id =
                     convert::SourceIdOf(in.name(), true, path.Field("name"), violations);
                 if (!violations.empty()) return violations.ToStatus();
                 return AnswerSource(environment_, id, out);
               });
}

grpc::ServerUnaryReactor* SourceService::ListSources(grpc::CallbackServerContext* context,
                                                     const v1::ListSourcesRequest* request,
                                                     v1::ListSourcesResponse* response) {
  return Serve(environment_, context, "SourceService/ListSources", MethodKind::kRead, request,
               response, [this](Call&, const auto& in, auto* out) -> absl::Status {
                 const auto rulebook = environment_.ledger->rulebook();
                 return ListByName(
                     "ListSources", in, rulebook->parts().sources,
                     [](const engine::Source& source) { return source.name; },
                     [&](const engine::Source& source) {
                       convert::SourceToWire(source, rulebook->number(), out->add_sources());
                     },
                     out);
               });
}

grpc::ServerUnaryReactor* SourceService::UpdateSource(grpc::CallbackServerContext* context,
                                                      const v1::UpdateSourceRequest* request,
                                                      v1::Source* response) {
  return ServeOnWorker(
      environment_, context, "SourceService/UpdateSource", MethodKind::kWrite, request, response,
      [this](Call&, const auto& in, auto* out) { return Update(environment_, in, out); });
}

}  // namespace kizuna::server
