// The command line of `ferry-agent apply-signed`.
#ifndef FERRY_AGENT_APPLY_SIGNED_MAIN_H_
#define FERRY_AGENT_APPLY_SIGNED_MAIN_H_

#include <string>

#include "agent/breakglass/apply_signed.h"
#include "agent/policy/policy.h"

namespace ferry {

// "root@db1": the user of this process on this host.
std::string UserAtHost();

// Runs it with SIGINT and SIGTERM as the way to stop it at its next safe point; both are blocked in every
// thread already. Returns the exit code.
int ApplySignedMain(const policy::AgentConfig& config, const breakglass::Options& options);

}  // namespace ferry

#endif  // FERRY_AGENT_APPLY_SIGNED_MAIN_H_
