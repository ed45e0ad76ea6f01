// Running one program to its end: an argument vector and a complete environment, no shell.
#ifndef FERRY_PG_BACKUP_SUBPROCESS_H_
#define FERRY_PG_BACKUP_SUBPROCESS_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace ferry::pg {

struct Command {
  std::vector<std::string> argv;           // argv[0]: the program's path, with a slash
  std::map<std::string, std::string> env;  // all of it
};

struct Outcome {
  int exit_code = 0;     // 128 + signal when a signal ended it
  bool stopped = false;  // because `stop` said so
  std::string output;    // the last 16 KiB of what it wrote to stdout and stderr
};

// Waits for the end on this thread, with `tick` called and `stop` asked about ten times a second. When `stop`
// says true, the program and its children get SIGTERM, and SIGKILL 5 s later. The program gets SIGKILL from
// the kernel when this thread dies, so that it never outlives us; it starts with default signal handling, an
// empty signal mask, no stdin, and SIGXFSZ ignored, so that a file size limit is an error it can tell.
// kBackupTool: it could not be started.
absl::StatusOr<Outcome> RunCommand(const Command& command, const std::function<bool()>& stop,
                                   const std::function<void()>& tick);

}  // namespace ferry::pg

#endif  // FERRY_PG_BACKUP_SUBPROCESS_H_
