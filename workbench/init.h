// The first migration of a database that exists already.
#ifndef FERRY_WORKBENCH_INIT_H_
#define FERRY_WORKBENCH_INIT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/migration/version.h"
#include "workbench/reading.h"

namespace ferry::workbench {

struct InitRequest {
  std::string url;  // of the database; see pg::ParseUrl
  migration::Version version;
  std::string author, date;  // may be empty
};

struct InitialMigration {
  std::string file_name;           // VERSION_initial_schema.sql
  std::string text;                // a migration that ParseMigration accepts
  std::vector<std::string> notes;  // sentences: what is in the database and not in the text
  Reading live;
};

// Reads the schema and writes it as a migration; nothing is written to the database or to disk. Owners and
// grants are left out, and the notes say so where there are several or any: what a migration creates belongs
// to the login, or the `role:`, that runs it. Errors: those of ParseUrl and ReadDatabase; kEmptyMigration,
// the database has nothing in it; those of ParseMigration, with a place in the text that would have been
// written.
absl::StatusOr<InitialMigration> InitFromDatabase(const InitRequest& request);

// Builds the migration in a scratch database on the server of `scratch_url` and compares. Errors: those of
// ParseUrl, scratch::Database::Create, scratch::BuildPlan and ReadDatabase.
absl::StatusOr<Proof> Prove(const InitialMigration& migration, const std::string& scratch_url);

}  // namespace ferry::workbench

#endif  // FERRY_WORKBENCH_INIT_H_
