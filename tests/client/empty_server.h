// SPDX-License-Identifier: Apache-2.0
//
// A server that answers every call there is, whatever it is asked, with a message without fields.
// What the command line makes of it shows its forms, not its content.
#ifndef KIZUNA_TESTS_CLIENT_EMPTY_SERVER_H_
#define KIZUNA_TESTS_CLIENT_EMPTY_SERVER_H_

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

namespace kizuna::test {

// Serves on a free port of the loopback interface, from construction to destruction.
class EmptyServer {
 public:
  EmptyServer() {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterCallbackGenericService(&service_);
    server_ = builder.BuildAndStart();
    address_ = absl::StrCat("127.0.0.1:", port);
  }
  ~EmptyServer() { server_->Shutdown(std::chrono::system_clock::now()); }

  const std::string& address() const { return address_; }

 private:
  // Takes one message, answers one and ends the call.
  class Answer final : public grpc::ServerGenericBidiReactor {
   public:
    Answer() : response_(&nothing_, 1) { StartRead(&request_); }
    void OnReadDone(bool) override {
      StartWriteAndFinish(&response_, grpc::WriteOptions(), grpc::Status::OK);
    }
    void OnDone() override { delete this; }

   private:
    grpc::Slice nothing_;
    grpc::ByteBuffer request_;
    grpc::ByteBuffer response_;
  };

  class Service final : public grpc::CallbackGenericService {
    grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
      return new Answer();
    }
  };

  Service service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace kizuna::test

#endif  // KIZUNA_TESTS_CLIENT_EMPTY_SERVER_H_
