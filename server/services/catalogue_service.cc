// SPDX-License-Identifier: Apache-2.0

#include "server/services/catalogue_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "server/convert/catalogue.h"
#include "server/convert/names.h"
#include "server/convert/rulebook_from_text.h"
#include "server/services/named_page.h"

namespace kizuna::server {
namespace {

using Parts = engine::Rulebook::Parts;

std::vector<engine::Product>::iterator FindProduct(Parts& parts, absl::string_view id) {
  return std::find_if(parts.products.begin(), parts.products.end(),
                      [&](const engine::Product& product) { return product.id == id; });
}

// Two products are the same when the wire shows them the same.
bool Same(const engine::Product& a, const engine::Product& b, absl::string_view currency) {
  v1::Product wire_a, wire_b;
  convert::ProductToWire(a, currency, 0, &wire_a);
  convert::ProductToWire(b, currency, 0, &wire_b);
  return google::protobuf::util::MessageDifferencer::Equals(wire_a, wire_b);
}

absl::Status AnswerProduct(const Environment& environment, absl::string_view id,
                           v1::Product* response) {
  const auto rulebook = environment.ledger->rulebook();
  const int index = rulebook->FindProduct(id);
  if (index < 0) {
    return convert::ResourceNotFound(convert::ProductName(id),
                                     "list the products with CatalogueService.ListProducts");
  }
  convert::ProductToWire(rulebook->products()[index], environment.currency(), rulebook->number(),
                         response);
  return absl::OkStatus();
}

absl::Status Create(const Environment& environment, const v1::CreateProductRequest& request,
                    v1::Product* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  v1::Product wanted = request.product();
  if (!convert::IsProductId(request.product_id())) {
    violations.Add(path.Field("product_id"),
                   "must be 1 to 63 characters of A-Z a-z 0-9 . _ ~ - that begin with a letter or "
                   "digit");
  } else if (!wanted.name().empty() &&
             wanted.name() != convert::ProductName(request.product_id())) {
    violations.Add(path.Field("product").Field("name"), "must be empty or agree with product_id");
  } else {
    wanted.set_name(convert::ProductName(request.product_id()));
  }
  if (!violations.empty()) return violations.ToStatus();
  const engine::Product product =
      convert::ProductFromWire(wanted, environment.currency(), path.Field("product"), violations);
  if (!violations.empty()) return violations.ToStatus();
  auto number = environment.ledger->EditBook([&](Parts& parts) -> absl::Status {
    const auto found = FindProduct(parts, product.id);
    if (found == parts.products.end()) {
      parts.products.push_back(product);
      return absl::OkStatus();
    }
    if (Same(*found, product, environment.currency())) return absl::OkStatus();
    return convert::ResourceExists(wanted.name(), "change it with UpdateProduct");
  });
  if (!number.ok()) return number.status();
  return AnswerProduct(environment, product.id, response);
}

absl::Status Update(const Environment& environment, const v1::UpdateProductRequest& request,
                    v1::Product* response) {
  const convert::FieldPath path;
  convert::Violations first;
  const convert::FieldPath product_path = path.Field("product");
  const std::string id =
      convert::ProductIdOf(request.product().name(), true, product_path.Field("name"), first);
  if (!first.empty()) return first.ToStatus();
  auto number = environment.ledger->EditBook([&](Parts& parts) -> absl::Status {
    const auto found = FindProduct(parts, id);
    if (found == parts.products.end() && !request.allow_missing()) {
      return convert::ResourceNotFound(request.product().name(),
                                       "create it with CreateProduct, or set allow_missing");
    }
    v1::Product whole;
    if (found != parts.products.end()) {
      convert::ProductToWire(*found, environment.currency(), 0, &whole);
    }
    convert::Violations violations;
    convert::ApplyMask(request.update_mask(), request.product(), path.Field("update_mask"), &whole,
                       violations);
    whole.set_name(request.product().name());
    engine::Product product =
        convert::ProductFromWire(whole, environment.currency(), product_path, violations);
    if (!violations.empty()) return violations.ToStatus();
    if (found == parts.products.end()) {
      parts.products.push_back(std::move(product));
    } else {
      *found = std::move(product);
    }
    return absl::OkStatus();
  });
  if (!number.ok()) return number.status();
  return AnswerProduct(environment, id, response);
}

// Where the rules name the product, in words; empty: nowhere.
std::string UseOf(const engine::RulebookSpec& rules, const std::string& id) {
  for (const engine::IssueMapSpec& mapping : rules.issue_map) {
    if (std::count(mapping.products.begin(), mapping.products.end(), id) > 0) {
      return "the issue map for " + mapping.category;
    }
  }
  for (const engine::AffinitySpec& affinity : rules.affinity) {
    if (affinity.antecedent == id || affinity.consequent == id) return "the affinity table";
  }
  return "";
}

absl::Status Delete(const Environment& environment, const v1::DeleteProductRequest& request,
                    v1::DeleteProductResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const std::string id = convert::ProductIdOf(request.name(), true, path.Field("name"), violations);
  if (!violations.empty()) return violations.ToStatus();
  auto number = environment.ledger->EditBook([&](Parts& parts) -> absl::Status {
    const auto found = FindProduct(parts, id);
    if (found == parts.products.end()) {
      return convert::ResourceNotFound(request.name(),
                                       "list the products with CatalogueService.ListProducts");
    }
    const std::string use = UseOf(parts.rules, id);
    if (!use.empty()) {
      return convert::ResourceInUse(request.name(),
                                    "take it out of " + use + " of the rules first");
    }
    parts.products.erase(found);
    for (engine::Product& other : parts.products) {
      other.related.erase(std::remove(other.related.begin(), other.related.end(), id),
                          other.related.end());
    }
    return absl::OkStatus();
  });
  if (!number.ok()) return number.status();
  response->set_rulebook_number(*number);
  return absl::OkStatus();
}

absl::Status CreateMetricFor(const Environment& environment, const v1::CreateMetricRequest& request,
                             v1::CreateMetricResponse* response) {
  const convert::FieldPath path;
  convert::Violations violations;
  const engine::MetricSpec metric =
      convert::CheckedMetric(request.metric(), path.Field("metric"), violations);
  if (!violations.empty()) return violations.ToStatus();
  auto number = environment.ledger->EditBook([&](Parts& parts) -> absl::Status {
    for (const auto* declared : {&parts.metrics, &parts.rules.metrics}) {
      for (const engine::MetricSpec& known : *declared) {
        if (known.name != metric.name) continue;
        if (known.kind == metric.kind && known.grain_days == metric.grain_days) {
          return absl::OkStatus();
        }
        return convert::ResourceExists("the metric " + metric.name,
                                       "its kind and grain never change; choose another name");
      }
    }
    parts.metrics.push_back(metric);
    return absl::OkStatus();
  });
  if (!number.ok()) return number.status();
  const auto rulebook = environment.ledger->rulebook();
  const engine::Metric* declared = rulebook->FindMetric(metric.name);
  *response->mutable_metric() = convert::MetricToWire(declared ? declared->spec : metric);
  response->set_rulebook_number(*number);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* CatalogueService::CreateProduct(grpc::CallbackServerContext* context,
                                                          const v1::CreateProductRequest* request,
                                                          v1::Product* response) {
  return ServeOnWorker(
      environment_, context, "CatalogueService/CreateProduct", MethodKind::kWrite, request,
      response, [this](Call&, const auto& in, auto* out) { return Create(environment_, in, out); });
}

grpc::ServerUnaryReactor* CatalogueService::GetProduct(grpc::CallbackServerContext* context,
                                                       const v1::GetProductRequest* request,
                                                       v1::Product* response) {
  return Serve(environment_, context, "CatalogueService/GetProduct", MethodKind::kRead, request,
               response, [this](Call&, const auto& in, auto* out) -> absl::Status {
                 const convert::FieldPath path;
                 convert::Violations violations;
                 const std::string id =
                     convert::ProductIdOf(in.name(), true, path.Field("name"), violations);
                 if (!violations.empty()) return violations.ToStatus();
                 return AnswerProduct(environment_, id, out);
               });
}

grpc::ServerUnaryReactor* CatalogueService::ListProducts(grpc::CallbackServerContext* context,
                                                         const v1::ListProductsRequest* request,
                                                         v1::ListProductsResponse* response) {
  return Serve(environment_, context, "CatalogueService/ListProducts", MethodKind::kRead, request,
               response, [this](Call&, const auto& in, auto* out) -> absl::Status {
                 const auto rulebook = environment_.ledger->rulebook();
                 return ListByName(
                     "ListProducts", in, rulebook->products(),
                     [](const engine::Product& product) { return product.id; },
                     [&](const engine::Product& product) {
                       convert::ProductToWire(product, environment_.currency(), rulebook->number(),
                                              out->add_products());
                     },
                     out);
               });
}

grpc::ServerUnaryReactor* CatalogueService::UpdateProduct(grpc::CallbackServerContext* context,
                                                          const v1::UpdateProductRequest* request,
                                                          v1::Product* response) {
  return ServeOnWorker(
      environment_, context, "CatalogueService/UpdateProduct", MethodKind::kWrite, request,
      response, [this](Call&, const auto& in, auto* out) { return Update(environment_, in, out); });
}

grpc::ServerUnaryReactor* CatalogueService::DeleteProduct(grpc::CallbackServerContext* context,
                                                          const v1::DeleteProductRequest* request,
                                                          v1::DeleteProductResponse* response) {
  return ServeOnWorker(
      environment_, context, "CatalogueService/DeleteProduct", MethodKind::kWrite, request,
      response, [this](Call&, const auto& in, auto* out) { return Delete(environment_, in, out); });
}

grpc::ServerUnaryReactor* CatalogueService::CreateMetric(grpc::CallbackServerContext* context,
                                                         const v1::CreateMetricRequest* request,
                                                         v1::CreateMetricResponse* response) {
  return ServeOnWorker(
      environment_, context, "CatalogueService/CreateMetric", MethodKind::kWrite, request, response,
      [this](Call&, const auto& in, auto* out) { return CreateMetricFor(environment_, in, out); });
}

grpc::ServerUnaryReactor* CatalogueService::ListMetrics(grpc::CallbackServerContext* context,
                                                        const v1::ListMetricsRequest* request,
                                                        v1::ListMetricsResponse* response) {
  return Serve(environment_, context, "CatalogueService/ListMetrics", MethodKind::kRead, request,
               response, [this](Call&, const auto& in, auto* out) -> absl::Status {
                 const auto rulebook = environment_.ledger->rulebook();
                 out->set_rulebook_number(rulebook->number());
                 return ListByName(
                     "ListMetrics", in, rulebook->metrics(),
                     [](const engine::Metric& metric) { return metric.spec.name; },
                     [&](const engine::Metric& metric) {
                       *out->add_metrics() = convert::MetricToWire(metric.spec);
                     },
                     out);
               });
}

}  // namespace kizuna::server
