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

void PrintDiff(Context& context, const report::DiffPage& page) {
  if (context.options.json()) {
    context.out << report::DiffJson(page);
  } else if (context.options.quiet) {
    for (const diff::Difference& d : page.result->differences)
      context.out << report::ObjectTitle(d.id) << "\n";
  } else {
    const Terminal& terminal = context.out_terminal;
    context.out << report::DiffText(page, {terminal.color, terminal.interactive ? terminal.columns : 0})
                << IntentionalText(page);
  }
}

}  // namespace ferry::cli
