// Feeding a process and reading what it says, without a deadlock. Private to this folder.
#ifndef FERRY_AGENT_PROGRAM_CONVERSATION_H_
#define FERRY_AGENT_PROGRAM_CONVERSATION_H_

#include <sys/types.h>

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "pg/process/child.h"

namespace ferry::program {

struct Heard {
  enum class End { kByItself, kTooLong, kTooMuch, kStopped };
  End end = End::kByItself;
  int status = 0;         // kByItself: as waitpid gives it; else the process group was killed
  std::string output;     // all of stdout
  std::string last_line;  // of stderr, as far as its last 4 KiB hold it
};

// Takes the process `pid` to its end: writes `input` and then closes, reads stdout and stderr as they come.
// The three descriptors are our ends of the process's pipes.
Heard Converse(pid_t pid, pg::Descriptor to, pg::Descriptor from, pg::Descriptor error,
               const std::string& input, absl::Duration at_most, const std::function<bool()>& stop);

}  // namespace ferry::program

#endif  // FERRY_AGENT_PROGRAM_CONVERSATION_H_
