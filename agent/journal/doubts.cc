// What the agent remembers of targets beside commands and reports: a COMMIT without an answer, the newest
// event seen, attempts that the process did not survive.
#include "agent/journal/journal.h"
#include "sqlite/database.h"
#include "sqlite/statement.h"

namespace ferry::journal {

using sqlite::Query;
using sqlite::Run;

absl::Status Journal::PutDoubt(const CommitInDoubt& doubt) {
  return database_->Write([&doubt](SQLite::Database& db) -> absl::Status {
    Run(db,
        "REPLACE INTO commit_in_doubt (command_id, target_id, cluster, version, direction, segment, xid)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        doubt.command_id, doubt.target_id, doubt.cluster, doubt.version, doubt.direction,
        int64_t{doubt.segment}, doubt.xid);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::optional<CommitInDoubt>> Journal::DoubtOf(absl::string_view command_id) {
  const std::string id(command_id);
  return database_->Read([&id](SQLite::Database& db) -> absl::StatusOr<std::optional<CommitInDoubt>> {
    SQLite::Statement row = Query(db,
                                  "SELECT target_id, cluster, version, direction, segment, xid FROM "
                                  "commit_in_doubt WHERE command_id = ?",
                                  id);
    if (!row.executeStep()) return std::optional<CommitInDoubt>();
    CommitInDoubt doubt;
    doubt.command_id = id;
    doubt.target_id = row.getColumn(0).getString();
    doubt.cluster = row.getColumn(1).getString();
    doubt.version = row.getColumn(2).getString();
    doubt.direction = row.getColumn(3).getString();
    doubt.segment = row.getColumn(4).getInt();
    doubt.xid = row.getColumn(5).getString();
    return std::optional<CommitInDoubt>(std::move(doubt));
  });
}

absl::Status Journal::DropDoubt(absl::string_view command_id) {
  const std::string id(command_id);
  return database_->Write([&id](SQLite::Database& db) -> absl::Status {
    Run(db, "DELETE FROM commit_in_doubt WHERE command_id = ?", id);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::optional<SeenEvent>> Journal::Seen(absl::string_view target_id) {
  const std::string id(target_id);
  return database_->Read([&id](SQLite::Database& db) -> absl::StatusOr<std::optional<SeenEvent>> {
    SQLite::Statement row = Query(db, "SELECT event_id, hash, step FROM seen_event WHERE target_id = ?", id);
    if (!row.executeStep()) return std::optional<SeenEvent>();
    return std::optional<SeenEvent>(SeenEvent{id, row.getColumn(0).getInt64(), row.getColumn(1).getString(),
                                              row.getColumn(2).getString()});
  });
}

absl::Status Journal::ForgetSeen(absl::string_view target_id) {
  const std::string id(target_id);
  return database_->Write([&id](SQLite::Database& db) -> absl::Status {
    Run(db, "DELETE FROM seen_event WHERE target_id = ?", id);
    return absl::OkStatus();
  });
}

absl::StatusOr<int> Journal::NoteInterrupted(absl::string_view command_id, int attempt) {
  const std::string id(command_id);
  return database_->Write([&id, attempt](SQLite::Database& db) -> absl::StatusOr<int> {
    Run(db,
        "INSERT INTO interrupted (command_id, attempt, times) VALUES (?, ?, 1)"
        " ON CONFLICT (command_id, attempt) DO UPDATE SET times = times + 1",
        id, int64_t{attempt});
    SQLite::Statement row =
        Query(db, "SELECT times FROM interrupted WHERE command_id = ? AND attempt = ?", id, int64_t{attempt});
    row.executeStep();
    return row.getColumn(0).getInt();
  });
}

}  // namespace ferry::journal
