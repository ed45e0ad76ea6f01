#include "pg/scratch/database.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/error.h"
#include "core/sql/quote.h"

namespace ferry::scratch {
namespace {

constexpr char kApplication[] = "ferry/scratch";
constexpr int64_t kDay = 24 * 3600;
constexpr char kNow[] = "SELECT pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())::pg_catalog.int8";
// $1: prefix, $2: marker. Nobody is in them.
constexpr char kMarked[] =
    "SELECT d.datname, pg_catalog.substr(s.description, pg_catalog.length($2) + 1),"
    " pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())::pg_catalog.int8"
    " FROM pg_catalog.pg_database d JOIN pg_catalog.pg_shdescription s ON s.objoid = d.oid AND"
    " s.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass WHERE pg_catalog.starts_with(d.datname, $1) "
    "AND"
    " pg_catalog.starts_with(s.description, $2) AND NOT EXISTS"
    " (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)";

// What the session was really opened with, service file included, for opening another one.
pg::ConnectSettings SettingsOf(const pg::Session& session) {
  pg::ConnectSettings settings = session.EffectiveSettings();
  for (const char* ours : {"application_name", "fallback_application_name", "client_encoding", "service"}) {
    settings.parameters.erase(ours);
  }
  return settings;
}

// Without FORCE: a database that somebody has entered meanwhile stays. Those of another role stay too.
void DropLeftovers(pg::Session& server) {
  const absl::StatusOr<pg::Rows> found = server.Query(kMarked, {kPrefix, kMarker});
  if (!found.ok()) return;
  for (size_t row = 0; row < found->size(); ++row) {
    int64_t made = 0, now = 0;
    const bool dated = absl::SimpleAtoi(found->at(row, 1).value_or(""), &made) &&
                       absl::SimpleAtoi(found->at(row, 2).value_or(""), &now);
    if (!dated || made > now - kDay) continue;
    server.Query(absl::StrCat("DROP DATABASE ", sql::QuoteIdentifier(found->at(row, 0).value_or(""))))
        .IgnoreError();
  }
}

absl::Status MakeDatabase(pg::Session& server, const std::string& name) {
  return server.Query(absl::StrCat("CREATE DATABASE ", sql::QuoteIdentifier(name), " TEMPLATE template0"))
      .status();
}

absl::Status Mark(pg::Session& server, const std::string& name) {
  ASSIGN_OR_RETURN(const pg::Rows now, server.Query(kNow));
  const std::string marker = absl::StrCat(kMarker, now.at(0, 0).value_or(""));
  return server
      .Query(
          absl::StrCat("COMMENT ON DATABASE ", sql::QuoteIdentifier(name), " IS ", sql::QuoteLiteral(marker)))
      .status();
}

}  // namespace

absl::Status ScratchError(const absl::Status& status, absl::string_view what) {
  for (const ErrorCode passes : {ErrorCode::kDatabaseUnreachable, ErrorCode::kAuthentication,
                                 ErrorCode::kConnectionSetting, ErrorCode::kCancelled, ErrorCode::kScratch}) {
    if (HasCode(status, passes)) return status;
  }
  const absl::Status told = Annotate(status, [](ErrorDetail& detail) { detail.code = ErrorCode::kScratch; });
  return told.ok() ? told : StatusFrom(absl::StrCat(what, ": ", told.message()), DetailOf(told));
}

absl::StatusOr<std::unique_ptr<Database>> Database::Create(const pg::ConnectSettings& server,
                                                           RandomSource& random) {
  ASSIGN_OR_RETURN(auto session, pg::Session::Open(server, kApplication));
  DropLeftovers(*session);
  const std::string name = absl::StrCat(kPrefix, absl::StrFormat("%016x", random.Next()));
  const absl::Status made = MakeDatabase(*session, name);
  if (!made.ok()) {
    return Annotate(ScratchError(made, "no scratch database"), [](ErrorDetail& detail) {
      detail.next = "give the scratch login the right CREATEDB, or name another server for scratch databases";
    });
  }
  pg::ConnectSettings settings = SettingsOf(*session);
  settings.parameters["dbname"] = name;
  std::unique_ptr<Database> database(new Database(std::move(session), std::move(settings), name));
  RETURN_IF_ERROR(ScratchError(Mark(*database->server_, name), "the scratch database cannot be marked"));
  return database;
}

Database::~Database() {
  const std::string drop =
      absl::StrCat("DROP DATABASE IF EXISTS ", sql::QuoteIdentifier(name_), " WITH (FORCE)");
  if (!server_->broken()) {
    server_->Rollback();
    if (server_->Query(drop).ok()) return;
  }
  if (!server_->broken()) return;
  const auto session = pg::Session::Open(SettingsOf(*server_), kApplication);
  if (session.ok()) (*session)->Query(drop).IgnoreError();
}

absl::StatusOr<std::unique_ptr<pg::Session>> Database::Open() const {
  return pg::Session::Open(settings_, kApplication);
}

}  // namespace ferry::scratch
