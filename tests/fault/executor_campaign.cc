#include "tests/fault/executor_campaign.h"

#include <signal.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "pg/ledger/install.h"
#include "tests/fault/points.h"
#include "tests/support/wait.h"

namespace ferry::test {
namespace {

constexpr int kMostLives = 400;       // of one change in one direction: more is stuck
constexpr int kMostHurts = 12;        // of one change in one direction
constexpr int kDatabaseChanges = 40;  // then a fresh database
constexpr int kDeepest = 4;           // the time a fail point is reached at which it kills

std::string FileText(const Change& change) {
  const bool named = change.down.find("-- ferry:down") != std::string::npos;
  return absl::StrCat("-- migration: ", change.version, " crash\n-- description: a change\n\n-- ferry:up\n",
                      change.up, "\n", named ? "" : "-- ferry:down\n", change.down, "\n");
}

migration::Migration Parse(const Change& change) {
  absl::StatusOr<migration::Migration> parsed =
      migration::ParseMigration(change.version + "_crash.sql", FileText(change));
  if (parsed.ok()) return *std::move(parsed);
  std::fprintf(stderr, "%s\n%s\n", ErrorText(parsed.status()).c_str(), FileText(change).c_str());
  std::abort();
}

// The fail points that the executor may meet without a program of a transform.
std::vector<std::string> Points() {
  std::vector<std::string> points;
  for (const std::string& point : FaultPoints({"pg/executor"})) {
    if (point.rfind("transform.", 0) != 0) points.push_back(point);
  }
  return points;
}

}  // namespace

ExecutorCampaign::ExecutorCampaign(uint64_t seed, PgCluster* cluster, Figures* figures)
    : random_(seed), cluster_(cluster), figures_(figures), points_(Points()) {
  NewDatabase();
}

bool ExecutorCampaign::Reopen() {
  return WaitUntil([this] {
    absl::StatusOr<std::unique_ptr<pg::Session>> session =
        pg::Session::Open({database_.superuser}, "campaign");
    if (session.ok()) superuser_ = *std::move(session);
    return session.ok();
  });
}

void ExecutorCampaign::NewDatabase() {
  database_ = cluster_->CreateDatabase();
  expected_ = Expected();
  epoch_ = 0;
  changes_ = 0;
  const absl::StatusOr<std::unique_ptr<pg::Session>> setup = pg::Session::Open({database_.setup}, "campaign");
  const absl::Status installed =
      !setup.ok() ? setup.status() : ledger::Install(**setup, "ferry_migrate", "ferry_observe");
  Violations none;
  migration_ = Parse(Foundation("1.0.0"));
  if (!installed.ok() || !Reopen() || !Live(true, false, none)) {
    std::fprintf(stderr, "no database to begin with: %s\n", ErrorText(installed).c_str());
    std::abort();
  }
  expected_.Applied(Foundation("1.0.0"));
}

void ExecutorCampaign::Disturb(ExecutorLife& life) {
  const int what = Below(random_, 1000);
  const absl::Duration moment = life_ * (0.01 * Below(random_, 90));
  if (life.Wait(moment).has_value()) return;
  if (what < 950) {
    life.Kill();
    figures_->Count("kill executor at random");
  } else if (what < 997) {
    const bool hard = what >= 993;
    const absl::StatusOr<pg::Rows> rows = superuser_->Query(absl::StrCat(
        "SELECT pid", hard ? "" : ", pg_terminate_backend(pid)",
        " FROM pg_stat_activity WHERE application_name LIKE 'ferry/%' AND datname = current_database()"));
    int pid = 0;
    if (!rows.ok() || rows->empty() || !absl::SimpleAtoi(rows->at(0, 0).value_or(""), &pid)) return;
    figures_->Count(hard ? "kill backend" : "backend terminated");
    if (!hard) return;
    ::kill(pid, SIGKILL);  // the server ends every session and recovers
    WaitUntil([this] { return !superuser_->Query("SELECT 1").ok(); }, absl::Seconds(2));
    Reopen();
  } else {
    cluster_->Restart();
    figures_->Count("server stopped (immediate)");
    Reopen();
  }
}

bool ExecutorCampaign::Live(bool up, bool hurt, Violations& violations) {
  const bool at_point = hurt && Below(random_, 5) == 0;
  ExecutorTask task{&migration_, database_.migrate, up, ++attempt_, ""};
  if (at_point) {
    task.fault = absl::StrCat(points_[static_cast<size_t>(Below(random_, static_cast<int>(points_.size())))],
                              "=kill:", 1 + Below(random_, kDeepest));
  }
  const absl::Duration start = SystemClock().Elapsed();
  ExecutorLife life(task);
  if (hurt && !at_point) Disturb(life);
  const std::optional<int> code = life.Wait(absl::Seconds(60));
  if (!code.has_value()) {
    violations.push_back("the executor did not end within 60 seconds");
    return false;
  }
  if (at_point && code == 128 + SIGKILL) figures_->Count("kill executor at a fail point");
  if (code == 1) {
    const std::string error = life.error();
    const size_t at = error.find("FE0");
    figures_->Count(absl::StrCat("error ", at == std::string::npos ? error : error.substr(at, 6)));
  } else if (code != 0 && code != 128 + SIGKILL) {
    violations.push_back(absl::StrCat("the executor ended with ", *code));
  }
  if (code == 0) life_ = life_ * 0.9 + (SystemClock().Elapsed() - start) * 0.1;
  return code == 0;
}

Violations ExecutorCampaign::Drive(const Change& change, bool up) {
  Violations violations;
  int hurts = 2 + Below(random_, kMostHurts);
  for (int lives = 0; lives < kMostLives && violations.empty(); ++lives) {
    if (!Live(up, hurts-- > 0, violations)) continue;
    up ? expected_.Applied(change) : expected_.RolledBack(change);
    figures_->Count(up ? "executor: applied" : "executor: rolled back");
    return CheckTaken(*superuser_, expected_, epoch_);
  }
  if (violations.empty()) {
    figures_->Count("stuck");
    violations.push_back(absl::StrCat(up ? "up" : "down", " of ", change.version, " is stuck"));
  }
  return violations;
}

Violations ExecutorCampaign::Round() {
  if (changes_ >= kDatabaseChanges) NewDatabase();
  ++changes_;
  ++number_;
  const Change change = Draw(random_, absl::StrCat("1.", changes_, ".0"), number_);
  migration_ = Parse(change);
  Violations violations = Drive(change, true);
  if (violations.empty() && Below(random_, 2) == 0) violations = Drive(change, false);
  if (violations.empty() && changes_ % 10 == 0) violations = CheckLeftovers(*superuser_);
  if (!violations.empty()) violations.push_back("after " + FileText(change));
  return violations;
}

}  // namespace ferry::test
