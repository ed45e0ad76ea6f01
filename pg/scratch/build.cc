#include "pg/scratch/build.h"

#include <algorithm>
#include <array>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "core/sql/tokens.h"
#include "pg/catalog/snapshot.h"

namespace ferry::scratch {
namespace {

using migration::Migration;
using migration::Segment;

// What they change is the server's, or a real database's: it would outlive the scratch database.
constexpr std::array<const char*, 16> kBeyondTheDatabase = {
    "CREATE ROLE",       "ALTER ROLE",         "DROP ROLE",         "GRANT ROLE",
    "REVOKE ROLE",       "CREATE DATABASE",    "ALTER DATABASE",    "DROP DATABASE",
    "CREATE TABLESPACE", "ALTER TABLESPACE",   "DROP TABLESPACE",   "CREATE SUBSCRIPTION",
    "ALTER SYSTEM",      "ALTER SUBSCRIPTION", "DROP SUBSCRIPTION", "REASSIGN OWNED"};

absl::Status AtStatement(const Migration& m, const sql::Statement& statement, const pg::Session* session,
                         const absl::Status& status) {
  return Annotate(status, [&](ErrorDetail& detail) {
    detail.file = m.file;
    detail.line = statement.line;
    detail.column = statement.column;
    detail.statement = statement.text;
    const int position = session == nullptr ? 0 : session->last_error().position;
    if (position <= 0) return;
    const sql::PlaceFinder finder(statement.text, statement.line, statement.column, statement.replaced);
    const sql::Place place = finder.At(finder.ByteOfCharacter(position));
    detail.line = place.line;
    detail.column = place.column;
  });
}

absl::Status CheckStaysInside(const Migration& m) {
  for (const Segment& segment : m.up) {
    for (const sql::Statement& statement : segment.statements) {
      if (std::find(kBeyondTheDatabase.begin(), kBeyondTheDatabase.end(), statement.tag) ==
          kBeyondTheDatabase.end()) {
        continue;
      }
      return AtStatement(
          m, statement, nullptr,
          Error(ErrorCode::kScratch,
                absl::StrCat(statement.tag, " reaches beyond its database, so ", m.version.ToString(),
                             " is not built in a scratch database"))
              .Next("keep such statements out of migrations: roles and databases belong to the server"));
    }
  }
  return absl::OkStatus();
}

// One migration on a session of its own, so that what it sets ends with it.
class Builder {
 public:
  Builder(pg::Session& session, const Migration& m, Built& built)
      : session_(session), migration_(m), built_(built) {}

  absl::Status Run() {
    RETURN_IF_ERROR(CheckStaysInside(migration_));
    RETURN_IF_ERROR(CheckRole());
    for (const Segment& segment : migration_.up) {
      const auto finish = absl::MakeCleanup([this] { session_.Rollback(); });
      RETURN_IF_ERROR(RunSegment(segment));
    }
    ++built_.migrations;
    return absl::OkStatus();
  }

 private:
  absl::Status RunSegment(const Segment& segment) {
    switch (segment.kind) {
      case Segment::Kind::kStandalone:
        return Standalone(segment);
      case Segment::Kind::kTransform:
        return Transform(segment);
      case Segment::Kind::kTransaction:
      case Segment::Kind::kBackfill:
        break;
    }
    return Transaction(segment);
  }

  // Its program stands beside a target. Where the query finds no row, there is nothing for it to answer.
  absl::Status Transform(const Segment& segment) {
    const sql::Statement& query = segment.statements.front();
    RETURN_IF_ERROR(session_.Begin());
    RETURN_IF_ERROR(Prepare(true));
    const auto rows = session_.Query(absl::StrCat("SELECT FROM (", query.text, "\n) AS wanted LIMIT 1"));
    if (!rows.ok()) return AtStatement(migration_, query, nullptr, rows.status());
    const std::string program = absl::StrCat("program \"", segment.program, "\"");
    if (!rows->empty()) {
      return AtStatement(
          migration_, query, nullptr,
          Error(ErrorCode::kScratch, absl::StrCat("the migrations before it leave rows for ", program,
                                                  ", and programs run beside targets only"))
              .Next("build up to a version before it"));
    }
    built_.notes.push_back(absl::StrCat(migration_.version.ToString(), ": ", program,
                                        " was not run, for a scratch database has no row for it"));
    return absl::OkStatus();
  }

  absl::Status CheckRole() {
    if (migration_.role.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const pg::Rows rows,
                     session_.Query("SELECT pg_catalog.bool_or(pg_catalog.pg_has_role(r.oid, 'MEMBER')) FROM"
                                    " pg_catalog.pg_roles r WHERE r.rolname = $1",
                                    {migration_.role}));
    if (pg::IsTrue(rows.at(0, 0))) return absl::OkStatus();
    return Error(ErrorCode::kScratch,
                 rows.at(0, 0).has_value()
                     ? absl::StrCat("the scratch login is no member of role \"", migration_.role, "\"")
                     : absl::StrCat("the scratch server has no role \"", migration_.role, "\""))
        .At(migration_.file)
        .Next(absl::StrCat("on the scratch server: CREATE ROLE ", sql::QuoteIdentifier(migration_.role),
                           ", and GRANT it to the scratch login"));
  }

  // `local`: until the end of the transaction.
  absl::Status Prepare(bool local) {
    const std::string scope = local ? "true" : "false";
    RETURN_IF_ERROR(session_
                        .Query("SELECT pg_catalog.set_config('search_path', $1, $2::pg_catalog.bool),"
                               " pg_catalog.set_config('lock_timeout', '0', $2::pg_catalog.bool)",
                               {migration_.search_path, scope})
                        .status());
    if (migration_.role.empty()) return absl::OkStatus();
    return session_
        .Query("SELECT pg_catalog.set_config('role', $1, $2::pg_catalog.bool)", {migration_.role, scope})
        .status();
  }

  absl::Status Statements(const Segment& segment) {
    for (const sql::Statement& statement : segment.statements) {
      const absl::Status done = session_.Query(statement.text).status();
      if (!done.ok()) return AtStatement(migration_, statement, &session_, done);
    }
    return absl::OkStatus();
  }

  absl::Status Transaction(const Segment& segment) {
    RETURN_IF_ERROR(session_.Begin());
    RETURN_IF_ERROR(Prepare(true));
    RETURN_IF_ERROR(Statements(segment));
    return AtStatement(migration_, segment.statements.back(), nullptr, session_.Commit());
  }

  absl::Status Standalone(const Segment& segment) {
    RETURN_IF_ERROR(Prepare(false));
    return Statements(segment);
  }

  pg::Session& session_;
  const Migration& migration_;
  Built& built_;
};

}  // namespace

absl::StatusOr<Built> BuildPlan(const Database& database, const migration::Plan& plan,
                                const migration::Version& to, const Running& running) {
  if (plan.Find(to.ToString()) == nullptr) {
    return Error(ErrorCode::kVersionUnknown, absl::StrCat("the plan has no version ", to.ToString()));
  }
  Built built;
  for (const Migration& m : plan.migrations) {
    if (m.version > to) break;
    ASSIGN_OR_RETURN(const auto session, database.Open());
    if (running) running(session->canceller());
    const absl::Status done = Builder(*session, m, built).Run();
    if (!done.ok()) {
      return Annotate(ScratchError(done, absl::StrCat(m.version.ToString(), " fails in a scratch database")),
                      [](ErrorDetail& detail) {
                        detail.target_state = "unchanged: only a scratch database was touched";
                      });
    }
  }
  return built;
}

absl::StatusOr<schema::Snapshot> SnapshotOfPlan(const pg::ConnectSettings& server,
                                                const migration::Plan& plan, const migration::Version& to,
                                                const Running& running) {
  ASSIGN_OR_RETURN(const auto database, Database::Create(server));
  RETURN_IF_ERROR(BuildPlan(*database, plan, to, running).status());
  ASSIGN_OR_RETURN(const auto session, database->Open());
  if (running) running(session->canceller());
  return pg::ReadSnapshot(*session);
}

}  // namespace ferry::scratch
