// SPDX-License-Identifier: Apache-2.0

#include "server/convert/stored_fact.h"

#include <algorithm>
#include <string>

#include "server/convert/stored_content.h"
#include "server/convert/stored_values.h"

namespace kizuna::convert {

storage::v1::StoredFact ToStored(const engine::Fact& fact, uint64_t revision) {
  storage::v1::StoredFact stored;
  stored.set_version(fact.version);
  stored.set_revision(revision);
  const StoredInstant observed = StoreInstant(fact.observed_at);
  stored.set_observed_seconds(observed.seconds);
  stored.set_observed_micros(observed.micros);
  stored.set_observed_at_unstated(!fact.observed_at_given);
  stored.set_retracted(fact.retracted);
  if (fact.words != engine::Fingerprint{}) {
    stored.set_words_fingerprint(fact.words.data(), fact.words.size());
  }
  StoreContent(fact.content, stored);
  return stored;
}

absl::StatusOr<engine::Fact> FromStored(const storage::v1::StoredFact& stored,
                                        absl::string_view account, absl::string_view source,
                                        absl::string_view fact_id) {
  StoredReader reader("fact");
  engine::Fact fact;
  fact.account = std::string(account);
  fact.source = std::string(source);
  fact.id = std::string(fact_id);
  fact.version = stored.version();
  fact.observed_at =
      reader.ReadInstant(stored.observed_seconds(), stored.observed_micros(), "observed_seconds");
  fact.observed_at_given = !stored.observed_at_unstated();
  fact.retracted = stored.retracted();
  const std::string& words = stored.words_fingerprint();
  reader.Require(words.empty() || words.size() == fact.words.size(), "words_fingerprint");
  if (words.size() == fact.words.size()) {
    std::copy(words.begin(), words.end(), fact.words.begin());
  }
  fact.content = ReadContent(stored, reader);
  if (!reader.status().ok()) return reader.status();
  return fact;
}

}  // namespace kizuna::convert
