// Everything a command may touch of the world around it: streams, terminal, time, randomness, the
// environment, and the way to a controller. Commands take it as an argument, so that tests need no process,
// no network, no sleeping.
#ifndef FERRY_CLI_CONTEXT_H_
#define FERRY_CLI_CONTEXT_H_

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/print/screen.h"
#include "cli/terminal.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "rpc/ferry_client.h"

namespace ferry::cli {

// Options that every command takes.
struct GlobalOptions {
  std::string controller;        // address; empty: see settings.h
  rpc::TlsFiles tls;             // empty: see settings.h
  std::string output = "table";  // "table" or "json"
  bool no_color = false;
  bool quiet = false;  // ids and names only

  bool json() const { return output == "json"; }
};

// References must outlive the context. One thread, except as `interrupted` says.
struct Context {
  using Connector = std::function<absl::StatusOr<std::unique_ptr<rpc::FerryClient>>(
      const std::string& address, const rpc::TlsFiles&)>;

  std::ostream& out;  // data
  std::ostream& err;  // messages
  std::istream& in;
  Terminal out_terminal;
  Terminal err_terminal;
  bool in_terminal = false;  // somebody can answer a question

  const Clock& clock;
  RandomSource& random;
  absl::TimeZone zone;  // in which times are shown
  std::function<void(absl::Duration)> sleep;
  // From its first call on, Ctrl-C makes it true instead of ending the program; a second Ctrl-C ends it. Any
  // thread.
  std::function<bool()> interrupted;

  Environment environment;
  std::string folder;  // current directory
  std::string user;    // "ana@laptop"
  std::string software;
  Connector connect;

  GlobalOptions options;
};

// Prints `status` to stderr, every field safe for a terminal, and what to do next. Returns its exit code.
int Fail(Context& context, const absl::Status& status);

// `status` with every text in it safe to print (core/report/escape.h).
absl::Status Escaped(const absl::Status& status);

// Where a screen on stdout is shown, now.
Screen ScreenOf(const Context& context);

// Asks on the terminal; true for "y" or "yes". False when nobody can answer.
bool Confirm(Context& context, const std::string& question);

}  // namespace ferry::cli

#endif  // FERRY_CLI_CONTEXT_H_
