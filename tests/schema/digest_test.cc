// The digest of the catalogs moves with every kind of change, and with nothing else.
#include <gtest/gtest.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "core/sql/parser.h"
#include "pg/catalog/digest.h"
#include "pg/session/session.h"
#include "tests/property/trial.h"
#include "tests/schema/probes.h"
#include "tests/support/pg_cluster.h"

namespace ferry::test {
namespace {

using property::Database;
using schema::ObjectKind;

class DigestTest : public ::testing::Test {
 protected:
  std::unique_ptr<pg::Session> Open(const std::string& login) const {
    pg::ConnectSettings settings;
    settings.parameters = PgCluster::Shared().LoginOf(login, database_.name());
    absl::StatusOr<std::unique_ptr<pg::Session>> session = pg::Session::Open(settings, "digest_test");
    EXPECT_TRUE(session.ok()) << session.status();
    return session.ok() ? *std::move(session) : nullptr;
  }
  // As the login that an agent observes with, which may read no table.
  std::string Digest() const {
    const absl::StatusOr<std::string> digest = pg::catalog::ReadDigest(*observer_);
    EXPECT_TRUE(digest.ok()) << digest.status();
    return digest.value_or("");
  }
  void Run(const std::string& script) const {
    const auto split = sql::Split(script, "digest", 1);
    ASSERT_TRUE(split.ok()) << split.status();
    std::vector<std::string> statements = {"SET search_path = public"};
    for (const auto& statement : *split) statements.push_back(statement.text);
    const absl::Status run = database_.Run(statements);
    ASSERT_TRUE(run.ok()) << run;
  }
  void Moves(const std::string& script) const {
    if (script.empty()) return;
    const std::string before = Digest();
    Run(script);
    EXPECT_NE(Digest(), before) << script;
  }
  void Stays(const std::string& script) const {
    const std::string before = Digest();
    Run(script);
    EXPECT_EQ(Digest(), before) << script;
  }

  const Database database_;
  const std::unique_ptr<pg::Session> observer_ = Open("ferry_observe");
};

class EveryKind : public DigestTest, public ::testing::WithParamInterface<size_t> {};

TEST_P(EveryKind, AChangeOfItMovesTheDigest) {
  const Probe& probe = Probes()[GetParam()];
  Run(probe.setup);
  Moves(probe.create);
  // Its options are shown to some logins only, and the digest is everybody's.
  if (probe.kind != ObjectKind::kUserMapping) Moves(probe.change);
  Moves(probe.comment);
  Moves(probe.grant);
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKind, ::testing::Range(size_t{0}, Probes().size()),
                         [](const ::testing::TestParamInfo<size_t>& kind) {
                           std::string name = Probes()[kind.param].name();
                           std::erase(name, ' ');
                           return name;
                         });

TEST_F(DigestTest, AChangeThatIsEasilyMissedMovesIt) {
  Run("CREATE TABLE t (id serial PRIMARY KEY, a text); CREATE SEQUENCE s; CREATE EXTENSION citext;"
      "CREATE INDEX by_a ON t (a); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
      "CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
      "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
      "CREATE TRIGGER tr BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION g()");
  for (const char* sql :
       {"ALTER SEQUENCE s OWNED BY t.a", "ALTER EXTENSION citext ADD FUNCTION f()",
        "ALTER TABLE t SET (toast.autovacuum_enabled = false)", "ALTER TABLE t CLUSTER ON t_pkey",
        "ALTER TABLE t REPLICA IDENTITY FULL", "ALTER TABLE t SET UNLOGGED",
        "ALTER TABLE t ALTER a SET STATISTICS 7", "ALTER TABLE p1 DISABLE TRIGGER tr",
        "ALTER TABLE p DETACH PARTITION p1", "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "ALTER INDEX by_a SET (fillfactor = 50)", "ALTER TABLE t RENAME TO u", "ALTER TABLE u RENAME TO t",
        "GRANT SELECT (a) ON t TO PUBLIC", "COMMENT ON COLUMN t.a IS 'x'", "COMMENT ON COLUMN t.a IS NULL"}) {
    Moves(sql);
  }
}

TEST_F(DigestTest, WhatDoesNotChangeTheSchemaLeavesItAlone) {
  Run("CREATE TABLE t (id serial PRIMARY KEY, a text UNIQUE, b int REFERENCES t); CREATE INDEX by_b ON t (b);"
      "CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE STATISTICS s ON a, b FROM t");
  for (const char* sql :
       {"INSERT INTO t (a) SELECT repeat('x', 3000) || n FROM generate_series(1, 300) n", "ANALYZE", "VACUUM",
        "VACUUM (FREEZE, ANALYZE) t", "UPDATE t SET b = id", "DELETE FROM t WHERE id % 2 = 0", "VACUUM t",
        "SELECT nextval('t_id_seq'), setval('t_id_seq', 1000)", "REINDEX TABLE t",
        "REFRESH MATERIALIZED VIEW m", "TRUNCATE t", "VACUUM (FREEZE) pg_catalog.pg_class",
        "VACUUM pg_catalog.pg_attribute", "CHECKPOINT"}) {
    Stays(sql);
  }
}

TEST_F(DigestTest, WhatAnotherSessionKeepsForItselfLeavesItAlone) {
  const std::string before = Digest();
  const std::unique_ptr<pg::Session> other = Open("postgres");
  for (const char* sql :
       {"CREATE TEMP TABLE own (id serial PRIMARY KEY, a text CHECK (a <> ''), b int REFERENCES own)",
        "CREATE INDEX ON own (a)", "COMMENT ON COLUMN own.a IS 'mine'",
        "CREATE TEMP VIEW seen AS SELECT a FROM own", "CREATE TEMP TABLE parts (a int) PARTITION BY LIST (a)",
        "CREATE TEMP TABLE part PARTITION OF parts FOR VALUES IN (1)", "CREATE TYPE pg_temp.pair AS (a int)",
        "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE POLICY p ON own USING (true)", "CREATE RULE r AS ON DELETE TO own DO INSTEAD NOTHING",
        "CREATE STATISTICS pg_temp.st ON a, b FROM own", "DROP TABLE own CASCADE"}) {
    ASSERT_TRUE(other->Query(sql).ok()) << sql;
    EXPECT_EQ(Digest(), before) << sql;
  }
}

TEST_F(DigestTest, ItIsTheSameForEverybody) {
  Run("CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
      "CREATE USER MAPPING FOR postgres SERVER s OPTIONS (user 'a', password 'b')");
  const absl::StatusOr<std::string> superuser = pg::catalog::ReadDigest(*Open("postgres"));
  ASSERT_TRUE(superuser.ok()) << superuser.status();
  EXPECT_EQ(*superuser, Digest());
}

}  // namespace
}  // namespace ferry::test
