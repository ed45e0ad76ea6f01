// Who makes a concurrent statement wait: it ends only when every transaction of this database that began
// before it has (PostgreSQL manual, CREATE INDEX, "Building Indexes Concurrently"). Waiting for them before
// it begins holds nothing; waiting inside it keeps a half-built index and an old snapshot of its own.
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/base/wait.h"
#include "pg/executor/standalone.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

constexpr absl::Duration kLookEvery = absl::Milliseconds(200);
constexpr absl::Duration kOld = absl::Seconds(1);  // what is shorter ends by itself

// Sessions with a snapshot or an open transaction, and prepared transactions. Columns: what tells one
// transaction from another, how people know it, its name, its state, its age in milliseconds. Of sessions of
// other roles a login without pg_read_all_stats sees the snapshot, and neither since when nor the state.
constexpr char kOthers[] =
    "SELECT pg_catalog.concat(a.pid, ' ', coalesce(a.backend_xid, a.backend_xmin)), pg_catalog.concat('pid "
    "', "
    "a.pid), a.application_name, coalesce(a.state, a.backend_type, ''), (extract(epoch FROM "
    "pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) a.xact_start) OPERATOR(pg_catalog.*) "
    "1000)::pg_catalog.int8 FROM pg_catalog.pg_stat_activity a WHERE a.datname OPERATOR(pg_catalog.=) "
    "pg_catalog.current_database() AND a.pid OPERATOR(pg_catalog.<>) $1::pg_catalog.int4 AND (a.backend_xmin "
    "IS NOT NULL OR a.backend_xid IS NOT NULL) AND a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid() "
    "AND coalesce(a.query, '') NOT LIKE 'autovacuum: VACUUM%'"
    " UNION ALL SELECT p.gid, pg_catalog.concat('prepared transaction \"', p.gid, '\"'), '', '', "
    "(extract(epoch "
    "FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) p.prepared) OPERATOR(pg_catalog.*) "
    "1000)::pg_catalog.int8 FROM pg_catalog.pg_prepared_xacts p WHERE p.database OPERATOR(pg_catalog.=) "
    "pg_catalog.current_database() ORDER BY 5 DESC NULLS LAST";

struct Other {
  std::string key, text;
  std::optional<absl::Duration> age;
};

std::vector<Other> ReadOthers(const pg::Rows& rows) {
  std::vector<Other> others(rows.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    Other& other = others[row];
    other.key = ledger::Text(rows, row, 0);
    const std::string name = ledger::Text(rows, row, 2), state = ledger::Text(rows, row, 3);
    other.text = ledger::Text(rows, row, 1);
    if (!name.empty()) absl::StrAppend(&other.text, " (", name, ")");
    if (!state.empty()) absl::StrAppend(&other.text, ", ", state);
    if (ledger::IsNull(rows, row, 4)) continue;
    other.age = absl::Milliseconds(ledger::Int(rows, row, 4));
    absl::StrAppend(&other.text, ", since ", absl::FormatDuration(absl::Trunc(*other.age, absl::Seconds(1))));
  }
  return others;
}

// Those who were there when the wait began. Who came later is not waited for: a busy database always has
// somebody.
class Older {
 public:
  // Those of them that are still there and have been for longer than a second, at most five, for people.
  // `unsure`: some may be, whose age is hidden.
  std::vector<std::string> Take(const std::vector<Other>& others, absl::Duration waited, bool& unsure) {
    std::map<std::string, absl::Duration> still;
    std::vector<std::string> texts;
    unsure = false;
    for (const Other& other : others) {
      const auto known = first_ ? since_.end() : since_.find(other.key);
      if (!first_ && known == since_.end()) continue;
      const absl::Duration since = first_ ? waited : known->second;
      still.emplace(other.key, since);
      if (other.age.value_or(waited - since) < kOld) {
        unsure |= !other.age.has_value();
      } else if (texts.size() < 5) {
        texts.push_back(other.text);
      }
    }
    since_ = std::move(still);
    first_ = false;
    return texts;
  }

 private:
  bool first_ = true;
  std::map<std::string, absl::Duration> since_;  // by key, when the wait had lasted how long
};

absl::StatusOr<std::vector<Other>> Look(Step& step) {
  pg::Rows rows;
  RETURN_IF_ERROR(AskWhoSeesMost(step, [&](pg::Session& session) -> absl::Status {
    ASSIGN_OR_RETURN(rows, session.Query(kOthers, {absl::StrCat(step.session.backend_pid())}));
    return absl::OkStatus();
  }));
  return ReadOthers(rows);
}

Error StillOpen(const std::vector<std::string>& older, absl::Duration waited) {
  Error error(ErrorCode::kOldSnapshot,
              absl::StrCat("transactions that a concurrent statement would wait for were still open after ",
                           absl::FormatDuration(absl::Trunc(waited, absl::Seconds(1))), ": ",
                           absl::StrJoin(older, "; ")));
  error.Next("end them, or promote again at a quieter time");
  return error;
}

}  // namespace

absl::Status WaitForSnapshots(Step& step) {
  const absl::Duration began = step.limits.clock->Elapsed();
  Older older;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<Other> others, Look(step));
    const absl::Duration waited = step.limits.clock->Elapsed() - began;
    bool unsure = false;
    const std::vector<std::string> texts = older.Take(others, waited, unsure);
    if (texts.empty() && !unsure) return absl::OkStatus();
    if (!texts.empty() && waited >= step.limits.snapshot_wait) return StillOpen(texts, waited);
    if (!texts.empty()) {
      Progress progress;
      progress.phase = "waiting for older transactions";
      progress.blocked_by = absl::StrJoin(texts, "; ");
      Report(step, std::move(progress));
    }
    WaitFor(kLookEvery, [&step] { return step.gate.Stopping(); });
    const sql::Statement* const statement = step.statement;
    RETURN_IF_ERROR(AskGate(step));
    step.statement = statement;
  }
}

}  // namespace ferry::executor
