#include "pg/session/wire.h"

#include <poll.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/clock.h"
#include "core/base/error.h"

namespace ferry::pg {
namespace {

// The last ":  SSSSS: text" of a verbose message.
LastError ParseVerbose(absl::string_view text) {
  LastError error;
  std::vector<absl::string_view> kept;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipWhitespace())) {
    for (size_t at = line.find(":  "); at != absl::string_view::npos; at = line.find(":  ", at + 1)) {
      const absl::string_view rest = line.substr(at + 3);
      if (rest.size() < 7 || rest.substr(5, 2) != ": ") continue;
      const absl::string_view state = rest.substr(0, 5);
      if (state.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != absl::string_view::npos)
        continue;
      error.sqlstate = std::string(state);
      error.message = std::string(rest.substr(7));
    }
    kept.push_back(absl::StripAsciiWhitespace(line));
  }
  if (error.sqlstate.empty()) error.message = absl::StrJoin(kept, "; ");
  return error;
}

// Why connecting failed. Without a socket, an SQLSTATE or a host in its words, libpq has refused the settings
// themselves.
absl::Status ConnectFailure(const PGconn* connection, const ConnectSettings& settings) {
  const LastError error = ParseVerbose(PQerrorMessage(connection));
  ErrorCode code = ErrorCode::kDatabaseUnreachable;
  if (absl::StartsWith(error.sqlstate, "28") || PQconnectionNeedsPassword(connection) != 0) {
    code = ErrorCode::kAuthentication;
  } else if (error.sqlstate == "42501") {
    code = ErrorCode::kPrivilege;
  } else if (error.sqlstate == "3D000" || (error.sqlstate.empty() && PQsocket(connection) < 0 &&
                                           !absl::StrContains(error.message, "connection to server") &&
                                           !absl::StrContains(error.message, "host name"))) {
    code = ErrorCode::kConnectionSetting;
  }
  return Error(code, absl::StrCat("cannot connect to ", Describe(settings), ": ", error.message))
      .Sqlstate(error.sqlstate);
}

absl::Duration TimeoutOf(PGconn* connection) {
  int seconds = 0;
  if (!absl::SimpleAtoi(SettingsOf(connection).parameters["connect_timeout"], &seconds) || seconds <= 0)
    seconds = 10;
  return absl::Seconds(seconds);
}

// True when connected; false with libpq's message otherwise, or without one when the time was up.
bool PollUntilConnected(PGconn* connection, bool& timed_out) {
  const absl::Duration end = SystemClock().Elapsed() + TimeoutOf(connection);
  PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
  while (wanted != PGRES_POLLING_OK && wanted != PGRES_POLLING_FAILED) {
    pollfd descriptor{};
    descriptor.fd = PQsocket(connection);
    descriptor.events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    const absl::Duration left = end - SystemClock().Elapsed();
    timed_out = left <= absl::ZeroDuration();
    if (timed_out) return false;
    const int ready = ::poll(&descriptor, 1, static_cast<int>(absl::ToInt64Milliseconds(left)) + 1);
    if (ready > 0) wanted = PQconnectPoll(connection);
  }
  return wanted == PGRES_POLLING_OK;
}

std::vector<const char*> Pointers(const std::vector<Value>& params) {
  std::vector<const char*> values;
  values.reserve(params.size());
  for (const Value& param : params) values.push_back(param.has_value() ? param->c_str() : nullptr);
  return values;
}

// COPY is between a client's file and the server: nothing of ours. The server's error for it is what remains.
Result EndCopy(PGconn* connection, Result result) {
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_COPY_IN) PQputCopyEnd(connection, "COPY FROM STDIN has no data here");
  if (status == PGRES_COPY_OUT) {
    char* data = nullptr;
    while (PQgetCopyData(connection, &data, 0) > 0) PQfreemem(data);
  }
  if (status != PGRES_COPY_IN && status != PGRES_COPY_OUT) return result;
  Result last = std::move(result);
  while (Result next{PQgetResult(connection)}) {
    if (PQresultStatus(next.get()) != PGRES_COMMAND_OK) last = std::move(next);
  }
  return last;
}

}  // namespace

ConnectSettings SettingsOf(PGconn* connection) {
  ConnectSettings settings;
  PQconninfoOption* options = PQconninfo(connection);
  for (const PQconninfoOption* option = options; option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr && *option->val != '\0') settings.parameters[option->keyword] = option->val;
  }
  PQconninfoFree(options);
  return settings;
}

absl::StatusOr<PGconn*> Connect(const ConnectSettings& settings, absl::string_view application_name) {
  ASSIGN_OR_RETURN(const std::string text, ConnectionString(settings, application_name));
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  std::unique_ptr<PGconn, Finish> connection(PQconnectStart(text.c_str()));
  if (connection == nullptr) return Error(ErrorCode::kInternal, "libpq has no memory for a connection");
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  if (PQstatus(connection.get()) == CONNECTION_BAD) return ConnectFailure(connection.get(), settings);
  bool timed_out = false;
  if (!PollUntilConnected(connection.get(), timed_out)) {
    if (!timed_out) return ConnectFailure(connection.get(), settings);
    return Error(ErrorCode::kDatabaseUnreachable,
                 absl::StrCat("cannot connect to ", Describe(settings), ": no answer within ",
                              absl::FormatDuration(TimeoutOf(connection.get()))));
  }
  PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
  return connection.release();
}

bool SendAll(PGconn* connection, const std::vector<Sent>& statements) {
  bool good = PQenterPipelineMode(connection) != 0;
  for (const Sent& sent : statements) {
    const std::vector<const char*> values = Pointers(sent.params);
    good = good &&
           PQsendQueryParams(connection, sent.sql.c_str(), static_cast<int>(values.size()), nullptr,
                             values.data(), nullptr, nullptr, 0) != 0 &&
           PQsendFlushRequest(connection) != 0;
  }
  return good && PQpipelineSync(connection) != 0;
}

Result TakeOne(PGconn* connection) {
  Result result(PQgetResult(connection));
  if (result != nullptr) {
    while (Result more{PQgetResult(connection)}) {
    }
  }
  return result;
}

void EndPipeline(PGconn* connection) {
  // PGRES_PIPELINE_SYNC; nothing on a broken connection.
  const Result sync(PQgetResult(connection));
  PQexitPipelineMode(connection);
}

Result Execute(PGconn* connection, const std::string& sql, const std::vector<Value>& params) {
  const std::vector<const char*> values = Pointers(params);
  Result result(PQexecParams(connection, sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                             nullptr, nullptr, 0));
  return result == nullptr ? std::move(result) : EndCopy(connection, std::move(result));
}

std::optional<absl::string_view> CopyLines::Next(PGconn* connection, Result& end) {
  end.reset();
  while (true) {
    if (copying_) {
      char* data = nullptr;
      const int size = PQgetCopyData(connection, &data, 0);
      buffer_.reset(data);
      if (size > 0) return absl::string_view(data, static_cast<size_t>(size) - 1);
    }
    Result result(PQgetResult(connection));
    const ExecStatusType status = PQresultStatus(result.get());
    copying_ = status == PGRES_COPY_OUT && PQstatus(connection) == CONNECTION_OK;
    if (copying_) continue;
    if (status != PGRES_COMMAND_OK) {
      end = std::move(result);
      if (end == nullptr) end.reset(PQmakeEmptyPGresult(connection, PGRES_FATAL_ERROR));
    }
    return std::nullopt;
  }
}

std::string FieldOf(const PGresult* result, int field) {
  const char* value = PQresultErrorField(result, field);
  return value == nullptr ? std::string() : std::string(value);
}

Rows RowsOf(const PGresult* result) {
  Rows out;
  // libpq's accessors take a result that they do not change, but say so only here and there.
  PGresult* source = const_cast<PGresult*>(result);
  out.tag = PQcmdStatus(source);
  if (!absl::SimpleAtoi(PQcmdTuples(source), &out.affected)) out.affected = 0;
  const int columns = PQnfields(result);
  for (int column = 0; column < columns; ++column) out.columns.emplace_back(PQfname(result, column));
  out.rows.resize(static_cast<size_t>(PQntuples(result)));
  for (size_t row = 0; row < out.rows.size(); ++row) {
    out.rows[row].resize(out.columns.size());
    for (int column = 0; column < columns; ++column) {
      const int at = static_cast<int>(row);
      if (PQgetisnull(result, at, column) != 0) continue;
      out.rows[row][static_cast<size_t>(column)] =
          std::string(PQgetvalue(result, at, column), static_cast<size_t>(PQgetlength(result, at, column)));
    }
  }
  return out;
}

LastError ErrorOf(const PGconn* connection, const PGresult* result) {
  LastError error;
  error.sqlstate = FieldOf(result, PG_DIAG_SQLSTATE);
  error.message = FieldOf(result, PG_DIAG_MESSAGE_PRIMARY);
  error.severity = FieldOf(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  error.hint = FieldOf(result, PG_DIAG_MESSAGE_HINT);
  if (!absl::SimpleAtoi(FieldOf(result, PG_DIAG_STATEMENT_POSITION), &error.position)) error.position = 0;
  error.schema = FieldOf(result, PG_DIAG_SCHEMA_NAME);
  error.table = FieldOf(result, PG_DIAG_TABLE_NAME);
  error.column = FieldOf(result, PG_DIAG_COLUMN_NAME);
  error.constraint = FieldOf(result, PG_DIAG_CONSTRAINT_NAME);
  if (error.message.empty()) {
    const std::string text = PQerrorMessage(connection);
    error.message = absl::StrJoin(absl::StrSplit(text.empty() ? "the connection is lost" : text,
                                                 absl::ByAnyChar("\n\t"), absl::SkipWhitespace()),
                                  " ");
  }
  return error;
}

}  // namespace ferry::pg
