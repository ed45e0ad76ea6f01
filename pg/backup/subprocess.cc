#include "pg/backup/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "core/base/error.h"

namespace ferry::pg {
namespace {

constexpr size_t kMaxOutput = 16 * 1024;
constexpr int kTickMs = 100;
const absl::Duration kGrace = absl::Seconds(5);

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { Close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  void Reset(int number) {
    Close();
    number_ = number;
  }
  void Close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

bool Pipe(Descriptor& read, Descriptor& write) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  read.Reset(ends[0]);
  write.Reset(ends[1]);
  return true;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Between fork and execve: only what is safe after a fork in a program of many threads.
[[noreturn]] void BecomeProgram(pid_t parent, int output, int failure, char* const* argv, char* const* env) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it died before prctl
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGXFSZ, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int empty = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (empty >= 0 && ::dup2(empty, 0) >= 0 && ::dup2(output, 1) >= 0 && ::dup2(output, 2) >= 0) {
    ::execve(argv[0], argv, env);
  }
  const int problem = errno;
  if (::write(failure, &problem, sizeof(problem)) < 0) ::_exit(126);
  ::_exit(127);
}

class Running {
 public:
  Running(pid_t pid, int output) : pid_(pid), output_(output) { ::fcntl(output, F_SETFL, O_NONBLOCK); }

  Outcome Wait(const std::function<bool()>& stop, const std::function<void()>& tick) {
    absl::Duration kill_at = absl::InfiniteDuration();
    while (!Ended()) {
      Read(kTickMs);
      if (tick) tick();
      if (!outcome_.stopped && stop && stop()) {
        outcome_.stopped = true;
        kill_at = SystemClock().Elapsed() + kGrace;
        ::kill(-pid_, SIGTERM);
      }
      if (SystemClock().Elapsed() >= kill_at) ::kill(-pid_, SIGKILL);
    }
    ::kill(-pid_, SIGKILL);  // what it forked, if anything is left; the number is ours until waitpid
    int status = 0;
    ::waitpid(pid_, &status, 0);
    Read(0);
    outcome_.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return std::move(outcome_);
  }

 private:
  bool Ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid == pid_;
  }

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
  std::vector<std::string> argv = command.argv;
  std::vector<std::string> env;
  for (const auto& [name, value] : command.env) env.push_back(absl::StrCat(name, "=", value));
  const std::vector<char*> argv_pointers = Pointers(argv);
  const std::vector<char*> env_pointers = Pointers(env);
  const auto failed = [&command](int problem) -> absl::Status {
    return Error(ErrorCode::kBackupTool,
                 absl::StrCat("cannot run ", command.argv[0], ": ", std::strerror(problem)));
  };

  Descriptor output_read, output_write, failure_read, failure_write;
  if (!Pipe(output_read, output_write) || !Pipe(failure_read, failure_write)) return failed(errno);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return failed(errno);
  if (pid == 0) {
    BecomeProgram(parent, output_write.get(), failure_write.get(), argv_pointers.data(), env_pointers.data());
  }
  ::setpgid(pid, pid);  // as the child does: whoever comes first
  output_write.Close();
  failure_write.Close();

  int problem = 0;
  ssize_t count = 0;
  while ((count = ::read(failure_read.get(), &problem, sizeof(problem))) < 0 && errno == EINTR) {
  }
  if (count > 0) {
    ::waitpid(pid, nullptr, 0);
    return failed(problem);
  }
  return Running(pid, output_read.get()).Wait(stop, tick);
}

}  // namespace ferry::pg
