// What every statement that runs in a scratch database has in common. One thread a session.
#ifndef FERRY_PG_SCRATCH_STATEMENT_H_
#define FERRY_PG_SCRATCH_STATEMENT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/sql/statement.h"
#include "pg/session/session.h"

namespace ferry::scratch {

// kScratch, with the statement and its place in `file`, when what it changes would outlive the scratch
// database: roles, databases, tablespaces, subscriptions, the server's settings. `what` is named as not
// built.
absl::Status CheckStaysInside(const sql::Statement& statement, absl::string_view file,
                              absl::string_view what);

// `status` with the statement and its place in `file`: the very character that the server named when
// `session` is the one on which it failed, else (nullptr) the statement's beginning.
absl::Status AtStatement(absl::string_view file, const sql::Statement& statement, const pg::Session* session,
                         const absl::Status& status);

// ScratchError (database.h), saying that nothing but a scratch database was touched. OK stays OK.
absl::Status AsScratchError(const absl::Status& status, absl::string_view what);

}  // namespace ferry::scratch

#endif  // FERRY_PG_SCRATCH_STATEMENT_H_
