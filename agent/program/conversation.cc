#include "agent/program/conversation.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "core/base/clock.h"

namespace ferry::program {
namespace {

constexpr size_t kMostOutput = size_t{256} << 20;
constexpr size_t kMostError = 4096;
constexpr int kTickMs = 100;
constexpr int kShortTickMs = 2;  // all pipes are closed: it is about to end

std::string LastLine(absl::string_view text) {
  text = absl::StripTrailingAsciiWhitespace(text);
  const size_t end = text.rfind('\n');
  return std::string(end == absl::string_view::npos ? text : text.substr(end + 1));
}

class Conversation {
 public:
  Conversation(pid_t pid, pg::Descriptor to, pg::Descriptor from, pg::Descriptor error,
               const std::string& input)
      : pid_(pid), to_(std::move(to)), from_(std::move(from)), error_(std::move(error)), left_(input) {
    for (const pg::Descriptor* end : {&to_, &from_, &error_}) ::fcntl(end->get(), F_SETFL, O_NONBLOCK);
    if (left_.empty()) to_.Close();
  }

  Heard Run(absl::Duration at_most, const std::function<bool()>& stop) {
    const absl::Duration end = SystemClock().Elapsed() + at_most;
    while (!pg::HasEnded(pid_)) {
      Exchange(to_.get() < 0 && from_.get() < 0 && error_.get() < 0 ? kShortTickMs : kTickMs);
      if (heard_.output.size() > kMostOutput) return GiveUp(Heard::End::kTooMuch);
      if (stop && stop()) return GiveUp(Heard::End::kStopped);
      if (SystemClock().Elapsed() >= end) return GiveUp(Heard::End::kTooLong);
    }
    heard_.status = pg::Reap(pid_);
    Exchange(0);
    heard_.last_line = LastLine(error_text_);
    if (heard_.output.size() > kMostOutput) heard_.end = Heard::End::kTooMuch;
    return std::move(heard_);
  }

 private:
  Heard GiveUp(Heard::End why) {
    heard_.end = why;
    heard_.status = pg::Reap(pid_);
    Exchange(0);
    heard_.last_line = LastLine(error_text_);
    return std::move(heard_);
  }

  void Exchange(int timeout_ms) {
    pollfd ready[3] = {{to_.get(), POLLOUT, 0}, {from_.get(), POLLIN, 0}, {error_.get(), POLLIN, 0}};
    ::poll(ready, 3, timeout_ms);
    if (ready[0].revents != 0) Write();
    Read(from_, heard_.output, kMostOutput + 1, false);
    Read(error_, error_text_, kMostError, true);
  }

  void Write() {
    while (!left_.empty()) {
      const ssize_t count = ::write(to_.get(), left_.data(), left_.size());
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (count < 0) break;  // it reads no more; whether that was right, its answers tell
      left_.remove_prefix(static_cast<size_t>(count));
    }
    to_.Close();
  }

  // All there is now. Of more than `most` bytes the first or the last are kept; a stream that never pauses is
  // left when there is enough of it.
  static void Read(pg::Descriptor& end, std::string& text, size_t most, bool keep_last) {
    char bytes[65536];
    ssize_t count = 0;
    while (end.get() >= 0 && (keep_last || text.size() < most) &&
           (count = ::read(end.get(), bytes, sizeof(bytes))) > 0) {
      text.append(bytes, static_cast<size_t>(count));
      if (keep_last && text.size() > most) text.erase(0, text.size() - most);
      if (keep_last) return;  // the rest at the next look
    }
    if (count == 0 && end.get() >= 0 && (keep_last || text.size() < most)) end.Close();
  }

  const pid_t pid_;
  pg::Descriptor to_, from_, error_;
  absl::string_view left_;
  std::string error_text_;
  Heard heard_;
};

}  // namespace

Heard Converse(pid_t pid, pg::Descriptor to, pg::Descriptor from, pg::Descriptor error,
               const std::string& input, absl::Duration at_most, const std::function<bool()>& stop) {
  return Conversation(pid, std::move(to), std::move(from), std::move(error), input).Run(at_most, stop);
}

}  // namespace ferry::program
