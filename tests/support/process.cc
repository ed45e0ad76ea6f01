#include "tests/support/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/support/wait.h"

namespace ferry::test {
namespace {

std::vector<std::string> Environment(const std::map<std::string, std::optional<std::string>>& changes) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string variable = *entry;
    if (!changes.contains(variable.substr(0, variable.find('=')))) variables.push_back(variable);
  }
  for (const auto& [name, value] : changes) {
    if (value.has_value()) variables.push_back(absl::StrCat(name, "=", *value));
  }
  return variables;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// setpriv changes the user first and asks for the death signal afterwards: the kernel forgets it at a change
// of user.
std::vector<std::string> WithSetpriv(const std::vector<std::string>& argv, const Process::Options& options) {
  std::vector<std::string> full = {"setpriv", "--pdeathsig", options.death_signal};
  if (!options.user.empty()) {
    for (const char* word : {"--reuid", "--regid"}) {
      full.emplace_back(word);
      full.push_back(options.user);
    }
    full.emplace_back("--init-groups");
  }
  full.emplace_back("--");
  full.insert(full.end(), argv.begin(), argv.end());
  return full;
}

}  // namespace

Process::Process(const std::vector<std::string>& argv, const Options& options) : owner_(::getpid()) {
  std::vector<std::string> arguments = WithSetpriv(argv, options);
  std::vector<std::string> variables = Environment(options.env);
  const std::string input = dir_.Write("stdin", options.stdin_text);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  const int write = O_WRONLY | O_CREAT | O_APPEND;
  posix_spawn_file_actions_addopen(&actions, 0, input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, dir_.File("stdout").c_str(), write, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, dir_.File("stderr").c_str(), write, 0600);
  if (!options.cwd.empty()) posix_spawn_file_actions_addchdir_np(&actions, options.cwd.c_str());
  const int problem = ::posix_spawnp(&pid_, "setpriv", &actions, nullptr, Pointers(arguments).data(),
                                     Pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) {
    std::fprintf(stderr, "cannot start %s: %s\n", argv[0].c_str(), std::strerror(problem));
    std::abort();
  }
}

Process::~Process() {
  if (owner_ == ::getpid()) Kill();
}

std::string Process::Stdout() const { return ReadFile(dir_.File("stdout")); }
std::string Process::Stderr() const { return ReadFile(dir_.File("stderr")); }

bool Process::Running() {
  if (exit_code_.has_value()) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return false;
}

std::optional<int> Process::Wait(absl::Duration bound) {
  WaitUntil([this] { return !Running(); }, bound);
  return exit_code_;
}

void Process::Signal(int signal) {
  if (owner_ == ::getpid() && Running()) ::kill(pid_, signal);
}

void Process::Kill() {
  if (!Running()) return;
  ::kill(pid_, SIGKILL);
  WaitUntil([this] { return !Running(); });
}

std::optional<std::string> Process::WaitForLine(absl::string_view text, absl::Duration bound) {
  std::optional<std::string> found;
  WaitUntil(
      [&] {
        const bool running = Running();
        for (const std::string& output : {Stdout(), Stderr()}) {
          for (absl::string_view line : absl::StrSplit(output, '\n')) {
            if (absl::StrContains(line, text)) found = std::string(line);
            if (found.has_value()) return true;
          }
        }
        return !running;
      },
      bound);
  return found;
}

Finished RunProcess(const std::vector<std::string>& argv, const Process::Options& options,
                    absl::Duration bound) {
  Process process(argv, options);
  if (!process.Wait(bound).has_value()) process.Kill();
  const int exit_code = process.Wait().value_or(-1);
  return {exit_code, process.Stdout(), process.Stderr()};
}

}  // namespace ferry::test
