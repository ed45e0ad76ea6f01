// CREATE and DROP INDEX CONCURRENTLY, and what they leave behind.
#include "pg/executor/executor_fixture.h"
#include "pg/executor/index_statement.h"
#include "pg/executor/verify.h"

namespace ferry::executor {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::HasSubstr;

class StandaloneTest : public ExecutorTest {
 protected:
  void SetUp() override {
    ExecutorTest::SetUp();
    Run(*migrate_, "CREATE TABLE public.t (id int)");
    Run(*migrate_, "INSERT INTO public.t VALUES (1), (2)");
  }

  std::string Validity(const std::string& index) {
    return Cell(*setup_, absl::StrCat("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('",
                                      index, "')"));
  }
  // As a failed build leaves it.
  void LeaveInvalid(bool with_intent) {
    Run(*migrate_, "INSERT INTO public.t VALUES (1)");
    EXPECT_FALSE(migrate_->Query("CREATE UNIQUE INDEX CONCURRENTLY t_i ON public.t (id)").ok());
    Run(*migrate_, "DELETE FROM public.t WHERE ctid = (SELECT max(ctid) FROM public.t WHERE id = 1)");
    ASSERT_EQ(Validity("public.t_i"), "f");
    if (with_intent) RecordIntent();
  }
  void RecordIntent() {
    ledger::Event event = SomeEvent("1.0.0");
    event.checksum = unique_.up[0].checksum;
    ASSERT_OK(ledger::RecordIntent(*migrate_, SomeAuthor(), event));
  }

  const migration::Migration unique_ =
      Make("1.0.0",
           "-- ferry:up\nCREATE UNIQUE INDEX CONCURRENTLY t_i ON t (id);\n-- ferry:down\nDROP INDEX t_i;\n");
};

TEST_F(StandaloneTest, BuildsAnIndexBetweenAnIntentAndItsRecord) {
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, Apply(unique_));
  EXPECT_EQ(result.segments_run, 1);
  EXPECT_EQ(Validity("public.t_i"), "t");
  EXPECT_EQ(Kinds(), "intent 0, segment 0, applied");
  EXPECT_EQ(Cell(*migrate_, "SELECT current_setting('search_path') || current_setting('lock_timeout')"),
            "5s");
  EXPECT_OK(CheckNothingInvalid(*migrate_, result.touched));
}

TEST_F(StandaloneTest, AFailedBuildLeavesNoInvalidIndexAndCanBeRepeated) {
  Run(*migrate_, "INSERT INTO public.t VALUES (1)");
  const absl::StatusOr<ApplyResult> failed = Apply(unique_);
  EXPECT_EQ(DetailOf(failed.status()).sqlstate, "23505");
  EXPECT_EQ(DetailOf(failed.status()).line, 8);
  EXPECT_FALSE(Exists("public.t_i"));
  EXPECT_EQ(Kinds(), "intent 0");
  Run(*migrate_, "DELETE FROM public.t");
  EXPECT_OK(Apply(unique_));
  EXPECT_EQ(Kinds(), "intent 0, segment 0, applied");
}

TEST_F(StandaloneTest, AnInvalidLeftoverOfOursIsDroppedAndBuiltAgain) {
  LeaveInvalid(true);
  EXPECT_OK(Apply(unique_));
  EXPECT_EQ(Validity("public.t_i"), "t");
}

TEST_F(StandaloneTest, AnInvalidIndexThatIsNotOursIsNotTouched) {
  LeaveInvalid(false);
  EXPECT_THAT(Apply(unique_), StatusIsCode(ErrorCode::kInvalidIndex));
  EXPECT_EQ(Validity("public.t_i"), "f");
  EXPECT_EQ(Kinds(), "");
  EXPECT_THAT(CheckNothingInvalid(*migrate_, {{"public", "t"}}), StatusIsCode(ErrorCode::kInvalidLeftover));
  EXPECT_THAT(CheckNothingInvalid(*migrate_, {{"public", "t"}}), StatusText(HasSubstr("public.t_i")));
}

TEST_F(StandaloneTest, IfNotExistsOverAnInvalidIndexIsNoSuccess) {
  LeaveInvalid(false);
  const migration::Migration m =
      Make("1.0.0", "-- ferry:up\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_i ON t (id);\n");
  EXPECT_THAT(Apply(m), StatusIsCode(ErrorCode::kInvalidIndex));
  EXPECT_EQ(Applied(), "");
}

TEST_F(StandaloneTest, ABuildThatTheServerFinishedAfterWeDiedIsRecorded) {
  RecordIntent();
  Run(*migrate_, "CREATE UNIQUE INDEX t_i ON public.t (id)");
  EXPECT_OK(Apply(unique_));
  EXPECT_EQ(Kinds(), "intent 0, segment 0, applied");
}

TEST_F(StandaloneTest, AnIntentOfAnotherStatementIsRefused) {
  RecordIntent();
  const migration::Migration edited =
      Make("1.0.0", "-- ferry:up\nCREATE INDEX CONCURRENTLY t_i ON t (id);\n");
  EXPECT_THAT(Apply(edited), StatusIsCode(ErrorCode::kLedgerMismatch));
  EXPECT_FALSE(Exists("public.t_i"));
}

TEST_F(StandaloneTest, AnIndexOfThatNameWithAnotherShapeIsRefused) {
  RecordIntent();
  Run(*migrate_, "CREATE INDEX t_i ON public.t (id)");
  const absl::StatusOr<ApplyResult> result = Apply(unique_);
  EXPECT_THAT(result, StatusText(HasSubstr("is not the one that the migration describes")));
  EXPECT_EQ(Validity("public.t_i"), "t");
}

TEST_F(StandaloneTest, ABuildThatWaitsForAnOldSnapshotIsCleanedUpAtTheDeadline) {
  const std::unique_ptr<pg::Session> reader = Connect(database_.migrate);
  ASSERT_OK(reader->Begin());
  Run(*reader, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
  Run(*reader, "SELECT count(*) FROM public.t");
  gate_.permit = [](absl::Time now) { return now + absl::Milliseconds(400); };
  limits_.cleanup = absl::Milliseconds(300);
  const absl::StatusOr<ApplyResult> result = Apply(unique_);
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kDeadlineExceeded));
  EXPECT_THAT(result, StatusText(HasSubstr("an INVALID index t_i is left")));
  reader->Rollback();
  gate_.permit = nullptr;
  EXPECT_OK(Apply(unique_, SomeRun("run-2")));
  EXPECT_EQ(Validity("public.t_i"), "t");
}

TEST_F(StandaloneTest, DropsAnIndexAndFinishesADropThatWasInterrupted) {
  const migration::Migration m = Make("1.0.0", "-- ferry:up\nDROP INDEX CONCURRENTLY t_i;\n");
  const absl::StatusOr<ApplyResult> missing = Apply(m);
  EXPECT_EQ(DetailOf(missing.status()).sqlstate, "42704");
  Run(*migrate_, "CREATE INDEX t_i ON public.t (id)");
  EXPECT_OK(Apply(m));
  EXPECT_FALSE(Exists("public.t_i"));
}

TEST_F(StandaloneTest, WhatCannotBeResumedIsRefusedBeforeAnythingRuns) {
  for (const char* const sql :
       {"VACUUM t", "CREATE INDEX CONCURRENTLY ON t (id)", "REINDEX TABLE CONCURRENTLY t"}) {
    const absl::StatusOr<ApplyResult> result =
        Apply(Make("1.0.0", absl::StrCat("-- ferry:up\nCREATE TABLE made ();\n", sql, ";\n")));
    EXPECT_THAT(result, StatusIsCode(ErrorCode::kNonTransactional)) << sql;
    EXPECT_EQ(DetailOf(result.status()).line, 9);
    EXPECT_FALSE(Exists("public.made"));
  }
}

TEST_F(StandaloneTest, ReadsNamesAsTheServerDoes) {
  const auto parse = [](const std::string& text) {
    sql::Statement statement;
    statement.text = text;
    const absl::StatusOr<IndexStatement> parsed = ParseIndexStatement(statement);
    if (!parsed.ok()) return std::string("refused");
    return absl::StrCat(parsed->create ? "create " : "drop ", parsed->unique ? "unique " : "",
                        parsed->tolerant ? "if " : "", parsed->index.schema, ".", parsed->index.name, " on ",
                        parsed->table.schema, ".", parsed->table.name);
  };
  EXPECT_EQ(parse("create  /* x */ unique index CONCURRENTLY Foo on only App.\"T \"\"q\" (a)"),
            "create unique .foo on app.T \"q");
  EXPECT_EQ(parse("CREATE INDEX CONCURRENTLY IF NOT EXISTS \"A b\" ON t (a)"), "create if .A b on .t");
  EXPECT_EQ(parse("DROP INDEX CONCURRENTLY IF EXISTS app.i -- c\n RESTRICT"), "drop if app.i on .");
  EXPECT_EQ(parse("CREATE INDEX i ON t (a)"), "refused");
  EXPECT_EQ(parse("CREATE INDEX CONCURRENTLY U&\"\\0041\" ON t (a)"), "refused");
}

}  // namespace
}  // namespace ferry::executor
