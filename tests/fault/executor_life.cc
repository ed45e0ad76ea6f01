#include "tests/fault/executor_life.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/wait.h"
#include "pg/executor/executor.h"
#include "pg/executor/lock.h"

namespace ferry::test {
namespace {

absl::Status Run(const ExecutorTask& task) {
  executor::RunContext run;
  run.run_id = "run-crash";
  run.target_id = "target";
  run.attempt = task.attempt;
  run.epoch = 1;
  ASSIGN_OR_RETURN(const std::unique_ptr<pg::Session> session,
                   pg::Session::Open({task.login}, executor::ApplicationName(run)));
  ASSIGN_OR_RETURN(const executor::TargetLock lock, executor::TargetLock::Acquire(*session, run));
  executor::OpenGate gate;
  return (task.up ? executor::ApplyMigration(*session, *task.migration, run, {}, gate, nullptr)
                  : executor::RollBackMigration(*session, *task.migration, run, {}, gate, nullptr))
      .status();
}

}  // namespace

ExecutorLife::ExecutorLife(const ExecutorTask& task) {
  int ends[2] = {-1, -1};
  const bool piped = ::pipe2(ends, O_CLOEXEC) == 0;
  pid_ = piped ? ::fork() : -1;
  if (pid_ < 0) {
    std::fprintf(stderr, "cannot fork\n");
    std::abort();
  }
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    task.fault.empty() ? ::unsetenv("FERRY_FAULT") : ::setenv("FERRY_FAULT", task.fault.c_str(), 1);
    const absl::Status status = Run(task);
    const std::string text = status.ok() ? "" : ErrorText(status).substr(0, 4000);
    const ssize_t wrote = ::write(ends[1], text.data(), text.size());
    ::_exit(status.ok() && wrote == 0 ? 0 : 1);
  }
  ::close(ends[1]);
  said_ = ends[0];
}

ExecutorLife::~ExecutorLife() {
  Kill();
  ::close(said_);
}

std::optional<int> ExecutorLife::Wait(absl::Duration bound) {
  const absl::Duration end = SystemClock().Elapsed() + bound;
  while (!code_.has_value()) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    } else if (const absl::Duration left = end - SystemClock().Elapsed(); left > absl::ZeroDuration()) {
      WaitFor(std::min(left, absl::Milliseconds(1)));
    } else {
      break;
    }
  }
  return code_;
}

void ExecutorLife::Kill() {
  if (code_.has_value()) return;
  ::kill(pid_, SIGKILL);
  Wait(absl::InfiniteDuration());
}

std::string ExecutorLife::error() {
  if (!code_.has_value()) return "";
  std::string text(4000, '\0');
  const ssize_t got = ::read(said_, text.data(), text.size());
  text.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return text;
}

}  // namespace ferry::test
