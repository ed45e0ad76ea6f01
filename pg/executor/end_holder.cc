#include "pg/executor/end_holder.h"

#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

// $1: pid, $2: its virtual transaction id, $3 and $4: milliseconds, or null.
constexpr char kEnd[] =
    "SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity a JOIN "
    "pg_catalog.pg_locks l"
    " ON l.pid = a.pid AND l.locktype = 'virtualxid' AND l.granted WHERE a.pid = $1::pg_catalog.int4"
    " AND l.virtualtransaction = $2 AND a.backend_type = 'client backend' AND (a.state LIKE 'idle in "
    "transaction%'"
    " AND a.state_change <= pg_catalog.clock_timestamp() - $3::pg_catalog.int8 * interval '1 millisecond'"
    " OR a.xact_start <= pg_catalog.clock_timestamp() - $4::pg_catalog.int8 * interval '1 millisecond')";

std::optional<std::string> Milliseconds(const std::optional<absl::Duration>& limit) {
  if (!limit.has_value()) return std::nullopt;
  return absl::StrCat(absl::ToInt64Milliseconds(*limit));
}

}  // namespace

bool MayEnd(const Holder& holder, const Limits& limits) {
  if (holder.pid == 0 || holder.background || holder.backend_type != "client backend") return false;
  if (absl::StartsWith(holder.application, "ferry/")) return false;
  const bool idle = absl::StartsWith(holder.state, "idle in transaction");
  if (idle && limits.end_idle_after.has_value() && holder.in_state >= limits.end_idle_after) return true;
  return limits.end_any_after.has_value() && holder.age >= limits.end_any_after;
}

absl::StatusOr<bool> EndHolder(pg::Session& session, const Holder& holder, const Limits& limits) {
  const absl::StatusOr<pg::Rows> rows =
      session.Query(kEnd, {absl::StrCat(holder.pid), holder.transaction, Milliseconds(limits.end_idle_after),
                           Milliseconds(limits.end_any_after)});
  if (!rows.ok()) return rows.status();
  return ledger::Text(*rows, 0, 0) == "t";
}

std::string EndedText(const Holder& holder) {
  return absl::StrCat("ended ", HolderText(holder), ", because it held ",
                      holder.relation.empty() ? "a lock" : holder.relation);
}

}  // namespace ferry::executor
