// A large schema is read by two sessions at once: what they see together is what one sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "pg/catalog/catalog_fixture.h"
#include "pg/catalog/share.h"

namespace ferry::pg {
namespace {

ReadOptions WithTwoSessions() {
  ReadOptions options;
  options.second_session_from = 0;
  return options;
}

std::vector<std::string> SomeOfEverything() {
  std::vector<std::string> statements = {
      "CREATE TYPE public.mood AS ENUM ('sad', 'happy')",
      "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
      "CREATE EXTENSION citext SCHEMA public"};
  for (int i = 0; i < 150; ++i) {  // enough for several blocks of the collector
    const std::string table = absl::StrCat("public.t", i);
    statements.push_back(absl::StrCat(
        "CREATE TABLE ", table,
        " (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, feeling public.mood, a text",
        " CHECK (a <> ''), b int DEFAULT 0, c numeric(8,2), d date, e text, up int REFERENCES ", table, ")"));
    statements.push_back(absl::StrCat("CREATE INDEX ON ", table, " (lower(a)) WHERE b > 0"));
    statements.push_back(absl::StrCat("CREATE TRIGGER touch BEFORE UPDATE ON ", table,
                                      " FOR EACH ROW EXECUTE FUNCTION public.touch()"));
    statements.push_back(absl::StrCat("COMMENT ON INDEX ", table, "_pkey IS 'found by id'"));
    statements.push_back(absl::StrCat("COMMENT ON SEQUENCE ", table, "_id_seq IS 'ids'"));
    statements.push_back(absl::StrCat("GRANT USAGE ON SEQUENCE ", table, "_id_seq TO ferry_observe"));
    statements.push_back(absl::StrCat("COMMENT ON COLUMN ", table, ".a IS 'said'"));
    statements.push_back(absl::StrCat("CREATE VIEW public.v", i, " AS SELECT id, a FROM ", table));
  }
  return statements;
}

TEST(ShareTest, TwoSessionsReadWhatOneReads) {
  const CatalogDatabase db;
  db.Run(SomeOfEverything());
  const auto one = ReadSnapshot(db.session());
  const auto two = ReadSnapshot(db.session(), WithTwoSessions());
  ASSERT_TRUE(one.ok() && two.ok()) << one.status() << two.status();
  EXPECT_EQ(two->root, one->root);
  EXPECT_EQ(two->access_root, one->access_root);
  EXPECT_EQ(two->objects, one->objects) << "dependencies travel beside the fingerprints";
  EXPECT_FALSE(db.session().in_transaction());
}

TEST(ShareTest, TheSecondSessionSeesNothingNewer) {
  const CatalogDatabase db;
  Session& first = db.session();
  ASSERT_TRUE(first.Begin().ok());
  ASSERT_TRUE(first.Query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").ok());
  const auto exported = catalog::ExportSnapshot(first);
  ASSERT_TRUE(exported.ok()) << exported.status();
  ASSERT_TRUE(db.Connect()->Query("CREATE TABLE public.late (a int)").ok());
  const auto second = catalog::SecondSession(first, *exported);
  ASSERT_NE(second, nullptr);
  const auto rows = second->Query("SELECT count(*) FROM pg_catalog.pg_class WHERE relname = 'late'");
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->at(0, 0), "0");
  first.Rollback();
}

TEST(ShareTest, WithoutAConnectionForItOneSessionReadsEverything) {
  const CatalogDatabase db;
  db.Run({"CREATE TABLE public.t (a int PRIMARY KEY)", "COMMENT ON INDEX public.t_pkey IS 'found by a'",
          absl::StrCat("ALTER DATABASE ", db.name(), " CONNECTION LIMIT 2")});
  const auto observer = db.ConnectAsObserver();
  const auto read = ReadSnapshot(*observer, WithTwoSessions());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->root, db.Read().root);
  EXPECT_EQ(Get(*read, schema::ObjectKind::kConstraint, "t", "t_pkey").traits.beneath->index_comment,
            "found by a");
}

}  // namespace
}  // namespace ferry::pg
