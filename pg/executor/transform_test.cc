// Transforms on real PostgreSQL, with a program that is a function of the test.
#include "nlohmann/json.hpp"
#include "pg/executor/executor_fixture.h"
#include "pg/executor/row_program.h"
#include "pg/executor/script.h"

namespace ferry::executor {
namespace {

using nlohmann::json;
using test::StatusIsCode;
using test::StatusText;
using ::testing::HasSubstr;
using Lines = std::vector<std::string>;

constexpr char kSlugs[] =
    "-- ferry:transform program=slugify key=id set=slug batch=10\n"
    "SELECT id, title FROM articles WHERE slug IS NULL;\n";

// Answers each batch with `answer`; counts.
class TestPrograms final : public RowPrograms {
 public:
  std::function<absl::StatusOr<Lines>(const Lines&)> answer;
  std::vector<Lines> batches;  // as given
  absl::Status known;          // what Open says

  absl::StatusOr<std::unique_ptr<RowProgram>> Open(const std::string& name) override {
    EXPECT_EQ(name, "slugify");
    if (!known.ok()) return known;
    return std::make_unique<Program>(this);
  }

 private:
  class Program final : public RowProgram {
   public:
    explicit Program(TestPrograms* owner) : owner_(owner) {}
    absl::StatusOr<Lines> Answer(const Lines& rows, absl::Duration, const std::function<bool()>&) override {
      owner_->batches.push_back(rows);
      return owner_->answer(rows);
    }

   private:
    TestPrograms* const owner_;
  };
};

class TransformTest : public ExecutorTest {
 protected:
  void SetUp() override {
    ExecutorTest::SetUp();
    Run(*migrate_, "CREATE TABLE public.articles (id int PRIMARY KEY, title text, slug text, n int)");
    Run(*migrate_, "INSERT INTO public.articles SELECT i, 'Title ' || i FROM generate_series(1, 95) i");
    programs_.answer = [](const Lines& rows) { return Slugify(rows); };
  }

  static std::string SlugOf(const json& row) { return "s-" + row["title"].get<std::string>(); }
  // In reverse, for the order is free.
  static Lines Slugify(const Lines& rows) {
    Lines out;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
      const json in = json::parse(*row);
      out.push_back(json{{"id", in["id"]}, {"slug", SlugOf(in)}}.dump());
    }
    return out;
  }

  absl::StatusOr<ApplyResult> Transform(const std::string& body = kSlugs, const std::string& run_id = "run-1",
                                        const std::string& header = "") {
    RunContext run = SomeRun(run_id);
    run.programs = &programs_;
    return Apply(Make("1.0.0", absl::StrCat("-- ferry:up\nSELECT 1;\n", body), header), run);
  }
  std::string Done() {
    return Cell(*migrate_, "SELECT count(*) FROM public.articles WHERE slug = 's-' || title");
  }
  std::string Checkpoint() {
    return Cell(*setup_, "SELECT rows_done || ' ' || batches || ' ' || pass FROM ferry.checkpoint");
  }

  TestPrograms programs_;
};

TEST_F(TransformTest, WritesEveryRowOnceInBatches) {
  Run(*migrate_, "CREATE TABLE public.audit (id int)");
  Run(*migrate_,
      "CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS"
      " 'BEGIN INSERT INTO public.audit VALUES (NEW.id); RETURN NEW; END'");
  Run(*migrate_,
      "CREATE TRIGGER note AFTER UPDATE ON public.articles FOR EACH ROW EXECUTE FUNCTION public.note()");
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, Transform());
  EXPECT_EQ(result.rows, 95);
  EXPECT_EQ(Done(), "95");
  EXPECT_EQ(Checkpoint(), "95 10 1");
  EXPECT_EQ(Kinds(), "segment 0, segment 1, applied");
  EXPECT_EQ(programs_.batches.size(), 10U);
  EXPECT_EQ(programs_.batches.back().size(), 5U);
  EXPECT_EQ(json::parse(programs_.batches[0][0]), (json{{"id", 1}, {"title", "Title 1"}}));
  EXPECT_EQ(Cell(*migrate_, "SELECT count(*) || ' ' || count(DISTINCT id) FROM public.audit"), "95 95");
  const Progress& last = progress_.back();
  EXPECT_EQ(last.phase, "transform");
  EXPECT_EQ(last.rows_done, 95);
  EXPECT_EQ(last.rows_total, 95);
  EXPECT_EQ(Cell(*migrate_, "SELECT count(*) FROM pg_class WHERE relname = 'ferry_transform'"), "0");
  ASSERT_EQ(result.touched.size(), 1U);
  EXPECT_EQ(result.touched[0].name, "articles");
}

TEST_F(TransformTest, WalksByAKeyOfSeveralColumnsAndKeepsTypes) {
  Run(*migrate_,
      "CREATE TABLE public.k (w text NOT NULL, \"N\" numeric(10,3) NOT NULL, at timestamptz NOT NULL DEFAULT"
      " now(), place text, slug varchar(20), tags text[], doc jsonb, UNIQUE (w, \"N\"))");
  Run(*migrate_,
      "INSERT INTO public.k SELECT chr(34) || '\\{,é' || (i % 7), i / 3.0 FROM generate_series(1, 50) i");
  programs_.answer = [](const Lines& rows) {
    Lines out;
    for (const std::string& row : rows) {
      // Numbers as JavaScript would write them, through a double.
      const json in = json::parse(row);
      out.push_back(json{
          {"w", in["w"]},
          {"N", in["N"]},
          {"slug", "x"},
          {"tags", {"a", "b\"c"}},
          {"doc", {{"deep", {1, 2}}}},
          {"place",
           "here"}}.dump());
    }
    return out;
  };
  ASSERT_OK_AND_ASSIGN(
      const ApplyResult result,
      Transform("-- ferry:transform program=slugify key=\"N\",w set=slug,tags,doc,place batch=3\n"
                "SELECT x.w, x.\"N\", x.at FROM ONLY public.k x WHERE x.slug IS NULL;\n"));
  EXPECT_EQ(result.rows, 50);
  EXPECT_EQ(
      Cell(*migrate_,
           "SELECT count(*) FROM public.k WHERE slug = 'x' AND tags[2] = 'b\"c' AND doc->'deep'->>1 = '2'"
           " AND place = 'here'"),
      "50");
}

TEST_F(TransformTest, ARowChangedMeanwhileIsLeftForTheNextPass) {
  const std::unique_ptr<pg::Session> application = Connect(database_.migrate);
  programs_.answer = [&](const Lines& rows) {
    if (programs_.batches.size() == 2) {
      Run(*application, "UPDATE public.articles SET title = 'New' WHERE id = 15");
      Run(*application, "UPDATE public.articles SET slug = 'by hand' WHERE id = 16");
      Run(*application, "DELETE FROM public.articles WHERE id = 17");
      Run(*application, "INSERT INTO public.articles VALUES (-1, 'late')");
      Run(*application, "UPDATE public.articles SET n = 7 WHERE id = 18");  // not what the program saw
    }
    return Slugify(rows);
  };
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, Transform());
  EXPECT_EQ(result.rows, 94);  // 95 without 16 and 17, and -1
  EXPECT_EQ(Cell(*migrate_, "SELECT slug FROM public.articles WHERE id = 15"), "s-New");
  EXPECT_EQ(Cell(*migrate_, "SELECT slug FROM public.articles WHERE id = 16"), "by hand");
  EXPECT_EQ(Done(), "94");
  EXPECT_EQ(Checkpoint(), "94 11 2");
  EXPECT_EQ(programs_.batches.back().size(), 2U);
}

TEST_F(TransformTest, ARowThatStillMatchesEndsItAndIsNamed) {
  programs_.answer = [](const Lines& rows) {
    Lines out = Slugify(rows);
    for (std::string& line : out) {
      json answer = json::parse(line);
      if (answer["id"] == 12 || answer["id"] == 14) answer["slug"] = nullptr;
      line = answer.dump();
    }
    return out;
  };
  const auto result = Transform();
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kBackfillStuck));
  EXPECT_THAT(result,
              StatusText(HasSubstr("2 rows of articles still match after the transform, for example the "
                                   "one with id = 12")));
  EXPECT_EQ(DetailOf(result.status()).line, 10);
  EXPECT_EQ(Checkpoint(), "10 1 1");
  EXPECT_EQ(Done(), "10");
  EXPECT_FALSE(migrate_->in_transaction());
}

TEST_F(TransformTest, ARejectedRowIsNamedAndARetryGoesOnAtTheCheckpoint) {
  bool reject = true;
  programs_.answer = [&](const Lines& rows) {
    Lines out = Slugify(rows);
    for (std::string& line : out) {
      if (reject && json::parse(line)["id"] == 33) line = R"({"id":33,"error":"no title"})";
    }
    return out;
  };
  const auto result = Transform();
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kTransformRejected));
  EXPECT_THAT(result,
              StatusText(HasSubstr("program \"slugify\" rejected the row with id = 33: \"no title\"")));
  const ErrorDetail detail = DetailOf(result.status());
  EXPECT_EQ(detail.file, "1.0.0_thing.sql");
  EXPECT_EQ(detail.line, 10);
  EXPECT_EQ(detail.target_state,
            "segment 0 of 1.0.0 is applied and recorded; 30 rows in 3 batches of the transform in segment 1 "
            "of 1.0.0 "
            "are committed; it goes on after them");
  EXPECT_EQ(Done(), "30");
  EXPECT_EQ(Checkpoint(), "30 3 1");
  reject = false;
  programs_.batches.clear();
  ASSERT_OK_AND_ASSIGN(const ApplyResult again, Transform(kSlugs, "run-2"));
  EXPECT_EQ(again.rows, 65);
  EXPECT_EQ(json::parse(programs_.batches[0][0])["id"], 31);
  EXPECT_EQ(Done(), "95");
}

TEST_F(TransformTest, AFailureOfTheProgramLeavesTheCheckpointTrue) {
  programs_.answer = [&](const Lines& rows) -> absl::StatusOr<Lines> {
    if (programs_.batches.size() == 4)
      return Error(ErrorCode::kTransformProgram, "it ended with exit code 3");
    return Slugify(rows);
  };
  EXPECT_THAT(Transform(), StatusIsCode(ErrorCode::kTransformProgram));
  EXPECT_EQ(Checkpoint(), "30 3 1");
  EXPECT_EQ(Done(), "30");
  ASSERT_OK_AND_ASSIGN(const ApplyResult again, Transform(kSlugs, "run-2"));
  EXPECT_EQ(again.rows, 65);
  EXPECT_EQ(Done(), "95");
}

TEST_F(TransformTest, AnAnswerThatTheColumnCannotHoldIsNamedByItsRow) {
  programs_.answer = [](const Lines& rows) {
    Lines out;
    for (const std::string& row : rows) {
      const json in = json::parse(row);
      json n = 5;
      if (in["id"] == 8) n = "abc";
      out.push_back(json{{"id", in["id"]}, {"n", n}}.dump());
    }
    return out;
  };
  const auto result = Transform(
      "-- ferry:transform program=slugify key=id set=n batch=10\nSELECT id FROM articles WHERE n IS NULL;\n");
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kTransformProgram));
  EXPECT_THAT(result,
              StatusText(HasSubstr("answered the row with id = 8 with what its column cannot hold: invalid "
                                   "input syntax for type integer")));
  EXPECT_EQ(Cell(*migrate_, "SELECT count(*) FROM public.articles WHERE n IS NOT NULL"), "0");
}

TEST_F(TransformTest, AConstraintOfTheTableStopsIt) {
  Run(*migrate_, "ALTER TABLE public.articles ADD CONSTRAINT short CHECK (length(slug) < 9)");
  Run(*migrate_, "UPDATE public.articles SET title = 'much too long' WHERE id = 45");
  const auto result = Transform(
      "-- ferry:transform program=slugify key=id set=slug batch=40\n"
      "SELECT id, left(title, 6) AS title FROM articles WHERE slug IS NULL AND id <> 45;\n"
      "-- ferry:transform program=slugify key=id set=slug batch=40\n"
      "SELECT id, title FROM articles WHERE slug IS NULL;\n");
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_THAT(result,
              StatusText(HasSubstr("violates check constraint \"short\"; first by the answer of program "
                                   "\"slugify\" to the row with id = 45")));
  EXPECT_EQ(Kinds(), "segment 0, segment 1");
}

TEST_F(TransformTest, TwoAnswersThatCannotStandTogetherAreNamed) {
  Run(*migrate_, "CREATE UNIQUE INDEX one_slug ON public.articles (slug)");
  Run(*migrate_, "UPDATE public.articles SET title = 'Title 3' WHERE id = 8");
  const auto result = Transform();
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_THAT(result,
              StatusText(HasSubstr("violates unique constraint \"one_slug\"; first by the answer of program "
                                   "\"slugify\" to the row with id = 8")));
  EXPECT_EQ(Done(), "0");
}

TEST_F(TransformTest, RunsAsTheMigrationsRoleUnderItsSearchPath) {
  const std::unique_ptr<pg::Session> superuser = Connect(database_.superuser);
  Run(*superuser, "DROP ROLE IF EXISTS transform_owner");
  Run(*superuser, "CREATE ROLE transform_owner");
  Run(*superuser, "GRANT transform_owner TO ferry_migrate");
  Run(*superuser, "CREATE SCHEMA app AUTHORIZATION transform_owner");
  Run(*superuser,
      "CREATE TABLE app.articles (id int, day date, title json, slug text, PRIMARY KEY (id, day))"
      " PARTITION BY RANGE (day)");
  Run(*superuser,
      "CREATE TABLE app.old PARTITION OF app.articles FOR VALUES FROM (MINVALUE) TO ('2024-01-04')");
  Run(*superuser, "CREATE TABLE app.new PARTITION OF app.articles DEFAULT");
  Run(*superuser,
      "INSERT INTO app.articles SELECT i, date '2024-01-01' + i % 7, json E'{\\n \"a\":1}' FROM"
      " generate_series(1, 30) i");
  Run(*superuser, "ALTER TABLE app.articles OWNER TO transform_owner");
  Run(*superuser,
      "CREATE FUNCTION app.who() RETURNS trigger LANGUAGE plpgsql AS"
      " 'BEGIN NEW.slug = current_user; RETURN NEW; END'");
  Run(*superuser, "CREATE TRIGGER who BEFORE UPDATE ON app.articles FOR EACH ROW EXECUTE FUNCTION app.who()");
  programs_.answer = [](const Lines& rows) {
    Lines out;
    for (const std::string& row : rows) {
      json answer = json::parse(row);
      answer.erase("title");
      answer["slug"] = "x";
      out.push_back(answer.dump());
    }
    return out;
  };
  ASSERT_OK_AND_ASSIGN(
      const ApplyResult result,
      Transform("-- ferry:transform program=slugify key=id,day set=slug batch=7 table=articles\n"
                "SELECT id, day, title FROM articles WHERE slug IS NULL;\n",
                "run-1", "-- role: transform_owner\n-- search_path: app\n"));
  EXPECT_EQ(result.rows, 30);
  EXPECT_EQ(Cell(*superuser, "SELECT count(*) FROM app.articles WHERE slug = 'transform_owner'"), "30");
  Run(*superuser, "DROP SCHEMA app CASCADE");
  Run(*superuser, "DROP OWNED BY transform_owner");
  Run(*superuser, "DROP ROLE transform_owner");
}

TEST_F(TransformTest, AnUnknownProgramIsSaidBeforeAnythingRuns) {
  programs_.known = Error(ErrorCode::kTransformProgram, "there is no program \"slugify\"").Next("add it");
  const auto result = Transform();
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kTransformProgram));
  EXPECT_EQ(DetailOf(result.status()).line, 10);
  EXPECT_EQ(DetailOf(result.status()).target_state, "rolled back: nothing of 1.0.0 remains");
  EXPECT_EQ(Kinds(), "");
}

TEST_F(TransformTest, WithoutProgramsOnlyAnEmptyTableIsDone) {
  const migration::Migration m = Make("1.0.0", kSlugs);
  EXPECT_THAT(Apply(m), StatusIsCode(ErrorCode::kTransformProgram));
  Run(*migrate_, "TRUNCATE public.articles");
  EXPECT_OK(Apply(m));
  EXPECT_EQ(Applied(), "1.0.0");
}

TEST_F(TransformTest, TheKeyMustBeAKeyOfTheTable) {
  const auto result = Transform(
      "-- ferry:transform program=slugify key=title set=slug batch=10\nSELECT title FROM articles WHERE slug "
      "IS "
      "NULL;\n");
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kBackfillKey));
  EXPECT_THAT(result, StatusText(HasSubstr("that is (title)")));
}

TEST_F(TransformTest, AWindowThatClosesMeanwhileOrACancelWritesNothingMore) {
  bool closed = false;
  gate_.permit = [&](absl::Time) -> absl::StatusOr<absl::Time> {
    if (closed) return Error(ErrorCode::kWindowClosed, "closed");
    return absl::InfiniteFuture();
  };
  programs_.answer = [&](const Lines& rows) {
    closed = programs_.batches.size() == 3;
    return Slugify(rows);
  };
  EXPECT_THAT(Transform(), StatusIsCode(ErrorCode::kWindowClosed));
  EXPECT_EQ(Done(), "20");
  EXPECT_EQ(Checkpoint(), "20 2 1");
}

TEST_F(TransformTest, NoTransactionIsOpenWhileTheProgramComputes) {
  const std::unique_ptr<pg::Session> watcher = Connect(database_.superuser);
  std::string state;
  programs_.answer = [&](const Lines& rows) {
    state = Cell(*watcher,
                 absl::StrCat("SELECT state FROM pg_stat_activity WHERE pid = ", migrate_->backend_pid()));
    return Slugify(rows);
  };
  EXPECT_OK(Transform());
  EXPECT_EQ(state, "idle");
}

TEST_F(TransformTest, ALockedRowIsWaitedForWithTheSameAnswers) {
  limits_.lock_timeout = absl::Milliseconds(50);
  limits_.lock_retries = 1;
  limits_.lock_retry_pause = absl::Milliseconds(10);
  const std::unique_ptr<pg::Session> application = Connect(database_.migrate, "shop");
  ASSERT_OK(application->Begin());
  Run(*application, "UPDATE public.articles SET n = 0 WHERE id = 25");
  const auto result = Transform();
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kLockTimeout));
  EXPECT_THAT(result, StatusText(HasSubstr("(shop) of ferry_migrate, idle in transaction")));
  EXPECT_EQ(programs_.batches.size(), 3U);  // asked once for the batch that was tried twice
  EXPECT_EQ(Checkpoint(), "20 2 1");
  application->Rollback();
  EXPECT_OK(Transform());
  EXPECT_EQ(Done(), "95");
}

TEST_F(TransformTest, AStaleEpochCannotCommitABatch) {
  const std::unique_ptr<pg::Session> successor = Connect(database_.migrate);
  programs_.answer = [&](const Lines& rows) {
    if (programs_.batches.size() == 3) {
      EXPECT_OK(ledger::RaiseFence(*successor, 2));
    }
    return Slugify(rows);
  };
  EXPECT_THAT(Transform(), StatusIsCode(ErrorCode::kGuardRefused));
  EXPECT_EQ(Done(), "20");
}

TEST_F(TransformTest, TheScriptIsWhatRuns) {
  const migration::Migration m = Make("1.0.0", kSlugs);
  ASSERT_OK_AND_ASSIGN(const std::string script, RenderScript(m, ledger::Direction::kUp, limits_));
  EXPECT_THAT(script, HasSubstr("-- segment 0: transform by a program, in batches"));
  EXPECT_THAT(script, HasSubstr("-- program slugify of the agent's file"));
  EXPECT_THAT(script, HasSubstr("UPDATE articles AS t SET slug = s.slug FROM pg_temp.ferry_transform AS s"));
  EXPECT_THAT(script, HasSubstr("-- $1 = answers, $2 = seen\nINSERT INTO pg_temp.ferry_transform"));
}

}  // namespace
}  // namespace ferry::executor
