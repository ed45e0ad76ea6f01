#include "core/sql/locks.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ferry::sql {
namespace {

// "schema.name MODE", with what the catalog adds behind it.
std::string Said(const std::string& sql) {
  return absl::StrJoin(LocksOf(sql), ", ", [](std::string* out, const RelationLock& lock) {
    absl::StrAppend(out, lock.relation.schema.empty() ? "" : lock.relation.schema + ".", lock.relation.name,
                    " ", LockName(lock.mode), lock.children ? " +children" : "",
                    lock.parent ? " +parent" : "", lock.default_partition ? " +default" : "");
    if (lock.of_table != LockMode::kNone) absl::StrAppend(out, " table:", LockName(lock.of_table));
    if (lock.of_indexes != LockMode::kNone) absl::StrAppend(out, " indexes:", LockName(lock.of_indexes));
    if (!lock.foreign_key.empty()) absl::StrAppend(out, " fk:", lock.foreign_key);
  });
}

TEST(Locks, OfAlterTable) {
  EXPECT_EQ(Said("ALTER TABLE app.t ADD COLUMN a int"), "app.t ACCESS EXCLUSIVE +children");
  EXPECT_EQ(Said("ALTER TABLE ONLY t ADD COLUMN a int"), "t ACCESS EXCLUSIVE");
  EXPECT_EQ(Said("ALTER TABLE t VALIDATE CONSTRAINT k"), "t SHARE UPDATE EXCLUSIVE +children");
  EXPECT_EQ(Said("ALTER TABLE t VALIDATE CONSTRAINT k, DROP COLUMN b"), "t ACCESS EXCLUSIVE +children")
      << "the strongest of all its commands";
  EXPECT_EQ(Said("ALTER TABLE t SET (fillfactor = 70, autovacuum_enabled = off)"),
            "t SHARE UPDATE EXCLUSIVE +children");
  EXPECT_EQ(Said("ALTER TABLE t SET (user_catalog_table = on)"), "t ACCESS EXCLUSIVE +children");
  EXPECT_EQ(Said("ALTER TABLE t DISABLE TRIGGER g"), "t SHARE ROW EXCLUSIVE +children");
  EXPECT_EQ(Said("ALTER TABLE t RENAME a TO b"), "t ACCESS EXCLUSIVE +children");
  EXPECT_EQ(Said("ALTER INDEX app.i RENAME TO j"), "app.i SHARE UPDATE EXCLUSIVE +children");
  EXPECT_EQ(Said("ALTER TABLE t SET SCHEMA attic"), "t ACCESS EXCLUSIVE +children");
}

TEST(Locks, AForeignKeyLocksTheReferencedTableToo) {
  const std::string both = "child SHARE ROW EXCLUSIVE +children, app.parent SHARE ROW EXCLUSIVE +children";
  EXPECT_EQ(Said("ALTER TABLE child ADD FOREIGN KEY (a) REFERENCES app.parent (id)"), both);
  EXPECT_EQ(Said("ALTER TABLE child ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES app.parent NOT VALID"), both);
  EXPECT_EQ(Said("ALTER TABLE child ADD COLUMN a int REFERENCES parent"),
            "child ACCESS EXCLUSIVE +children, parent SHARE ROW EXCLUSIVE +children");
  EXPECT_EQ(Said("CREATE TABLE fresh (id int REFERENCES parent, up int REFERENCES fresh)"),
            "parent SHARE ROW EXCLUSIVE +children");
  EXPECT_EQ(Said("ALTER TABLE child DROP CONSTRAINT k"), "child ACCESS EXCLUSIVE +children fk:k");
  EXPECT_EQ(Said("DROP TABLE a, app.b"),
            "a ACCESS EXCLUSIVE +children +parent fk:*, app.b ACCESS EXCLUSIVE +children +parent fk:*");
}

TEST(Locks, OfPartitions) {
  EXPECT_EQ(Said("CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)"), "p ACCESS EXCLUSIVE +default");
  EXPECT_EQ(Said("ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)"),
            "p SHARE UPDATE EXCLUSIVE +default, p1 ACCESS EXCLUSIVE +children");
  EXPECT_EQ(Said("ALTER TABLE p DETACH PARTITION p1"),
            "p ACCESS EXCLUSIVE +default, p1 ACCESS EXCLUSIVE +children");
  EXPECT_EQ(Said("ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY"),
            "p SHARE UPDATE EXCLUSIVE +default, p1 SHARE UPDATE EXCLUSIVE +children");
  EXPECT_EQ(Said("CREATE TABLE c () INHERITS (p)"), "p SHARE UPDATE EXCLUSIVE");
}

TEST(Locks, OfIndexes) {
  EXPECT_EQ(Said("CREATE INDEX ON app.t (a)"), "app.t SHARE +children");
  EXPECT_EQ(Said("CREATE INDEX CONCURRENTLY i ON t (a)"), "t SHARE UPDATE EXCLUSIVE +children");
  EXPECT_EQ(Said("DROP INDEX app.i"), "app.i ACCESS EXCLUSIVE table:ACCESS EXCLUSIVE");
  EXPECT_EQ(Said("DROP INDEX CONCURRENTLY i"), "i SHARE UPDATE EXCLUSIVE table:SHARE UPDATE EXCLUSIVE");
  EXPECT_EQ(Said("REINDEX INDEX i"), "i ACCESS EXCLUSIVE +children table:SHARE");
  EXPECT_EQ(Said("REINDEX TABLE t"), "t SHARE +children indexes:ACCESS EXCLUSIVE");
  EXPECT_EQ(Said("REINDEX TABLE CONCURRENTLY t"),
            "t SHARE UPDATE EXCLUSIVE +children indexes:SHARE UPDATE EXCLUSIVE");
}

TEST(Locks, OfWhatHangsOnATable) {
  EXPECT_EQ(Said("CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f()"),
            "t SHARE ROW EXCLUSIVE +children");
  EXPECT_EQ(Said("DROP TRIGGER g ON app.t"), "app.t ACCESS EXCLUSIVE");
  EXPECT_EQ(Said("CREATE POLICY p ON t USING (true)"), "t ACCESS EXCLUSIVE +children");
  EXPECT_EQ(Said("CREATE STATISTICS s ON a, b FROM t"), "t SHARE UPDATE EXCLUSIVE +children");
  EXPECT_EQ(Said("COMMENT ON COLUMN app.t.a IS 'x'"), "app.t SHARE UPDATE EXCLUSIVE");
  EXPECT_EQ(Said("COMMENT ON TABLE t IS 'x'"), "t SHARE UPDATE EXCLUSIVE");
  EXPECT_EQ(Said("CREATE PUBLICATION p FOR TABLE t"), "t SHARE UPDATE EXCLUSIVE +children");
  EXPECT_EQ(Said("CREATE VIEW v AS SELECT * FROM t"), "t ACCESS SHARE +children");
  EXPECT_EQ(Said("CREATE OR REPLACE VIEW v AS SELECT * FROM t"),
            "v ACCESS EXCLUSIVE +children, t ACCESS SHARE +children");
  EXPECT_EQ(Said("ALTER SEQUENCE s RESTART"), "s SHARE ROW EXCLUSIVE +children");
}

TEST(Locks, OfRowsAndMaintenance) {
  EXPECT_EQ(Said("UPDATE t SET a = 1 FROM u"), "t ROW EXCLUSIVE +children, u ACCESS SHARE +children");
  EXPECT_EQ(Said("WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone"),
            "b ROW EXCLUSIVE +children, gone ACCESS SHARE +children, a ROW EXCLUSIVE +children");
  EXPECT_EQ(Said("SELECT * INTO fresh FROM t"), "t ACCESS SHARE +children");
  EXPECT_EQ(Said("TRUNCATE a, ONLY b"), "a ACCESS EXCLUSIVE +children, b ACCESS EXCLUSIVE");
  EXPECT_EQ(Said("LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE"), "t SHARE ROW EXCLUSIVE +children");
  EXPECT_EQ(Said("REFRESH MATERIALIZED VIEW CONCURRENTLY m"), "m EXCLUSIVE +children");
  EXPECT_EQ(Said("VACUUM FULL t"), "t ACCESS EXCLUSIVE +children");
  EXPECT_EQ(Said("CREATE TABLE t (id int)"), "");
  EXPECT_EQ(Said("DO $$ BEGIN END $$"), "");
  EXPECT_EQ(Said("not sql"), "");
  EXPECT_EQ(Said("ALTER TABLE t ADD a int; ALTER TABLE u ADD a int"), "");
}

TEST(Locks, WhichModesConflictIsTheManualsTable) {
  // Row and column by strength, as in the manual's table 13.2.
  const std::string table[] = {".......X", "......XX", "....XXXX", "...XXXXX",
                               "..XX.XXX", "..XXXXXX", ".XXXXXXX", "XXXXXXXX"};
  for (int held = 1; held <= 8; ++held) {
    for (int wanted = 1; wanted <= 8; ++wanted) {
      EXPECT_EQ(Conflict(static_cast<LockMode>(held), static_cast<LockMode>(wanted)),
                table[held - 1][static_cast<size_t>(wanted - 1)] == 'X')
          << LockName(static_cast<LockMode>(held)) << " / " << LockName(static_cast<LockMode>(wanted));
    }
  }
  EXPECT_EQ(LockModeOf("ShareUpdateExclusiveLock"), LockMode::kShareUpdateExclusive);
  EXPECT_EQ(LockModeOf("SIReadLock"), LockMode::kNone);
}

}  // namespace
}  // namespace ferry::sql
