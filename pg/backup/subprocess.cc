#include "pg/backup/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "pg/process/child.h"

namespace ferry::pg {
namespace {

constexpr size_t kMaxOutput = 16 * 1024;
constexpr int kTickMs = 100;
const absl::Duration kGrace = absl::Seconds(5);

class Running {
 public:
  Running(pid_t pid, int output) : pid_(pid), output_(output) { ::fcntl(output, F_SETFL, O_NONBLOCK); }

  Outcome Wait(const std::function<bool()>& stop, const std::function<void()>& tick) {
    absl::Duration kill_at = absl::InfiniteDuration();
    while (!HasEnded(pid_)) {
      Read(kTickMs);
      if (tick) tick();
      if (!outcome_.stopped && stop && stop()) {
        outcome_.stopped = true;
        kill_at = SystemClock().Elapsed() + kGrace;
        ::kill(-pid_, SIGTERM);
      }
      if (SystemClock().Elapsed() >= kill_at) ::kill(-pid_, SIGKILL);
    }
    const int status = Reap(pid_);
    Read(0);
    outcome_.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return std::move(outcome_);
  }

 private:
  // All there is; waits for it up to `timeout_ms`. A pipe that was closed early only takes its time.
  void Read(int timeout_ms) {
    pollfd ready{output_, POLLIN, 0};
    if (ended_) ready.fd = -1;
    ::poll(&ready, 1, timeout_ms);
    if (ended_) return;
    char bytes[4096];
    ssize_t count = 0;
    while ((count = ::read(output_, bytes, sizeof(bytes))) > 0) {
      outcome_.output.append(bytes, static_cast<size_t>(count));
      if (outcome_.output.size() > kMaxOutput) outcome_.output.erase(0, outcome_.output.size() - kMaxOutput);
    }
    ended_ = count == 0;
  }

  const pid_t pid_;
  const int output_;
  bool ended_ = false;
  Outcome outcome_;
};

}  // namespace

absl::StatusOr<Outcome> RunCommand(const Command& command, const std::function<bool()>& stop,
                                   const std::function<void()>& tick) {
  const auto failed = [&command](int problem) -> absl::Status {
    return Error(ErrorCode::kBackupTool,
                 absl::StrCat("cannot run ", command.argv[0], ": ", std::strerror(problem)));
  };
  Descriptor output_read, output_write;
  if (!Pipe(output_read, output_write)) return failed(errno);
  ChildSpec spec;
  spec.argv = command.argv;
  spec.env = command.env;
  spec.output = spec.error = output_write.get();
  const Started started = StartChild(spec);
  if (started.pid < 0) return failed(started.problem);
  output_write.Close();
  return Running(started.pid, output_read.get()).Wait(stop, tick);
}

}  // namespace ferry::pg
