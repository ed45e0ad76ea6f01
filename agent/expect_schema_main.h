// The command line of `ferry-agent expect-schema`: for a target whose agent has lost its copy of what should
// be there while the schema had drifted.
#ifndef FERRY_AGENT_EXPECT_SCHEMA_MAIN_H_
#define FERRY_AGENT_EXPECT_SCHEMA_MAIN_H_

#include <string>

#include "agent/policy/policy.h"

namespace ferry {

struct ExpectSchemaOptions {
  std::string target, reason;
  std::string by;  // "root@db1"
};

// Records the schema as it is as what should be there, with who says so and why. The agent may be running.
// Returns the exit code: 0, 1 on an error, 64 when the file has no such target.
int ExpectSchemaMain(const policy::AgentConfig& config, const ExpectSchemaOptions& options);

}  // namespace ferry

#endif  // FERRY_AGENT_EXPECT_SCHEMA_MAIN_H_
