// Feeding a process and reading what it says, without a deadlock.
#ifndef FERRY_PG_PROCESS_CONVERSATION_H_
#define FERRY_PG_PROCESS_CONVERSATION_H_

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <string>

#include "absl/time/time.h"
#include "pg/process/child.h"

namespace ferry::pg {

struct Heard {
  enum class End { kByItself, kTooLong, kTooMuch, kStopped };
  End end = End::kByItself;
  int status = 0;         // kByItself: as waitpid gives it; else the process group was killed
  std::string output;     // all of stdout
  std::string last_line;  // of stderr, as far as its last 4 KiB hold it
};

// Takes the process `pid` to its end: writes `input` and then closes, reads stdout and stderr as they come.
// The three descriptors are our ends of the process's pipes. kTooMuch: it wrote more than `most_output` bytes
// to stdout.
Heard Converse(pid_t pid, Descriptor to, Descriptor from, Descriptor error, const std::string& input,
               size_t most_output, absl::Duration at_most, const std::function<bool()>& stop);

}  // namespace ferry::pg

#endif  // FERRY_PG_PROCESS_CONVERSATION_H_
