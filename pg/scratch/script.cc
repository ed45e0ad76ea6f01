#include "pg/scratch/script.h"

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/parser.h"
#include "pg/scratch/statement.h"

namespace ferry::scratch {
namespace {

constexpr char kPrepare[] =
    "SELECT pg_catalog.set_config('search_path', 'public', false),"
    " pg_catalog.set_config('lock_timeout', '0', false)";
constexpr char kUnknownSetting[] = "42704";

absl::Status RunStatements(pg::Session& session, const std::vector<sql::Statement>& statements,
                           absl::string_view file, std::vector<std::string>& notes) {
  RETURN_IF_ERROR(session.Query(kPrepare).status());
  for (const sql::Statement& statement : statements) {
    const absl::Status done = session.Query(statement.text).status();
    if (done.ok()) continue;
    if (statement.kind == sql::Kind::kSet && session.last_error().sqlstate == kUnknownSetting &&
        !session.in_transaction()) {
      notes.push_back(absl::StrCat(file, ":", statement.line,
                                   ": the scratch server has no such setting: ", statement.text));
      continue;
    }
    return AtStatement(file, statement, &session, done);
  }
  if (!session.in_transaction()) return absl::OkStatus();
  return AtStatement(file, statements.back(), nullptr,
                     Error(ErrorCode::kScratch, "the text ends inside a transaction")
                         .Next("end it with COMMIT, or leave BEGIN out"));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> RunScript(const Database& database, absl::string_view text,
                                                   absl::string_view file, const Running& running) {
  ASSIGN_OR_RETURN(const std::vector<sql::Statement> statements, sql::Split(text, file, 1));
  for (const sql::Statement& statement : statements) {
    RETURN_IF_ERROR(CheckStaysInside(statement, file, file));
  }
  std::vector<std::string> notes;
  ASSIGN_OR_RETURN(const auto session, database.Open());
  if (running) running(session->canceller());
  RETURN_IF_ERROR(AsScratchError(RunStatements(*session, statements, file, notes),
                                 absl::StrCat(file, " fails in a scratch database")));
  return notes;
}

}  // namespace ferry::scratch
