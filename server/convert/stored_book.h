// SPDX-License-Identifier: Apache-2.0
//
// How do the parts of a rulebook lie on disk? Engine values to storage messages and back. The
// rules' own text is kept as it was written.

#ifndef KIZUNA_SERVER_CONVERT_STORED_BOOK_H_
#define KIZUNA_SERVER_CONVERT_STORED_BOOK_H_

#include <vector>

#include "kizuna/storage/v1/book.pb.h"
#include "server/engine/rulebook.h"

namespace kizuna::convert {

storage::v1::StoredCatalogue StorePart(const std::vector<engine::Product>& products);
std::vector<engine::Product> ReadPart(const storage::v1::StoredCatalogue& stored);

storage::v1::StoredMetrics StorePart(const std::vector<engine::MetricSpec>& metrics);
std::vector<engine::MetricSpec> ReadPart(const storage::v1::StoredMetrics& stored);

storage::v1::StoredSources StorePart(const std::vector<engine::Source>& sources);
std::vector<engine::Source> ReadPart(const storage::v1::StoredSources& stored);

}  // namespace kizuna::convert

#endif  // KIZUNA_SERVER_CONVERT_STORED_BOOK_H_
