// What a statement that cannot run in a transaction is about, as PostgreSQL's parser reads it: enough to ask
// the catalogs later whether it took effect. Pure; any thread.
#ifndef FERRY_CORE_SQL_STANDALONE_H_
#define FERRY_CORE_SQL_STANDALONE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/sql/statement.h"

namespace ferry::sql {

struct Standalone {
  enum class Kind {
    kCreateIndex,         // CONCURRENTLY
    kDropIndex,           // CONCURRENTLY, one index
    kReindex,             // CONCURRENTLY, or of a schema or database
    kDetachPartition,     // CONCURRENTLY
    kVacuum,              // with or without ANALYZE
    kCreateSubscription,  // with a slot on the publisher
    kDropSubscription,
    kOther,  // CREATE DATABASE, ALTER SYSTEM, CLUSTER of everything, …
  };
  Kind kind = Kind::kOther;
  bool tolerant = false;    // IF NOT EXISTS, IF EXISTS
  bool concurrent = false;  // kReindex
  TableName index;          // kCreateIndex (in its table's schema), kDropIndex, kReindex of an index
  TableName table;          // kCreateIndex, kDetachPartition (the parent), kReindex of a table
  TableName partition;      // kDetachPartition
  std::string name;         // of a subscription; kReindex of a schema: that schema

  friend bool operator==(const Standalone&, const Standalone&) = default;
};

// kOther also for a text that is not one statement, or that the parser refuses.
Standalone ReadStandalone(absl::string_view statement);

// The CREATE INDEX of `statement` as a plain one called `index` on the temporary table `table`. Nothing when
// it is none, or cannot be written.
std::optional<std::string> IndexOnTemporaryTable(absl::string_view statement, absl::string_view table,
                                                 absl::string_view index);

// The label that ALTER TYPE … ADD VALUE adds: until that has been committed nothing may use it. Nothing for
// another statement.
std::optional<std::string> AddedEnumLabel(absl::string_view statement);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_STANDALONE_H_
