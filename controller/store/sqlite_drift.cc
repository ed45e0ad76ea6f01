#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/store/chain.h"
#include "controller/store/rows.h"
#include "controller/store/sqlite_store.h"

namespace ferry::store {

absl::StatusOr<std::vector<DriftDecision>> SqliteStore::IgnoreDrift(std::vector<DriftDecision> decisions) {
  return database_->Write([&](SQLite::Database& db) -> absl::StatusOr<std::vector<DriftDecision>> {
    ChainReport head = LogHead(db);
    int64_t position =
        db.execAndGet("SELECT coalesce(max(position), 0) FROM event WHERE promotion_id IS NULL").getInt64();
    for (DriftDecision& decision : decisions) {
      const EventRow row = MakeRow(head.head, head.events + 1, ++position, decision);
      InsertEvent(db, row);
      head = {row.id, row.hash};
      decision.id = row.id;
    }
    SetLogHead(db, head);
    return std::move(decisions);
  });
}

absl::StatusOr<std::vector<DriftDecision>> SqliteStore::DriftDecisions(absl::string_view target_id) {
  return database_->Read([&](SQLite::Database& db) -> absl::StatusOr<std::vector<DriftDecision>> {
    const std::string sql = absl::StrCat("SELECT ", kEventColumns,
                                         " FROM event WHERE promotion_id IS NULL"
                                         " AND (?1 = '' OR facts ->> 'target' = ?1) ORDER BY position");
    using Key = std::tuple<std::string, std::string, std::string, std::string, std::string, std::string>;
    std::map<Key, DriftDecision> newest;
    SQLite::Statement rows = Query(db, sql, std::string(target_id));
    while (rows.executeStep()) {
      ASSIGN_OR_RETURN(DriftDecision d, DecisionOf(EventFrom(rows)));
      const Key key(d.target_id, d.kind, d.schema, d.parent, d.name, d.state);
      newest[key] = std::move(d);
    }
    std::map<int64_t, DriftDecision> ordered;
    for (auto& [key, decision] : newest) ordered.emplace(decision.id, std::move(decision));
    std::vector<DriftDecision> out;
    for (auto& [id, decision] : ordered) out.push_back(std::move(decision));
    return out;
  });
}

}  // namespace ferry::store
