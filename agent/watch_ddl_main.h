// The command line of `ferry-agent watch-ddl`: the DDL watch of one target (pg/watch).
#ifndef FERRY_AGENT_WATCH_DDL_MAIN_H_
#define FERRY_AGENT_WATCH_DDL_MAIN_H_

#include <string>

#include "agent/policy/policy.h"

namespace ferry {

struct WatchDdlOptions {
  std::string target;
  bool install = false, remove = false;  // not both; neither: print the SQL that installs it
};

// Prints the SQL for psql, or runs it with the set-up login, which must be a superuser then. Returns the exit
// code: 0, 1 on an error, 64 when the file has no such target.
int WatchDdlMain(const policy::AgentConfig& config, const WatchDdlOptions& options);

}  // namespace ferry

#endif  // FERRY_AGENT_WATCH_DDL_MAIN_H_
