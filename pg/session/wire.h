// Inside pg/session: small owners around libpq, and connecting with a deadline and an SQLSTATE.
#ifndef FERRY_PG_SESSION_WIRE_H_
#define FERRY_PG_SESSION_WIRE_H_

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pg/session/connect.h"
#include "pg/session/rows.h"

namespace ferry::pg {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

struct FreeMemory {
  void operator()(char* memory) const { PQfreemem(memory); }
};
using CopyBuffer = std::unique_ptr<char, FreeMemory>;

// Connects, within the settings' connect_timeout for all hosts together. libpq 15 tells no SQLSTATE of a
// failed connection but in the text of a verbose message: that is read, since the words may be in the
// server's language. The caller owns the PGconn. Errors as Session::Open.
absl::StatusOr<PGconn*> Connect(const ConnectSettings& settings, absl::string_view application_name);

// Every keyword with the value that the connection was made with; those without one are left out.
ConnectSettings SettingsOf(PGconn* connection);

// Sends one statement by the extended protocol and returns the answer that counts: the error, if there was
// one. Ends a COPY that the statement started. Null: libpq could not send (broken, or no memory).
Result Execute(PGconn* connection, const std::string& sql, const std::vector<Value>& params);

// Pipeline mode (PostgreSQL manual, 34.5). SendAll enters it and sends, each statement asking for its answer
// at once; false: libpq could not. TakeOne: the answer of the next one. EndPipeline: after all were taken.
bool SendAll(PGconn* connection, const std::vector<Sent>& statements);
Result TakeOne(PGconn* connection);
void EndPipeline(PGconn* connection);

// What several COPY … TO STDOUT that were sent together answer, line by line.
class CopyLines {
 public:
  // The next line, without its end, valid until the next call; nothing at the end of each COPY, and then
  // `end` is the answer that failed, or null.
  std::optional<absl::string_view> Next(PGconn* connection, Result& end);

 private:
  bool copying_ = false;
  CopyBuffer buffer_;
};

Rows RowsOf(const PGresult* result);
// The fields of a failed `result`; of a null one, libpq's own message without line ends.
LastError ErrorOf(const PGconn* connection, const PGresult* result);
// Of a notice or an error: "" when the server sent no such field.
std::string FieldOf(const PGresult* result, int field);

}  // namespace ferry::pg

#endif  // FERRY_PG_SESSION_WIRE_H_
