// SPDX-License-Identifier: Apache-2.0
//
// Tasks, through the real handlers: listed, done, put off, taken away by a gate, tried.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "kizuna/v1/task_service.grpc.pb.h"
#include "server/convert/values.h"
#include "tests/server/rpc_fixture.h"

namespace kizuna::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Stub = v1::TaskService::Stub;

// Two plays: one asks no gate, the other pitches.
constexpr char kPlays[] = R"(
  plays { name: "call" instruction: "Call them." after_purchase {} within_days: 5 }
  plays { name: "offer" instruction: "Offer seats." after_purchase {} within_days: 5
          doer: DOER_SALES_OWNER motion: MOTION_SEATS }
)";

class TasksRpcTest : public RpcTest {
 protected:
  TasksRpcTest() : tasks_(v1::TaskService::NewStub(server_->InProcessChannel())) {
    MakeAccount("acme", "owner: 'sato' sales_owner: 'kenji' segment: 'small'");
    Record(
        {FactOf("acme", "b",
                "purchase { product: 'products/wms' amount { currency_code: 'USD' units: 5 } }")});
  }

  // The rules in force with the plays of a test instead of their own.
  std::string Rules() {
    v1::GetRulebookRequest request;
    request.set_name("rulebooks/starter");
    std::string text = Call(rulebooks_, &v1::RulebookService::Stub::GetRulebook, request).text();
    return text.substr(0, text.find("plays {")) + kPlays;
  }
  v1::ListTasksRequest Request() {
    v1::ListTasksRequest request;
    request.set_rules_text(Rules());
    return request;
  }
  std::vector<std::string> NamesOf(const v1::ListTasksRequest& request) {
    std::vector<std::string> names;
    const v1::ListTasksResponse answer = Call(tasks_, &Stub::ListTasks, request);
    for (const v1::Task& task : answer.tasks()) {
      names.push_back(
          absl::StrCat(task.account(), " ", task.play(), " ", v1::TaskState_Name(task.state())));
    }
    return names;
  }
  void Activate() {
    v1::ActivateRulebookRequest request;
    request.set_text(Rules());
    request.set_author("test");
    Call(rulebooks_, &v1::RulebookService::Stub::ActivateRulebook, request);
  }
  v1::UpdateTaskRequest Update(const std::string& name, v1::TaskUpdate::Status status) {
    v1::UpdateTaskRequest request;
    request.set_name(name);
    request.set_status(status);
    request.set_author("sato");
    return request;
  }
  v1::Task TheCall() {
    v1::ListTasksRequest request;
    const v1::ListTasksResponse answer = Call(tasks_, &Stub::ListTasks, request);
    EXPECT_THAT(answer.tasks(), SizeIs(1));
    return answer.tasks_size() == 1 ? answer.tasks(0) : v1::Task();
  }

  std::unique_ptr<Stub> tasks_;
};

TEST_F(TasksRpcTest, PlaysAreTriedBeforeTheyAreInForce) {
  EXPECT_THAT(NamesOf({}), ElementsAre("accounts/acme keep_in_touch TASK_STATE_OPEN"));
  v1::ListTasksRequest request = Request();
  EXPECT_THAT(NamesOf(request), ElementsAre("accounts/acme call TASK_STATE_OPEN"))
      << "nothing is known of the account, so nobody offers anything";
  request.add_states(v1::TASK_STATE_WITHDRAWN);
  const v1::ListTasksResponse withdrawn = Call(tasks_, &Stub::ListTasks, request);
  ASSERT_THAT(withdrawn.tasks(), SizeIs(1));
  EXPECT_EQ(withdrawn.tasks(0).person(), "kenji");
  EXPECT_GT(withdrawn.tasks(0).gates_size(), 0);
  EXPECT_EQ(withdrawn.rulebook_number(), 0u);
}

TEST_F(TasksRpcTest, AListIsNarrowedAndPaged) {
  Activate();
  for (const char* account : {"beta", "gamma"}) {
    MakeAccount(account, "owner: 'abe'");
    Record(
        {FactOf(account, "b",
                "purchase { product: 'products/wms' amount { currency_code: 'USD' units: 5 } }")});
  }
  v1::ListTasksRequest request;
  request.set_person("abe");
  request.set_page_size(1);
  EXPECT_THAT(NamesOf(request), ElementsAre("accounts/beta call TASK_STATE_OPEN"));
  const v1::ListTasksResponse first = Call(tasks_, &Stub::ListTasks, request);
  request.set_page_token(first.next_page_token());
  const v1::ListTasksResponse second = Call(tasks_, &Stub::ListTasks, request);
  ASSERT_THAT(second.tasks(), SizeIs(1));
  EXPECT_EQ(second.tasks(0).account(), "accounts/gamma");
  EXPECT_EQ(second.next_page_token(), "");
  request.set_person("sato");
  Call(tasks_, &Stub::ListTasks, request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("page_token")) << "a token is of its request";
  request.clear_page_token();
  request.set_filter("segment = \"small\"");
  EXPECT_THAT(NamesOf(request), ElementsAre("accounts/acme call TASK_STATE_OPEN"));
}

TEST_F(TasksRpcTest, ATaskIsPutOffDoneAndReopened) {
  Activate();
  const std::string name = TheCall().name();
  v1::UpdateTaskRequest snooze = Update(name, v1::TaskUpdate::STATUS_SNOOZED);
  *snooze.mutable_until_date() = convert::ToWire(engine::Calendar().DayOf(clock_.Now()) + 2);
  EXPECT_EQ(Call(tasks_, &Stub::UpdateTask, snooze).task().state(), v1::TASK_STATE_SNOOZED);
  EXPECT_THAT(NamesOf({}), IsEmpty());
  clock_.Advance(absl::Hours(48));
  EXPECT_EQ(TheCall().name(), name);
  v1::UpdateTaskRequest done = Update(name, v1::TaskUpdate::STATUS_DONE);
  done.set_note("they are live");
  done.set_request_id("r-1");
  const v1::UpdateTaskResponse answer = Call(tasks_, &Stub::UpdateTask, done);
  EXPECT_EQ(answer.task().state(), v1::TASK_STATE_DONE);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(Call(tasks_, &Stub::UpdateTask, done).revision(), answer.revision())
      << "the same call again";
  EXPECT_THAT(NamesOf({}), IsEmpty());
  clock_.Advance(absl::Seconds(1));
  Call(tasks_, &Stub::UpdateTask, Update(name, v1::TaskUpdate::STATUS_REOPENED));
  EXPECT_EQ(TheCall().state(), v1::TASK_STATE_OPEN);
}

TEST_F(TasksRpcTest, WhatCannotBeSaidIsRefused) {
  Activate();
  const std::string name = TheCall().name();
  Call(tasks_, &Stub::UpdateTask, Update(name + "9", v1::TaskUpdate::STATUS_DONE),
       grpc::StatusCode::NOT_FOUND);
  Call(tasks_, &Stub::UpdateTask, Update("accounts/nobody/tasks/x", v1::TaskUpdate::STATUS_DONE),
       grpc::StatusCode::NOT_FOUND);
  for (const char* bad : {"", "accounts/acme", "accounts/acme/tasks/", "acme/tasks/x"}) {
    Call(tasks_, &Stub::UpdateTask, Update(bad, v1::TaskUpdate::STATUS_DONE),
         grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(Fields(), ElementsAre("name")) << bad;
  }
  v1::UpdateTaskRequest request = Update(name, v1::TaskUpdate::STATUS_SNOOZED);
  Call(tasks_, &Stub::UpdateTask, request, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("task.until_date"));
  const engine::Day today = engine::Calendar().DayOf(clock_.Now());
  for (const int ahead : {0, 367}) {
    *request.mutable_until_date() = convert::ToWire(today + ahead);
    Call(tasks_, &Stub::UpdateTask, request, grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(Fields(), ElementsAre("until_date")) << ahead;
  }
  *request.mutable_until_date() = convert::ToWire(today + 366);
  Call(tasks_, &Stub::UpdateTask, request);
  Call(tasks_, &Stub::UpdateTask, Update(name, v1::TaskUpdate::STATUS_UNSPECIFIED),
       grpc::StatusCode::INVALID_ARGUMENT);
  v1::ListTasksRequest list;
  list.add_states(v1::TASK_STATE_UNSPECIFIED);
  Call(tasks_, &Stub::ListTasks, list, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(Fields(), ElementsAre("states[0]"));
  list.clear_states();
  list.set_rules_text("plays { name: 'X' }");
  Call(tasks_, &Stub::ListTasks, list, grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace kizuna::server
