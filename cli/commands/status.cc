#include <memory>
#include <ostream>

#include "absl/strings/str_split.h"
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/print/json.h"
#include "cli/print/status.h"
#include "cli/settings.h"
#include "cli/watch/live_area.h"
#include "core/base/error.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

constexpr absl::Duration kEvery = absl::Seconds(2);

struct Options {
  std::vector<std::string> environments;
  bool watch = false;
};

std::string Text(const Context& context, const v1::GetStatusResponse& status, bool watch) {
  // A stream of documents has one a line.
  if (context.options.json() && watch)
    return JsonDocument("status", status, report::JsonWriter::Style::kLine) + "\n";
  if (context.options.json()) return JsonDocument("status", status);
  if (!context.options.quiet) return StatusScreen(status, ScreenOf(context));
  std::string names;
  for (const v1::EnvironmentStatus& e : status.environments()) names += report::Visible(e.name()) + "\n";
  return names;
}

// Waits for the next look; true when the person has had enough.
bool Pause(Context& context) {
  for (absl::Duration waited; waited < kEvery; waited += absl::Milliseconds(100)) {
    if (context.interrupted()) return true;
    context.sleep(absl::Milliseconds(100));
  }
  return context.interrupted();
}

absl::StatusOr<int> WatchStatus(Context& context, rpc::FerryClient& client,
                                const v1::GetStatusRequest& request) {
  LiveArea area(context.out);
  do {
    const absl::StatusOr<v1::GetStatusResponse> status = client.GetStatus(request);
    if (!status.ok() && !HasCode(status.status(), ErrorCode::kTransport)) return status.status();
    const std::string text =
        status.ok() ? Text(context, *status, true) : ErrorText(Escaped(status.status())) + "\n";
    if (context.out_terminal.interactive && !context.options.json()) {
      std::vector<std::string> lines = absl::StrSplit(text, '\n');
      area.Draw(lines);
    } else {
      context.out << text << std::flush;
    }
  } while (!Pause(context));
  return kExitInterrupted;
}

absl::StatusOr<int> RunStatus(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::GetStatusRequest request;
  for (const std::string& name : options.environments) request.add_environments(name);
  if (options.watch) return WatchStatus(context, *client, request);
  ASSIGN_OR_RETURN(const v1::GetStatusResponse status, client->GetStatus(request));
  context.out << Text(context, status, false);
  return kExitOk;
}

}  // namespace

void AddStatus(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("status", "Where every environment stands, and what to do next")
      .Arguments("ENV", &options->environments, "only these environments")
      .Flag("-w,--watch", &options->watch, "look again every two seconds")
      .PrintsData()
      .Example("ferry status prod")
      .Run([options](Context& context) { return RunStatus(context, *options); });
}

}  // namespace ferry::cli
