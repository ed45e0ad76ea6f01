#include "agent/watch_ddl_main.h"

#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "agent/worker/steps.h"
#include "core/base/error.h"
#include "pg/watch/watch.h"

namespace ferry {
namespace {

std::vector<std::string> ReadersOf(const policy::TargetConfig& target) {
  return {target.migrate.user, target.observe.user};
}

absl::Status Run(const policy::TargetConfig& target, bool install) {
  ASSIGN_OR_RETURN(const auto session, worker::Connect(target, worker::Login::kSetup, "ferry/watch-ddl"));
  ASSIGN_OR_RETURN(const pg::Rows rows,
                   session->Query("SELECT pg_catalog.current_setting('is_superuser') = 'on'"));
  if (!pg::IsTrue(rows.at(0, 0))) {
    return Error(ErrorCode::kPrivilege,
                 absl::StrCat("the set-up login \"", session->user(), "\" is no superuser"))
        .TargetState("unchanged")
        .Next(install
                  ? "give the SQL that ferry-agent watch-ddl prints without --install to psql, as a superuser"
                  : "as a superuser: DROP SCHEMA ferry_watch CASCADE");
  }
  return install ? watch::Install(*session, ReadersOf(target)) : watch::Remove(*session);
}

}  // namespace

int WatchDdlMain(const policy::AgentConfig& config, const WatchDdlOptions& options) {
  const auto target =
      std::find_if(config.targets.begin(), config.targets.end(),
                   [&options](const policy::TargetConfig& one) { return one.id == options.target; });
  if (target == config.targets.end()) {
    std::cerr << "this agent has no target \"" << options.target << "\"" << std::endl;
    return 64;
  }
  if (!options.install && !options.remove) {
    std::cout << watch::InstallSql(ReadersOf(*target)) << std::flush;
    return 0;
  }
  const absl::Status done = Run(*target, options.install);
  if (!done.ok()) {
    std::cerr << ErrorText(done) << std::endl;
    return 1;
  }
  std::cout << (options.install ? "the DDL watch is in place on " : "the DDL watch is gone from ")
            << target->id << std::endl;
  return 0;
}

}  // namespace ferry
