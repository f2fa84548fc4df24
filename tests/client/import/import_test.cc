// SPDX-License-Identifier: Apache-2.0
//
// What becomes of whole files? By small exports of our own; export_test.cc takes those of others.

#include "client/import/import.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/import/mapping.h"
#include "tests/client/import/import_fixture.h"

namespace kizuna::import {
namespace {

constexpr char kTickets[] = R"(
  source: "desk"
  files {
    name: "accounts" glob: "accounts*.csv"
    records { name: "accounts" account: "{id}" id: "profile" observed_at: "2024-01-01"
              profile { display_name: "{name}" } }
  }
  files {
    name: "tickets" glob: "tickets.csv"
    columns { name: "opened" date_format: "%d-%m-%Y" date_instant: DATE_INSTANT_FIRST_MICROSECOND }
    columns { name: "closed" date_format: "%d-%m-%Y %H:%M" }
    skip { when { column: "stage" is: "spam" } reason: "spam" }
    records { name: "opened" account: "{account}" id: "{ticket}/opened" observed_at: "{opened}"
              ticket { ticket_id: "{ticket}" event: "opened" severity: "high" } }
    records { name: "closed" when { column: "closed" present: true }
              account: "{account}" id: "{ticket}/closed" observed_at: "{closed}"
              ticket { ticket_id: "{ticket}" event: "CLOSED" } }
    records { name: "csat" when { column: "score" present: true }
              account: "{account}" id: "{ticket}/csat" observed_at: "{closed}"
              survey { kind: "CSAT" score: "{score}" } }
  })";

TEST_F(ImportTest, ARowBecomesSeveralFactsEachOnItsCondition) {
  Write("accounts.csv", "id,name\na,Acme\nb,Beta\n");
  Write("tickets.csv",
        "ticket,account,opened,closed,score,stage\n"
        "t1,a,01-02-2024,02-02-2024 03:00,5,\n"
        "t2,a,01-02-2024,NA,,\n"
        "t3,b,01-02-2024,, ,spam\n");
  const auto summary = Run(kTickets);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->rejected(), 0);
  EXPECT_EQ(summary->files[1].read, 3);
  EXPECT_EQ(summary->files[1].accepted, 2);
  EXPECT_EQ(summary->files[1].left_out[0].rows, 1);
  EXPECT_EQ(summary->files[1].records[0].accepted, 2);
  EXPECT_EQ(summary->files[1].records[1].accepted, 1);
  EXPECT_EQ(summary->files[1].records[2].accepted, 1);
  EXPECT_FALSE(std::filesystem::exists(RejectsPath())) << "nothing was rejected";
  const kizuna::v1::Fact opened = fake_.Get("accounts/a", "t1/opened");
  EXPECT_EQ(opened.ticket().severity(), kizuna::v1::Ticket::SEVERITY_HIGH);
  EXPECT_EQ(opened.observed_at().seconds(), 1706745600);
  EXPECT_EQ(fake_.Get("accounts/a", "t1/closed").observed_at().seconds(), 1706842800);
  EXPECT_EQ(fake_.Get("accounts/a", "t1/csat").survey().score(), 5);
}

TEST_F(ImportTest, RunAgainEverythingIsADuplicate) {
  Write("accounts.csv", "id,name\na,Acme\n");
  Write("tickets.csv", "ticket,account,opened,closed,score,stage\nt1,a,01-02-2024,,,\n");
  ASSERT_TRUE(Run(kTickets).ok());
  const auto before = fake_.facts;
  const auto again = Run(kTickets);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->files[0].duplicate, 1);
  EXPECT_EQ(again->files[1].duplicate, 1);
  EXPECT_EQ(again->files[1].accepted, 0);
  EXPECT_EQ(fake_.facts, before);
}

TEST_F(ImportTest, WhatCannotBeTakenIsRejectedWithItsLineAndReasonAndAllElseIsTaken) {
  Write("accounts.csv", "id,name\na,Acme\n");
  Write("tickets.csv",
        "ticket,account,opened,closed,score,stage\n"
        "t1,a,31-02-2024,,,\n"
        "t2,nobody,01-02-2024,,,\n"
        "t3,a,01-02-2024,,,\n"
        "t3,a,02-02-2024,,,\n"
        "t3,a,01-02-2024,,,\n"
        "t4,a,01-02-2024,\"broken,,\n"
        "t5,a,01-02-2024,02-02-2024 03:00,\"4\",\n");
  const auto summary = Run(kTickets);
  ASSERT_TRUE(summary.ok()) << summary.status();
  const FileTally& tickets = summary->files[1];
  EXPECT_EQ(tickets.read, 7);
  EXPECT_EQ(tickets.rejected, 4);
  EXPECT_EQ(tickets.accepted, 2);
  EXPECT_EQ(tickets.duplicate, 1);
  EXPECT_EQ(summary->rejects_path, RejectsPath());
  EXPECT_EQ(
      Rejects(),
      "file,line,record,reason,row\n"
      "\"tickets.csv\",2,\"opened\",\"observed_at: column 'opened': '31-02-2024' is no date; "
      "expected %d-%m-%Y\",\"t1,a,31-02-2024,,,\"\n"
      "\"tickets.csv\",3,\"opened\",\"no account accounts/nobody\",\"t2,nobody,01-02-2024,,,\"\n"
      "\"tickets.csv\",5,\"opened\",\"t3/opened exists with other content\","
      "\"t3,a,02-02-2024,,,\"\n"
      "\"tickets.csv\",7,\"\",\"a quote stands where none can be (line 8); a quote inside a quoted "
      "cell is written twice\",\"t4,a,01-02-2024,\"\"broken,,\"\n");
  EXPECT_EQ(fake_.Get("accounts/a", "t5/csat").survey().score(), 4);
}

TEST_F(ImportTest, ARowIsTakenWholeOrNotAtAll) {
  Write("accounts.csv", "id,name\na,Acme\n");
  Write("tickets.csv",
        "ticket,account,opened,closed,score,stage\nt1,a,01-02-2024,02-02-2024 03:00,good,\n");
  const auto summary = Run(kTickets);
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->rejected(), 1);
  EXPECT_EQ(fake_.facts.size(), 1u) << "the account alone";
}

TEST_F(ImportTest, PassingRefusalsAreSentAgain) {
  Write("accounts.csv", "id,name\na,Acme\nb,Beta\nc,Gamma\n");
  fake_.unavailable = 4;
  Write("tickets.csv", "ticket,account,opened,closed,score,stage\n");
  const auto summary = Run(kTickets);
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->files[0].accepted, 3);
  EXPECT_EQ(summary->rejected(), 0);
}

constexpr char kUsage[] = R"(
  source: "product"
  metrics { name: "activity" kind: METRIC_KIND_COUNT }
  feed { kinds: FACT_KIND_USAGE metrics: "activity" newest { file: "usage" column: "day" } }
  files {
    name: "subs" glob: "subs.csv"
    records { name: "accounts" account: "{account|slug}" id: "profile" observed_at: "2024-01-01"
              profile { display_name: "{account}" } }
  }
  files {
    name: "usage" glob: "usage.csv"
    columns { name: "day" date_format: "%Y%m%d" date_format: "%d/%m/%Y" }
    columns { name: "count" number { thousands: "," } }
    joins { name: "sub" file: "subs" key: "{subscription}" equals: "{id}" }
    records { name: "usage" account: "{sub.account|slug}" id: "{row}/{subscription}"
              observed_at: "{day}"
              usage { metric: "activity" first_date: "{day}" value: "{count}" } }
  })";

TEST_F(ImportTest, UsageFindsItsAccountThroughTheSubscription) {
  Write("subs.csv", "id,account\ns1,Acme Inc\ns2,Beta\ns3,Beta\ns3,Gamma\n");
  Write(
      "usage.csv",
      "row,subscription,day,count\nu1,s1,20240203,\"1,234\"\nu1,s2,03/02/2024,5\nu2,s9,20240203,1\n"
      "u3,s3,20240203,1\nu4,s1,20240203,\n");
  const auto summary = Run(kUsage);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->files[1].accepted, 2);
  EXPECT_EQ(summary->files[1].rejected, 3);
  const kizuna::v1::Fact usage = fake_.Get("accounts/acme_inc", "u1/s1");
  EXPECT_EQ(usage.usage().value(), 1234);
  EXPECT_EQ(usage.usage().first_date().day(), 3);
  EXPECT_EQ(usage.observed_at().seconds(), 1707004799);
  EXPECT_EQ(usage.observed_at().nanos(), 999999000);
  const std::string rejects = Rejects();
  EXPECT_TRUE(absl::StrContains(rejects, "column 'subscription': no row of 'subs' has 's9'"));
  EXPECT_TRUE(absl::StrContains(rejects, "rows of 'subs' with column 'subscription' 's3' differ"));
  EXPECT_TRUE(absl::StrContains(rejects, "usage.value: column 'count' is missing"));
  EXPECT_TRUE(fake_.metrics.count("activity"));
  EXPECT_FALSE(fake_.source.has_complete_through())
      << "rows are missing, so silence proves nothing";
}

TEST_F(ImportTest, TheWatermarkIsTheNewestDayWhenNothingWasRejected) {
  Write("subs.csv", "id,account\ns1,Acme\n");
  Write("usage.csv",
        "row,subscription,day,count\nu1,s1,20240203,1\nu2,s1,20240229,2\nu3,s1,20240101,3\n");
  fake_.zone = absl::FixedTimeZone(9 * 3600);
  const auto summary = Run(kUsage);
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->feed, "complete through 2024-02-29");
  EXPECT_EQ(fake_.source.name(), "sources/product");
  EXPECT_EQ(fake_.source.complete_through().seconds(), 1709218799);
}

TEST_F(ImportTest, AnyOrderOfRowsGivesTheSameFacts) {
  std::vector<std::string> rows;
  for (int i = 0; i < 2000; ++i) {
    rows.push_back(absl::StrCat("u", i, ",s", i % 7, ",", 20240101 + i % 28, ",", i, "\n"));
  }
  std::string subs = "id,account\n";
  for (int i = 0; i < 7; ++i) absl::StrAppend(&subs, "s", i, ",Account ", i % 3, "\n");
  Write("subs.csv", subs);
  std::map<std::string, std::string> first;
  for (const unsigned seed : {1u, 2u, 3u}) {
    std::shuffle(rows.begin(), rows.end(), std::mt19937(seed));
    std::string usage = "row,subscription,day,count\n";
    for (const std::string& row : rows) usage += row;
    Write("usage.csv", usage);
    fake_ = FakeDestination();
    const auto summary = Run(kUsage);
    ASSERT_TRUE(summary.ok());
    EXPECT_EQ(summary->rejected(), 0);
    if (first.empty()) first = fake_.facts;
    EXPECT_EQ(fake_.facts, first) << "seed " << seed;
  }
}

TEST_F(ImportTest, AWideTableIsUnpivoted) {
  Write("wide.csv", "customer;Umsatz 2022;Umsatz 2023;Bemerkung\nKölner Werke;1.234,50 €;-;x\n");
  const auto summary = Run(R"m(
    source: "erp"
    files {
      name: "revenue" glob: "wide.csv"
      records { name: "accounts" account: "{customer|slug}" id: "profile" observed_at: "2024-01-01"
                profile { display_name: "{customer}" } }
      records {
        name: "purchases"
        each { columns: "Umsatz (?P<year>\\d{4})"
               cell { missing: "-" number { decimal: "," thousands: "." } } }
        account: "{customer|slug}" id: "{@year}" observed_at: "{@year}-12-31"
        purchase { amount: "{@value}" date: "{@year}-12-31" reason: "{@name}" }
      }
    })m");
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->rejected(), 0) << Rejects();
  EXPECT_EQ(summary->files[0].records[1].accepted, 1);
  const kizuna::v1::Fact fact = fake_.Get("accounts/k~c3~b6lner_werke", "2022");
  EXPECT_EQ(fact.purchase().amount().units(), 1234);
  EXPECT_EQ(fact.purchase().amount().nanos(), 500000000);
  EXPECT_EQ(fact.purchase().date().year(), 2022);
  EXPECT_EQ(fact.purchase().reason(), "Umsatz 2022");
}

TEST_F(ImportTest, ListsOfItemsWithoutHeaderAndInOneCell) {
  Write("baskets.txt", "milk,whole bread\nham\n");
  Write("tags.csv", "account,tags\nbasket-1,crm; erp;\n");
  const auto summary = Run(R"(
    source: "shop"
    files {
      name: "baskets" glob: "baskets.txt" no_header: true ragged: true
      records { name: "accounts" account: "basket-{#row}" id: "profile" observed_at: "2024-01-01"
                profile { display_name: "Basket {#row}" } }
      records { name: "items" each { from_place: 1 } account: "basket-{#row}" id: "{@place}"
                observed_at: "2024-01-01" purchase { product: "{@value|slug}" } }
      records { name: "goods" each { from_place: 1 }
                product { id: "{@value|slug}" display_name: "{@value}" } }
    }
    files {
      name: "tags" glob: "tags.csv"
      records { name: "interest" each { split: "tags" separator: ";" } account: "{account}"
                id: "{@value}" observed_at: "2024-01-01" interest { product: "{@value}" } }
    })");
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->rejected(), 0) << Rejects();
  EXPECT_EQ(fake_.Get("accounts/basket-1", "2").purchase().product(), "products/whole_bread");
  EXPECT_EQ(fake_.Get("accounts/basket-2", "1").purchase().product(), "products/ham");
  EXPECT_EQ(fake_.products.size(), 3u);
  EXPECT_EQ(fake_.Get("accounts/basket-1", "erp").interest().product(), "products/erp");
}

TEST_F(ImportTest, AnAccountNamedOnEveryRowIsOneProfile) {
  std::string rows = "id,customer\n";
  for (int i = 0; i < 50; ++i) absl::StrAppend(&rows, i, ",Acme\n");
  Write("orders.csv", rows);
  const auto summary = Run(R"(
    source: "shop"
    files {
      name: "orders" glob: "orders.csv"
      records { name: "accounts" account: "{customer|slug}" id: "profile" observed_at: "2024-01-01"
                profile { display_name: "{customer}" } }
      records { name: "orders" account: "{customer|slug}" id: "{id}" observed_at: "2024-01-02"
                purchase { quantity: "1" } }
    })");
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->files[0].accepted, 50);
  EXPECT_EQ(summary->files[0].records[0].made, 1);
  EXPECT_EQ(summary->files[0].records[1].made, 50);
}

// What is wrong with a mapping is said with the path of the field.
TEST_F(ImportTest, AMappingThatMakesNoSenseIsRefused) {
  Write("a.csv", "id,name\na,Acme\n");
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"files { }", "source: is required"},
      {"source: \"s\"", "files: a mapping needs at least one"},
      {"source: \"s\"\nfiles { nme: \"a\" }", "m:2:"},
      {R"(source: "s" files { name: "a" glob: "a.csv" records { name: "r" account: "{id}" id: "{id}"
          usage { metric: "m" } } })",
       "files[0] (a).records[0] (r).usage.value: is required"},
      {R"(source: "s" files { name: "a" glob: "a.csv" records { name: "r" account: "{id}" id: "{id}"
          ticket { ticket_id: "{id}" event: "OPEND" } } })",
       "'OPEND' is not one of OPENED, UPDATED, CLOSED"},
      {R"(source: "s" files { name: "a" glob: "a.csv" columns { name: "d" date_format: "%Q" } })",
       "files[0] (a).columns[0] (d): date_format: %Q"},
      {R"(source: "s" files { name: "a" glob: "a.csv"
          columns { name: "x" template: "{y}" } columns { name: "y" template: "{x}" } })",
       "is made of itself"},
      {R"(source: "s" files { name: "a" glob: "a.csv" records { name: "r" account: "{j.id}" id: "1"
          profile { } } joins { name: "j" file: "b" key: "{id}" } })",
       "does not stand before this one"},
      {R"(source: "s" files { name: "a" glob: "a.csv" records { name: "r" account: "{$who}" id: "1"
          profile { } } })",
       "there is no constant 'who'"},
      {R"(source: "s" files { name: "a" glob: "a.csv"
          records { name: "r" account: "{nobody}" id: "1" profile { } } })",
       "the file has no column 'nobody'; it has: id, name"},
  };
  for (const auto& one : cases) {
    const auto summary = Run(one.text);
    EXPECT_FALSE(summary.ok()) << one.text;
    EXPECT_TRUE(absl::StrContains(summary.status().message(), one.message))
        << summary.status() << "\nexpected: " << one.message;
  }
}

TEST_F(ImportTest, FilesThatAreMissingOrUnknownAreNamed) {
  const std::string mapping = R"(source: "s" files { name: "a" glob: "a*.csv" glob: "A.csv"
      records { name: "r" account: "{id}" id: "p" observed_at: "{$day}" profile { } } }
      constants { name: "day" value: "2024-01-01" }
      left_out { glob: "notes.csv" reason: "for people" })";
  EXPECT_TRUE(absl::StrContains(Run(mapping).status().message(), "fits 'a*.csv' or 'A.csv'"));
  Write("a1.csv", "id\na\n");
  Write("a2.csv", "id\nb\n");
  Write("notes.csv", "x\n");
  Write("other.csv", "x\n");
  const auto summary = Run(mapping);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->files.size(), 2u);
  ASSERT_EQ(summary->unread.size(), 2u);
  EXPECT_EQ(summary->unread[0].reason, "for people");
  EXPECT_EQ(summary->unread[1].reason, "");
  EXPECT_FALSE(RunMapping(*ParseMapping(mapping, "m"), {directory_ + "/other.csv"}).ok());
  constants_ = {{"nothing", "1"}};
  EXPECT_TRUE(absl::StrContains(Run(mapping).status().message(), "--set nothing"));
  constants_ = {{"day", "2025-01-01"}};
  fake_ = FakeDestination();
  ASSERT_TRUE(Run(mapping).ok());
  EXPECT_EQ(fake_.Get("accounts/a", "p").observed_at().seconds(), 1735775999);
}

// The templates of mapping.proto and the fields of the API must go by the same names.
TEST(Mapping, HasTheFieldsOfTheFactsByTheSameNames) {
  const auto& record = *v1::Record::descriptor()->FindOneofByName("content");
  const auto& fact = *kizuna::v1::Fact::descriptor();
  const auto& content = *fact.FindOneofByName("content");
  EXPECT_EQ(record.field_count(), content.field_count() - 2)
      << "products, but neither reservations nor what was said of tasks and reviews";
  for (int i = 0; i < record.field_count(); ++i) {
    const auto* const from = record.field(i);
    const auto* to = fact.FindFieldByName(from->name());
    const auto* message = to != nullptr ? to->message_type() : kizuna::v1::Product::descriptor();
    for (int k = 0; k < from->message_type()->field_count(); ++k) {
      const std::string& name = from->message_type()->field(k)->name();
      if (from->name() == "product" && name == "id") continue;
      EXPECT_NE(message->FindFieldByName(name), nullptr) << from->name() << "." << name;
    }
  }
}

}  // namespace
}  // namespace kizuna::import
