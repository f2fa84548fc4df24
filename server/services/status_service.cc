// SPDX-License-Identifier: Apache-2.0

#include "server/services/status_service.h"

#include <utility>

#include "absl/time/clock.h"
#include "server/convert/values.h"

namespace kizuna::server {

grpc::ServerUnaryReactor* StatusService::GetStatus(grpc::CallbackServerContext* context,
                                                   const v1::GetStatusRequest* request,
                                                   v1::GetStatusResponse* response) {
  return Serve(environment_, context, "StatusService/GetStatus", MethodKind::kRead, request,
               response, [this](Call&, const auto&, auto* out) {
                 const ledger::LedgerStatus status = environment_.ledger->Status();
                 out->set_version(environment_.version);
                 const absl::Duration uptime = absl::Now() - environment_.started_at;
                 out->mutable_uptime()->set_seconds(absl::ToInt64Seconds(uptime));
                 *out->mutable_server_time() = convert::TimestampOf(environment_.ledger->Now());
                 *out->mutable_settings() = environment_.settings;
                 out->set_account_count(static_cast<int64_t>(status.accounts));
                 out->set_fact_count(static_cast<int64_t>(status.facts));
                 out->set_leak_count(static_cast<int64_t>(status.leaks));
                 out->set_facts_queued(static_cast<int64_t>(status.queued));
                 out->set_rulebook_number(status.rulebook_number);
                 out->set_rules_name(environment_.ledger->rulebook()->parts().rules.name);
                 convert::SetInstant(status.swept_to, out,
                                     &v1::GetStatusResponse::mutable_swept_to);
                 out->set_swept_rulebook_number(status.swept_number);
                 out->set_storage_engine(environment_.storage_engine);
                 return absl::OkStatus();
               });
}

grpc::ServerUnaryReactor* StatusService::CreateBackup(grpc::CallbackServerContext* context,
                                                      const v1::CreateBackupRequest* request,
                                                      v1::CreateBackupResponse* response) {
  return ServeOnWorker(environment_, context, "StatusService/CreateBackup", MethodKind::kWrite,
                       request, response, [this](Call&, const auto&, auto* out) {
                         auto backup = environment_.create_backup();
                         if (!backup.ok()) return backup.status();
                         *out = *std::move(backup);
                         return absl::OkStatus();
                       });
}

}  // namespace kizuna::server
