// SPDX-License-Identifier: Apache-2.0
//
// A destination that keeps what it is given as the server would: a fact by its identity, the same
// again as a duplicate, other content refused, an unknown account refused.

#ifndef KIZUNA_TESTS_CLIENT_IMPORT_FAKE_DESTINATION_H_
#define KIZUNA_TESTS_CLIENT_IMPORT_FAKE_DESTINATION_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/import/destination.h"

namespace kizuna::import {

class FakeDestination final : public Destination {
 public:
  absl::StatusOr<absl::TimeZone> Zone() override { return zone; }

  absl::StatusOr<Put> PutMetric(const kizuna::v1::Metric& metric) override {
    metrics.insert(metric.name());
    return Put::kNew;
  }

  absl::StatusOr<Put> PutProduct(const kizuna::v1::Product& product) override {
    auto [found, is_new] = products.emplace(product.name(), product.SerializeAsString());
    if (is_new) return Put::kNew;
    if (found->second == product.SerializeAsString()) return Put::kSame;
    found->second = product.SerializeAsString();
    return Put::kChanged;
  }

  absl::StatusOr<Put> PutSource(const kizuna::v1::Source& put) override {
    source = put;
    return Put::kNew;
  }

  std::unique_ptr<client::FactStream> OpenStream(client::FactStream::OnAck on_ack) override {
    return std::make_unique<Stream>(this, std::move(on_ack));
  }

  // The next so many facts are refused with a passing error.
  int unavailable = 0;
  absl::TimeZone zone = absl::UTCTimeZone();
  std::set<std::string> accounts;
  std::map<std::string, std::string> facts;  // "account source id" -> content
  std::map<std::string, std::string> products;
  std::set<std::string> metrics;
  kizuna::v1::Source source;

  // The fact, or one without account.
  kizuna::v1::Fact Get(const std::string& account, const std::string& id) const {
    kizuna::v1::Fact fact;
    for (const auto& [key, content] : facts) {
      kizuna::v1::Fact candidate;
      candidate.ParseFromString(content);
      if (candidate.account() == account && candidate.fact_id() == id) fact = candidate;
    }
    return fact;
  }

 private:
  class Stream final : public client::FactStream {
   public:
    Stream(FakeDestination* fake, OnAck on_ack) : fake_(fake), on_ack_(std::move(on_ack)) {}

    absl::Status Write(std::vector<kizuna::v1::Fact> batch) override {
      kizuna::v1::StreamFactsRequest sent;
      kizuna::v1::StreamFactsResponse ack;
      for (kizuna::v1::Fact& fact : batch) {
        fake_->Take(fact, ack.add_results());
        *sent.add_facts() = std::move(fact);
      }
      on_ack_(sent, ack);
      return absl::OkStatus();
    }

    absl::Status Finish() override { return absl::OkStatus(); }

   private:
    FakeDestination* const fake_;
    const OnAck on_ack_;
  };

  void Take(const kizuna::v1::Fact& fact, kizuna::v1::FactResult* result) {
    const auto refuse = [result](absl::StatusCode code, std::string message) {
      result->mutable_error()->set_code(static_cast<int>(code));
      result->mutable_error()->set_message(std::move(message));
    };
    if (unavailable > 0) {
      --unavailable;
      return refuse(absl::StatusCode::kUnavailable, "come back later");
    }
    if (fact.has_profile()) accounts.insert(fact.account());
    if (accounts.count(fact.account()) == 0) {
      return refuse(absl::StatusCode::kNotFound, absl::StrCat("no account ", fact.account()));
    }
    const std::string key = absl::StrCat(fact.account(), " ", fact.source(), " ", fact.fact_id());
    const auto [found, is_new] = facts.emplace(key, fact.SerializeAsString());
    if (!is_new && found->second != fact.SerializeAsString()) {
      return refuse(absl::StatusCode::kAlreadyExists,
                    absl::StrCat(fact.fact_id(), " exists with other content"));
    }
    result->mutable_accepted()->set_disposition(
        is_new ? kizuna::v1::FactResult::DISPOSITION_RECORDED
               : kizuna::v1::FactResult::DISPOSITION_DUPLICATE);
  }
};

}  // namespace kizuna::import

#endif  // KIZUNA_TESTS_CLIENT_IMPORT_FAKE_DESTINATION_H_
