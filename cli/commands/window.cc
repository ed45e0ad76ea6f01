#include <algorithm>
#include <memory>
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

struct Options {
  std::string environment;
  std::string at;
};

absl::StatusOr<int> RunWindowTest(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::TestWindowRequest request;
  request.set_environment(options.environment);
  request.set_at(options.at);
  ASSIGN_OR_RETURN(const v1::TestWindowResponse response, client->TestWindow(request));
  if (context.options.json()) {
    context.out << JsonDocument("window", response);
  } else if (!context.options.quiet) {
    context.out << WindowScreen(response, options.environment, ScreenOf(context));
  }
  const bool open = std::all_of(response.verdicts().begin(), response.verdicts().end(),
                                [](const v1::WindowVerdict& v) { return v.open(); });
  return open ? kExitOk : kExitWaiting;
}

}  // namespace

void AddWindow(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("window", "When agents let changes touch their databases")
      .Example("ferry window test prod --at '2026-11-23 22:00'")
      .Add("test", "Could a change run then, and if not, when? Ends with 0 when open, 8 when closed")
      .Argument("ENV", &options->environment, "whose agents to ask")
      .Option("--at", "TIME", &options->at,
              "RFC 3339, or '2026-11-23 22:00' in the zone of the agent's file (now)")
      .PrintsData()
      .Example("ferry window test prod --at '2026-11-23 22:00'")
      .Run([options](Context& context) { return RunWindowTest(context, *options); });
}

}  // namespace ferry::cli
