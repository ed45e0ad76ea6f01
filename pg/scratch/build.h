// What the migrations of a plan add up to, tried in a scratch database.
#ifndef FERRY_PG_SCRATCH_BUILD_H_
#define FERRY_PG_SCRATCH_BUILD_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/migration/plan.h"
#include "core/schema/snapshot.h"
#include "pg/catalog/snapshot.h"
#include "pg/scratch/database.h"

namespace ferry::scratch {

// Called with each session before it runs statements, so that another thread can cancel them.
using Running = std::function<void(const pg::Canceller&)>;

struct Built {
  int migrations = 0;
  std::vector<std::string> notes;  // sentences: what was not run, and why
};

// Runs the up sections of the plan's migrations up to `to`, in order, each migration on a session of its own,
// without a ledger and without their verify queries. A backfill runs as one statement; a transform's query
// must find no row, for its program is not run: a note says so. `database` must be empty. Stops at the first
// error:
// - kScratch with file, line, statement and SQLSTATE: the server refuses a statement; the server has no role
//   of the name that `role:` says; or a statement that reaches beyond its database (roles, databases,
//   tablespaces, subscriptions), which is refused before any statement of its migration runs
// - kVersionUnknown: the plan has no such version
// - kCancelled, and those of Session::Open
absl::StatusOr<Built> BuildPlan(const Database& database, const migration::Plan& plan,
                                const migration::Version& to, const Running& running = nullptr);

// The same up to the plan's newest version, and then the repeatable files, as a promotion does.
absl::StatusOr<Built> BuildWhole(const Database& database, const migration::Plan& plan,
                                 const Running& running = nullptr);

enum class Way { kUp, kDown };
// The up or the down of one migration, as BuildPlan runs an up. Errors: those of BuildPlan.
absl::Status RunMigration(const Database& database, const migration::Migration& m, Way way,
                          const Running& running = nullptr);

// What its verify queries answer, in order; nothing is written. kScratch: one fails, or does not answer with
// one boolean.
absl::StatusOr<std::vector<bool>> RunVerify(const Database& database, const migration::Migration& m,
                                            const Running& running = nullptr);

// What is in it now. Errors: those of Session::Open and ReadSnapshot.
absl::StatusOr<schema::Snapshot> SnapshotOf(const Database& database, const Running& running = nullptr,
                                            const pg::ReadOptions& options = {});

// The schema of a scratch database in which BuildPlan has run `plan` up to `to`; the database is gone
// afterwards. Errors: those of Database::Create, BuildPlan and ReadSnapshot.
absl::StatusOr<schema::Snapshot> SnapshotOfPlan(const pg::ConnectSettings& server,
                                                const migration::Plan& plan, const migration::Version& to,
                                                const Running& running = nullptr);

}  // namespace ferry::scratch

#endif  // FERRY_PG_SCRATCH_BUILD_H_
