// What the schema should be, as the ledger says.
#include "pg/ledger/fingerprint.h"

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "pg/ledger/ledger_fixture.h"
#include "pg/ledger/steps.h"

namespace ferry::ledger {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class FingerprintTest : public LedgerTest {
 protected:
  Fingerprint After(int64_t event_id, const std::string& root = "r") {
    Fingerprint fingerprint;
    fingerprint.event_id = event_id;
    fingerprint.root = root;
    fingerprint.access_root = "a";
    fingerprint.format = "f";
    fingerprint.how = "after a change";
    fingerprint.note = "n";
    return fingerprint;
  }
};

TEST_F(FingerprintTest, TheNewestRowIsTheOneThatCounts) {
  ASSERT_OK_AND_ASSIGN(const LedgerState none, ReadLedger(*migrate_));
  EXPECT_FALSE(none.fingerprint.has_value());
  Apply(*migrate_, "1.0.0");
  ASSERT_OK(RecordFingerprint(*migrate_, After(2, "first"), 0));
  ASSERT_OK_AND_ASSIGN(const Fingerprint second, RecordFingerprint(*migrate_, After(2, "second"), 1));
  EXPECT_THAT(RecordFingerprint(*migrate_, After(2, "third"), 1), StatusIsCode(ErrorCode::kLedgerMismatch))
      << "another one was there first";
  EXPECT_EQ(second.login, "ferry_migrate");
  EXPECT_LT(absl::AbsDuration(second.at - Now(*migrate_)), absl::Minutes(1));
  const std::unique_ptr<pg::Session> observe = Connect(database_.observe);
  ASSERT_OK_AND_ASSIGN(const LedgerState state, ReadLedger(*observe));
  EXPECT_EQ(state.fingerprint, second);
  EXPECT_EQ(state.applied[0].event_id, 2);
  EXPECT_OK(VerifyChain(*setup_));
}

TEST_F(FingerprintTest, ARowThatDoesNotCoverTheNewestEventIsRefused) {
  Apply(*migrate_, "1.0.0");
  EXPECT_THAT(RecordFingerprint(*migrate_, After(1), 0), StatusIsCode(ErrorCode::kLedgerMismatch));
  EXPECT_THAT(RecordFingerprint(*migrate_, After(3), 0), StatusIsCode(ErrorCode::kLedgerMismatch));
}

TEST_F(FingerprintTest, NobodyChangesWhatWasSaid) {
  ASSERT_OK(RecordFingerprint(*migrate_, After(0), 0));
  const std::unique_ptr<pg::Session> observe = Connect(database_.observe);
  EXPECT_THAT(RecordFingerprint(*observe, After(0), 0), StatusIsCode(ErrorCode::kPrivilege));
  EXPECT_THAT(migrate_->Query("DELETE FROM ferry.fingerprint").status(), StatusIsCode(ErrorCode::kPrivilege));
  EXPECT_THAT(migrate_
                  ->Query("INSERT INTO ferry.fingerprint (event_id, root, access_root, format, how, login)"
                          " VALUES (0, 'r', 'a', 'f', 'first look', 'somebody')")
                  .status(),
              StatusIsCode(ErrorCode::kPrivilege));
  for (const char* const sql : {"UPDATE ferry.fingerprint SET root = 'x'", "DELETE FROM ferry.fingerprint",
                                "TRUNCATE ferry.fingerprint"}) {
    EXPECT_THAT(setup_->Query(sql).status(), StatusText(HasSubstr("ferry.fingerprint is append-only")))
        << sql;
  }
  EXPECT_THAT(setup_->Query("TRUNCATE ferry.event").status(),
              StatusText(HasSubstr("ferry.event is append-only")));
}

// What the program before this one laid and wrote.
TEST_F(FingerprintTest, ALedgerOfFormatTwoIsBroughtUpToDateWithItsHistory) {
  const test::PgCluster::Database old = test::PgCluster::Shared().CreateDatabase();
  const std::unique_ptr<pg::Session> setup = Connect(old.setup);
  for (size_t format = 1; format <= 2; ++format) {
    for (const absl::string_view statement : absl::StrSplit(FormatSteps()[format - 1], "\n-- next\n")) {
      Run(*setup, std::string(statement));
    }
    Run(*setup, "INSERT INTO ferry.ledger_format (format) VALUES (" + std::to_string(format) + ")");
  }
  Run(*setup, "GRANT USAGE ON SCHEMA ferry TO ferry_migrate, ferry_observe");
  Run(*setup, "GRANT SELECT, INSERT ON ferry.event TO ferry_migrate");
  Run(*setup, "GRANT EXECUTE ON FUNCTION ferry.generation_of(text) TO ferry_migrate");
  Run(*setup, "GRANT SELECT ON ALL TABLES IN SCHEMA ferry TO ferry_migrate, ferry_observe");
  const std::unique_ptr<pg::Session> migrate = Connect(old.migrate);
  Apply(*migrate, "1.0.0");
  Apply(*migrate, "1.1.0");
  ASSERT_OK_AND_ASSIGN(const LedgerState before, ReadLedger(*migrate));
  EXPECT_EQ(before.format, 2);
  EXPECT_FALSE(before.fingerprint.has_value());
  ASSERT_OK(Install(*setup, "ferry_migrate", "ferry_observe"));
  ASSERT_OK_AND_ASSIGN(const LedgerState after, ReadLedger(*migrate));
  EXPECT_EQ(after.format, NewestFormat());
  EXPECT_EQ(after.head, before.head);
  EXPECT_THAT(after.applied, SizeIs(2));
  EXPECT_OK(RecordFingerprint(*migrate, After(after.head.id), 0));
  Apply(*migrate, "1.2.0");
  EXPECT_OK(VerifyChain(*setup));
}

}  // namespace
}  // namespace ferry::ledger
