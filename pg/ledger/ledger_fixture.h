// For tests: a database with a ledger and the three logins' sessions.
#ifndef FERRY_PG_LEDGER_LEDGER_FIXTURE_H_
#define FERRY_PG_LEDGER_LEDGER_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "pg/ledger/install.h"
#include "pg/ledger/ledger.h"
#include "pg/ledger/write.h"
#include "pg/session/session.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/status_matchers.h"

namespace ferry::ledger {

class LedgerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = test::PgCluster::Shared().CreateDatabase();
    setup_ = Connect(database_.setup);
    migrate_ = Connect(database_.migrate);
    ASSERT_OK(Install(*setup_, "ferry_migrate", "ferry_observe"));
  }

  static std::unique_ptr<pg::Session> Connect(const test::PgCluster::Login& login,
                                              const std::string& application_name = "test") {
    absl::StatusOr<std::unique_ptr<pg::Session>> session = pg::Session::Open({login}, application_name);
    EXPECT_OK(session);
    return session.ok() ? *std::move(session) : nullptr;
  }

  static void Run(pg::Session& session, const std::string& sql) { EXPECT_OK(session.Query(sql)) << sql; }

  // The first cell, or "".
  static std::string Cell(pg::Session& session, const std::string& sql) {
    const absl::StatusOr<pg::Rows> rows = session.Query(sql);
    EXPECT_OK(rows) << sql;
    return rows.ok() && !rows->empty() && rows->at(0, 0).has_value() ? *rows->at(0, 0) : "";
  }

  static absl::Time Now(pg::Session& session) {
    return absl::FromUnixMicros(
        std::stoll(Cell(session, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")));
  }

  static Author SomeAuthor(int64_t epoch = 1) {
    return {"run-1", "prm-1", "prod/main", "cmd-1", "agent-1", std::string(64, 'd'), "bak-1", 1, epoch};
  }

  static Event SomeEvent(const std::string& version, int segment = 0, Direction direction = Direction::kUp) {
    Event event;
    event.version = version;
    event.direction = direction;
    event.segment = segment;
    event.checksum = "checksum of " + version;
    event.description = "adds a \"thing\"";
    event.duration = absl::Milliseconds(1500);
    return event;
  }

  // BEGIN, one write, COMMIT; rolled back on error.
  static absl::Status InOneTransaction(pg::Session& session, const Write& write) {
    RETURN_IF_ERROR(session.Begin());
    absl::Status status = Send(session, write);
    if (status.ok()) status = Translate(session.Commit());
    session.Rollback();
    return status;
  }

  static void Apply(pg::Session& session, const std::string& version) {
    EXPECT_OK(InOneTransaction(session, SegmentRow(SomeAuthor(), SomeEvent(version))));
    EXPECT_OK(InOneTransaction(session, AppliedRow(SomeAuthor(), SomeEvent(version))));
  }

  test::PgCluster::Database database_;
  std::unique_ptr<pg::Session> setup_, migrate_;
};

}  // namespace ferry::ledger

#endif  // FERRY_PG_LEDGER_LEDGER_FIXTURE_H_
