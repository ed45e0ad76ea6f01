// What a migration's SQL consists of, after PostgreSQL's own parser has read it. Values only; any thread.
#ifndef FERRY_CORE_SQL_STATEMENT_H_
#define FERRY_CORE_SQL_STATEMENT_H_

#include <compare>
#include <cstddef>
#include <string>
#include <vector>

namespace ferry::sql {

enum class Kind {
  kDdl,    // creates, alters or drops objects, grants, comments
  kDml,    // writes rows: INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY FROM, a query with a writing CTE
  kQuery,  // SELECT, VALUES, TABLE that only reads
  kTransaction,  // BEGIN, COMMIT, SAVEPOINT, PREPARE TRANSACTION, …
  kSet,          // SET, RESET, SET CONSTRAINTS, SHOW, ALTER SYSTEM
  kUtility,      // VACUUM, ANALYZE, REINDEX, LOCK, DO, CALL, EXPLAIN, …
  kUnclassified
};

struct TableName {
  std::string schema;  // "" = as search_path finds it
  std::string name;

  friend bool operator==(const TableName&, const TableName&) = default;
  friend auto operator<=>(const TableName&, const TableName&) = default;
};

// A piece of a text that stands in the file as something else: the value of a `${name}`.
struct Replaced {
  size_t begin = 0, end = 0;  // bytes of the text, half open
  int width = 0;              // characters of what stands in the file instead; no line end on either side

  friend bool operator==(const Replaced&, const Replaced&) = default;
};

struct Statement {
  std::string text;  // exact bytes, without leading comments and blanks, trailing comments and the final ';'
  int line = 0;      // 1-based place of its first token in the file
  int column = 0;    // 1-based, in characters
  Kind kind = Kind::kUnclassified;
  std::string tag;  // "ALTER TABLE", "CREATE INDEX CONCURRENTLY", "UPDATE", …; "" when unclassified
  bool transactional = true;  // false: PostgreSQL refuses it inside a transaction block
  std::string forbidden;      // not empty: why a migration may not contain it, a lower-case phrase
  // Tables and materialized views that it writes, alters, indexes or creates, in the order named, once each;
  // for ANALYZE and progress. After a rename or SET SCHEMA the new name; without what it drops and temporary
  // tables.
  std::vector<TableName> tables;
  std::vector<Replaced> replaced;  // pieces of `text`, ascending

  friend bool operator==(const Statement&, const Statement&) = default;
};

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_STATEMENT_H_
