#include "agent/expect_schema_main.h"

#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "agent/drift/keeper.h"
#include "agent/worker/steps.h"
#include "core/base/clock.h"
#include "core/base/error.h"

namespace ferry {
namespace {

absl::Status Run(const policy::AgentConfig& config, const policy::TargetConfig& target,
                 const ExpectSchemaOptions& options) {
  ASSIGN_OR_RETURN(const auto observe,
                   worker::Connect(target, worker::Login::kObserve, "ferry/expect-schema"));
  ASSIGN_OR_RETURN(const auto migrate,
                   worker::Connect(target, worker::Login::kMigrate, "ferry/expect-schema"));
  drift::Keeper keeper(target.id, worker::ExpectedFolder(config.state), &SystemClock());
  return keeper.TakeAsItIs(*migrate, *observe, absl::StrCat(options.by, ": ", options.reason));
}

}  // namespace

int ExpectSchemaMain(const policy::AgentConfig& config, const ExpectSchemaOptions& options) {
  const auto target =
      std::find_if(config.targets.begin(), config.targets.end(),
                   [&options](const policy::TargetConfig& one) { return one.id == options.target; });
  if (target == config.targets.end()) {
    std::cerr << "this agent has no target \"" << options.target << "\"" << std::endl;
    return 64;
  }
  const absl::Status done = Run(config, *target, options);
  if (!done.ok()) {
    std::cerr << ErrorText(done) << std::endl;
    return 1;
  }
  std::cout << "the schema of " << target->id << " as it is is what should be there" << std::endl;
  return 0;
}

}  // namespace ferry
