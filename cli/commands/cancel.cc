#include <memory>
#include <ostream>

#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/print/json.h"
#include "cli/print/text.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

absl::StatusOr<int> RunCancel(Context& context, const std::string& id) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::CancelPromotionRequest request;
  request.set_promotion_id(id);
  request.set_requested_by(context.user);
  ASSIGN_OR_RETURN(const v1::CancelPromotionResponse response, client->CancelPromotion(request));
  const v1::PromotionInfo& p = response.promotion();
  if (context.options.json()) {
    context.out << JsonDocument("promotion", p);
    return kExitOk;
  }
  context.out << report::Visible(p.promotion_id()) << "\n";
  if (context.options.quiet) return kExitOk;
  context.err << (p.state() == v1::PROMOTION_STATE_RUNNING ? "stops at the next safe point: " : "cancelled: ")
              << report::Visible(Goal(p)) << "\n  next: ferry watch " << report::Visible(p.promotion_id())
              << "\n";
  return kExitOk;
}

}  // namespace

void AddCancel(CommandLine& line) {
  auto id = std::make_shared<std::string>();
  line.Add("cancel", "Asks a promotion to stop at its next safe point")
      .Argument("ID|ENV", id.get(), "its id, the end of it, or an environment for its newest")
      .PrintsData()
      .Example("ferry cancel prod")
      .Run([id](Context& context) { return RunCancel(context, *id); });
}

}  // namespace ferry::cli
