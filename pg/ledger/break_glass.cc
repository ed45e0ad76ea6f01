#include "pg/ledger/break_glass.h"

#include <utility>

#include "absl/strings/str_split.h"
#include "core/base/error.h"
#include "pg/ledger/cells.h"
#include "pg/ledger/ledger.h"

namespace ferry::ledger {
namespace {

// Unfinished: its newest segment or intent of a version that is in the same generation still, and not
// applied.
constexpr char kRuns[] =
    "WITH run AS (SELECT e.promotion_id, max(e.id) AS newest, (extract(epoch FROM max(e.at)) * "
    "1000000)::bigint"
    " AS at, (array_agg(e.plan_digest ORDER BY e.id DESC))[1] AS plan, coalesce((array_agg(e.reason ORDER BY"
    " e.id DESC))[1], '') AS reason, coalesce(string_agg(e.version, ',' ORDER BY e.id) FILTER (WHERE e.kind ="
    " 'applied'), '') AS versions, coalesce((SELECT u.version FROM ferry.event u WHERE u.promotion_id ="
    " e.promotion_id AND u.kind IN ('segment', 'intent') AND u.generation = ferry.generation_of(u.version) "
    "AND"
    " NOT EXISTS (SELECT FROM ferry.schema_version v WHERE v.version = u.version) ORDER BY u.id DESC LIMIT "
    "1),"
    " '') AS unfinished FROM ferry.event e WHERE starts_with(e.promotion_id, $1) GROUP BY e.promotion_id)"
    " SELECT promotion_id, plan, reason, versions, unfinished, at, EXISTS (SELECT FROM pg_stat_activity a"
    " WHERE a.application_name = 'ferry/' || promotion_id AND a.datname = current_database()) FROM run ORDER "
    "BY"
    " newest DESC LIMIT 100";

}  // namespace

absl::StatusOr<BreakGlassRuns> ReadBreakGlass(pg::Session& session) {
  ASSIGN_OR_RETURN(const pg::Rows rows, Ask(session, kRuns, {std::string(kBreakGlassPrefix)}));
  BreakGlassRuns out;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (Text(rows, row, 6) == "t") {
      out.running = true;
      continue;
    }
    BreakGlassRun run;
    run.promotion_id = Text(rows, row, 0);
    run.plan_digest = Text(rows, row, 1);
    const std::vector<std::string> said = absl::StrSplit(Text(rows, row, 2), absl::MaxSplits(": ", 1));
    run.by = said[0];
    run.reason = said.size() > 1 ? said[1] : "";
    run.versions = absl::StrSplit(Text(rows, row, 3), ',', absl::SkipEmpty());
    run.unfinished = Text(rows, row, 4);
    run.at = absl::FromUnixMicros(Int(rows, row, 5));
    if (!run.versions.empty() || !run.unfinished.empty()) out.ended.push_back(std::move(run));
  }
  return out;
}

}  // namespace ferry::ledger
