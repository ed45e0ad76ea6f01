// For tests: a database with a ledger, a keeper of what should be there, and hands that change it.
#ifndef FERRY_AGENT_DRIFT_KEEPER_FIXTURE_H_
#define FERRY_AGENT_DRIFT_KEEPER_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/drift/keeper.h"
#include "core/base/clock.h"
#include "gtest/gtest.h"
#include "pg/ledger/install.h"
#include "pg/ledger/restored.h"
#include "pg/ledger/write.h"
#include "rpc/convert.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace ferry::drift {

class HandClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixSeconds(1'700'000'000) + passed_; }
  absl::Duration Elapsed() const override { return passed_; }
  void Advance(absl::Duration by) { passed_ += by; }

 private:
  absl::Duration passed_ = absl::ZeroDuration();
};

class KeeperTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = test::PgCluster::Shared().CreateDatabase();
    setup_ = Open(database_.setup);
    hand_ = Open(database_.superuser);
    ASSERT_OK(hand_->Query("SET search_path = public"));
    ASSERT_OK(ledger::Install(*setup_, "ferry_migrate", "ferry_observe"));
    Reopen();
    Restart();
  }

  static std::unique_ptr<pg::Session> Open(const test::PgCluster::Login& login) {
    absl::StatusOr<std::unique_ptr<pg::Session>> session = pg::Session::Open({login}, "test");
    EXPECT_OK(session);
    return session.ok() ? *std::move(session) : nullptr;
  }
  void Reopen() {
    migrate_ = Open(database_.migrate);
    observe_ = Open(database_.observe);
  }
  // As a new process would know it.
  void Restart() { keeper_ = std::make_unique<Keeper>("prod-1", dir_.File("expected"), &clock_); }
  std::string Path(const std::string& suffix) { return dir_.File("expected") + "/prod-1" + suffix; }

  // ---- changes: somebody's, and our own with their rows in the ledger.
  void Hand(const std::string& sql) { EXPECT_OK(hand_->Query(sql)) << sql; }

  static ledger::Author SomeAuthor() {
    return {"run-1", "prm-1", "prod-1", "cmd-1", "agent-1", std::string(64, 'd'), "bak-1", 1, 1};
  }
  void Write(const std::vector<std::string>& sql, const std::vector<ledger::Write>& rows) {
    ASSERT_OK(migrate_->Begin());
    ASSERT_OK(migrate_->Query("SET LOCAL search_path = public"));
    for (const std::string& statement : sql) ASSERT_OK(migrate_->Query(statement));
    for (const ledger::Write& row : rows) ASSERT_OK(ledger::Send(*migrate_, row));
    ASSERT_OK(migrate_->Commit());
  }
  static ledger::Event EventOf(const std::string& version, int segment, ledger::Direction direction) {
    ledger::Event event;
    event.version = version;
    event.segment = segment;
    event.direction = direction;
    event.checksum = "c";
    return event;
  }
  void Segment(const std::string& version, int segment, const std::string& sql) {
    Write({sql}, {ledger::SegmentRow(SomeAuthor(), EventOf(version, segment, ledger::Direction::kUp))});
  }
  void Apply(const std::string& version, const std::vector<std::string>& sql) {
    const ledger::Event event = EventOf(version, 0, ledger::Direction::kUp);
    Write(sql, {ledger::SegmentRow(SomeAuthor(), event), ledger::AppliedRow(SomeAuthor(), event)});
  }
  void RollBack(const std::string& version, const std::vector<std::string>& sql) {
    const ledger::Event event = EventOf(version, 0, ledger::Direction::kDown);
    Write(sql, {ledger::SegmentRow(SomeAuthor(), event), ledger::RolledBackRow(SomeAuthor(), event)});
  }
  // A table `prices (close int)`, known and without drift.
  void AppliedAndSettled() {
    Apply("1.0.0", {"CREATE TABLE prices (close int)"});
    ASSERT_OK(Settle());
    ASSERT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
  }

  // ---- what the keeper does
  absl::Status Settle() { return keeper_->Settle(*migrate_, *observe_); }
  ledger::LedgerState State() {
    absl::StatusOr<ledger::LedgerState> state = ledger::ReadLedger(*observe_);
    EXPECT_OK(state);
    return state.value_or(ledger::LedgerState());
  }
  // After any pause.
  v1::DriftStatus Look() { return LookBy(*keeper_); }
  v1::DriftStatus LookBy(Keeper& keeper) {
    clock_.Advance(absl::Hours(1));
    v1::DriftStatus status = keeper.Look(*observe_, State(), absl::Seconds(5));
    EXPECT_EQ(status.error(), "");
    return status;
  }
  static std::vector<std::string> Names(const v1::DriftStatus& status) {
    std::vector<std::string> names;
    for (const v1::DriftKey& key : status.keys()) names.push_back(key.id().name());
    return names;
  }

  test::TempDir dir_;
  HandClock clock_;
  test::PgCluster::Database database_;
  std::unique_ptr<pg::Session> setup_, hand_, migrate_, observe_;
  std::unique_ptr<Keeper> keeper_;
};

}  // namespace ferry::drift

#endif  // FERRY_AGENT_DRIFT_KEEPER_FIXTURE_H_
