// Statements with their parameters in one call. They throw what SQLiteCpp throws, so they are called inside
// Database::Write and Database::Read only.
#ifndef FERRY_SQLITE_STATEMENT_H_
#define FERRY_SQLITE_STATEMENT_H_

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <string>

namespace ferry::sqlite {

// A parameter for a BLOB column; a std::string by itself is TEXT. `value` must outlive the statement's
// binding.
struct Bytes {
  const std::string& value;
};

inline void BindOne(SQLite::Statement& s, int index, int64_t value) { s.bind(index, value); }
inline void BindOne(SQLite::Statement& s, int index, const std::string& value) { s.bind(index, value); }
inline void BindOne(SQLite::Statement& s, int index, const Bytes& bytes) {
  s.bind(index, bytes.value.data(), static_cast<int>(bytes.value.size()));
}

template <typename... Values>
SQLite::Statement Query(SQLite::Database& db, const std::string& sql, const Values&... values) {
  SQLite::Statement statement(db, sql);
  int index = 0;
  (BindOne(statement, ++index, values), ...);
  return statement;
}

// Runs a statement that returns no rows; the number of rows it changed.
template <typename... Values>
int Run(SQLite::Database& db, const std::string& sql, const Values&... values) {
  return Query(db, sql, values...).exec();
}

}  // namespace ferry::sqlite

#endif  // FERRY_SQLITE_STATEMENT_H_
