#include <ostream>

#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/print/json.h"
#include "cli/print/text.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/escape.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

absl::StatusOr<v1::GetVersionResponse> AskController(Context& context) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  return client->GetVersion({});
}

// A controller that cannot be reached is no error: somebody may want to know just why.
absl::StatusOr<int> RunVersion(Context& context) {
  const absl::StatusOr<v1::GetVersionResponse> controller = AskController(context);
  if (context.options.json()) {
    report::JsonWriter json;
    json.BeginObject().Key("schema").String("ferry/version/v1").Key("client").String(context.software);
    if (controller.ok()) {
      json.Key("controller").BeginObject();
      WriteFields(json, *controller);
      json.EndObject();
    }
    context.out << json.EndObject().Take();
    return kExitOk;
  }
  context.out << "ferry " << context.software << "\n";
  if (context.options.quiet) return kExitOk;
  if (controller.ok()) {
    context.out << "controller " << report::Visible(controller->software()) << ", protocol "
                << controller->protocol() << ", running since "
                << FullTime(rpc::FromProto(controller->started_at()), context.zone) << "\n";
  } else {
    context.out << "controller: " << report::Visible(controller.status().message()) << "\n";
  }
  return kExitOk;
}

}  // namespace

void AddVersion(CommandLine& line) {
  line.Add("version", "Versions of this program and of the controller")
      .PrintsData()
      .Example("ferry version")
      .Run(RunVersion);
}

}  // namespace ferry::cli
