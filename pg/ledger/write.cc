#include "pg/ledger/write.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "pg/ledger/cells.h"

namespace ferry::ledger {
namespace {

constexpr char kGuardRefused[] = "FE604";
constexpr char kLedgerRefused[] = "FE507";

std::optional<std::string> Instant(absl::Time time) {
  if (time == absl::InfiniteFuture()) return std::nullopt;
  return absl::FormatTime("%Y-%m-%d %H:%M:%E6S+00", time, absl::UTCTimeZone());
}

std::optional<std::string> OrNull(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

// INSERT INTO `table` (names) VALUES ($1…$n).
Write Insert(absl::string_view table, std::vector<Parameter> columns) {
  std::vector<std::string> names, places;
  for (const Parameter& column : columns) {
    names.push_back(column.name);
    places.push_back(absl::StrCat("$", places.size() + 1));
  }
  return Write{absl::StrCat("INSERT INTO ", table, " (", absl::StrJoin(names, ", "), ") VALUES (",
                            absl::StrJoin(places, ", "), ")"),
               std::move(columns)};
}

Write EventRow(absl::string_view kind, const Author& author, const Event& event, bool with_segment) {
  std::vector<Parameter> columns = {{"kind", std::string(kind)},
                                    {"version", event.version},
                                    {"direction", std::string(DirectionName(event.direction))},
                                    {"checksum", event.checksum},
                                    {"description", event.description},
                                    {"duration_ms", absl::StrCat(absl::ToInt64Milliseconds(event.duration))},
                                    {"deadline", Instant(event.deadline)},
                                    {"plan_digest", author.plan_digest},
                                    {"run_id", author.run_id},
                                    {"promotion_id", author.promotion_id},
                                    {"target_id", author.target_id},
                                    {"command_id", author.command_id},
                                    {"attempt", absl::StrCat(author.attempt)},
                                    {"epoch", absl::StrCat(author.epoch)},
                                    {"agent", author.agent},
                                    {"backup_id", author.backup_id},
                                    {"reason", OrNull(author.reason)}};
  if (with_segment) columns.push_back({"segment", absl::StrCat(event.segment)});
  return Insert("ferry.event", std::move(columns));
}

// The row that ends a version: the column is duration_ms, what a caller binds is the total.
Write FinishingRow(absl::string_view kind, const Author& author, const Event& event) {
  Write write = EventRow(kind, author, event, false);
  for (Parameter& parameter : write.parameters) {
    if (parameter.name == "duration_ms") parameter.name = "total_ms";
  }
  return write;
}

absl::StatusOr<pg::Rows> SendForRows(pg::Session& session, const Write& write) {
  std::vector<std::optional<std::string>> values;
  values.reserve(write.parameters.size());
  for (const Parameter& parameter : write.parameters) values.push_back(parameter.value);
  absl::StatusOr<pg::Rows> rows = session.Query(write.sql, values);
  if (!rows.ok()) return TranslateLedger(rows.status());
  return rows;
}

// One event in a transaction of its own.
absl::Status RecordAlone(pg::Session& session, const Write& write) {
  RETURN_IF_ERROR(session.Begin());
  absl::Status status = Send(session, write);
  if (status.ok()) status = session.Commit();
  if (!status.ok()) session.Rollback();
  return Translate(status);
}

}  // namespace

std::string TextArray(const std::vector<std::string>& values) {
  std::string array = "{";
  for (const std::string& value : values) {
    absl::StrAppend(&array, array.size() > 1 ? ",\"" : "\"");
    for (const char c : value) {
      if (c == '"' || c == '\\') array += '\\';
      array += c;
    }
    array += '"';
  }
  return array + "}";
}

absl::string_view DirectionName(Direction direction) { return direction == Direction::kUp ? "up" : "down"; }

Write DeferGuardStatement() { return Write{"SET CONSTRAINTS ferry.commit_guard DEFERRED", {}}; }

Write SegmentRow(const Author& author, const Event& event) {
  return EventRow("segment", author, event, true);
}
Write IntentRow(const Author& author, const Event& event) { return EventRow("intent", author, event, true); }
Write AppliedRow(const Author& author, const Event& event) { return FinishingRow("applied", author, event); }
Write BaselineRow(const Author& author, const Event& event) {
  return FinishingRow("baseline", author, event);
}
Write RolledBackRow(const Author& author, const Event& event) {
  return FinishingRow("rolled_back", author, event);
}

Write CheckpointRow(const Author& author, const Checkpoint& to, int64_t expected_batches,
                    absl::Time deadline) {
  Write write = Insert("ferry.checkpoint AS c", {{"version", to.version},
                                                 {"direction", std::string(DirectionName(to.direction))},
                                                 {"segment", absl::StrCat(to.segment)},
                                                 {"pass", absl::StrCat(to.pass)},
                                                 {"last_key", TextArray(to.last_key)},
                                                 {"rows_done", absl::StrCat(to.rows_done)},
                                                 {"batches", absl::StrCat(to.batches)},
                                                 {"run_id", author.run_id},
                                                 {"epoch", absl::StrCat(author.epoch)},
                                                 {"deadline", Instant(deadline)}});
  write.parameters.push_back({"expected_batches", absl::StrCat(expected_batches)});
  absl::StrAppend(
      &write.sql, " ON CONFLICT (version, direction, segment, generation) DO UPDATE SET ",
      absl::StrJoin(
          {"pass", "last_key", "rows_done", "batches", "run_id", "epoch", "deadline"}, ", ",
          [](std::string* out, absl::string_view name) { absl::StrAppend(out, name, " = excluded.", name); }),
      " WHERE c.batches OPERATOR(pg_catalog.=) $", write.parameters.size());
  return write;
}

absl::Status Send(pg::Session& session, const Write& write) { return SendForRows(session, write).status(); }

absl::Status SendCheckpoint(pg::Session& session, const Write& write) {
  ASSIGN_OR_RETURN(const pg::Rows rows, SendForRows(session, write));
  if (rows.affected == 1) return absl::OkStatus();
  return Error(ErrorCode::kLedgerMismatch, "another writer has moved this segment's checkpoint");
}

absl::Status UpsertCheckpoint(pg::Session& session, const Author& author, const Checkpoint& to,
                              int64_t expected_batches, absl::Time deadline) {
  return SendCheckpoint(session, CheckpointRow(author, to, expected_batches, deadline));
}

absl::Status RecordIntent(pg::Session& session, const Author& author, const Event& event) {
  return RecordAlone(session, IntentRow(author, event));
}

absl::Status RecordBackup(pg::Session& session, const Author& author, absl::string_view backup_id,
                          absl::string_view description) {
  Author with_backup = author;
  with_backup.backup_id = std::string(backup_id);
  Event event;
  event.description = std::string(description);
  Write write = EventRow("backup", with_backup, event, false);
  for (Parameter& parameter : write.parameters) {
    if (parameter.name == "version" || parameter.name == "direction" || parameter.name == "checksum") {
      parameter.value = std::nullopt;
    }
  }
  return RecordAlone(session, write);
}

absl::Status RaiseFence(pg::Session& session, int64_t epoch) {
  ASSIGN_OR_RETURN(const pg::Rows rows,
                   SendForRows(session, {"SELECT ferry.raise_fence($1)", {{"epoch", absl::StrCat(epoch)}}}));
  const int64_t now = Int(rows, 0, 0);
  if (now == epoch) return absl::OkStatus();
  return Error(ErrorCode::kStaleCommand,
               absl::StrCat("epoch ", epoch, " is over: the target has seen epoch ", now))
      .TargetState("unchanged");
}

absl::Status Translate(const absl::Status& status) {
  if (status.ok()) return status;
  return Annotate(status, [](ErrorDetail& detail) {
    if (detail.sqlstate == kGuardRefused) detail.code = ErrorCode::kGuardRefused;
    if (detail.sqlstate == kLedgerRefused) detail.code = ErrorCode::kLedgerMismatch;
  });
}

absl::Status TranslateLedger(const absl::Status& status) {
  if (status.ok()) return status;
  return Annotate(Translate(status), [](ErrorDetail& detail) {
    const std::string& state = detail.sqlstate;
    if (state == "23505") detail.code = ErrorCode::kLedgerMismatch;
    if (state == "42P01" || state == "3F000" || state == "42883") {
      detail.code = ErrorCode::kLedgerMissing;
    }
  });
}

}  // namespace ferry::ledger
