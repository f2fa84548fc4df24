// SPDX-License-Identifier: Apache-2.0
//
// The half of Record that runs: templates of a row into fields of a message. record_compile.cc is
// the half that reads the mapping.

#include "client/import/record.h"

#include <google/protobuf/timestamp.pb.h>

#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/import/slug.h"
#include "kizuna/v1/common.pb.h"

namespace kizuna::import {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;
using ProtoMessage = google::protobuf::Message;

// What all values of an enum begin with: SEVERITY_ of SEVERITY_UNSPECIFIED.
absl::string_view EnumPrefix(const EnumDescriptor& type) {
  absl::string_view zero = type.value(0)->name();
  const size_t end = zero.rfind("UNSPECIFIED");
  return end == absl::string_view::npos ? "" : zero.substr(0, end);
}

absl::StatusOr<const EnumValueDescriptor*> FindEnum(const EnumDescriptor& type,
                                                    absl::string_view text) {
  std::string wanted = absl::AsciiStrToUpper(text);
  for (char& c : wanted) {
    if (c == ' ' || c == '-') c = '_';
  }
  const absl::string_view prefix = EnumPrefix(type);
  std::vector<absl::string_view> known;
  for (int i = 1; i < type.value_count(); ++i) {
    absl::string_view name = type.value(i)->name();
    if (name == wanted) return type.value(i);
    absl::ConsumePrefix(&name, prefix);
    if (name == wanted) return type.value(i);
    known.push_back(name);
  }
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not one of ",
                                                 absl::StrJoin(known, ", "),
                                                 "; map it with values { from: to: }"));
}

absl::Status OutOfRange(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not a whole number in range"));
}

// Sets an integer field of whatever width.
absl::Status SetInteger(const FieldDescriptor& field, absl::string_view text, int64_t value,
                        ProtoMessage* to) {
  const Reflection& reflection = *to->GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      if (value < std::numeric_limits<int32_t>::min() ||
          value > std::numeric_limits<int32_t>::max()) {
        return OutOfRange(text);
      }
      reflection.SetInt32(to, &field, static_cast<int32_t>(value));
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_UINT32:
      if (value < 0 || value > std::numeric_limits<uint32_t>::max()) return OutOfRange(text);
      reflection.SetUInt32(to, &field, static_cast<uint32_t>(value));
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_UINT64:
      if (value < 0) return OutOfRange(text);
      reflection.SetUInt64(to, &field, static_cast<uint64_t>(value));
      return absl::OkStatus();
    default:
      reflection.SetInt64(to, &field, value);
      return absl::OkStatus();
  }
}

}  // namespace

absl::Status Record::Make(const CsvRow& row, Slots* slots, Made* made) const {
  if (!each_columns_.empty()) return MakeEachColumn(row, slots, made);
  if (!split_.empty()) return MakeEachPart(slots, made);
  if (spec_->has_each()) return MakeEachPlace(row, slots, made);
  return MakeOne(slots, made);
}

absl::Status Record::MakeEachColumn(const CsvRow& row, Slots* slots, Made* made) const {
  for (const EachColumn& column : each_columns_) {
    slots->SetOwn(value_slot_, column.place < row.cells.size() ? row.cells[column.place] : "");
    slots->SetOwn(name_slot_, column.header);
    slots->SetOwn(place_slot_, absl::StrCat(column.place + 1));
    for (size_t i = 0; i < capture_slots_.size(); ++i) {
      slots->SetOwn(capture_slots_[i], column.captures[i]);
    }
    const Value& value = slots->Read(value_slot_);
    if (value.problem.empty() && value.missing) continue;
    if (absl::Status status = MakeOne(slots, made); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Record::MakeEachPlace(const CsvRow& row, Slots* slots, Made* made) const {
  const size_t first = static_cast<size_t>(spec_->each().from_place()) - 1;
  size_t end = row.cells.size();
  if (spec_->each().to_place() > 0) {
    end = std::min(end, static_cast<size_t>(spec_->each().to_place()));
  }
  for (size_t place = first; place < end; ++place) {
    slots->SetOwn(value_slot_, row.cells[place]);
    slots->SetOwn(place_slot_, absl::StrCat(place + 1));
    const Value& value = slots->Read(value_slot_);
    if (value.problem.empty() && value.missing) continue;
    if (absl::Status status = MakeOne(slots, made); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Record::MakeEachPart(Slots* slots, Made* made) const {
  std::string scratch;
  const Value whole = slots->Read(split_, &scratch);
  if (!whole.problem.empty()) return absl::InvalidArgumentError(whole.problem);
  if (whole.missing) return absl::OkStatus();
  const std::string text(whole.text);
  int64_t place = 0;
  for (const absl::string_view part : absl::StrSplit(text, spec_->each().separator())) {
    slots->SetOwn(value_slot_, part);
    slots->SetOwn(place_slot_, absl::StrCat(++place));
    const Value& value = slots->Read(value_slot_);
    if (value.problem.empty() && value.missing) continue;
    if (absl::Status status = MakeOne(slots, made); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Record::MakeOne(Slots* slots, Made* made) const {
  absl::StatusOr<bool> wanted = when_.Hold(slots);
  if (!wanted.ok()) return wanted.status();
  if (!*wanted) return absl::OkStatus();
  if (is_product_) {
    Made::OneProduct& one = made->products.emplace_back();
    one.record = index_;
    one.product = product_prototype_;
    return Fill(content_, slots, &one.product).status();
  }
  Made::OneFact& one = made->facts.emplace_back();
  one.record = index_;
  one.fact = fact_prototype_;
  if (absl::Status status = Fill(envelope_, slots, &one.fact).status(); !status.ok()) {
    return status;
  }
  ProtoMessage* const content = one.fact.GetReflection()->MutableMessage(&one.fact, content_field_);
  return Fill(content_, slots, content).status();
}

// Fills in the fields; false when one of them is missing.
absl::StatusOr<bool> Record::Fill(const Message& plan, Slots* slots, ProtoMessage* to) const {
  bool complete = true;
  for (const Field& field : plan.fields) {
    absl::StatusOr<bool> filled = FillField(field, slots, to);
    if (!filled.ok()) return filled.status();
    complete = complete && *filled;
  }
  for (const Message::Nested& nested : plan.nested) {
    const Reflection& reflection = *to->GetReflection();
    std::unique_ptr<ProtoMessage> part(nested.prototype->New());
    part->CopyFrom(*nested.prototype);
    absl::StatusOr<bool> filled = Fill(*nested.message, slots, part.get());
    if (!filled.ok()) return filled.status();
    if (!*filled) continue;  // without its value a part says nothing
    if (nested.to->is_repeated()) {
      reflection.AddAllocatedMessage(to, nested.to, part.release());
    } else {
      reflection.SetAllocatedMessage(to, part.release(), nested.to);
    }
  }
  return complete;
}

absl::StatusOr<bool> Record::FillField(const Field& field, Slots* slots, ProtoMessage* to) const {
  std::string scratch;
  const Value value = slots->Read(field.value, &scratch);
  if (!value.problem.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(field.path, ": ", value.problem));
  }
  if (value.missing) {
    if (!field.required) return false;
    return absl::InvalidArgumentError(
        absl::StrCat(field.path, ": ", slots->Describe(field.value),
                     " is missing; leave such rows out with `when { present: true }` or give "
                     "if_missing"));
  }
  const absl::Status set = Set(field, value.text, slots->RuleOf(field.value), to);
  if (set.ok()) return true;
  return absl::InvalidArgumentError(
      absl::StrCat(field.path, ": ", slots->Describe(field.value), ": ", set.message()));
}

absl::Status Record::Set(const Field& field, absl::string_view text, const CellRule& rule,
                         ProtoMessage* to) const {
  const Reflection& reflection = *to->GetReflection();
  switch (field.kind) {
    case Kind::kText:
      if (field.to->is_repeated()) {
        reflection.AddString(to, field.to, std::string(text));
      } else {
        reflection.SetString(to, field.to, std::string(text));
      }
      return absl::OkStatus();
    case Kind::kResource: {
      if (!IsResourceId(text)) {
        return absl::InvalidArgumentError(absl::StrCat(
            "'", text,
            "' cannot be an id (1 to 63 of A-Z a-z 0-9 . _ ~ -, beginning with a letter "
            "or digit); make one of a name with the filter |slug"));
      }
      std::string name = absl::StrCat(field.prefix, text);
      if (field.to->is_repeated()) {
        reflection.AddString(to, field.to, std::move(name));
      } else {
        reflection.SetString(to, field.to, std::move(name));
      }
      return absl::OkStatus();
    }
    case Kind::kEnum: {
      absl::StatusOr<const EnumValueDescriptor*> found = FindEnum(*field.to->enum_type(), text);
      if (!found.ok()) return found.status();
      reflection.SetEnum(to, field.to, *found);
      return absl::OkStatus();
    }
    case Kind::kBool: {
      absl::StatusOr<bool> yes = rule.AsBool(text);
      if (!yes.ok()) return yes.status();
      reflection.SetBool(to, field.to, *yes);
      return absl::OkStatus();
    }
    case Kind::kInteger: {
      absl::StatusOr<Decimal> number = rule.AsNumber(text);
      if (!number.ok()) return number.status();
      const auto whole = number->ToInt64();
      if (!whole.has_value()) return OutOfRange(text);
      return SetInteger(*field.to, text, *whole, to);
    }
    case Kind::kReal: {
      absl::StatusOr<Decimal> number = rule.AsNumber(text);
      if (!number.ok()) return number.status();
      reflection.SetDouble(to, field.to, number->ToDouble());
      return absl::OkStatus();
    }
    case Kind::kMoney:
    case Kind::kDate:
    case Kind::kInstant:
      return SetMessage(field, text, rule, to);
  }
  return absl::OkStatus();
}

absl::Status Record::SetMessage(const Field& field, absl::string_view text, const CellRule& rule,
                                ProtoMessage* to) const {
  ProtoMessage* const part = to->GetReflection()->MutableMessage(to, field.to);
  if (field.kind == Kind::kMoney) {
    absl::StatusOr<Decimal> number = rule.AsNumber(text);
    if (!number.ok()) return number.status();
    absl::StatusOr<MoneyParts> parts = ToMoneyParts(*number);
    if (!parts.ok()) return absl::InvalidArgumentError(parts.status().message());
    auto* const money = static_cast<kizuna::v1::Money*>(part);
    money->set_units(parts->units);
    money->set_nanos(parts->nanos);
    money->set_currency_code(context_->mapping->currency());
    return absl::OkStatus();
  }
  if (field.kind == Kind::kDate) {
    absl::StatusOr<CivilStamp> stamp = rule.AsDate(text);
    if (!stamp.ok()) return stamp.status();
    const absl::CivilDay day = stamp->ToDay(rule.zone());
    auto* const date = static_cast<kizuna::v1::Date*>(part);
    date->set_year(static_cast<int32_t>(day.year()));
    date->set_month(day.month());
    date->set_day(day.day());
    return absl::OkStatus();
  }
  absl::StatusOr<absl::Time> time = rule.AsInstant(text);
  if (!time.ok()) return time.status();
  const int64_t micros = absl::ToUnixMicros(*time);
  const int64_t seconds = micros >= 0 ? micros / 1'000'000 : -((-micros + 999'999) / 1'000'000);
  auto* const stamp = static_cast<google::protobuf::Timestamp*>(part);
  stamp->set_seconds(seconds);
  stamp->set_nanos(static_cast<int32_t>((micros - seconds * 1'000'000) * 1000));
  return absl::OkStatus();
}

}  // namespace kizuna::import
