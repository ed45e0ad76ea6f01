// Schemas to compare that are nobody's target: of a database that is only read, or of one that is built from
// migrations or SQL in a scratch database and is gone afterwards. Values; any thread. `running` is given
// every session before it works, so that another thread can cancel it.
#ifndef FERRY_WORKBENCH_SOURCE_H_
#define FERRY_WORKBENCH_SOURCE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/migration/plan.h"
#include "core/render/plan_renames.h"
#include "core/schema/filter.h"
#include "core/schema/snapshot.h"
#include "pg/scratch/build.h"

namespace ferry::workbench {

struct TakeOptions {
  schema::Filter filter;         // as in pg::ReadOptions
  bool cluster_objects = false;  // the same; of a database that is only read
};

struct Taken {
  schema::Snapshot snapshot;
  std::vector<std::string> notes;           // sentences: what was not run, and why
  std::vector<render::RenameStep> renamed;  // of a plan: what its statements rename, in their order
};

// "ana@db1:5433/trading", the port only where it is not 5432: how people know the database of a URL. Errors:
// those of pg::ParseUrl, which shows nothing of a URL that it refuses.
absl::StatusOr<std::string> NameOfUrl(const std::string& url);

// The schema of a database. Nothing is written to it: one read-only transaction. Errors: those of ParseUrl,
// Session::Open and ReadSnapshot.
absl::StatusOr<Taken> TakeDatabase(const std::string& url, const scratch::Running& running = nullptr,
                                   const TakeOptions& options = {});

// What the plan makes up to `to`, or, without it, as a whole with its repeatable files. `scratch_url` names
// the server; its database is "postgres" where it names none. Errors: those of ParseUrl, Database::Create,
// BuildPlan and ReadSnapshot.
absl::StatusOr<Taken> TakePlan(const std::string& scratch_url, const migration::Plan& plan,
                               const std::optional<migration::Version>& to,
                               const scratch::Running& running = nullptr, const TakeOptions& options = {});

// What the SQL makes; pg_dump's output without rows is fine. `file` names it in errors. kUsage: it is a
// migration, whose up and down sections would all run. Else those of TakePlan and RunScript.
absl::StatusOr<Taken> TakeSql(const std::string& scratch_url, const std::string& text,
                              const std::string& file, const scratch::Running& running = nullptr,
                              const TakeOptions& options = {});

}  // namespace ferry::workbench

#endif  // FERRY_WORKBENCH_SOURCE_H_
