// A database that is nobody's target, read for the workbench: its schema as a snapshot and as pg_dump prints
// it. Values; one thread at a time.
#ifndef FERRY_WORKBENCH_READING_H_
#define FERRY_WORKBENCH_READING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/diff/diff.h"
#include "core/schema/snapshot.h"
#include "core/sql/statement.h"
#include "pg/session/session.h"

namespace ferry::workbench {

struct Reading {
  std::string database;        // its name
  std::string server_version;  // "15.20"
  schema::Snapshot snapshot;
  std::vector<sql::Statement> statements;  // pg_dump's, see dump_script.h
  std::vector<std::string> functions;      // as to_regprocedure() takes them; without those of extensions
  std::vector<std::string> owners;         // roles that own something in it
  int granted = 0;                         // tables, views and functions with a grant to somebody else
};

// What a reading's statements cover: the schema alone, or also grants and the rows of all tables, as INSERT
// statements.
enum class Cover { kSchema, kEverything };

// The dump and the snapshot are two
// readings: kCatalogChanging when the schema changed between them. Other errors: those of Session::Open,
// ReadSnapshot, DumpText and ReadDump.
absl::StatusOr<Reading> ReadDatabase(const pg::ConnectSettings& settings, Cover cover);

// Whether two databases are the same, and where not.
struct Proof {
  diff::DiffResult schemas;
  // Statements of pg_dump that only one of them has: what a snapshot does not compare (the order of columns)
  // and rows. Empty where the schemas differ already.
  std::vector<std::string> only_first, only_second;

  bool equal() const { return schemas.equal() && only_first.empty() && only_second.empty(); }
};
Proof Compare(const std::string& first_name, const Reading& first, const std::string& second_name,
              const Reading& second);

// The verify section for this schema: every table, view, sequence, function and enum is there, and no index
// is invalid. Ends with a newline.
std::string VerifyText(const Reading& reading);

}  // namespace ferry::workbench

#endif  // FERRY_WORKBENCH_READING_H_
