// SPDX-License-Identifier: Apache-2.0
//
// How is one field of a fact's content read? Each kind of value has one check here, shared by all
// contents: what is wrong goes to the violations, and what is returned then does not matter.

#ifndef KIZUNA_SERVER_CONVERT_FIELD_READER_H_
#define KIZUNA_SERVER_CONVERT_FIELD_READER_H_

#include <cstdint>
#include <string>

#include "kizuna/v1/fact.pb.h"
#include "server/convert/fact_from_wire.h"
#include "server/convert/validation.h"
#include "server/engine/fact.h"

namespace kizuna::convert {

// Borrows what it is made of. `fact` tells when it was observed; its content is not looked at.
class FieldReader {
 public:
  FieldReader(const FactContext& context, const engine::Fact& fact, FactWords& words,
              Violations& violations)
      : context_(context), fact_(fact), words_(words), violations_(violations) {}

 protected:
  engine::PersonKey Person(const std::string& contact_id, bool required, const FieldPath& path);
  std::string Id(const std::string& id, const FieldPath& path);
  std::string OptionalId(const std::string& id, const FieldPath& path);
  std::string Text(const std::string& text, const FieldPath& path);
  std::string Words(const std::string& text, bool required, const FieldPath& path);
  int64_t Whole(int64_t value, const FieldPath& path);
  engine::Micros Number(double value, const FieldPath& path);
  engine::Micros Money(bool present, const v1::Money& money, bool signed_ok, const FieldPath& path);
  engine::Day RequiredDay(bool present, const v1::Date& date, const FieldPath& path);
  // A day after `start`, or kNoDay when it is not there.
  engine::Day LaterDay(bool present, const v1::Date& date, engine::Day start,
                       const FieldPath& path);
  // A day on which something happened: not far ahead, by default that of observed_at.
  engine::Day HappenedDay(bool present, const v1::Date& date, const FieldPath& path);
  int32_t UsageDays(const v1::Usage& wire, int32_t grain_days, engine::Day first,
                    const FieldPath& path);
  void Score(bool present, double score, double low, double high, const FieldPath& path,
             engine::Micros& score_out, engine::Micros& low_out, engine::Micros& high_out);
  engine::Instant Expiry(bool present, const google::protobuf::Timestamp& at, bool required,
                         const FieldPath& path);

  // An enum that has to be stated, and has the engine's numbers.
  template <typename Enum>
  Enum Stated(int value, const FieldPath& path) {
    if (value == 0) violations_.Add(path, "is required");
    return static_cast<Enum>(value);
  }

  const FactContext& context_;
  const engine::Fact& fact_;
  FactWords& words_;
  Violations& violations_;
};

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_FIELD_READER_H_
