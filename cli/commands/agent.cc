#include <ostream>

#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/print/json.h"
#include "cli/print/lists.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

absl::StatusOr<int> RunAgentList(Context& context) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  ASSIGN_OR_RETURN(const v1::ListAgentsResponse response, client->ListAgents({}));
  if (context.options.json()) {
    context.out << JsonDocument("agents", response);
  } else if (context.options.quiet) {
    for (const v1::AgentInfo& agent : response.agents())
      context.out << report::Visible(agent.agent_id()) << "\n";
  } else {
    context.out << AgentListScreen(response, ScreenOf(context));
  }
  return kExitOk;
}

}  // namespace

void AddAgent(CommandLine& line) {
  line.Add("agent", "The processes beside the databases")
      .Example("ferry agent list")
      .Add("list", "Every agent that ever connected, and targets that none serves")
      .PrintsData()
      .Example("ferry agent list")
      .Run(RunAgentList);
}

}  // namespace ferry::cli
