#include "pg/executor/preflight.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/executor/blockers.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

constexpr int kOldestServer = 130000;
constexpr absl::Duration kMostSkew = absl::Seconds(2);
constexpr int kProbes = 4;  // statements, each its own transaction, that must meet one backend

absl::Status Identify(pg::Session& session, PreflightReport& report) {
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      session.Query(
          "SELECT pg_catalog.current_setting('server_version_num'), "
          "pg_catalog.current_setting('server_version'),"
          " pg_catalog.current_database(), session_user, pg_catalog.pg_is_in_recovery(),"
          " pg_catalog.current_setting('transaction_read_only'), r.rolsuper FROM pg_catalog.pg_roles r WHERE"
          " r.rolname = session_user"));
  report.server_version = static_cast<int>(ledger::Int(rows, 0, 0));
  report.server_version_text = ledger::Text(rows, 0, 1);
  report.database = ledger::Text(rows, 0, 2);
  report.role = ledger::Text(rows, 0, 3);
  report.in_recovery = ledger::Text(rows, 0, 4) == "t";
  if (report.server_version < kOldestServer) {
    return Error(
        ErrorCode::kServerVersion,
        absl::StrCat("the server is PostgreSQL ", report.server_version_text, "; 13 or newer is needed"));
  }
  if (report.in_recovery || ledger::Text(rows, 0, 5) == "on") {
    return Error(ErrorCode::kStandby,
                 absl::StrCat("database \"", report.database, "\" is ",
                              report.in_recovery ? "on a standby" : "read-only for this login"))
        .Next("point the target at the primary");
  }
  if (ledger::Text(rows, 0, 6) == "t") {
    report.warnings.push_back(absl::StrCat("the migrating login \"", report.role,
                                           "\" is a superuser: it could defeat the ledger's commit guard"));
  }
  const absl::StatusOr<pg::Rows> system =
      session.Query("SELECT s.system_identifier FROM pg_catalog.pg_control_system() s");
  if (system.ok()) report.system_identifier = ledger::Text(*system, 0, 0);
  return session.broken() ? system.status() : absl::OkStatus();
}

Error Pooled(absl::string_view why) {
  Error error(ErrorCode::kPooler, absl::StrCat("a connection pooler stands before the database: ", why));
  error.TargetState("unchanged").Next("give the agent the database's own host and port");
  return error;
}

// A pooler answers with a backend that is not the one it announced, or changes it between transactions.
absl::Status CheckNoPooler(pg::Session& session) {
  const std::string mark = absl::StrCat("ferry-", session.backend_pid());
  RETURN_IF_ERROR(session.Query("SELECT pg_catalog.set_config('ferry.probe', $1, false)", {mark}).status());
  for (int probe = 0; probe < kProbes; ++probe) {
    ASSIGN_OR_RETURN(
        const pg::Rows rows,
        session.Query("SELECT pg_catalog.pg_backend_pid(), pg_catalog.current_setting('ferry.probe', true)"));
    if (ledger::Int(rows, 0, 0) != session.backend_pid())
      return Pooled("another backend answered than was announced");
    if (ledger::Text(rows, 0, 1) != mark) return Pooled("a setting did not last until the next statement");
  }
  return absl::OkStatus();
}

absl::Status CheckPrivileges(pg::Session& session, absl::string_view search_path, PreflightReport& report) {
  ASSIGN_OR_RETURN(const pg::Rows rows,
                   Look(session, search_path,
                        "SELECT pg_catalog.current_schema(), pg_catalog.has_schema_privilege("
                        "pg_catalog.current_schema()::pg_catalog.text, 'CREATE')"));
  if (ledger::IsNull(rows, 0, 0)) {
    // The migration may be the one that creates it; if it is not, its first statement says so and nothing
    // remains.
    report.warnings.push_back(absl::StrCat("no schema of search_path \"", search_path,
                                           "\" exists yet that login \"", report.role, "\" may use"));
    return absl::OkStatus();
  }
  if (ledger::Text(rows, 0, 1) == "t") return absl::OkStatus();
  const std::string schema = ledger::Text(rows, 0, 0);
  return Error(ErrorCode::kPrivilege,
               absl::StrCat("login \"", report.role, "\" may not create in schema \"", schema, "\""))
      .TargetState("unchanged")
      .Next(absl::StrCat("GRANT CREATE, USAGE ON SCHEMA \"", schema, "\" TO \"", report.role, "\""));
}

absl::Status MeasureSkew(pg::Session& session, const Clock& clock, PreflightReport& report) {
  const absl::Duration asked = clock.Elapsed();
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      session.Query("SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::pg_catalog.int8"));
  const absl::Time ours = clock.Now() - (clock.Elapsed() - asked) / 2;
  report.clock_skew = absl::FromUnixMicros(ledger::Int(rows, 0, 0)) - ours;
  if (absl::AbsDuration(report.clock_skew) > kMostSkew) {
    report.warnings.push_back(absl::StrCat(
        "the database's clock is ",
        absl::FormatDuration(absl::Trunc(absl::AbsDuration(report.clock_skew), absl::Seconds(1))),
        report.clock_skew > absl::ZeroDuration() ? " ahead of" : " behind",
        " the agent's: a window counts as open where both say so"));
  }
  return absl::OkStatus();
}

absl::Status CheckLedger(pg::Session& migrate, pg::Session* setup, PreflightReport& report) {
  ASSIGN_OR_RETURN(report.ledger, ledger::ReadLedger(migrate));
  if (report.ledger.exists) {
    if (report.ledger.guard_advisory) {
      report.warnings.push_back(
          "the commit guard is advisory: the migrating login owns the ledger, could become its owner, or "
          "could "
          "write to it past the guard");
    }
    return absl::OkStatus();
  }
  if (setup == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      setup->Query("SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),"
                   " session_user"));
  if (ledger::Text(rows, 0, 0) == "t") return absl::OkStatus();
  const std::string role = ledger::Text(rows, 0, 1);
  return Error(ErrorCode::kLedgerMissing,
               absl::StrCat("there is no ledger, and login \"", role, "\" may not create it"))
      .TargetState("unchanged")
      .Next(absl::StrCat("GRANT CREATE ON DATABASE \"", report.database, "\" TO \"", role, "\""));
}

absl::Status WarnOfPrepared(pg::Session& session, PreflightReport& report) {
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      session.Query("SELECT count(*), min(p.prepared)::text FROM pg_catalog.pg_prepared_xacts p WHERE"
                    " p.database = pg_catalog.current_database()"));
  const int64_t count = ledger::Int(rows, 0, 0);
  if (count == 0) return absl::OkStatus();
  report.warnings.push_back(
      absl::StrCat(count, count == 1 ? " prepared transaction holds" : " prepared transactions hold",
                   " locks here, the oldest since ", ledger::Text(rows, 0, 1)));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PreflightReport> CheckTarget(pg::Session& migrate, pg::Session* setup,
                                            absl::string_view search_path, const Clock& clock) {
  PreflightReport report;
  RETURN_IF_ERROR(Identify(migrate, report));
  RETURN_IF_ERROR(CheckNoPooler(migrate));
  RETURN_IF_ERROR(CheckPrivileges(migrate, search_path, report));
  RETURN_IF_ERROR(MeasureSkew(migrate, clock, report));
  RETURN_IF_ERROR(CheckLedger(migrate, setup, report));
  RETURN_IF_ERROR(WarnOfPrepared(migrate, report));
  return report;
}

absl::StatusOr<std::vector<std::string>> CheckSight(pg::Session& observe, bool ends) {
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      observe.Query("SELECT session_user, pg_catalog.pg_has_role(session_user, 'pg_read_all_stats', 'USAGE'),"
                    " pg_catalog.pg_has_role(session_user, 'pg_signal_backend', 'USAGE')"));
  const std::string login = ledger::Text(rows, 0, 0);
  std::vector<std::string> hidden;
  if (ledger::Text(rows, 0, 1) != "t") {
    hidden.push_back(
        absl::StrCat("login \"", login,
                     "\" is not in pg_monitor: since when others hold locks, what they do and how far "
                     "replicas are stays hidden from it"));
  }
  if (ends && ledger::Text(rows, 0, 2) != "t") {
    hidden.push_back(absl::StrCat(
        "login \"", login,
        "\" may end nobody, whatever terminate_blockers says: GRANT pg_signal_backend TO \"", login, "\""));
  }
  return hidden;
}

}  // namespace ferry::executor
