// One life of the executor in a process of its own, forked: no program has to be loaded, so that many can be
// killed a second.
#ifndef FERRY_TESTS_FAULT_EXECUTOR_LIFE_H_
#define FERRY_TESTS_FAULT_EXECUTOR_LIFE_H_

#include <sys/types.h>

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "core/migration/migration.h"
#include "tests/support/pg_cluster.h"

namespace ferry::test {

// What it does: applies or rolls back a migration, as an agent would.
struct ExecutorTask {
  const migration::Migration* migration = nullptr;
  PgCluster::Login login;  // of ferry_migrate
  bool up = true;
  int attempt = 1;
  std::string fault;  // as in FERRY_FAULT
};

// Forks, so it may only be made where this process has one thread. Killed with the object.
class ExecutorLife {
 public:
  explicit ExecutorLife(const ExecutorTask& task);
  ~ExecutorLife();
  ExecutorLife(const ExecutorLife&) = delete;
  ExecutorLife& operator=(const ExecutorLife&) = delete;

  // 0: done; 1: an error, see error(); 128 + signal. Nothing when it still lives after `bound`.
  std::optional<int> Wait(absl::Duration bound);
  void Kill();
  // What it said; empty while it lives.
  std::string error();

 private:
  pid_t pid_ = -1;
  int said_ = -1;  // the reading end of a pipe
  std::optional<int> code_;
};

}  // namespace ferry::test

#endif  // FERRY_TESTS_FAULT_EXECUTOR_LIFE_H_
