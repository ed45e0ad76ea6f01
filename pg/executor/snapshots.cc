// Who makes a concurrent statement wait: it ends only when every transaction of this database that began
// before it has (PostgreSQL manual, CREATE INDEX, "Building Indexes Concurrently"). Waiting for them before
// it begins holds nothing; waiting inside it keeps a half-built index and an old snapshot of its own.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/base/wait.h"
#include "pg/executor/blockers.h"
#include "pg/executor/standalone.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

constexpr absl::Duration kLookEvery = absl::Milliseconds(200);

// Sessions with a snapshot or an open transaction for longer than a second, and prepared transactions. Of
// sessions of other roles a login without pg_read_all_stats sees the snapshot, and neither since when nor the
// state: those that are seen twice in a row are old.
constexpr char kOlder[] =
    "SELECT a.pid::pg_catalog.text, a.application_name, coalesce(a.state, a.backend_type, ''), extract(epoch "
    "FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) a.xact_start)::pg_catalog.int8 FROM "
    "pg_catalog.pg_stat_activity a WHERE a.datname OPERATOR(pg_catalog.=) pg_catalog.current_database() AND "
    "a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid() AND (a.backend_xmin IS NOT NULL OR "
    "a.backend_xid "
    "IS NOT NULL) AND (a.xact_start IS NULL OR a.xact_start OPERATOR(pg_catalog.<) "
    "(pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) '1 second'::pg_catalog.interval)) AND "
    "coalesce(a.query, '') NOT LIKE 'autovacuum: VACUUM%'"
    " UNION ALL SELECT pg_catalog.concat('prepared transaction \"', p.gid, '\"'), '', '', extract(epoch FROM "
    "pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) p.prepared)::pg_catalog.int8 FROM "
    "pg_catalog.pg_prepared_xacts p WHERE p.database OPERATOR(pg_catalog.=) pg_catalog.current_database()"
    " ORDER BY 4 DESC NULLS LAST";

struct Older {
  std::vector<std::string> keys;   // pid or gid
  std::vector<std::string> texts;  // for people
};

absl::StatusOr<Older> FindOlder(Step& step, const std::vector<std::string>& seen_before) {
  ASSIGN_OR_RETURN(const pg::Rows rows, Look(step.session, step.migration.search_path, kOlder));
  Older older;
  for (size_t row = 0; row < rows.size(); ++row) {
    const std::string key = ledger::Text(rows, row, 0);
    older.keys.push_back(key);
    const bool age_known = !ledger::IsNull(rows, row, 3);
    if (!age_known && std::find(seen_before.begin(), seen_before.end(), key) == seen_before.end()) continue;
    const std::string name = ledger::Text(rows, row, 1);
    const std::string state = ledger::Text(rows, row, 2);
    std::string text = absl::StrCat(key.front() >= '0' && key.front() <= '9' ? "pid " : "", key,
                                    name.empty() ? "" : absl::StrCat(" (", name, ")"));
    if (!state.empty()) absl::StrAppend(&text, ", ", state);
    if (age_known) {
      absl::StrAppend(&text, ", since ", absl::FormatDuration(absl::Seconds(ledger::Int(rows, row, 3))));
    }
    if (older.texts.size() < 5) older.texts.push_back(std::move(text));
  }
  return older;
}

}  // namespace

absl::Status WaitForSnapshots(Step& step) {
  const absl::Duration began = step.limits.clock->Elapsed();
  std::vector<std::string> seen;
  while (true) {
    ASSIGN_OR_RETURN(const Older older, FindOlder(step, seen));
    const bool unsure = older.texts.empty() && !older.keys.empty() && seen.empty();
    if (older.texts.empty() && !unsure) return absl::OkStatus();
    const absl::Duration waited = step.limits.clock->Elapsed() - began;
    if (!older.texts.empty() && waited >= step.limits.snapshot_wait) {
      return Error(ErrorCode::kOldSnapshot,
                   absl::StrCat(
                       "transactions that a concurrent statement would wait for were still open after ",
                       absl::FormatDuration(absl::Trunc(waited, absl::Seconds(1))), ": ",
                       absl::StrJoin(older.texts, "; ")))
          .Next("end them, or promote again at a quieter time");
    }
    if (!older.texts.empty()) {
      Progress progress;
      progress.phase = "waiting for older transactions";
      progress.blocked_by = absl::StrJoin(older.texts, "; ");
      Report(step, std::move(progress));
    }
    seen = older.keys;
    WaitFor(kLookEvery, [&step] { return step.gate.Stopping(); });
    const sql::Statement* const statement = step.statement;
    RETURN_IF_ERROR(AskGate(step));
    step.statement = statement;
  }
}

}  // namespace ferry::executor
