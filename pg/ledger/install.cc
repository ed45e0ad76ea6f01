#include "pg/ledger/install.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/error.h"
#include "pg/ledger/cells.h"
#include "pg/ledger/steps.h"

namespace ferry::ledger {
namespace {

constexpr char kInstallLock[] = "SELECT pg_catalog.pg_advisory_xact_lock(28546, 2)";
constexpr char kEventColumns[] =
    "kind, version, direction, segment, checksum, plan_digest, run_id, promotion_id, target_id, command_id, "
    "attempt,"
    " epoch, deadline, agent, backup_id, description, duration_ms, reason";
constexpr char kCheckpointColumns[] =
    "version, direction, segment, pass, last_key, rows_done, batches, run_id, epoch, deadline";

// The format found; 0: none.
absl::StatusOr<int> FoundFormat(pg::Session& session) {
  ASSIGN_OR_RETURN(const pg::Rows found, Ask(session,
                                             "SELECT pg_catalog.to_regnamespace('ferry') IS NOT NULL,"
                                             " pg_catalog.to_regclass('ferry.ledger_format') IS NOT NULL"));
  if (Text(found, 0, 0) != "t") return 0;
  if (Text(found, 0, 1) != "t") {
    return Error(ErrorCode::kLedgerMismatch, "the database has a schema \"ferry\" that is not a ledger")
        .TargetState("unchanged")
        .Next("rename that schema; the ledger needs the name");
  }
  ASSIGN_OR_RETURN(const pg::Rows format, Ask(session, "SELECT max(format) FROM ferry.ledger_format"));
  return static_cast<int>(Int(format, 0, 0));
}

absl::Status RunStep(pg::Session& session, int format) {
  const std::string& step = FormatSteps()[static_cast<size_t>(format - 1)];
  for (const absl::string_view statement : absl::StrSplit(step, "\n-- next\n")) {
    RETURN_IF_ERROR(Ask(session, statement).status());
  }
  return Ask(session, "INSERT INTO ferry.ledger_format (format) VALUES ($1)", {absl::StrCat(format)})
      .status();
}

// Grants, unless the role has them already: a set-up login that is not the owner may then still call Install.
absl::Status Grant(pg::Session& session, absl::string_view role, bool writes, bool upgraded) {
  if (role.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      Ask(session,
          "SELECT pg_catalog.quote_ident($1), pg_catalog.has_schema_privilege($1, 'ferry', 'USAGE') AND"
          " pg_catalog.has_table_privilege($1, 'ferry.event', 'SELECT') AND (NOT $2::boolean OR"
          " pg_catalog.has_any_column_privilege($1, 'ferry.event', 'INSERT'))",
          {std::string(role), writes ? "true" : "false"}));
  if (Text(rows, 0, 1) == "t" && !upgraded) return absl::OkStatus();
  const std::string name = Text(rows, 0, 0);
  std::vector<std::string> grants = {absl::StrCat("GRANT USAGE ON SCHEMA ferry TO ", name),
                                     absl::StrCat("GRANT SELECT ON ALL TABLES IN SCHEMA ferry TO ", name)};
  if (writes) {
    grants.push_back(absl::StrCat("GRANT INSERT (", kEventColumns, ") ON ferry.event TO ", name));
    grants.push_back(absl::StrCat("GRANT INSERT (", kCheckpointColumns,
                                  "), UPDATE (pass, last_key, rows_done, batches,",
                                  " run_id, epoch, deadline) ON ferry.checkpoint TO ", name));
    grants.push_back(absl::StrCat(
        "GRANT INSERT (event_id, root, access_root, format, how, note) ON ferry.fingerprint TO ", name));
    grants.push_back(absl::StrCat("GRANT EXECUTE ON FUNCTION ferry.raise_fence(bigint) TO ", name));
  }
  // What is going on is written by whoever looks on; nothing decides by it.
  grants.push_back(absl::StrCat("GRANT INSERT, UPDATE, DELETE ON ferry.activity_report TO ", name));
  grants.push_back(absl::StrCat("GRANT EXECUTE ON FUNCTION ferry.generation_of(text) TO ", name));
  for (const std::string& grant : grants) RETURN_IF_ERROR(Ask(session, grant).status());
  return absl::OkStatus();
}

absl::Status InstallInTransaction(pg::Session& setup, absl::string_view migrate_role,
                                  absl::string_view observe_role) {
  RETURN_IF_ERROR(Ask(setup, kInstallLock).status());
  ASSIGN_OR_RETURN(const int found, FoundFormat(setup));
  if (found > NewestFormat()) {
    return Error(ErrorCode::kLedgerMismatch,
                 absl::StrCat("the ledger has format ", found, "; this program knows up to ", NewestFormat()))
        .TargetState("unchanged")
        .Next("upgrade the agent of this target");
  }
  for (int format = found + 1; format <= NewestFormat(); ++format) RETURN_IF_ERROR(RunStep(setup, format));
  const bool upgraded = found < NewestFormat();
  RETURN_IF_ERROR(Grant(setup, migrate_role, true, upgraded));
  return Grant(setup, observe_role, false, upgraded);
}

}  // namespace

int NewestFormat() { return static_cast<int>(FormatSteps().size()); }

absl::Status Install(pg::Session& setup, absl::string_view migrate_role, absl::string_view observe_role) {
  RETURN_IF_ERROR(setup.Begin());
  absl::Status status = InstallInTransaction(setup, migrate_role, observe_role);
  if (status.ok()) status = setup.Commit();
  if (!status.ok()) setup.Rollback();
  return status;
}

}  // namespace ferry::ledger
