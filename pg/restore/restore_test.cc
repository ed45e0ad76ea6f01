// Backup, a database beside it, and the exchange of names, on a real server.
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pg/backup/backup.h"
#include "pg/backup/dump.h"
#include "pg/restore/compare.h"
#include "pg/restore/database.h"
#include "pg/restore/lend.h"
#include "pg/restore/load.h"
#include "pg/restore/losses.h"
#include "pg/restore/swap.h"
#include "pg/watch/watch.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace ferry::restore {
namespace {

using ::ferry::test::PgCluster;
using ::ferry::test::StatusIsCode;
using ::ferry::test::StatusText;
using ::testing::AllOf;
using ::testing::HasSubstr;

PgCluster& Cluster() {
  static const std::unique_ptr<PgCluster> cluster =
      PgCluster::Start({.tcp = false,
                        .conf = {"wal_level = logical", "max_replication_slots = 4", "max_wal_senders = 4"},
                        .hba = {}});
  return *cluster;
}

class RestoreTest : public ::testing::Test {
 protected:
  RestoreTest() {
    Cluster().Execute(
        database_.name,
        {"SET ROLE ferry_migrate",
         "CREATE TABLE public.prices (id int PRIMARY KEY, word varchar(9) CHECK (word IN ('a', 'b')))",
         "INSERT INTO public.prices SELECT g, 'a' FROM generate_series(1, 500) g",
         "CREATE VIEW public.words AS SELECT word FROM public.prices",
         "CREATE MATERIALIZED VIEW public.counted AS SELECT count(*) FROM public.prices",
         "CREATE TABLE public.parts (id int) PARTITION BY RANGE (id)",
         "CREATE TABLE public.part1 PARTITION OF public.parts FOR VALUES FROM (0) TO (100)",
         "INSERT INTO public.parts VALUES (7)", "RESET ROLE",
         absl::StrCat("ALTER DATABASE ", database_.name, " SET search_path = public, \"Odd one\""),
         absl::StrCat("COMMENT ON DATABASE ", database_.name, " IS 'prices''s home'"),
         absl::StrCat("ALTER DATABASE ", database_.name, " CONNECTION LIMIT 50")});
    std::filesystem::create_directory(dir_.File("work"));
    BackUp("bak-1");
    names_ = NamesOf(database_.name, "prm-20261126-190000-0a1b2c3d.1");
    admin_ = Open("postgres", "ferry_restore");
  }

  void BackUp(const std::string& id) {
    pg::BackupRequest request;
    request.connection = {database_.observe};
    request.folder = dir_.File("backups");
    request.backup_id = id;
    request.work_dir = dir_.File("work");
    const auto taken = pg::TakeBackup(request, 150000, nullptr, nullptr);
    ASSERT_OK(taken);
    backup_ = taken->path;
    proof_ = *pg::ReadManifest(backup_)->proof;
  }

  static std::unique_ptr<pg::Session> Open(const std::string& database, const std::string& role) {
    auto session = pg::Session::Open({Cluster().LoginOf(role, database)}, "test");
    EXPECT_OK(session);
    return session.ok() ? *std::move(session) : nullptr;
  }
  static std::string Cell(pg::Session& session, const std::string& sql) {
    const auto rows = session.Query(sql);
    EXPECT_OK(rows) << sql;
    return rows.ok() && !rows->empty() ? rows->at(0, 0).value_or("") : "";
  }
  void Restore() {
    ASSERT_OK(Create(*admin_, names_, {"prod-1", "run", "bak-1", false}, proof_.database));
    ASSERT_OK_AND_ASSIGN(const pg::DumpTool tool, pg::FindClientTool("pg_restore", "", 150000));
    {
      const auto fresh = Open(names_.fresh, "ferry_restore");
      ASSERT_OK(LendCreate(*fresh, proof_.database));
      ASSERT_OK(Load({tool.path, admin_->EffectiveSettings(), names_.fresh, backup_, dir_.File("work"), 2},
                     nullptr, nullptr));
      ASSERT_OK(TakeBackCreate(*fresh, proof_.database));
    }
    ASSERT_OK(Dress(*admin_, names_.fresh, proof_.database, {}));
  }

  test::TempDir dir_;
  PgCluster::Database database_ = Cluster().CreateDatabase();
  std::string backup_;
  pg::Proof proof_;
  Names names_;
  std::unique_ptr<pg::Session> admin_;
};

TEST_F(RestoreTest, ALoginThatIsNoSuperuserRestoresEverythingAndExchangesTheNames) {
  Restore();
  {
    const auto observe = Open(names_.fresh, "ferry_observe");
    EXPECT_OK(Compare(*observe, proof_, nullptr));
  }
  const std::string old =
      Cell(*admin_, absl::StrCat("SELECT oid FROM pg_database WHERE datname = '", database_.name, "'"));
  ASSERT_OK(ExchangeNames(*admin_, names_, proof_.database.comment, "run-7", absl::Minutes(1)));
  const auto restored = Open(database_.name, "postgres");
  EXPECT_EQ(Cell(*restored, "SELECT count(*) FROM public.prices"), "500");
  EXPECT_EQ(Cell(*restored, "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'prices'"),
            "ferry_migrate");
  ASSERT_OK_AND_ASSIGN(const auto like, pg::ReadProperties(*admin_, database_.name));
  EXPECT_EQ(like->comment, "prices's home");
  EXPECT_EQ(like->connection_limit, 50);
  ASSERT_EQ(like->settings.size(), 1);
  EXPECT_EQ(like->settings[0].value, proof_.database.settings[0].value);
  EXPECT_EQ(like->owner, "ferry_owner");
  EXPECT_EQ(like->grants.size(), proof_.database.grants.size());
  EXPECT_EQ(Cell(*admin_, absl::StrCat("SELECT oid FROM pg_database WHERE datname = '", names_.before, "'")),
            old);
  ASSERT_OK_AND_ASSIGN(const auto comment, CommentOf(*admin_, names_.before));
  EXPECT_THAT(*comment, AllOf(HasSubstr("run-7"), HasSubstr("prices's home")));
}

// The watch belongs to a superuser and to the old database; it is in no backup.
TEST_F(RestoreTest, AWatchedDatabaseIsRestoredByALoginThatIsNoSuperuserWithoutItsWatch) {
  ASSERT_OK(watch::Install(*Open(database_.name, "postgres"), {"ferry_observe"}));
  Cluster().Execute(database_.name, {"SET ROLE ferry_migrate", "CREATE TABLE public.watched (id int)"});
  BackUp("bak-2");
  Restore();
  const auto observe = Open(names_.fresh, "ferry_observe");
  EXPECT_OK(Compare(*observe, proof_, nullptr));
  EXPECT_EQ(Cell(*observe, "SELECT count(*) FROM pg_namespace WHERE nspname = 'ferry_watch'"), "0");
  EXPECT_EQ(Cell(*observe, "SELECT count(*) FROM pg_event_trigger"), "0");
  EXPECT_EQ(Cell(*observe, "SELECT count(*) FROM pg_class WHERE relname = 'watched'"), "1");
}

// As deploy/examples/roles.sql lays it: public belongs to the database's owner, and who creates there was
// granted that, or had it once.
TEST_F(RestoreTest, TablesGoBackToOwnersWhoMayCreateThereByAGrantOnlyOrNoLonger) {
  Cluster().Execute(
      database_.name,
      {"ALTER SCHEMA public OWNER TO pg_database_owner", "REVOKE ALL ON SCHEMA public FROM ferry_migrate",
       "GRANT USAGE, CREATE ON SCHEMA public TO ferry_migrate", "CREATE TABLE public.settled (id int)",
       "ALTER TABLE public.settled OWNER TO ferry_setup"});
  BackUp("bak-2");
  Restore();
  const auto fresh = Open(names_.fresh, "postgres");
  const char* const kCreators =
      "SELECT string_agg(DISTINCT pg_get_userbyid(a.grantee)::text, ',' ORDER BY "
      "pg_get_userbyid(a.grantee)::text)"
      " FROM pg_namespace n, aclexplode(n.nspacl) a WHERE nspname = 'public' AND privilege_type = 'CREATE'";
  EXPECT_EQ(Cell(*fresh, kCreators), "ferry_migrate,pg_database_owner");
  EXPECT_EQ(Cell(*fresh, "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'settled'"),
            "ferry_setup");
  EXPECT_OK(Compare(*Open(names_.fresh, "ferry_observe"), proof_, nullptr));
}

TEST_F(RestoreTest, WhatIsNotAsTheManifestSaysIsNamed) {
  Restore();
  Cluster().Execute(names_.fresh, {"DELETE FROM public.prices WHERE id = 1", "CREATE TABLE public.extra ()",
                                   "DROP VIEW public.words"});
  const auto observe = Open(names_.fresh, "ferry_observe");
  EXPECT_THAT(Compare(*observe, proof_, nullptr),
              AllOf(StatusIsCode(ErrorCode::kRestoreDiffers),
                    StatusText(AllOf(HasSubstr("public.prices has 499 rows instead of 500"),
                                     HasSubstr("view public.words is missing"),
                                     HasSubstr("table public.extra should not be there")))));
}

TEST_F(RestoreTest, WhoIsConnectedIsNamedAndTheNamesStay) {
  Restore();
  const auto app = pg::Session::Open({Cluster().LoginOf("ferry_migrate", database_.name)}, "billing");
  ASSERT_OK(app);
  EXPECT_THAT(ExchangeNames(*admin_, names_, "", "run-7", absl::Minutes(1)),
              AllOf(StatusIsCode(ErrorCode::kTargetInUse),
                    StatusText(AllOf(HasSubstr("ferry_migrate (billing)"),
                                     HasSubstr(absl::StrCat("pid ", (*app)->backend_pid()))))));
  ASSERT_OK_AND_ASSIGN(const auto before, CommentOf(*admin_, names_.before));
  EXPECT_FALSE(before.has_value());
}

TEST_F(RestoreTest, SlotsAndSettingsThatCannotFollowAreNamed) {
  Cluster().Execute(database_.name,
                    {"SELECT pg_create_logical_replication_slot('feed', 'pgoutput')",
                     absl::StrCat("ALTER DATABASE ", database_.name, " SET log_statement = 'ddl'")});
  const auto superuser = Open("postgres", "postgres");
  ASSERT_OK_AND_ASSIGN(const auto like, pg::ReadProperties(*superuser, database_.name));
  ASSERT_OK_AND_ASSIGN(const std::vector<Loss> losses, FindLosses(*admin_, database_.name, like));
  const std::vector<Loss> left = NotAccepted(losses, {});
  ASSERT_EQ(left.size(), 2);
  EXPECT_EQ(left[0].name, "slot:feed");
  EXPECT_EQ(left[1].name, "setting:log_statement");
  EXPECT_TRUE(NotAccepted(losses, {"slot:feed", "setting:log_statement"}).empty());
  EXPECT_THAT(Refusal(left, database_.name), StatusIsCode(ErrorCode::kRestoreLoses));
  EXPECT_THAT(DetailOf(Refusal(left, database_.name)).next,
              HasSubstr("--accept 'slot:feed' --accept 'setting:log_statement'"));
  Cluster().Execute(database_.name, {"SELECT pg_drop_replication_slot('feed')"});
}

TEST_F(RestoreTest, LeftoversOfThisTargetAreDroppedAndNobodyElsesDatabase) {
  ASSERT_OK(Create(*admin_, names_, {"prod-1", "run", "bak-1", true}, proof_.database));
  const Names others = NamesOf(database_.name, "prm-x-ffff.1");
  ASSERT_OK(Create(*admin_, others, {"prod-2", "run", "bak-1", true}, proof_.database));
  const Names next = NamesOf(database_.name, "prm-x-eeee.1");
  ASSERT_OK(DropLeftovers(*admin_, next, "prod-1"));
  EXPECT_FALSE(CommentOf(*admin_, names_.fresh)->has_value());
  EXPECT_TRUE(CommentOf(*admin_, others.fresh)->has_value());
  ASSERT_OK(SetComment(*admin_, others.fresh, "mine"));
  EXPECT_THAT(DropLeftovers(*admin_, others, "prod-2"), StatusIsCode(ErrorCode::kRestoreFailed));
  EXPECT_TRUE(CommentOf(*admin_, others.fresh)->has_value());
}

TEST(RestoreNamesTest, LongNamesAreCutAtACharacter) {
  std::string name = "x";
  for (int i = 0; i < 31; ++i) name += "\xC3\xA4";
  const Names names = NamesOf(name, "prm-20261126-190000-0a1b2c3d.12");
  EXPECT_LE(names.fresh.size(), 63);
  EXPECT_THAT(names.fresh, HasSubstr("\xC3\xA4__restore_0a1b2c3d_12"));
  EXPECT_EQ(NamesOf("trading", "prm-20261126-190000-0a1b2c3d.1").before, "trading__before_0a1b2c3d_1");
}

TEST(LoadFailureTest, SaysPgRestoresReason) {
  EXPECT_THAT(
      LoadFailure("pg_restore: error: could not execute query: ERROR:  permission denied\nDETAIL: secret\n",
                  1),
      AllOf(StatusIsCode(ErrorCode::kRestoreFailed), StatusText(HasSubstr("permission denied"))));
  EXPECT_THAT(LoadFailure("", 3), StatusIsCode(ErrorCode::kRestoreFailed));
}

}  // namespace
}  // namespace ferry::restore
