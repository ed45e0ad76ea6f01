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
using ::testing::IsSupersetOf;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(OperatorsTest, ReadsOperatorsWithTheirOperands) {
  const CatalogDatabase db;
  db.Run(
      {"CREATE TYPE public.pair AS (a int, b int)",
       "CREATE FUNCTION public.same(public.pair, public.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS "
       "'SELECT $1.a = $2.a'",
       "CREATE FUNCTION public.turned(public.pair) RETURNS public.pair LANGUAGE sql IMMUTABLE AS 'SELECT $1'",
       "CREATE OPERATOR public.=== (FUNCTION = public.same, LEFTARG = public.pair, RIGHTARG = public.pair, "
       "COMMUTATOR = OPERATOR(public.===), NEGATOR = OPERATOR(public.!==), RESTRICT = eqsel, JOIN = "
       "eqjoinsel, "
       "HASHES, MERGES)",
       "CREATE OPERATOR public.~~~ (FUNCTION = public.turned, RIGHTARG = public.pair)",
       "COMMENT ON OPERATOR public.~~~ (NONE, public.pair) IS 'turned'",
       "ALTER OPERATOR public.~~~ (NONE, public.pair) OWNER TO ferry_owner"});
  const Snapshot s = db.Read();
  EXPECT_THAT(Names(s, ObjectKind::kOperator),
              UnorderedElementsAre("===(public.pair, public.pair)", "~~~(NONE, public.pair)"));
  EXPECT_THAT(
      FieldsOf(s, ObjectKind::kOperator, "", "===(public.pair, public.pair)"),
      IsSupersetOf(FieldList{
          {"properties",
           "'FUNCTION = public.same', 'LEFTARG = public.pair', 'RIGHTARG = public.pair', 'COMMUTATOR = "
           "OPERATOR(public.===)', 'NEGATOR = OPERATOR(public.!==)', 'MERGES', 'HASHES', 'RESTRICT = "
           "pg_catalog.eqsel', 'JOIN = pg_catalog.eqjoinsel'"},
          {"signature", "public.=== (public.pair, public.pair)"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kOperator, "", "~~~(NONE, public.pair)"),
              IsSupersetOf(FieldList{{"properties", "'FUNCTION = public.turned', 'RIGHTARG = public.pair'"},
                                     {"signature", "public.~~~ (NONE, public.pair)"},
                                     {"comment", "turned"},
                                     {"owner", "ferry_owner"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kOperator, "", "===(public.pair, public.pair)"),
              UnorderedElementsAre("function same(public.pair, public.pair)", "composite type pair"));
}

TEST(OperatorsTest, ReadsOperatorClassesAndFamiliesWithTheirLooseItems) {
  const CatalogDatabase db;
  db.Run(
      {"CREATE TYPE public.mood AS ENUM ('sad', 'ok')",
       "CREATE FUNCTION public.cmp(public.mood, public.mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT "
       "0'",
       "CREATE FUNCTION public.cmp(public.mood, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 0'",
       "CREATE FUNCTION public.lt(public.mood, public.mood) RETURNS boolean LANGUAGE sql IMMUTABLE AS "
       "'SELECT true'",
       "CREATE FUNCTION public.lt(public.mood, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'",
       "CREATE OPERATOR public.<<< (FUNCTION = public.lt, LEFTARG = public.mood, RIGHTARG = public.mood)",
       "CREATE OPERATOR public.<<< (FUNCTION = public.lt, LEFTARG = public.mood, RIGHTARG = int)",
       "CREATE OPERATOR CLASS public.\"moody ops\" DEFAULT FOR TYPE public.mood USING btree AS "
       "FUNCTION 1 public.cmp(public.mood, public.mood), OPERATOR 1 public.<<<",
       "ALTER OPERATOR FAMILY public.\"moody ops\" USING btree ADD OPERATOR 1 public.<<< (public.mood, int), "
       "FUNCTION 1 (public.mood, int) public.cmp(public.mood, int)",
       "CREATE OPERATOR CLASS public.stored FOR TYPE text USING gist AS STORAGE int",
       "CREATE TABLE public.t (m public.mood)", "CREATE INDEX t_m ON public.t (m public.\"moody ops\")",
       "COMMENT ON OPERATOR CLASS public.\"moody ops\" USING btree IS 'c'",
       "COMMENT ON OPERATOR FAMILY public.\"moody ops\" USING btree IS 'f'"});
  const Snapshot s = db.Read();
  EXPECT_THAT(
      FieldsOf(s, ObjectKind::kOperatorClass, "", "moody ops USING btree"),
      IsSupersetOf(FieldList{{"is_default", "true"},
                             {"type", "public.mood"},
                             {"family", "public.\"moody ops\""},
                             {"items",
                              "'OPERATOR 1 public.<<<(public.mood, public.mood)', 'FUNCTION 1 (public.mood, "
                              "public.mood) public.cmp(public.mood, public.mood)'"},
                             {"signature", "public.\"moody ops\" USING btree"},
                             {"comment", "c"}}));
  EXPECT_THAT(
      FieldsOf(s, ObjectKind::kOperatorFamily, "", "moody ops USING btree"),
      IsSupersetOf(FieldList{{"items",
                              "'OPERATOR 1 public.<<<(public.mood, integer)', 'FUNCTION 1 (public.mood, "
                              "integer) public.cmp(public.mood, integer)'"},
                             {"signature", "public.\"moody ops\" USING btree"},
                             {"comment", "f"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kOperatorClass, "", "stored USING gist"),
              IsSupersetOf(FieldList{{"is_default", "false"}, {"items", "'STORAGE integer'"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kOperatorClass, "", "moody ops USING btree"),
              UnorderedElementsAre("enum mood", "function cmp(public.mood, public.mood)",
                                   "operator <<<(public.mood, public.mood)",
                                   "operator family moody ops USING btree"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kOperatorFamily, "", "moody ops USING btree"),
              IsSupersetOf({"function cmp(public.mood, integer)", "operator <<<(public.mood, integer)"}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kIndex, "t", "t_m"), Contains("operator class moody ops USING btree"));
}

TEST(OperatorsTest, ReadsCastsConversionsAndCollations) {
  const CatalogDatabase db;
  db.Run(
      {"CREATE TYPE public.\"My pair\" AS (a int, b int)",
       "CREATE FUNCTION public.first(public.\"My pair\") RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1.a'",
       "CREATE CAST (public.\"My pair\" AS int) WITH FUNCTION public.first(public.\"My pair\") AS ASSIGNMENT",
       "CREATE CAST (text AS public.\"My pair\") WITH INOUT",
       "COMMENT ON CAST (public.\"My pair\" AS int) IS 'the first'",
       "CREATE DEFAULT CONVERSION public.\"my conv\" FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
       "COMMENT ON CONVERSION public.\"my conv\" IS 'conv'",
       "CREATE COLLATION public.\"c like\" (LC_COLLATE = 'C', LC_CTYPE = 'POSIX')",
       "CREATE COLLATION public.icu (provider = icu, locale = 'de-u-co-phonebk', deterministic = false)",
       "ALTER COLLATION public.icu OWNER TO ferry_owner", "COMMENT ON COLLATION public.icu IS 'phone book'",
       "CREATE TABLE public.t (a text COLLATE public.icu)"});
  const Snapshot s = db.Read();
  EXPECT_THAT(FieldsOf(s, ObjectKind::kCast, "", "public.\"My pair\" AS integer", ""),
              IsSupersetOf(FieldList{{"method", "function"},
                                     {"function", "public.first(public.\"My pair\")"},
                                     {"context", "assignment"},
                                     {"comment", "the first"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kCast, "", "text AS public.\"My pair\"", ""),
              IsSupersetOf(FieldList{{"method", "inout"}, {"function", ""}, {"context", "explicit"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kCast, "", "public.\"My pair\" AS integer", ""),
              UnorderedElementsAre("function first(public.\"My pair\")", "composite type My pair"));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kConversion, "", "my conv"),
              IsSupersetOf(FieldList{{"is_default", "true"},
                                     {"source_encoding", "LATIN1"},
                                     {"target_encoding", "UTF8"},
                                     {"function", "pg_catalog.iso8859_1_to_utf8"},
                                     {"comment", "conv"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kCollation, "", "c like"),
              IsSupersetOf(FieldList{
                  {"provider", "libc"}, {"lc_collate", "C"}, {"lc_ctype", "POSIX"}, {"locale", ""}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kCollation, "", "icu"),
              IsSupersetOf(FieldList{{"provider", "icu"},
                                     {"lc_collate", ""},
                                     {"locale", "de-u-co-phonebk"},
                                     {"deterministic", "false"},
                                     {"owner", "ferry_owner"},
                                     {"comment", "phone book"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kColumn, "t", "a"), ElementsAre("collation icu"));
}

TEST(OperatorsTest, ReadsExtendedStatistics) {
  const CatalogDatabase db;
  db.Run({"CREATE TABLE public.t (a int, \"B\" int)",
          "CREATE FUNCTION public.f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1'",
          "CREATE STATISTICS public.\"my stats\" (dependencies, mcv) ON a, \"B\" FROM public.t",
          "ALTER STATISTICS public.\"my stats\" SET STATISTICS 50",
          "COMMENT ON STATISTICS public.\"my stats\" IS 'related'",
          "CREATE TEMPORARY TABLE scratch (a int, b int)",
          "CREATE STATISTICS public.passing ON a, b FROM scratch"});
  const Snapshot s = db.Read();
  EXPECT_THAT(Names(s, ObjectKind::kStatistics), ElementsAre("my stats"));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kStatistics, "", "my stats"),
              IsSupersetOf(FieldList{
                  {"definition",
                   "CREATE STATISTICS public.\"my stats\" (dependencies, mcv) ON \"B\", a FROM public.t"},
                  {"target", "50"},
                  {"comment", "related"},
                  {"owner", "postgres"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kStatistics, "", "my stats"),
              UnorderedElementsAre("column t.a", "column t.B"));
}

}  // namespace
}  // namespace ferry::pg
