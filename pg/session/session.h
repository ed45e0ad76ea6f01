// One backend of a PostgreSQL server: queries, transactions, cancelling. Together with its neighbours here
// the only place that includes libpqxx and libpq, and the only one that catches libpqxx's exceptions.
//
// libpqxx owns the connection through a policy of ours, and libpq works on the same PGconn, because
// libpqxx 6.4.5 hides the command tag and the fields of an error. libpqxx would reconnect silently on a new
// backend, without our locks and settings: that is inhibited. A broken session stays broken; open a new one
// and look at the ledger.
#ifndef FERRY_PG_SESSION_SESSION_H_
#define FERRY_PG_SESSION_SESSION_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pg/session/connect.h"
#include "pg/session/rows.h"

namespace ferry::pg {

enum class TransactionStatus {
  kIdle,           // outside a transaction block
  kInTransaction,  // inside one, and it can go on
  kFailed,         // inside one that can only be rolled back
  kUnknown,        // the connection is broken
};

// Stops what a session is doing. Copyable, any thread, usable after the session is gone (then without
// effect).
class Canceller {
 public:
  // Asks the server, over a connection of its own, to cancel the statement that runs now; returns when the
  // server has taken the request, not when the statement has ended. Without a running statement it does
  // nothing but mark the session: the next 57014 there is then reported as kCancelled. kDatabaseUnreachable:
  // the request could not be sent.
  absl::Status Cancel() const;

 private:
  friend class Session;
  struct State;
  explicit Canceller(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

// One thread at a time; only Canceller may be used from another one meanwhile. The destructor closes the
// connection, and the server rolls back what is open.
class Session {
 public:
  // Connects and sets, for the session: search_path to nothing (write qualified names), client_encoding UTF8,
  // standard_conforming_strings on, lock_timeout 5s, idle_in_transaction_session_timeout 5min, and
  // client_connection_check_interval 500ms where the server has it (14 and newer, Linux), so that the backend
  // of a dead client ends its statement. TimeZone, DateStyle, statement_timeout and the like stay as the role
  // or database has them. kConnectionSetting (also: no such database), kAuthentication, kPrivilege (no
  // CONNECT), kDatabaseUnreachable.
  static absl::StatusOr<std::unique_ptr<Session>> Open(const ConnectSettings& settings,
                                                       absl::string_view application_name);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Runs exactly one statement ($1, $2, … take `params`, in text format) and returns its whole answer. The
  // extended protocol is used, so the server refuses a string of several statements (42601). COPY to or from
  // the client is refused. An error of the server comes as StatusOf says, with the statement and SQLSTATE in
  // its detail; last_error() has the rest.
  absl::StatusOr<Rows> Query(absl::string_view sql,
                             const std::vector<std::optional<std::string>>& params = {});

  // Runs several statements, each as Query does, but sends them all before it takes the first answer: one
  // round trip (PostgreSQL manual, 34.5, pipeline mode). The server runs none after one that fails. `answer`
  // is called with each answer in order, as it comes; the statements behind run meanwhile, so an error that
  // it returns only ends the calls, and is returned unless the server's is there first. Outside of a
  // transaction block all are one transaction together: there only for what reads. What is sent should fit
  // into the server's buffers (some 30 kB), and COPY is not for here.
  absl::Status QueryAll(const std::vector<Sent>& statements,
                        absl::FunctionRef<absl::Status(size_t, const Rows&)> answer);

  // Sends several queries at once, in order: one round trip. Their rows are then taken by NextRow; the server
  // works on meanwhile, and nothing is kept. What is not taken is dropped by the next Query. `queries` are
  // SELECTs without parameters. kDatabaseUnreachable: they could not be sent.
  absl::Status StartCopy(std::vector<std::string> queries);
  // The next row of the queries of StartCopy as a line of COPY's text format, without the line's end, valid
  // until the session is used again; nothing at the end of each query: then come those of the next one.
  // Errors as of Query; no row comes after one.
  absl::StatusOr<std::optional<absl::string_view>> NextRow();

  // kInternal when a transaction is already open.
  absl::Status Begin();
  // OK only when the server answered with the command tag COMMIT. kStatementFailed: it answered ROLLBACK,
  // because a statement before had failed; or the code of the error that COMMIT itself met (a deferred
  // constraint, the guard): rolled back in all these cases. kEmbeddedTransaction: no transaction was open.
  // kDatabaseUnreachable: broken before COMMIT was sent, so rolled back. kOutcomeUnknown: the connection
  // broke after; ask pg_xact_status and the ledger on a new session.
  absl::Status Commit();
  // Does nothing outside a transaction or on a broken session.
  void Rollback();

  // The 64-bit id of the open transaction, assigned now if it had none: compare before and after foreign
  // statements, and keep it for pg_xact_status. Needs an open transaction: outside one the answer is a
  // transaction of its own.
  absl::StatusOr<std::string> CurrentXid();

  std::string user() const;     // the login's name
  int backend_pid() const;      // as it was when the session opened
  int server_version() const;   // 150004 for 15.4
  bool in_transaction() const;  // kInTransaction or kFailed
  TransactionStatus transaction_status() const;
  bool broken() const;
  const LastError& last_error() const;  // of the last Query, Begin or Commit that failed; else empty
  // Called on this session's thread, within Query, for each notice. An empty function drops them, as does a
  // new session.
  void OnNotice(std::function<void(const Notice&)> receiver);
  Canceller canceller() const;
  // What libpq really connected with, service file and password included: for handing the same login to
  // pg_dump.
  ConnectSettings EffectiveSettings() const;

 private:
  struct Connection;
  explicit Session(std::unique_ptr<Connection> connection);
  absl::Status ApplySettings();
  // The status of the connection's error, which it keeps.
  absl::Status Failed(absl::string_view sql);

  std::unique_ptr<Connection> connection_;
};

// The one table from SQLSTATE to our codes; the message is the primary message, never DETAIL or CONTEXT.
// - 55P03, 40P01, 40001: kLockTimeout (roll back, back off, repeat the whole transaction; the SQLSTATE in the
//   detail tells them apart)
// - 57014: kCancelled when `cancelled`, else kDeadlineExceeded
// - 42501: kPrivilege
// - 28xxx: kAuthentication
// - 08xxx, 57P01 to 57P05, 25P03, 53300, and a broken connection without SQLSTATE: kDatabaseUnreachable
// - 25006: kStandby
// - everything else: kStatementFailed
absl::Status StatusOf(const LastError& error, absl::string_view sql, bool cancelled);

}  // namespace ferry::pg

#endif  // FERRY_PG_SESSION_SESSION_H_
