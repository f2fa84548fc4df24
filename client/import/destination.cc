// SPDX-License-Identifier: Apache-2.0

#include "client/import/destination.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

namespace kizuna::import {
namespace {

constexpr int kPageSize = 1000;

class ToServer final : public Destination {
 public:
  explicit ToServer(client::Client* client) : client_(*client) {}

  absl::StatusOr<absl::TimeZone> Zone() override {
    absl::StatusOr<kizuna::v1::GetStatusResponse> status = client_.GetStatus({});
    if (!status.ok()) return status.status();
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(status->settings().time_zone(), &zone)) {
      return absl::InternalError(absl::StrCat("the server's time zone '",
                                              status->settings().time_zone(),
                                              "' is not known on this machine; install tzdata"));
    }
    return zone;
  }

  absl::StatusOr<Put> PutMetric(const kizuna::v1::Metric& metric) override {
    if (absl::Status status = LoadMetrics(); !status.ok()) return status;
    const auto known = metrics_.find(metric.name());
    if (known != metrics_.end()) {
      const kizuna::v1::Grain grain =
          metric.grain() == kizuna::v1::GRAIN_UNSPECIFIED ? kizuna::v1::GRAIN_DAY : metric.grain();
      const kizuna::v1::Grain known_grain = known->second.grain() == kizuna::v1::GRAIN_UNSPECIFIED
                                                ? kizuna::v1::GRAIN_DAY
                                                : known->second.grain();
      if (known->second.kind() == metric.kind() && known_grain == grain) return Put::kSame;
      return absl::FailedPreconditionError(
          absl::StrCat("the metric '", metric.name(),
                       "' exists with another kind or grain, which never change; give it another "
                       "name in the mapping"));
    }
    kizuna::v1::CreateMetricRequest request;
    *request.mutable_metric() = metric;
    if (absl::Status status = client_.CreateMetric(request).status(); !status.ok()) return status;
    metrics_[metric.name()] = metric;
    return Put::kNew;
  }

  absl::StatusOr<Put> PutProduct(const kizuna::v1::Product& product) override {
    if (absl::Status status = LoadProducts(); !status.ok()) return status;
    const auto known = products_.find(product.name());
    kizuna::v1::UpdateProductRequest request;
    *request.mutable_product() = product;
    request.set_allow_missing(true);
    if (known != products_.end()) {
      // Fields that the mapping does not set keep what they are.
      kizuna::v1::Product merged = known->second;
      merged.clear_rulebook_number();
      if (product.related_size() > 0) merged.clear_related();
      merged.MergeFrom(product);
      FillCurrency(known->second, &merged);
      kizuna::v1::Product before = known->second;
      before.clear_rulebook_number();
      if (google::protobuf::util::MessageDifferencer::Equals(before, merged)) return Put::kSame;
      *request.mutable_product() = merged;
    }
    absl::StatusOr<kizuna::v1::Product> updated = client_.UpdateProduct(request);
    if (!updated.ok()) return updated.status();
    const bool is_new = known == products_.end();
    products_[product.name()] = *std::move(updated);
    return is_new ? Put::kNew : Put::kChanged;
  }

  absl::StatusOr<Put> PutSource(const kizuna::v1::Source& source) override {
    kizuna::v1::GetSourceRequest get;
    get.set_name(source.name());
    absl::StatusOr<kizuna::v1::Source> known = client_.GetSource(get);
    if (!known.ok() && !absl::IsNotFound(known.status())) return known.status();
    kizuna::v1::UpdateSourceRequest request;
    *request.mutable_source() = source;
    request.set_allow_missing(true);
    if (known.ok()) {
      kizuna::v1::Source before = *known;
      before.clear_rulebook_number();
      Sort(&before);
      Sort(request.mutable_source());
      // A watermark that another import brought further stays.
      const bool keep = before.has_complete_through() &&
                        (!source.has_complete_through() ||
                         source.complete_through().seconds() < before.complete_through().seconds());
      if (keep) *request.mutable_source()->mutable_complete_through() = before.complete_through();
      if (google::protobuf::util::MessageDifferencer::Equals(before, request.source())) {
        return Put::kSame;
      }
    }
    if (absl::Status status = client_.UpdateSource(request).status(); !status.ok()) return status;
    return known.ok() ? Put::kChanged : Put::kNew;
  }

  std::unique_ptr<client::FactStream> OpenStream(client::FactStream::OnAck on_ack) override {
    return client_.StreamFacts(client::FactStreamOptions(), std::move(on_ack));
  }

 private:
  // The order of what a source delivers says nothing.
  static void Sort(kizuna::v1::Source* source) {
    std::sort(source->mutable_kinds()->begin(), source->mutable_kinds()->end());
    std::sort(source->mutable_metrics()->begin(), source->mutable_metrics()->end());
  }

  // The server names the book's currency where the mapping leaves it to the book.
  static void FillCurrency(const kizuna::v1::Product& known, kizuna::v1::Product* product) {
    if (product->has_annual_price() && product->annual_price().currency_code().empty()) {
      product->mutable_annual_price()->set_currency_code(known.annual_price().currency_code());
    }
  }

  absl::Status LoadMetrics() {
    if (metrics_loaded_) return absl::OkStatus();
    kizuna::v1::ListMetricsRequest request;
    request.set_page_size(kPageSize);
    do {
      absl::StatusOr<kizuna::v1::ListMetricsResponse> page = client_.ListMetrics(request);
      if (!page.ok()) return page.status();
      for (const kizuna::v1::Metric& metric : page->metrics()) metrics_[metric.name()] = metric;
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    metrics_loaded_ = true;
    return absl::OkStatus();
  }

  absl::Status LoadProducts() {
    if (products_loaded_) return absl::OkStatus();
    kizuna::v1::ListProductsRequest request;
    request.set_page_size(kPageSize);
    do {
      absl::StatusOr<kizuna::v1::ListProductsResponse> page = client_.ListProducts(request);
      if (!page.ok()) return page.status();
      for (const kizuna::v1::Product& product : page->products())
        products_[product.name()] = product;
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    products_loaded_ = true;
    return absl::OkStatus();
  }

  client::Client& client_;
  absl::flat_hash_map<std::string, kizuna::v1::Metric> metrics_;
  bool metrics_loaded_ = false;
  absl::flat_hash_map<std::string, kizuna::v1::Product> products_;
  bool products_loaded_ = false;
};

// Acknowledges each message at once, as new.
class NowhereStream final : public client::FactStream {
 public:
  explicit NowhereStream(OnAck on_ack) : on_ack_(std::move(on_ack)) {}

  absl::Status Write(std::vector<kizuna::v1::Fact> facts) override {
    kizuna::v1::StreamFactsRequest sent;
    kizuna::v1::StreamFactsResponse ack;
    for (kizuna::v1::Fact& fact : facts) {
      *sent.add_facts() = std::move(fact);
      ack.add_results()->mutable_accepted()->set_disposition(
          kizuna::v1::FactResult::DISPOSITION_RECORDED);
    }
    on_ack_(sent, ack);
    return absl::OkStatus();
  }

  absl::Status Finish() override { return absl::OkStatus(); }

 private:
  const OnAck on_ack_;
};

class Nowhere final : public Destination {
 public:
  absl::StatusOr<absl::TimeZone> Zone() override { return absl::UTCTimeZone(); }
  absl::StatusOr<Put> PutMetric(const kizuna::v1::Metric&) override { return Put::kNew; }
  absl::StatusOr<Put> PutProduct(const kizuna::v1::Product&) override { return Put::kNew; }
  absl::StatusOr<Put> PutSource(const kizuna::v1::Source&) override { return Put::kNew; }
  std::unique_ptr<client::FactStream> OpenStream(client::FactStream::OnAck on_ack) override {
    return std::make_unique<NowhereStream>(std::move(on_ack));
  }
};

}  // namespace

std::unique_ptr<Destination> ServerDestination(client::Client* client) {
  return std::make_unique<ToServer>(client);
}

std::unique_ptr<Destination> DryRunDestination() { return std::make_unique<Nowhere>(); }

}  // namespace kizuna::import
