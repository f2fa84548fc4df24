// SPDX-License-Identifier: Apache-2.0

#include "tools/generate/sender.h"

#include <cstdio>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/lib/error.h"

namespace kizuna::generate {
namespace {

// Many enough to share one commit, few enough that an acknowledgement comes soon.
constexpr size_t kFactsPerMessage = 500;
constexpr size_t kMostFactsPerMessage = 1000;

// Counts what the stream's own thread reports.
class Tally {
 public:
  void Count(const v1::StreamFactsRequest& sent, const v1::StreamFactsResponse& ack) {
    absl::MutexLock lock(&mutex_);
    for (int i = 0; i < ack.results_size(); ++i) CountOne(sent.facts(i), ack.results(i));
  }
  Sent Read() const {
    absl::MutexLock lock(&mutex_);
    return sent_;
  }

 private:
  void CountOne(const v1::Fact& fact, const v1::FactResult& result)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (result.has_error()) {
      if (sent_.refused++ == 0) {
        sent_.first_refusal = absl::StrCat(fact.account(), " ", fact.source(), " ", fact.fact_id(),
                                           ": ", client::StatusOfItem(result.error()).message());
      }
    } else if (result.accepted().disposition() == v1::FactResult::DISPOSITION_DUPLICATE) {
      ++sent_.duplicates;
    } else {
      ++sent_.recorded;
    }
  }

  mutable absl::Mutex mutex_;
  Sent sent_ ABSL_GUARDED_BY(mutex_);
};

// One line that is written over, at most ten times a second.
class Progress {
 public:
  Progress(bool watched, int64_t accounts) : watched_(watched), accounts_(accounts) {}
  ~Progress() {
    if (watched_) std::fputs("\r\033[K", stderr);
  }
  void Show(int64_t account, int64_t facts) {
    if (!watched_) return;
    const absl::Time now = absl::Now();
    if (now < next_) return;
    next_ = now + absl::Milliseconds(100);
    const double seconds = absl::ToDoubleSeconds(now - began_) + 0.001;
    std::fprintf(stderr, "\r\033[K%3lld %%  %lld of %lld accounts  %lld facts  %.0f facts/s",
                 static_cast<long long>(100 * account / accounts_), static_cast<long long>(account),
                 static_cast<long long>(accounts_), static_cast<long long>(facts),
                 static_cast<double>(facts) / seconds);
  }

 private:
  const bool watched_;
  const int64_t accounts_;
  const absl::Time began_ = absl::Now();
  absl::Time next_ = began_;
};

// Collects facts into messages. An account's profile leads its facts, so a message ends before an
// account that would not fit rather than inside of it.
class Messages {
 public:
  explicit Messages(client::FactStream* stream) : stream_(stream) {}

  absl::Status Add(std::vector<v1::Fact> facts) {
    if (!waiting_.empty() && waiting_.size() + facts.size() > kFactsPerMessage) {
      if (absl::Status status = Flush(); !status.ok()) return status;
    }
    for (v1::Fact& fact : facts) {
      waiting_.push_back(std::move(fact));
      if (waiting_.size() < kMostFactsPerMessage) continue;
      if (absl::Status status = Flush(); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status Flush() {
    if (waiting_.empty()) return absl::OkStatus();
    return stream_->Write(std::exchange(waiting_, {}));
  }

 private:
  client::FactStream* const stream_;
  std::vector<v1::Fact> waiting_;
};

absl::Status DeclareMetrics(client::Client& client) {
  v1::ListMetricsRequest list;
  list.set_page_size(1000);
  absl::StatusOr<v1::ListMetricsResponse> known = client.ListMetrics(list);
  if (!known.ok()) return known.status();
  std::set<std::string> names;
  for (const v1::Metric& metric : known->metrics()) names.insert(metric.name());
  for (const v1::Metric& metric : MetricsOf()) {
    if (names.count(metric.name()) > 0) continue;
    v1::CreateMetricRequest create;
    *create.mutable_metric() = metric;
    if (auto created = client.CreateMetric(create); !created.ok()) return created.status();
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AskTheBook(client::Client& client, bool last_day_given, PortfolioOptions* options) {
  absl::StatusOr<v1::GetStatusResponse> status = client.GetStatus({});
  if (!status.ok()) return status.status();
  const v1::StoreSettings& settings = status->settings();
  if (!absl::LoadTimeZone(settings.time_zone(), &options->zone)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the book's time zone '", settings.time_zone(),
                     "' is not known on this machine: install the package tzdata"));
  }
  options->currency = settings.currency_code();
  if (!last_day_given) {
    const absl::Time now = absl::FromUnixSeconds(status->server_time().seconds());
    options->last_day = absl::ToCivilDay(now, options->zone) - 1;
  }
  return absl::OkStatus();
}

absl::Status Declare(client::Client& client, const PortfolioOptions& options) {
  if (absl::Status status = DeclareMetrics(client); !status.ok()) return status;
  // A product may name only those that exist as related, so the names come first.
  for (const bool with_related : {false, true}) {
    for (v1::Product& product : ProductsOf(options)) {
      if (!with_related) product.clear_related();
      v1::UpdateProductRequest update;
      update.set_allow_missing(true);
      *update.mutable_product() = std::move(product);
      if (auto updated = client.UpdateProduct(update); !updated.ok()) return updated.status();
    }
  }
  // The watermarks are declared ahead of the facts, since each makes a new rulebook number, under
  // which every account that is there already has to be judged again.
  for (v1::Source& source : SourcesOf(options)) {
    v1::UpdateSourceRequest update;
    update.set_allow_missing(true);
    *update.mutable_source() = std::move(source);
    if (auto updated = client.UpdateSource(update); !updated.ok()) return updated.status();
  }
  return absl::OkStatus();
}

absl::StatusOr<Sent> SendFacts(client::Client& client, const PortfolioOptions& options,
                               bool watched) {
  Tally tally;
  std::unique_ptr<client::FactStream> stream = client.StreamFacts(
      {}, [&tally](const v1::StreamFactsRequest& sent, const v1::StreamFactsResponse& ack) {
        tally.Count(sent, ack);
      });
  Messages messages(stream.get());
  {
    Progress progress(watched, options.accounts);
    int64_t facts_made = 0;
    for (int64_t account = 0; account < options.accounts; ++account) {
      std::vector<v1::Fact> facts = FactsOf(options, account);
      facts_made += static_cast<int64_t>(facts.size());
      if (absl::Status status = messages.Add(std::move(facts)); !status.ok()) return status;
      progress.Show(account + 1, facts_made);
    }
    if (absl::Status status = messages.Flush(); !status.ok()) return status;
    if (absl::Status status = stream->Finish(); !status.ok()) return status;
  }
  Sent sent = tally.Read();
  sent.accounts = options.accounts;
  return sent;
}

}  // namespace kizuna::generate
