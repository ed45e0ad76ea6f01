// Child processes of tests: an argument vector, captured output, bounded waits. No shell.
#ifndef FERRY_TESTS_SUPPORT_PROCESS_H_
#define FERRY_TESTS_SUPPORT_PROCESS_H_

#include <sys/types.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/support/temp_dir.h"

namespace ferry::test {

// One child. It is killed when the object goes (not in a fork of the test), and by the kernel when the thread
// that spawned it ends: spawn from the test's main thread. Aborts when a program cannot be started at all
// (exit code 127 when it does not exist). Not thread-safe.
class Process {
 public:
  struct Options {
    std::map<std::string, std::optional<std::string>> env;  // added to ours; nullopt removes the variable
    std::string cwd;                                        // "" = ours
    std::string stdin_text;
    std::string user;                   // run as this user (needs root); "" = as ourselves
    std::string death_signal = "KILL";  // what it gets when the test dies
  };

  // `argv[0]` is looked up in PATH unless it holds a slash.
  explicit Process(const std::vector<std::string>& argv) : Process(argv, Options()) {}
  Process(const std::vector<std::string>& argv, const Options& options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  std::string Stdout() const;  // all of it so far
  std::string Stderr() const;
  // Waits until a line of either output contains `text`, and returns that line; nothing when `bound` passed
  // or the child ended without it.
  std::optional<std::string> WaitForLine(absl::string_view text, absl::Duration bound = absl::Seconds(30));
  // The exit code (128 + signal when a signal ended it); nothing when it still runs after `bound`.
  std::optional<int> Wait(absl::Duration bound = absl::Seconds(30));
  bool Running();
  void Signal(int signal);
  // SIGKILL, and wait.
  void Kill();

 private:
  TempDir dir_;
  pid_t pid_ = -1;
  pid_t owner_;
  std::optional<int> exit_code_;
};

struct Finished {
  int exit_code = 0;
  std::string out, err;
};
// Runs to its end; a child that needs longer than `bound` is killed (exit code 137).
Finished RunProcess(const std::vector<std::string>& argv, const Process::Options& options = {},
                    absl::Duration bound = absl::Seconds(60));

}  // namespace ferry::test

#endif  // FERRY_TESTS_SUPPORT_PROCESS_H_
