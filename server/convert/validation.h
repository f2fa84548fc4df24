// SPDX-License-Identifier: Apache-2.0
//
// Where in a request is something wrong? A FieldPath knows its place without costing anything while
// nothing is wrong; Violations collects what is. Everything that is wrong is found in one pass, so
// that a client mends it in one go.

#ifndef KIZUNA_SERVER_CONVERT_VALIDATION_H_
#define KIZUNA_SERVER_CONVERT_VALIDATION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "server/convert/errors.h"

namespace kizuna::convert {

// A field's place in the request: `facts[3].observed_at`. Points at its parent, which must outlive
// it; so pass it down the stack and never store it.
class FieldPath {
 public:
  // The request itself.
  FieldPath() = default;
  FieldPath(const FieldPath* parent, absl::string_view name, int index = -1)
      : parent_(parent), name_(name), index_(index) {}

  FieldPath Field(absl::string_view name) const { return FieldPath(this, name); }
  FieldPath Item(absl::string_view name, int index) const { return FieldPath(this, name, index); }

  std::string ToString() const;

 private:
  const FieldPath* parent_ = nullptr;
  absl::string_view name_;
  int index_ = -1;
};

// What is wrong with one request. Not thread-safe.
class Violations {
 public:
  void Add(const FieldPath& path, absl::string_view description);

  bool empty() const { return listed_.empty(); }
  size_t count() const { return listed_.size() + more_; }
  const std::vector<FieldViolation>& listed() const { return listed_; }

  // OK when nothing was added, else INVALID_ARGUMENT with all that was.
  absl::Status ToStatus() const;

 private:
  std::vector<FieldViolation> listed_;  // at most limits::kMaxViolations
  size_t more_ = 0;
};

// Adds a violation for every field of `message`, at any depth, that this server does not know, and
// for every enum value that it does not know: a write that it would only half understand is
// refused.
void RefuseUnknown(const google::protobuf::Message& message, const FieldPath& path,
                   Violations& violations);
// The same for the fields of `message` itself, not for those of the messages in it.
void RefuseUnknownHere(const google::protobuf::Message& message, const FieldPath& path,
                       Violations& violations);

// The checks of texts. Each adds what is wrong and returns whether it is right.

// An id: 1..max_bytes, without control characters; empty only when not `required`.
bool CheckId(absl::string_view id, size_t max_bytes, bool required, const FieldPath& path,
             Violations& violations);
// A text of at most max_bytes without NUL.
bool CheckText(absl::string_view text, size_t max_bytes, const FieldPath& path,
               Violations& violations);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_VALIDATION_H_
