// For tests: a target with a ledger, and migrations written as their file's body.
#ifndef FERRY_PG_EXECUTOR_EXECUTOR_FIXTURE_H_
#define FERRY_PG_EXECUTOR_EXECUTOR_FIXTURE_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/migration/migration.h"
#include "gmock/gmock.h"
#include "pg/executor/executor.h"
#include "pg/executor/lock.h"
#include "pg/ledger/ledger_fixture.h"
#include "tests/support/wait.h"

namespace ferry::executor {

class ExecutorTest : public ledger::LedgerTest {
 protected:
  // The gate of a test: a function, or open.
  class TestGate final : public Gate {
   public:
    std::function<absl::StatusOr<absl::Time>(absl::Time)> permit;
    int asked = 0;
    absl::StatusOr<absl::Time> Permit(absl::Time now_db) override {
      ++asked;
      return permit ? permit(now_db) : absl::InfiniteFuture();
    }
    std::function<bool()> stopping;
    bool Stopping() const override { return stopping && stopping(); }
  };

  // `body`: from "-- ferry:up" on; a down section is added when it has none.
  static migration::Migration Make(const std::string& version, const std::string& body,
                                   const std::string& headers = "") {
    const bool has_down = body.find("-- ferry:down") != std::string::npos;
    const std::string text =
        absl::StrCat("-- migration: ", version, " thing\n-- description: does a thing\n",
                     "-- author: test\n-- date: 2026-11-22\n-- breaking: no\n", headers, "\n", body,
                     has_down ? "" : "\n-- ferry:down irreversible reason=test\n");
    absl::StatusOr<migration::Migration> migration =
        migration::ParseMigration(absl::StrCat(version, "_thing.sql"), text);
    EXPECT_OK(migration) << text;
    return migration.ok() ? *std::move(migration) : migration::Migration();
  }

  static RunContext SomeRun(const std::string& run_id = "run-1") {
    RunContext run;
    run.run_id = run_id;
    run.promotion_id = "prm-1";
    run.target_id = "prod/main";
    run.command_id = "cmd-1";
    run.agent = "agent-1";
    run.plan_digest = std::string(64, 'd');
    run.backup_id = "bak-1";
    run.epoch = 1;
    return run;
  }

  absl::StatusOr<ApplyResult> Apply(const migration::Migration& migration,
                                    const RunContext& run = SomeRun()) {
    return ApplyMigration(*migrate_, migration, run, limits_, gate_, [this](const Progress& p) {
      progress_.push_back(p);
      if (sink_ != nullptr) sink_(p);
    });
  }
  absl::StatusOr<ApplyResult> RollBack(const migration::Migration& migration,
                                       const RunContext& run = SomeRun()) {
    return RollBackMigration(*migrate_, migration, run, limits_, gate_,
                             [this](const Progress& p) { progress_.push_back(p); });
  }

  bool Exists(const std::string& relation) {
    return Cell(*setup_, absl::StrCat("SELECT to_regclass('", relation, "') IS NOT NULL")) == "t";
  }
  std::string Kinds() {
    return Cell(*setup_,
                "SELECT coalesce(string_agg(kind || coalesce(' ' || segment, ''), ', ' ORDER BY id), '')"
                " FROM ferry.event");
  }
  std::string Applied() {
    return Cell(*setup_,
                "SELECT coalesce(string_agg(version, ' ' ORDER BY event_id), '') FROM ferry.schema_version");
  }

  Limits limits_;
  TestGate gate_;
  std::vector<Progress> progress_;
  ProgressSink sink_;  // also told, by Apply
};

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_EXECUTOR_FIXTURE_H_
