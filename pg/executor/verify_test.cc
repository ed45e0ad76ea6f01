// Verify queries, preflight, and the script for people.
#include "pg/executor/verify.h"
#include "pg/executor/executor_fixture.h"
#include "pg/executor/preflight.h"
#include "pg/executor/script.h"

namespace ferry::executor {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

class VerifyTest : public ExecutorTest {
 protected:
  absl::Status Verify(const std::string& queries) {
    return VerifyMigration(*migrate_,
                           Make("1.0.0", absl::StrCat("-- ferry:up\nSELECT 1;\n-- ferry:down\nSELECT 1;\n",
                                                      "-- ferry:verify\n", queries)));
  }
};

TEST_F(VerifyTest, EveryQueryMustBeTrue) {
  Run(*migrate_, "CREATE TABLE public.t ()");
  EXPECT_OK(
      Verify("SELECT true;\nVALUES (true);\nWITH x AS (SELECT true) SELECT * FROM x;\nSELECT "
             "to_regclass('t') IS NOT NULL;\n"));
  const absl::Status no = Verify("SELECT true;\nSELECT\n false;\n");
  EXPECT_THAT(no, StatusIsCode(ErrorCode::kVerifyFalse));
  EXPECT_EQ(DetailOf(no).line, 13);
  EXPECT_EQ(DetailOf(no).file, "1.0.0_thing.sql");
  EXPECT_THAT(Verify("SELECT NULL::boolean;\n"), StatusIsCode(ErrorCode::kVerifyFalse));
}

TEST_F(VerifyTest, OtherShapesAreNoAnswer) {
  for (const char* const query :
       {"SELECT true WHERE false;\n", "SELECT true UNION ALL SELECT true;\n", "SELECT true, true;\n",
        "SELECT 1;\n", "SELECT;\n", "SELECT 't' -- c\n;\n"}) {
    EXPECT_THAT(Verify(query), StatusIsCode(ErrorCode::kVerifyRows)) << query;
  }
}

TEST_F(VerifyTest, AFailingQueryNamesItsSqlstateAndCannotWrite) {
  const absl::Status failed = Verify("SELECT 1/0 = 1;\n");
  EXPECT_THAT(failed, StatusIsCode(ErrorCode::kVerifyError));
  EXPECT_EQ(DetailOf(failed).sqlstate, "22012");
  Run(*migrate_, "CREATE TABLE public.t (id int)");
  Run(*migrate_,
      "CREATE FUNCTION public.sly() RETURNS boolean LANGUAGE plpgsql AS"
      " 'BEGIN INSERT INTO public.t VALUES (1); RETURN true; END'");
  EXPECT_THAT(Verify("SELECT sly();\n"), StatusIsCode(ErrorCode::kVerifyError));
  EXPECT_EQ(Cell(*migrate_, "SELECT count(*) FROM public.t"), "0");
}

TEST_F(VerifyTest, AnalyzesWhatExists) {
  Run(*migrate_, "CREATE TABLE public.\"Odd t\" AS SELECT generate_series(1, 50) i");
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> skipped,
                       AnalyzeTables(*migrate_, {{"public", "Odd t"}, {"public", "gone"}}, gate_));
  EXPECT_THAT(skipped, ::testing::IsEmpty());
  EXPECT_EQ(gate_.asked, 1);
  EXPECT_EQ(Cell(*migrate_, "SELECT reltuples FROM pg_class WHERE relname = 'Odd t'"), "50");
}

TEST_F(VerifyTest, NamesWhatItCouldNotAnalyzeForALock) {
  Run(*migrate_, "CREATE TABLE public.\"Odd t\" AS SELECT generate_series(1, 50) i");
  Run(*migrate_, "CREATE TABLE public.free AS SELECT generate_series(1, 70) i");
  const std::unique_ptr<pg::Session> application = Connect(database_.migrate);
  ASSERT_OK(application->Begin());
  Run(*application, "LOCK TABLE public.\"Odd t\" IN SHARE UPDATE EXCLUSIVE MODE");
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> skipped,
                       AnalyzeTables(*migrate_, {{"public", "Odd t"}, {"public", "free"}}, gate_));
  EXPECT_THAT(skipped, ::testing::ElementsAre("public.\"Odd t\""));
  EXPECT_EQ(Cell(*migrate_, "SELECT reltuples FROM pg_class WHERE relname = 'free'"), "70");
}

TEST_F(VerifyTest, AnalyzesUntilTheGateClosesOrTheDeadline) {
  Run(*migrate_, "CREATE TABLE public.one AS SELECT generate_series(1, 50) i");
  Run(*migrate_, "CREATE TABLE public.two AS SELECT generate_series(1, 50) i");
  const std::vector<sql::TableName> both = {{"public", "one"}, {"public", "two"}};
  gate_.permit = [this](absl::Time) -> absl::StatusOr<absl::Time> {
    if (gate_.asked == 2) return Error(ErrorCode::kWindowClosed, "closed");
    return absl::InfiniteFuture();
  };
  EXPECT_THAT(AnalyzeTables(*migrate_, both, gate_), StatusIsCode(ErrorCode::kWindowClosed));
  EXPECT_EQ(Cell(*migrate_, "SELECT reltuples FROM pg_class WHERE relname = 'one'"), "50");
  Run(*migrate_,
      "CREATE FUNCTION public.slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
      " 'BEGIN RETURN i; END'");
  Run(*migrate_, "CREATE INDEX two_slow ON public.two (public.slow(i))");
  Run(*migrate_,
      "CREATE OR REPLACE FUNCTION public.slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
      " 'BEGIN PERFORM pg_sleep(60); RETURN i; END'");
  gate_.permit = [](absl::Time now) { return now + absl::Milliseconds(200); };
  EXPECT_THAT(AnalyzeTables(*migrate_, both, gate_), StatusIsCode(ErrorCode::kDeadlineExceeded));
  EXPECT_FALSE(migrate_->in_transaction());
  EXPECT_EQ(Cell(*migrate_, "SHOW statement_timeout"), "0");
}

TEST_F(VerifyTest, APartitionedTablesOwnIndexMayWaitForItsPartitions) {
  Run(*migrate_, "CREATE TABLE public.p (id int) PARTITION BY RANGE (id)");
  Run(*migrate_, "CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (0) TO (10)");
  Run(*migrate_, "CREATE INDEX p_id ON ONLY public.p (id)");
  EXPECT_OK(CheckNothingInvalid(*migrate_, {{"public", "p"}, {"public", "p1"}}));
  Run(*migrate_, "INSERT INTO public.p1 VALUES (1), (1)");
  EXPECT_FALSE(migrate_->Query("CREATE UNIQUE INDEX CONCURRENTLY p1_id ON public.p1 (id)").ok());
  EXPECT_THAT(CheckNothingInvalid(*migrate_, {{"public", "p"}, {"public", "p1"}}),
              StatusText(HasSubstr("p1_id")));
}

TEST_F(VerifyTest, PreflightDescribesTheTarget) {
  ASSERT_OK_AND_ASSIGN(const PreflightReport report, CheckTarget(*migrate_, setup_.get()));
  EXPECT_GE(report.server_version, 130000);
  EXPECT_EQ(report.database, database_.name);
  EXPECT_EQ(report.role, "ferry_migrate");
  EXPECT_FALSE(report.system_identifier.empty());
  EXPECT_LT(absl::AbsDuration(report.clock_skew), absl::Seconds(1));
  EXPECT_TRUE(report.ledger.exists);
  EXPECT_THAT(report.warnings, ::testing::IsEmpty());
  const std::unique_ptr<pg::Session> superuser = Connect(database_.superuser);
  ASSERT_OK_AND_ASSIGN(const PreflightReport as_superuser, CheckTarget(*superuser, nullptr));
  EXPECT_THAT(as_superuser.warnings, Contains(HasSubstr("superuser")));
}

TEST_F(VerifyTest, PreflightWarnsOfClocksThatDisagree) {
  class HourBehind final : public Clock {
   public:
    absl::Time Now() const override { return SystemClock().Now() - absl::Hours(1); }
    absl::Duration Elapsed() const override { return SystemClock().Elapsed(); }
  };
  ASSERT_OK_AND_ASSIGN(const PreflightReport report,
                       CheckTarget(*migrate_, setup_.get(), "public", HourBehind()));
  EXPECT_THAT(report.warnings, Contains(ContainsRegex("(1h|59m[0-9]+s) ahead of the agent's")));
}

TEST_F(VerifyTest, PreflightRefusesALoginThatCannotCreate) {
  const std::unique_ptr<pg::Session> observe = Connect(database_.observe);
  EXPECT_THAT(CheckTarget(*observe, nullptr), StatusIsCode(ErrorCode::kPrivilege));
  ASSERT_OK_AND_ASSIGN(const PreflightReport nowhere, CheckTarget(*migrate_, nullptr, "nosuch"));
  EXPECT_THAT(nowhere.warnings, Contains(HasSubstr("no schema of search_path \"nosuch\" exists yet")));
}

TEST_F(VerifyTest, PreflightRefusesAReadOnlyDatabase) {
  Run(*migrate_, "SET default_transaction_read_only = on");
  EXPECT_THAT(CheckTarget(*migrate_, nullptr), StatusIsCode(ErrorCode::kStandby));
}

TEST_F(VerifyTest, TheScriptShowsEachKindOfSegment) {
  const migration::Migration m =
      Make("1.0.0",
           "-- ferry:up\nCREATE TABLE t (id int PRIMARY KEY, v int);\n-- ferry:backfill table=t batch=100\n"
           "UPDATE t SET v = 1 WHERE v IS NULL;\n-- ferry:up\nCREATE INDEX CONCURRENTLY t_v ON t (v);\n");
  ASSERT_OK_AND_ASSIGN(const std::string script, RenderScript(m, ledger::Direction::kUp, limits_));
  for (const char* const part :
       {"BEGIN;\nSELECT pg_catalog.set_config('search_path', 'public', true)", "'50ms'",
        "CREATE TABLE t (id int PRIMARY KEY, v int);",
        "SET CONSTRAINTS ferry.commit_guard DEFERRED;\nINSERT INTO ferry.event", ":'run_id'", "COMMIT;",
        "-- segment 1: backfill in batches", "\"<primary key>\"", "ON CONFLICT",
        "-- must be 0, else another pass", "-- segment 2: outside a transaction",
        "CREATE INDEX CONCURRENTLY t_v ON t (v);", "'applied'"}) {
    EXPECT_THAT(script, HasSubstr(part));
  }
  EXPECT_THAT(RenderScript(m, ledger::Direction::kDown, limits_), StatusIsCode(ErrorCode::kIrreversible));
  EXPECT_THAT(
      RenderScript(Make("1.1.0", "-- ferry:up\nCREATE DATABASE d;\n"), ledger::Direction::kUp, limits_),
      StatusIsCode(ErrorCode::kNonTransactional));
}

}  // namespace
}  // namespace ferry::executor
