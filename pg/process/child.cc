#include "pg/process/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace ferry::pg {
namespace {

constexpr int kImage = 3;     // where a script looks for itself
constexpr int kFailure = 4;   // tells us why execve failed
constexpr int kScratch = 16;  // above all of these

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// What the child needs, made before the fork.
struct Plan {
  pid_t parent;
  int input, output, error, image, failure;
  const char* path;
  char* const* argv;
  char* const* env;
  const char* folder;  // null: stay
};

void ResetSignals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGXFSZ, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Puts the descriptors where the program looks for them and closes all others. They are first moved out of
// the way, as one may stand where another belongs.
bool PlaceDescriptors(const Plan& plan, int& failure) {
  failure = ::fcntl(plan.failure, F_DUPFD_CLOEXEC, kScratch);
  const int input = plan.input < 0 ? ::open("/dev/null", O_RDONLY | O_CLOEXEC) : plan.input;
  const int in = ::fcntl(input, F_DUPFD_CLOEXEC, kScratch);
  const int out = ::fcntl(plan.output, F_DUPFD_CLOEXEC, kScratch);
  const int err = ::fcntl(plan.error, F_DUPFD_CLOEXEC, kScratch);
  const int image = plan.image < 0 ? -1 : ::fcntl(plan.image, F_DUPFD_CLOEXEC, kScratch);
  if (in < 0 || out < 0 || err < 0 || failure < 0 || (plan.image >= 0 && image < 0)) return false;
  if (::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(err, 2) < 0) return false;
  if (image >= 0 ? ::dup2(image, kImage) < 0 : (::close(kImage) != 0 && errno != EBADF)) return false;
  if (::dup3(failure, kFailure, O_CLOEXEC) < 0) return false;
  failure = kFailure;
  return ::close_range(kFailure + 1, ~0U, 0) == 0;
}

// Between fork and execve: only what is safe after a fork in a program of many threads.
[[noreturn]] void BecomeProgram(const Plan& plan) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) ::_exit(127);  // it died before prctl
  ResetSignals();
  int failure = plan.failure;
  if (PlaceDescriptors(plan, failure) && (plan.folder == nullptr || ::chdir(plan.folder) == 0)) {
    ::execve(plan.path, plan.argv, plan.env);
  }
  const int problem = errno;
  if (::write(failure, &problem, sizeof(problem)) < 0) ::_exit(126);
  ::_exit(127);
}

}  // namespace

void Descriptor::Reset(int number) {
  if (number_ >= 0) ::close(number_);
  number_ = number;
}

bool Pipe(Descriptor& read, Descriptor& write) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  read.Reset(ends[0]);
  write.Reset(ends[1]);
  return true;
}

Started StartChild(const ChildSpec& spec) {
  std::vector<std::string> argv = spec.argv;
  std::vector<std::string> env;
  for (const auto& [name, value] : spec.env) env.push_back(absl::StrCat(name, "=", value));
  const std::vector<char*> argv_pointers = Pointers(argv);
  const std::vector<char*> env_pointers = Pointers(env);
  const std::string image_path = absl::StrCat("/proc/self/fd/", kImage);
  Descriptor failure_read, failure_write;
  if (!Pipe(failure_read, failure_write)) return {-1, errno};
  const Plan plan{::getpid(),
                  spec.input,
                  spec.output,
                  spec.error,
                  spec.image,
                  failure_write.get(),
                  spec.image >= 0 ? image_path.c_str() : argv_pointers[0],
                  argv_pointers.data(),
                  env_pointers.data(),
                  spec.folder.empty() ? nullptr : spec.folder.c_str()};
  const pid_t pid = ::fork();
  if (pid < 0) return {-1, errno};
  if (pid == 0) BecomeProgram(plan);
  ::setpgid(pid, pid);  // as the child does: whoever comes first
  failure_write.Close();
  int problem = 0;
  ssize_t count = 0;
  while ((count = ::read(failure_read.get(), &problem, sizeof(problem))) < 0 && errno == EINTR) {
  }
  if (count <= 0) return {pid, 0};
  ::waitpid(pid, nullptr, 0);
  return {-1, problem};
}

bool HasEnded(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid == pid;
}

int Reap(pid_t pid) {
  ::kill(-pid, SIGKILL);  // what it forked, if anything is left; the number is ours until waitpid
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace ferry::pg
