#include "cli/commands/diff_result.h"

#include <ostream>

#include "cli/differences.h"
#include "core/base/error.h"
#include "core/report/diff_json.h"
#include "core/report/diff_text.h"
#include "core/report/object_name.h"
#include "rpc/convert.h"

namespace ferry::cli {

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

void PrintDiff(Context& context, const diff::Judged& judged) {
  PrintDiff(context, judged.left);
  if (!context.options.json() && !context.options.quiet) context.out << IntentionalText(judged);
}

void PrintDiff(Context& context, const diff::DiffResult& result) {
  if (context.options.json()) {
    context.out << report::DiffJson(result);
  } else if (context.options.quiet) {
    for (const diff::Difference& d : result.differences) context.out << report::ObjectTitle(d.id) << "\n";
  } else {
    context.out << report::DiffText(result, context.out_terminal.color);
  }
}

}  // namespace ferry::cli
