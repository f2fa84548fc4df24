// SPDX-License-Identifier: Apache-2.0
//
// What does a row become on the wire? A record of the mapping has, for each field of a kizuna.v1
// message, a template of the same name; both are paired through their descriptors, so a new kind of
// fact needs a message in mapping.proto and not a line of code. What a template says without asking
// the row is checked and filled in once.

#ifndef KIZUNA_CLIENT_IMPORT_RECORD_H_
#define KIZUNA_CLIENT_IMPORT_RECORD_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/import/condition.h"
#include "client/import/slots.h"
#include "kizuna/import/v1/mapping.pb.h"
#include "kizuna/v1/catalogue.pb.h"
#include "kizuna/v1/fact.pb.h"

namespace kizuna::import {

// What the records of one row made.
struct Made {
  struct OneFact {
    int record = 0;  // its index in File.records
    kizuna::v1::Fact fact;
  };
  struct OneProduct {
    int record = 0;
    kizuna::v1::Product product;
  };
  std::vector<OneFact> facts;
  std::vector<OneProduct> products;

  void Clear() {
    facts.clear();
    products.clear();
  }
};

// One record of a file, ready to run. Not thread-safe: it reads through the file's slots.
class Record {
 public:
  // `header` null: only checks. INVALID_ARGUMENT names the field within the record. `file` must
  // outlive it.
  static absl::StatusOr<std::unique_ptr<Record>> Compile(const MappingContext& context,
                                                         const v1::File& file, int index,
                                                         Slots* slots,
                                                         const std::vector<std::string>* header);

  // Appends what the row at hand becomes; nothing when a condition does not hold. INVALID_ARGUMENT
  // names the field, the column and the value that cannot be read; then `made` holds some of it.
  absl::Status Make(const CsvRow& row, Slots* slots, Made* made) const;

  const std::string& name() const { return spec_->name(); }

 private:
  enum class Kind { kText, kResource, kEnum, kBool, kInteger, kReal, kMoney, kDate, kInstant };

  struct Message;
  struct Field {
    const google::protobuf::FieldDescriptor* to = nullptr;
    Kind kind = Kind::kText;
    std::string path;    // "usage.value"
    std::string prefix;  // kResource: "products/"
    bool required = false;
    BoundTemplate value;
  };
  // The fields of a message that depend on the row; the others stand in the prototype.
  struct Message {
    std::vector<Field> fields;
    struct Nested {
      const google::protobuf::FieldDescriptor* to = nullptr;
      std::unique_ptr<google::protobuf::Message> prototype;
      std::unique_ptr<Message> message;
    };
    std::vector<Nested> nested;
  };
  // One header that `each` matched.
  struct EachColumn {
    size_t place = 0;
    std::string header;
    std::vector<std::string> captures;  // as capture_slots_
  };

  Record(const MappingContext& context, const v1::File& file, int index);

  absl::Status CompileEach(Slots* slots, const std::vector<std::string>* header);
  absl::Status CompileEnvelope(Slots* slots);
  absl::Status CompileContent(Slots* slots);
  absl::Status CompileMessage(const google::protobuf::Message& templates, const std::string& path,
                              Slots* slots, google::protobuf::Message* prototype, Message* plan);
  absl::Status CompileField(absl::string_view text, const google::protobuf::FieldDescriptor* to,
                            const std::string& path, Slots* slots,
                            google::protobuf::Message* prototype, Message* plan);

  absl::Status MakeOne(Slots* slots, Made* made) const;
  absl::Status MakeEachColumn(const CsvRow& row, Slots* slots, Made* made) const;
  absl::Status MakeEachPlace(const CsvRow& row, Slots* slots, Made* made) const;
  absl::Status MakeEachPart(Slots* slots, Made* made) const;
  absl::StatusOr<bool> Fill(const Message& plan, Slots* slots, google::protobuf::Message* to) const;
  absl::StatusOr<bool> FillField(const Field& field, Slots* slots,
                                 google::protobuf::Message* to) const;
  absl::Status Set(const Field& field, absl::string_view text, const CellRule& rule,
                   google::protobuf::Message* to) const;
  absl::Status SetMessage(const Field& field, absl::string_view text, const CellRule& rule,
                          google::protobuf::Message* to) const;

  const MappingContext* const context_;
  const v1::File* const file_;
  const v1::Record* const spec_;
  const int index_;
  Conditions when_;
  bool is_product_ = false;

  kizuna::v1::Fact fact_prototype_;
  kizuna::v1::Product product_prototype_;
  Message envelope_;  // account, fact_id, observed_at, version
  Message content_;
  const google::protobuf::FieldDescriptor* content_field_ = nullptr;  // of Fact

  absl::flat_hash_map<std::string, int> own_;  // the names that `each` defines
  int value_slot_ = -1, name_slot_ = -1, place_slot_ = -1;
  std::vector<int> capture_slots_;
  std::vector<EachColumn> each_columns_;
  BoundTemplate split_;
};

}  // namespace kizuna::import

#endif  // KIZUNA_CLIENT_IMPORT_RECORD_H_
