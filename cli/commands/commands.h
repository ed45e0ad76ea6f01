// Every command of `ferry`, one file each. A new command: its file, a line here, a line in app.cc.
#ifndef FERRY_CLI_COMMANDS_COMMANDS_H_
#define FERRY_CLI_COMMANDS_COMMANDS_H_

#include "cli/command_line.h"

namespace ferry::cli {

void AddInit(CommandLine& line);
void AddNew(CommandLine& line);
void AddSum(CommandLine& line);
void AddSquash(CommandLine& line);
void AddLint(CommandLine& line);
void AddPlan(CommandLine& line);
void AddStatus(CommandLine& line);
void AddPromote(CommandLine& line);
void AddRollback(CommandLine& line);
void AddBaseline(CommandLine& line);
void AddRestore(CommandLine& line);
void AddWatch(CommandLine& line);
void AddCancel(CommandLine& line);
void AddHold(CommandLine& line);
void AddResume(CommandLine& line);
void AddAbort(CommandLine& line);
void AddThrottle(CommandLine& line);
void AddDiff(CommandLine& line);
void AddDrift(CommandLine& line);
void AddHistory(CommandLine& line);
void AddChecklist(CommandLine& line);
void AddChangelog(CommandLine& line);
void AddShow(CommandLine& line);
void AddWindow(CommandLine& line);
void AddAgent(CommandLine& line);
void AddAudit(CommandLine& line);
void AddBackup(CommandLine& line);
void AddVersion(CommandLine& line);

}  // namespace ferry::cli

#endif  // FERRY_CLI_COMMANDS_COMMANDS_H_
