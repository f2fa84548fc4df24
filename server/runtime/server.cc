// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/server.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "server/alerts/alerts.h"
#include "server/limits.h"
#include "server/middleware/grpc_limits.h"
#include "server/middleware/standard.h"
#include "server/middleware/workers.h"
#include "server/runtime/accept_loop.h"
#include "server/runtime/opened_store.h"
#include "server/services/account_service.h"
#include "server/services/affinity_service.h"
#include "server/services/alert_service.h"
#include "server/services/catalogue_service.h"
#include "server/services/decision_service.h"
#include "server/services/environment.h"
#include "server/services/fact_service.h"
#include "server/services/fact_stream.h"
#include "server/services/health_service.h"
#include "server/services/loyalty_service.h"
#include "server/services/movement_service.h"
#include "server/services/portfolio_service.h"
#include "server/services/readiness_service.h"
#include "server/services/reservation_service.h"
#include "server/services/review_service.h"
#include "server/services/rulebook_service.h"
#include "server/services/source_service.h"
#include "server/services/status_service.h"
#include "server/services/task_service.h"
#include "server/services/timeline_service.h"
#include "server/services/watch_service.h"
#include "spdlog/spdlog.h"

namespace kizuna::server {
namespace {

using Acceptor = grpc::experimental::ExternalConnectionAcceptor;

// Every service, over one environment.
struct Services {
  Services(const Environment& environment, kizuna::alerts::Alerts* alerts_of_the_store)
      : accounts(environment),
        affinity(environment),
        alerts(environment, alerts_of_the_store),
        catalogue(environment),
        decisions(environment),
        facts(environment),
        health(environment),
        loyalty(environment),
        movement(environment),
        portfolio(environment),
        readiness(environment),
        reservations(environment),
        reviews(environment),
        rulebooks(environment),
        sources(environment),
        status(environment),
        tasks(environment),
        timeline(environment),
        watch(environment) {}

  void RegisterWith(grpc::ServerBuilder& builder) {
    builder.RegisterService(&accounts);
    builder.RegisterService(&affinity);
    builder.RegisterService(&alerts);
    builder.RegisterService(&catalogue);
    builder.RegisterService(&decisions);
    builder.RegisterService(&facts);
    builder.RegisterService(&health);
    builder.RegisterService(&loyalty);
    builder.RegisterService(&movement);
    builder.RegisterService(&portfolio);
    builder.RegisterService(&readiness);
    builder.RegisterService(&reservations);
    builder.RegisterService(&reviews);
    builder.RegisterService(&rulebooks);
    builder.RegisterService(&sources);
    builder.RegisterService(&status);
    builder.RegisterService(&tasks);
    builder.RegisterService(&timeline);
    builder.RegisterService(&watch);
  }

  AccountService accounts;
  AffinityService affinity;
  AlertService alerts;
  CatalogueService catalogue;
  DecisionService decisions;
  FactService facts;
  HealthService health;
  LoyaltyService loyalty;
  MovementService movement;
  PortfolioService portfolio;
  ReadinessService readiness;
  ReservationService reservations;
  ReviewService reviews;
  RulebookService rulebooks;
  SourceService sources;
  StatusService status;
  TaskService tasks;
  TimelineService timeline;
  WatchService watch;
};

class GrpcServer final : public Server {
 public:
  explicit GrpcServer(const Options& options)
      : chain_(StandardMiddleware(&gate_, options.call_log)) {}

  ~GrpcServer() override { Stop(); }

  absl::Status Start(const Options& options, const ledger::Clock* clock) {
    const int64_t descriptors = RaiseDescriptorLimit();
    auto address = SplitAddress(options.listen);
    if (!address.ok()) return address.status();
    // The address first: a second server on it must not open anything.
    auto loop =
        AcceptLoop::Listen(*address, ConnectionsWithin(descriptors, options.max_connections));
    if (!loop.ok()) return loop.status();
    auto opened =
        OpenStore(options, clock, Purpose::kServe, [this](const absl::Status& why) { Fail(why); });
    if (!opened.ok()) return opened.status();
    opened_ = *std::move(opened);
    loop_ = *std::move(loop);

    environment_.ledger = opened_.ledger.get();
    environment_.middleware = &chain_;
    environment_.workers = &workers_;
    environment_.streams = &streams_;
    environment_.version = Version();
    environment_.storage_engine = opened_.engine;
    environment_.settings = opened_.settings;
    environment_.started_at = absl::Now();
    environment_.create_backup = [this, options] { return CreateBackup(options); };
    auto alerts = alerts::Alerts::Open(opened_.store.get(), opened_.ledger.get(),
                                       absl::Minutes(options.webhook_retry_minutes));
    if (!alerts.ok()) return alerts.status();
    alerts_ = *std::move(alerts);
    services_ = std::make_unique<Services>(environment_, alerts_.get());

    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    SetLimits(builder);
    services_->RegisterWith(builder);
    acceptor_ = builder.experimental().AddExternalConnectionAcceptor(
        grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
        grpc::InsecureServerCredentials());
    grpc_ = builder.BuildAndStart();
    if (grpc_ == nullptr) return absl::InternalError("gRPC did not start; its log says why");
    alerts_->Start();
    SetServing(true);
    loop_->Start([this](int descriptor) {
      Acceptor::NewConnectionParameters connection;
      connection.fd = descriptor;
      acceptor_->HandleNewConnection(&connection);
    });
    spdlog::info(
        "event=serving address={} version={} engine={} max_connections={} descriptors={} "
        "time_zone={} currency={} rulebook={}",
        loop_->address(), Version(), opened_.engine, loop_->max_connections(), descriptors,
        opened_.settings.time_zone(), opened_.settings.currency_code(),
        opened_.ledger->rulebook()->number());
    return absl::OkStatus();
  }

  const std::string& address() const override { return loop_->address(); }
  std::shared_ptr<grpc::Channel> InProcessChannel() override {
    return grpc_->InProcessChannel(grpc::ChannelArguments());
  }
  ledger::Ledger& ledger() override { return *opened_.ledger; }

  absl::Status Wait() override {
    absl::MutexLock lock(&mutex_);
    const auto over = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return stopping_ || !failure_.ok();
    };
    mutex_.Await(absl::Condition(&over));
    return failure_;
  }

  void Stop() override {
    {
      absl::MutexLock lock(&mutex_);
      if (stopping_) return;
      stopping_ = true;
    }
    if (grpc_ != nullptr) Drain();
    // What was not posted yet is posted after the next start.
    if (alerts_ != nullptr) alerts_->Stop();
    if (opened_.ledger != nullptr) opened_.ledger->Drain();
    spdlog::info("event=stopped");
  }

 private:
  // What grpc.health.v1 says, of the server and of each service.
  void SetServing(bool serving) {
    grpc::HealthCheckServiceInterface* health = grpc_->GetHealthCheckService();
    for (const char* service :
         {"AccountService", "AffinityService", "AlertService", "CatalogueService",
          "DecisionService", "FactService", "HealthService", "LoyaltyService", "MovementService",
          "PortfolioService", "ReadinessService", "ReservationService", "ReviewService",
          "RulebookService", "SourceService", "StatusService", "TaskService", "TimelineService",
          "WatchService"}) {
      health->SetServingStatus(std::string("kizuna.v1.") + service, serving);
    }
    health->SetServingStatus(serving);
  }

  // From the outside to the inside: tell the balancers, take nothing new, finish what runs.
  void Drain() {
    const absl::Time deadline = absl::Now() + limits::kDrainDeadline;
    spdlog::info("event=draining calls_under_way={}", gate_.under_way());
    SetServing(false);
    loop_->Stop();
    gate_.Close();
    streams_.StopAll();
    if (!gate_.WaitUntilEmpty(deadline - absl::Now())) {
      spdlog::warn("event=drain_cut_short calls_under_way={}", gate_.under_way());
    }
    // Watches of the health service last as long as their clients; they are cut here.
    grpc_->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(200));
    grpc_->Wait();
    // Nothing comes in any more; what the workers still hold is finished before the ledger goes.
    if (!gate_.WaitUntilEmpty(limits::kDrainDeadline)) {
      spdlog::critical("event=drain_failed calls_under_way={}", gate_.under_way());
      // A call that never ends would be taken apart under its own feet. What was acknowledged is on
      // disk, so ending here loses nothing.
      std::_Exit(1);
    }
  }

  absl::StatusOr<v1::CreateBackupResponse> CreateBackup(const Options& options) {
    const auto backup = BackUp(options, opened_);
    if (!backup.ok()) return backup.status();
    spdlog::info("event=backup number={} bytes={} folder={}", backup->number, backup->bytes,
                 options.backup_to);
    v1::CreateBackupResponse response;
    response.set_number(backup->number);
    response.mutable_create_time()->set_seconds(absl::ToUnixSeconds(backup->created_at));
    response.set_size_bytes(static_cast<int64_t>(backup->bytes));
    return response;
  }

  void Fail(const absl::Status& why) {
    spdlog::critical("event=store_failed code={}", absl::StatusCodeToString(why.code()));
    absl::MutexLock lock(&mutex_);
    if (failure_.ok()) failure_ = why;
  }

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);

  // Made in this order, unmade in the opposite one.
  OpenedStore opened_;
  std::unique_ptr<alerts::Alerts> alerts_;
  CallGate gate_;
  MiddlewareChain chain_;
  OpenStreams streams_;
  Workers workers_{std::max(4, static_cast<int>(std::thread::hardware_concurrency()))};
  Environment environment_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<Acceptor> acceptor_;
  std::unique_ptr<grpc::Server> grpc_;
  std::unique_ptr<AcceptLoop> loop_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Create(const Options& options,
                                                       const ledger::Clock* clock) {
  absl::Status status = CheckOptions(options);
  if (!status.ok()) return status;
  auto server = std::make_unique<GrpcServer>(options);
  status = server->Start(options, clock);
  if (!status.ok()) return status;
  return std::unique_ptr<Server>(std::move(server));
}

absl::StatusOr<std::unique_ptr<Server>> Server::Create(const Options& options) {
  static const ledger::SystemClock clock;
  return Create(options, &clock);
}

}  // namespace kizuna::server
