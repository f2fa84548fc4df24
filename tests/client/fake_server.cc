// SPDX-License-Identifier: Apache-2.0
#include "tests/client/fake_server.h"

#include <grpcpp/grpcpp.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "kizuna/v1/account_service.grpc.pb.h"
#include "kizuna/v1/decision_service.grpc.pb.h"
#include "kizuna/v1/fact_service.grpc.pb.h"
#include "kizuna/v1/health_service.grpc.pb.h"
#include "kizuna/v1/readiness_service.grpc.pb.h"
#include "kizuna/v1/rulebook_service.grpc.pb.h"
#include "kizuna/v1/status_service.grpc.pb.h"
#include "tests/client/fake_book.h"

namespace kizuna::test {
namespace {

grpc::Status Error(const google::rpc::Status& details) {
  return grpc::Status(static_cast<grpc::StatusCode>(details.code()), details.message(),
                      details.SerializeAsString());
}

// Counts the call, and misbehaves as told. OK: go on.
grpc::Status Enter(Book& book, grpc::ServerContext* context) {
  ++book.seen.calls;
  while (book.faults.hang && !context->IsCancelled()) absl::SleepFor(absl::Milliseconds(5));
  if (context->IsCancelled()) return grpc::Status(grpc::StatusCode::CANCELLED, "given up");
  if (!book.faults.token.empty()) {
    const auto& metadata = context->client_metadata();
    const auto found = metadata.find("authorization");
    const bool known =
        found != metadata.end() && absl::string_view(found->second.data(), found->second.size()) ==
                                       absl::StrCat("Bearer ", book.faults.token);
    if (!known) return grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "the token is not known");
  }
  int left = book.faults.unavailable;
  while (left > 0 && !book.faults.unavailable.compare_exchange_weak(left, left - 1)) continue;
  if (left > 0) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "draining");
  return grpc::Status::OK;
}

class Accounts final : public v1::AccountService::Service {
 public:
  explicit Accounts(Book* book) : book_(*book) {}

  grpc::Status GetAccount(grpc::ServerContext* context, const v1::GetAccountRequest* request,
                          v1::Account* response) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    absl::MutexLock lock(&book_.mutex);
    const auto found = book_.accounts.find(request->name());
    if (found == book_.accounts.end()) return Error(NoAccount(request->name()));
    *response = found->second.account;
    return grpc::Status::OK;
  }

  // Pages of two at most, so that a test has pages.
  grpc::Status ListAccounts(grpc::ServerContext* context, const v1::ListAccountsRequest* request,
                            v1::ListAccountsResponse* response) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    absl::MutexLock lock(&book_.mutex);
    for (auto it = book_.accounts.upper_bound(request->page_token()); it != book_.accounts.end();
         ++it) {
      if (response->accounts_size() == std::min(2, request->page_size())) {
        response->set_next_page_token(response->accounts(response->accounts_size() - 1).name());
        break;
      }
      *response->add_accounts() = it->second.account;
    }
    return grpc::Status::OK;
  }

  grpc::Status UpdateAccount(grpc::ServerContext* context, const v1::UpdateAccountRequest* request,
                             v1::Account* response) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    absl::MutexLock lock(&book_.mutex);
    const std::string& name = request->account().name();
    const bool created = book_.accounts.count(name) == 0;
    if (created && !request->allow_missing()) return Error(NoAccount(name));
    if (created) book_.AddAccount(name.substr(9), "");
    v1::Account& account = book_.accounts[name].account;
    account.mutable_profile()->MergeFrom(request->account().profile());
    account.set_revision(++book_.revision);
    *response = account;
    if (created) response->set_create_revision(account.revision());
    return grpc::Status::OK;
  }

  grpc::Status DeleteAccount(grpc::ServerContext* context, const v1::DeleteAccountRequest* request,
                             v1::DeleteAccountResponse*) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    absl::MutexLock lock(&book_.mutex);
    if (book_.accounts.erase(request->name()) == 0) return Error(NoAccount(request->name()));
    return grpc::Status::OK;
  }

  grpc::Status ListContacts(grpc::ServerContext*, const v1::ListContactsRequest*,
                            v1::ListContactsResponse* response) override {
    v1::ContactRecord* const record = response->add_contacts();
    record->mutable_contact()->set_contact_id("c-1");
    record->mutable_contact()->set_full_name("佐藤 由紀");
    record->mutable_contact()->set_role(v1::ROLE_CHAMPION);
    record->set_present(true);
    return grpc::Status::OK;
  }
  grpc::Status ListSubscriptions(grpc::ServerContext*, const v1::ListSubscriptionsRequest*,
                                 v1::ListSubscriptionsResponse*) override {
    return grpc::Status::OK;
  }
  grpc::Status ListPurchases(grpc::ServerContext*, const v1::ListPurchasesRequest*,
                             v1::ListPurchasesResponse*) override {
    return grpc::Status::OK;
  }

 private:
  Book& book_;
};

class Facts final : public v1::FactService::Service {
 public:
  explicit Facts(Book* book) : book_(*book) {}

  grpc::Status RecordFacts(grpc::ServerContext* context, const v1::RecordFactsRequest* request,
                           v1::RecordFactsResponse* response) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    for (const v1::Fact& fact : request->facts()) *response->add_results() = Record(book_, fact);
    return grpc::Status::OK;
  }

  grpc::Status StreamFacts(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<v1::StreamFactsResponse, v1::StreamFactsRequest>* stream) override {
    ++book_.seen.streams;
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    v1::StreamFactsRequest request;
    for (int acknowledged = 0; stream->Read(&request);) {
      const int limit = book_.faults.break_stream_after;
      v1::StreamFactsResponse response;
      response.set_sequence(request.sequence() +
                            static_cast<uint64_t>(book_.faults.shift_sequence));
      for (const v1::Fact& fact : request.facts()) *response.add_results() = Record(book_, fact);
      // The worst moment to break: recorded, and not acknowledged.
      if (limit > 0 && acknowledged == limit) {
        return grpc::Status(grpc::StatusCode::UNAVAILABLE, "restarting");
      }
      if (book_.faults.never_acknowledge) continue;
      stream->Write(response);
      ++acknowledged;
    }
    return grpc::Status::OK;
  }

 private:
  Book& book_;
};

class Healths final : public v1::HealthService::Service {
 public:
  explicit Healths(Book* book) : book_(*book) {}

  grpc::Status ExplainHealth(grpc::ServerContext* context, const v1::ExplainHealthRequest* request,
                             v1::ExplainHealthResponse* response) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    absl::MutexLock lock(&book_.mutex);
    const auto found = book_.accounts.find(request->name());
    if (found == book_.accounts.end()) return Error(NoAccount(request->name()));
    const FakeAccount& account = found->second;
    *response->mutable_account() = account.account;
    FillHealth(account, response->mutable_health());
    v1::Loyalty* const loyalty = response->mutable_loyalty();
    loyalty->set_tier(v1::LOYALTY_TIER_PROMOTER);
    loyalty->set_touch_tier(v1::TOUCH_TIER_HIGH);
    loyalty->set_cell(v1::MATRIX_CELL_B);
    loyalty->mutable_recurring_revenue()->set_currency_code("USD");
    loyalty->mutable_recurring_revenue()->set_units(12000);
    response->set_verdict(VerdictOn(account));
    response->set_best_motion(v1::MOTION_SEATS);
    for (const v1::Motion motion : {v1::MOTION_SEATS, v1::MOTION_PLAN, v1::MOTION_RENEWAL}) {
      v1::Assessment* const assessment = response->add_assessments();
      assessment->set_motion(motion);
      assessment->set_product("products/wms");
      const bool pitch = motion != v1::MOTION_RENEWAL;
      assessment->set_verdict(pitch ? VerdictOn(account) : v1::VERDICT_ALLOW);
      if (pitch) AddReason(account, motion, assessment->mutable_reasons());
      assessment->mutable_readiness()->set_score(81.5);
      assessment->mutable_readiness()->set_health(60);
      assessment->mutable_yearly_gain()->set_units(500);
    }
    response->mutable_can_change_at()->set_seconds(kNowSeconds + 30 * 86400);
    if (book_.faults.shape_explanation) book_.faults.shape_explanation(response);
    return grpc::Status::OK;
  }

  grpc::Status ListHealthHistory(grpc::ServerContext*, const v1::ListHealthHistoryRequest*,
                                 v1::ListHealthHistoryResponse* response) override {
    v1::HealthHistoryEntry* const entry = response->add_entries();
    entry->mutable_date()->set_year(2026);
    entry->mutable_date()->set_month(11);
    entry->mutable_date()->set_day(21);
    entry->set_score(60);
    entry->set_band(v1::BAND_YELLOW);
    v1::MotionVerdict* const verdict = entry->add_verdicts();
    verdict->set_verdict(v1::VERDICT_ALLOW);
    return grpc::Status::OK;
  }

 private:
  Book& book_;
};

class Readinesses final : public v1::ReadinessService::Service {
 public:
  explicit Readinesses(Book* book) : book_(*book) {}

  grpc::Status CheckPitch(grpc::ServerContext* context, const v1::CheckPitchRequest* request,
                          v1::CheckPitchResponse* response) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    absl::MutexLock lock(&book_.mutex);
    const auto found = book_.accounts.find(request->account());
    if (found == book_.accounts.end()) return Error(NoAccount(request->account()));
    *response = Check(found->second, *request);
    response->set_decision_id("d1." + request->account().substr(9));
    if (book_.faults.spoil_check) book_.faults.spoil_check(response);
    return grpc::Status::OK;
  }

  grpc::Status BatchCheckPitch(grpc::ServerContext* context,
                               const v1::BatchCheckPitchRequest* request,
                               v1::BatchCheckPitchResponse* response) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    absl::MutexLock lock(&book_.mutex);
    for (const v1::CheckPitchRequest& item : request->requests()) {
      v1::CheckPitchResult* const result = response->add_results();
      const auto found = book_.accounts.find(item.account());
      if (found == book_.accounts.end()) {
        *result->mutable_error() = NoAccount(item.account());
      } else {
        *result->mutable_response() = Check(found->second, item);
      }
    }
    if (book_.faults.spoil_batch) book_.faults.spoil_batch(response);
    return grpc::Status::OK;
  }

  grpc::Status ListReady(grpc::ServerContext* context, const v1::ListReadyRequest* request,
                         v1::ListReadyResponse* response) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    absl::MutexLock lock(&book_.mutex);
    for (const auto& [name, account] : book_.accounts) {
      const v1::Verdict verdict = VerdictOn(account);
      bool wanted = request->verdicts().empty() && verdict == v1::VERDICT_ALLOW;
      for (const int each : request->verdicts()) wanted = wanted || each == verdict;
      if (!wanted) continue;
      v1::ReadyAccount* const row = response->add_accounts();
      row->set_account(name);
      row->set_display_name(account.account.profile().display_name());
      row->set_verdict(verdict);
      row->set_motion(v1::MOTION_SEATS);
      row->set_product("products/wms");
      row->set_readiness(81.5);
      row->set_health_score(60);
      row->set_band(v1::BAND_YELLOW);
      row->set_cell(v1::MATRIX_CELL_B);
      row->mutable_revenue_at_stake()->set_currency_code("USD");
      row->mutable_revenue_at_stake()->set_units(12000);
      row->mutable_revenue_at_stake()->set_nanos(500000000);
      row->set_owner("sato");
      if (verdict == v1::VERDICT_DENY) row->add_gates("DISSATISFIED");
    }
    response->mutable_swept_to()->set_seconds(kNowSeconds);
    response->set_rulebook_number(1);
    return grpc::Status::OK;
  }

 private:
  Book& book_;
};

// Ids are "d1." and the account. A simulation knows an answer to the NPS question and nothing else.
class Decisions final : public v1::DecisionService::Service {
 public:
  explicit Decisions(Book* book) : book_(*book) {}

  grpc::Status ExplainDecision(grpc::ServerContext* context,
                               const v1::ExplainDecisionRequest* request,
                               v1::ExplainDecisionResponse* response) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    absl::MutexLock lock(&book_.mutex);
    v1::CheckPitchRequest& question = *response->mutable_question();
    question.set_account("accounts/" + request->decision_id().substr(3));
    question.set_motion(v1::MOTION_SEATS);
    question.set_team("sales");
    question.set_channel("mail");
    question.mutable_as_of()->set_seconds(kNowSeconds);
    question.set_known_at(7);
    response->set_contact_unknown(true);
    const auto found = book_.accounts.find(question.account());
    if (found == book_.accounts.end()) return Error(NoAccount(question.account()));
    *response->mutable_answer() = Check(found->second, question);
    response->mutable_answer()->set_decision_id(request->decision_id() + book_.faults.other_id);
    return grpc::Status::OK;
  }

  grpc::Status RotateDecisionKey(grpc::ServerContext* context, const v1::RotateDecisionKeyRequest*,
                                 v1::RotateDecisionKeyResponse* response) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    response->set_key_number(2);
    response->mutable_create_time()->set_seconds(kNowSeconds);
    return grpc::Status::OK;
  }

  grpc::Status Simulate(grpc::ServerContext* context, const v1::SimulateRequest* request,
                        v1::SimulateResponse* response) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    absl::MutexLock lock(&book_.mutex);
    book_.last_simulation = *request;
    const auto found = book_.accounts.find(request->question().account());
    if (found == book_.accounts.end()) return Error(NoAccount(request->question().account()));
    FakeAccount after = found->second;
    for (const v1::Fact& fact : request->facts()) {
      if (fact.has_survey()) after.newest_nps = static_cast<int>(fact.survey().score());
    }
    *response->mutable_before() = Check(found->second, request->question());
    *response->mutable_after() = Check(after, request->question());
    FillHealth(found->second, response->mutable_health_before());
    FillHealth(after, response->mutable_health_after());
    return grpc::Status::OK;
  }

 private:
  Book& book_;
};

// A text that says "bad" is faulty; any other denies every account that was allowed.
class Rulebooks final : public v1::RulebookService::Service {
 public:
  explicit Rulebooks(Book* book) : book_(*book) {}

  grpc::Status GetRulebook(grpc::ServerContext*, const v1::GetRulebookRequest*,
                           v1::RulebookVersion* response) override {
    absl::MutexLock lock(&book_.mutex);
    response->set_number(book_.rulebook_number);
    response->set_text(book_.rulebook_text);
    return grpc::Status::OK;
  }
  grpc::Status ListRulebooks(grpc::ServerContext*, const v1::ListRulebooksRequest*,
                             v1::ListRulebooksResponse* response) override {
    absl::MutexLock lock(&book_.mutex);
    v1::RulebookVersion* const rulebook = response->add_rulebooks();
    rulebook->set_number(book_.rulebook_number);
    rulebook->set_active(true);
    return grpc::Status::OK;
  }
  grpc::Status ValidateRulebook(grpc::ServerContext*, const v1::ValidateRulebookRequest* request,
                                v1::ValidateRulebookResponse* response) override {
    if (IsBad(request->text())) AddViolation(response->add_violations());
    return grpc::Status::OK;
  }
  grpc::Status PreviewRulebook(grpc::ServerContext*, const v1::PreviewRulebookRequest* request,
                               v1::PreviewRulebookResponse* response) override {
    absl::MutexLock lock(&book_.mutex);
    if (IsBad(request->text())) {
      AddViolation(response->add_violations());
      return grpc::Status::OK;
    }
    response->set_account_count(static_cast<int64_t>(book_.accounts.size()));
    response->set_rulebook_number(book_.rulebook_number);
    for (const auto& [name, account] : book_.accounts) {
      if (VerdictOn(account) != v1::VERDICT_ALLOW) continue;
      v1::VerdictChange* const change = response->add_changes();
      change->set_account(name);
      change->set_from(v1::VERDICT_ALLOW);
      change->set_to(v1::VERDICT_DENY);
      response->set_changed_count(response->changed_count() + 1);
    }
    return grpc::Status::OK;
  }
  grpc::Status ActivateRulebook(grpc::ServerContext*, const v1::ActivateRulebookRequest* request,
                                v1::ActivateRulebookResponse* response) override {
    absl::MutexLock lock(&book_.mutex);
    if (request->expected_number() != book_.rulebook_number) {
      return grpc::Status(grpc::StatusCode::ABORTED, "another rulebook came into force");
    }
    book_.rulebook_text = request->text();
    response->mutable_rulebook()->set_number(++book_.rulebook_number);
    response->mutable_rulebook()->set_author(request->author());
    return grpc::Status::OK;
  }

 private:
  static bool IsBad(const std::string& text) { return absl::StrContains(text, "bad"); }
  static void AddViolation(v1::RulebookViolation* violation) {
    violation->set_field("models[0].dimensions[1].weight");
    violation->set_reason("is 0; write a weight above 0");
  }
  Book& book_;
};

class Statuses final : public v1::StatusService::Service {
 public:
  explicit Statuses(Book* book) : book_(*book) {}
  grpc::Status GetStatus(grpc::ServerContext* context, const v1::GetStatusRequest*,
                         v1::GetStatusResponse* response) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    absl::MutexLock lock(&book_.mutex);
    response->set_version("0.0.0-fake");
    response->mutable_settings()->set_time_zone("Asia/Tokyo");
    response->mutable_settings()->set_currency_code("USD");
    response->set_account_count(static_cast<int64_t>(book_.accounts.size()));
    response->set_rulebook_number(book_.rulebook_number);
    return grpc::Status::OK;
  }
  grpc::Status CreateBackup(grpc::ServerContext* context, const v1::CreateBackupRequest*,
                            v1::CreateBackupResponse* response) override {
    if (grpc::Status fault = Enter(book_, context); !fault.ok()) return fault;
    response->set_number(3);
    response->mutable_create_time()->set_seconds(kNowSeconds);
    response->set_size_bytes(1'234'567);
    return grpc::Status::OK;
  }

 private:
  Book& book_;
};

}  // namespace

struct FakeServer::State {
  Book book;
  Accounts accounts{&book};
  Decisions decisions{&book};
  Facts facts{&book};
  Healths healths{&book};
  Readinesses readinesses{&book};
  Rulebooks rulebooks{&book};
  Statuses statuses{&book};
  std::unique_ptr<grpc::Server> server;
  std::string address;
};

FakeServer::FakeServer() : state_(std::make_unique<State>()) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&state_->accounts);
  builder.RegisterService(&state_->decisions);
  builder.RegisterService(&state_->facts);
  builder.RegisterService(&state_->healths);
  builder.RegisterService(&state_->readinesses);
  builder.RegisterService(&state_->rulebooks);
  builder.RegisterService(&state_->statuses);
  state_->server = builder.BuildAndStart();
  state_->address = absl::StrCat("127.0.0.1:", port);
}

FakeServer::~FakeServer() { Stop(); }

const std::string& FakeServer::address() const { return state_->address; }
Faults& FakeServer::faults() { return state_->book.faults; }
Seen& FakeServer::seen() { return state_->book.seen; }

void FakeServer::AddAccount(const std::string& id, const std::string& display_name, int nps) {
  absl::MutexLock lock(&state_->book.mutex);
  state_->book.AddAccount(id, display_name);
  state_->book.accounts["accounts/" + id].newest_nps = nps;
}

int64_t FakeServer::fact_count() {
  absl::MutexLock lock(&state_->book.mutex);
  return static_cast<int64_t>(state_->book.facts.size());
}

v1::Fact FakeServer::last_fact() {
  absl::MutexLock lock(&state_->book.mutex);
  return state_->book.last_fact;
}

v1::SimulateRequest FakeServer::last_simulation() {
  absl::MutexLock lock(&state_->book.mutex);
  return state_->book.last_simulation;
}

void FakeServer::Stop() {
  if (state_->server == nullptr) return;
  state_->book.faults.hang = false;
  state_->server->Shutdown(absl::ToChronoTime(absl::Now()));
  state_->server->Wait();
  state_->server.reset();
}

}  // namespace kizuna::test
