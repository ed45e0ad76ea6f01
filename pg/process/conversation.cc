#include "pg/process/conversation.h"

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

namespace ferry::pg {
namespace {

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
  Conversation(pid_t pid, Descriptor to, Descriptor from, Descriptor error, const std::string& input,
               size_t most_output)
      : pid_(pid),
        most_output_(most_output),
        to_(std::move(to)),
        from_(std::move(from)),
        error_(std::move(error)),
        left_(input) {
    for (const Descriptor* end : {&to_, &from_, &error_}) ::fcntl(end->get(), F_SETFL, O_NONBLOCK);
    if (left_.empty()) to_.Close();
  }

  Heard Run(absl::Duration at_most, const std::function<bool()>& stop) {
    const absl::Duration end = SystemClock().Elapsed() + at_most;
    while (!HasEnded(pid_)) {
      Exchange(to_.get() < 0 && from_.get() < 0 && error_.get() < 0 ? kShortTickMs : kTickMs);
      if (heard_.output.size() > most_output_) return GiveUp(Heard::End::kTooMuch);
      if (stop && stop()) return GiveUp(Heard::End::kStopped);
      if (SystemClock().Elapsed() >= end) return GiveUp(Heard::End::kTooLong);
    }
    heard_.status = Reap(pid_);
    Exchange(0);
    heard_.last_line = LastLine(error_text_);
    if (heard_.output.size() > most_output_) heard_.end = Heard::End::kTooMuch;
    return std::move(heard_);
  }

 private:
  Heard GiveUp(Heard::End why) {
    heard_.end = why;
    heard_.status = Reap(pid_);
    Exchange(0);
    heard_.last_line = LastLine(error_text_);
    return std::move(heard_);
  }

  void Exchange(int timeout_ms) {
    pollfd ready[3] = {{to_.get(), POLLOUT, 0}, {from_.get(), POLLIN, 0}, {error_.get(), POLLIN, 0}};
    ::poll(ready, 3, timeout_ms);
    if (ready[0].revents != 0) Write();
    Read(from_, heard_.output, most_output_ + 1, false);
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
  static void Read(Descriptor& end, std::string& text, size_t most, bool keep_last) {
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
  const size_t most_output_;
  Descriptor to_, from_, error_;
  absl::string_view left_;
  std::string error_text_;
  Heard heard_;
};

}  // namespace

Heard Converse(pid_t pid, Descriptor to, Descriptor from, Descriptor error, const std::string& input,
               size_t most_output, absl::Duration at_most, const std::function<bool()>& stop) {
  return Conversation(pid, std::move(to), std::move(from), std::move(error), input, most_output)
      .Run(at_most, stop);
}

}  // namespace ferry::pg
