#include "pg/scratch/statement.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/tokens.h"
#include "pg/scratch/database.h"

namespace ferry::scratch {
namespace {

// What they change is the server's, or a real database's.
constexpr std::array<const char*, 16> kBeyondTheDatabase = {
    "CREATE ROLE",       "ALTER ROLE",         "DROP ROLE",         "GRANT ROLE",
    "REVOKE ROLE",       "CREATE DATABASE",    "ALTER DATABASE",    "DROP DATABASE",
    "CREATE TABLESPACE", "ALTER TABLESPACE",   "DROP TABLESPACE",   "CREATE SUBSCRIPTION",
    "ALTER SYSTEM",      "ALTER SUBSCRIPTION", "DROP SUBSCRIPTION", "REASSIGN OWNED"};

}  // namespace

absl::Status CheckStaysInside(const sql::Statement& statement, absl::string_view file,
                              absl::string_view what) {
  if (std::find(kBeyondTheDatabase.begin(), kBeyondTheDatabase.end(), statement.tag) ==
      kBeyondTheDatabase.end()) {
    return absl::OkStatus();
  }
  return Error(ErrorCode::kScratch, absl::StrCat(statement.tag, " reaches beyond its database, so ", what,
                                                 " is not built in a scratch database"))
      .At(file, statement.line, statement.column)
      .Statement(statement.text)
      .Next("keep such statements out of schemas: roles and databases belong to the server");
}

absl::Status AtStatement(absl::string_view file, const sql::Statement& statement, const pg::Session* session,
                         const absl::Status& status) {
  return Annotate(status, [&](ErrorDetail& detail) {
    detail.file = std::string(file);
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

absl::Status AsScratchError(const absl::Status& status, absl::string_view what) {
  if (status.ok()) return status;
  return Annotate(ScratchError(status, what), [](ErrorDetail& detail) {
    detail.target_state = "unchanged: only a scratch database was touched";
  });
}

}  // namespace ferry::scratch
