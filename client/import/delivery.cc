// SPDX-License-Identifier: Apache-2.0

#include "client/import/delivery.h"

#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace kizuna::import {
namespace {

// A message: large enough that its cost is small, small enough that the server answers soon and
// that it stays far below gRPC's limit of 4 MiB.
constexpr size_t kFactsPerMessage = 500;
constexpr size_t kBytesPerMessage = size_t{1} << 20;
constexpr int kRounds = 6;
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);

// Whether a refusal may pass.
bool MayPass(int code) {
  switch (static_cast<absl::StatusCode>(code)) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool Repeats::Seen(const std::string& identity, const std::string& content) {
  const size_t hash = absl::HashOf(content);
  const auto [found, is_new] = content_hash_.try_emplace(identity, hash);
  return !is_new && found->second == hash;
}

Delivery::Delivery(Destination* destination, Repeats* repeats, RejectsFile* rejects,
                   FileTally* tally)
    : destination_(destination), repeats_(repeats), rejects_(rejects), tally_(tally) {
  Open();
}

void Delivery::Open() {
  stream_ = destination_->OpenStream(
      [this](const kizuna::v1::StreamFactsRequest& sent,
             const kizuna::v1::StreamFactsResponse& ack) { OnAck(sent, ack); });
}

absl::Status Delivery::Take(const CsvRow& row, Made* made) {
  const auto state = std::make_shared<Row>();
  state->line = row.line;
  state->raw = std::string(row.raw);
  state->outstanding = 1;  // the row itself, until all of it is under way
  for (Made::OneProduct& product : made->products) {
    if (absl::Status status = Put(&product, state); !status.ok()) return status;
  }
  for (Made::OneFact& one : made->facts) {
    if (one.fact.has_profile()) {
      const std::string identity = absl::StrCat(one.fact.account(), "\n", one.fact.fact_id());
      if (repeats_->Seen(identity, one.fact.SerializeAsString())) continue;
    }
    Add(std::move(one.fact), Pending{state, one.record});
    if (facts_.size() < kFactsPerMessage && bytes_ < kBytesPerMessage) continue;
    if (absl::Status status = Send(); !status.ok()) return status;
  }
  absl::MutexLock lock(&mutex_);
  Answered(state);
  return absl::OkStatus();
}

absl::Status Delivery::Put(Made::OneProduct* made, const std::shared_ptr<Row>& row) {
  if (repeats_->Seen(made->product.name(), made->product.SerializeAsString())) {
    return absl::OkStatus();
  }
  absl::StatusOr<import::Put> put = destination_->PutProduct(made->product);
  if (!put.ok() && MayPass(static_cast<int>(put.status().code()))) return put.status();
  absl::MutexLock lock(&mutex_);
  RecordTally& record = tally_->records[static_cast<size_t>(made->record)];
  ++record.made;
  if (!put.ok()) {
    ++row->outstanding;
    RejectFact(Pending{row, made->record}, put.status().message());
    Answered(row);
  } else if (*put == import::Put::kSame) {
    ++record.duplicate;
  } else {
    ++record.accepted;
    row->accepted = true;
  }
  return absl::OkStatus();
}

void Delivery::Add(kizuna::v1::Fact fact, Pending pending) {
  bytes_ += fact.ByteSizeLong();
  {
    absl::MutexLock lock(&mutex_);
    ++pending.row->outstanding;
    ++tally_->records[static_cast<size_t>(pending.record)].made;
  }
  facts_.push_back(std::move(fact));
  pending_.push_back(std::move(pending));
}

absl::Status Delivery::Send() {
  if (facts_.empty()) return absl::OkStatus();
  {
    absl::MutexLock lock(&mutex_);
    sent_.push_back(std::move(pending_));
  }
  pending_.clear();
  std::vector<kizuna::v1::Fact> facts;
  facts.swap(facts_);
  facts_.reserve(kFactsPerMessage);
  bytes_ = 0;
  return stream_->Write(std::move(facts));
}

absl::Status Delivery::Finish() {
  absl::Duration pause = kFirstPause;
  for (int round = 1;; ++round) {
    if (absl::Status status = Send(); !status.ok()) return status;
    if (absl::Status status = stream_->Finish(); !status.ok()) return status;
    {
      absl::MutexLock lock(&mutex_);
      if (postponed_.empty()) return absl::OkStatus();
      last_round_ = round + 1 >= kRounds;
    }
    absl::SleepFor(pause);
    pause *= 2;
    Open();
    if (absl::Status status = SendAgain(); !status.ok()) return status;
  }
}

absl::Status Delivery::SendAgain() {
  std::vector<kizuna::v1::Fact> facts;
  std::vector<Pending> pending;
  {
    absl::MutexLock lock(&mutex_);
    facts.swap(postponed_);
    pending.swap(postponed_pending_);
  }
  for (size_t i = 0; i < facts.size(); ++i) {
    bytes_ += facts[i].ByteSizeLong();
    facts_.push_back(std::move(facts[i]));
    pending_.push_back(std::move(pending[i]));
    if (facts_.size() < kFactsPerMessage && bytes_ < kBytesPerMessage) continue;
    if (absl::Status status = Send(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

void Delivery::OnAck(const kizuna::v1::StreamFactsRequest& sent,
                     const kizuna::v1::StreamFactsResponse& ack) {
  absl::MutexLock lock(&mutex_);
  const std::vector<Pending> pending = std::move(sent_.front());
  sent_.pop_front();
  for (size_t i = 0; i < pending.size(); ++i) {
    const kizuna::v1::FactResult& result = ack.results(static_cast<int>(i));
    if (result.has_error() && MayPass(result.error().code()) && !last_round_) {
      postponed_.push_back(sent.facts(static_cast<int>(i)));
      postponed_pending_.push_back(pending[i]);
      continue;
    }
    Count(result, pending[i]);
    Answered(pending[i].row);
  }
}

void Delivery::Count(const kizuna::v1::FactResult& result, const Pending& pending) {
  RecordTally& record = tally_->records[static_cast<size_t>(pending.record)];
  if (result.has_error()) {
    RejectFact(pending, result.error().message());
  } else if (result.accepted().disposition() == kizuna::v1::FactResult::DISPOSITION_DUPLICATE) {
    ++record.duplicate;
  } else {
    ++record.accepted;
    pending.row->accepted = true;
  }
}

void Delivery::RejectFact(const Pending& pending, absl::string_view reason) {
  RecordTally& record = tally_->records[static_cast<size_t>(pending.record)];
  ++record.rejected;
  pending.row->rejected = true;
  rejects_->Add(
      Reject{tally_->name, pending.row->line, record.name, std::string(reason), pending.row->raw});
}

void Delivery::Answered(const std::shared_ptr<Row>& row) {
  if (--row->outstanding > 0) return;
  if (row->rejected) {
    ++tally_->rejected;
  } else if (row->accepted) {
    ++tally_->accepted;
  } else {
    ++tally_->duplicate;
  }
}

}  // namespace kizuna::import
