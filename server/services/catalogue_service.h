// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.CatalogueService: what we sell, and which metrics we measure.

#ifndef KIZUNA_SERVER_SERVICES_CATALOGUE_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_CATALOGUE_SERVICE_H_

#include "kizuna/v1/catalogue_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class CatalogueService final : public v1::CatalogueService::CallbackService {
 public:
  explicit CatalogueService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* CreateProduct(grpc::CallbackServerContext* context,
                                          const v1::CreateProductRequest* request,
                                          v1::Product* response) override;
  grpc::ServerUnaryReactor* GetProduct(grpc::CallbackServerContext* context,
                                       const v1::GetProductRequest* request,
                                       v1::Product* response) override;
  grpc::ServerUnaryReactor* ListProducts(grpc::CallbackServerContext* context,
                                         const v1::ListProductsRequest* request,
                                         v1::ListProductsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateProduct(grpc::CallbackServerContext* context,
                                          const v1::UpdateProductRequest* request,
                                          v1::Product* response) override;
  grpc::ServerUnaryReactor* DeleteProduct(grpc::CallbackServerContext* context,
                                          const v1::DeleteProductRequest* request,
                                          v1::DeleteProductResponse* response) override;
  grpc::ServerUnaryReactor* CreateMetric(grpc::CallbackServerContext* context,
                                         const v1::CreateMetricRequest* request,
                                         v1::CreateMetricResponse* response) override;
  grpc::ServerUnaryReactor* ListMetrics(grpc::CallbackServerContext* context,
                                        const v1::ListMetricsRequest* request,
                                        v1::ListMetricsResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_CATALOGUE_SERVICE_H_
