#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pg/catalog/fields_fixture.h"

namespace ferry::pg {
namespace {

using schema::FieldList;
using schema::ObjectKind;
using schema::Snapshot;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(TypesTest, ReadsADomainWithItsConstraintsAsObjectsOfTheirOwn) {
  const CatalogDatabase db;
  db.Run({"CREATE FUNCTION public.good(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'",
          "CREATE FUNCTION public.first() RETURNS text LANGUAGE sql AS 'SELECT ''a'''",
          "CREATE DOMAIN public.\"odd name\" AS varchar(5) COLLATE \"C\" DEFAULT public.first() NOT NULL "
          "CONSTRAINT \"is good\" CHECK (public.good(VALUE)) CHECK (VALUE IN ('a', 'b'))",
          "ALTER DOMAIN public.\"odd name\" ADD CONSTRAINT later CHECK (VALUE <> '') NOT VALID",
          "CREATE DOMAIN public.plain AS public.\"odd name\"", "COMMENT ON DOMAIN public.plain IS 'it''s'",
          "GRANT USAGE ON TYPE public.plain TO ferry_observe",
          "COMMENT ON CONSTRAINT later ON DOMAIN public.\"odd name\" IS 'soon'"});
  const Snapshot s = db.Read();
  EXPECT_THAT(FieldsOf(s, ObjectKind::kDomain, "", "odd name"),
              IsSupersetOf(FieldList{{"type", "character varying(5)"},
                                     {"collation", "pg_catalog.\"C\""},
                                     {"default", "public.first()"},
                                     {"not_null", "true"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kDomain, "", "plain"),
              IsSupersetOf(FieldList{{"type", "public.\"odd name\""},
                                     {"collation", ""},
                                     {"default", "public.first()"},
                                     {"not_null", "false"},
                                     {"comment", "it's"},
                                     {"owner", "postgres"},
                                     {"grants", "'@owner=USAGE', 'PUBLIC=USAGE', 'ferry_observe=USAGE'"}}));
  EXPECT_THAT(Names(s, ObjectKind::kConstraint), UnorderedElementsAre("is good", "odd name_check", "later"));
  EXPECT_THAT(
      FieldsOf(s, ObjectKind::kConstraint, "odd name", "is good"),
      IsSupersetOf(FieldList{
          {"type", "check"}, {"definition", "CHECK (public.good((VALUE)::text))"}, {"validated", "true"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kConstraint, "odd name", "later"),
              IsSupersetOf(FieldList{{"definition", "CHECK (((VALUE)::text <> ''::text))"},
                                     {"validated", "false"},
                                     {"comment", "soon"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kDomain, "", "odd name"), ElementsAre("function first()"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kDomain, "", "plain"),
              ElementsAre("function first()", "domain odd name"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kConstraint, "odd name", "is good"), ElementsAre("function good(text)"));
}

TEST(TypesTest, ReadsCompositeTypesWithTheirAttributesAsColumns) {
  const CatalogDatabase db;
  db.Run({"CREATE TYPE public.mood AS ENUM ('sad', 'ok')", "CREATE TABLE public.t (id int)",
          "CREATE TYPE public.pair AS (gone int, \"the left\" numeric(4,1), \"right\" text COLLATE \"C\", "
          "moods public.mood[], t public.t, ts public.t[])",
          "ALTER TYPE public.pair DROP ATTRIBUTE gone", "CREATE TYPE public.nothing AS ()",
          "COMMENT ON TYPE public.pair IS 'two'", "COMMENT ON COLUMN public.pair.\"right\" IS 'the other'",
          "REVOKE USAGE ON TYPE public.pair FROM PUBLIC"});
  const Snapshot s = db.Read();
  EXPECT_THAT(Names(s, ObjectKind::kCompositeType), UnorderedElementsAre("pair", "nothing"));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kCompositeType, "", "pair"),
              IsSupersetOf(FieldList{{"comment", "two"}, {"grants", "'@owner=USAGE'"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kColumn, "pair", "the left"), Contains(Pair("type", "numeric(4,1)")));
  EXPECT_THAT(
      FieldsOf(s, ObjectKind::kColumn, "pair", "right"),
      IsSupersetOf(FieldList{{"type", "text"}, {"collation", "pg_catalog.\"C\""}, {"comment", "the other"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kColumn, "pair", "moods"), ElementsAre("enum mood"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kColumn, "pair", "t"), ElementsAre("table t"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kColumn, "pair", "ts"), ElementsAre("table t"));
  EXPECT_EQ(s.Find({ObjectKind::kColumn, "public", "pair", "gone"}), nullptr);
}

TEST(TypesTest, ReadsRangeTypesWithoutWhatPostgresMakesForThem) {
  const CatalogDatabase db;
  db.Run({"CREATE TYPE public.floats AS RANGE (subtype = float8, subtype_diff = float8mi)",
          "CREATE TYPE public.\"range of words\" AS RANGE (subtype = text, collation = \"C\", "
          "subtype_opclass = text_pattern_ops, multirange_type_name = public.\"many words\")",
          "CREATE TABLE public.t (one public.floats, many public.floats_multirange)"});
  const Snapshot s = db.Read();
  EXPECT_THAT(Names(s, ObjectKind::kRangeType), UnorderedElementsAre("floats", "range of words"));
  EXPECT_THAT(Names(s, ObjectKind::kFunction), IsEmpty());
  EXPECT_THAT(Names(s, ObjectKind::kBaseType), IsEmpty());
  EXPECT_THAT(Names(s, ObjectKind::kCast), IsEmpty());
  EXPECT_THAT(FieldsOf(s, ObjectKind::kRangeType, "", "floats"),
              IsSupersetOf(FieldList{{"subtype", "double precision"},
                                     {"operator_class", ""},
                                     {"collation", ""},
                                     {"subtype_diff", "pg_catalog.float8mi"},
                                     {"multirange", ""}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kRangeType, "", "range of words"),
              IsSupersetOf(FieldList{{"subtype", "text"},
                                     {"operator_class", "pg_catalog.text_pattern_ops"},
                                     {"collation", "pg_catalog.\"C\""},
                                     {"multirange", "public.\"many words\""}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kColumn, "t", "one"), ElementsAre("range type floats"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kColumn, "t", "many"), ElementsAre("range type floats"));
}

TEST(TypesTest, ReadsBaseTypesAndShells) {
  const CatalogDatabase db;
  db.Run(
      {"CREATE TYPE public.waiting", "CREATE TYPE public.label",
       "CREATE FUNCTION public.label_in(cstring) RETURNS public.label LANGUAGE internal IMMUTABLE STRICT AS "
       "'textin'",
       "CREATE FUNCTION public.label_out(public.label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS "
       "'textout'",
       "CREATE TYPE public.label (INPUT = public.label_in, OUTPUT = public.label_out, DEFAULT = 'it''s', "
       "CATEGORY = 'S', PREFERRED, DELIMITER = ';', STORAGE = extended, COLLATABLE = true)",
       "CREATE TABLE public.t (a public.label[])", "COMMENT ON TYPE public.waiting IS 'not yet'"});
  const Snapshot s = db.Read();
  EXPECT_THAT(Names(s, ObjectKind::kBaseType), UnorderedElementsAre("waiting", "label"));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kBaseType, "", "waiting"),
              IsSupersetOf(FieldList{{"shell", "true"}, {"properties", ""}, {"comment", "not yet"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kBaseType, "", "label"),
              IsSupersetOf(FieldList{
                  {"shell", "false"},
                  {"properties",
                   "'INTERNALLENGTH = VARIABLE', 'INPUT = public.label_in', 'OUTPUT = public.label_out', "
                   "'COLLATABLE = true', 'DEFAULT = ''it''''s''', 'CATEGORY = ''S''', 'PREFERRED = true', "
                   "'DELIMITER = '';''', 'ALIGNMENT = int4', 'STORAGE = extended'"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kBaseType, "", "label"),
              ElementsAre("function label_in(cstring)", "function label_out(public.label)"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kFunction, "", "label_out(public.label)"),
              ElementsAre("base type label"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kColumn, "t", "a"), ElementsAre("base type label"));
}

TEST(TypesTest, ReadsGrantsAndCommentsOfEnums) {
  const CatalogDatabase db;
  db.Run({"CREATE TYPE public.\"Mood\" AS ENUM ('sad')",
          "GRANT USAGE ON TYPE public.\"Mood\" TO ferry_observe WITH GRANT OPTION",
          "COMMENT ON TYPE public.\"Mood\" IS 'how'", "ALTER TYPE public.\"Mood\" OWNER TO ferry_owner",
          "CREATE TABLE public.t (m public.\"Mood\"[] DEFAULT ARRAY['sad'::public.\"Mood\"])"});
  const Snapshot s = db.Read();
  EXPECT_THAT(FieldsOf(s, ObjectKind::kEnum, "", "Mood"),
              IsSupersetOf(FieldList{{"comment", "how"},
                                     {"owner", "ferry_owner"},
                                     {"grants", "'@owner=USAGE', 'PUBLIC=USAGE', 'ferry_observe=USAGE*'"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kColumn, "t", "m"), Contains("enum Mood"));
}

}  // namespace
}  // namespace ferry::pg
