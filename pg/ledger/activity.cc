#include "pg/ledger/activity.h"

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/ledger/cells.h"

namespace ferry::ledger {
namespace {

absl::Status InTransaction(pg::Session& session, absl::string_view sql,
                           const std::vector<std::optional<std::string>>& values) {
  RETURN_IF_ERROR(session.Begin());
  absl::Status done = session.Query("SET LOCAL synchronous_commit = off").status();
  if (done.ok()) done = Ask(session, sql, values).status();
  if (done.ok()) done = session.Commit();
  if (!done.ok()) session.Rollback();
  return done;
}

}  // namespace

absl::Status ReportActivity(pg::Session& session, const Activity& activity) {
  const std::optional<std::string> percent =
      activity.percent.has_value() ? std::optional(absl::StrCat(*activity.percent)) : std::nullopt;
  return InTransaction(
      session,
      "INSERT INTO ferry.activity_report (run_id, version, direction, segment, segments, phase, statement, "
      "backend_pid, since, rows_done, rows_total, percent, signal, waits_for, blocking) VALUES ($1, $2, $3, "
      "$4, "
      "$5, $6, $7, $8, pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) pg_catalog.make_interval(secs => "
      "$9), "
      "$10, $11, $12, $13, $14, $15) ON CONFLICT (run_id) DO UPDATE SET version = excluded.version, "
      "direction = "
      "excluded.direction, segment = excluded.segment, segments = excluded.segments, phase = excluded.phase, "
      "statement = excluded.statement, backend_pid = excluded.backend_pid, since = excluded.since, rows_done "
      "= "
      "excluded.rows_done, rows_total = excluded.rows_total, percent = excluded.percent, signal = "
      "excluded.signal, waits_for = excluded.waits_for, blocking = excluded.blocking, updated_at = "
      "pg_catalog.clock_timestamp()",
      {activity.run_id, activity.version, std::string(DirectionName(activity.direction)),
       absl::StrCat(activity.segment), absl::StrCat(activity.segments), activity.phase, activity.statement,
       absl::StrCat(activity.backend_pid), absl::StrCat(absl::ToDoubleSeconds(activity.running)),
       absl::StrCat(activity.rows_done), absl::StrCat(activity.rows_total), percent, activity.signal,
       activity.waits_for, absl::StrCat(activity.blocking)});
}

absl::Status ClearActivity(pg::Session& session, const std::string& run_id) {
  return InTransaction(session, "DELETE FROM ferry.activity_report WHERE run_id = $1", {run_id});
}

}  // namespace ferry::ledger
