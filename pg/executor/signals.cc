#include "pg/executor/signals.h"

#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

// $1: the backend. Blocks where the phase counts them, else tuples, else lockers or what the view has.
constexpr char kReadings[] =
    "SELECT 'create_index', p.phase, CASE WHEN p.blocks_total OPERATOR(pg_catalog.>) 0 THEN p.blocks_done "
    "WHEN "
    "p.tuples_total OPERATOR(pg_catalog.>) 0 THEN p.tuples_done ELSE p.lockers_done END, CASE WHEN "
    "p.blocks_total "
    "OPERATOR(pg_catalog.>) 0 THEN p.blocks_total WHEN p.tuples_total OPERATOR(pg_catalog.>) 0 THEN "
    "p.tuples_total "
    "ELSE p.lockers_total END FROM pg_catalog.pg_stat_progress_create_index p WHERE p.pid "
    "OPERATOR(pg_catalog.=) $1 "
    "UNION ALL SELECT 'cluster', p.phase, p.heap_blks_scanned, p.heap_blks_total FROM "
    "pg_catalog.pg_stat_progress_cluster p WHERE p.pid OPERATOR(pg_catalog.=) $1 "
    "UNION ALL SELECT 'vacuum', p.phase, CASE WHEN p.phase OPERATOR(pg_catalog.=) 'vacuuming heap' THEN "
    "p.heap_blks_vacuumed ELSE p.heap_blks_scanned END, p.heap_blks_total FROM "
    "pg_catalog.pg_stat_progress_vacuum p "
    "WHERE p.pid OPERATOR(pg_catalog.=) $1 "
    "UNION ALL SELECT 'analyze', p.phase, p.sample_blks_scanned, p.sample_blks_total FROM "
    "pg_catalog.pg_stat_progress_analyze p WHERE p.pid OPERATOR(pg_catalog.=) $1";

}  // namespace

absl::StatusOr<std::optional<progress::Reading>> ReadProgress(pg::Session& session, int pid) {
  ASSIGN_OR_RETURN(const pg::Rows rows, session.Query(kReadings, {absl::StrCat(pid)}));
  if (rows.empty() || ledger::IsNull(rows, 0, 1)) return std::optional<progress::Reading>();
  progress::Reading reading;
  reading.view = ledger::Text(rows, 0, 0);
  reading.phase = ledger::Text(rows, 0, 1);
  reading.done = ledger::Int(rows, 0, 2);
  reading.total = ledger::Int(rows, 0, 3);
  return std::optional<progress::Reading>(std::move(reading));
}

std::optional<int64_t> BackendBytes(pg::Session& session, int pid) {
  // A pid means something here only when the server is on this host: over a Unix socket it is.
  const absl::StatusOr<pg::Rows> local = session.Query("SELECT pg_catalog.inet_server_addr() IS NULL");
  if (!local.ok() || ledger::Text(*local, 0, 0) != "t") return std::nullopt;
  std::ifstream io(absl::StrCat("/proc/", pid, "/io"));
  int64_t bytes = 0;
  bool any = false;
  for (std::string name; io >> name;) {
    int64_t value = 0;
    if (!(io >> value)) break;
    if (name != "rchar:" && name != "wchar:") continue;
    bytes += value;
    any = true;
  }
  if (!any) return std::nullopt;
  return bytes;
}

}  // namespace ferry::executor
