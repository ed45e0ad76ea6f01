// The whole installation under attack: controller, agent, CLI and PostgreSQL, with a bad network between
// them.
#ifndef FERRY_TESTS_FAULT_CAMPAIGN_H_
#define FERRY_TESTS_FAULT_CAMPAIGN_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/world.h"
#include "tests/fault/figures.h"
#include "tests/fault/invariants.h"
#include "tests/fault/nemesis.h"
#include "tests/fault/proxy.h"
#include "tests/fault/workload.h"

namespace ferry::test {

// One installation. Every decision comes from the seed; how fast the machine is does not.
class Campaign {
 public:
  // `cluster` and `figures` outlive it.
  Campaign(uint64_t seed, PgCluster* cluster, Figures* figures);

  // Writes changes, asks for a promotion or a rollback, hurts whatever is on its way, helps as an operator
  // would (starts what has died, resumes what is held, asks again for what has failed), and returns what is
  // not true once it has ended.
  Violations Round();
  // Ends the attack: everything quiet, then all that must be true of the installation.
  Violations Quiet();

 private:
  struct Goal {
    bool rollback = false;
    std::vector<Change> changes;  // in the order in which they are applied, or undone
    std::string text;             // effect of a repeatable file, or ""
  };

  Goal Choose();
  Violations Drive(const Goal& goal);
  // What `ferry status` says: "running", "waiting", "held"; "none": nothing is active; "": it does not
  // answer.
  std::string Ask();
  bool Reached(const Goal& goal);
  void Help(const Goal& goal, const std::string& state);
  void Take(const Goal& goal);
  Violations CheckReports() const;
  Violations CheckDrift();

  Random random_;
  Figures* const figures_;
  TempDir folder_;
  Proxy to_database_, to_controller_;
  World world_;
  Nemesis nemesis_;
  Expected expected_;
  std::vector<Change> written_, applied_;
  std::string last_failure_;
  int64_t epoch_ = 0;
  int texts_ = 0;
};

}  // namespace ferry::test

#endif  // FERRY_TESTS_FAULT_CAMPAIGN_H_
