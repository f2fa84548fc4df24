// SPDX-License-Identifier: Apache-2.0
//
// How is a message with many parts written as JSON by rule, and not field by field? As
// answer_json.h writes its own: the API's field names, null for what is not set, words without
// their type, ids without their collection.

#ifndef KIZUNA_CLIENT_CLI_MESSAGE_JSON_H_
#define KIZUNA_CLIENT_CLI_MESSAGE_JSON_H_

#include <google/protobuf/message.h>

#include "client/cli/json.h"
#include "kizuna/v1/review.pb.h"

namespace kizuna::cli {

// Every field in the order of its number. Money is its amount, with one `currency_code` at the end
// of the object that has it; dates and instants are texts; an assessment is as in `why`.
Json MessageJson(const google::protobuf::Message& message);

// The same of a review, which begins with `account` instead of its name.
Json ReviewJson(const v1::Review& review);

}  // namespace kizuna::cli

#endif  // KIZUNA_CLIENT_CLI_MESSAGE_JSON_H_
