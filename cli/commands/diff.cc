#include <memory>
#include <ostream>

#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/diff/diff.h"
#include "core/report/diff_json.h"
#include "core/report/diff_text.h"
#include "core/report/object_name.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

struct Options {
  std::vector<std::string> environments;
  bool exit_code = false;
};

absl::StatusOr<diff::DiffResult> ResultOf(const v1::DiffResponse& response) {
  diff::DiffResult out;
  for (const v1::DiffSource& source : response.sources()) out.names.push_back(source.name());
  for (const v1::ObjectDifference& difference : response.differences()) {
    ASSIGN_OR_RETURN(diff::Difference converted, rpc::FromProto(difference));
    if (converted.fingerprints.size() != out.names.size()) {
      return Error(ErrorCode::kProtocol, "the controller's answer does not have one fingerprint a source")
          .Next("upgrade the older of controller and client: ferry version");
    }
    out.differences.push_back(std::move(converted));
  }
  return out;
}

absl::StatusOr<int> RunDiff(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::DiffRequest request;
  for (const std::string& name : options.environments) request.add_environments(name);
  ASSIGN_OR_RETURN(const v1::DiffResponse response, client->Diff(request));
  ASSIGN_OR_RETURN(const diff::DiffResult result, ResultOf(response));
  if (context.options.json()) {
    context.out << report::DiffJson(result);
  } else if (context.options.quiet) {
    for (const diff::Difference& d : result.differences) context.out << report::ObjectTitle(d.id) << "\n";
  } else {
    context.out << report::DiffText(result, context.out_terminal.color);
  }
  return options.exit_code && !result.equal() ? kExitDifferent : kExitOk;
}

}  // namespace

void AddDiff(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("diff", "How the schemas of two or more environments differ, read afresh")
      .Arguments("ENV", &options->environments, "environments to compare", 2)
      .Flag("--exit-code", &options->exit_code, "end with 2 when there are differences")
      .PrintsData()
      .Example("ferry diff staging prod --exit-code")
      .Run([options](Context& context) { return RunDiff(context, *options); });
}

}  // namespace ferry::cli
