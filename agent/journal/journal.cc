#include "agent/journal/journal.h"

#include "absl/strings/str_cat.h"
#include "agent/journal/schema.h"
#include "core/base/error.h"
#include "sqlite/database.h"
#include "sqlite/statement.h"

namespace ferry::journal {
namespace {

using sqlite::Bytes;
using sqlite::Query;
using sqlite::Run;

constexpr sqlite::FileKind kJournalFile{"agent",
                                        "journal",
                                        "stop the agent, keep its state folder as evidence, and start it "
                                        "with a new one: the ledgers of the targets know what was done",
                                        0x46724A6E,  // "FrJn"
                                        "journal.commit.before",
                                        "journal.commit.after"};
constexpr int64_t kKeepOutcomesSeconds = int64_t{30} * 24 * 3600;

// What the journal knows of a command. Nothing recorded: attempt -1.
struct Known {
  int64_t attempt = -1;
  bool finished = false;
};

Known Lookup(SQLite::Database& db, const std::string& command_id) {
  Known known;
  SQLite::Statement row =
      Query(db, "SELECT attempt, state = 'finished' FROM command WHERE command_id = ?", command_id);
  if (row.executeStep()) known = {row.getColumn(0).getInt64(), row.getColumn(1).getInt() != 0};
  return known;
}

// The sequence of an attempt's outcome, if there is one.
std::optional<int64_t> OutcomeOf(SQLite::Database& db, const std::string& command_id, int64_t attempt) {
  SQLite::Statement row =
      Query(db, "SELECT sequence FROM report WHERE command_id = ? AND attempt = ? AND final = 1", command_id,
            attempt);
  if (!row.executeStep()) return std::nullopt;
  return row.getColumn(0).getInt64();
}

bool HasTombstone(SQLite::Database& db, const std::string& command_id) {
  return Query(db, "SELECT 1 FROM tombstone WHERE command_id = ?", command_id).executeStep();
}

void Record(SQLite::Database& db, const JournaledCommand& command) {
  Run(db,
      "INSERT INTO command (command_id, target_id, attempt, payload, state) VALUES (?, ?, ?, ?, 'accepted')"
      " ON CONFLICT (command_id) DO UPDATE SET attempt = excluded.attempt, payload = excluded.payload,"
      " state = 'accepted'",
      command.command_id, command.target_id, int64_t{command.attempt}, Bytes{command.payload});
}

absl::Status Stale(const JournaledCommand& command, absl::string_view why) {
  return Error(ErrorCode::kStaleCommand, absl::StrCat("command \"", command.command_id, "\" is stale: ", why))
      .TargetState("unchanged by this command");
}

absl::StatusOr<Accepted> Judge(SQLite::Database& db, const JournaledCommand& command) {
  const Known known = Lookup(db, command.command_id);
  if (command.attempt < known.attempt) {
    return Stale(command,
                 absl::StrCat("attempt ", command.attempt, ", attempt ", known.attempt, " has been seen"));
  }
  if (OutcomeOf(db, command.command_id, command.attempt).has_value()) return Accepted::kFinished;
  if (command.attempt == known.attempt) {
    if (known.finished) return Stale(command, "its outcome was acknowledged more than 30 days ago");
    return Accepted::kRunningBefore;
  }
  if (HasTombstone(db, command.command_id)) {
    return Error(ErrorCode::kCancelled,
                 absl::StrCat("command \"", command.command_id, "\" was cancelled before it came"))
        .TargetState("unchanged: nothing was begun");
  }
  return known.attempt < 0 ? Accepted::kNew : Accepted::kNewAttempt;
}

void KeepSeen(SQLite::Database& db, const std::string& command_id, const SeenEvent& seen) {
  Run(db, "REPLACE INTO seen_event (target_id, event_id, hash, step) VALUES (?, ?, ?, ?)", seen.target_id,
      seen.event_id, seen.hash, seen.step);
  Run(db, "DELETE FROM commit_in_doubt WHERE command_id = ?", command_id);
}

std::string ReadOrMakeId(SQLite::Database& db, const std::string& fresh) {
  Run(db, "UPDATE journal SET journal_id = ? WHERE journal_id = ''", fresh);
  return db.execAndGet("SELECT journal_id FROM journal").getString();
}

}  // namespace

Journal::Journal(std::unique_ptr<sqlite::Database> database, const Clock& clock, std::string journal_id)
    : database_(std::move(database)), clock_(clock), journal_id_(std::move(journal_id)) {}

Journal::~Journal() = default;

absl::StatusOr<std::unique_ptr<Journal>> Journal::Open(const std::string& path, const Clock& clock,
                                                       RandomSource& random) {
  ASSIGN_OR_RETURN(std::unique_ptr<sqlite::Database> database,
                   sqlite::Database::Open(path, kJournalFile, SchemaSteps()));
  const std::string fresh = NewId("jrn", clock.Now(), random);
  ASSIGN_OR_RETURN(std::string id,
                   database->Write([&fresh](SQLite::Database& db) -> absl::StatusOr<std::string> {
                     return ReadOrMakeId(db, fresh);
                   }));
  return std::unique_ptr<Journal>(new Journal(std::move(database), clock, std::move(id)));
}

absl::StatusOr<Accepted> Journal::AcceptCommand(const JournaledCommand& command, int64_t epoch) {
  // An error about the command is not one of the transaction: the epoch has to be kept with it.
  absl::StatusOr<Accepted> answer = Accepted::kNew;
  RETURN_IF_ERROR(database_->Write([&](SQLite::Database& db) -> absl::Status {
    const int64_t highest = db.execAndGet("SELECT highest_epoch FROM journal").getInt64();
    if (epoch < highest) {
      answer = Stale(command,
                     absl::StrCat("epoch ", epoch, ", a controller of epoch ", highest, " has been seen"));
      return absl::OkStatus();
    }
    if (epoch > highest) Run(db, "UPDATE journal SET highest_epoch = ?", epoch);
    answer = Judge(db, command);
    if (answer.ok() && *answer != Accepted::kFinished) Record(db, command);
    return absl::OkStatus();
  }));
  return answer;
}

absl::StatusOr<std::vector<JournaledCommand>> Journal::UnfinishedCommands() {
  return database_->Read([](SQLite::Database& db) -> absl::StatusOr<std::vector<JournaledCommand>> {
    std::vector<JournaledCommand> commands;
    SQLite::Statement rows(db,
                           "SELECT command_id, target_id, payload, attempt, state FROM command WHERE state = "
                           "'accepted' ORDER BY rowid");
    while (rows.executeStep()) {
      commands.push_back({rows.getColumn(0).getString(), rows.getColumn(1).getString(),
                          rows.getColumn(2).getString(), rows.getColumn(3).getInt(),
                          rows.getColumn(4).getString()});
    }
    return commands;
  });
}

absl::StatusOr<int64_t> Journal::AppendReport(absl::string_view command_id, int attempt, bool final,
                                              const MakePayload& make_payload,
                                              const std::optional<SeenEvent>& seen) {
  const std::string id(command_id);
  const int64_t written_at = absl::ToUnixSeconds(clock_.Now());
  return database_->Write([&](SQLite::Database& db) -> absl::StatusOr<int64_t> {
    if (final) {
      const std::optional<int64_t> earlier = OutcomeOf(db, id, attempt);
      if (earlier.has_value()) return *earlier;
      Run(db, "UPDATE command SET state = 'finished' WHERE command_id = ? AND attempt = ?", id,
          int64_t{attempt});
    }
    Run(db, "UPDATE journal SET last_sequence = last_sequence + 1");
    const int64_t sequence = db.execAndGet("SELECT last_sequence FROM journal").getInt64();
    const std::string payload = make_payload(sequence);
    Run(db,
        "INSERT INTO report (sequence, command_id, attempt, final, payload, written_at) VALUES (?, ?, ?, ?, "
        "?, ?)",
        sequence, id, int64_t{attempt}, int64_t{final}, Bytes{payload}, written_at);
    if (seen.has_value()) KeepSeen(db, id, *seen);
    return sequence;
  });
}

absl::StatusOr<std::vector<std::pair<int64_t, std::string>>> Journal::Unacknowledged(int64_t after) {
  using Reports = std::vector<std::pair<int64_t, std::string>>;
  return database_->Read([after](SQLite::Database& db) -> absl::StatusOr<Reports> {
    Reports reports;
    SQLite::Statement rows = Query(
        db, "SELECT sequence, payload FROM report WHERE acknowledged = 0 AND sequence > ? ORDER BY sequence",
        after);
    while (rows.executeStep())
      reports.emplace_back(rows.getColumn(0).getInt64(), rows.getColumn(1).getString());
    return reports;
  });
}

absl::StatusOr<std::optional<std::string>> Journal::ReportOf(absl::string_view command_id, int attempt) {
  const std::string id(command_id);
  return database_->Read([&](SQLite::Database& db) -> absl::StatusOr<std::optional<std::string>> {
    SQLite::Statement row =
        Query(db, "SELECT payload FROM report WHERE command_id = ? AND attempt = ? AND final = 1", id,
              int64_t{attempt});
    if (!row.executeStep()) return std::optional<std::string>();
    return std::optional<std::string>(row.getColumn(0).getString());
  });
}

absl::Status Journal::Acknowledge(int64_t up_to) {
  const int64_t oldest_kept = absl::ToUnixSeconds(clock_.Now()) - kKeepOutcomesSeconds;
  return database_->Write([&](SQLite::Database& db) -> absl::Status {
    const int64_t last = db.execAndGet("SELECT last_sequence FROM journal").getInt64();
    if (up_to > last) {
      return Error(ErrorCode::kStoreCorrupt,
                   absl::StrCat("the controller holds report ", up_to, " of journal ", journal_id_,
                                ", which ends at ", last, ": this state folder is an old copy"))
          .Next("move the agent's state folder aside and start the agent: it begins a new journal");
    }
    Run(db, "DELETE FROM report WHERE sequence <= ? AND final = 0", up_to);
    Run(db, "UPDATE report SET acknowledged = 1 WHERE sequence <= ? AND acknowledged = 0", up_to);
    Run(db,
        "UPDATE command SET payload = x'' WHERE state = 'finished' AND EXISTS (SELECT 1 FROM report AS r "
        "WHERE"
        " r.command_id = command.command_id AND r.acknowledged = 1 AND r.written_at < ?)",
        oldest_kept);
    Run(db, "DELETE FROM report WHERE acknowledged = 1 AND written_at < ?", oldest_kept);
    return absl::OkStatus();
  });
}

absl::StatusOr<int64_t> Journal::LastSequence() {
  return database_->Read([](SQLite::Database& db) -> absl::StatusOr<int64_t> {
    return db.execAndGet("SELECT last_sequence FROM journal").getInt64();
  });
}

absl::StatusOr<int64_t> Journal::HighestEpoch() {
  return database_->Read([](SQLite::Database& db) -> absl::StatusOr<int64_t> {
    return db.execAndGet("SELECT highest_epoch FROM journal").getInt64();
  });
}

absl::Status Journal::PutPlan(absl::string_view digest, absl::string_view bytes) {
  const std::string key(digest);
  const std::string content(bytes);
  return database_->Write([&](SQLite::Database& db) -> absl::Status {
    Run(db, "REPLACE INTO plan (digest, content) VALUES (?, ?)", key, Bytes{content});
    return absl::OkStatus();
  });
}

absl::StatusOr<std::optional<std::string>> Journal::GetPlan(absl::string_view digest) {
  const std::string key(digest);
  return database_->Read([&key](SQLite::Database& db) -> absl::StatusOr<std::optional<std::string>> {
    SQLite::Statement row = Query(db, "SELECT content FROM plan WHERE digest = ?", key);
    if (!row.executeStep()) return std::optional<std::string>();
    return std::optional<std::string>(row.getColumn(0).getString());
  });
}

absl::Status Journal::PutTombstone(absl::string_view command_id) {
  const std::string id(command_id);
  return database_->Write([&id](SQLite::Database& db) -> absl::Status {
    Run(db, "INSERT INTO tombstone (command_id) VALUES (?) ON CONFLICT DO NOTHING", id);
    return absl::OkStatus();
  });
}

}  // namespace ferry::journal
