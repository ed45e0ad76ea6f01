// Commands that open a database themselves: nobody's target, of a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/exit_code.h"
#include "cli/testing/world.h"
#include "tests/support/pg_cluster.h"

namespace ferry::cli {
namespace {

using test::PgCluster;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Url(const std::string& database) {
  std::string text;
  for (const auto& [keyword, value] : PgCluster::Shared().LoginOf("postgres", database)) {
    absl::StrAppend(&text, keyword, "='", value, "' ");
  }
  return text;
}

class DatabaseTest : public ::testing::Test {
 protected:
  void Execute(const std::vector<std::string>& statements) {
    PgCluster::Shared().Execute(database_.name, statements);
  }
  // With the database's name and the server's version as words.
  std::string Screen() const {
    std::string screen = absl::StrReplaceAll(world_.Screen(), {{database_.name + ":", "trading:"}});
    const size_t version = screen.find("PostgreSQL ");
    if (version == std::string::npos) return screen;
    return screen.replace(version, screen.find(',', version) - version, "PostgreSQL V");
  }

  const PgCluster::Database database_ = PgCluster::Shared().CreateDatabase();
  World world_;
};

TEST_F(DatabaseTest, InitFromADatabaseWritesAProvenFirstMigration) {
  Execute({"CREATE TABLE public.prices (id bigint PRIMARY KEY, close numeric)",
           "CREATE VIEW public.latest AS SELECT max(id) FROM public.prices"});
  EXPECT_EQ(world_.Run({"init", "trading", "--from-db", Url(database_.name), "--scratch", Url("postgres")}),
            kExitOk)
      << world_.err;
  ExpectGolden("init_from_db", Screen());
  ExpectGolden("init_from_db_file", absl::StrReplaceAll(world_.Read("trading/1.0.0_initial_schema.sql"),
                                                        {{database_.name, "trading"}}));
  EXPECT_EQ(world_.Run({"lint", "trading"}), kExitOk) << world_.out;
}

TEST_F(DatabaseTest, WithoutAScratchServerItSaysThatNothingIsProven) {
  Execute({"CREATE TABLE public.a (a int)"});
  EXPECT_EQ(world_.Run({"init", "trading", "--from-db", Url(database_.name), "--version", "3.0.0"}), kExitOk);
  EXPECT_THAT(world_.err,
              AllOf(HasSubstr("not proven: give --scratch URL"), HasSubstr("baseline ENV --at 3.0.0")));
  EXPECT_THAT(world_.Read("trading/3.0.0_initial_schema.sql"), HasSubstr("CREATE TABLE public.a"));
}

TEST_F(DatabaseTest, ADifferenceIsShownAndTheFileKept) {
  Execute({"CREATE TABLE public.a (a int)", "INSERT INTO public.a VALUES (1)",
           "CREATE INDEX broken ON public.a (a)",
           "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'public.broken'::regclass"});
  world_.environment["FERRY_SCRATCH"] = Url("postgres");
  EXPECT_EQ(world_.Run({"init", "trading", "--from-db", Url(database_.name)}), kExitDifferent);
  ExpectGolden("init_from_db_different", Screen());
  EXPECT_THAT(world_.Read("trading/1.0.0_initial_schema.sql"), HasSubstr("CREATE TABLE public.a"));
}

TEST_F(DatabaseTest, AFolderWithMigrationsIsLeftAlone) {
  Execute({"CREATE TABLE public.a (a int)"});
  world_.Write("trading/1.0.0_mine.sql", "");
  EXPECT_EQ(world_.Run({"init", "trading", "--from-db", Url(database_.name)}), kExitFailed);
  EXPECT_THAT(world_.err, HasSubstr("1.0.0_mine.sql"));
  EXPECT_EQ(world_.Read("trading/ferry.yaml"), "");
}

TEST_F(DatabaseTest, OptionsThatBelongToFromDbAreRefusedWithoutIt) {
  EXPECT_EQ(world_.Run({"init", "trading", "--scratch", Url("postgres")}), kExitUsage);
  EXPECT_EQ(world_.Run({"init", "trading", "--from-db", "x", "--version", "one"}), kExitUsage);
}

class SquashTest : public DatabaseTest {
 protected:
  SquashTest() {
    world_.Write("ferry.yaml", "project: trading\nmigrations: sql\n");
    Write("1.0.0", "CREATE TABLE prices (id int PRIMARY KEY);\nINSERT INTO prices VALUES (1);");
    Write("1.1.0", "ALTER TABLE prices ADD COLUMN close numeric;");
    Write("1.2.0", "CREATE INDEX by_close ON prices (close);");
    EXPECT_EQ(world_.Run({"sum"}), kExitOk);
  }
  void Write(const std::string& version, const std::string& up) {
    world_.Write(absl::StrCat("sql/", version, "_change.sql"),
                 absl::StrCat("-- migration: ", version, " change\n-- description: d\n\n-- ferry:up\n", up,
                              "\n-- ferry:down irreversible reason=test\n"));
  }
};

TEST_F(SquashTest, OldFilesBecomeOneAndFerrySumIsRenewed) {
  EXPECT_EQ(world_.Run({"squash", "--up-to", "1.1.0", "--scratch", Url("postgres")}), kExitOk) << world_.err;
  ExpectGolden("squash", world_.Screen());
  EXPECT_EQ(world_.Read("sql/1.0.0_change.sql"), "");
  EXPECT_EQ(world_.Read("sql/1.1.0_change.sql"), "");
  EXPECT_THAT(world_.Read("sql/1.1.0_squashed_history.sql"), HasSubstr("-- squashes: 1.0.0="));
  EXPECT_THAT(world_.Read("sql/1.2.0_change.sql"), HasSubstr("by_close"));
  EXPECT_EQ(world_.Run({"sum", "--check"}), kExitOk) << world_.err;
  EXPECT_EQ(world_.Run({"lint"}), kExitOk) << world_.out;
}

TEST_F(SquashTest, ADifferenceIsShownAndNoFileIsTouched) {
  Write("1.3.0",
        "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'public.by_close'::regclass;");
  EXPECT_EQ(world_.Run({"sum", "-q"}), kExitOk);
  const std::string sum = world_.Read("sql/ferry.sum");
  EXPECT_EQ(world_.Run({"squash", "--up-to", "1.3.0", "--scratch", Url("postgres")}), kExitDifferent)
      << world_.err;
  ExpectGolden("squash_different", world_.Screen());
  EXPECT_EQ(world_.Read("sql/ferry.sum"), sum);
  EXPECT_NE(world_.Read("sql/1.0.0_change.sql"), "");
  EXPECT_EQ(world_.Read("sql/1.3.0_squashed_history.sql"), "");
}

TEST_F(SquashTest, ItNeedsAScratchServerAnIntactFolderAndAVersion) {
  EXPECT_EQ(world_.Run({"squash", "--up-to", "1.1.0"}), kExitFailed);
  EXPECT_THAT(world_.err, AllOf(HasSubstr("FE0513"), HasSubstr("--scratch URL")));
  EXPECT_EQ(world_.Run({"squash", "--scratch", Url("postgres")}), kExitUsage);
  EXPECT_EQ(world_.Run({"squash", "--up-to", "1.0.0", "--scratch", Url("postgres")}), kExitPrecondition);
  Write("1.1.0", "ALTER TABLE prices ADD COLUMN edited numeric;");
  EXPECT_EQ(world_.Run({"squash", "--up-to", "1.1.0", "--scratch", Url("postgres")}), kExitFailed);
  EXPECT_THAT(world_.err, HasSubstr("FE0110"));
}

TEST_F(DatabaseTest, APasswordInAUrlIsRefusedAndNotShown) {
  EXPECT_EQ(world_.Run({"init", "trading", "--from-db", "postgresql://ana:hush@localhost/x"}), kExitFailed);
  EXPECT_THAT(world_.err, AllOf(HasSubstr(".pgpass"), Not(HasSubstr("hush"))));
}

}  // namespace
}  // namespace ferry::cli
