// SPDX-License-Identifier: Apache-2.0
#include "client/cli/fact_flags.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/cli/account_flags.h"
#include "client/cli/exit_code.h"
#include "client/cli/moment.h"
#include "client/cli/session.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using ZoneSource = std::function<absl::StatusOr<absl::TimeZone>()>;

// "contact_id" as "contact", "due_date" as "due-date".
std::string FlagOf(const FieldDescriptor* field) {
  if (field->name() == "contact_id") return "contact";
  return absl::StrReplaceAll(field->name(), {{"_", "-"}});
}

// A message that is written as its own flags (--satisfaction-score), not as one value.
bool IsNested(const FieldDescriptor* field) {
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
  const std::string& type = field->message_type()->full_name();
  return type != v1::Date::descriptor()->full_name() &&
         type != v1::Money::descriptor()->full_name() &&
         type != google::protobuf::Timestamp::descriptor()->full_name();
}

// What stands for the value in the help.
std::string TypeNameOf(const FieldDescriptor* field) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      return WordsOf(field->enum_type());
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return "NUMBER";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (field->message_type() == v1::Money::descriptor()) return "AMOUNT";
      return field->message_type() == v1::Date::descriptor() ? "YYYY-MM-DD" : "DATE";
    default:
      return "TEXT";
  }
}

std::string HelpOf(const FieldDescriptor* field) {
  static const auto* const kHelp = new std::map<std::string, std::string>{
      {"contact_id", "the person, a contact id"},
      {"score", "the answer"},
      {"scale_min", "the lowest answer there is"},
      {"scale_max", "the highest answer there is"},
      {"comment", "what they said"},
      {"product", "the product's id"},
      {"value", "in the metric's unit, over the days"},
      {"metric", "the metric's id, such as active_users"},
      {"first_date", "the first day of the row (default: an event on the day observed)"},
      {"days", "how many days the row covers (default: the metric's grain)"},
      {"two_way", "the customer took part: answered, attended"},
      {"unsolicited", "the customer had not asked for it"},
      {"outcome", "how the pitch ended"},
      {"team", "the department or team on our side"},
      {"annual_price", "the recurring price of a year"},
      {"reason", "why"},
      {"author", "who decided"},
      {"expires_at", "when it ends by itself"},
      {"opted_out", "do not contact (--opted-out=false: may be contacted again)"},
      {"channel", "such as mail; empty: every channel"},
      {"escalated", "it is escalated (--escalated=false: no longer)"},
      {"need_found", "they named a need"},
      {"auto_renew", "it renews by itself"},
      {"category", "as the rulebook's issue map names it"},
  };
  const auto known = kHelp->find(field->name());
  if (known != kHelp->end()) return known->second;
  return absl::StrReplaceAll(field->name(), {{"_", " "}});
}

absl::Status SetMessage(const std::string& flag, const std::string& typed, const ZoneSource& zone,
                        const FieldDescriptor* field, Message* content) {
  Message* const value = content->GetReflection()->MutableMessage(content, field);
  if (field->message_type() == v1::Money::descriptor()) {
    const absl::StatusOr<v1::Money> amount = ParseAmount(flag, typed);
    if (!amount.ok()) return amount.status();
    value->CopyFrom(*amount);
  } else if (field->message_type() == v1::Date::descriptor()) {
    const absl::StatusOr<absl::CivilDay> day = ParseDay(flag, typed);
    if (!day.ok()) return day.status();
    value->CopyFrom(DateOf(*day));
  } else {
    const absl::StatusOr<Moment> moment = ParseMoment(flag, typed);
    if (!moment.ok()) return moment.status();
    absl::StatusOr<absl::TimeZone> book = absl::UTCTimeZone();
    if (moment->day.has_value()) book = zone();
    if (!book.ok()) return book.status();
    value->CopyFrom(TimestampOf(InstantOf(*moment, *book)));
  }
  return absl::OkStatus();
}

absl::Status NotANumber(const std::string& flag, const std::string& typed) {
  return UsageError(flag, absl::StrCat("'", typed, "' is not a number of this size"));
}

// Sets one field of `content` from the text that was typed for `flag`.
absl::Status SetField(const std::string& flag, const std::string& typed, const ZoneSource& zone,
                      const FieldDescriptor* field, Message* content) {
  const google::protobuf::Reflection* const reflection = content->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection->SetString(content, field,
                            field->name() == "product" ? ProductName(typed) : typed);
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection->SetBool(content, field, typed == "true");
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_ENUM: {
      const absl::StatusOr<int> number = ParseEnumWord(flag, typed, field->enum_type());
      if (!number.ok()) return number.status();
      reflection->SetEnumValue(content, field, *number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t number = 0;
      if (!absl::SimpleAtoi(typed, &number)) return NotANumber(flag, typed);
      reflection->SetInt32(content, field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t number = 0;
      if (!absl::SimpleAtoi(typed, &number)) return NotANumber(flag, typed);
      reflection->SetInt64(content, field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double number = 0;
      if (!absl::SimpleAtod(typed, &number)) return NotANumber(flag, typed);
      reflection->SetDouble(content, field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return SetMessage(flag, typed, zone, field, content);
    default:
      return UsageError(flag, "cannot be written as a flag; use --json");
  }
}

}  // namespace

const std::vector<FactKind>& FactKinds() {
  static const auto* const kKinds = new std::vector<FactKind>{
      {"nps", "survey", "kind", "nps", "an answer to \"would you recommend us?\", 0 to 10",
       "--score 9 --contact c-1 --comment \"saves us a day a week\""},
      {"csat", "survey", "kind", "csat", "an answer to \"how satisfied are you?\"",
       "--score 4 --contact c-1"},
      {"ces", "survey", "kind", "ces", "an answer to \"how easy was it?\"", "--score 6"},
      {"recovery", "recovery", nullptr, nullptr,
       "the customer confirmed that what had dissatisfied them is put right",
       "--contact c-1 --note \"the new release fixed it\""},
      {"call", "interaction", "kind", "call", "a telephone or video call",
       "--direction outbound --two-way --contact c-1 --team cs"},
      {"mail", "interaction", "kind", "mail", "mail",
       "--direction outbound --unsolicited --contact c-1 --team marketing"},
      {"meeting", "interaction", "kind", "meeting", "a meeting",
       "--direction outbound --two-way --satisfaction-score 4 --contact c-1"},
      {"visit", "interaction", "kind", "visit", "a visit", "--direction outbound --two-way"},
      {"webinar", "interaction", "kind", "webinar", "a webinar", "--direction outbound --two-way"},
      {"qbr", "interaction", "kind", "qbr", "a quarterly business review",
       "--direction outbound --two-way --team cs"},
      {"chat", "interaction", "kind", "chat", "a chat, with a person or a bot",
       "--direction inbound --two-way"},
      {"pitch", "interaction", "kind", "pitch", "a pitch, and how it ended",
       "--direction outbound --two-way --motion cross-sell --product wms --outcome not-now"},
      {"ticket", "ticket", nullptr, nullptr, "a support ticket: opened, updated, closed",
       "--ticket-id t-17 --event opened --severity critical --subject \"no orders go out\""},
      {"issue", "issue", nullptr, nullptr, "a problem that the customer has",
       "--issue-id i-3 --category picking --status confirmed"},
      {"hearing", "hearing", nullptr, nullptr, "we asked what they need",
       "--need-found --note \"a second site next spring\""},
      {"interest", "interest", nullptr, nullptr, "they asked about a product", "--product wms"},
      {"objective", "objective", nullptr, nullptr,
       "what they want to achieve, and how far they are",
       "--objective-id o-1 --start-date 2026-10-01 --due-date 2026-12-31 --target 100 --progress "
       "40"},
      {"usage", "usage", nullptr, nullptr, "a row of a metric",
       "--metric active_users --first-date 2026-11-20 --value 42"},
      {"adoption", "adoption", nullptr, nullptr, "how widely a product is in use",
       "--product wms --seats-purchased 100 --seats-active 80"},
      {"milestone", "milestone", nullptr, nullptr, "a milestone reached with a product",
       "--product wms --milestone adopted"},
      {"subscription", "subscription", nullptr, nullptr, "a subscription as it now stands",
       "--subscription-id s-1 --product wms --annual-price 12000 --start-date 2026-04-01 "
       "--renewal-date 2027-04-01"},
      {"purchase", "purchase", nullptr, nullptr, "a purchase",
       "--product wms --amount 3000 --date 2026-11-20 --reason \"a second site\""},
      {"invoice", "invoice", nullptr, nullptr, "an invoice: issued, paid, overdue, voided",
       "--invoice-id v-9 --event issued --due-date 2026-12-20 --amount 1000"},
      {"contact", "contact", nullptr, nullptr, "a person of the account",
       "--contact c-1 --role champion --full-name \"Sato Yuki\" --department logistics"},
      {"contact-change", "contact_change", nullptr, nullptr, "a person arrived or left",
       "--contact c-1 --change left"},
      {"evidence", "loyalty_evidence", nullptr, nullptr,
       "the customer acted for us: a referral, a reference, a case study", "--kind reference"},
      {"hold", "hold", nullptr, nullptr, "close the account to outreach, or open it again",
       "--hold-id h-1 --author sato --reason \"merger under way\" --expires-at 2026-12-31"},
      {"consent", "consent", nullptr, nullptr, "a person or the account opted out, or in again",
       "--contact c-1 --channel mail --opted-out"},
      {"waiver", "waiver", nullptr, nullptr,
       "open a gate for a time though it holds, or close it again",
       "--waiver-id w-1 --gate COOLING_OFF --author sato --reason \"they asked us to come back\" "
       "--expires-at 2026-12-31"},
      {"loyalty-override", "loyalty_override", nullptr, nullptr, "set the loyalty tier by hand",
       "--tier promoter --author sato --reason \"spoke for us in May\" --expires-at 2027-05-31"},
      {"touch-override", "touch_override", nullptr, nullptr, "set the touch tier by hand",
       "--tier high --author sato --reason \"opens a second site\" --expires-at 2027-05-31"},
  };
  return *kKinds;
}

void FactFlags::AddTo(CLI::App* command) {
  const FieldDescriptor* const content = v1::Fact::descriptor()->FindFieldByName(kind_.content);
  AddFields(command, content->message_type(), "");
}

void FactFlags::AddFields(CLI::App* command, const Descriptor* type, const std::string& prefix) {
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* const field = type->field(i);
    const bool preset = kind_.preset_field != nullptr && field->name() == kind_.preset_field;
    if (field->is_repeated() || (preset && prefix.empty())) continue;
    const std::string flag = prefix + FlagOf(field);
    if (IsNested(field)) {
      AddFields(command, field->message_type(), flag + "-");
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
      command->add_flag("--" + flag, typed_[flag], HelpOf(field));
    } else {
      command->add_option("--" + flag, typed_[flag], HelpOf(field))->type_name(TypeNameOf(field));
    }
  }
}

absl::Status FactFlags::Fill(const ZoneSource& zone, v1::Fact* fact) const {
  const FieldDescriptor* const field = v1::Fact::descriptor()->FindFieldByName(kind_.content);
  Message* const content = fact->GetReflection()->MutableMessage(fact, field);
  if (kind_.preset_field != nullptr) {
    const absl::Status set =
        SetField(kind_.name, kind_.preset_word, zone,
                 content->GetDescriptor()->FindFieldByName(kind_.preset_field), content);
    if (!set.ok()) return set;
  }
  return FillFields(zone, "", content);
}

absl::Status FactFlags::FillFields(const ZoneSource& zone, const std::string& prefix,
                                   Message* content) const {
  const Descriptor* const type = content->GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* const field = type->field(i);
    const std::string flag = prefix + FlagOf(field);
    if (IsNested(field)) {
      const absl::Status filled =
          FillFields(zone, flag + "-", content->GetReflection()->MutableMessage(content, field));
      if (!filled.ok()) return filled;
      // A message that no flag was given for is not there.
      if (content->GetReflection()->GetMessage(*content, field).ByteSizeLong() == 0) {
        content->GetReflection()->ClearField(content, field);
      }
      continue;
    }
    const auto typed = typed_.find(flag);
    if (typed == typed_.end() || typed->second.empty()) continue;
    const absl::Status set = SetField("--" + flag, typed->second, zone, field, content);
    if (!set.ok()) return set;
  }
  return absl::OkStatus();
}

}  // namespace kizuna::cli
