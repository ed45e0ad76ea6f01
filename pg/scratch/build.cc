#include "pg/scratch/build.h"

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "pg/catalog/snapshot.h"
#include "pg/scratch/statement.h"

namespace ferry::scratch {
namespace {

using migration::Migration;
using migration::Segment;

absl::Status CheckAllStaysInside(const Migration& m, const std::vector<Segment>& segments) {
  for (const Segment& segment : segments) {
    for (const sql::Statement& statement : segment.statements) {
      RETURN_IF_ERROR(CheckStaysInside(statement, m.file, m.id()));
    }
  }
  return absl::OkStatus();
}

// One migration on a session of its own, so that what it sets ends with it.
class Builder {
 public:
  Builder(pg::Session& session, const Migration& m, Built& built)
      : session_(session), migration_(m), built_(built) {}

  absl::Status Run(const std::vector<Segment>& segments) {
    RETURN_IF_ERROR(CheckAllStaysInside(migration_, segments));
    RETURN_IF_ERROR(CheckRole());
    for (const Segment& segment : segments) {
      const auto finish = absl::MakeCleanup([this] { session_.Rollback(); });
      RETURN_IF_ERROR(RunSegment(segment));
    }
    ++built_.migrations;
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<bool>> Verify() {
    RETURN_IF_ERROR(CheckRole());
    const auto finish = absl::MakeCleanup([this] { session_.Rollback(); });
    RETURN_IF_ERROR(session_.Begin());
    RETURN_IF_ERROR(session_.Query("SET TRANSACTION READ ONLY").status());
    RETURN_IF_ERROR(Prepare(true));
    std::vector<bool> answers;
    for (const sql::Statement& query : migration_.verify) {
      const auto rows = session_.Query(query.text);
      if (!rows.ok()) return AtStatement(migration_.file, query, &session_, rows.status());
      if (rows->size() != 1) {
        return AtStatement(migration_.file, query, nullptr,
                           Error(ErrorCode::kScratch, "a verify query answers with one row"));
      }
      answers.push_back(pg::IsTrue(rows->at(0, 0)));
    }
    return answers;
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
    if (!rows.ok()) return AtStatement(migration_.file, query, nullptr, rows.status());
    const std::string program = absl::StrCat("program \"", segment.program, "\"");
    if (!rows->empty()) {
      return AtStatement(
          migration_.file, query, nullptr,
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
      if (!done.ok()) return AtStatement(migration_.file, statement, &session_, done);
    }
    return absl::OkStatus();
  }

  absl::Status Transaction(const Segment& segment) {
    RETURN_IF_ERROR(session_.Begin());
    RETURN_IF_ERROR(Prepare(true));
    RETURN_IF_ERROR(Statements(segment));
    return AtStatement(migration_.file, segment.statements.back(), nullptr, session_.Commit());
  }

  absl::Status Standalone(const Segment& segment) {
    RETURN_IF_ERROR(Prepare(false));
    return Statements(segment);
  }

  pg::Session& session_;
  const Migration& migration_;
  Built& built_;
};

absl::Status BuildOne(const Database& database, const Migration& m, const std::vector<Segment>& segments,
                      const Running& running, Built& built) {
  ASSIGN_OR_RETURN(const auto session, database.Open());
  if (running) running(session->canceller());
  return AsScratchError(Builder(*session, m, built).Run(segments),
                        absl::StrCat(m.id(), " fails in a scratch database"));
}

}  // namespace

absl::StatusOr<Built> BuildPlan(const Database& database, const migration::Plan& plan,
                                const migration::Version& to, const Running& running) {
  if (plan.Find(to.ToString()) == nullptr) {
    return Error(ErrorCode::kVersionUnknown, absl::StrCat("the plan has no version ", to.ToString()));
  }
  Built built;
  for (const Migration& m : plan.migrations) {
    if (m.version > to) break;
    RETURN_IF_ERROR(BuildOne(database, m, m.up, running, built));
  }
  return built;
}

absl::StatusOr<Built> BuildWhole(const Database& database, const migration::Plan& plan,
                                 const Running& running) {
  ASSIGN_OR_RETURN(Built built, BuildPlan(database, plan, plan.migrations.back().version, running));
  for (const Migration& m : plan.repeatables) RETURN_IF_ERROR(BuildOne(database, m, m.up, running, built));
  return built;
}

absl::Status RunMigration(const Database& database, const Migration& m, Way way, const Running& running) {
  Built built;
  return BuildOne(database, m, way == Way::kUp ? m.up : m.down, running, built);
}

absl::StatusOr<std::vector<bool>> RunVerify(const Database& database, const Migration& m,
                                            const Running& running) {
  ASSIGN_OR_RETURN(const auto session, database.Open());
  if (running) running(session->canceller());
  Built built;
  absl::StatusOr<std::vector<bool>> answers = Builder(*session, m, built).Verify();
  if (answers.ok()) return answers;
  return AsScratchError(answers.status(), absl::StrCat("verify of ", m.id(), " fails in a scratch database"));
}

absl::StatusOr<schema::Snapshot> SnapshotOf(const Database& database, const Running& running,
                                            const pg::ReadOptions& options) {
  ASSIGN_OR_RETURN(const auto session, database.Open());
  if (running) running(session->canceller());
  return pg::ReadSnapshot(*session, options);
}

absl::StatusOr<schema::Snapshot> SnapshotOfPlan(const pg::ConnectSettings& server,
                                                const migration::Plan& plan, const migration::Version& to,
                                                const Running& running) {
  ASSIGN_OR_RETURN(const auto database, Database::Create(server));
  RETURN_IF_ERROR(BuildPlan(*database, plan, to, running).status());
  return SnapshotOf(*database, running);
}

}  // namespace ferry::scratch
