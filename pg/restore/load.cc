#include "pg/restore/load.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/error.h"
#include "pg/backup/dump.h"
#include "pg/backup/files.h"

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

namespace {

// Writes the backup's list of contents, without the event triggers of the DDL watch: their function is not in
// the backup, and only a superuser may create them.
absl::Status WriteContents(const LoadRequest& request, const std::string& folder) {
  const std::string whole = folder + "/whole";
  ASSIGN_OR_RETURN(const pg::Outcome outcome,
                   pg::RunClient(request.program, {"--list", absl::StrCat("--file=", whole), request.backup},
                                 request.connection, request.work_dir, nullptr, nullptr));
  if (outcome.exit_code != 0) return LoadFailure(outcome.output, outcome.exit_code);
  ASSIGN_OR_RETURN(const std::string text, pg::ReadAll(whole));
  std::string list;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    // "4567; 3466 16402 EVENT TRIGGER - ferry_watch_ddl postgres"
    const std::vector<absl::string_view> words = absl::StrSplit(line, absl::MaxSplits(' ', 6));
    const bool watch = words.size() == 7 && words[3] == "EVENT" && words[4] == "TRIGGER" &&
                       absl::StartsWith(words[6], "ferry_watch_");
    if (!watch) absl::StrAppend(&list, line, "\n");
  }
  return pg::WriteNewFile(folder + "/list", list);
}

}  // namespace

absl::Status Load(const LoadRequest& request, const std::function<bool()>& stop,
                  const std::function<void()>& tick) {
  ASSIGN_OR_RETURN(const pg::NewFolder folder,
                   pg::NewFolder::Make(absl::StrCat(request.work_dir, "/ferry-contents"), ""));
  RETURN_IF_ERROR(WriteContents(request, folder.path()));
  ASSIGN_OR_RETURN(const pg::Outcome outcome,
                   pg::RunClient(request.program,
                                 {"--exit-on-error", "--no-password", "--no-subscriptions",
                                  absl::StrCat("--jobs=", request.jobs < 1 ? 1 : request.jobs),
                                  absl::StrCat("--use-list=", folder.path(), "/list"),
                                  absl::StrCat("--dbname=", request.database), request.backup},
                                 request.connection, request.work_dir, stop, tick));
  if (outcome.stopped) return Error(ErrorCode::kCancelled, "the restore was cancelled");
  if (outcome.exit_code != 0) return LoadFailure(outcome.output, outcome.exit_code);
  return absl::OkStatus();
}

}  // namespace ferry::restore
