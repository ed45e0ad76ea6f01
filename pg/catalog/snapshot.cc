#include "pg/catalog/snapshot.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/catalog/digest.h"
#include "pg/catalog/reading.h"

namespace ferry::pg {
namespace {

constexpr int kAttempts = 5;

struct Reading {
  explicit Reading(schema::Filter filter) : collector(std::move(filter)) {}

  std::string digest;  // of the catalogs as the transaction sees them; empty: nobody wrote during the reading
  catalog::Collector collector;
};

// Where the write-ahead log ends now. All that anybody commits moves it.
absl::StatusOr<std::string> EndOfLog(Session& session) {
  ASSIGN_OR_RETURN(const Rows rows, session.Query(R"sql(
SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
            ELSE pg_catalog.pg_current_wal_insert_lsn() END)sql"));
  return rows.at(0, 0).value_or("");
}

// Whether the transaction's snapshot left nobody out who was writing just then.
absl::StatusOr<bool> NobodyIsWriting(Session& session) {
  ASSIGN_OR_RETURN(const Rows rows, session.Query(R"sql(
SELECT pg_catalog.pg_snapshot_xmin(s) = pg_catalog.pg_snapshot_xmax(s) FROM pg_catalog.pg_current_snapshot() s)sql"));
  return IsTrue(rows.at(0, 0));
}

// `log_end`: EndOfLog before the transaction began, or empty. Where it has not moved since, and nobody was
// writing when the transaction's snapshot was taken, nothing can have changed, and the digest is spared.
absl::Status ReadInTransaction(Session& session, const ReadOptions& options, const std::string& log_end,
                               absl::FunctionRef<void()> between, Reading& reading) {
  ASSIGN_OR_RETURN(const catalog::Prepared prepared, catalog::Prepare(session));
  bool quiet = false;
  if (!log_end.empty()) {
    ASSIGN_OR_RETURN(quiet, NobodyIsWriting(session));
  }
  between();
  reading.collector.Reserve(prepared.attribute_bytes);
  RETURN_IF_ERROR(catalog::Read(session, options, prepared, reading.collector));
  if (quiet) {
    ASSIGN_OR_RETURN(const std::string now, EndOfLog(session));
    if (now == log_end) return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(reading.digest, catalog::ReadDigest(session));
  return absl::OkStatus();
}

absl::StatusOr<Reading> ReadOnce(Session& session, const ReadOptions& options,
                                 absl::FunctionRef<void()> between) {
  Reading reading(options.filter);
  ASSIGN_OR_RETURN(const std::string log_end, EndOfLog(session));
  RETURN_IF_ERROR(session.Begin());
  absl::Status status = session.Query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").status();
  if (status.ok()) status = ReadInTransaction(session, options, log_end, between, reading);
  if (!status.ok()) {
    session.Rollback();
    return status;
  }
  RETURN_IF_ERROR(session.Commit());
  return reading;
}

absl::Status Changing() {
  return Error(ErrorCode::kCatalogChanging, "the schema changed each time while it was being read")
      .Next("try again when no other session changes the schema");
}

std::string VersionText(int version) { return absl::StrCat(version / 10000, ".", version % 10000); }

absl::StatusOr<schema::Snapshot> ReadUndisturbed(Session& session, const ReadOptions& options,
                                                 const Clock& clock, absl::FunctionRef<void()> between) {
  if (session.in_transaction())
    return Error(ErrorCode::kInternal, "a snapshot needs a transaction of its own");
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    const absl::Time taken_at = clock.Now();
    absl::StatusOr<Reading> reading = ReadOnce(session, options, between);
    if (!reading.ok()) {
      // An object that was dropped under a pg_get_…def function makes it fail.
      const bool dropped = HasCode(reading.status(), ErrorCode::kStatementFailed) && !session.broken();
      if (dropped && attempt < kAttempts) continue;
      return reading.status();
    }
    if (!reading->digest.empty()) {
      ASSIGN_OR_RETURN(const std::string after, catalog::ReadDigest(session));
      if (after != reading->digest) continue;
    }
    return schema::MakeSnapshot(reading->collector.Finish(), VersionText(session.server_version()), taken_at);
  }
  return Changing();
}

}  // namespace

absl::StatusOr<schema::Snapshot> ReadSnapshot(Session& session, const Clock& clock) {
  return ReadSnapshot(session, ReadOptions(), clock);
}

absl::StatusOr<schema::Snapshot> ReadSnapshot(Session& session, const ReadOptions& options,
                                              const Clock& clock) {
  return ReadUndisturbed(session, options, clock, [] {});
}

absl::StatusOr<schema::Snapshot> catalog::ReadSnapshotDisturbed(Session& session, const Clock& clock,
                                                                absl::FunctionRef<void()> between) {
  return ReadUndisturbed(session, {}, clock, between);
}

absl::StatusOr<schema::Snapshot> ReadSnapshotInTransaction(Session& session, Session& other,
                                                           const Clock& clock) {
  const absl::Time taken_at = clock.Now();
  Reading reading({});
  const absl::Status status = ReadInTransaction(
      session, {}, "", [] {}, reading);
  if (!status.ok()) {
    // An object that was dropped under a pg_get_…def function makes it fail.
    return HasCode(status, ErrorCode::kStatementFailed) && !session.broken() ? Changing() : status;
  }
  ASSIGN_OR_RETURN(const std::string after, catalog::ReadDigest(other));
  if (after != reading.digest) return Changing();
  return schema::MakeSnapshot(reading.collector.Finish(), VersionText(session.server_version()), taken_at);
}

}  // namespace ferry::pg
