#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/store/chain.h"
#include "controller/store/rows.h"
#include "controller/store/sqlite_store.h"

namespace ferry::store {
namespace {

constexpr char kAllPlans[] =
    "SELECT number, digest, name, registered_by, registered_at FROM plan"
    " WHERE (?1 = '' OR name = ?1) AND (?2 = '' OR digest = ?2) ORDER BY number DESC";

std::vector<PlanFile> FilesOf(SQLite::Database& db, int64_t plan, bool contents) {
  std::vector<PlanFile> files;
  SQLite::Statement rows = Query(
      db,
      "SELECT name, CASE WHEN ?2 THEN content ELSE x'' END FROM plan_file WHERE plan = ?1 ORDER BY ordinal",
      plan, int64_t{contents});
  while (rows.executeStep()) files.push_back({rows.getColumn(0).getString(), rows.getColumn(1).getString()});
  return files;
}

absl::StatusOr<std::vector<PlanRecord>> Plans(SQLite::Database& db, const std::string& name,
                                              const std::string& digest, bool contents) {
  std::vector<PlanRecord> plans;
  SQLite::Statement rows = Query(db, kAllPlans, name, digest);
  while (rows.executeStep()) {
    PlanRecord plan;
    plan.digest = rows.getColumn(1).getString();
    plan.name = rows.getColumn(2).getString();
    plan.registered_by = rows.getColumn(3).getString();
    ASSIGN_OR_RETURN(plan.registered_at, TimeFromText(rows.getColumn(4).getString()));
    plan.files = FilesOf(db, rows.getColumn(0).getInt64(), contents);
    plans.push_back(std::move(plan));
  }
  return plans;
}

void InsertEnvironment(SQLite::Database& db, const EnvironmentRecord& environment, int64_t ordinal) {
  Run(db, "INSERT INTO environment (name, ordinal) VALUES (?, ?)", environment.name, ordinal);
  int64_t place = 0;
  for (const std::string& target : environment.targets) {
    Run(db, "INSERT INTO environment_target (target_id, environment, ordinal) VALUES (?, ?, ?)", target,
        environment.name, ++place);
  }
}

}  // namespace

absl::StatusOr<bool> SqliteStore::PutPlan(const PlanRecord& plan) {
  return database_->Write([&plan](SQLite::Database& db) -> absl::StatusOr<bool> {
    const int added = Run(db,
                          "INSERT INTO plan (digest, name, registered_by, registered_at) VALUES (?, ?, ?, ?)"
                          " ON CONFLICT (digest) DO NOTHING",
                          plan.digest, plan.name, plan.registered_by, TimeText(plan.registered_at));
    if (added == 0) return false;
    const int64_t number = db.getLastInsertRowid();
    int64_t ordinal = 0;
    for (const PlanFile& file : plan.files) {
      Run(db, "INSERT INTO plan_file (plan, ordinal, name, content) VALUES (?, ?, ?, ?)", number, ++ordinal,
          file.name, Bytes{file.content});
    }
    return true;
  });
}

absl::StatusOr<PlanRecord> SqliteStore::GetPlan(absl::string_view digest) {
  return database_->Read([&digest](SQLite::Database& db) -> absl::StatusOr<PlanRecord> {
    if (!digest.empty()) {
      ASSIGN_OR_RETURN(std::vector<PlanRecord> plans, Plans(db, "", std::string(digest), /*contents=*/true));
      if (!plans.empty()) return std::move(plans.front());
    }
    return Error(ErrorCode::kPlanUnknown, absl::StrCat("no plan with digest \"", digest, "\" is registered"))
        .Next("ferry plan list");
  });
}

absl::StatusOr<std::vector<PlanRecord>> SqliteStore::ListPlans(absl::string_view name, bool contents) {
  return database_->Read(
      [&name, contents](SQLite::Database& db) { return Plans(db, std::string(name), "", contents); });
}

absl::Status SqliteStore::SetPipeline(const std::vector<EnvironmentRecord>& environments) {
  return database_->Write([&environments](SQLite::Database& db) -> absl::Status {
    Run(db, "DELETE FROM environment");  // and, by cascade, their targets
    int64_t ordinal = 0;
    for (const EnvironmentRecord& environment : environments) InsertEnvironment(db, environment, ++ordinal);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<EnvironmentRecord>> SqliteStore::Pipeline() {
  return database_->Read([](SQLite::Database& db) -> absl::StatusOr<std::vector<EnvironmentRecord>> {
    std::vector<EnvironmentRecord> environments;
    SQLite::Statement rows(db, "SELECT name FROM environment ORDER BY ordinal");
    while (rows.executeStep()) {
      EnvironmentRecord environment{rows.getColumn(0).getString(), {}};
      SQLite::Statement targets =
          Query(db, "SELECT target_id FROM environment_target WHERE environment = ? ORDER BY ordinal",
                environment.name);
      while (targets.executeStep()) environment.targets.push_back(targets.getColumn(0).getString());
      environments.push_back(std::move(environment));
    }
    return environments;
  });
}

}  // namespace ferry::store
