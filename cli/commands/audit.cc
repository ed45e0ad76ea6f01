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

absl::StatusOr<int> RunAuditVerify(Context& context) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  ASSIGN_OR_RETURN(const v1::VerifyAuditResponse response, client->VerifyAudit({}));
  if (context.options.json()) {
    context.out << JsonDocument("audit", response);
  } else if (context.options.quiet) {
    context.out << report::Visible(response.head()) << "\n";
  }
  if (response.has_error()) {
    absl::Status error = rpc::FromProto(response.error());
    if (error.ok()) error = Error(ErrorCode::kStoreCorrupt, "the event log does not verify");
    return Annotate(error, [](ErrorDetail& detail) {
      if (detail.next.empty())
        detail.next = "keep a copy of the controller's store as it is, and compare it with a backup";
    });
  }
  if (context.options.json() || context.options.quiet) return kExitOk;
  context.out << "ok: " << Count(response.events(), "event") << ", every hash verifies\nhead "
              << report::Visible(response.head())
              << "\n  next: keep the head somewhere else; it pins everything before it\n";
  return kExitOk;
}

}  // namespace

void AddAudit(CommandLine& line) {
  line.Add("audit", "The controller's append-only history")
      .Example("ferry audit verify")
      .Add("verify", "Checks the hash chain of the event log from the first entry to the last")
      .PrintsData()
      .Example("ferry audit verify")
      .Run(RunAuditVerify);
}

}  // namespace ferry::cli
