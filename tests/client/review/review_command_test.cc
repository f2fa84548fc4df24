// SPDX-License-Identifier: Apache-2.0
//
// What do `review` and `proposal` ask, write and refuse? Against a fake of the services they use.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "client/cli/display_text.h"
#include "client/cli/pdf.h"
#include "client/cli/run.h"
#include "tests/client/review/fake_reviews.h"

namespace kizuna::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Done {
  int code;
  std::string out;
  std::string err;
};

std::string ContentsOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

class ReviewCommandTest : public testing::Test {
 protected:
  ReviewCommandTest() {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&reviews_);
    builder.RegisterService(&accounts_);
    builder.RegisterService(&status_);
    server_ = builder.BuildAndStart();
    ::setenv("KIZUNA_SERVER", absl::StrCat("127.0.0.1:", port).c_str(), 1);
    ::setenv("KIZUNA_TOKEN", "secret", 1);
    folder_ = testing::TempDir() + "/review_command";
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    path_ = std::getenv("PATH");
  }
  ~ReviewCommandTest() override {
    ::setenv("PATH", path_.c_str(), 1);
    ::unsetenv("KIZUNA_TOKEN");
    std::filesystem::remove_all(folder_);
  }

  static Done Kizuna(const std::vector<std::string>& arguments, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out, err;
    Terminal streams;
    streams.in = &in;
    streams.out = &out;
    streams.err = &err;
    const int code = cli::Run(arguments, streams);
    return {code, out.str(), err.str()};
  }

  // Puts a program named weasyprint alone on PATH.
  void PutProgram(const std::string& script) {
    const std::string bin = folder_ + "/bin";
    std::filesystem::create_directories(bin);
    std::ofstream(bin + "/weasyprint") << "#!/bin/sh\n" << script;
    ::chmod((bin + "/weasyprint").c_str(), 0755);
    ::setenv("PATH", bin.c_str(), 1);
  }

  std::vector<std::string> FilesIn(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  test::FakeReviews reviews_;
  test::FakeAccounts accounts_;
  test::FakeStatus status_;
  std::unique_ptr<grpc::Server> server_;
  std::string folder_;
  std::string path_;
};

TEST_F(ReviewCommandTest, WithoutAFormatItIsMarkdownInTheCustomersLanguage) {
  const Done done = Kizuna({"review", "acme", "--quarter", "2026Q3"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, StartsWith("# 四半期ビジネスレビュー\n\n**株式会社アクメ物流 様**"));
  absl::MutexLock lock(&reviews_.mutex);
  EXPECT_EQ(reviews_.asked.name(), "accounts/acme/reviews/2026Q3");
  EXPECT_EQ(reviews_.asked.copy(), v1::REVIEW_COPY_CUSTOMER);
}

TEST_F(ReviewCommandTest, TheFormatComesFromItsFlagThenTheGlobalOneThenTheFile) {
  const std::vector<std::string> base = {"review", "acme", "--quarter", "2026Q3", "--lang", "en"};
  const auto with = [&base](std::vector<std::string> before,
                            const std::vector<std::string>& after) {
    before.insert(before.end(), base.begin(), base.end());
    before.insert(before.end(), after.begin(), after.end());
    return Kizuna(before);
  };
  EXPECT_THAT(with({}, {"--format", "html"}).out, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(with({"--format", "json"}, {}).out, StartsWith("{\n  \"account\": \"acme\""));
  EXPECT_THAT(with({"--format", "json"}, {"--format", "md"}).out, StartsWith("# Quarterly"));
  EXPECT_EQ(with({"--format", "csv"}, {}).code, 2);
  EXPECT_EQ(with({}, {"--format", "table"}).code, 2);
  const std::string file = folder_ + "/acme.html";
  const Done written = with({}, {"--out", file, "--paper", "letter"});
  EXPECT_EQ(written.code, 0) << written.err;
  EXPECT_EQ(written.out, "");
  EXPECT_THAT(ContentsOf(file), HasSubstr("size: letter"));
  EXPECT_THAT(FilesIn(folder_), testing::ElementsAre("acme.html"));
  EXPECT_EQ(with({}, {"--out", folder_ + "/none/acme.html"}).code, 1);
}

TEST_F(ReviewCommandTest, JsonHasEveryFieldAndBareIds) {
  const Done done =
      Kizuna({"review", "acme", "--quarter", "2026Q3", "--copy", "internal", "--format", "json"});
  EXPECT_EQ(done.code, 0) << done.err;
  for (const char* const said :
       {"\"account\": \"acme\"", "\"copy\": \"INTERNAL\"", "\"first_date\": \"2026-07-01\"",
        "\"sent_at\": null", "\"product\": \"crm\"", "\"annual_price\": 480000",
        "\"currency_code\": \"JPY\"", "\"verdict\": \"DENY\"", "\"if_opened\": true",
        "\"missing\": [\n      \"USER\"\n    ]", "\"cell\": \"A\""}) {
    EXPECT_THAT(done.out, HasSubstr(said));
  }
}

TEST_F(ReviewCommandTest, ALeakIsWrittenInNoForm) {
  for (const char* const format : {"md", "html", "json"}) {
    const Done done = Kizuna({"review", "leaky", "--quarter", "2026Q3", "--format", format});
    EXPECT_EQ(done.code, 1);
    EXPECT_EQ(done.out, "");
    EXPECT_THAT(done.err, HasSubstr("internal"));
  }
}

TEST_F(ReviewCommandTest, WhatMakesNoSenseIsRefusedBeforeTheServerIsAsked) {
  EXPECT_EQ(Kizuna({"review", "acme"}).code, 2);
  EXPECT_EQ(Kizuna({"review", "--quarter", "2026Q3"}).code, 2);
  EXPECT_EQ(Kizuna({"review", "acme", "--owner", "sato", "--quarter", "2026Q3"}).code, 2);
  EXPECT_EQ(Kizuna({"review", "acme", "--everyone", "--quarter", "2026Q3"}).code, 2);
  EXPECT_EQ(Kizuna({"review", "--owner", "sato", "--quarter", "2026Q3"}).code, 2);
  EXPECT_EQ(Kizuna({"review", "acme", "--quarter", "2026Q3", "--copy", "theirs"}).code, 2);
  EXPECT_EQ(Kizuna({"review", "acme", "--quarter", "2026Q3", "--lang", "fr"}).code, 2);
  EXPECT_EQ(Kizuna({"review", "acme", "--quarter", "2026Q3", "--paper", "a5"}).code, 2);
  EXPECT_EQ(Kizuna({"review", "acme", "--quarter", "2026Q3", "--format", "pdf"}).code, 2);
  absl::MutexLock lock(&reviews_.mutex);
  EXPECT_EQ(reviews_.prepared, 0);
}

TEST_F(ReviewCommandTest, ABookIsMadeOnceAndGoesOnWhereItWasLeft) {
  for (int i = 10; i < 30; ++i) accounts_.revisions[absl::StrCat("a", i)] = 5;
  accounts_.revisions["broken"] = 5;
  const std::string folder = folder_ + "/book";
  const std::vector<std::string> command = {"review", "--owner", "sato", "--quarter",
                                            "2026Q3", "--out",   folder};
  const Done first = Kizuna(command);
  EXPECT_EQ(first.code, 3) << first.err;
  EXPECT_EQ(accounts_.filter, "owner = \"sato\"");
  EXPECT_THAT(first.out, HasSubstr("20 reviews written"));
  EXPECT_THAT(first.err, HasSubstr("broken: it was erased"));
  EXPECT_EQ(FilesIn(folder).size(), 21u);  // and made.tsv
  EXPECT_THAT(ContentsOf(folder + "/a10-2026Q3-customer-ja.html"), HasSubstr("lang=\"ja\""));
  {
    absl::MutexLock lock(&reviews_.mutex);
    EXPECT_GT(reviews_.most_in_flight, 1);
    EXPECT_LE(reviews_.most_in_flight, 8);
    reviews_.prepared = 0;
  }
  // One changed, one is gone, and the list of what is finished was cut off within its last line.
  accounts_.revisions.erase("broken");
  accounts_.revisions["a11"] = 6;
  std::filesystem::remove(folder + "/a12-2026Q3-customer-ja.html");
  std::ofstream(folder + "/made.tsv", std::ios::app) << "a13-2026Q3-cus";
  const Done second = Kizuna(command);
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(second.out, HasSubstr("2 reviews written"));
  EXPECT_THAT(second.out, HasSubstr("18 unchanged"));
  EXPECT_THAT(Kizuna(command).out, HasSubstr("20 unchanged"));
  std::vector<std::string> again = command;
  again.push_back("--again");
  EXPECT_THAT(Kizuna(again).out, HasSubstr("20 reviews written"));
  const Done all = Kizuna({"review", "--everyone", "--quarter", "2026Q3", "--out", folder});
  EXPECT_THAT(all.out, HasSubstr("20 unchanged")) << all.err;
  EXPECT_EQ(accounts_.filter, "");
}

TEST_F(ReviewCommandTest, AReviewOfAnUnfinishedQuarterIsAlwaysMadeAgain) {
  accounts_.revisions["acme"] = 5;
  reviews_.unfinished = true;
  const std::vector<std::string> command = {"review", "--owner", "sato",           "--quarter",
                                            "2026Q3", "--out",   folder_ + "/book"};
  EXPECT_THAT(Kizuna(command).out, HasSubstr("1 review written"));
  EXPECT_THAT(Kizuna(command).out, HasSubstr("1 review written"));
}

TEST_F(ReviewCommandTest, EditSendsTheText) {
  const Done done =
      Kizuna({"review", "edit", "acme", "--quarter", "2026Q3", "--copy", "customer", "--section",
              "summary", "--lang", "ja", "--text-file", "-", "--author", "sato"},
             "良い四半期でした。\n");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(reviews_.edited.name(), "accounts/acme/reviews/2026Q3");
  EXPECT_EQ(reviews_.edited.section(), v1::REVIEW_SECTION_SUMMARY);
  EXPECT_EQ(reviews_.edited.text(), "良い四半期でした。\n");
  EXPECT_EQ(reviews_.edited.request_id().size(), 32u);
  const std::vector<std::string> base = {"review", "edit",      "acme",   "--quarter", "2026Q3",
                                         "--copy", "customer",  "--lang", "ja",        "--author",
                                         "sato",   "--section", "summary"};
  EXPECT_EQ(Kizuna(base).code, 2);
  std::vector<std::string> clear = base;
  clear.push_back("--clear");
  EXPECT_EQ(Kizuna(clear).code, 0);
  EXPECT_EQ(reviews_.edited.text(), "");
  clear.insert(clear.end(), {"--text", "x"});
  EXPECT_EQ(Kizuna(clear).code, 2);
}

TEST_F(ReviewCommandTest, SendNamesWhatWasPrepared) {
  const Done done = Kizuna({"review", "send", "acme", "--quarter", "2026Q3", "--author", "sato"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(reviews_.sent.revision(), 42u);
  EXPECT_EQ(reviews_.sent.rulebook_number(), 7u);
  EXPECT_EQ(reviews_.sent.prepared_at().seconds(), 1791000000);
  EXPECT_EQ(reviews_.sent.author(), "sato");
  absl::MutexLock lock(&reviews_.mutex);
  EXPECT_EQ(reviews_.asked.copy(), v1::REVIEW_COPY_INTERNAL);
}

TEST_F(ReviewCommandTest, SendNamesTheFileThatWasSent) {
  const Done made = Kizuna(
      {"review", "acme", "--quarter", "2026Q3", "--out", folder_ + "/acme.md"});
  EXPECT_THAT(made.err, HasSubstr("--prepared 42/7/2026-10-03T04:00:00Z")) << made.err;
  const auto send = [&](const std::string& prepared) {
    return Kizuna({"review", "send", "acme", "--quarter", "2026Q3", "--author", "sato",
                   "--prepared", prepared});
  };
  EXPECT_EQ(send("41/6/2026-10-03T05:00:00.000001Z").code, 0);
  EXPECT_EQ(reviews_.sent.revision(), 41u);
  EXPECT_EQ(reviews_.sent.rulebook_number(), 6u);
  EXPECT_EQ(reviews_.sent.prepared_at().nanos(), 1000);
  for (const char* const none : {"41", "41/6", "41/6/2026-10-03", "x/6/2026-10-03T05:00:00Z",
                                 "41/-6/2026-10-03T05:00:00Z", "41/6/noon", "1/2/3/4"}) {
    const Done refused = send(none);
    EXPECT_EQ(refused.code, 2) << none;
    EXPECT_THAT(refused.err, HasSubstr("--prepared")) << none;
  }
}

TEST_F(ReviewCommandTest, AProposalBehindAClosedGateHasTheExitCodeOfACheck) {
  const std::vector<std::string> command = {"proposal", "acme", "--product", "connect"};
  const Done open = Kizuna(command);
  EXPECT_EQ(open.code, 0) << open.err;
  EXPECT_THAT(open.out, HasSubstr("We propose: Connect (another product)."));
  EXPECT_THAT(open.err, HasSubstr("allowed by decision d1.acme"));
  EXPECT_EQ(reviews_.asked_proposal.product(), "products/connect");
  reviews_.closed = "GATES_CLOSED";
  const Done denied = Kizuna(command);
  EXPECT_EQ(denied.code, 10);
  EXPECT_EQ(denied.out, "");
  EXPECT_THAT(denied.err, HasSubstr("record a recovery"));
  reviews_.closed = "GATES_UNKNOWN";
  EXPECT_EQ(Kizuna(command).code, 11);
  reviews_.closed = "OTHER";
  EXPECT_EQ(Kizuna(command).code, 1);
}

TEST_F(ReviewCommandTest, TheHelpFitsATerminal) {
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"review"}, {"review", "edit"}, {"review", "send"}, {"proposal"}}) {
    std::vector<std::string> arguments = command;
    arguments.push_back("--help");
    const Done done = Kizuna(arguments);
    EXPECT_EQ(done.code, 0);
    EXPECT_THAT(done.out, HasSubstr("Examples:"));
    for (const absl::string_view line : absl::StrSplit(done.out, '\n')) {
      EXPECT_LE(DisplayWidth(line), 80) << line;
    }
  }
}

TEST_F(ReviewCommandTest, APdfIsMadeByAProgramThatGetsNoToken) {
  PutProgram("/usr/bin/env > " + folder_ +
             "/environment\n"
             "/bin/grep -q '<!DOCTYPE html>' \"$1\" && echo '%PDF-1.7' > \"$2\"\n");
  const std::string file = folder_ + "/acme.pdf";
  const Done done = Kizuna({"review", "acme", "--quarter", "2026Q3", "--out", file});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(ContentsOf(file), "%PDF-1.7\n");
  EXPECT_THAT(ContentsOf(folder_ + "/environment"), Not(HasSubstr("secret")));
}

TEST_F(ReviewCommandTest, WithoutAProgramItSaysWhatToInstall) {
  ::setenv("PATH", folder_.c_str(), 1);
  const Done done =
      Kizuna({"review", "acme", "--quarter", "2026Q3", "--out", folder_ + "/acme.pdf"});
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.err, HasSubstr("install weasyprint"));
  EXPECT_THAT(done.err, HasSubstr("--format html"));
}

TEST_F(ReviewCommandTest, AProgramThatFailsOrHangsLeavesNothing) {
  PutProgram("echo 'no fonts here'; exit 1\n");
  const Done failed =
      Kizuna({"review", "acme", "--quarter", "2026Q3", "--out", folder_ + "/acme.pdf"});
  EXPECT_EQ(failed.code, 1);
  EXPECT_THAT(failed.err, HasSubstr("no fonts here"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/acme.pdf"));
  PutProgram("/bin/sleep 60\n");
  const absl::Time begun = absl::Now();
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      PdfOf("x", FindPdfProgram().value(), absl::Milliseconds(100)).status()));
  EXPECT_LT(absl::Now() - begun, absl::Seconds(20));
}

TEST_F(ReviewCommandTest, ARealProgramDrawsPages) {
  const absl::StatusOr<std::string> program = FindPdfProgram();
  if (!program.ok()) GTEST_SKIP() << "neither weasyprint nor chromium is installed";
  const std::string file = folder_ + "/acme.pdf";
  const Done done = Kizuna({"review", "acme", "--quarter", "2026Q3", "--out", file});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(ContentsOf(file), StartsWith("%PDF-"));
}

}  // namespace
}  // namespace kizuna::cli
