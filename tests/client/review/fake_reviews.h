// SPDX-License-Identifier: Apache-2.0
//
// How are `review` and `proposal` tested without a server of ours? Against this fake: it answers
// with the samples and keeps what it was asked.

#ifndef KIZUNA_TESTS_CLIENT_REVIEW_FAKE_REVIEWS_H_
#define KIZUNA_TESTS_CLIENT_REVIEW_FAKE_REVIEWS_H_

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "kizuna/v1/account_service.grpc.pb.h"
#include "kizuna/v1/review_service.grpc.pb.h"
#include "kizuna/v1/status_service.grpc.pb.h"
#include "tests/client/review/samples.h"

namespace kizuna::test {

// An error with its reason, as the server sends it.
inline grpc::Status ErrorOf(grpc::StatusCode code, const std::string& message,
                            const std::string& reason) {
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  google::rpc::Status details;
  details.set_code(code);
  details.set_message(message);
  details.add_details()->PackFrom(info);
  return grpc::Status(code, message, details.SerializeAsString());
}

// Reviews of the sample's text, under the name that was asked for. `broken` has none, `leaky` sends
// a customer's copy that holds what is ours.
class FakeReviews final : public v1::ReviewService::Service {
 public:
  grpc::Status PrepareReview(grpc::ServerContext*, const v1::PrepareReviewRequest* request,
                             v1::PrepareReviewResponse* response) override {
    const int now = ++in_flight_;
    absl::SleepFor(absl::Milliseconds(5));
    absl::MutexLock lock(&mutex);
    most_in_flight = std::max(most_in_flight, now);
    --in_flight_;
    ++prepared;
    asked = *request;
    if (absl::StrContains(request->name(), "broken")) {
      return ErrorOf(grpc::StatusCode::NOT_FOUND, "it was erased", "ACCOUNT_NOT_FOUND");
    }
    v1::Review review = RichReview(true);
    review.set_unfinished(unfinished);
    if (request->copy() == v1::REVIEW_COPY_INTERNAL ||
        absl::StrContains(request->name(), "leaky")) {
      AddInternal(&review);
    }
    review.set_copy(request->copy());
    review.set_name(request->name());
    *response->mutable_review() = review;
    return grpc::Status::OK;
  }
  grpc::Status EditReview(grpc::ServerContext*, const v1::EditReviewRequest* request,
                          v1::EditReviewResponse* response) override {
    edited = *request;
    response->set_revision(43);
    return grpc::Status::OK;
  }
  grpc::Status SendReview(grpc::ServerContext*, const v1::SendReviewRequest* request,
                          v1::SendReviewResponse* response) override {
    sent = *request;
    response->set_revision(44);
    return grpc::Status::OK;
  }
  grpc::Status PrepareProposal(grpc::ServerContext*, const v1::PrepareProposalRequest* request,
                               v1::PrepareProposalResponse* response) override {
    asked_proposal = *request;
    if (!closed.empty()) {
      return ErrorOf(grpc::StatusCode::FAILED_PRECONDITION,
                     "DISSATISFIED is closed: record a recovery", closed);
    }
    *response->mutable_proposal() = RichProposal(false);
    return grpc::Status::OK;
  }

  absl::Mutex mutex;
  int prepared ABSL_GUARDED_BY(mutex) = 0;
  int most_in_flight ABSL_GUARDED_BY(mutex) = 0;
  v1::PrepareReviewRequest asked ABSL_GUARDED_BY(mutex);
  // Set before the calls, read after them.
  bool unfinished = false;
  std::string closed;
  v1::EditReviewRequest edited;
  v1::SendReviewRequest sent;
  v1::PrepareProposalRequest asked_proposal;

 private:
  std::atomic<int> in_flight_{0};
};

// Accounts by id with their revisions, in pages of five.
class FakeAccounts final : public v1::AccountService::Service {
 public:
  grpc::Status ListAccounts(grpc::ServerContext*, const v1::ListAccountsRequest* request,
                            v1::ListAccountsResponse* response) override {
    filter = request->filter();
    for (auto it = revisions.upper_bound(request->page_token()); it != revisions.end(); ++it) {
      if (response->accounts_size() == 5) {
        response->set_next_page_token(
            response->accounts(4).name().substr(std::string("accounts/").size()));
        break;
      }
      v1::Account* const account = response->add_accounts();
      account->set_name("accounts/" + it->first);
      account->set_revision(it->second);
      account->mutable_profile()->set_language("ja");
    }
    return grpc::Status::OK;
  }

  std::map<std::string, uint64_t> revisions;
  std::string filter;
};

class FakeStatus final : public v1::StatusService::Service {
 public:
  grpc::Status GetStatus(grpc::ServerContext*, const v1::GetStatusRequest*,
                         v1::GetStatusResponse* response) override {
    response->mutable_settings()->set_time_zone("Asia/Tokyo");
    return grpc::Status::OK;
  }
};

}  // namespace kizuna::test

#endif  // KIZUNA_TESTS_CLIENT_REVIEW_FAKE_REVIEWS_H_
