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
  std::string events;
  int limit = 20;
};

absl::StatusOr<int> RunEvents(Context& context, const Options& options) {
  if (!options.environment.empty()) {
    return Error(ErrorCode::kUsage, "--events shows one promotion, ENV a list of them: give one of the two")
        .Next("ferry history --events ID");
  }
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::GetPromotionRequest request;
  request.set_promotion_id(options.events);
  ASSIGN_OR_RETURN(const v1::GetPromotionResponse response, client->GetPromotion(request));
  context.out << (context.options.json() ? JsonDocument("events", response)
                                         : EventsScreen(response, ScreenOf(context)));
  return kExitOk;
}

absl::StatusOr<int> RunHistory(Context& context, const Options& options) {
  if (!options.events.empty()) return RunEvents(context, options);
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::ListHistoryRequest request;
  request.set_environment(options.environment);
  request.set_limit(options.limit);
  ASSIGN_OR_RETURN(const v1::ListHistoryResponse response, client->ListHistory(request));
  if (context.options.json()) {
    context.out << JsonDocument("history", response);
  } else if (context.options.quiet) {
    for (const v1::PromotionInfo& p : response.promotions())
      context.out << report::Visible(p.promotion_id()) << "\n";
  } else {
    context.out << HistoryScreen(response, ScreenOf(context));
  }
  return kExitOk;
}

}  // namespace

void AddHistory(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("history", "Promotions, newest first, or everything that happened in one")
      .OptionalArgument("ENV", &options->environment, "only this environment")
      .Number("--limit", &options->limit, 1, 10000, "at most this many (20)")
      .Option("--events", "ID", &options->events,
              "every event of a promotion: its id, the end of it, or ENV's newest")
      .PrintsData()
      .Example("ferry history prod --limit 5")
      .Example("ferry history --events prm-20261123-130405-1f3a9c27")
      .Run([options](Context& context) { return RunHistory(context, *options); });
}

}  // namespace ferry::cli
