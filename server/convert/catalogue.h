// SPDX-License-Identifier: Apache-2.0
//
// How do products and sources cross the wire? Both ways; a write with a field mask reads the
// present resource, puts the masked fields on it and is checked whole.

#ifndef KIZUNA_SERVER_CONVERT_CATALOGUE_H_
#define KIZUNA_SERVER_CONVERT_CATALOGUE_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"
#include "kizuna/v1/catalogue.pb.h"
#include "kizuna/v1/rulebook.pb.h"
#include "kizuna/v1/source.pb.h"
#include "server/convert/validation.h"
#include "server/engine/rulebook.h"

namespace kizuna::convert {

engine::Product ProductFromWire(const v1::Product& wire, absl::string_view currency,
                                const FieldPath& path, Violations& violations);
void ProductToWire(const engine::Product& product, absl::string_view currency,
                   uint64_t rulebook_number, v1::Product* out);

// `rulebook` tells which metrics there are; `now` is for the watermark.
engine::Source SourceFromWire(const v1::Source& wire, const engine::Rulebook& rulebook,
                              engine::Instant now, const FieldPath& path, Violations& violations);
void SourceToWire(const engine::Source& source, uint64_t rulebook_number, v1::Source* out);

// A metric's own fields; whether it may be declared is the rulebook's to say.
engine::MetricSpec CheckedMetric(const v1::Metric& wire, const FieldPath& path,
                                 Violations& violations);

// Puts the fields of `update` that `mask` names on `onto`; an empty mask names every field. A path
// that is no top-level field of the message is a violation at `path`.
void ApplyMask(const google::protobuf::FieldMask& mask, const google::protobuf::Message& update,
               const FieldPath& path, google::protobuf::Message* onto, Violations& violations);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_CATALOGUE_H_
