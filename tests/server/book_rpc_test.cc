// SPDX-License-Identifier: Apache-2.0
//
// The book, through the real handlers: products, metrics, sources, rulebooks, status.

#include <string>
#include <vector>

#include "server/convert/values.h"
#include "server/rulebooks/rulebooks.h"
#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

using Catalogue = v1::CatalogueService::Stub;
using Rulebooks = v1::RulebookService::Stub;
using Sources = v1::SourceService::Stub;

class BookRpcTest : public RpcTest {
 protected:
  static v1::CreateProductRequest ProductOf(const std::string& id, double margin) {
    v1::CreateProductRequest request;
    request.set_product_id(id);
    request.mutable_product()->set_family("wms");
    request.mutable_product()->set_margin(margin);
    return request;
  }
};

TEST_F(BookRpcTest, AProductIsCreatedChangedListedAndRemoved) {
  const auto created = Call(catalogue_, &Catalogue::CreateProduct, ProductOf("wms", 0.5));
  EXPECT_EQ(created.name(), "products/wms");
  EXPECT_GT(created.rulebook_number(), 1u) << "a change of the catalogue is a new number";
  Call(catalogue_, &Catalogue::CreateProduct, ProductOf("wms", 0.5));
  Call(catalogue_, &Catalogue::CreateProduct, ProductOf("wms", 0.6),
       grpc::StatusCode::ALREADY_EXISTS);
  v1::UpdateProductRequest update;
  update.mutable_product()->set_name("products/wms");
  update.mutable_product()->set_margin(0.7);
  update.mutable_update_mask()->add_paths("margin");
  const auto updated = Call(catalogue_, &Catalogue::UpdateProduct, update);
  EXPECT_EQ(updated.margin(), 0.7);
  EXPECT_EQ(updated.family(), "wms") << "what the mask does not name is left alone";
  update.mutable_product()->set_margin(1.1);
  Call(catalogue_, &Catalogue::UpdateProduct, update, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), std::vector<std::string>{"product.margin"});
  EXPECT_EQ(Call(catalogue_, &Catalogue::ListProducts, v1::ListProductsRequest()).products_size(),
            1);
  v1::DeleteProductRequest remove;
  remove.set_name("products/wms");
  Call(catalogue_, &Catalogue::DeleteProduct, remove);
  v1::GetProductRequest get;
  get.set_name("products/wms");
  Call(catalogue_, &Catalogue::GetProduct, get, grpc::StatusCode::NOT_FOUND);
}

TEST_F(BookRpcTest, AMetricIsDeclaredOnceAndKeepsItsKind) {
  v1::CreateMetricRequest request;
  request.mutable_metric()->set_name("orders");
  Call(catalogue_, &Catalogue::CreateMetric, request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), std::vector<std::string>{"metric.kind"});
  request.mutable_metric()->set_kind(v1::METRIC_KIND_COUNT);
  const auto first = Call(catalogue_, &Catalogue::CreateMetric, request);
  EXPECT_EQ(Call(catalogue_, &Catalogue::CreateMetric, request).rulebook_number(),
            first.rulebook_number());
  request.mutable_metric()->set_kind(v1::METRIC_KIND_GAUGE);
  Call(catalogue_, &Catalogue::CreateMetric, request, grpc::StatusCode::ALREADY_EXISTS);
  MakeAccount("acme");
  Record({FactOf("acme", "u1", "usage { metric: 'orders' value: 3 }")});
}

TEST_F(BookRpcTest, ASourceIsDeclaredAndItsWatermarkMoves) {
  v1::UpdateSourceRequest request;
  request.mutable_source()->set_name("sources/crm");
  request.mutable_source()->add_kinds(v1::FACT_KIND_TICKET);
  Call(sources_, &Sources::UpdateSource, request, grpc::StatusCode::NOT_FOUND);
  request.set_allow_missing(true);
  Call(sources_, &Sources::UpdateSource, request);
  *request.mutable_source()->mutable_complete_through() = convert::TimestampOf(clock_.Now());
  request.mutable_update_mask()->add_paths("complete_through");
  const auto moved = Call(sources_, &Sources::UpdateSource, request);
  EXPECT_EQ(moved.kinds_size(), 1);
  EXPECT_TRUE(moved.has_complete_through());
  *request.mutable_source()->mutable_complete_through() = convert::TimestampOf(clock_.Now() + 1);
  Call(sources_, &Sources::UpdateSource, request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Fields(), std::vector<std::string>{"source.complete_through"});
  EXPECT_EQ(Call(sources_, &Sources::ListSources, v1::ListSourcesRequest()).sources_size(), 1);
}

TEST_F(BookRpcTest, ARulebookIsReadValidatedPreviewedAndPutInForce) {
  MakeAccount("acme");
  v1::GetRulebookRequest get;
  get.set_name("rulebooks/active");
  const auto active = Call(rulebooks_, &Rulebooks::GetRulebook, get);
  EXPECT_EQ(active.number(), 1u);
  EXPECT_EQ(active.rules_name(), "starter");
  EXPECT_EQ(active.text(), rulebooks::StarterText());

  v1::ActivateRulebookRequest activate;
  activate.set_text(std::string(rulebooks::StandardText()));
  activate.set_author("kim");
  activate.set_validate_only(true);
  EXPECT_EQ(Call(rulebooks_, &Rulebooks::ActivateRulebook, activate).rulebook().number(), 1u);
  v1::PreviewRulebookRequest preview;
  preview.set_text(activate.text());
  const auto previewed = Call(rulebooks_, &Rulebooks::PreviewRulebook, preview);
  EXPECT_EQ(previewed.account_count(), 1);
  EXPECT_EQ(previewed.violations_size(), 0);
  activate.set_validate_only(false);
  activate.set_expected_number(7);
  Call(rulebooks_, &Rulebooks::ActivateRulebook, activate, grpc::StatusCode::ABORTED);
  EXPECT_EQ(Reason(), "RULEBOOK_MOVED");
  activate.set_expected_number(1);
  const auto activated = Call(rulebooks_, &Rulebooks::ActivateRulebook, activate);
  EXPECT_EQ(activated.rulebook().number(), 2u);
  EXPECT_TRUE(activated.rulebook().active());
  EXPECT_EQ(activated.rulebook().author(), "kim");
  const auto list = Call(rulebooks_, &Rulebooks::ListRulebooks, v1::ListRulebooksRequest());
  ASSERT_EQ(list.rulebooks_size(), 2);
  EXPECT_EQ(list.rulebooks(0).number(), 2u);
}

TEST_F(BookRpcTest, ARulebookThatIsWrongIsRefusedByFieldAndByLine) {
  v1::ValidateRulebookRequest validate;
  validate.set_text("name: 'x'\ncolour: 'red'\n");
  auto violations = Call(rulebooks_, &Rulebooks::ValidateRulebook, validate).violations();
  ASSERT_GT(violations.size(), 0);
  EXPECT_EQ(violations[0].field().substr(0, 6), "line 2");
  std::string text(rulebooks::StarterText());
  text.replace(text.find("DISSATISFIED\""), 12, "NICE_PEOPLE_");
  validate.set_text(text);
  EXPECT_GT(Call(rulebooks_, &Rulebooks::ValidateRulebook, validate).violations_size(), 0)
      << "the gate may not be removed";
  v1::ActivateRulebookRequest activate;
  activate.set_text(text);
  activate.set_author("kim");
  Call(rulebooks_, &Rulebooks::ActivateRulebook, activate, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_FALSE(Fields().empty());
}

TEST_F(BookRpcTest, ARulebookThatDoesNotExistIsNotFound) {
  v1::GetRulebookRequest get;
  get.set_name("rulebooks/99");
  Call(rulebooks_, &Rulebooks::GetRulebook, get, grpc::StatusCode::NOT_FOUND);
  for (const char* name : {"rulebooks/", "rulebooks/0", "active", "rulebooks/x"}) {
    get.set_name(name);
    Call(rulebooks_, &Rulebooks::GetRulebook, get, grpc::StatusCode::INVALID_ARGUMENT);
  }
  get.set_name("rulebooks/standard");
  EXPECT_EQ(Call(rulebooks_, &Rulebooks::GetRulebook, get).text(), rulebooks::StandardText());
}

TEST_F(BookRpcTest, TheStatusSaysWhatThisIs) {
  MakeAccount("acme");
  const auto status =
      Call(status_service_, &v1::StatusService::Stub::GetStatus, v1::GetStatusRequest());
  EXPECT_EQ(status.account_count(), 1);
  EXPECT_EQ(status.storage_engine(), "memory");
  EXPECT_EQ(status.settings().time_zone(), "UTC");
  EXPECT_EQ(status.settings().currency_code(), "USD");
  EXPECT_EQ(status.rules_name(), "starter");
}

}  // namespace
}  // namespace kizuna::server
