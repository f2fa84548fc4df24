// SPDX-License-Identifier: Apache-2.0
//
// kizuna.v1.ReservationService: how a team gets an account to itself, and what came of it.

#ifndef KIZUNA_SERVER_SERVICES_RESERVATION_SERVICE_H_
#define KIZUNA_SERVER_SERVICES_RESERVATION_SERVICE_H_

#include "kizuna/v1/reservation_service.grpc.pb.h"
#include "server/services/environment.h"

namespace kizuna::server {

class ReservationService final : public v1::ReservationService::CallbackService {
 public:
  explicit ReservationService(const Environment& environment) : environment_(environment) {}

  grpc::ServerUnaryReactor* ReservePitch(grpc::CallbackServerContext* context,
                                         const v1::ReservePitchRequest* request,
                                         v1::ReservePitchResponse* response) override;
  grpc::ServerUnaryReactor* RenewReservation(grpc::CallbackServerContext* context,
                                             const v1::RenewReservationRequest* request,
                                             v1::RenewReservationResponse* response) override;
  grpc::ServerUnaryReactor* ReleaseReservation(grpc::CallbackServerContext* context,
                                               const v1::ReleaseReservationRequest* request,
                                               v1::ReleaseReservationResponse* response) override;
  grpc::ServerUnaryReactor* RecordOutcome(grpc::CallbackServerContext* context,
                                          const v1::RecordOutcomeRequest* request,
                                          v1::RecordOutcomeResponse* response) override;
  grpc::ServerUnaryReactor* GetReservation(grpc::CallbackServerContext* context,
                                           const v1::GetReservationRequest* request,
                                           v1::Reservation* response) override;
  grpc::ServerUnaryReactor* ListLeaks(grpc::CallbackServerContext* context,
                                      const v1::ListLeaksRequest* request,
                                      v1::ListLeaksResponse* response) override;

 private:
  const Environment& environment_;
};

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_RESERVATION_SERVICE_H_
