#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/store/chain.h"
#include "controller/store/rows.h"
#include "controller/store/sqlite_store.h"

namespace ferry::store {
namespace {

constexpr char kPromotionColumns[] =
    "SELECT promotion_id, coalesce(request_id, ''), kind, environment, plan_name, plan_digest, to_version,"
    " requested_by, targets, state, requested_at, finished_at FROM promotion ";

absl::Status Unknown(absl::string_view promotion_id) {
  return Error(ErrorCode::kPromotionUnknown, absl::StrCat("there is no promotion \"", promotion_id, "\""))
      .Next("ferry status");
}

absl::StatusOr<PromotionRecord> PromotionFrom(SQLite::Statement& row) {
  PromotionRecord out;
  promotion::Request& request = out.request;
  request.promotion_id = row.getColumn(0).getString();
  request.request_id = row.getColumn(1).getString();
  const auto kind = promotion::KindFromName(row.getColumn(2).getString());
  request.environment = row.getColumn(3).getString();
  request.plan_name = row.getColumn(4).getString();
  request.plan_digest = row.getColumn(5).getString();
  request.to_version = row.getColumn(6).getString();
  request.requested_by = row.getColumn(7).getString();
  ASSIGN_OR_RETURN(request.targets, ListFromText(row.getColumn(8).getString()));
  const auto state = promotion::PromotionStateFromName(row.getColumn(9).getString());
  if (!kind.has_value() || !state.has_value()) {
    return Error(ErrorCode::kStoreCorrupt,
                 absl::StrCat("promotion \"", request.promotion_id, "\" has an unknown kind or state"));
  }
  request.kind = *kind;
  out.state = *state;
  ASSIGN_OR_RETURN(out.requested_at, TimeFromText(row.getColumn(10).getString()));
  if (!row.getColumn(11).isNull()) {
    ASSIGN_OR_RETURN(out.finished_at, TimeFromText(row.getColumn(11).getString()));
  }
  return out;
}

// The id of the promotion that `sql` finds, or "".
std::string FindPromotion(SQLite::Database& db, const char* sql, const std::string& key) {
  SQLite::Statement row = Query(db, sql, key);
  return row.executeStep() ? row.getColumn(0).getString() : "";
}

void InsertPromotion(SQLite::Database& db, const promotion::Request& r, absl::Time now,
                     promotion::PromotionState state) {
  Run(db,
      "INSERT INTO promotion (promotion_id, request_id, kind, environment, plan_name, plan_digest, "
      "to_version,"
      " requested_by, targets, state, event_count, requested_at, finished_at)"
      " VALUES (?, nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, nullif(?, ''))",
      r.promotion_id, r.request_id, promotion::Name(r.kind), r.environment, r.plan_name, r.plan_digest,
      r.to_version, r.requested_by, ListText(r.targets), promotion::Name(state), TimeText(now),
      promotion::Ended(state) ? TimeText(now) : "");
}

// Appends to the log and moves its head. `count`: events of the promotion so far.
void InsertEvents(SQLite::Database& db, const std::string& promotion_id, int64_t count,
                  const std::vector<promotion::Event>& events) {
  ChainReport head = LogHead(db);
  for (const promotion::Event& event : events) {
    const EventRow row = MakeRow(head.head, head.events + 1, promotion_id, ++count, event);
    InsertEvent(db, row);
    head = {row.id, row.hash};
  }
  SetLogHead(db, head);
  Run(db, "UPDATE promotion SET event_count = ? WHERE promotion_id = ?", count, promotion_id);
}

// False when it was there already.
bool InsertReport(SQLite::Database& db, const ReportKey& report) {
  return Run(db,
             "INSERT INTO report (agent_id, journal_id, sequence) VALUES (?, ?, ?)"
             " ON CONFLICT DO NOTHING",
             report.agent_id, report.journal_id, report.sequence) > 0;
}

// `ended_at` is kept from the first time that a promotion ended.
void UpdateState(SQLite::Database& db, const std::string& promotion_id, promotion::PromotionState state,
                 const std::vector<promotion::Event>& events) {
  const std::string name = promotion::Name(state);
  if (!promotion::Ended(state)) {
    Run(db, "UPDATE promotion SET state = ?, finished_at = NULL WHERE promotion_id = ?", name, promotion_id);
    return;
  }
  const std::string ended_at = events.empty() ? "" : TimeText(events.back().at);
  Run(db,
      "UPDATE promotion SET state = ?, finished_at = coalesce(finished_at, nullif(?, '')) WHERE promotion_id "
      "= ?",
      name, ended_at, promotion_id);
}

}  // namespace

absl::StatusOr<std::string> SqliteStore::CreatePromotion(const promotion::Request& request, absl::Time now,
                                                         const std::vector<promotion::Event>& events) {
  return database_->Write([&](SQLite::Database& db) -> absl::StatusOr<std::string> {
    const std::string earlier =
        FindPromotion(db, "SELECT promotion_id FROM promotion WHERE request_id = ?", request.request_id);
    if (!earlier.empty()) return earlier;
    const std::string active =
        FindPromotion(db, "SELECT promotion_id FROM promotion WHERE environment = ? AND state = 'running'",
                      request.environment);
    if (!active.empty()) {
      return Error(ErrorCode::kPromotionActive, absl::StrCat("environment \"", request.environment,
                                                             "\" has an active promotion \"", active, "\""))
          .Next(absl::StrCat("ferry watch ", active));
    }
    InsertPromotion(db, request, now, promotion::PromotionState::kRunning);
    InsertEvents(db, request.promotion_id, 0, events);
    return request.promotion_id;
  });
}

absl::StatusOr<bool> SqliteStore::RecordEnded(const promotion::Request& request, absl::Time now,
                                              const std::vector<promotion::Event>& events,
                                              promotion::PromotionState state) {
  return database_->Write([&](SQLite::Database& db) -> absl::StatusOr<bool> {
    const std::string earlier =
        FindPromotion(db, "SELECT promotion_id FROM promotion WHERE request_id = ?", request.request_id);
    if (!earlier.empty()) return false;
    InsertPromotion(db, request, now, state);
    InsertEvents(db, request.promotion_id, 0, events);
    return true;
  });
}

absl::StatusOr<bool> SqliteStore::AppendEvents(absl::string_view promotion_id, int64_t expected_count,
                                               const std::vector<promotion::Event>& events,
                                               promotion::PromotionState state_after,
                                               const std::optional<ReportKey>& report) {
  const std::string id(promotion_id);
  return database_->Write([&](SQLite::Database& db) -> absl::StatusOr<bool> {
    SQLite::Statement row = Query(db, "SELECT event_count FROM promotion WHERE promotion_id = ?", id);
    if (!row.executeStep()) return Unknown(id);
    if (report.has_value() && !InsertReport(db, *report)) return false;
    const int64_t count = row.getColumn(0).getInt64();
    if (count != expected_count) {
      return Error(ErrorCode::kStore,
                   absl::StrCat("aborted: promotion \"", id, "\" has ", count, " events, not ",
                                expected_count, ": another writer was first"));
    }
    InsertEvents(db, id, count, events);
    UpdateState(db, id, state_after, events);
    return true;
  });
}

absl::StatusOr<PromotionRecord> SqliteStore::GetPromotion(absl::string_view promotion_id) {
  const std::string id(promotion_id);
  return database_->Read([&id](SQLite::Database& db) -> absl::StatusOr<PromotionRecord> {
    const std::string sql = absl::StrCat(kPromotionColumns, "WHERE promotion_id = ?");
    SQLite::Statement row = Query(db, sql, id);
    if (!row.executeStep()) return Unknown(id);
    return PromotionFrom(row);
  });
}

absl::StatusOr<std::vector<StoredEvent>> SqliteStore::LoadEvents(absl::string_view promotion_id) {
  const std::string id(promotion_id);
  return database_->Read([&id](SQLite::Database& db) -> absl::StatusOr<std::vector<StoredEvent>> {
    std::vector<StoredEvent> events;
    SQLite::Statement known = Query(db, "SELECT 1 FROM promotion WHERE promotion_id = ?", id);
    if (!known.executeStep()) return Unknown(id);
    const std::string sql =
        absl::StrCat("SELECT ", kEventColumns, " FROM event WHERE promotion_id = ? ORDER BY position");
    SQLite::Statement rows = Query(db, sql, id);
    while (rows.executeStep()) {
      ASSIGN_OR_RETURN(StoredEvent event, EventOf(EventFrom(rows)));
      events.push_back(std::move(event));
    }
    return events;
  });
}

absl::StatusOr<std::vector<PromotionRecord>> SqliteStore::ListPromotions(absl::string_view environment,
                                                                         bool active_only, int limit) {
  const std::string name(environment);
  return database_->Read([&](SQLite::Database& db) -> absl::StatusOr<std::vector<PromotionRecord>> {
    std::vector<PromotionRecord> promotions;
    const std::string sql = absl::StrCat(kPromotionColumns,
                                         "WHERE (?1 = '' OR environment = ?1) AND (NOT ?2 OR state = "
                                         "'running') ORDER BY number DESC LIMIT ?3");
    SQLite::Statement rows = Query(db, sql, name, int64_t{active_only}, int64_t{limit});
    while (rows.executeStep()) {
      ASSIGN_OR_RETURN(PromotionRecord record, PromotionFrom(rows));
      promotions.push_back(std::move(record));
    }
    return promotions;
  });
}

absl::Status SqliteStore::RecordReport(const ReportKey& report) {
  return database_->Write([&report](SQLite::Database& db) -> absl::Status {
    InsertReport(db, report);
    return absl::OkStatus();
  });
}

absl::StatusOr<int64_t> SqliteStore::LastReport(absl::string_view agent_id, absl::string_view journal_id) {
  return database_->Read([&](SQLite::Database& db) -> absl::StatusOr<int64_t> {
    SQLite::Statement row =
        Query(db, "SELECT coalesce(max(sequence), 0) FROM report WHERE agent_id = ? AND journal_id = ?",
              std::string(agent_id), std::string(journal_id));
    row.executeStep();
    return row.getColumn(0).getInt64();
  });
}

}  // namespace ferry::store
