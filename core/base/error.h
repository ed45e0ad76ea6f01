// Every error a user can meet: an absl::Status whose payload holds our stable code, the place, the state the
// target is in now, and the next command. Built with the fluent `Error`, read with `DetailOf`, printed with
// `ErrorText`. Values only; any thread.
#ifndef FERRY_CORE_BASE_ERROR_H_
#define FERRY_CORE_BASE_ERROR_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/error_codes.h"

namespace ferry {

// What travels with an error. Empty strings and zeroes mean "does not apply".
struct ErrorDetail {
  ErrorCode code = ErrorCode::kUnspecified;
  std::string file;          // as the user knows it, never an absolute path of another machine
  int line = 0;              // 1-based
  int column = 0;            // 1-based, in characters
  std::string statement;     // the SQL statement concerned, shortened to 200 bytes
  std::string sqlstate;      // five characters
  std::string target_state;  // a sentence: what state the target is in now
  std::string next;          // the next command, or what to do before it

  friend bool operator==(const ErrorDetail&, const ErrorDetail&) = default;
};

// Builds an error. Converts to absl::Status and to any absl::StatusOr<T>.
//   return Error(ErrorCode::kSqlSyntax, "syntax error at \"TABEL\"").At("1.1.0_x.sql", 12, 8).Next("ferry
//   lint");
class Error {
 public:
  // `message`: lower case, no final stop, object names quoted.
  Error(ErrorCode code, absl::string_view message);

  Error& At(absl::string_view file, int line = 0, int column = 0);
  Error& Statement(absl::string_view sql);
  Error& Sqlstate(absl::string_view sqlstate);
  Error& TargetState(absl::string_view sentence);
  Error& Next(absl::string_view command);

  operator absl::Status() const;  // NOLINT(google-explicit-constructor)

 private:
  std::string message_;
  ErrorDetail detail_;
};

// The detail that `status` carries; for a foreign status a detail with code kUnspecified.
ErrorDetail DetailOf(const absl::Status& status);

inline ErrorCode CodeOf(const absl::Status& status) { return DetailOf(status).code; }
inline bool HasCode(const absl::Status& status, ErrorCode code) { return CodeOf(status) == code; }

// A status with exactly this detail; the absl code follows from `detail.code`.
absl::Status StatusFrom(absl::string_view message, const ErrorDetail& detail);

// `status` with the fields of its detail that `fill` returns changed: what a caller who knows the place adds.
template <typename Fill>
absl::Status Annotate(const absl::Status& status, Fill fill) {
  if (status.ok()) return status;
  ErrorDetail detail = DetailOf(status);
  fill(detail);
  return StatusFrom(status.message(), detail);
}

// What a person reads, several lines without a final newline:
//   error FE0104: syntax error at or near "TABEL"
//     at 1.1.0_add.sql:12:8
//     statement: CREATE TABEL …
//     target: unchanged
//     next: ferry lint migrations/trading
std::string ErrorText(const absl::Status& status);

}  // namespace ferry

#define FERRY_CONCAT_INNER(a, b) a##b
#define FERRY_CONCAT(a, b) FERRY_CONCAT_INNER(a, b)
// Returns the status of `expr` from the enclosing function unless it is OK.
#define RETURN_IF_ERROR(expr)                      \
  do {                                             \
    absl::Status ferry_status_ = (expr);           \
    if (!ferry_status_.ok()) return ferry_status_; \
  } while (false)
// `ASSIGN_OR_RETURN(auto x, F())`: x, or return F's status.
#define ASSIGN_OR_RETURN(lhs, expr) FERRY_ASSIGN_OR_RETURN(FERRY_CONCAT(ferry_or_, __LINE__), lhs, expr)
#define FERRY_ASSIGN_OR_RETURN(tmp, lhs, expr) \
  auto tmp = (expr);                           \
  if (!tmp.ok()) return tmp.status();          \
  lhs = std::move(tmp).value()

#endif  // FERRY_CORE_BASE_ERROR_H_
