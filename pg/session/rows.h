// What one statement answered: text values, the command tag, and the fields of an error. Values only; any
// thread.
#ifndef FERRY_PG_SESSION_ROWS_H_
#define FERRY_PG_SESSION_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ferry::pg {

using Value = std::optional<std::string>;  // PostgreSQL's text format ("t"/"f" for booleans); nullopt is NULL

// A statement and its parameters.
struct Sent {
  std::string sql;
  std::vector<Value> params;
};

// The whole answer, in memory: a caller that expects many rows asks for them in slices.
struct Rows {
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> rows;  // each as long as `columns`
  std::string tag;       // the command tag as the server sent it: "COMMIT", "INSERT 0 5", "ALTER TABLE"
  int64_t affected = 0;  // rows written, or returned by a SELECT; 0 for a command that counts none

  size_t size() const { return rows.size(); }
  bool empty() const { return rows.empty(); }
  // Needs row < size() and column < columns.size().
  const Value& at(size_t row, size_t column) const { return rows[row][column]; }
};

// A notice or warning. DETAIL and CONTEXT are left out: they may hold row data.
struct Notice {
  std::string severity;  // never translated: "NOTICE", "WARNING", …
  std::string sqlstate;
  std::string message;
};

// The fields of the last error of a session, where the server gave them. `message` is the primary message
// only.
struct LastError {
  std::string sqlstate;  // empty when the connection broke without an answer
  std::string message;
  std::string severity;  // never translated: "ERROR", "FATAL", "PANIC"
  std::string hint;
  int position = 0;  // 1-based, in characters (not bytes) of the statement that was sent; 0: none
  std::string schema, table, column, constraint;
};

// "t" is true; anything else, NULL included, is false.
inline bool IsTrue(const Value& value) { return value.has_value() && *value == "t"; }

}  // namespace ferry::pg

#endif  // FERRY_PG_SESSION_ROWS_H_
