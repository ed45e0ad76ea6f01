#include "pg/session/session.h"

#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pg/session/advisory_lock.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/status_matchers.h"
#include "tests/support/wait.h"

namespace ferry::pg {
namespace {

using ::ferry::test::IsOk;
using ::ferry::test::PgCluster;
using ::ferry::test::StatusIsCode;
using ::ferry::test::StatusText;
using ::ferry::test::WaitUntil;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class SessionTest : public ::testing::Test {
 protected:
  std::unique_ptr<Session> Open(const PgCluster::Login& login) {
    auto session = Session::Open({login}, "ferry/test");
    if (!session.ok()) ADD_FAILURE() << ErrorText(session.status());
    return std::move(session).value();
  }
  // Waits until the backend of `session` runs a statement (or waits, or sleeps) as `column` of
  // pg_stat_activity says.
  bool WaitForBackend(int pid, const std::string& condition) {
    return WaitUntil([&] {
      const auto rows = admin_->Query(
          absl::StrCat("SELECT 1 FROM pg_catalog.pg_stat_activity WHERE pid = ", pid, " AND ", condition));
      return rows.ok() && !rows->empty();
    });
  }
  std::string Show(Session& session, const std::string& setting) {
    const auto rows = session.Query("SHOW " + setting);
    return rows.ok() ? rows->at(0, 0).value_or("NULL") : ErrorText(rows.status());
  }

  PgCluster::Database database_ = PgCluster::Shared().CreateDatabase();
  std::unique_ptr<Session> admin_ = Open(database_.superuser);
  std::unique_ptr<Session> session_ = Open(database_.migrate);
};

TEST_F(SessionTest, OpensWithItsOwnSettings) {
  PgCluster::Shared().Execute(database_.name,
                              {"ALTER ROLE ferry_migrate SET search_path = public, pg_catalog"});
  const auto session = Open(database_.migrate);
  EXPECT_EQ(Show(*session, "search_path"), "");
  EXPECT_EQ(Show(*session, "client_encoding"), "UTF8");
  EXPECT_EQ(Show(*session, "application_name"), "ferry/test");
  EXPECT_EQ(Show(*session, "lock_timeout"), "5s");
  EXPECT_EQ(Show(*session, "idle_in_transaction_session_timeout"), "5min");
  EXPECT_EQ(Show(*session, "client_connection_check_interval"), "500ms");
  EXPECT_GE(session->server_version(), 130000);
  EXPECT_FALSE(session->in_transaction());
  EXPECT_FALSE(session->broken());
  ASSERT_OK_AND_ASSIGN(const Rows pid, session->Query("SELECT pg_catalog.pg_backend_pid()"));
  EXPECT_EQ(pid.at(0, 0), absl::StrCat(session->backend_pid()));
}

TEST_F(SessionTest, AnswersWithColumnsRowsTagAndCount) {
  ASSERT_OK_AND_ASSIGN(const Rows rows,
                       session_->Query("SELECT $1::int + 1 AS n, $2::text AS t, NULL AS nothing,"
                                       " '' AS empty, $3::text IS NULL AS b",
                                       {"41", "it's \\ ü", std::nullopt}));
  EXPECT_THAT(rows.columns, ElementsAre("n", "t", "nothing", "empty", "b"));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_THAT(rows.rows[0], ElementsAre("42", "it's \\ ü", std::nullopt, "", "t"));
  EXPECT_EQ(rows.tag, "SELECT 1");

  ASSERT_OK_AND_ASSIGN(const Rows created, session_->Query("CREATE TABLE public.t (id int)"));
  EXPECT_EQ(created.tag, "CREATE TABLE");
  EXPECT_EQ(created.affected, 0);
  ASSERT_OK_AND_ASSIGN(const Rows inserted,
                       session_->Query("INSERT INTO public.t SELECT generate_series(1, 5)"));
  EXPECT_EQ(inserted.tag, "INSERT 0 5");
  EXPECT_EQ(inserted.affected, 5);
}

TEST_F(SessionTest, TwoStatementsInOneCallAreRefused) {
  const auto result = session_->Query("CREATE TABLE public.a (id int); CREATE TABLE public.b (id int)");
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_EQ(session_->last_error().sqlstate, "42601");
  ASSERT_OK_AND_ASSIGN(const Rows rows, session_->Query("SELECT pg_catalog.to_regclass('public.a')"));
  EXPECT_EQ(rows.at(0, 0), std::nullopt);
}

TEST_F(SessionTest, AnEmptyStatementAndAZeroByteAreRefused) {
  EXPECT_THAT(session_->Query(" -- nothing\n"), StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_THAT(session_->Query(absl::string_view("SELECT 1\0, 2", 12)),
              StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_THAT(session_->Query("SELECT $1::text", {std::string("a\0b", 3)}),
              StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_OK(session_->Query("SELECT 1"));
}

TEST_F(SessionTest, CopyIsRefusedAndTheSessionGoesOn) {
  EXPECT_OK(session_->Query("CREATE TABLE public.t AS SELECT generate_series(1, 10000) AS id"));
  EXPECT_THAT(session_->Query("COPY public.t FROM STDIN"), StatusText(HasSubstr("COPY")));
  EXPECT_THAT(session_->Query("COPY public.t TO STDOUT"), StatusText(HasSubstr("COPY")));
  EXPECT_OK(session_->Query("SELECT 1"));
}

TEST_F(SessionTest, AnErrorHasItsFieldsAndNoRowData) {
  ASSERT_OK(session_->Query("CREATE TABLE public.t (secret text CONSTRAINT only_once UNIQUE)"));
  ASSERT_OK(session_->Query("INSERT INTO public.t VALUES ('alice@example.org')"));
  const auto twice = session_->Query("INSERT INTO public.t VALUES ($1)", {"alice@example.org"});
  EXPECT_THAT(twice, StatusText(Not(HasSubstr("alice"))));
  EXPECT_EQ(DetailOf(twice.status()).sqlstate, "23505");
  EXPECT_EQ(session_->last_error().constraint, "only_once");
  EXPECT_EQ(session_->last_error().table, "t");
  EXPECT_EQ(session_->last_error().schema, "public");
  EXPECT_EQ(session_->last_error().severity, "ERROR");

  EXPECT_THAT(session_->Query("SELECT 'ü', nonsense"), StatusText(HasSubstr("nonsense")));
  EXPECT_EQ(session_->last_error().position, 13) << "in characters";
  EXPECT_OK(session_->Query("SELECT 1"));
  EXPECT_EQ(session_->last_error().sqlstate, "");
}

TEST_F(SessionTest, NoticesReachTheirReceiverWithSeverityAndCode) {
  std::vector<std::string> seen;
  session_->OnNotice([&seen](const Notice& notice) {
    seen.push_back(absl::StrCat(notice.severity, " ", notice.sqlstate, " ", notice.message));
  });
  EXPECT_OK(session_->Query(
      "DO $$ BEGIN RAISE NOTICE 'hello' USING DETAIL = 'row data'; RAISE WARNING 'careful'; END $$"));
  EXPECT_THAT(seen, ElementsAre("NOTICE 00000 hello", "WARNING 01000 careful"));
  session_->OnNotice(nullptr);
  EXPECT_OK(session_->Query("DO $$ BEGIN RAISE NOTICE 'unheard'; END $$"));
  EXPECT_EQ(seen.size(), 2u);
}

TEST_F(SessionTest, CommitKeepsAndRollbackUndoes) {
  ASSERT_OK(session_->Begin());
  EXPECT_EQ(session_->transaction_status(), TransactionStatus::kInTransaction);
  ASSERT_OK(session_->Query("CREATE TABLE public.kept (id int)"));
  EXPECT_THAT(session_->Begin(), StatusIsCode(ErrorCode::kInternal));
  EXPECT_OK(session_->Commit());
  EXPECT_EQ(session_->transaction_status(), TransactionStatus::kIdle);

  ASSERT_OK(session_->Begin());
  ASSERT_OK(session_->Query("DROP TABLE public.kept"));
  session_->Rollback();
  session_->Rollback();
  EXPECT_OK(session_->Query("SELECT * FROM public.kept"));
}

TEST_F(SessionTest, ACommitThatTheServerTurnsIntoARollbackIsAnError) {
  ASSERT_OK(session_->Begin());
  ASSERT_OK(session_->Query("CREATE TABLE public.t (id int)"));
  EXPECT_THAT(session_->Query("SELECT 1/0"), StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_EQ(session_->transaction_status(), TransactionStatus::kFailed);
  const absl::Status commit = session_->Commit();
  EXPECT_THAT(commit, StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_THAT(commit, StatusText(HasSubstr("rolled back")));
  EXPECT_EQ(session_->transaction_status(), TransactionStatus::kIdle);
}

TEST_F(SessionTest, AStatementThatEndsTheTransactionIsSeen) {
  ASSERT_OK(session_->Begin());
  ASSERT_OK_AND_ASSIGN(const std::string before, session_->CurrentXid());
  ASSERT_OK_AND_ASSIGN(const std::string same, session_->CurrentXid());
  EXPECT_EQ(before, same);
  ASSERT_OK(session_->Query("COMMIT"));
  EXPECT_FALSE(session_->in_transaction());
  EXPECT_THAT(session_->Commit(), StatusIsCode(ErrorCode::kEmbeddedTransaction));
}

TEST_F(SessionTest, ADeferredConstraintFailsTheCommit) {
  ASSERT_OK(
      session_->Query("CREATE TABLE public.t (id int CONSTRAINT late UNIQUE DEFERRABLE INITIALLY DEFERRED)"));
  ASSERT_OK(session_->Begin());
  ASSERT_OK(session_->Query("INSERT INTO public.t VALUES (1), (1)"));
  EXPECT_THAT(session_->Commit(), StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_EQ(session_->last_error().constraint, "late");
  EXPECT_FALSE(session_->in_transaction());
}

TEST_F(SessionTest, ATerminatedBackendBreaksTheSessionForGood) {
  const int pid = session_->backend_pid();
  ASSERT_OK_AND_ASSIGN(const bool locked, TryAdvisoryLock(*session_, 7));
  ASSERT_TRUE(locked);
  ASSERT_OK(admin_->Query(absl::StrCat("SELECT pg_catalog.pg_terminate_backend(", pid, ", 10000)")));

  for (int call = 0; call < 5; ++call) {
    EXPECT_THAT(session_->Query("SELECT 1"), StatusIsCode(ErrorCode::kDatabaseUnreachable));
    EXPECT_TRUE(session_->broken());
  }
  EXPECT_EQ(session_->transaction_status(), TransactionStatus::kUnknown);
  EXPECT_EQ(session_->backend_pid(), pid);
  EXPECT_THAT(session_->Begin(), StatusIsCode(ErrorCode::kDatabaseUnreachable));
  ASSERT_OK_AND_ASSIGN(const Rows rows, admin_->Query("SELECT count(*) FROM pg_catalog.pg_stat_activity"
                                                      " WHERE application_name = 'ferry/test' AND usename ="
                                                      " 'ferry_migrate'"));
  EXPECT_EQ(rows.at(0, 0), "0") << "it connected again";
}

TEST_F(SessionTest, AConnectionLostDuringCommitLeavesTheOutcomeUnknown) {
  ASSERT_OK(session_->Query("CREATE TABLE public.t (id int)"));
  ASSERT_OK(
      session_->Query("CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS"
                      " 'BEGIN PERFORM pg_catalog.pg_sleep(600); RETURN NULL; END'"));
  ASSERT_OK(
      session_->Query("CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON public.t DEFERRABLE INITIALLY DEFERRED"
                      " FOR EACH ROW EXECUTE FUNCTION public.slow()"));
  ASSERT_OK(session_->Begin());
  ASSERT_OK(session_->Query("INSERT INTO public.t VALUES (1)"));
  const int pid = session_->backend_pid();
  std::thread killer([&] {
    EXPECT_TRUE(WaitForBackend(pid, "query = 'COMMIT' AND wait_event = 'PgSleep'"));
    EXPECT_OK(admin_->Query(absl::StrCat("SELECT pg_catalog.pg_terminate_backend(", pid, ")")));
  });
  EXPECT_THAT(session_->Commit(), StatusIsCode(ErrorCode::kOutcomeUnknown));
  killer.join();
  EXPECT_THAT(session_->Commit(), StatusIsCode(ErrorCode::kDatabaseUnreachable));
}

TEST_F(SessionTest, ALockThatIsNotGivenInTimeIsALockTimeout) {
  ASSERT_OK(session_->Query("CREATE TABLE public.t (id int)"));
  ASSERT_OK(admin_->Begin());
  ASSERT_OK(admin_->Query("LOCK TABLE public.t"));
  ASSERT_OK(session_->Query("SELECT pg_catalog.set_config('lock_timeout', '50ms', false)"));
  const auto result = session_->Query("ALTER TABLE public.t ADD COLUMN c int");
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kLockTimeout));
  EXPECT_EQ(DetailOf(result.status()).sqlstate, "55P03");
  EXPECT_EQ(DetailOf(result.status()).statement, "ALTER TABLE public.t ADD COLUMN c int");
}

TEST_F(SessionTest, CancellingFromAnotherThreadIsToldApartFromATimeout) {
  const Canceller canceller = session_->canceller();
  const int pid = session_->backend_pid();
  std::thread other([&, canceller] {
    EXPECT_TRUE(WaitForBackend(pid, "wait_event = 'PgSleep'"));
    EXPECT_THAT(canceller.Cancel(), IsOk());
  });
  EXPECT_THAT(session_->Query("SELECT pg_catalog.pg_sleep(600)"), StatusIsCode(ErrorCode::kCancelled));
  other.join();

  ASSERT_OK(session_->Query("SELECT pg_catalog.set_config('statement_timeout', '20ms', false)"));
  EXPECT_THAT(session_->Query("SELECT pg_catalog.pg_sleep(600)"), StatusIsCode(ErrorCode::kDeadlineExceeded));
  session_.reset();
  EXPECT_OK(canceller.Cancel()) << "of a session that is gone";
}

TEST_F(SessionTest, AReadOnlyServerIsAStandby) {
  ASSERT_OK(session_->Query("SET default_transaction_read_only = on"));
  EXPECT_THAT(session_->Query("CREATE TABLE public.t (id int)"), StatusIsCode(ErrorCode::kStandby));
}

TEST_F(SessionTest, AnAdvisoryLockIsTriedNotWaitedForAndGoesWithItsSession) {
  const int64_t key = AdvisoryLockKey("target trading");
  EXPECT_EQ(key, AdvisoryLockKey("target trading"));
  EXPECT_NE(key, AdvisoryLockKey("target tradinG"));
  EXPECT_EQ(AdvisoryLockKey("abc"), static_cast<int64_t>(0xba7816bf8f01cfeaULL));
  EXPECT_THAT(*TryAdvisoryLock(*session_, key), true);
  EXPECT_THAT(*TryAdvisoryLock(*admin_, key), false);
  session_.reset();
  EXPECT_TRUE(WaitUntil([&] { return *TryAdvisoryLock(*admin_, key); }));
}

// The lines of all queries, each query's behind its place.
std::vector<std::string> TakeAll(Session& session, size_t queries) {
  std::vector<std::string> out;
  for (size_t query = 0; query < queries;) {
    const auto line = session.NextRow();
    if (!line.ok()) return {ErrorText(line.status())};
    if (line->has_value()) {
      out.push_back(absl::StrCat(query, ":", **line));
    } else {
      ++query;
    }
  }
  return out;
}

TEST_F(SessionTest, TakesTheRowsOfSeveralQueriesAtOnce) {
  ASSERT_THAT(session_->StartCopy({"SELECT 1, 'a'", "SELECT 1 WHERE false", "SELECT E'b\tc', NULL"}), IsOk());
  EXPECT_THAT(TakeAll(*session_, 3), ElementsAre("0:1\ta", "2:b\\tc\t\\N"));
  EXPECT_EQ(CodeOf(session_->NextRow().status()), ErrorCode::kInternal);
  EXPECT_EQ(session_->Query("SELECT 2")->at(0, 0), "2");
}

TEST_F(SessionTest, AFailedQueryAmongSeveralIsNamed) {
  ASSERT_THAT(session_->Begin(), IsOk());
  ASSERT_THAT(session_->StartCopy({"SELECT 1", "SELECT 1 / 0", "SELECT 3"}), IsOk());
  EXPECT_TRUE(session_->NextRow()->has_value());
  EXPECT_FALSE(session_->NextRow()->has_value());
  const absl::Status failed = session_->NextRow().status();
  EXPECT_EQ(DetailOf(failed).sqlstate, "22012");
  EXPECT_EQ(DetailOf(failed).statement, "SELECT 1 / 0");
  session_->Rollback();
  EXPECT_EQ(session_->transaction_status(), TransactionStatus::kIdle);
}

TEST_F(SessionTest, RowsThatNobodyTakesDoNotStandInTheWay) {
  ASSERT_THAT(session_->StartCopy({"SELECT g FROM pg_catalog.generate_series(1, 10000) g", "SELECT 2"}),
              IsOk());
  EXPECT_TRUE(session_->NextRow()->has_value());
  EXPECT_EQ(session_->Query("SELECT 3")->at(0, 0), "3");
}

TEST_F(SessionTest, SeveralStatementsAreAnsweredInOrder) {
  ASSERT_THAT(session_->Begin(), IsOk());
  std::vector<std::string> answers;
  const absl::Status all = session_->QueryAll(
      {{"CREATE TABLE public.t (a int)", {}},
       {"INSERT INTO public.t SELECT generate_series(1, $1::int)", {"3"}},
       {"SELECT count(*) FROM public.t", {}}},
      [&](size_t i, const Rows& rows) {
        answers.push_back(absl::StrCat(i, " ", rows.tag, " ", rows.empty() ? "" : *rows.at(0, 0)));
        return absl::OkStatus();
      });
  EXPECT_THAT(all, IsOk());
  EXPECT_THAT(answers, ElementsAre("0 CREATE TABLE ", "1 INSERT 0 3 ", "2 SELECT 1 3"));
  EXPECT_THAT(session_->Commit(), IsOk());
}

TEST_F(SessionTest, OfSeveralStatementsNoneRunsAfterTheOneThatFails) {
  ASSERT_THAT(session_->Query("CREATE SEQUENCE public.s").status(), IsOk());
  ASSERT_THAT(session_->Begin(), IsOk());
  size_t answered = 0;
  const absl::Status all = session_->QueryAll(
      {{"SELECT nextval('public.s')", {}}, {"SELECT 1 / 0", {}}, {"SELECT nextval('public.s')", {}}},
      [&](size_t, const Rows&) {
        ++answered;
        return absl::OkStatus();
      });
  EXPECT_THAT(all, StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_EQ(DetailOf(all).sqlstate, "22012");
  EXPECT_EQ(DetailOf(all).statement, "SELECT 1 / 0");
  EXPECT_EQ(answered, 1U);
  EXPECT_EQ(session_->transaction_status(), TransactionStatus::kFailed);
  session_->Rollback();
  const auto next = session_->Query("SELECT nextval('public.s')");
  ASSERT_THAT(next.status(), IsOk()) << "the session can go on";
  EXPECT_EQ(next->at(0, 0), "2");
}

TEST_F(SessionTest, AnAnswerThatIsNotWantedEndsTheCallsAndLeavesTheSessionUsable) {
  ASSERT_THAT(session_->Begin(), IsOk());
  size_t answered = 0;
  const absl::Status all =
      session_->QueryAll({{"SELECT 1", {}}, {"SELECT 2", {}}, {"SELECT 3", {}}}, [&](size_t, const Rows&) {
        return ++answered == 2 ? absl::FailedPreconditionError("enough") : absl::OkStatus();
      });
  EXPECT_EQ(all.message(), "enough");
  EXPECT_EQ(answered, 2U);
  EXPECT_EQ(session_->transaction_status(), TransactionStatus::kInTransaction);
  EXPECT_THAT(session_->Commit(), IsOk());
}

TEST_F(SessionTest, ABackendThatIsEndedAmongSeveralStatementsBreaksTheSession) {
  ASSERT_THAT(session_->Begin(), IsOk());
  const absl::Status all = session_->QueryAll(
      {{"SELECT 1", {}}, {"SELECT pg_terminate_backend(pg_backend_pid())", {}}, {"SELECT 3", {}}},
      [](size_t, const Rows&) { return absl::OkStatus(); });
  EXPECT_THAT(all, StatusIsCode(ErrorCode::kDatabaseUnreachable));
  EXPECT_TRUE(session_->broken());
}

TEST(StatusOf, MapsEachSqlstateToOneCode) {
  const std::vector<std::pair<std::string, ErrorCode>> table = {
      {"55P03", ErrorCode::kLockTimeout},         {"40001", ErrorCode::kLockTimeout},
      {"40P01", ErrorCode::kLockTimeout},         {"57014", ErrorCode::kDeadlineExceeded},
      {"42501", ErrorCode::kPrivilege},           {"28000", ErrorCode::kAuthentication},
      {"08006", ErrorCode::kDatabaseUnreachable}, {"57P01", ErrorCode::kDatabaseUnreachable},
      {"53300", ErrorCode::kDatabaseUnreachable}, {"25P03", ErrorCode::kDatabaseUnreachable},
      {"", ErrorCode::kDatabaseUnreachable},      {"25006", ErrorCode::kStandby},
      {"23505", ErrorCode::kStatementFailed},     {"XX000", ErrorCode::kStatementFailed}};
  for (const auto& [sqlstate, code] : table) {
    LastError error;
    error.sqlstate = sqlstate;
    EXPECT_EQ(CodeOf(StatusOf(error, "SELECT 1", false)), code) << sqlstate;
  }
}

}  // namespace
}  // namespace ferry::pg
