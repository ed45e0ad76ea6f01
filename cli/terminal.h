// What the other end of a stream is: a person's terminal of some width, or a file, a pipe, a CI log.
// Functions of values; any thread.
#ifndef FERRY_CLI_TERMINAL_H_
#define FERRY_CLI_TERMINAL_H_

#include <functional>
#include <optional>
#include <string>

namespace ferry::cli {

// The value of an environment variable; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

struct Terminal {
  bool interactive = false;  // lines may be drawn over
  bool color = false;        // escape sequences for colour may be written; never when not interactive
  size_t columns = 100;      // how wide a line may be; 100 when nobody knows
};

// `is_tty` and `columns` (0 = unknown) are what the operating system says of the stream.
//   FERRY_FORCE_TTY=<columns>                             makes it a terminal of that width, whatever it is
//   NO_COLOR (not empty), TERM=dumb, or `no_color`        no colour; TERM=dumb also: nothing is drawn over
Terminal DetectTerminal(bool is_tty, size_t columns, const Environment& environment, bool no_color);

}  // namespace ferry::cli

#endif  // FERRY_CLI_TERMINAL_H_
