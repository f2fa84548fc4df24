// SPDX-License-Identifier: Apache-2.0

#include "server/ledger/book.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "kizuna/storage/v1/book.pb.h"
#include "server/convert/fingerprint.h"
#include "server/convert/stored_book.h"
#include "storage/records/records.h"

namespace kizuna::ledger {
namespace {

using storage::Partition;
using storage::v1::BookHead;
using storage::v1::BookPart;
using storage::v1::BookRecord;

// Names of the parts in BookPart::kind. DO NOT CHANGE.
constexpr char kModels[] = "models";
constexpr char kCatalogue[] = "catalogue";
constexpr char kMetrics[] = "metrics";
constexpr char kSources[] = "sources";

// Earlier rulebooks that are kept compiled. Whoever asks about old decisions mostly asks about a
// few days of them.
constexpr size_t kMostPast = 16;

template <typename Stored, typename Value>
absl::Status ReadInto(const std::string& bytes, Value& value) {
  absl::StatusOr<Stored> stored = storage::ParseRecord<Stored>(bytes);
  if (!stored.ok()) return stored.status();
  value = convert::ReadPart(*stored);
  return absl::OkStatus();
}

absl::Status NoSuchNumber(uint64_t number) {
  return absl::NotFoundError(
      absl::StrCat("there is no rulebook ", number, "; list the rulebooks to see their numbers"));
}

BookEntry EntryOf(uint64_t number, const BookRecord& record, std::string rules_text) {
  BookEntry entry;
  entry.number = number;
  entry.activated_at = record.activated_at_micros();
  entry.author = record.author();
  entry.note = record.note();
  entry.rules_text = std::move(rules_text);
  return entry;
}

absl::StatusOr<std::string> PartBytes(const storage::Snapshot& snapshot, const BookRecord& record,
                                      absl::string_view kind) {
  for (const BookPart& part : record.parts()) {
    if (part.kind() != kind) continue;
    storage::PartKey key;
    if (part.hash().size() != key.hash.size()) break;
    std::copy(part.hash().begin(), part.hash().end(), key.hash.begin());
    auto bytes = snapshot.Get(Partition::Book(), key.Encode());
    if (!bytes.ok()) return bytes.status();
    if (*bytes) return **std::move(bytes);
    break;
  }
  return absl::DataLossError(absl::StrCat("the part '", std::string(kind),
                                          "' of a rulebook is missing; restore a backup"));
}

}  // namespace

absl::Status ViolationsError(const std::vector<engine::Violation>& violations) {
  return absl::InvalidArgumentError(
      absl::StrCat("the rulebook has ", violations.size(), " error(s):\n",
                   absl::StrJoin(violations, "\n", [](std::string* out, const auto& v) {
                     absl::StrAppend(out, v.field, ": ", v.reason);
                   })));
}

absl::StatusOr<std::unique_ptr<Book>> Book::Open(storage::Store* store,
                                                 const engine::Calendar& calendar,
                                                 Ledger::RulesReader read_rules,
                                                 absl::string_view default_rules_text,
                                                 engine::Instant now) {
  auto book = std::unique_ptr<Book>(new Book(store, calendar, std::move(read_rules)));
  if (absl::Status status = book->Load(); !status.ok()) return status;
  if (book->current() == nullptr) {
    absl::StatusOr<uint64_t> first =
        book->Activate(default_rules_text, "kizuna", "the rulebook of a new store", now);
    if (!first.ok()) return first.status();
  }
  return book;
}

absl::Status Book::Load() {
  const auto snapshot = store_->GetSnapshot();
  auto head = storage::GetRecordAs<BookHead>(*snapshot, Partition::Book(), storage::HeadKey{});
  if (!head.ok()) return head.status();
  if (!*head) return absl::OkStatus();
  const uint64_t number = (*head)->active_number();
  absl::StatusOr<Parts> stored = ReadParts(number);
  if (!stored.ok()) return stored.status();

  auto rulebook = CompileStored(number, *stored);
  if (!rulebook.ok()) return rulebook.status();
  absl::MutexLock lock(&mutex_);
  current_ = *std::move(rulebook);
  rules_text_ = std::move(stored->rules);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const engine::Rulebook>> Book::CompileStored(
    uint64_t number, const Parts& stored) const {
  engine::Rulebook::Parts parts;
  absl::Status status = ReadInto<storage::v1::StoredCatalogue>(stored.catalogue, parts.products);
  if (status.ok()) status = ReadInto<storage::v1::StoredMetrics>(stored.metrics, parts.metrics);
  if (status.ok()) status = ReadInto<storage::v1::StoredSources>(stored.sources, parts.sources);
  if (!status.ok()) return status;
  std::vector<engine::Violation> violations;
  auto rulebook = CompileParts(number, stored.rules, std::move(parts), violations);
  if (rulebook != nullptr) return rulebook;
  return absl::DataLossError(absl::StrCat("rulebook ", number, ", which was in force, is none to ",
                                          "this version: ", ViolationsError(violations).message()));
}

absl::StatusOr<std::shared_ptr<const engine::Rulebook>> Book::Numbered(uint64_t number) {
  {
    absl::MutexLock lock(&mutex_);
    if (current_->number() == number) return current_;
    const auto kept = std::find_if(past_.begin(), past_.end(),
                                   [&](const auto& past) { return past->number() == number; });
    if (kept != past_.end()) {
      std::rotate(kept, kept + 1, past_.end());
      return past_.back();
    }
  }
  absl::StatusOr<Parts> stored = ReadParts(number);
  if (!stored.ok()) return stored.status();
  auto rulebook = CompileStored(number, *stored);
  if (!rulebook.ok()) return rulebook.status();
  absl::MutexLock lock(&mutex_);
  if (past_.size() == kMostPast) past_.erase(past_.begin());
  past_.push_back(*rulebook);
  return rulebook;
}

absl::StatusOr<std::shared_ptr<const engine::Rulebook>> Book::InForceAt(engine::Instant at) {
  // Numbers have no gap and rise with the time of their activation.
  const auto snapshot = store_->GetSnapshot();
  uint64_t newest = 1;  // activated by then, as far as is known
  uint64_t later = current()->number() + 1;
  while (later - newest > 1) {
    const uint64_t middle = newest + (later - newest) / 2;
    auto record = storage::GetRecord(*snapshot, Partition::Book(), storage::BookKey{middle});
    if (!record.ok()) return record.status();
    // One that was activated since the snapshot was taken.
    const bool activated = *record && (*record)->activated_at_micros() <= at;
    (activated ? newest : later) = middle;
  }
  return Numbered(newest);
}

absl::StatusOr<Book::Parts> Book::ReadParts(uint64_t number) const {
  const auto snapshot = store_->GetSnapshot();
  auto record = storage::GetRecord(*snapshot, Partition::Book(), storage::BookKey{number});
  if (!record.ok()) return record.status();
  if (!*record) return NoSuchNumber(number);
  Parts parts;
  for (auto [kind, bytes] : {std::pair(kModels, &parts.rules),
                             {kCatalogue, &parts.catalogue},
                             {kMetrics, &parts.metrics},
                             {kSources, &parts.sources}}) {
    absl::StatusOr<std::string> read = PartBytes(*snapshot, **record, kind);
    if (!read.ok()) return read.status();
    *bytes = *std::move(read);
  }
  return parts;
}

std::shared_ptr<const engine::Rulebook> Book::CompileParts(
    uint64_t number, absl::string_view rules_text, engine::Rulebook::Parts parts,
    std::vector<engine::Violation>& violations) const {
  absl::StatusOr<engine::RulebookSpec> rules = read_rules_(rules_text);
  if (!rules.ok()) {
    violations = {{"text", std::string(rules.status().message())}};
    return nullptr;
  }
  parts.rules = *std::move(rules);
  return engine::Rulebook::Compile(number, std::move(parts), calendar_, violations);
}

std::shared_ptr<const engine::Rulebook> Book::current() const {
  absl::MutexLock lock(&mutex_);
  return current_;
}

std::shared_ptr<const engine::Rulebook> Book::Compile(
    absl::string_view rules_text, std::vector<engine::Violation>& violations) const {
  const auto present = current();
  engine::Rulebook::Parts parts;
  if (present != nullptr) parts = present->parts();
  const uint64_t next = present == nullptr ? 1 : present->number() + 1;
  auto rulebook = CompileParts(next, rules_text, std::move(parts), violations);
  if (rulebook == nullptr || present == nullptr) return rulebook;
  // What a metric means never changes: facts were taken under its kind.
  for (const engine::Metric& metric : present->metrics()) {
    const engine::Metric* kept = rulebook->FindMetric(metric.spec.name);
    if (kept != nullptr &&
        (kept->spec.kind != metric.spec.kind || kept->spec.grain_days != metric.spec.grain_days)) {
      violations.push_back({absl::StrCat("metrics/", metric.spec.name),
                            "its kind and grain can never change; declare a new name"});
    }
  }
  return violations.empty() ? rulebook : nullptr;
}

absl::StatusOr<uint64_t> Book::Activate(absl::string_view rules_text, absl::string_view author,
                                        absl::string_view note, engine::Instant now) {
  absl::MutexLock lock(&writing_);
  std::vector<engine::Violation> violations;
  auto rulebook = Compile(rules_text, violations);
  if (rulebook == nullptr) return ViolationsError(violations);
  const uint64_t number = rulebook->number();
  absl::Status status = Put(std::move(rulebook), std::string(rules_text), author, note, now);
  if (!status.ok()) return status;
  return number;
}

absl::StatusOr<uint64_t> Book::Edit(
    const std::function<absl::Status(engine::Rulebook::Parts&)>& edit, engine::Instant now) {
  absl::MutexLock lock(&writing_);
  const auto present = current();
  std::string text;
  {
    absl::MutexLock read(&mutex_);
    text = rules_text_;
  }
  engine::Rulebook::Parts parts = present->parts();
  if (absl::Status status = edit(parts); !status.ok()) return status;
  std::vector<engine::Violation> violations;
  auto rulebook =
      engine::Rulebook::Compile(present->number() + 1, std::move(parts), calendar_, violations);
  if (rulebook == nullptr) return ViolationsError(violations);
  const auto bytes = [](const engine::Rulebook& book) {
    return absl::StrCat(convert::StorePart(book.parts().products).SerializeAsString(), "|",
                        convert::StorePart(book.parts().metrics).SerializeAsString(), "|",
                        convert::StorePart(book.parts().sources).SerializeAsString());
  };
  if (bytes(*rulebook) == bytes(*present)) return present->number();
  const uint64_t number = rulebook->number();
  absl::Status status = Put(std::move(rulebook), std::move(text), "", "", now);
  if (!status.ok()) return status;
  return number;
}

absl::Status Book::Put(std::shared_ptr<const engine::Rulebook> rulebook, std::string rules_text,
                       absl::string_view author, absl::string_view note, engine::Instant now) {
  storage::WriteBatch batch(Partition::Book());
  BookRecord record;
  record.set_activated_at_micros(now);
  record.set_author(std::string(author));
  record.set_note(std::string(note));
  const auto add = [&](const char* kind, std::string bytes) {
    storage::PartKey key{convert::FingerprintOf(bytes)};
    BookPart& part = *record.add_parts();
    part.set_kind(kind);
    part.set_hash(key.hash.data(), key.hash.size());
    batch.Put(key.Encode(), std::move(bytes));
  };
  add(kModels, rules_text);
  add(kCatalogue, convert::StorePart(rulebook->parts().products).SerializeAsString());
  add(kMetrics, convert::StorePart(rulebook->parts().metrics).SerializeAsString());
  add(kSources, convert::StorePart(rulebook->parts().sources).SerializeAsString());
  BookHead head;
  head.set_active_number(rulebook->number());
  batch.GuardAbsent(storage::BookKey{rulebook->number()}.Encode());
  batch.Put(storage::BookKey{rulebook->number()}.Encode(), record.SerializeAsString());
  batch.Put(storage::HeadKey{}.Encode(), head.SerializeAsString());
  if (absl::Status status = store_->Commit(batch); !status.ok()) {
    // It may have been carried out, or another writer was faster: what is in force stands in the
    // store. If that cannot be read either, the first failure is what counts.
    (void)Load();
    return status;
  }
  absl::MutexLock lock(&mutex_);
  current_ = std::move(rulebook);
  rules_text_ = std::move(rules_text);
  return absl::OkStatus();
}

absl::StatusOr<BookEntry> Book::Get(uint64_t number) const {
  const uint64_t active = current()->number();
  if (number == 0) number = active;
  const auto snapshot = store_->GetSnapshot();
  auto record = storage::GetRecord(*snapshot, Partition::Book(), storage::BookKey{number});
  if (!record.ok()) return record.status();
  if (!*record) return NoSuchNumber(number);
  absl::StatusOr<std::string> text = PartBytes(*snapshot, **record, kModels);
  if (!text.ok()) return text.status();
  BookEntry entry = EntryOf(number, **record, *std::move(text));
  entry.active = number == active;
  return entry;
}

absl::StatusOr<std::vector<BookEntry>> Book::List(uint64_t before, size_t limit) const {
  const uint64_t active = current()->number();
  std::vector<BookEntry> entries;
  uint64_t number = before == 0 ? active : std::min(before - 1, active);
  for (; number > 0 && entries.size() < limit; --number) {
    absl::StatusOr<BookEntry> entry = Get(number);
    if (!entry.ok()) return entry.status();
    entries.push_back(*std::move(entry));
  }
  return entries;
}

}  // namespace kizuna::ledger
