#include "cli/app.h"

#include <algorithm>
#include <ostream>

#include "cli/command_line.h"
#include "cli/commands/commands.h"
#include "cli/exit_code.h"

namespace ferry::cli {

int RunFerry(const std::vector<std::string>& arguments, Context& context) {
  CommandLine line(&context.options);
  AddStatus(line);
  AddPromote(line);
  AddRollback(line);
  AddBaseline(line);
  AddRestore(line);
  AddWatch(line);
  AddCancel(line);
  AddHold(line);
  AddResume(line);
  AddAbort(line);
  AddThrottle(line);
  AddBackup(line);
  AddDrift(line);
  AddDiff(line);
  AddHistory(line);
  AddChecklist(line);
  AddChangelog(line);
  AddShow(line);
  AddPlan(line);
  AddInit(line);
  AddNew(line);
  AddSum(line);
  AddSquash(line);
  AddLint(line);
  AddWindow(line);
  AddAgent(line);
  AddAudit(line);
  AddVersion(line);
  const absl::StatusOr<CommandLine::Parsed> parsed = line.Parse(arguments);
  // Errors about the command line itself also keep to --no-color, though they come before it is read.
  if (context.options.no_color || std::count(arguments.begin(), arguments.end(), "--no-color") > 0) {
    context.out_terminal.color = false;
    context.err_terminal.color = false;
  }
  if (!parsed.ok()) return Fail(context, parsed.status());
  if (parsed->run == nullptr) {
    context.out << parsed->text << std::flush;
    return kExitOk;
  }
  const absl::StatusOr<int> code = parsed->run(context);
  context.out.flush();
  if (!code.ok()) return Fail(context, code.status());
  if (!context.out.good()) {
    context.out.clear();
    return kExitFailed;
  }
  return *code;
}

}  // namespace ferry::cli
