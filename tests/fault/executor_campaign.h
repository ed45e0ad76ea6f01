// Kills at the heart: the executor alone in a forked child, on one database, killed
// at fail points and at random moments many times a second.
#ifndef FERRY_TESTS_FAULT_EXECUTOR_CAMPAIGN_H_
#define FERRY_TESTS_FAULT_EXECUTOR_CAMPAIGN_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/migration/migration.h"
#include "pg/session/session.h"
#include "tests/fault/executor_life.h"
#include "tests/fault/figures.h"
#include "tests/fault/invariants.h"
#include "tests/fault/workload.h"
#include "tests/support/pg_cluster.h"

namespace ferry::test {

class ExecutorCampaign {
 public:
  // All of it from `seed`. Both outlive the campaign.
  ExecutorCampaign(uint64_t seed, PgCluster* cluster, Figures* figures);

  // Applies and rolls back one change, killed again and again on the way. Returns what is not true
  // afterwards.
  Violations Round();

 private:
  // Until the program says that it has done it.
  Violations Drive(const Change& change, bool up);
  // One life of the executor; true when it ended with success. `hurt`: something is done to it.
  bool Live(bool up, bool hurt, Violations& violations);
  void Disturb(ExecutorLife& life);
  void NewDatabase();
  bool Reopen();

  Random random_;
  PgCluster* const cluster_;
  Figures* const figures_;
  const std::vector<std::string> points_;
  migration::Migration migration_;
  PgCluster::Database database_;
  std::unique_ptr<pg::Session> superuser_;
  Expected expected_;
  int64_t epoch_ = 0;
  int number_ = 0, attempt_ = 0, changes_ = 0;
  absl::Duration life_ = absl::Milliseconds(80);  // of one that nobody kills, about
};

}  // namespace ferry::test

#endif  // FERRY_TESTS_FAULT_EXECUTOR_CAMPAIGN_H_
