// The programs that an agent's file lets transforms use, run as processes. No shell, an argument vector, and
// of the environment only PATH and LANG; the folder is `/`. What runs are the very bytes that were hashed:
// they are copied into a sealed file in memory, and that is executed, so that nothing that happens to the
// file afterwards counts. A script finds itself as /proc/self/fd/3; what a program expects beside itself must
// be given as an absolute path.
#ifndef FERRY_AGENT_PROGRAM_PROGRAM_H_
#define FERRY_AGENT_PROGRAM_PROGRAM_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "agent/policy/policy.h"
#include "pg/executor/row_program.h"

namespace ferry::program {

// One thread at a time, which must live as long as a program runs: the kernel kills the program with it.
// SIGPIPE must be ignored by this process.
class Programs final : public executor::RowPrograms {
 public:
  explicit Programs(std::map<std::string, policy::ProgramConfig> programs) : programs_(std::move(programs)) {}

  // kTransformProgram: no such name in the agent's file; its file cannot be read, is no executable regular
  // file, is over 256 MB, or has another SHA-256 than the one pinned.
  //
  // Answer: one process a batch. It is given all rows, then the end of its input, and must end with exit code
  // 0 within its timeout; whatever is left of its process group is killed. kTransformProgram, with the last
  // line that it wrote to stderr: it could not be started, ended otherwise, took too long, wrote over 256 MB.
  absl::StatusOr<std::unique_ptr<executor::RowProgram>> Open(const std::string& name) override;

 private:
  const std::map<std::string, policy::ProgramConfig> programs_;
};

}  // namespace ferry::program

#endif  // FERRY_AGENT_PROGRAM_PROGRAM_H_
