#include "pg/ledger/restored.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/ledger/cells.h"

namespace ferry::ledger {
namespace {

constexpr int64_t kPage = 500;  // events at a time

// What the backup holds of the versions that later events concern, as JSON.
struct Carried {
  std::string versions;             // a PostgreSQL array
  std::vector<std::string> events;  // in order
  std::string schema_versions, checkpoints;
  int64_t count = 0;  // rows of schema_version
};

// A version's current generation, and the event by which it is applied: of a repeatable file that is an
// earlier one.
constexpr char kEvents[] = R"sql(
SELECT to_jsonb(e)::text FROM ferry.event e
WHERE e.version = ANY ($1::text[]) AND e.kind IN ('segment', 'intent', 'applied', 'baseline')
  AND (e.generation = ferry.generation_of(e.version)
       OR e.id IN (SELECT v.event_id FROM ferry.schema_version v WHERE v.version = e.version))
ORDER BY e.id)sql";
constexpr char kSchemaVersions[] = R"sql(
SELECT coalesce(jsonb_agg(to_jsonb(v)), '[]')::text, count(*) FROM ferry.schema_version v
WHERE v.version = ANY ($1::text[]))sql";
constexpr char kCheckpoints[] = R"sql(
SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]')::text FROM ferry.checkpoint c
WHERE c.version = ANY ($1::text[]) AND c.generation = ferry.generation_of(c.version))sql";

constexpr char kInsertRestored[] = R"sql(
INSERT INTO ferry.event (kind, restored_to, plan_digest, run_id, promotion_id, target_id, command_id, attempt, epoch,
                         agent, backup_id, description, duration_ms, reason)
VALUES ('restored', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12))sql";
constexpr char kInsertEvent[] = R"sql(
INSERT INTO ferry.event (kind, version, direction, segment, checksum, plan_digest, run_id, promotion_id, target_id,
                         command_id, attempt, epoch, agent, backup_id, description, duration_ms, reason)
SELECT r.kind, r.version, r.direction, r.segment, r.checksum, r.plan_digest, r.run_id, r.promotion_id, r.target_id,
       r.command_id, r.attempt, $2::bigint, r.agent, r.backup_id, r.description, r.duration_ms,
       concat_ws('; ', r.reason, 'event ' || r.id || ' again, as the restored backup has it')
FROM jsonb_populate_record(NULL::ferry.event, $1::jsonb) r)sql";
constexpr char kKeepTimes[] = R"sql(
UPDATE ferry.schema_version v SET applied_at = s.applied_at
FROM jsonb_populate_recordset(NULL::ferry.schema_version, $1::jsonb) s WHERE v.version = s.version)sql";
constexpr char kInsertCheckpoints[] = R"sql(
INSERT INTO ferry.checkpoint (version, direction, segment, pass, last_key, rows_done, batches, run_id, epoch)
SELECT c.version, c.direction, c.segment, c.pass, c.last_key, c.rows_done, c.batches, c.run_id, $2::bigint
FROM jsonb_populate_recordset(NULL::ferry.checkpoint, $1::jsonb) c)sql";

constexpr const char* kTriggers[] = {"stamp_event", "derive_state", "append_only", "commit_guard"};

absl::StatusOr<Carried> WhatToCarry(pg::Session& from, pg::Session& to, int64_t restored_to) {
  Carried carried;
  ASSIGN_OR_RETURN(const pg::Rows versions,
                   Ask(from,
                       "SELECT coalesce(array_agg(DISTINCT e.version), '{}')::text FROM ferry.event e"
                       " WHERE e.id > $1 AND e.version IS NOT NULL",
                       {absl::StrCat(restored_to)}));
  carried.versions = Text(versions, 0, 0);
  ASSIGN_OR_RETURN(const pg::Rows events, Ask(to, kEvents, {carried.versions}));
  ASSIGN_OR_RETURN(const pg::Rows applied, Ask(to, kSchemaVersions, {carried.versions}));
  ASSIGN_OR_RETURN(const pg::Rows checkpoints, Ask(to, kCheckpoints, {carried.versions}));
  for (size_t row = 0; row < events.size(); ++row) carried.events.push_back(Text(events, row, 0));
  carried.schema_versions = Text(applied, 0, 0);
  carried.count = Int(applied, 0, 1);
  carried.checkpoints = Text(checkpoints, 0, 0);
  return carried;
}

// Events as they are, with their ids, times and hashes: for this once the triggers that stamp and derive are
// off.
absl::StatusOr<int64_t> CopyEvents(pg::Session& from, pg::Session& to, int64_t after) {
  for (const char* const trigger : kTriggers) {
    RETURN_IF_ERROR(Ask(to, absl::StrCat("ALTER TABLE ferry.event DISABLE TRIGGER ", trigger)).status());
  }
  int64_t copied = 0;
  for (int64_t found = kPage; found == kPage;) {
    ASSIGN_OR_RETURN(const pg::Rows page,
                     Ask(from,
                         "SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.id), '[]')::text, count(*) FROM"
                         " (SELECT * FROM ferry.event WHERE id > $1 ORDER BY id LIMIT $2) e",
                         {absl::StrCat(after + copied), absl::StrCat(kPage)}));
    found = Int(page, 0, 1);
    copied += found;
    RETURN_IF_ERROR(Ask(to,
                        "INSERT INTO ferry.event SELECT r.* FROM jsonb_populate_recordset(NULL::ferry.event,"
                        " $1::jsonb) r ORDER BY r.id",
                        {Text(page, 0, 0)})
                        .status());
  }
  RETURN_IF_ERROR(Ask(to,
                      "UPDATE ferry.head h SET id = e.id, hash = e.hash FROM ferry.event e"
                      " WHERE e.id = (SELECT max(m.id) FROM ferry.event m)")
                      .status());
  for (const char* const trigger : kTriggers) {
    RETURN_IF_ERROR(
        Ask(to, absl::StrCat("ALTER TABLE ferry.event ENABLE ALWAYS TRIGGER ", trigger)).status());
  }
  return copied;
}

absl::Status SayRestored(pg::Session& to, const Author& author, const std::string& description,
                         int64_t restored_to) {
  return Ask(to, kInsertRestored,
             {absl::StrCat(restored_to), author.plan_digest, author.run_id, author.promotion_id,
              author.target_id, author.command_id, absl::StrCat(author.attempt), absl::StrCat(author.epoch),
              author.agent, author.backup_id, description,
              author.reason.empty() ? std::nullopt : std::optional<std::string>(author.reason)})
      .status();
}

absl::Status WriteCarried(pg::Session& to, const Carried& carried, int64_t epoch) {
  const std::string by = absl::StrCat(epoch);
  for (const std::string& event : carried.events) {  // one by one: the triggers chain each to the one before
    RETURN_IF_ERROR(Ask(to, kInsertEvent, {event, by}).status());
  }
  ASSIGN_OR_RETURN(const pg::Rows kept, Ask(to, kKeepTimes, {carried.schema_versions}));
  if (kept.affected != carried.count) {
    return Error(ErrorCode::kLedgerMismatch,
                 "ferry.schema_version of the backup names a version that its events do not");
  }
  return Ask(to, kInsertCheckpoints, {carried.checkpoints, by}).status();
}

absl::Status InTransaction(pg::Session* from, pg::Session& to, const Author& author,
                           const std::string& description, Continued& out) {
  Carried carried;
  int64_t epoch = author.epoch;
  if (from != nullptr) {
    ASSIGN_OR_RETURN(carried, WhatToCarry(*from, to, out.restored_to));
    ASSIGN_OR_RETURN(const int64_t fence, ReadEpoch(*from));
    epoch = std::max(epoch, fence);
    ASSIGN_OR_RETURN(out.copied, CopyEvents(*from, to, out.restored_to));
  }
  RETURN_IF_ERROR(Ask(to, "SELECT ferry.raise_fence($1)", {absl::StrCat(epoch)}).status());
  RETURN_IF_ERROR(SayRestored(to, author, description, out.restored_to));
  if (from == nullptr) return absl::OkStatus();
  RETURN_IF_ERROR(
      Ask(to, "DELETE FROM ferry.schema_version v WHERE v.version = ANY ($1::text[])", {carried.versions})
          .status());
  out.carried = carried.count;
  return WriteCarried(to, carried, author.epoch);
}

// The hash of an event; "" when there is none.
absl::StatusOr<std::string> HashOf(pg::Session& session, int64_t id) {
  ASSIGN_OR_RETURN(const pg::Rows rows,
                   Ask(session, "SELECT e.hash FROM ferry.event e WHERE e.id = $1", {absl::StrCat(id)}));
  return Text(rows, 0, 0);
}

absl::Status Mismatch(absl::string_view what) {
  return Error(ErrorCode::kLedgerMismatch, what).TargetState("unchanged: no names were exchanged");
}

}  // namespace

absl::StatusOr<Continued> ContinueAfterRestore(pg::Session* from, pg::Session& to, const Author& author,
                                               const std::string& description) {
  ASSIGN_OR_RETURN(const LedgerState state, ReadLedger(to));
  if (!state.exists) return Error(ErrorCode::kLedgerMissing, "the restored database has no ledger");
  const bool done = state.restored.has_value() && state.restored->run_id == author.run_id;
  Continued out;
  out.restored_to = done ? state.restored->restored_to : state.head.id;
  const int64_t joined = done ? state.restored->event_id - 1 : state.head.id;
  if (from != nullptr && joined > 0) {
    ASSIGN_OR_RETURN(const std::string theirs, HashOf(*from, joined));
    ASSIGN_OR_RETURN(const std::string ours, HashOf(to, joined));
    if (theirs != ours) {
      return Mismatch(
          "the ledger of the database that is to be replaced does not go on where the backup ends");
    }
  }
  if (done) {
    if (from != nullptr) {
      ASSIGN_OR_RETURN(const LedgerState old, ReadLedger(*from));
      if (old.head.id != joined) return Mismatch("the ledger has gone on since this restore copied it");
    }
    out.head = state.head;
    return out;
  }
  RETURN_IF_ERROR(to.Begin());
  absl::Status status = Ask(to, "SET LOCAL timezone = 'UTC'").status();
  if (status.ok()) status = InTransaction(from, to, author, description, out);
  if (status.ok()) status = Translate(to.Commit());
  if (!status.ok()) {
    to.Rollback();
    return status;
  }
  ASSIGN_OR_RETURN(const LedgerState after, ReadLedger(to));
  out.head = after.head;
  return out;
}

}  // namespace ferry::ledger
