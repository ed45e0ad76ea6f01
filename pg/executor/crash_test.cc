// A process that is killed at any durable step, or at any moment, and is then simply run again: every
// statement takes effect exactly once. The effects go into tables without a unique key, so a second
// application would be seen.
#include <unistd.h>

#include <random>

#include "absl/time/clock.h"
#include "pg/executor/executor_fixture.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace ferry::executor {
namespace {

constexpr char kMigration[] = R"(-- migration: 1.0.0 crash
-- description: every kind of segment
-- author: test
-- date: 2026-11-22
-- breaking: no

-- ferry:up
CREATE TABLE t (id int PRIMARY KEY, v int);
INSERT INTO t SELECT i FROM generate_series(1, 40) i;
INSERT INTO effect VALUES ('first');
CREATE TRIGGER note AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note();

-- ferry:backfill table=t batch=8
UPDATE t SET v = 1 WHERE v IS NULL;

-- ferry:up
CREATE INDEX CONCURRENTLY t_v ON t (v);
INSERT INTO effect VALUES ('last');

-- ferry:down
DROP INDEX CONCURRENTLY t_v;
INSERT INTO effect VALUES ('down');
DROP TABLE t;
)";

class CrashTest : public ExecutorTest {
 protected:
  void SetUp() override {
    ExecutorTest::SetUp();
    Run(*migrate_, "CREATE TABLE public.effect (what text)");
    Run(*migrate_,
        "CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN INSERT INTO public.effect VALUES (''row''); RETURN NEW; END'");
    file_ = folder_.Write("1.0.0_crash.sql", kMigration);
  }

  // The program's exit code; `fault` as in FERRY_FAULT. A `life` ends it with SIGKILL.
  int RunProgram(const std::string& direction, const std::string& fault = "",
                 absl::Duration life = absl::InfiniteDuration()) {
    char self[4096];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self);
    const std::string path(self, static_cast<size_t>(length));
    test::Process::Options options;
    if (!fault.empty()) options.env["FERRY_FAULT"] = fault;
    test::Process program(
        {absl::StrCat(path.substr(0, path.rfind('/')), "/ferry_executor_crash"), database_.migrate.at("host"),
         database_.migrate.at("port"), database_.migrate.at("dbname"), database_.migrate.at("user"),
         direction, std::to_string(++attempt_), file_},
        options);
    if (life != absl::InfiniteDuration()) {
      if (!program.Wait(life).has_value()) program.Kill();
    }
    const std::optional<int> code = program.Wait(absl::Seconds(60));
    if (code.has_value() && code != 0 && code != 137) ADD_FAILURE() << program.Stderr();
    return code.value_or(-1);
  }

  std::string Effects() {
    return Cell(*migrate_,
                "SELECT coalesce(string_agg(what || ' ' || n, ', ' ORDER BY what), '') FROM (SELECT what,"
                " count(*) n FROM public.effect GROUP BY what) x");
  }

  void ExpectApplied(const std::string& when) {
    EXPECT_EQ(Effects(), "first 1, last 1, row 40") << when;
    EXPECT_EQ(Cell(*migrate_, "SELECT count(*) FROM public.t WHERE v = 1"), "40") << when;
    EXPECT_EQ(Cell(*migrate_, "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('public.t_v')"),
              "t")
        << when;
    EXPECT_EQ(Applied(), "1.0.0") << when;
    EXPECT_OK(ledger::VerifyChain(*migrate_));
  }

  void Reset() {
    EXPECT_EQ(RunProgram("down"), 0);
    Run(*migrate_, "TRUNCATE public.effect");
  }

  test::TempDir folder_;
  std::string file_;
  int attempt_ = 0;
};

TEST_F(CrashTest, KilledAtEachDurableStepItGoesOnWhereItWas) {
  for (const char* const fault :
       {"apply.begin.after=kill", "apply.begin.after=kill:3", "apply.statement.after=kill",
        "apply.statement.after=kill:3", "apply.statement.after=kill:5", "apply.statement.after=kill:6",
        "apply.ledger.after=kill", "apply.ledger.after=kill:2", "apply.ledger.after=kill:5",
        "apply.commit.after=kill", "apply.commit.after=kill:2", "apply.commit.after=kill:4",
        "backfill.batch.after=kill", "backfill.batch.after=kill:4", "apply.intent.after=kill"}) {
    EXPECT_EQ(RunProgram("up", fault), 137) << fault;
    EXPECT_EQ(RunProgram("up"), 0) << fault;
    ExpectApplied(fault);
    Reset();
  }
}

TEST_F(CrashTest, KilledDuringARollbackItFinishesIt) {
  for (const char* const fault :
       {"apply.intent.after=kill", "rollback.statement.after=kill", "rollback.statement.after=kill:2",
        "apply.statement.after=kill", "apply.ledger.after=kill:2", "apply.commit.after=kill"}) {
    EXPECT_EQ(RunProgram("up"), 0);
    Run(*migrate_, "TRUNCATE public.effect");
    EXPECT_EQ(RunProgram("down", fault), 137) << fault;
    EXPECT_EQ(RunProgram("down"), 0) << fault;
    EXPECT_EQ(Effects(), "down 1") << fault;
    EXPECT_FALSE(Exists("public.t")) << fault;
    EXPECT_EQ(Applied(), "") << fault;
    Run(*migrate_, "TRUNCATE public.effect");
  }
}

TEST_F(CrashTest, KilledAtRandomMomentsItNeverAppliesTwice) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> life(1, 40);
  // However fast the machine is, some of these lives end early; one that gets through is checked and undone.
  int kills = 0;
  for (int lives = 0; kills < 20 && lives < 400; ++lives) {
    if (RunProgram("up", "", absl::Milliseconds(life(random))) == 137) {
      ++kills;
      continue;
    }
    ExpectApplied(absl::StrCat("seed ", seed, " after ", kills, " kills"));
    Reset();
  }
  EXPECT_EQ(RunProgram("up"), 0) << "seed " << seed;
  ExpectApplied(absl::StrCat("seed ", seed, " at the end, after ", kills, " kills"));
  RecordProperty("kills", kills);
  EXPECT_GE(kills, 20) << "hardly anything was killed in the middle";
}

}  // namespace
}  // namespace ferry::executor
