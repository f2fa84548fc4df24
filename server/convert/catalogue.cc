// SPDX-License-Identifier: Apache-2.0

#include "server/convert/catalogue.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "server/convert/names.h"
#include "server/convert/rulebook_from_text.h"
#include "server/convert/values.h"
#include "server/limits.h"

namespace kizuna::convert {
namespace {

constexpr double kMaxNumber = static_cast<double>(engine::kMaxValue / engine::kMicrosPerUnit);

bool IsMetricName(absl::string_view name) {
  if (name.empty() || name.size() > limits::kMaxSourceBytes || !absl::ascii_islower(name[0])) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
  });
}

}  // namespace

engine::Product ProductFromWire(const v1::Product& wire, absl::string_view currency,
                                const FieldPath& path, Violations& violations) {
  engine::Product out;
  out.id = ProductIdOf(wire.name(), true, path.Field("name"), violations);
  CheckText(wire.display_name(), limits::kMaxTextBytes, path.Field("display_name"), violations);
  out.display_name = wire.display_name();
  CheckId(wire.family(), limits::kMaxIdBytes, false, path.Field("family"), violations);
  out.family = wire.family();
  CheckRange(int64_t{wire.ladder_rank()}, 0, 1000, path.Field("ladder_rank"), violations);
  out.ladder_rank = wire.ladder_rank();
  if (wire.has_annual_price()) {
    out.annual_price =
        MicrosOf(wire.annual_price(), currency, false, path.Field("annual_price"), violations)
            .value_or(-1);
  }
  if (wire.has_margin()) {
    CheckRange(wire.margin(), 0.0, 1.0, path.Field("margin"), violations);
    out.margin = wire.margin();
  }
  CheckRange(wire.margin_floor(), 0.0, 1.0, path.Field("margin_floor"), violations);
  out.margin_floor = wire.margin_floor();
  if (wire.related_size() > limits::kMaxRelatedProducts) {
    violations.Add(path.Field("related"),
                   absl::StrCat("has ", wire.related_size(), " items; send at most ",
                                limits::kMaxRelatedProducts));
    return out;
  }
  for (int i = 0; i < wire.related_size(); ++i) {
    out.related.push_back(ProductIdOf(wire.related(i), true, path.Item("related", i), violations));
  }
  return out;
}

void ProductToWire(const engine::Product& product, absl::string_view currency,
                   uint64_t rulebook_number, v1::Product* out) {
  out->set_name(ProductName(product.id));
  out->set_display_name(product.display_name);
  out->set_family(product.family);
  out->set_ladder_rank(product.ladder_rank);
  if (product.annual_price >= 0) {
    *out->mutable_annual_price() = MoneyOf(product.annual_price, currency);
  }
  if (product.margin >= 0) out->set_margin(product.margin);
  out->set_margin_floor(product.margin_floor);
  for (const std::string& id : product.related) out->add_related(ProductName(id));
  out->set_rulebook_number(rulebook_number);
}

engine::Source SourceFromWire(const v1::Source& wire, const engine::Rulebook& rulebook,
                              engine::Instant now, const FieldPath& path, Violations& violations) {
  engine::Source out;
  out.name = SourceIdOf(wire.name(), true, path.Field("name"), violations);
  for (int i = 0; i < wire.kinds_size(); ++i) {
    if (wire.kinds(i) == v1::FACT_KIND_UNSPECIFIED) {
      violations.Add(path.Item("kinds", i), "must name a kind of fact");
      continue;
    }
    const uint32_t bit = 1u << (wire.kinds(i) - 1);
    if ((out.kinds & bit) != 0)
      violations.Add(path.Item("kinds", i), "is there twice; send it once");
    out.kinds |= bit;
  }
  if (wire.metrics_size() > limits::kMaxSourceMetrics) {
    violations.Add(path.Field("metrics"),
                   absl::StrCat("has ", wire.metrics_size(), " items; send at most ",
                                limits::kMaxSourceMetrics));
    return out;
  }
  for (int i = 0; i < wire.metrics_size(); ++i) {
    if (rulebook.FindMetric(wire.metrics(i)) == nullptr) {
      violations.Add(path.Item("metrics", i),
                     "is not a declared metric; declare it with CatalogueService.CreateMetric");
    }
    out.metrics.push_back(wire.metrics(i));
  }
  CheckRange(int64_t{wire.expected_every_days()}, 0, limits::kMaxDays,
             path.Field("expected_every_days"), violations);
  out.expected_every_days = wire.expected_every_days();
  out.required = wire.required();
  if (wire.required() && wire.expected_every_days() == 0) {
    violations.Add(path.Field("expected_every_days"),
                   "is required of a required source: how old may its watermark grow?");
  }
  if (wire.has_complete_through()) {
    const FieldPath at = path.Field("complete_through");
    out.complete_through =
        InstantOf(wire.complete_through(), at, violations).value_or(engine::kLongAgo);
    if (out.complete_through > now) {
      violations.Add(at, "is later than now; a source cannot have sent what is still to happen");
    }
  }
  return out;
}

void SourceToWire(const engine::Source& source, uint64_t rulebook_number, v1::Source* out) {
  out->set_name(SourceName(source.name));
  for (int i = 0; i < 32; ++i) {
    if ((source.kinds & (1u << i)) != 0) out->add_kinds(static_cast<v1::FactKind>(i + 1));
  }
  for (const std::string& metric : source.metrics) out->add_metrics(metric);
  out->set_expected_every_days(source.expected_every_days);
  out->set_required(source.required);
  SetInstant(source.complete_through, out, &v1::Source::mutable_complete_through);
  out->set_rulebook_number(rulebook_number);
}

engine::MetricSpec CheckedMetric(const v1::Metric& wire, const FieldPath& path,
                                 Violations& violations) {
  if (!IsMetricName(wire.name())) {
    violations.Add(path.Field("name"),
                   "must be 1 to 64 characters of a-z 0-9 _ that begin with a letter");
  }
  if (wire.kind() == v1::METRIC_KIND_UNSPECIFIED) {
    violations.Add(path.Field("kind"), "is required: METRIC_KIND_COUNT or METRIC_KIND_GAUGE");
  }
  CheckRange(wire.min_volume(), 0.0, kMaxNumber, path.Field("min_volume"), violations);
  if (!wire.product().empty() && !IsProductId(wire.product())) {
    violations.Add(path.Field("product"), "must be the id of a product, without products/");
  }
  return MetricFromWire(wire);
}

void ApplyMask(const google::protobuf::FieldMask& mask, const google::protobuf::Message& update,
               const FieldPath& path, google::protobuf::Message* onto, Violations& violations) {
  const auto* descriptor = update.GetDescriptor();
  const auto* reflection = update.GetReflection();
  if (mask.paths().empty()) {
    onto->CopyFrom(update);
    return;
  }
  for (int i = 0; i < mask.paths_size(); ++i) {
    const auto* field = descriptor->FindFieldByName(mask.paths(i));
    if (field == nullptr) {
      violations.Add(path.Item("paths", i),
                     absl::StrCat("is no field of ", descriptor->full_name()));
      continue;
    }
    // Merging one field: a copy that holds nothing else, over a target that lacks it.
    std::unique_ptr<google::protobuf::Message> alone(update.New());
    alone->CopyFrom(update);
    std::vector<const google::protobuf::FieldDescriptor*> fields;
    reflection->ListFields(*alone, &fields);
    for (const auto* other : fields) {
      if (other != field) reflection->ClearField(alone.get(), other);
    }
    reflection->ClearField(onto, field);
    onto->MergeFrom(*alone);
  }
}

}  // namespace kizuna::convert
