// SPDX-License-Identifier: Apache-2.0
//
// The half of Record that reads the mapping: which template fills which field, and what can be
// checked before the first row. record.cc is the half that runs.

#include <google/protobuf/timestamp.pb.h>
#include <re2/re2.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/import/record.h"
#include "kizuna/v1/common.pb.h"

namespace kizuna::import {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;
using ProtoMessage = google::protobuf::Message;

// Fields without which a record says nothing, or something else than what was meant: a usage
// without value would be a known 0. The server requires them too, but does not know the column's
// name.
constexpr absl::string_view kRequired[] = {
    "contact.contact_id",
    "contact_change.contact_id",
    "contact_change.change",
    "subscription.subscription_id",
    "subscription.start_date",
    "usage.metric",
    "usage.value",
    "milestone.milestone",
    "survey.kind",
    "survey.score",
    "ticket.ticket_id",
    "ticket.event",
    "invoice.invoice_id",
    "invoice.event",
    "interaction.kind",
    "interaction.direction",
    "issue.issue_id",
    "issue.category",
    "issue.status",
    "interest.product",
    "objective.objective_id",
    "objective.start_date",
    "objective.due_date",
    "objective.target",
    "loyalty_evidence.kind",
    "loyalty_override.tier",
    "loyalty_override.expires_at",
    "loyalty_override.author",
    "loyalty_override.reason",
    "touch_override.tier",
    "touch_override.expires_at",
    "touch_override.author",
    "touch_override.reason",
    "hold.hold_id",
    "hold.author",
    "hold.reason",
    "waiver.waiver_id",
    "waiver.gate",
    "waiver.expires_at",
    "waiver.author",
    "waiver.reason",
    "product.id",
};

// Fields that may be left out of the mapping, but once they are in it must be there in the row:
// their default would move the fact in time.
constexpr absl::string_view kRequiredOnceStated[] = {"observed_at", "version", "usage.first_date",
                                                     "purchase.date", "consent.contact_id"};

bool Contains(absl::Span<const absl::string_view> paths, absl::string_view path) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

absl::Status InField(absl::string_view field, const absl::Status& status) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", status.message()));
}

// The collection a field's ids are of; empty when it holds no resource name.
absl::string_view ResourcePrefix(const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return "";
  if (field.name() == "account" || field.name() == "parent") return "accounts/";
  if (field.name() == "product" || field.name() == "related") return "products/";
  if (field.full_name() == "kizuna.v1.Product.name") return "products/";
  return "";
}

}  // namespace

Record::Record(const MappingContext& context, const v1::File& file, int index)
    : context_(&context), file_(&file), spec_(&file.records(index)), index_(index) {}

absl::StatusOr<std::unique_ptr<Record>> Record::Compile(const MappingContext& context,
                                                        const v1::File& file, int index,
                                                        Slots* slots,
                                                        const std::vector<std::string>* header) {
  std::unique_ptr<Record> record(new Record(context, file, index));
  if (record->spec_->name().empty()) return absl::InvalidArgumentError("name: is required");
  if (absl::Status status = record->CompileEach(slots, header); !status.ok()) return status;
  absl::StatusOr<Conditions> when =
      Conditions::Compile(record->spec_->when(), slots, &record->own_);
  if (!when.ok()) return when.status();
  record->when_ = *std::move(when);
  if (absl::Status status = record->CompileContent(slots); !status.ok()) return status;
  if (record->is_product_) return record;
  if (absl::Status status = record->CompileEnvelope(slots); !status.ok()) return status;
  return record;
}

absl::Status Record::CompileEach(Slots* slots, const std::vector<std::string>* header) {
  if (!spec_->has_each()) return absl::OkStatus();
  const v1::Each& each = spec_->each();
  const int ways = (each.columns().empty() ? 0 : 1) + (each.from_place() != 0 ? 1 : 0) +
                   (each.split().empty() ? 0 : 1);
  if (ways != 1) {
    return absl::InvalidArgumentError("each: give exactly one of columns, from_place and split");
  }
  v1::Column cell = each.cell();
  cell.set_name("@value");
  absl::StatusOr<std::shared_ptr<const CellRule>> rule = CellRule::Of(cell, context_->defaults);
  if (!rule.ok()) return InField("each.cell", rule.status());
  own_["@value"] = value_slot_ = slots->AddOwn("@value", *std::move(rule));
  own_["@place"] = place_slot_ = slots->AddOwn("@place", nullptr);
  if (!each.split().empty()) {
    if (each.separator().empty()) return absl::InvalidArgumentError("each.separator: is required");
    absl::StatusOr<BoundTemplate> split = slots->Bind(absl::StrCat("{", each.split(), "}"));
    if (!split.ok()) return InField("each.split", split.status());
    split_ = *std::move(split);
    return absl::OkStatus();
  }
  if (each.columns().empty()) {
    const bool in_order = each.to_place() == 0 || each.to_place() >= each.from_place();
    if (each.from_place() >= 1 && in_order) return absl::OkStatus();
    return absl::InvalidArgumentError("each: places count from 1, and to_place is not before from");
  }
  own_["@name"] = name_slot_ = slots->AddOwn("@name", nullptr);
  if (file_->no_header()) {
    return absl::InvalidArgumentError("each.columns: the file has no header; use from_place");
  }
  const RE2 pattern(each.columns(), RE2::Quiet);
  if (!pattern.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("each.columns: '", each.columns(), "' is no RE2 pattern: ", pattern.error()));
  }
  const int groups = pattern.NumberOfCapturingGroups();
  std::vector<int> captured;  // which groups have names
  for (const auto& [name, group] : pattern.NamedCapturingGroups()) {
    const std::string own_name = absl::StrCat("@", name);
    own_[own_name] = slots->AddOwn(own_name, nullptr);
    capture_slots_.push_back(own_[own_name]);
    captured.push_back(group);
  }
  if (header == nullptr) return absl::OkStatus();
  for (size_t place = 0; place < header->size(); ++place) {
    const std::string& text = (*header)[place];
    std::vector<re2::StringPiece> found(static_cast<size_t>(groups) + 1);
    if (!pattern.Match(text, 0, text.size(), RE2::ANCHOR_BOTH, found.data(), groups + 1)) continue;
    EachColumn column;
    column.place = place;
    column.header = text;
    for (const int group : captured) {
      column.captures.push_back(std::string(found[static_cast<size_t>(group)]));
    }
    each_columns_.push_back(std::move(column));
  }
  if (each_columns_.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("each.columns: no header of the file matches '", each.columns(), "'"));
  }
  return absl::OkStatus();
}

absl::Status Record::CompileEnvelope(Slots* slots) {
  const Descriptor& fact = *kizuna::v1::Fact::descriptor();
  fact_prototype_.set_source(context_->mapping->source());
  const struct {
    const char* path;
    const char* field;
    const std::string& text;
    bool required;
  } parts[] = {{"account", "account", spec_->account(), true},
               {"id", "fact_id", spec_->id(), true},
               {"observed_at", "observed_at", spec_->observed_at(), false},
               {"version", "version", spec_->version(), false}};
  for (const auto& part : parts) {
    if (part.text.empty()) {
      if (part.required) {
        return absl::InvalidArgumentError(absl::StrCat(part.path, ": is required for a fact"));
      }
      continue;
    }
    const size_t before = envelope_.fields.size();
    if (absl::Status status = CompileField(part.text, fact.FindFieldByName(part.field), part.path,
                                           slots, &fact_prototype_, &envelope_);
        !status.ok()) {
      return status;
    }
    if (envelope_.fields.size() > before) envelope_.fields.back().required = true;
  }
  return absl::OkStatus();
}

absl::Status Record::CompileContent(Slots* slots) {
  const OneofDescriptor& oneof = *v1::Record::descriptor()->FindOneofByName("content");
  const Reflection& reflection = *spec_->GetReflection();
  const FieldDescriptor* const chosen = reflection.GetOneofFieldDescriptor(*spec_, &oneof);
  if (chosen == nullptr) {
    return absl::InvalidArgumentError(
        "says not what it becomes; add profile { }, usage { }, ticket { } ... or product { }");
  }
  const ProtoMessage& templates = reflection.GetMessage(*spec_, chosen);
  if (chosen->name() == "product") {
    is_product_ = true;
    return CompileMessage(templates, chosen->name(), slots, &product_prototype_, &content_);
  }
  content_field_ = kizuna::v1::Fact::descriptor()->FindFieldByName(chosen->name());
  ProtoMessage* const prototype =
      fact_prototype_.GetReflection()->MutableMessage(&fact_prototype_, content_field_);
  return CompileMessage(templates, chosen->name(), slots, prototype, &content_);
}

absl::Status Record::CompileMessage(const ProtoMessage& templates, const std::string& path,
                                    Slots* slots, ProtoMessage* prototype, Message* plan) {
  const Descriptor& from = *templates.GetDescriptor();
  const Descriptor& to = *prototype->GetDescriptor();
  const Reflection& reflection = *templates.GetReflection();
  for (int i = 0; i < from.field_count(); ++i) {
    const FieldDescriptor& field = *from.field(i);
    const std::string field_path = absl::StrCat(path, ".", field.name());
    // mapping.proto says `id` where the resource says `name`: `products/` goes before it.
    const bool is_name = field_path == "product.id";
    const FieldDescriptor* const target = to.FindFieldByName(is_name ? "name" : field.name());
    if (target == nullptr) {
      return absl::InternalError(
          absl::StrCat(field_path, ": ", to.full_name(), " has no such field"));
    }
    const int count = field.is_repeated() ? reflection.FieldSize(templates, &field)
                      : reflection.HasField(templates, &field) ? 1
                                                               : 0;
    if (count == 0 && Contains(kRequired, field_path)) {
      return absl::InvalidArgumentError(absl::StrCat(field_path, ": is required"));
    }
    for (int at = 0; at < count; ++at) {
      const std::string item =
          field.is_repeated() ? absl::StrCat(field_path, "[", at, "]") : field_path;
      absl::Status status;
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        const std::string text = field.is_repeated()
                                     ? reflection.GetRepeatedString(templates, &field, at)
                                     : reflection.GetString(templates, &field);
        status = CompileField(text, target, item, slots, prototype, plan);
      } else {
        const ProtoMessage& part = field.is_repeated()
                                       ? reflection.GetRepeatedMessage(templates, &field, at)
                                       : reflection.GetMessage(templates, &field);
        Message::Nested nested;
        nested.to = target;
        nested.prototype.reset(google::protobuf::MessageFactory::generated_factory()
                                   ->GetPrototype(target->message_type())
                                   ->New());
        nested.message = std::make_unique<Message>();
        status = CompileMessage(part, item, slots, nested.prototype.get(), nested.message.get());
        plan->nested.push_back(std::move(nested));
      }
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

absl::Status Record::CompileField(absl::string_view text, const FieldDescriptor* to,
                                  const std::string& path, Slots* slots, ProtoMessage* prototype,
                                  Message* plan) {
  Field field;
  field.to = to;
  field.path = path;
  field.required = Contains(kRequired, path) || Contains(kRequiredOnceStated, path);
  field.prefix = std::string(ResourcePrefix(*to));
  switch (to->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      field.kind = field.prefix.empty() ? Kind::kText : Kind::kResource;
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      field.kind = Kind::kEnum;
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      field.kind = Kind::kBool;
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      field.kind = Kind::kReal;
      break;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      field.kind = to->message_type() == kizuna::v1::Money::descriptor()  ? Kind::kMoney
                   : to->message_type() == kizuna::v1::Date::descriptor() ? Kind::kDate
                                                                          : Kind::kInstant;
      break;
    default:
      field.kind = Kind::kInteger;
  }
  absl::StatusOr<BoundTemplate> value = slots->Bind(text, &own_);
  if (!value.ok()) return InField(path, value.status());
  field.value = *std::move(value);
  if (!field.value.constant()) {
    plan->fields.push_back(std::move(field));
    return absl::OkStatus();
  }
  if (field.value.constant_text().empty()) {
    if (!field.required) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": is required, and '", text, "' is empty"));
  }
  absl::Status set = Set(field, field.value.constant_text(), slots->RuleOf(field.value), prototype);
  return set.ok() ? set : InField(path, set);
}

}  // namespace kizuna::import
