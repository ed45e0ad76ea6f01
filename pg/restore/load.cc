#include "pg/restore/load.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/error.h"
#include "pg/backup/dump.h"

namespace ferry::restore {

absl::Status LoadFailure(absl::string_view output, int exit_code) {
  std::string reason = absl::StrCat("it ended with exit code ", exit_code, " and without an error message");
  for (absl::string_view line : absl::StrSplit(output, '\n', absl::SkipWhitespace())) {
    if (!absl::ConsumePrefix(&line, "pg_restore: error: ")) continue;
    reason = std::string(line);
    break;
  }
  const bool lost = absl::StrContains(output, "connection to server") ||
                    absl::StrContains(output, "server closed the connection") ||
                    absl::StrContains(output, "terminating connection");
  if (lost) return Error(ErrorCode::kDatabaseUnreachable, absl::StrCat("pg_restore: ", reason));
  return Error(ErrorCode::kRestoreFailed, absl::StrCat("pg_restore: ", reason))
      .TargetState("unchanged: the backup went into a database beside it")
      .Next("mend that (the restoring login may lack a right: docs/restore.md), then restore again");
}

absl::Status Load(const LoadRequest& request, const std::function<bool()>& stop,
                  const std::function<void()>& tick) {
  ASSIGN_OR_RETURN(const pg::Outcome outcome,
                   pg::RunClient(request.program,
                                 {"--exit-on-error", "--no-password", "--no-subscriptions",
                                  absl::StrCat("--jobs=", request.jobs < 1 ? 1 : request.jobs),
                                  absl::StrCat("--dbname=", request.database), request.backup},
                                 request.connection, request.work_dir, stop, tick));
  if (outcome.stopped) return Error(ErrorCode::kCancelled, "the restore was cancelled");
  if (outcome.exit_code != 0) return LoadFailure(outcome.output, outcome.exit_code);
  return absl::OkStatus();
}

}  // namespace ferry::restore
