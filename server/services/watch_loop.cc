// SPDX-License-Identifier: Apache-2.0

#include "server/services/watch_loop.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

namespace kizuna::server {

WatchLoop::WatchLoop(ledger::CommitBell* bell, size_t max_watches)
    : bell_(bell), max_watches_(max_watches) {
  listener_ = bell_->Listen([this] {
    absl::MutexLock lock(&mutex_);
    rung_ = true;
  });
  thread_ = std::thread([this] { Run(); });
}

WatchLoop::~WatchLoop() {
  bell_->Leave(listener_);
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

bool WatchLoop::Add(std::shared_ptr<Watch> watch) {
  absl::MutexLock lock(&mutex_);
  if (watches_.size() >= max_watches_) return false;
  const Watch* key = watch.get();
  Entry& entry = watches_[key];
  entry.watch = std::move(watch);
  Queue(key, entry);
  return true;
}

void WatchLoop::Remove(const Watch* watch) {
  std::shared_ptr<Watch> last;  // unmade outside of the mutex, if it is the last
  absl::MutexLock lock(&mutex_);
  const auto found = watches_.find(watch);
  if (found == watches_.end()) return;
  last = std::move(found->second.watch);
  watches_.erase(found);
}

void WatchLoop::Wake(const Watch* watch) {
  absl::MutexLock lock(&mutex_);
  const auto found = watches_.find(watch);
  if (found != watches_.end()) Queue(watch, found->second);
}

void WatchLoop::Queue(const Watch* watch, Entry& entry) {
  if (entry.queued) return;
  entry.queued = true;
  queue_.push_back(watch);
}

void WatchLoop::Run() {
  absl::MutexLock lock(&mutex_);
  const auto awake = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || rung_ || !queue_.empty();
  };
  while (true) {
    mutex_.AwaitWithDeadline(absl::Condition(&awake), next_alarm_);
    if (stopping_) return;
    QueueWoken();
    if (!queue_.empty()) StepFirst();
  }
}

void WatchLoop::QueueWoken() {
  const absl::Time now = absl::Now();
  const bool rung = std::exchange(rung_, false);
  if (!rung && now < next_alarm_) return;
  next_alarm_ = absl::InfiniteFuture();
  for (auto& [watch, entry] : watches_) {
    if ((rung && entry.on_commit) || entry.at <= now) {
      Queue(watch, entry);
    } else {
      next_alarm_ = std::min(next_alarm_, entry.at);
    }
  }
}

void WatchLoop::StepFirst() {
  const Watch* key = queue_.front();
  queue_.pop_front();
  auto found = watches_.find(key);
  if (found == watches_.end()) return;
  found->second.queued = false;
  found->second.on_commit = false;
  found->second.at = absl::InfiniteFuture();
  std::shared_ptr<Watch> watch = found->second.watch;
  mutex_.Unlock();
  const WatchNext next = watch->Step();
  watch.reset();
  mutex_.Lock();
  // What rang meanwhile is still to be looked at, so nothing is missed in between.
  found = watches_.find(key);
  if (found == watches_.end()) return;
  Entry& entry = found->second;
  entry.on_commit = next.on_commit;
  entry.at = next.at;
  next_alarm_ = std::min(next_alarm_, next.at);
  if (next.at_once) Queue(key, entry);
}

}  // namespace kizuna::server
