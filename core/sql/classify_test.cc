#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/sql/parser.h"

namespace ferry::sql {
namespace {

Statement One(absl::string_view sql) {
  const auto statements = Split(sql, "f.sql", 1);
  EXPECT_TRUE(statements.ok()) << sql << "\n" << ErrorText(statements.status());
  if (!statements.ok() || statements->size() != 1) return {};
  return (*statements)[0];
}

struct KindCase {
  const char* sql;
  Kind kind;
  const char* tag;
};

TEST(ClassifyTest, KindsAndTags) {
  const KindCase cases[] = {
      {"CREATE TABLE t (a int)", Kind::kDdl, "CREATE TABLE"},
      {"CREATE TABLE t AS SELECT 1", Kind::kDdl, "CREATE TABLE AS"},
      {"CREATE MATERIALIZED VIEW v AS SELECT 1", Kind::kDdl, "CREATE MATERIALIZED VIEW"},
      {"SELECT 1 INTO t", Kind::kDdl, "SELECT INTO"},
      {"CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", Kind::kDdl, "CREATE INDEX CONCURRENTLY"},
      {"DROP INDEX CONCURRENTLY i", Kind::kDdl, "DROP INDEX CONCURRENTLY"},
      {"ALTER TABLE t ADD COLUMN a int", Kind::kDdl, "ALTER TABLE"},
      {"ALTER INDEX i SET (fillfactor = 50)", Kind::kDdl, "ALTER INDEX"},
      {"ALTER TABLE t RENAME COLUMN a TO b", Kind::kDdl, "ALTER TABLE"},
      {"ALTER TABLE t RENAME CONSTRAINT a TO b", Kind::kDdl, "ALTER TABLE"},
      {"ALTER TYPE e ADD VALUE 'x'", Kind::kDdl, "ALTER TYPE"},
      {"ALTER TYPE c RENAME ATTRIBUTE a TO b", Kind::kDdl, "ALTER TYPE"},
      {"ALTER VIEW v OWNER TO o", Kind::kDdl, "ALTER VIEW"},
      {"ALTER FUNCTION f(int) SET SCHEMA s", Kind::kDdl, "ALTER FUNCTION"},
      {"ALTER TABLE t DETACH PARTITION p CONCURRENTLY", Kind::kDdl, "ALTER TABLE CONCURRENTLY"},
      {"CREATE TYPE e AS ENUM ('a')", Kind::kDdl, "CREATE TYPE"},
      {"CREATE AGGREGATE a (int) (SFUNC = int4pl, STYPE = int)", Kind::kDdl, "CREATE AGGREGATE"},
      {"CREATE TEXT SEARCH CONFIGURATION c (COPY = english)", Kind::kDdl, "CREATE TEXT SEARCH CONFIGURATION"},
      {"CREATE OR REPLACE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'", Kind::kDdl, "CREATE PROCEDURE"},
      {"CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", Kind::kDdl, "CREATE TRIGGER"},
      {"DROP POLICY p ON t", Kind::kDdl, "DROP POLICY"},
      {"DROP OWNED BY x", Kind::kDdl, "DROP OWNED"},
      {"COMMENT ON TABLE t IS 'x'", Kind::kDdl, "COMMENT"},
      {"GRANT SELECT ON t TO r", Kind::kDdl, "GRANT"},
      {"REVOKE r FROM s", Kind::kDdl, "REVOKE ROLE"},
      {"INSERT INTO t VALUES (1)", Kind::kDml, "INSERT"},
      {"WITH x AS (SELECT 1) UPDATE t SET a = 1", Kind::kDml, "UPDATE"},
      {"DELETE FROM t", Kind::kDml, "DELETE"},
      {"MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", Kind::kDml, "MERGE"},
      {"TRUNCATE t", Kind::kDml, "TRUNCATE TABLE"},
      {"COPY t FROM '/x'", Kind::kDml, "COPY"},
      {"WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", Kind::kDml, "SELECT"},
      {"SELECT 1", Kind::kQuery, "SELECT"},
      {"VALUES (1)", Kind::kQuery, "SELECT"},
      {"TABLE t", Kind::kQuery, "SELECT"},
      {"(SELECT 1) UNION ALL SELECT 2", Kind::kQuery, "SELECT"},
      {"EXPLAIN SELECT 1", Kind::kUtility, "EXPLAIN"},
      {"VACUUM t", Kind::kUtility, "VACUUM"},
      {"ANALYZE t", Kind::kUtility, "ANALYZE"},
      {"REINDEX TABLE CONCURRENTLY t", Kind::kUtility, "REINDEX CONCURRENTLY"},
      {"LOCK TABLE t IN SHARE MODE", Kind::kUtility, "LOCK TABLE"},
      {"DO $$ BEGIN END $$", Kind::kUtility, "DO"},
      {"CALL p()", Kind::kUtility, "CALL"},
      {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", Kind::kUtility, "REFRESH MATERIALIZED VIEW"},
      {"SET work_mem = '1GB'", Kind::kSet, "SET"},
      {"RESET work_mem", Kind::kSet, "RESET"},
      {"SET CONSTRAINTS ALL DEFERRED", Kind::kSet, "SET CONSTRAINTS"},
      {"ALTER SYSTEM SET work_mem = '1GB'", Kind::kSet, "ALTER SYSTEM"},
      {"SAVEPOINT a", Kind::kTransaction, "SAVEPOINT"},
      {"ROLLBACK TO a", Kind::kTransaction, "ROLLBACK"},
      {"PREPARE TRANSACTION 'x'", Kind::kTransaction, "PREPARE TRANSACTION"},
  };
  for (const KindCase& c : cases) {
    const Statement s = One(c.sql);
    EXPECT_EQ(static_cast<int>(s.kind), static_cast<int>(c.kind)) << c.sql;
    EXPECT_EQ(s.tag, c.tag) << c.sql;
  }
}

TEST(ClassifyTest, WhatPostgresRefusesInATransactionBlock) {
  for (const char* sql : {"CREATE INDEX CONCURRENTLY i ON t (a)",
                          "DROP INDEX CONCURRENTLY i",
                          "REINDEX INDEX CONCURRENTLY i",
                          "REINDEX (CONCURRENTLY, VERBOSE) TABLE t",
                          "REINDEX (CONCURRENTLY true) TABLE t",
                          "REINDEX SCHEMA s",
                          "REINDEX DATABASE d",
                          "REINDEX SYSTEM d",
                          "VACUUM",
                          "VACUUM (ANALYZE) t",
                          "CREATE DATABASE d",
                          "DROP DATABASE d",
                          "CREATE TABLESPACE x LOCATION '/x'",
                          "DROP TABLESPACE x",
                          "ALTER SYSTEM SET a = 1",
                          "ALTER DATABASE d SET TABLESPACE x",
                          "CLUSTER",
                          "CLUSTER VERBOSE",
                          "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
                          "DROP SUBSCRIPTION s",
                          "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
                          "ALTER SUBSCRIPTION s SET PUBLICATION p",
                          "ALTER TABLE t DETACH PARTITION p CONCURRENTLY"}) {
    EXPECT_FALSE(One(sql).transactional) << sql;
  }
}

TEST(ClassifyTest, WhatPostgresAllowsInATransactionBlock) {
  for (const char* sql : {"CREATE INDEX i ON t (a)", "DROP INDEX i", "REINDEX TABLE t",
                          "REINDEX (CONCURRENTLY false) TABLE t", "ANALYZE", "CLUSTER t", "CLUSTER t USING i",
                          "ALTER DATABASE d SET work_mem = '1MB'", "ALTER DATABASE d CONNECTION LIMIT 5",
                          "ALTER TYPE e ADD VALUE 'x'", "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
                          "ALTER TABLE t DETACH PARTITION p", "ALTER TABLE t DETACH PARTITION p FINALIZE",
                          "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot = false)",
                          "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)",
                          "ALTER SUBSCRIPTION s DISABLE",
                          "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)", "TRUNCATE t"}) {
    EXPECT_TRUE(One(sql).transactional) << sql;
  }
}

struct ForbiddenCase {
  const char* sql;
  const char* why;
};

TEST(ForbiddenTest, SaysWhy) {
  const ForbiddenCase cases[] = {
      {"BEGIN", "BEGIN: the agent begins and ends every transaction itself"},
      {"START TRANSACTION", "START TRANSACTION: the agent"},
      {"COMMIT", "COMMIT: the agent"},
      {"END", "COMMIT: the agent"},
      {"ROLLBACK", "ROLLBACK: the agent"},
      {"ABORT", "ROLLBACK: the agent"},
      {"SAVEPOINT a", "SAVEPOINT: the agent"},
      {"RELEASE a", "RELEASE: the agent"},
      {"ROLLBACK TO a", "ROLLBACK: the agent"},
      {"PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION: the agent"},
      {"COMMIT PREPARED 'x'", "COMMIT PREPARED: the agent"},
      {"SET ROLE admin", "`-- role: …`"},
      {"SET LOCAL ROLE admin", "`-- role: …`"},
      {"RESET ROLE", "`-- role: …`"},
      {"SET SESSION AUTHORIZATION x", "session_authorization"},
      {"RESET SESSION AUTHORIZATION", "session_authorization"},
      {"SET session_replication_role = replica", "session_replication_role"},
      {"SET LOCAL lock_timeout = 0", "lock_timeout"},
      {"SET \"Statement_Timeout\" TO 0", "statement_timeout"},
      {"RESET statement_timeout", "statement_timeout"},
      {"SET idle_in_transaction_session_timeout = 0", "idle_in_transaction_session_timeout"},
      {"SET search_path = a, b", "`-- search_path: …`"},
      {"SET SCHEMA 'a'", "`-- search_path: …`"},
      {"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "transaction"},
      {"SET transaction_read_only = off", "transaction_read_only"},
      {"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "session characteristics"},
      {"SET default_transaction_isolation = 'serializable'", "default_transaction_isolation"},
      {"SET NAMES 'latin1'", "client_encoding"},
      {"SET synchronous_commit = off", "synchronous_commit"},
      {"SET ferry.epoch = 1", "ferry.epoch"},
      {"RESET ALL", "RESET ALL"},
      {"DISCARD ALL", "DISCARD"},
      {"SELECT pg_catalog.set_config('search_path', '', false)", "`-- search_path: …`"},
      {"SELECT set_config('lock' || '_timeout', '0', true)", "no constant"},
      {"SELECT set_config('role'::text, 'x', true)", "`-- role: …`"},
      {"UPDATE t SET a = set_config('statement_timeout', '0', false)", "statement_timeout"},
      {"CREATE TABLE t AS SELECT set_config('lock_timeout', '0', true)", "lock_timeout"},
      {"SELECT pg_advisory_unlock_all()", "pg_advisory_unlock_all()"},
      {"COPY t FROM STDIN", "COPY FROM STDIN"},
      {"COPY t (a, b) FROM STDIN WITH (FORMAT csv)", "COPY FROM STDIN"},
      {"COPY t TO STDOUT", "COPY TO STDOUT"},
      {"COPY (SELECT 1) TO STDOUT", "COPY TO STDOUT"},
      {"COPY t FROM PROGRAM 'id'", "PROGRAM"},
      {"COPY t TO PROGRAM 'cat'", "PROGRAM"},
      {"ALTER SYSTEM SET work_mem = '1GB'", "whole server"},
      {"ALTER SYSTEM RESET ALL", "whole server"},
      {"LISTEN a", "LISTEN"},
      {"UNLISTEN *", "UNLISTEN"},
      {"LOAD 'x'", "LOAD"},
      {"PREPARE p AS SELECT 1", "PREPARE"},
      {"EXECUTE p", "EXECUTE"},
      {"DEALLOCATE ALL", "DEALLOCATE"},
      {"DECLARE c CURSOR WITH HOLD FOR SELECT 1", "DECLARE CURSOR"},
  };
  for (const ForbiddenCase& c : cases) {
    const Statement s = One(c.sql);
    EXPECT_TRUE(absl::StrContains(s.forbidden, c.why)) << c.sql << ": " << s.forbidden;
  }
}

TEST(ForbiddenTest, WhatMigrationsNeedIsAllowed) {
  for (const char* sql :
       {"SET CONSTRAINTS ALL IMMEDIATE", "SET work_mem = '1GB'", "SET LOCAL maintenance_work_mem = '1GB'",
        "RESET work_mem", "SET TIME ZONE 'UTC'", "SELECT set_config('work_mem', '1GB', true)",
        "SELECT setval('s', 1)", "NOTIFY a, 'b'", "DO $$ BEGIN PERFORM 1; END $$", "COPY t FROM '/srv/a.csv'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' SET lock_timeout = '1s' AS "
        "'SELECT 1'",
        "ALTER FUNCTION f() SET search_path = pg_catalog", "ALTER ROLE r SET search_path = a",
        "ALTER DATABASE d SET statement_timeout = '1min'",
        "CREATE VIEW v AS SELECT set_config('search_path', '', true)", "LOCK TABLE t", "CHECKPOINT",
        "SELECT pg_try_advisory_xact_lock(1)"}) {
    EXPECT_EQ(One(sql).forbidden, "") << sql;
  }
}

TEST(ForbiddenTest, TheLedgersSchemaIsOutOfBounds) {
  for (const char* sql : {"CREATE SCHEMA ferry",
                          "CREATE SCHEMA IF NOT EXISTS \"ferry\"",
                          "DROP SCHEMA a, ferry CASCADE",
                          "ALTER SCHEMA ferry RENAME TO x",
                          "ALTER SCHEMA x RENAME TO ferry",
                          "ALTER SCHEMA ferry OWNER TO x",
                          "CREATE TABLE ferry.x (a int)",
                          "CREATE TABLE Ferry.x (a int)",
                          "ALTER TABLE ferry.x ADD b int",
                          "DROP TABLE a, ferry.x",
                          "DROP INDEX ferry.i",
                          "INSERT INTO ferry.x VALUES (1)",
                          "UPDATE t SET a = 1 FROM ferry.x",
                          "DELETE FROM ferry.x",
                          "TRUNCATE a, ferry.x",
                          "COPY ferry.x FROM '/x'",
                          "WITH d AS (DELETE FROM ferry.x RETURNING 1) SELECT 1",
                          "SELECT * FROM ferry.x",
                          "SELECT ferry.f()",
                          "CALL ferry.p()",
                          "CREATE FUNCTION ferry.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                          "DROP FUNCTION ferry.f()",
                          "CREATE TYPE ferry.e AS ENUM ('a')",
                          "ALTER TYPE ferry.e ADD VALUE 'b'",
                          "DROP TYPE ferry.e",
                          "CREATE DOMAIN ferry.d AS int",
                          "CREATE SEQUENCE ferry.s",
                          "CREATE VIEW ferry.v AS SELECT 1",
                          "CREATE AGGREGATE ferry.a (int) (SFUNC = int4pl, STYPE = int)",
                          "ALTER TABLE t SET SCHEMA ferry",
                          "CREATE INDEX ON ferry.x (a)",
                          "DROP TRIGGER g ON ferry.x",
                          "ALTER TABLE ferry.x DISABLE TRIGGER ALL",
                          "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION ferry.f()",
                          "COMMENT ON SCHEMA ferry IS 'x'",
                          "COMMENT ON COLUMN ferry.x.a IS 'x'",
                          "GRANT USAGE ON SCHEMA ferry TO r",
                          "GRANT SELECT ON ferry.x TO r",
                          "REVOKE ALL ON ALL TABLES IN SCHEMA ferry FROM r",
                          "ALTER DEFAULT PRIVILEGES IN SCHEMA ferry GRANT SELECT ON TABLES TO r",
                          "CREATE EXTENSION hstore SCHEMA ferry",
                          "CREATE PUBLICATION p FOR TABLES IN SCHEMA ferry",
                          "REINDEX SCHEMA ferry",
                          "VACUUM ferry.x",
                          "EXPLAIN ANALYZE DELETE FROM ferry.x",
                          "CREATE TABLE t (a ferry.e)",
                          "LOCK TABLE ferry.x",
                          "ALTER FUNCTION ferry.f() OWNER TO x"}) {
    EXPECT_TRUE(absl::StrContains(One(sql).forbidden, "schema \"ferry\""))
        << sql << ": " << One(sql).forbidden;
  }
}

TEST(ForbiddenTest, ATableOrColumnCalledFerryIsNotTheLedger) {
  for (const char* sql :
       {"CREATE TABLE ferry (id int)", "SELECT ferry.id FROM ferry",
        "UPDATE ferry SET ferry = 1 WHERE ferry.ferry IS NULL", "COMMENT ON COLUMN ferry.id IS 'x'",
        "DROP TRIGGER g ON ferry", "COMMENT ON CONSTRAINT c ON ferry IS 'x'",
        "ALTER TABLE a.ferry ADD ferry int", "CREATE TABLE t (ferry int, x int, PRIMARY KEY (ferry, x))",
        "SELECT 'ferry.x'", "INSERT INTO ferry_runs VALUES (1)", "CREATE ROLE ferry"}) {
    EXPECT_EQ(One(sql).forbidden, "") << sql;
  }
}

struct TablesCase {
  const char* sql;
  const char* tables;
};

TEST(TablesTest, NamesTheTargets) {
  const TablesCase cases[] = {
      {"CREATE TABLE s.t (a int REFERENCES u)", "s.t"},
      {"CREATE TEMP TABLE t (a int)", ""},
      {"CREATE TABLE t AS SELECT * FROM u", "t"},
      {"SELECT * INTO t FROM u", "t"},
      {"ALTER TABLE IF EXISTS ONLY t ADD a int", "t"},
      {"ALTER INDEX i RENAME TO j", ""},
      {"ALTER VIEW v ALTER COLUMN a SET DEFAULT 1", ""},
      {"ALTER TABLE s.t RENAME TO u", "s.u"},
      {"ALTER TABLE t RENAME COLUMN a TO b", "t"},
      {"ALTER TABLE t RENAME CONSTRAINT a TO b", "t"},
      {"ALTER TABLE t SET SCHEMA s", "s.t"},
      {"CREATE INDEX CONCURRENTLY ON \"T\" (a)", ".T"},
      {"DROP TABLE t", ""},
      {"UPDATE t SET a = 1 FROM u", "t"},
      {"WITH x AS (INSERT INTO a SELECT * FROM b RETURNING 1), y AS (DELETE FROM c) SELECT * FROM x", "a c"},
      {"MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", "t"},
      {"TRUNCATE a, b", "a b"},
      {"COPY t FROM '/x'", "t"},
      {"COPY t TO '/x'", ""},
      {"VACUUM a, b", "a b"},
      {"REFRESH MATERIALIZED VIEW v", "v"},
      {"CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", "t"},
      {"CREATE POLICY p ON t", "t"},
      {"CREATE SCHEMA s CREATE TABLE t (a int) CREATE INDEX ON t (a)", "s.t"},
      {"SELECT 1 FROM t", ""},
      {"GRANT SELECT ON t TO r", ""},
  };
  for (const TablesCase& c : cases) {
    std::vector<std::string> names;
    for (const TableName& t : One(c.sql).tables) {
      names.push_back(t.schema.empty() ? t.name : absl::StrCat(t.schema, ".", t.name));
    }
    EXPECT_EQ(absl::StrJoin(names, " "), c.tables[0] == '.' ? c.tables + 1 : c.tables) << c.sql;
  }
}

}  // namespace
}  // namespace ferry::sql
