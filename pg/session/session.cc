#include "pg/session/session.h"

#include <atomic>
#include <exception>
#include <pqxx/connection_base>
#include <pqxx/connectionpolicy>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/session/wire.h"

namespace ferry::pg {
namespace {

// Hands libpqxx the one connection that Connect made, once.
class OneConnection : public pqxx::connectionpolicy {
 public:
  explicit OneConnection(PGconn* connection)
      : pqxx::connectionpolicy(std::string()), connection_(connection) {}
  ~OneConnection() noexcept override { PQfinish(connection_); }
  OneConnection(const OneConnection&) = delete;
  OneConnection& operator=(const OneConnection&) = delete;

  handle do_startconnect(handle present) override {
    if (present != nullptr) return present;
    if (given_) throw pqxx::broken_connection("a lost connection is not opened again");
    given_ = true;
    return connection_;
  }
  handle do_completeconnect(handle present) override { return present; }
  handle do_dropconnect(handle present) noexcept override { return present; }
  // The connection ends with this object, so that the PGconn outlives whatever libpqxx thinks of it.
  handle do_disconnect(handle) noexcept override { return nullptr; }
  bool is_ready(handle present) const noexcept override { return present != nullptr; }

  PGconn* get() const { return connection_; }

 private:
  PGconn* const connection_;
  bool given_ = false;
};

class PqxxConnection : public pqxx::connection_base {
 public:
  explicit PqxxConnection(OneConnection& policy) : pqxx::connection_base(policy) {
    init();
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    inhibit_reactivation(true);
#pragma GCC diagnostic pop
  }
  ~PqxxConnection() noexcept { close(); }
};

absl::Status CheckText(absl::string_view sql, const std::vector<std::optional<std::string>>& params) {
  for (const Value& param : params) {
    if (param.has_value() && param->find('\0') != std::string::npos) {
      return Error(ErrorCode::kStatementFailed, "a parameter contains a zero byte").Statement(sql);
    }
  }
  if (sql.find('\0') != absl::string_view::npos) {
    return Error(ErrorCode::kStatementFailed, "the statement contains a zero byte");
  }
  return absl::OkStatus();
}

constexpr char kOutcomeUnknown[] =
    "the connection was lost while COMMIT ran: whether it took effect is not known";

}  // namespace

struct Canceller::State {
  explicit State(PGconn* connection) : handle(PQgetCancel(connection)) {}
  ~State() { PQfreeCancel(handle); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  PGcancel* const handle;  // never changed, and PQcancel may be called by any thread
  std::atomic<bool> used{false};
};

absl::Status Canceller::Cancel() const {
  char text[256] = "";
  state_->used = true;
  if (PQcancel(state_->handle, text, sizeof(text)) != 0) return absl::OkStatus();
  return Error(ErrorCode::kDatabaseUnreachable, absl::StrCat("cannot send the request to cancel: ", text));
}

struct Session::Connection {
  explicit Connection(PGconn* handle)
      : policy(handle),
        pqxx(policy),
        cancel(std::make_shared<Canceller::State>(handle)),
        pid(PQbackendPID(handle)) {
    PQsetNoticeReceiver(handle, &Connection::Receive, this);
  }

  static void Receive(void* self, const PGresult* notice) {
    const auto& receiver = static_cast<Connection*>(self)->receiver;
    if (!receiver) return;
    receiver({FieldOf(notice, PG_DIAG_SEVERITY_NONLOCALIZED), FieldOf(notice, PG_DIAG_SQLSTATE),
              FieldOf(notice, PG_DIAG_MESSAGE_PRIMARY)});
  }

  OneConnection policy;
  PqxxConnection pqxx;
  std::shared_ptr<Canceller::State> cancel;
  const int pid;
  LastError error;
  std::vector<std::string> copies;  // queries of StartCopy
  size_t copied = 0;                // how many of them have ended
  CopyLines lines;
  std::function<void(const Notice&)> receiver;
};

Session::Session(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Session::~Session() = default;

absl::StatusOr<std::unique_ptr<Session>> Session::Open(const ConnectSettings& settings,
                                                       absl::string_view application_name) {
  ASSIGN_OR_RETURN(PGconn* const handle, Connect(settings, application_name));
  try {
    std::unique_ptr<Session> session(new Session(std::make_unique<Connection>(handle)));
    RETURN_IF_ERROR(session->ApplySettings());
    return session;
  } catch (const std::exception& problem) {
    return Error(ErrorCode::kDatabaseUnreachable,
                 absl::StrCat("cannot connect to ", Describe(settings), ": ", problem.what()));
  }
}

absl::Status Session::ApplySettings() {
  // Only names of pg_catalog, until the first is set: a role's own search_path may stand before it.
  constexpr absl::string_view kSettings =
      "SELECT pg_catalog.set_config('search_path', '', false),"
      " pg_catalog.set_config('standard_conforming_strings', 'on', false),"
      " pg_catalog.set_config('lock_timeout', '5s', false),"
      " pg_catalog.set_config('idle_in_transaction_session_timeout', '5min', false)";
  constexpr absl::string_view kWithCheck =
      ", pg_catalog.set_config('client_connection_check_interval', '500ms', false)";
  const bool known = server_version() >= 140000;
  absl::Status set = Query(absl::StrCat(kSettings, known ? kWithCheck : "")).status();
  // A server on a platform that cannot check refuses any value but 0.
  if (known && DetailOf(set).sqlstate == "22023") set = Query(kSettings).status();
  RETURN_IF_ERROR(set);
  connection_->error = {};
  return absl::OkStatus();
}

absl::StatusOr<Rows> Session::Query(absl::string_view sql,
                                    const std::vector<std::optional<std::string>>& params) {
  PGconn* const handle = connection_->policy.get();
  connection_->error = {};
  RETURN_IF_ERROR(CheckText(sql, params));
  const Result result = Execute(handle, std::string(sql), params);
  switch (PQresultStatus(result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      return RowsOf(result.get());
    case PGRES_EMPTY_QUERY:
      return Error(ErrorCode::kStatementFailed, "the statement is empty");
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
      return Error(ErrorCode::kStatementFailed, "COPY to or from the client cannot run here").Statement(sql);
    default:
      break;
  }
  connection_->error = ErrorOf(handle, result.get());
  return Failed(sql);
}

absl::Status Session::QueryAll(const std::vector<Sent>& statements,
                               absl::FunctionRef<absl::Status(size_t, const Rows&)> answer) {
  PGconn* const handle = connection_->policy.get();
  connection_->error = {};
  for (const Sent& sent : statements) RETURN_IF_ERROR(CheckText(sent.sql, sent.params));
  if (!SendAll(handle, statements)) {
    connection_->error = ErrorOf(handle, nullptr);
    return Failed(statements.empty() ? "" : statements.front().sql);
  }
  absl::Status status;
  for (size_t i = 0; i < statements.size(); ++i) {
    const Result result = TakeOne(handle);
    const ExecStatusType how = PQresultStatus(result.get());
    if (!status.ok() || how == PGRES_PIPELINE_ABORTED) continue;
    if (how == PGRES_COMMAND_OK || how == PGRES_TUPLES_OK) {
      status = answer(i, RowsOf(result.get()));
    } else {
      connection_->error = ErrorOf(handle, result.get());
      status = Failed(statements[i].sql);
    }
  }
  EndPipeline(handle);
  return status;
}

absl::Status Session::Failed(absl::string_view sql) {
  const bool cancelled = connection_->error.sqlstate == "57014" && connection_->cancel->used.exchange(false);
  return StatusOf(connection_->error, sql, cancelled);
}

absl::Status Session::StartCopy(std::vector<std::string> queries) {
  PGconn* const handle = connection_->policy.get();
  connection_->error = {};
  std::string all;
  for (const std::string& query : queries) absl::StrAppend(&all, "COPY (", query, "\n) TO STDOUT;");
  connection_->copies = std::move(queries);
  connection_->copied = 0;
  connection_->lines = {};
  if (PQsendQuery(handle, all.c_str()) != 0) return absl::OkStatus();
  connection_->error = ErrorOf(handle, nullptr);
  return Failed(all);
}

absl::StatusOr<std::optional<absl::string_view>> Session::NextRow() {
  const std::vector<std::string>& copies = connection_->copies;
  if (connection_->copied >= copies.size())
    return Error(ErrorCode::kInternal, "no query is left to take rows of");
  Result end;
  const auto line = connection_->lines.Next(connection_->policy.get(), end);
  if (line.has_value()) return line;
  const std::string& sql = copies[connection_->copied++];
  if (end == nullptr && connection_->copied == copies.size()) {
    // What the server sends last, so that the session is free again.
    while (Result last{PQgetResult(connection_->policy.get())}) end = std::move(last);
  }
  if (end == nullptr) return std::nullopt;
  connection_->error = ErrorOf(connection_->policy.get(), end.get());
  const absl::Status status = Failed(sql);
  connection_->copies.clear();
  return status;
}

absl::Status Session::Begin() {
  if (in_transaction()) return Error(ErrorCode::kInternal, "a transaction is already open on this session");
  return Query("BEGIN").status();
}

absl::Status Session::Commit() {
  switch (transaction_status()) {
    case TransactionStatus::kUnknown:
      return Error(ErrorCode::kDatabaseUnreachable, "the connection was lost before COMMIT was sent")
          .TargetState("the transaction was rolled back");
    case TransactionStatus::kIdle:
      return Error(ErrorCode::kEmbeddedTransaction, "no transaction is open any more: a statement ended it");
    case TransactionStatus::kInTransaction:
    case TransactionStatus::kFailed:
      break;
  }
  const absl::StatusOr<Rows> answer = Query("COMMIT");
  if (broken()) {
    return Error(ErrorCode::kOutcomeUnknown, kOutcomeUnknown)
        .Statement("COMMIT")
        .Sqlstate(last_error().sqlstate);
  }
  RETURN_IF_ERROR(answer.status());
  if (answer->tag == "COMMIT") return absl::OkStatus();
  return Error(ErrorCode::kStatementFailed,
               "the server rolled back instead of committing, because a statement before had failed")
      .Statement("COMMIT");
}

void Session::Rollback() {
  if (!in_transaction() || broken()) return;
  const LastError kept = connection_->error;
  Query("ROLLBACK").status().IgnoreError();
  connection_->error = kept;
}

absl::StatusOr<std::string> Session::CurrentXid() {
  ASSIGN_OR_RETURN(const Rows rows, Query("SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text"));
  return rows.at(0, 0).value_or("");
}

std::string Session::user() const { return PQuser(connection_->policy.get()); }
int Session::backend_pid() const { return connection_->pid; }
int Session::server_version() const { return PQserverVersion(connection_->policy.get()); }
bool Session::broken() const { return PQstatus(connection_->policy.get()) != CONNECTION_OK; }
const LastError& Session::last_error() const { return connection_->error; }
Canceller Session::canceller() const { return Canceller(connection_->cancel); }

ConnectSettings Session::EffectiveSettings() const { return SettingsOf(connection_->policy.get()); }

bool Session::in_transaction() const {
  const TransactionStatus status = transaction_status();
  return status == TransactionStatus::kInTransaction || status == TransactionStatus::kFailed;
}

TransactionStatus Session::transaction_status() const {
  switch (PQtransactionStatus(connection_->policy.get())) {
    case PQTRANS_IDLE:
      return TransactionStatus::kIdle;
    case PQTRANS_INTRANS:
    case PQTRANS_ACTIVE:
      return TransactionStatus::kInTransaction;
    case PQTRANS_INERROR:
      return TransactionStatus::kFailed;
    case PQTRANS_UNKNOWN:
      break;
  }
  return TransactionStatus::kUnknown;
}

void Session::OnNotice(std::function<void(const Notice&)> receiver) {
  connection_->receiver = std::move(receiver);
}

}  // namespace ferry::pg
