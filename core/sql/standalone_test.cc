#include "core/sql/standalone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ferry::sql {
namespace {

using Kind = Standalone::Kind;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(StandaloneTest, AnIndexLivesInItsTablesSchema) {
  const Standalone create =
      ReadStandalone("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"I\" ON ONLY app.\"T\" (a)");
  EXPECT_EQ(create.kind, Kind::kCreateIndex);
  EXPECT_TRUE(create.tolerant);
  EXPECT_EQ(create.index, (TableName{"", "I"}));
  EXPECT_EQ(create.table, (TableName{"app", "T"}));
  EXPECT_EQ(ReadStandalone("CREATE INDEX CONCURRENTLY ON t (a)").index.name, "");
  const Standalone drop = ReadStandalone("DROP INDEX CONCURRENTLY IF EXISTS app.i");
  EXPECT_EQ(drop.kind, Kind::kDropIndex);
  EXPECT_TRUE(drop.tolerant);
  EXPECT_EQ(drop.index, (TableName{"app", "i"}));
}

TEST(StandaloneTest, UnicodeEscapesInANameAreReadByTheParser) {
  EXPECT_EQ(ReadStandalone("CREATE INDEX CONCURRENTLY U&\"d\\0061t\" ON t (a)").index.name, "dat");
}

TEST(StandaloneTest, AReindexSaysWhatItRebuilds) {
  EXPECT_EQ(ReadStandalone("REINDEX INDEX CONCURRENTLY app.i").index, (TableName{"app", "i"}));
  EXPECT_EQ(ReadStandalone("REINDEX (CONCURRENTLY) TABLE t").table, (TableName{"", "t"}));
  const Standalone schema = ReadStandalone("REINDEX SCHEMA app");
  EXPECT_EQ(schema.kind, Kind::kReindex);
  EXPECT_EQ(schema.name, "app");
  EXPECT_FALSE(schema.concurrent);
}

TEST(StandaloneTest, ADetachNamesParentAndPartition) {
  const Standalone detach = ReadStandalone("ALTER TABLE app.p DETACH PARTITION app.p1 CONCURRENTLY");
  EXPECT_EQ(detach.kind, Kind::kDetachPartition);
  EXPECT_EQ(detach.table, (TableName{"app", "p"}));
  EXPECT_EQ(detach.partition, (TableName{"app", "p1"}));
}

TEST(StandaloneTest, TheRest) {
  EXPECT_EQ(ReadStandalone("VACUUM (ANALYZE) t").kind, Kind::kVacuum);
  EXPECT_EQ(ReadStandalone("CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p").name, "s");
  EXPECT_EQ(ReadStandalone("DROP SUBSCRIPTION IF EXISTS s").kind, Kind::kDropSubscription);
  for (const char* other : {"CREATE DATABASE d", "CLUSTER", "ALTER SYSTEM SET work_mem = '1MB'", "ANALYZE t",
                            "SELECT 1; SELECT 2", "no SQL at all"}) {
    EXPECT_EQ(ReadStandalone(other).kind, Kind::kOther) << other;
  }
}

TEST(StandaloneTest, AnIndexIsWrittenForATemporaryTable) {
  const std::optional<std::string> twin = IndexOnTemporaryTable(
      "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON app.t USING btree (lower(name) text_pattern_ops "
      "DESC) "
      "INCLUDE (b) WITH (fillfactor = 70) TABLESPACE fast WHERE b > 3",
      "twin", "twin_i");
  ASSERT_TRUE(twin.has_value());
  EXPECT_THAT(*twin, HasSubstr("CREATE UNIQUE INDEX twin_i ON pg_temp.twin USING btree (lower(name)"));
  EXPECT_THAT(*twin, HasSubstr("text_pattern_ops DESC) INCLUDE (b) WITH (fillfactor=70)"));
  EXPECT_THAT(*twin, HasSubstr("WHERE b > 3"));
  EXPECT_THAT(*twin, Not(HasSubstr("fast")));
  EXPECT_FALSE(IndexOnTemporaryTable("SELECT 1", "t", "i").has_value());
}

TEST(StandaloneTest, OnlyAddValueAddsALabel) {
  EXPECT_EQ(AddedEnumLabel("ALTER TYPE app.mood ADD VALUE IF NOT EXISTS 'it''s' AFTER 'sad'"), "it's");
  EXPECT_FALSE(AddedEnumLabel("ALTER TYPE mood RENAME VALUE 'a' TO 'b'").has_value());
  EXPECT_FALSE(AddedEnumLabel("ALTER TYPE mood OWNER TO x").has_value());
}

}  // namespace
}  // namespace ferry::sql
