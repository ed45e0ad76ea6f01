// The command line: commands declare what they take and what runs; reading it, help, "did you mean" and usage
// errors are here. The only code that includes CLI11. One thread.
//   auto options = std::make_shared<Options>();
//   line.Add("status", "Where every environment stands")
//       .Arguments("ENV", &options->environments, "only these")
//       .Flag("-w,--watch", &options->watch, "again every two seconds")
//       .Example("ferry status prod")
//       .PrintsData()
//       .Run([options](Context& context) { return RunStatus(context, *options); });
#ifndef FERRY_CLI_COMMAND_LINE_H_
#define FERRY_CLI_COMMAND_LINE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/context.h"

namespace ferry::cli {

// A command under construction. Values pointed at must live as long as the CommandLine; they keep what they
// hold unless the user says otherwise. A cheap handle.
class Command {
 public:
  // A command below this one: `ferry plan list`.
  Command Add(const std::string& name, const std::string& help);

  Command& Argument(const std::string& name, std::string* value, const std::string& help);
  Command& OptionalArgument(const std::string& name, std::string* value, const std::string& help);
  // At least `least` of them.
  Command& Arguments(const std::string& name, std::vector<std::string>* values, const std::string& help,
                     int least = 0);
  Command& Flag(const std::string& names, bool* value, const std::string& help);
  Command& Option(const std::string& names, const std::string& value_name, std::string* value,
                  const std::string& help);
  // May be given several times, one value each.
  Command& Options(const std::string& names, const std::string& value_name, std::vector<std::string>* values,
                   const std::string& help);
  Command& Choice(const std::string& names, const std::vector<std::string>& choices, std::string* value,
                  const std::string& help);
  Command& Number(const std::string& names, int* value, int least, int most, const std::string& help);
  // "90s", "10m", "2h30m"; more than zero.
  Command& Duration(const std::string& names, absl::Duration* value, const std::string& help);
  // One line for --help; every command has one.
  Command& Example(const std::string& line);
  // It takes -o table|json.
  Command& PrintsData();
  // What runs. The result is the exit code.
  Command& Run(std::function<absl::StatusOr<int>(Context&)> run);

 private:
  friend class CommandLine;
  struct State;
  explicit Command(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

class CommandLine {
 public:
  // Values of the global options go to `options`, which must outlive it.
  explicit CommandLine(GlobalOptions* options);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  Command Add(const std::string& name, const std::string& help);

  // What an argument vector (without the program's name) asks for.
  struct Parsed {
    std::string text;                                  // not empty: help, to be printed instead of running
    std::function<absl::StatusOr<int>(Context&)> run;  // otherwise
  };
  // kUsage when the arguments are wrong: the message says which and why, `next` what was probably meant. Call
  // once.
  absl::StatusOr<Parsed> Parse(const std::vector<std::string>& arguments);

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
};

}  // namespace ferry::cli

#endif  // FERRY_CLI_COMMAND_LINE_H_
