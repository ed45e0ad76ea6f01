#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/session/session.h"

namespace ferry::pg {
namespace {

ErrorCode CodeOfSqlstate(absl::string_view sqlstate, bool cancelled) {
  if (sqlstate == "55P03" || sqlstate == "40P01" || sqlstate == "40001") return ErrorCode::kLockTimeout;
  if (sqlstate == "57014") return cancelled ? ErrorCode::kCancelled : ErrorCode::kDeadlineExceeded;
  if (sqlstate == "42501") return ErrorCode::kPrivilege;
  if (sqlstate == "25006") return ErrorCode::kStandby;
  if (absl::StartsWith(sqlstate, "28")) return ErrorCode::kAuthentication;
  if (sqlstate.empty() || sqlstate == "25P03" || sqlstate == "53300" || absl::StartsWith(sqlstate, "08") ||
      absl::StartsWith(sqlstate, "57P")) {
    return ErrorCode::kDatabaseUnreachable;
  }
  return ErrorCode::kStatementFailed;
}

}  // namespace

absl::Status StatusOf(const LastError& error, absl::string_view sql, bool cancelled) {
  return Error(CodeOfSqlstate(error.sqlstate, cancelled), error.message)
      .Statement(sql)
      .Sqlstate(error.sqlstate);
}

}  // namespace ferry::pg
