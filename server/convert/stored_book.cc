// SPDX-License-Identifier: Apache-2.0

#include "server/convert/stored_book.h"

#include <vector>

namespace kizuna::convert {

storage::v1::StoredCatalogue StorePart(const std::vector<engine::Product>& products) {
  storage::v1::StoredCatalogue stored;
  for (const engine::Product& product : products) {
    storage::v1::StoredProduct& out = *stored.add_products();
    out.set_id(product.id);
    out.set_display_name(product.display_name);
    out.set_family(product.family);
    out.set_ladder_rank(product.ladder_rank);
    if (product.annual_price >= 0) out.set_annual_price_micros(product.annual_price);
    if (product.margin >= 0) out.set_margin(product.margin);
    out.set_margin_floor(product.margin_floor);
    for (const std::string& related : product.related) out.add_related(related);
  }
  return stored;
}

std::vector<engine::Product> ReadPart(const storage::v1::StoredCatalogue& stored) {
  std::vector<engine::Product> products;
  for (const storage::v1::StoredProduct& in : stored.products()) {
    engine::Product& product = products.emplace_back();
    product.id = in.id();
    product.display_name = in.display_name();
    product.family = in.family();
    product.ladder_rank = in.ladder_rank();
    product.annual_price = in.has_annual_price_micros() ? in.annual_price_micros() : -1;
    product.margin = in.has_margin() ? in.margin() : -1;
    product.margin_floor = in.margin_floor();
    product.related.assign(in.related().begin(), in.related().end());
  }
  return products;
}

storage::v1::StoredMetrics StorePart(const std::vector<engine::MetricSpec>& metrics) {
  storage::v1::StoredMetrics stored;
  for (const engine::MetricSpec& metric : metrics) {
    storage::v1::StoredMetric& out = *stored.add_metrics();
    out.set_name(metric.name);
    out.set_kind(static_cast<uint32_t>(metric.kind));
    out.set_grain_days(metric.grain_days);
    out.set_min_volume(metric.min_volume);
    out.set_product(metric.product);
  }
  return stored;
}

std::vector<engine::MetricSpec> ReadPart(const storage::v1::StoredMetrics& stored) {
  std::vector<engine::MetricSpec> metrics;
  for (const storage::v1::StoredMetric& in : stored.metrics()) {
    engine::MetricSpec& metric = metrics.emplace_back();
    metric.name = in.name();
    metric.kind = static_cast<engine::MetricKind>(in.kind());
    metric.grain_days = in.grain_days();
    metric.min_volume = in.min_volume();
    metric.product = in.product();
  }
  return metrics;
}

storage::v1::StoredSources StorePart(const std::vector<engine::Source>& sources) {
  storage::v1::StoredSources stored;
  for (const engine::Source& source : sources) {
    storage::v1::StoredSource& out = *stored.add_sources();
    out.set_name(source.name);
    out.set_kinds(source.kinds);
    for (const std::string& metric : source.metrics) out.add_metrics(metric);
    out.set_expected_every_days(source.expected_every_days);
    out.set_required(source.required);
    if (source.complete_through != engine::kLongAgo) {
      out.set_complete_through_micros(source.complete_through);
    }
  }
  return stored;
}

std::vector<engine::Source> ReadPart(const storage::v1::StoredSources& stored) {
  std::vector<engine::Source> sources;
  for (const storage::v1::StoredSource& in : stored.sources()) {
    engine::Source& source = sources.emplace_back();
    source.name = in.name();
    source.kinds = in.kinds();
    source.metrics.assign(in.metrics().begin(), in.metrics().end());
    source.expected_every_days = in.expected_every_days();
    source.required = in.required();
    source.complete_through =
        in.has_complete_through_micros() ? in.complete_through_micros() : engine::kLongAgo;
  }
  return sources;
}

}  // namespace kizuna::convert
