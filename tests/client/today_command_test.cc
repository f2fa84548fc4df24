// SPDX-License-Identifier: Apache-2.0
//
// What does `kizuna today` ask, show and leave out, in both languages, and what when a part of it
// fails? Against fakes of the services that it asks.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "client/cli/display_text.h"
#include "client/cli/run.h"
#include "kizuna/v1/account_service.grpc.pb.h"
#include "kizuna/v1/alert_service.grpc.pb.h"
#include "kizuna/v1/health_service.grpc.pb.h"
#include "kizuna/v1/movement_service.grpc.pb.h"
#include "kizuna/v1/status_service.grpc.pb.h"
#include "kizuna/v1/task_service.grpc.pb.h"

namespace kizuna::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int64_t kNow = 1795305600;  // 2026-11-22T00:00:00Z, 09:00 in Tokyo

v1::Date DateOf(int year, int month, int day) {
  v1::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

// What the fakes answer and were asked. Changed before the command runs, read after.
struct Morning {
  absl::Mutex mutex;
  std::vector<std::string> filters;
  std::string task_person, alert_owner;
  int history_calls = 0;
  int movement_calls = 0;
  bool alerts_fail = false;
  int more_tasks = 0;
};

class FakeStatus final : public v1::StatusService::Service {
  grpc::Status GetStatus(grpc::ServerContext*, const v1::GetStatusRequest*,
                         v1::GetStatusResponse* response) override {
    response->mutable_settings()->set_time_zone("Asia/Tokyo");
    response->mutable_server_time()->set_seconds(kNow);
    return grpc::Status::OK;
  }
};

class FakeTasks final : public v1::TaskService::Service {
 public:
  explicit FakeTasks(Morning* morning) : morning_(*morning) {}
  grpc::Status ListTasks(grpc::ServerContext*, const v1::ListTasksRequest* request,
                         v1::ListTasksResponse* response) override {
    absl::MutexLock lock(&morning_.mutex);
    morning_.task_person = request->person();
    // Two pages, the late one on the second.
    if (request->page_token().empty()) {
      Add("acme", "Acme", v1::TASK_STATE_OPEN, DateOf(2026, 11, 25), response);
      for (int i = 0; i < morning_.more_tasks; ++i) {
        Add(absl::StrCat("more-", i), "", v1::TASK_STATE_OPEN, DateOf(2026, 12, 1), response);
      }
      response->set_next_page_token("2");
    } else {
      Add("sakura", "株式会社さくら", v1::TASK_STATE_LATE, DateOf(2026, 11, 20), response);
    }
    return grpc::Status::OK;
  }

 private:
  static void Add(const std::string& account, const std::string& name, v1::TaskState state,
                  const v1::Date& due, v1::ListTasksResponse* response) {
    v1::Task& task = *response->add_tasks();
    task.set_name(absl::StrCat("accounts/", account, "/tasks/welcome.2026-11-02"));
    task.set_account("accounts/" + account);
    task.set_display_name(name);
    task.set_play("welcome");
    task.set_instruction("Call them: is what they bought up and running, and in the right hands?");
    task.set_state(state);
    *task.mutable_due_date() = due;
  }
  Morning& morning_;
};

class FakeAlerts final : public v1::AlertService::Service {
 public:
  explicit FakeAlerts(Morning* morning) : morning_(*morning) {}
  grpc::Status ListAlerts(grpc::ServerContext*, const v1::ListAlertsRequest* request,
                          v1::ListAlertsResponse* response) override {
    absl::MutexLock lock(&morning_.mutex);
    morning_.alert_owner = request->owner();
    if (morning_.alerts_fail) {
      return grpc::Status(grpc::StatusCode::INTERNAL, "the alerts are out of order");
    }
    v1::Alert& alert = *response->add_alerts();
    alert.set_name("alerts/000660e0103e7da4288eb67072441705");
    alert.set_kind(v1::ALERT_KIND_BAND);
    alert.set_severity(v1::ALERT_SEVERITY_CRITICAL);
    alert.set_account("accounts/sakura");
    alert.set_display_name("株式会社さくら");
    alert.set_text("株式会社さくら: health fell from GREEN to RED.");
    alert.mutable_evidence()->set_from("GREEN");
    alert.mutable_evidence()->set_to("RED");
    alert.mutable_raise_time()->set_seconds(kNow);
    return grpc::Status::OK;
  }

 private:
  Morning& morning_;
};

class FakeAccounts final : public v1::AccountService::Service {
 public:
  explicit FakeAccounts(Morning* morning) : morning_(*morning) {}
  grpc::Status ListAccounts(grpc::ServerContext*, const v1::ListAccountsRequest* request,
                            v1::ListAccountsResponse* response) override {
    absl::MutexLock lock(&morning_.mutex);
    morning_.filters.push_back(request->filter());
    // Red for long, and red since yesterday.
    const bool red = absl::StrContains(request->filter(), "RED");
    for (const char* const id : {"old", "sakura"}) {
      v1::Account& account = *response->add_accounts();
      account.set_name(absl::StrCat("accounts/", id));
      account.mutable_profile()->set_display_name(id == std::string("old") ? "Old"
                                                                           : "株式会社さくら");
      if (!red) break;
    }
    return grpc::Status::OK;
  }
  grpc::Status ListSubscriptions(grpc::ServerContext*, const v1::ListSubscriptionsRequest*,
                                 v1::ListSubscriptionsResponse* response) override {
    Add("late", DateOf(2027, 1, 31), response);
    Add("soon", DateOf(2026, 12, 1), response);
    Add("far", DateOf(2027, 11, 1), response);
    return grpc::Status::OK;
  }

 private:
  static void Add(const std::string& id, const v1::Date& day,
                  v1::ListSubscriptionsResponse* response) {
    v1::SubscriptionRecord& record = *response->add_subscriptions();
    record.set_active(true);
    record.mutable_subscription()->set_subscription_id(id);
    *record.mutable_subscription()->mutable_renewal_date() = day;
    record.mutable_subscription()->mutable_annual_price()->set_currency_code("JPY");
    record.mutable_subscription()->mutable_annual_price()->set_units(1'200'000);
  }
  Morning& morning_;
};

class FakeHealth final : public v1::HealthService::Service {
 public:
  explicit FakeHealth(Morning* morning) : morning_(*morning) {}
  grpc::Status BatchGetHealth(grpc::ServerContext*, const v1::BatchGetHealthRequest* request,
                              v1::BatchGetHealthResponse* response) override {
    for (const v1::GetHealthRequest& each : request->requests()) {
      const bool fresh = each.name() == "accounts/sakura" && each.has_as_of_date();
      v1::Health& health = *response->add_results()->mutable_health();
      health.set_band(fresh ? v1::BAND_GREEN : v1::BAND_RED);
      health.set_score(fresh ? 81.25 : 31.5);
    }
    return grpc::Status::OK;
  }
  grpc::Status ListHealthHistory(grpc::ServerContext*, const v1::ListHealthHistoryRequest*,
                                 v1::ListHealthHistoryResponse* response) override {
    absl::MutexLock lock(&morning_.mutex);
    ++morning_.history_calls;
    for (const double score : {80.0, 60.0, 31.0}) response->add_entries()->set_score(score);
    return grpc::Status::OK;
  }

 private:
  Morning& morning_;
};

class FakeMovement final : public v1::MovementService::Service {
 public:
  explicit FakeMovement(Morning* morning) : morning_(*morning) {}
  grpc::Status ExplainMovement(grpc::ServerContext*, const v1::ExplainMovementRequest* request,
                               v1::ExplainMovementResponse* response) override {
    absl::MutexLock lock(&morning_.mutex);
    ++morning_.movement_calls;
    EXPECT_EQ(15, request->since_date().day());
    response->set_account(request->name());
    response->mutable_change()->set_change(-49.75);
    response->mutable_change()->set_facts(-40);
    response->mutable_change()->set_time(-9.75);
    v1::MeasureMovement& measure = *response->add_measures();
    measure.set_feature("nps(180)");
    measure.mutable_change()->set_change(-40);
    response->add_measures()->set_feature("unmoved");
    return grpc::Status::OK;
  }

 private:
  Morning& morning_;
};

struct Done {
  int code;
  std::string out;
  std::string err;
};

class TodayCommandTest : public testing::Test {
 protected:
  TodayCommandTest() {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    for (grpc::Service* const service : std::initializer_list<grpc::Service*>{
             &status_, &tasks_, &alerts_, &accounts_, &health_, &movement_}) {
      builder.RegisterService(service);
    }
    server_ = builder.BuildAndStart();
    ::setenv("KIZUNA_SERVER", absl::StrCat("127.0.0.1:", port).c_str(), 1);
    ::unsetenv("KIZUNA_TOKEN");
    ::unsetenv("KIZUNA_LANG");
  }

  Done Kizuna(const std::vector<std::string>& arguments, int columns = 80) {
    std::istringstream in;
    std::ostringstream out, err;
    Terminal streams;
    streams.in = &in;
    streams.out = &out;
    streams.err = &err;
    streams.columns = columns;
    const int code = cli::Run(arguments, streams);
    return {code, out.str(), err.str()};
  }
  static void ExpectFits(const std::string& text) {
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      EXPECT_LE(DisplayWidth(line), 80) << line;
    }
  }

  Morning morning_;
  FakeStatus status_;
  FakeTasks tasks_{&morning_};
  FakeAlerts alerts_{&morning_};
  FakeAccounts accounts_{&morning_};
  FakeHealth health_{&morning_};
  FakeMovement movement_{&morning_};
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(TodayCommandTest, OnePageForOneOwner) {
  const Done done = Kizuna({"today", "--owner", "sato"});
  EXPECT_EQ(0, done.code) << done.err;
  EXPECT_EQ("", done.err);
  for (const char* const part :
       {"sato, 2026-11-22 (Asia/Tokyo)", "To be done: 2, of them late 1", "Open alerts: 1",
        "Turned red in the last 7 days: 1", "81.2 -> 31.5", "▇▅▃", "facts -40.00, time -9.75:",
        "nps(180) -40.00", "Renewals in the next 90 days: 2", "JPY a year", "1,200,000"}) {
    EXPECT_THAT(done.out, HasSubstr(part));
  }
  EXPECT_THAT(done.out, Not(HasSubstr("unmoved")));
  EXPECT_THAT(done.out, Not(HasSubstr("2027-11-01")));
  // What is late comes first, and what renews next.
  EXPECT_LT(done.out.find("2026-11-20"), done.out.find("2026-11-25"));
  EXPECT_LT(done.out.find("2026-12-01"), done.out.find("2027-01-31"));
  ExpectFits(done.out);
  EXPECT_EQ("sato", morning_.task_person);
  EXPECT_EQ("sato", morning_.alert_owner);
  EXPECT_THAT(morning_.filters,
              testing::UnorderedElementsAre("owner = \"sato\" AND band = \"RED\"",
                                            "owner = \"sato\" AND renewal <= 90"));
}

TEST_F(TodayCommandTest, WithoutAnOwnerItIsEverybodys) {
  const Done done = Kizuna({"today"});
  EXPECT_EQ(0, done.code) << done.err;
  EXPECT_THAT(done.out, HasSubstr("the whole book, 2026-11-22"));
  EXPECT_EQ("", morning_.task_person);
  EXPECT_THAT(morning_.filters, testing::Contains("band = \"RED\""));
}

TEST_F(TodayCommandTest, JapaneseByTheFlagOrTheEnvironment) {
  const std::string japanese = Kizuna({"today", "--owner", "sato", "--lang", "ja"}).out;
  for (const char* const part :
       {"タスク：2 件（うち遅れ 1 件）", "未対応のアラート：1 件", "ヘルスが 緑 から 赤 に低下",
        "過去 7 日間に赤になった顧客：1 件", "記録 -40.00、時間 -9.75：nps(180)", "遅れ", "緊急"}) {
    EXPECT_THAT(absl::StrReplaceAll(japanese, {{"\n", ""}}), HasSubstr(part));
  }
  ExpectFits(japanese);
  ::setenv("KIZUNA_LANG", "ja", 1);
  EXPECT_EQ(japanese, Kizuna({"today", "--owner", "sato"}).out);
  EXPECT_THAT(Kizuna({"today", "--lang", "en"}).out, HasSubstr("Open alerts"));
  ::unsetenv("KIZUNA_LANG");
  const Done wrong = Kizuna({"today", "--lang", "fr"});
  EXPECT_EQ(2, wrong.code);
  EXPECT_THAT(wrong.err, HasSubstr("write en or ja"));
}

TEST_F(TodayCommandTest, JsonIsOneDocumentAndTheSameInEveryLanguage) {
  const Done done = Kizuna({"today", "--owner", "sato", "--format", "json"});
  EXPECT_EQ(0, done.code) << done.err;
  for (const char* const part :
       {"\"owner\": \"sato\"", "\"date\": \"2026-11-22\"", "\"state\": \"LATE\"",
        "\"kind\": \"BAND\"", "\"band_before\": \"GREEN\"", "\"score_before\": 81.25",
        "\"change\": -49.75", "\"renewal_date\": \"2026-12-01\"", "\"days_left\": 9",
        "\"errors\": []"}) {
    EXPECT_THAT(done.out, HasSubstr(part));
  }
  EXPECT_THAT(done.out, Not(HasSubstr("▃")));
  EXPECT_EQ(0, morning_.history_calls);
  EXPECT_EQ(done.out, Kizuna({"today", "--owner", "sato", "--format", "json", "--lang", "ja"}).out);
}

TEST_F(TodayCommandTest, CsvIsRefusedAndSaysWhatWouldDo) {
  const Done done = Kizuna({"today", "--format", "csv"});
  EXPECT_EQ(2, done.code);
  EXPECT_EQ("", done.out);
  EXPECT_THAT(done.err, HasSubstr("kizuna task list"));
}

TEST_F(TodayCommandTest, OnePartThatFailsLeavesTheOthersAndEndsWithOne) {
  morning_.alerts_fail = true;
  const Done done = Kizuna({"today", "--owner", "sato"});
  EXPECT_EQ(1, done.code);
  EXPECT_THAT(done.out, HasSubstr("Open alerts: ?"));
  EXPECT_THAT(done.out, HasSubstr("could not be read: "));
  EXPECT_THAT(done.out, HasSubstr("the alerts are out of order"));
  EXPECT_THAT(done.out, HasSubstr("Renewals in the next 90 days: 2"));
  EXPECT_THAT(done.err, HasSubstr("alerts could not be read"));
  const Done json = Kizuna({"today", "--format", "json"});
  EXPECT_EQ(1, json.code);
  EXPECT_THAT(json.out, HasSubstr("\"alerts\": null"));
  EXPECT_THAT(json.out, HasSubstr("\"section\": \"alerts\""));
}

TEST_F(TodayCommandTest, TheRestOfALongListIsACommandAway) {
  morning_.more_tasks = 10;
  const Done done = Kizuna({"today", "--owner", "sato o'hara"});
  EXPECT_THAT(done.out, HasSubstr("To be done: 12, of them late 1"));
  EXPECT_THAT(done.out, HasSubstr("2 more: kizuna task list --person 'sato o'\\''hara'"));
  const Done all = Kizuna({"today", "--limit", "0"});
  EXPECT_THAT(all.out, Not(HasSubstr("more: ")));
  const Done one = Kizuna({"today", "--limit", "1"});
  EXPECT_THAT(one.out, HasSubstr("11 more: kizuna task list\n"));
  EXPECT_THAT(one.out, HasSubstr("1 more: kizuna today --limit 0"));
}

TEST_F(TodayCommandTest, DaysOutOfRangeAreWrongUsage) {
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{"today", "--days", "0"},
                                             {"today", "--days", "366"},
                                             {"today", "--renewal-within", "0"},
                                             {"today", "--renewal-within", "3651"},
                                             {"today", "--limit", "-1"}}) {
    EXPECT_EQ(2, Kizuna(wrong).code) << wrong[1] << " " << wrong[2];
  }
  EXPECT_EQ(0, Kizuna({"today", "--renewal-within", "3650"}).code);
}

TEST_F(TodayCommandTest, AlertsGiveWhatRoomThereIsToTheSentence) {
  const Done narrow = Kizuna({"alerts"});
  ExpectFits(narrow.out);
  EXPECT_THAT(narrow.out, HasSubstr("000660e0103e7da4288eb67072441705  2026-11-22 09:00"));
  EXPECT_THAT(narrow.out, Not(HasSubstr("severity")));
  EXPECT_THAT(Kizuna({"alerts"}, 119).out, Not(HasSubstr("severity")));
  EXPECT_THAT(Kizuna({"alerts"}, 120).out, HasSubstr("severity"));
  // Where the state is shown, the time makes room for it.
  const Done all = Kizuna({"alerts", "--all"});
  ExpectFits(all.out);
  EXPECT_THAT(all.out, HasSubstr("state"));
  EXPECT_THAT(all.out, Not(HasSubstr("raised")));
  EXPECT_THAT(Kizuna({"alerts", "--all"}, 100).out, HasSubstr("raised"));
  ExpectFits(Kizuna({"alerts", "--all", "--lang", "ja"}).out);
}

TEST_F(TodayCommandTest, TasksFitATerminalInBothLanguages) {
  const Done english = Kizuna({"task", "list"});
  ExpectFits(english.out);
  EXPECT_THAT(english.out, HasSubstr("Call them:"));
  EXPECT_THAT(english.out, Not(HasSubstr("closed gates")));
  const Done japanese = Kizuna({"task", "list", "--all", "--lang", "ja"});
  ExpectFits(japanese.out);
  EXPECT_THAT(japanese.out, HasSubstr("未着手"));
  EXPECT_EQ(Kizuna({"task", "list", "--format", "csv"}).out,
            Kizuna({"task", "list", "--format", "csv", "--lang", "ja"}).out);
}

TEST_F(TodayCommandTest, NoServerSaysWhereItLooked) {
  server_->Shutdown();
  const Done done = Kizuna({"today", "--timeout", "1"});
  EXPECT_EQ(1, done.code);
  EXPECT_EQ("", done.out);
  EXPECT_THAT(done.err, HasSubstr("--server HOST:PORT"));
}

}  // namespace
}  // namespace kizuna::cli
