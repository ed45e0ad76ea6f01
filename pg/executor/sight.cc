#include "pg/executor/sight.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/error.h"
#include "pg/executor/signals.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

constexpr size_t kMostSamples = 10000;  // of the log's end; half an hour

constexpr char kWaits[] =
    "SELECT w.pid, pg_catalog.array_to_string(pg_catalog.pg_blocking_pids(w.pid), ' '), a.application_name, "
    "a.usename,"
    " a.backend_type, a.usesysid IS NULL FROM (SELECT DISTINCT l.pid FROM pg_catalog.pg_locks l WHERE NOT "
    "l.granted) w"
    " JOIN pg_catalog.pg_stat_activity a ON a.pid = w.pid";

// $1: pids. Each transaction holds its own virtual id.
constexpr char kTransactions[] =
    "SELECT l.pid, l.virtualtransaction FROM pg_catalog.pg_locks l WHERE l.locktype = 'virtualxid' AND "
    "l.granted"
    " AND l.pid = ANY ($1::pg_catalog.int4[])";

constexpr char kReplicas[] =
    "SELECT pg_catalog.pg_current_wal_lsn() - '0/0', r.pid, r.application_name, r.replay_lsn - '0/0', r.state"
    " FROM (SELECT) one LEFT JOIN pg_catalog.pg_stat_replication r ON true";

std::vector<int> Pids(absl::string_view text) {
  std::vector<int> pids;
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    int pid = 0;
    if (absl::SimpleAtoi(word, &pid)) pids.push_back(pid);
  }
  return pids;
}

// Names the transactions of `pids` and what they do.
absl::StatusOr<std::vector<Holder>> Describe(pg::Session& session, const std::vector<int>& pids) {
  std::vector<std::string> texts;
  for (const int pid : pids) texts.push_back(absl::StrCat(pid));
  ASSIGN_OR_RETURN(const pg::Rows rows, session.Query(kTransactions, {ledger::TextArray(texts)}));
  std::vector<Holder> holders;
  for (size_t row = 0; row < rows.size(); ++row) {
    Holder holder;
    holder.pid = static_cast<int>(ledger::Int(rows, row, 0));
    holder.transaction = ledger::Text(rows, row, 1);
    holders.push_back(std::move(holder));
  }
  RETURN_IF_ERROR(DescribeHolders(session, holders));
  return holders;
}

}  // namespace

std::vector<int> WaitingFor(const std::map<int, std::vector<int>>& waits, int pid) {
  std::set<int> reached = {pid};
  std::vector<int> waiting;
  for (bool more = true; more;) {
    more = false;
    for (const auto& [waiter, on] : waits) {
      if (reached.count(waiter) > 0) continue;
      const bool ours = std::any_of(on.begin(), on.end(), [&reached](int p) { return reached.count(p) > 0; });
      if (!ours) continue;
      reached.insert(waiter);
      waiting.push_back(waiter);
      more = true;
    }
  }
  return waiting;
}

std::string BlockedText(const Sight& sight) {
  const size_t count = sight.blocked.size();
  if (count == 0) return "nobody waited for it";
  const Holder& first = sight.blocked.front();
  return absl::StrCat(
      count, count == 1 ? " session waited for it, pid " : " sessions waited for it, the first, pid ",
      first.pid, first.application.empty() ? "" : absl::StrCat(" (", first.application, ")"), ", for ",
      absl::FormatDuration(absl::Trunc(sight.blocked_for, absl::Milliseconds(100))));
}

absl::StatusOr<Sight> Looker::Look(pg::Session& session, absl::Duration now, bool replicas, bool signals) {
  Sight sight;
  if (signals) {
    ASSIGN_OR_RETURN(sight.reading, ReadProgress(session, pid_));
    if (!sight.reading.has_value()) sight.bytes = BackendBytes(session, pid_);
  }
  ASSIGN_OR_RETURN(const pg::Rows rows, session.Query(kWaits));
  std::map<int, std::vector<int>> waits;
  std::map<int, Holder> who;
  for (size_t row = 0; row < rows.size(); ++row) {
    Holder waiter;
    waiter.pid = static_cast<int>(ledger::Int(rows, row, 0));
    waiter.application = ledger::Text(rows, row, 2);
    waiter.role = ledger::Text(rows, row, 3);
    waiter.backend_type = ledger::Text(rows, row, 4);
    waiter.background = ledger::Text(rows, row, 5) == "t";
    waits[waiter.pid] = Pids(ledger::Text(rows, row, 1));
    who[waiter.pid] = std::move(waiter);
  }
  std::map<int, absl::Duration> since;
  for (const int pid : WaitingFor(waits, pid_)) {
    const Holder& waiter = who[pid];
    if (waiter.background || absl::StartsWith(waiter.application, "ferry/")) continue;
    const auto seen = blocked_since_.find(pid);
    since[pid] = seen == blocked_since_.end() ? now : seen->second;
    sight.blocked.push_back(waiter);
  }
  std::sort(sight.blocked.begin(), sight.blocked.end(),
            [&since](const Holder& a, const Holder& b) { return since[a.pid] < since[b.pid]; });
  if (!sight.blocked.empty()) sight.blocked_for = now - since[sight.blocked.front().pid];
  blocked_since_ = std::move(since);
  const auto mine = waits.find(pid_);
  if (mine != waits.end()) {
    sight.waiting = true;
    ASSIGN_OR_RETURN(sight.blockers, Describe(session, mine->second));
  }
  if (replicas) RETURN_IF_ERROR(LookAtReplicas(session, now, sight));
  return sight;
}

// pg_stat_replication's own replay_lag stands still while a replica does not replay at all, so it is found
// from how far the log had been written at each look.
absl::Status Looker::LookAtReplicas(pg::Session& session, absl::Duration now, Sight& sight) {
  ASSIGN_OR_RETURN(const pg::Rows rows, session.Query(kReplicas));
  written_.emplace_back(now, ledger::Int(rows, 0, 0));
  if (written_.size() > kMostSamples) written_.erase(written_.begin());
  for (size_t row = 0; row < rows.size(); ++row) {
    if (ledger::IsNull(rows, row, 1)) continue;
    sight.replicas_hidden |= ledger::IsNull(rows, row, 4);
    if (ledger::IsNull(rows, row, 3)) continue;  // pg_receivewal and the like replay nothing
    const int64_t replayed = ledger::Int(rows, row, 3);
    const auto behind = std::find_if(written_.begin(), written_.end(),
                                     [replayed](const auto& sample) { return sample.second > replayed; });
    const absl::Duration lag = behind == written_.end() ? absl::ZeroDuration() : now - behind->first;
    if (lag <= sight.replica_lag) continue;
    sight.replica_lag = lag;
    sight.replica = ledger::Text(rows, row, 2);
  }
  return absl::OkStatus();
}

}  // namespace ferry::executor
