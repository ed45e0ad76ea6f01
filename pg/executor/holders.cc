#include "pg/executor/holders.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

constexpr size_t kMostNamed = 5;

// From 16384 on: not the catalogs.
constexpr char kAnybody[] =
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'relation' AND l.granted"
    " AND l.relation >= 16384 AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid() AND l.database ="
    " (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))";

// Parsed under the session's empty search_path, so that operators and `unnest`, whose form with several
// arrays has no qualified name, are PostgreSQL's own; the CTE `path` sets $1 for this one statement, before
// the names are looked up. $2…: one array a field of RelationLock.
constexpr char kHolders[] =
    "WITH RECURSIVE path AS MATERIALIZED (SELECT pg_catalog.set_config('search_path', $1, true)),"
    " named AS (SELECT pg_catalog.to_regclass(n.name)::pg_catalog.oid AS oid, n.* FROM path,"
    "  unnest($2::pg_catalog.text[], $3::pg_catalog.int4[], $4::pg_catalog.int4[], $5::pg_catalog.int4[],"
    "  $6::pg_catalog.bool[], $7::pg_catalog.bool[], $8::pg_catalog.bool[], $9::pg_catalog.text[])"
    "  AS n(name, mode, of_table, of_indexes, children, parent, standard, foreign_key)),"
    " tree(oid, mode, of_table, of_indexes, children) AS ("
    "  SELECT oid, mode, of_table, of_indexes, children FROM named WHERE oid IS NOT NULL"
    "  UNION SELECT i.inhrelid, t.mode, t.of_table, t.of_indexes, true FROM tree t"
    "   JOIN pg_catalog.pg_inherits i ON i.inhparent = t.oid WHERE t.children),"
    " wanted(oid, mode) AS (SELECT oid, mode FROM tree"
    "  UNION SELECT i.indrelid, t.of_table FROM tree t JOIN pg_catalog.pg_index i ON i.indexrelid = t.oid"
    "   WHERE t.of_table > 0"
    "  UNION SELECT i.indexrelid, t.of_indexes FROM tree t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid"
    "   WHERE t.of_indexes > 0"
    "  UNION SELECT i.inhparent, 8 FROM named n JOIN pg_catalog.pg_inherits i ON i.inhrelid = n.oid WHERE "
    "n.parent"
    "  UNION SELECT p.partdefid, 8 FROM named n JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = n.oid"
    "   WHERE n.standard"
    "  UNION SELECT c.confrelid, 8 FROM named n JOIN pg_catalog.pg_constraint c ON c.conrelid = n.oid"
    "   AND c.contype = 'f' WHERE n.foreign_key = '*' OR c.conname = n.foreign_key)"
    " SELECT l.pid, l.virtualtransaction, l.mode, w.mode, pg_catalog.format('%I.%I', s.nspname, c.relname)"
    " FROM pg_catalog.pg_locks l JOIN wanted w ON w.oid = l.relation"
    " JOIN pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace s ON s.oid = "
    "c.relnamespace"
    " WHERE l.locktype = 'relation' AND l.granted AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()"
    " AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = "
    "pg_catalog.current_database())"
    " ORDER BY c.relkind IN ('i', 'I'), 5";

// $1: pids; $2: virtual transaction ids.
constexpr char kActivity[] =
    "SELECT a.pid, '', a.application_name, a.usename, a.backend_type, a.state, (EXTRACT(epoch FROM"
    " pg_catalog.clock_timestamp() - a.xact_start) * 1000)::pg_catalog.int8, (EXTRACT(epoch FROM"
    " pg_catalog.clock_timestamp() - a.state_change) * 1000)::pg_catalog.int8, a.usesysid IS NULL,"
    " a.query LIKE 'autovacuum: %(to prevent wraparound)', NULL FROM pg_catalog.pg_stat_activity a"
    " WHERE a.pid = ANY ($1::pg_catalog.int4[])"
    " UNION ALL SELECT NULL, l.virtualtransaction, '', p.owner, NULL, NULL, (EXTRACT(epoch FROM"
    " pg_catalog.clock_timestamp() - p.prepared) * 1000)::pg_catalog.int8, NULL, false, false, p.gid"
    " FROM pg_catalog.pg_prepared_xacts p JOIN pg_catalog.pg_locks l ON l.transactionid = p.transaction"
    " AND l.locktype = 'transactionid' AND l.pid IS NULL WHERE l.virtualtransaction = ANY "
    "($2::pg_catalog.text[])";

// A transaction holds its own virtual id; a prepared one has only its locks left.
constexpr char kStillThere[] =
    "SELECT DISTINCT l.virtualtransaction FROM pg_catalog.pg_locks l WHERE l.granted"
    " AND l.virtualtransaction = ANY ($1::pg_catalog.text[])";

template <typename T>
std::string Array(const std::vector<sql::RelationLock>& locks, T (*field)(const sql::RelationLock&)) {
  std::vector<std::string> values;
  values.reserve(locks.size());
  for (const sql::RelationLock& lock : locks) values.push_back(absl::StrCat(field(lock)));
  return ledger::TextArray(values);
}

std::vector<std::optional<std::string>> Parameters(const std::vector<sql::RelationLock>& locks,
                                                   absl::string_view search_path) {
  using Lock = sql::RelationLock;
  return {std::string(search_path),
          Array<std::string>(locks, [](const Lock& l) { return sql::QuoteQualified(l.relation); }),
          Array<int>(locks, [](const Lock& l) { return static_cast<int>(l.mode); }),
          Array<int>(locks, [](const Lock& l) { return static_cast<int>(l.of_table); }),
          Array<int>(locks, [](const Lock& l) { return static_cast<int>(l.of_indexes); }),
          Array<int>(locks, [](const Lock& l) { return l.children ? 1 : 0; }),
          Array<int>(locks, [](const Lock& l) { return l.parent ? 1 : 0; }),
          Array<int>(locks, [](const Lock& l) { return l.default_partition ? 1 : 0; }),
          Array<std::string>(locks, [](const Lock& l) { return l.foreign_key; })};
}

std::optional<absl::Duration> Milliseconds(const pg::Rows& rows, size_t row, size_t column) {
  if (ledger::IsNull(rows, row, column)) return std::nullopt;
  return absl::Milliseconds(std::max<int64_t>(0, ledger::Int(rows, row, column)));
}

void PutActivity(const pg::Rows& rows, size_t row, Holder& holder) {
  using ledger::Text;
  holder.known = true;
  holder.application = Text(rows, row, 2);
  holder.role = Text(rows, row, 3);
  holder.backend_type = Text(rows, row, 4);
  holder.state = Text(rows, row, 5);
  holder.age = Milliseconds(rows, row, 6);
  holder.in_state = Milliseconds(rows, row, 7);
  holder.background = Text(rows, row, 8) == "t";
  holder.wraparound = Text(rows, row, 9) == "t";
  holder.prepared = Text(rows, row, 10);
}

std::string Seconds(absl::Duration age) {
  const absl::Duration unit = age < absl::Seconds(10) ? absl::Milliseconds(100) : absl::Seconds(1);
  return absl::FormatDuration(absl::Trunc(age, unit));
}

}  // namespace

std::string HolderText(const Holder& holder) {
  if (holder.pid == 0) {
    return absl::StrCat("prepared transaction \"", holder.prepared, "\"",
                        holder.role.empty() ? "" : absl::StrCat(" of ", holder.role),
                        holder.age.has_value() ? absl::StrCat(" for ", Seconds(*holder.age)) : "");
  }
  std::string who = holder.application;
  if (who.empty())
    who = holder.background && holder.backend_type.empty() ? "autovacuum worker" : holder.backend_type;
  if (holder.wraparound) absl::StrAppend(&who, ", to prevent wraparound");
  std::string text = absl::StrCat("pid ", holder.pid, who.empty() ? "" : absl::StrCat(" (", who, ")"));
  if (!holder.role.empty()) absl::StrAppend(&text, " of ", holder.role);
  // How long it has been idle says more than how old its transaction is; of one that works, the other way
  // round.
  const bool idle = holder.state.substr(0, 4) == "idle";
  const std::optional<absl::Duration> age = idle ? holder.in_state : holder.age;
  if (!holder.state.empty()) absl::StrAppend(&text, ", ", holder.state);
  if (age.has_value()) absl::StrAppend(&text, holder.state.empty() ? ", " : " ", "for ", Seconds(*age));
  return text;
}

std::string HoldersText(const std::vector<Holder>& holders) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < holders.size() && i < kMostNamed; ++i) texts.push_back(HolderText(holders[i]));
  if (holders.size() > kMostNamed)
    texts.push_back(absl::StrCat("and ", holders.size() - kMostNamed, " more"));
  return absl::StrJoin(texts, "; ");
}

absl::StatusOr<bool> AnybodyHolds(pg::Session& session) {
  ASSIGN_OR_RETURN(const pg::Rows rows, session.Query(kAnybody));
  return ledger::Text(rows, 0, 0) == "t";
}

absl::StatusOr<std::vector<Holder>> FindHolders(pg::Session& session,
                                                const std::vector<sql::RelationLock>& locks,
                                                absl::string_view search_path, bool any_mode) {
  ASSIGN_OR_RETURN(const pg::Rows rows, session.Query(kHolders, Parameters(locks, search_path)));
  std::vector<Holder> holders;
  std::set<std::string> seen;
  for (size_t row = 0; row < rows.size(); ++row) {
    const sql::LockMode held = sql::LockModeOf(ledger::Text(rows, row, 2));
    const auto wanted = static_cast<sql::LockMode>(ledger::Int(rows, row, 3));
    if (!any_mode && !sql::Conflict(held, wanted)) continue;
    Holder holder;
    holder.transaction = ledger::Text(rows, row, 1);
    if (!seen.insert(holder.transaction).second) continue;
    if (!ledger::IsNull(rows, row, 0)) holder.pid = static_cast<int>(ledger::Int(rows, row, 0));
    holder.relation = ledger::Text(rows, row, 4);
    holders.push_back(std::move(holder));
  }
  return holders;
}

absl::Status DescribeHolders(pg::Session& session, std::vector<Holder>& holders) {
  std::vector<std::string> pids, transactions;
  for (const Holder& holder : holders) {
    if (holder.pid != 0) pids.push_back(absl::StrCat(holder.pid));
    transactions.push_back(holder.transaction);
  }
  ASSIGN_OR_RETURN(const pg::Rows rows,
                   session.Query(kActivity, {ledger::TextArray(pids), ledger::TextArray(transactions)}));
  for (size_t row = 0; row < rows.size(); ++row) {
    const int64_t pid = ledger::IsNull(rows, row, 0) ? 0 : ledger::Int(rows, row, 0);
    for (Holder& holder : holders) {
      const bool same = pid != 0 ? holder.pid == pid : holder.transaction == ledger::Text(rows, row, 1);
      if (same) PutActivity(rows, row, holder);
    }
  }
  holders.erase(std::remove_if(holders.begin(), holders.end(), [](const Holder& h) { return !h.known; }),
                holders.end());
  const auto age = [](const Holder& h) { return h.age.value_or(absl::InfiniteDuration()); };
  std::stable_sort(holders.begin(), holders.end(),
                   [&age](const Holder& a, const Holder& b) { return age(a) > age(b); });
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Holder>> StillThere(pg::Session& session, const std::vector<Holder>& holders) {
  std::vector<std::string> transactions;
  for (const Holder& holder : holders) transactions.push_back(holder.transaction);
  ASSIGN_OR_RETURN(const pg::Rows rows, session.Query(kStillThere, {ledger::TextArray(transactions)}));
  std::set<std::string> there;
  for (size_t row = 0; row < rows.size(); ++row) there.insert(ledger::Text(rows, row, 0));
  std::vector<Holder> left;
  for (const Holder& holder : holders) {
    if (there.count(holder.transaction) > 0) left.push_back(holder);
  }
  return left;
}

}  // namespace ferry::executor
