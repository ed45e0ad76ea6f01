// Tables and what hangs on them: all that pg_dump would print, and what needs what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "core/sql/reread.h"
#include "pg/catalog/catalog_fixture.h"

namespace ferry::pg {
namespace {

using schema::ObjectKind;
using schema::Snapshot;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::UnorderedElementsAre;

template <class Body>
const Body& BodyOf(const schema::Object& object) {
  static const Body kNothing;
  const Body* body = std::get_if<Body>(&object.body);
  EXPECT_NE(body, nullptr);
  return body == nullptr ? kNothing : *body;
}

TEST(CatalogTablesTest, ReadsWhoOwnsAndMayUseThem) {
  const CatalogDatabase db;
  db.Run({"CREATE SCHEMA app AUTHORIZATION ferry_owner", "GRANT USAGE ON SCHEMA app TO ferry_observe",
          "CREATE TABLE public.t (a int, b int)", "ALTER TABLE public.t OWNER TO ferry_owner",
          "GRANT SELECT ON public.t TO PUBLIC", "GRANT UPDATE ON public.t TO ferry_observe WITH GRANT OPTION",
          "GRANT SELECT (a) ON public.t TO ferry_migrate", "CREATE SEQUENCE public.s",
          "GRANT USAGE ON SEQUENCE public.s TO ferry_observe",
          "CREATE VIEW public.v AS SELECT 1 AS x, 2 AS y", "REVOKE ALL ON public.v FROM CURRENT_USER",
          "GRANT SELECT (x) ON public.v TO ferry_observe"});
  const Snapshot s = db.Read();
  const schema::Traits& table = Get(s, ObjectKind::kTable, "", "t").traits;
  EXPECT_EQ(table.owner, "ferry_owner");
  EXPECT_THAT(table.grants,
              IsSupersetOf({"@owner=SELECT", "@owner=TRIGGER", "PUBLIC=SELECT", "ferry_observe=UPDATE*"}));
  EXPECT_THAT(Get(s, ObjectKind::kColumn, "t", "a").traits.grants, ElementsAre("ferry_migrate=SELECT"));
  EXPECT_THAT(Get(s, ObjectKind::kColumn, "t", "b").traits.grants, IsEmpty());
  EXPECT_THAT(Get(s, ObjectKind::kSequence, "", "s").traits.grants, Contains("ferry_observe=USAGE"));
  EXPECT_THAT(Get(s, ObjectKind::kView, "", "v").traits.grants, ElementsAre("nobody"));
  EXPECT_THAT(Get(s, ObjectKind::kColumn, "v", "x").traits.grants, ElementsAre("ferry_observe=SELECT"));
  EXPECT_EQ(s.Find({ObjectKind::kColumn, "public", "v", "y"}), nullptr);
  EXPECT_THAT(Get(s, ObjectKind::kSchema, "", "app", "app").traits.grants,
              ElementsAre("@owner=CREATE", "@owner=USAGE", "ferry_observe=USAGE"));
}

TEST(CatalogTablesTest, AColumnOfAViewIsReadWhereSomethingIsSaidOfIt) {
  const CatalogDatabase db;
  db.Run({"CREATE VIEW public.v AS SELECT 1 AS a, 'x'::text AS b, 3 AS c, 4 AS d",
          "COMMENT ON COLUMN public.v.a IS 'the first'", "ALTER VIEW public.v ALTER b SET DEFAULT 'y'",
          "CREATE MATERIALIZED VIEW public.m AS SELECT 'x'::text AS t, 1 AS n",
          "ALTER MATERIALIZED VIEW public.m ALTER t SET STORAGE EXTERNAL",
          "ALTER MATERIALIZED VIEW public.m ALTER n SET STATISTICS 50"});
  const Snapshot s = db.Read();
  EXPECT_EQ(Get(s, ObjectKind::kColumn, "v", "a").traits.comment, "the first");
  EXPECT_EQ(BodyOf<schema::Column>(Get(s, ObjectKind::kColumn, "v", "b")).default_expression, "'y'::text");
  EXPECT_EQ(s.Find({ObjectKind::kColumn, "public", "v", "c"}), nullptr);
  EXPECT_EQ(BodyOf<schema::Column>(Get(s, ObjectKind::kColumn, "m", "t")).storage, "external");
  EXPECT_EQ(BodyOf<schema::Column>(Get(s, ObjectKind::kColumn, "m", "n")).statistics_target, 50);
}

TEST(CatalogTablesTest, WhatComesFromAParentIsNotTheChildsOwn) {
  const CatalogDatabase db;
  db.Run(
      {"CREATE TABLE public.base (id int CHECK (id > 0), n text)",
       "CREATE TABLE public.child (own int CHECK (own > 1)) INHERITS (public.base)",
       "CREATE TYPE public.row_type AS (x int, y text)", "CREATE TABLE public.typed OF public.row_type",
       "CREATE TABLE public.other (id int PRIMARY KEY)",
       "CREATE TABLE public.p (d int, o int REFERENCES public.other, PRIMARY KEY (d)) PARTITION BY RANGE (d)",
       "CREATE INDEX p_o ON public.p (o)",
       "CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
       "CREATE TRIGGER tr BEFORE INSERT ON public.p FOR EACH ROW EXECUTE FUNCTION public.f()",
       "CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (0) TO (10)"});
  const Snapshot s = db.Read();
  EXPECT_TRUE(BodyOf<schema::Column>(Get(s, ObjectKind::kColumn, "child", "n")).inherited);
  EXPECT_FALSE(BodyOf<schema::Column>(Get(s, ObjectKind::kColumn, "child", "own")).inherited);
  EXPECT_TRUE(BodyOf<schema::Column>(Get(s, ObjectKind::kColumn, "typed", "x")).inherited);
  EXPECT_EQ(s.Find({ObjectKind::kConstraint, "public", "child", "base_id_check"}), nullptr);
  Get(s, ObjectKind::kConstraint, "child", "child_own_check");
  EXPECT_EQ(s.Find({ObjectKind::kConstraint, "public", "p1", "p_o_fkey"}), nullptr);
  EXPECT_EQ(BodyOf<schema::Constraint>(Get(s, ObjectKind::kConstraint, "p1", "p1_pkey")).attached_to,
            "public.p_pkey");
  EXPECT_EQ(BodyOf<schema::Index>(Get(s, ObjectKind::kIndex, "p1", "p1_o_idx")).attached_to, "public.p_o");
  EXPECT_EQ(s.Find({ObjectKind::kTrigger, "public", "p1", "tr"}), nullptr);
  EXPECT_THAT(Needs(Get(s, ObjectKind::kIndex, "p1", "p1_o_idx")), Contains("index p.p_o"));
  EXPECT_THAT(Needs(Get(s, ObjectKind::kConstraint, "p1", "p1_pkey")), Contains("constraint p.p_pkey"));
  EXPECT_THAT(Needs(Get(s, ObjectKind::kTable, "", "p1")), ElementsAre("table p"));
  EXPECT_THAT(Needs(Get(s, ObjectKind::kTable, "", "child")), ElementsAre("table base"));
  db.Run({"ALTER TABLE public.p1 DISABLE TRIGGER tr"});
  EXPECT_TRUE(BodyOf<schema::Trigger>(Get(db.Read(), ObjectKind::kTrigger, "p1", "tr")).cloned);
}

// The readers put plain definitions together by themselves.
TEST(CatalogTablesTest, AnIndexReadsAsPostgresPrintsIt) {
  const CatalogDatabase db;
  db.Run({"CREATE TYPE public.mood AS ENUM ('a', 'b')", "CREATE DOMAIN public.name_of AS text",
          "CREATE TABLE public.t (i int, v varchar(9), x text COLLATE \"C\", m public.mood, d public.name_of,"
          " \"Odd \"\"name\" int, a int[], c char(3), n name, r int4range, b bool, u uuid, ts timestamptz)"});
  const std::vector<std::string> forms = {"(i)",
                                          "(v)",
                                          "(x)",
                                          "(m)",
                                          "(d)",
                                          "(\"Odd \"\"name\", i)",
                                          "(a)",
                                          "(c)",
                                          "(n)",
                                          "(r)",
                                          "(b, u, ts)",
                                          "(i DESC)",
                                          "(i NULLS FIRST)",
                                          "(x COLLATE \"POSIX\")",
                                          "(v COLLATE \"C\")",
                                          "(v varchar_ops)",
                                          "(v text_pattern_ops)",
                                          "(i) INCLUDE (v)",
                                          "(i) WITH (fillfactor = 70)",
                                          "(i) NULLS NOT DISTINCT",
                                          "(lower(x), i)",
                                          "((i + 1))",
                                          "(i) WHERE b",
                                          "(m, i) WHERE v IN ('a', 'b') AND i > 0"};
  for (size_t i = 0; i < forms.size(); ++i) {
    db.Run({absl::StrCat("CREATE INDEX f", i, " ON public.t ", forms[i]),
            absl::StrCat("CREATE UNIQUE INDEX g", i, " ON public.t ", forms[i])});
  }
  db.Run({"CREATE INDEX hashed ON public.t USING hash (v)", "CREATE INDEX br ON public.t USING brin (i)",
          "CREATE INDEX gi ON public.t USING gist (r)", "CREATE TABLE public.p (i int) PARTITION BY LIST (i)",
          "CREATE INDEX only_p ON ONLY public.p (i)"});
  const Snapshot s = db.Read();
  const auto rows = db.session().Query(
      "SELECT c.relname, t.relname, pg_catalog.pg_get_indexdef(c.oid) FROM pg_class c"
      " JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = i.indrelid"
      " WHERE c.relnamespace = 2200");
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->size(), 2 * forms.size() + 4);
  for (size_t i = 0; i < rows->size(); ++i) {
    const std::string text = rows->at(i, 2).value_or("");
    const schema::Object& index = Get(s, ObjectKind::kIndex, *rows->at(i, 1), *rows->at(i, 0));
    EXPECT_EQ(BodyOf<schema::Index>(index).definition, sql::Reread(text.substr(text.find("USING")))) << text;
  }
}

TEST(CatalogTablesTest, AConstraintSaysWhichIndexItsOwnWouldBe) {
  const CatalogDatabase db;
  db.Run(
      {"CREATE TABLE public.t (a int, b int, CONSTRAINT pk PRIMARY KEY (a) INCLUDE (b) WITH (fillfactor = "
       "50),"
       " CONSTRAINT uq UNIQUE NULLS NOT DISTINCT (a, b) DEFERRABLE INITIALLY DEFERRED, CONSTRAINT ck CHECK "
       "(a > 0))"});
  const Snapshot s = db.Read();
  const auto index = [&](const std::string& name) {
    return BodyOf<schema::Constraint>(Get(s, ObjectKind::kConstraint, "t", name)).index_definition;
  };
  const auto said = [&](const std::string& name) {
    const auto rows = db.session().Query("SELECT pg_get_indexdef('public." + name + "'::regclass)");
    const std::string text = rows->at(0, 0).value_or("");
    return text.substr(text.find("USING"));
  };
  EXPECT_EQ(index("pk"), said("pk"));
  EXPECT_EQ(index("uq"), said("uq"));
  EXPECT_EQ(index("ck"), "");
}

TEST(CatalogTablesTest, EverythingKnowsWhatItNeeds) {
  const CatalogDatabase db;
  db.Run({"CREATE EXTENSION hstore SCHEMA public", "CREATE TYPE public.mood AS ENUM ('sad', 'happy')",
          "CREATE FUNCTION public.one() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'",
          "CREATE TABLE public.a (id int PRIMARY KEY, m public.mood, ms public.mood[], h public.hstore,"
          " d int DEFAULT public.one(), g int GENERATED ALWAYS AS (public.one() + id) STORED, s serial)",
          "CREATE TABLE public.b (a_id int REFERENCES public.a, whole public.a, many public.a[],"
          " i int GENERATED ALWAYS AS IDENTITY)",
          "CREATE INDEX a_m ON public.a (m) WHERE d > public.one()",
          "CREATE VIEW public.v AS SELECT id, m FROM public.a", "COMMENT ON COLUMN public.v.m IS 'mood'",
          "CREATE VIEW public.w AS SELECT m FROM public.v",
          "CREATE VIEW public.grouped AS SELECT id, m FROM public.a GROUP BY id",
          "CREATE FUNCTION public.audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
          "CREATE TRIGGER tr BEFORE UPDATE OF d ON public.a FOR EACH ROW EXECUTE FUNCTION public.audit()"});
  const Snapshot s = db.Read();
  const auto needs = [&](ObjectKind kind, const std::string& parent, const std::string& name) {
    return Needs(Get(s, kind, parent, name));
  };
  EXPECT_THAT(needs(ObjectKind::kTable, "", "a"), IsEmpty());
  EXPECT_THAT(needs(ObjectKind::kColumn, "a", "id"), IsEmpty());
  EXPECT_THAT(needs(ObjectKind::kColumn, "a", "m"), ElementsAre("enum mood"));
  EXPECT_THAT(needs(ObjectKind::kColumn, "a", "ms"), ElementsAre("enum mood"));
  EXPECT_THAT(needs(ObjectKind::kColumn, "a", "d"), ElementsAre("function one() default"));
  EXPECT_THAT(needs(ObjectKind::kColumn, "a", "g"), UnorderedElementsAre("function one()", "column a.id"));
  EXPECT_THAT(needs(ObjectKind::kColumn, "a", "s"), ElementsAre("sequence a_s_seq default"));
  EXPECT_THAT(needs(ObjectKind::kSequence, "", "a_s_seq"), ElementsAre("column a.s"));
  EXPECT_THAT(needs(ObjectKind::kColumn, "b", "whole"), ElementsAre("table a"));
  EXPECT_THAT(needs(ObjectKind::kColumn, "b", "many"), ElementsAre("table a"));
  EXPECT_THAT(needs(ObjectKind::kColumn, "b", "i"), IsEmpty());
  EXPECT_THAT(needs(ObjectKind::kConstraint, "a", "a_pkey"), ElementsAre("column a.id"));
  EXPECT_THAT(needs(ObjectKind::kConstraint, "b", "b_a_id_fkey"),
              UnorderedElementsAre("column a.id", "column b.a_id", "constraint a.a_pkey"));
  EXPECT_THAT(needs(ObjectKind::kIndex, "a", "a_m"),
              UnorderedElementsAre("column a.m", "column a.d", "function one()"));
  EXPECT_THAT(needs(ObjectKind::kView, "", "v"), UnorderedElementsAre("column a.id", "column a.m"));
  EXPECT_THAT(needs(ObjectKind::kView, "", "w"), UnorderedElementsAre("view v", "enum mood"));
  EXPECT_THAT(needs(ObjectKind::kView, "", "grouped"), Contains("constraint a.a_pkey"));
  EXPECT_THAT(needs(ObjectKind::kTrigger, "a", "tr"), UnorderedElementsAre("column a.d", "function audit()"));
}

TEST(CatalogTablesTest, WhatPostgresKeepsToItselfAmongTheOptionsIsNotRead) {
  const CatalogDatabase db;
  db.Run({"CREATE TABLE public.t (a int, b text) WITH (toast.autovacuum_enabled = false, fillfactor = 90)",
          "ALTER TABLE public.t ALTER a SET (n_distinct = -0.5)"});
  const Snapshot s = db.Read();
  EXPECT_THAT(BodyOf<schema::Column>(Get(s, ObjectKind::kColumn, "t", "a")).options,
              ElementsAre("n_distinct=-0.5"));
  EXPECT_THAT(BodyOf<schema::Table>(Get(s, ObjectKind::kTable, "", "t")).options,
              ElementsAre("fillfactor=90", "toast.autovacuum_enabled=false"));
}

TEST(CatalogTablesTest, CommentsReachWhatTheyAreOn) {
  const CatalogDatabase db;
  db.Run({"CREATE TABLE public.t (a int CONSTRAINT pk PRIMARY KEY)", "CREATE INDEX i ON public.t (a)",
          "COMMENT ON TABLE public.t IS 'table'", "COMMENT ON COLUMN public.t.a IS 'column'",
          "COMMENT ON CONSTRAINT pk ON public.t IS 'constraint'", "COMMENT ON INDEX public.i IS 'index'"});
  const Snapshot s = db.Read();
  EXPECT_EQ(Get(s, ObjectKind::kTable, "", "t").traits.comment, "table");
  EXPECT_EQ(Get(s, ObjectKind::kColumn, "t", "a").traits.comment, "column");
  EXPECT_EQ(Get(s, ObjectKind::kConstraint, "t", "pk").traits.comment, "constraint");
  EXPECT_EQ(Get(s, ObjectKind::kIndex, "t", "i").traits.comment, "index");
}

TEST(CatalogTablesTest, WhatLiesBeneathConstraintsAndIdentityColumnsIsReadWithThem) {
  const CatalogDatabase db;
  db.Run(
      {"CREATE TABLE public.t (id int GENERATED ALWAYS AS IDENTITY CONSTRAINT t_key PRIMARY KEY, "
       "n int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.lots), plain int GENERATED ALWAYS AS "
       "IDENTITY)",
       "ALTER TABLE public.t OWNER TO ferry_owner", "COMMENT ON CONSTRAINT t_key ON public.t IS 'the rule'",
       "COMMENT ON INDEX public.t_key IS 'its index'", "COMMENT ON COLUMN public.t.id IS 'the column'",
       "COMMENT ON SEQUENCE public.t_id_seq IS 'its sequence'",
       "GRANT USAGE ON SEQUENCE public.lots TO ferry_observe"});
  const Snapshot s = db.Read();
  const schema::Traits key = Get(s, ObjectKind::kConstraint, "t", "t_key").traits;
  EXPECT_EQ(key.comment, "the rule");
  EXPECT_EQ(key.beneath->index_comment, "its index");
  const schema::Traits id = Get(s, ObjectKind::kColumn, "t", "id").traits;
  EXPECT_EQ(id.comment, "the column");
  EXPECT_EQ(id.beneath->sequence_comment, "its sequence");
  EXPECT_THAT(id.beneath->sequence_grants, IsEmpty());
  EXPECT_THAT(Get(s, ObjectKind::kColumn, "t", "n").traits.beneath->sequence_grants,
              ElementsAre("@owner=SELECT", "@owner=UPDATE", "@owner=USAGE", "ferry_observe=USAGE"));
  const schema::Object plain = Get(s, ObjectKind::kColumn, "t", "plain");
  EXPECT_EQ(plain.traits, schema::Traits());
}

}  // namespace
}  // namespace ferry::pg
