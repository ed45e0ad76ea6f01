#include "cli/watch/watch.h"

#include <memory>

#include "cli/commands/commands.h"
#include "cli/settings.h"
#include "core/base/error.h"

namespace ferry::cli {
namespace {

struct Options {
  std::string id;
  WatchOptions watch;
};

absl::StatusOr<int> RunWatch(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::GetPromotionRequest request;
  request.set_promotion_id(options.id);
  ASSIGN_OR_RETURN(const v1::GetPromotionResponse response, client->GetPromotion(request));
  return Watch(context, *client, response.promotion(), options.watch);
}

}  // namespace

void AddWatch(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("watch", "Shows a promotion until it ends; Ctrl-C leaves it running")
      .Argument("ID|ENV", &options->id, "its id, the end of it, or an environment for its newest")
      .Duration("--timeout", &options->watch.timeout, "watch no longer, and end with 124")
      .PrintsData()
      .Example("ferry watch prod")
      .Run([options](Context& context) { return RunWatch(context, *options); });
}

}  // namespace ferry::cli
