#include "core/sql/named.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ferry::sql {
namespace {

// "schema.name/part", with `*` behind it for the whole.
std::string Said(const std::string& sql) {
  return absl::StrJoin(NamedObjects(sql), " ", [](std::string* out, const NamedObject& object) {
    absl::StrAppend(out, object.schema.empty() ? "" : object.schema + ".", object.name,
                    object.part.empty() ? "" : "/" + object.part, object.whole ? "*" : "");
  });
}

TEST(NamedObjects, OfTables) {
  EXPECT_EQ(Said("CREATE TABLE app.t (id bigserial, n int)"), "app.t* app.t_id_seq");
  EXPECT_EQ(Said("CREATE TABLE t AS SELECT * FROM u"), "t*");
  EXPECT_EQ(
      Said("ALTER TABLE t ADD COLUMN a int, DROP COLUMN b, ALTER c SET NOT NULL, ENABLE ROW LEVEL SECURITY"),
      "t/a t/b t/c t");
  EXPECT_EQ(Said("ALTER TABLE t ADD COLUMN a int REFERENCES u"), "t* t/a");
  EXPECT_EQ(Said("ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0), VALIDATE CONSTRAINT m"), "t/k t/m");
  EXPECT_EQ(Said("ALTER TABLE t ADD CHECK (a > 0)"), "t*") << "the server chooses the name";
  EXPECT_EQ(Said("ALTER TABLE t ATTACH PARTITION app.p FOR VALUES IN (1)"), "app.p* t");
  EXPECT_EQ(Said("ALTER TABLE t RENAME a TO b"), "t/a t/b");
  EXPECT_EQ(Said("ALTER TABLE app.t RENAME TO u"), "app.t* app.u*");
  EXPECT_EQ(Said("ALTER TABLE app.t SET SCHEMA attic"), "app.t* attic.t*");
  EXPECT_EQ(Said("DROP TABLE app.t, u"), "app.t* u*");
}

TEST(NamedObjects, OfWhatBelongsToTables) {
  EXPECT_EQ(Said("CREATE INDEX CONCURRENTLY i ON app.t (a)"), "app.t/i");
  EXPECT_EQ(Said("CREATE INDEX ON app.t (a)"), "app.t*") << "the server chooses the name";
  EXPECT_EQ(Said("DROP INDEX app.i"), "app.i*");
  EXPECT_EQ(Said("CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f()"), "t/g");
  EXPECT_EQ(Said("DROP TRIGGER g ON app.t"), "app.t/g*");
  EXPECT_EQ(Said("CREATE POLICY p ON t USING (true)"), "t/p");
  EXPECT_EQ(Said("CREATE RULE r AS ON INSERT TO t DO NOTHING"), "t/r");
  EXPECT_EQ(Said("COMMENT ON COLUMN app.t.a IS 'x'"), "app.t/a");
  EXPECT_EQ(Said("COMMENT ON CONSTRAINT k ON t IS 'x'"), "t/k");
}

TEST(NamedObjects, OfEverythingElse) {
  EXPECT_EQ(Said("CREATE VIEW app.v AS SELECT * FROM t"), "app.v*");
  EXPECT_EQ(Said("CREATE FUNCTION app.f(int) RETURNS int LANGUAGE sql RETURN 1"), "app.f*");
  EXPECT_EQ(Said("ALTER FUNCTION app.f(int) STABLE"), "app.f");
  EXPECT_EQ(Said("DROP FUNCTION app.f(int)"), "app.f*");
  EXPECT_EQ(Said("CREATE TYPE app.mood AS ENUM ('a')"), "app.mood*");
  EXPECT_EQ(Said("ALTER TYPE app.mood ADD VALUE 'b'"), "app.mood*");
  EXPECT_EQ(Said("DROP TYPE app.mood"), "app.mood*");
  EXPECT_EQ(Said("CREATE SEQUENCE s"), "s*");
  EXPECT_EQ(Said("CREATE EXTENSION hstore"), "hstore*");
  EXPECT_EQ(Said("CREATE PUBLICATION p FOR ALL TABLES"), "p*");
  EXPECT_EQ(Said("CREATE SCHEMA app CREATE TABLE t (a int)"), "app app.t*");
  EXPECT_EQ(Said("GRANT SELECT ON app.t, u TO joe"), "app.t u");
  EXPECT_EQ(Said("ALTER TABLE t OWNER TO joe"), "t");
  EXPECT_EQ(Said("ALTER FUNCTION f(int) OWNER TO joe"), "f");
}

TEST(NamedObjects, NothingForWhatNamesNothing) {
  EXPECT_EQ(Said("UPDATE t SET a = 1"), "");
  EXPECT_EQ(Said("DO $$ BEGIN EXECUTE 'DROP TABLE t'; END $$"), "");
  EXPECT_EQ(Said("CREATE TABEL t ()"), "");
  EXPECT_EQ(Said(""), "");
}

}  // namespace
}  // namespace ferry::sql
