// SPDX-License-Identifier: Apache-2.0
#include "client/cli/progress.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cli/output.h"

namespace kizuna::cli {
namespace {

constexpr absl::Duration kQuietFor = absl::Seconds(1);
constexpr absl::Duration kBetweenDraws = absl::Milliseconds(100);
constexpr absl::string_view kEraseLine = "\r\033[K";

}  // namespace

Progress::Progress(const Terminal& terminal, absl::string_view work, int64_t total)
    : terminal_(terminal), work_(work), total_(total), begun_(absl::Now()), drawn_(begun_) {}

Progress::~Progress() {
  if (shown_) *terminal_.err << kEraseLine << std::flush;
}

void Progress::Update(int64_t done) {
  if (!terminal_.err_is_terminal) return;
  const absl::Time now = absl::Now();
  if (now - begun_ < kQuietFor || now - drawn_ < kBetweenDraws) return;
  drawn_ = now;
  shown_ = true;
  const int64_t a_second =
      static_cast<int64_t>(static_cast<double>(done) / absl::ToDoubleSeconds(now - begun_));
  std::string line = Grouped(done);
  if (total_ > 0) {
    absl::StrAppend(&line, " of ", Grouped(total_), " (", done * 100 / total_, " %)");
  }
  absl::StrAppend(&line, " ", work_, ", ", Grouped(a_second), " a second");
  *terminal_.err << kEraseLine << line << std::flush;
}

WaitingLine::WaitingLine(const Terminal& terminal, absl::string_view work)
    : terminal_(terminal), work_(work) {}

WaitingLine::~WaitingLine() {
  if (told_seconds_ > 0) *terminal_.err << kEraseLine << std::flush;
}

void WaitingLine::Update(absl::Duration waited) {
  const int64_t seconds = absl::ToInt64Seconds(waited);
  if (!terminal_.err_is_terminal || seconds <= told_seconds_) return;
  told_seconds_ = seconds;
  *terminal_.err << kEraseLine << work_ << ", " << Grouped(seconds) << " s" << std::flush;
}

}  // namespace kizuna::cli
