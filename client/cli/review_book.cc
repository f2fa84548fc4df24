// SPDX-License-Identifier: Apache-2.0
#include "client/cli/review_book.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "client/cli/display_text.h"
#include "client/cli/pages.h"
#include "client/cli/words.h"

namespace kizuna::cli {
namespace {

constexpr int kInFlight = 8;
// A program that draws pages takes a processor, and hundreds of megabytes.
constexpr int kPdfInFlight = 2;
constexpr char kMadeFile[] = "made.tsv";

// An account whose review is to be made.
struct Item {
  std::string account;  // its id
  uint64_t revision = 0;
  review::Language language = review::Language::kEnglish;
  std::string file;  // without the folder
};

// Makes the files of one run.
class Maker {
 public:
  Maker(const ReviewBook& book, client::ReviewClient& client, absl::TimeZone zone)
      : book_(book), client_(client), zone_(zone) {}

  // Every account of the filter, with the file that it gets.
  absl::Status List(Session& session) {
    const absl::StatusOr<client::Client*> server = session.Client();
    if (!server.ok()) return server.status();
    v1::ListAccountsRequest request;
    request.set_filter(book_.filter);
    return ForEachPage(
               session, request, /*limit=*/0, "accounts",
               [&](const v1::ListAccountsRequest& page) { return (*server)->ListAccounts(page); },
               [&](const v1::ListAccountsResponse& page) {
                 for (const v1::Account& account : page.accounts())
                   items_.push_back(ItemOf(account));
                 return static_cast<int64_t>(page.accounts_size());
               })
        .status();
  }

  // Opens the folder and the list of what is finished.
  absl::Status Open() {
    std::error_code fault;
    std::filesystem::create_directories(book_.folder, fault);
    const std::string path = absl::StrCat(book_.folder, "/", kMadeFile);
    std::ifstream before(path);
    for (std::string line; std::getline(before, line);) {
      const std::vector<std::string> fields = absl::StrSplit(line, '\t');
      uint64_t revision = 0;
      // A line that was cut off counts for nothing: its file is made again.
      if (fields.size() == 3 && absl::SimpleAtoi(fields[1], &revision)) {
        finished_[fields[0]] = revision;
      }
    }
    absl::MutexLock lock(&mutex_);
    made_.open(path, std::ios::app);
    made_ << "\n";  // ends a line that was cut off
    if (!fault && made_.good()) return absl::OkStatus();
    return absl::UnavailableError(
        absl::StrCat("--out: the folder ", book_.folder, " cannot be written"));
  }

  // Makes them all, and shows how far it is.
  void Run(Session& session) {
    Progress progress(session.terminal(), "reviews", static_cast<int64_t>(items_.size()));
    const int workers = book_.wanted.format == DocumentFormat::kPdf ? kPdfInFlight : kInFlight;
    std::vector<std::future<void>> work;
    for (int i = 0; i < workers; ++i) {
      work.push_back(std::async(std::launch::async, [this] { Work(); }));
    }
    for (std::future<void>& worker : work) {
      while (worker.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready) {
        progress.Update(done_);
      }
    }
  }

  ExitCode Report(Session& session) {
    absl::MutexLock lock(&mutex_);
    session.out() << Counted(written_, "review", "reviews") << " written to " << book_.folder
                  << ", " << unchanged_ << " unchanged, " << failures_.size() << " failed\n";
    for (const auto& [account, error] : failures_) {
      session.err() << "  " << OneLine(account) << ": " << error.message() << "\n";
    }
    if (!failures_.empty()) session.Note("run it again to make those that failed");
    return failures_.empty() ? kOk : kRejected;
  }

 private:
  Item ItemOf(const v1::Account& account) const {
    Item item;
    item.account = IdOf(account.name());
    item.revision = account.revision();
    item.language =
        book_.wanted.language.value_or(review::LanguageOf(account.profile().language()));
    item.file = absl::StrCat(
        item.account, "-", book_.quarter, "-", absl::AsciiStrToLower(Word(book_.copy)), "-",
        std::string(review::TagOf(item.language)), ".", EndingOf(book_.wanted.format));
    return item;
  }

  bool IsFinished(const Item& item) const {
    const auto found = finished_.find(item.file);
    std::error_code fault;
    return !book_.again && found != finished_.end() && found->second == item.revision &&
           std::filesystem::exists(absl::StrCat(book_.folder, "/", item.file), fault);
  }

  void Work() {
    for (size_t at; (at = next_++) < items_.size(); ++done_) {
      const Item& item = items_[at];
      if (IsFinished(item)) {
        absl::MutexLock lock(&mutex_);
        ++unchanged_;
        continue;
      }
      const absl::Status made = Make(item);
      absl::MutexLock lock(&mutex_);
      made.ok() ? void(++written_) : void(failures_.emplace(item.account, made));
    }
  }

  absl::Status Make(const Item& item) {
    // The server's ids are none of these, and a file is never written outside of the folder.
    if (item.account.empty() || item.account[0] == '.' ||
        item.file.find('/') != std::string::npos) {
      return absl::InvalidArgumentError("the account's id makes no name for a file");
    }
    v1::PrepareReviewRequest request;
    request.set_name(absl::StrCat(AccountName(item.account), "/reviews/", book_.quarter));
    request.set_copy(book_.copy);
    request.set_at_least_as_fresh(item.revision);
    const auto answer = client_.PrepareReview(request);
    if (!answer.ok()) return answer.status();
    DocumentWanted wanted = book_.wanted;
    wanted.language = item.language;
    const absl::StatusOr<std::string> bytes = BytesOf(answer->review(), wanted, zone_);
    if (!bytes.ok()) return bytes.status();
    absl::Status written = WriteWhole(absl::StrCat(book_.folder, "/", item.file), *bytes);
    if (!written.ok()) return written;
    absl::MutexLock lock(&mutex_);
    // A quarter that is not over moves on without a new fact: revision 0 is nobody's.
    made_ << item.file << "\t" << (answer->review().unfinished() ? 0 : item.revision) << "\t"
          << PreparationOf(answer->review()) << "\n"
          << std::flush;
    return absl::OkStatus();
  }

  const ReviewBook& book_;
  client::ReviewClient& client_;
  const absl::TimeZone zone_;
  std::vector<Item> items_;
  // Written before the workers start.
  std::map<std::string, uint64_t> finished_;
  std::atomic<size_t> next_{0};
  std::atomic<int64_t> done_{0};
  absl::Mutex mutex_;
  std::ofstream made_ ABSL_GUARDED_BY(mutex_);
  int64_t written_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t unchanged_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, absl::Status> failures_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<ExitCode> MakeReviewBook(const ReviewBook& book, client::ReviewClient& client,
                                        Session& session) {
  const absl::StatusOr<absl::TimeZone> zone = session.BookTimeZone();
  if (!zone.ok()) return zone.status();
  Maker maker(book, client, *zone);
  absl::Status status = maker.List(session);
  if (status.ok()) status = maker.Open();
  if (!status.ok()) return status;
  maker.Run(session);
  return maker.Report(session);
}

}  // namespace kizuna::cli
