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
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::string Definition(const Snapshot& s, const std::string& name) {
  for (const auto& [field, value] : FieldsOf(s, ObjectKind::kFunction, "", name)) {
    if (field == "definition") return value;
  }
  return "";
}

TEST(RoutinesTest, ReadsFunctionsWithEverythingThatTheyAreCreatedWith) {
  const CatalogDatabase db;
  db.Run({"CREATE TABLE public.t (id int, \"Name\" text)", "CREATE TYPE public.mood AS ENUM ('sad')",
          "CREATE FUNCTION public.plain(a int DEFAULT 1 + 1, VARIADIC b text[] DEFAULT '{}') RETURNS SETOF "
          "public.t "
          "LANGUAGE sql STABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 7 ROWS 3 "
          "SET search_path = public, pg_temp SET work_mem = '1MB' AS 'SELECT * FROM public.t'",
          "CREATE FUNCTION public.body(m public.mood, rows public.t[]) RETURNS TABLE (n bigint) LANGUAGE sql "
          "BEGIN ATOMIC SELECT count(*) FROM public.t WHERE \"Name\" = m::text; END",
          "CREATE PROCEDURE public.\"do it\"(IN a int, INOUT b int) LANGUAGE plpgsql AS 'BEGIN b := a; END'",
          "COMMENT ON FUNCTION public.plain IS 'f'", "REVOKE EXECUTE ON FUNCTION public.plain FROM PUBLIC",
          "GRANT EXECUTE ON PROCEDURE public.\"do it\" TO ferry_observe",
          "ALTER FUNCTION public.body OWNER TO ferry_owner"});
  const Snapshot s = db.Read();
  EXPECT_THAT(
      FieldsOf(s, ObjectKind::kFunction, "", "plain(integer, text[])"),
      IsSupersetOf(FieldList{
          {"kind", "function"},
          {"definition",
           "CREATE OR REPLACE FUNCTION public.plain(a integer DEFAULT (1 + 1), VARIADIC b text[] DEFAULT "
           "'{}'::text[])\n RETURNS SETOF public.t\n LANGUAGE sql\n STABLE PARALLEL SAFE STRICT SECURITY "
           "DEFINER LEAKPROOF COST 7 ROWS 3\n SET search_path TO 'public', 'pg_temp'\n SET work_mem TO "
           "'1MB'\nAS $function$SELECT * FROM public.t$function$"},
          {"signature", "public.plain(a integer, VARIADIC b text[])"},
          {"arguments", "a integer DEFAULT (1 + 1), VARIADIC b text[] DEFAULT '{}'::text[]"},
          {"result", "SETOF public.t"},
          {"comment", "f"},
          {"grants", "'@owner=EXECUTE'"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kFunction, "", "plain(integer, text[])"), ElementsAre("table t"));
  EXPECT_THAT(Definition(s, "body(public.mood, public.t[])"), HasSubstr("BEGIN ATOMIC\n SELECT count(*)"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kFunction, "", "body(public.mood, public.t[])"),
              UnorderedElementsAre("table t", "column t.Name", "enum mood"));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kFunction, "", "body(public.mood, public.t[])"),
              Contains(Pair("owner", "ferry_owner")));
  EXPECT_THAT(
      FieldsOf(s, ObjectKind::kFunction, "", "do it(integer, integer)"),
      IsSupersetOf(FieldList{{"kind", "procedure"},
                             {"signature", "public.\"do it\"(IN a integer, INOUT b integer)"},
                             {"result", ""},
                             {"grants", "'@owner=EXECUTE', 'PUBLIC=EXECUTE', 'ferry_observe=EXECUTE'"}}));
}

// What is read is SQL that makes the same aggregate.
TEST(RoutinesTest, AggregatesAreReadAsWhatFollowsTheirNameInCreateAggregate) {
  const CatalogDatabase db;
  db.Run(
      {"CREATE FUNCTION public.add(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS 'SELECT "
       "$1 + $2'",
       "CREATE FUNCTION public.done(bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1'",
       "CREATE FUNCTION public.count_up(bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1'",
       "CREATE OPERATOR public.< (FUNCTION = int8lt, LEFTARG = bigint, RIGHTARG = bigint)",
       "CREATE AGGREGATE public.\"the sum\"(x bigint) (SFUNC = public.add, STYPE = bigint, SSPACE = 8, "
       "FINALFUNC = public.done, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = public.add, INITCOND = '0', "
       "MSFUNC = public.add, MINVFUNC = int8mi, MSTYPE = bigint, MINITCOND = '0', MFINALFUNC = public.done, "
       "MFINALFUNC_MODIFY = READ_WRITE, SORTOP = OPERATOR(public.<), PARALLEL = SAFE)",
       "CREATE AGGREGATE public.counted(*) (SFUNC = public.count_up, STYPE = bigint, INITCOND = '0')",
       "CREATE AGGREGATE public.middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = "
       "internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA)",
       "CREATE AGGREGATE public.place(VARIADIC \"any\" ORDER BY VARIADIC \"any\") (SFUNC = "
       "ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, "
       "HYPOTHETICAL)",
       "COMMENT ON AGGREGATE public.counted(*) IS 'how many'",
       "REVOKE EXECUTE ON FUNCTION public.counted() FROM PUBLIC"});
  const Snapshot s = db.Read();
  EXPECT_EQ(
      Definition(s, "the sum(bigint)"),
      "(x bigint) (SFUNC = public.add, STYPE = bigint, SSPACE = 8, INITCOND = '0', FINALFUNC = public.done, "
      "FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = public.add, MSFUNC = public.add, MINVFUNC = "
      "pg_catalog.int8mi, MSTYPE = bigint, MINITCOND = '0', MFINALFUNC = public.done, MFINALFUNC_MODIFY = "
      "READ_WRITE, SORTOP = OPERATOR(public.<), PARALLEL = SAFE)");
  EXPECT_EQ(Definition(s, "counted()"), "(*) (SFUNC = public.count_up, STYPE = bigint, INITCOND = '0')");
  EXPECT_THAT(Definition(s, "place(\"any\")"), HasSubstr("HYPOTHETICAL"));
  EXPECT_THAT(
      FieldsOf(s, ObjectKind::kFunction, "", "counted()"),
      IsSupersetOf(FieldList{
          {"signature", "public.counted(*)"}, {"comment", "how many"}, {"grants", "'@owner=EXECUTE'"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kFunction, "", "the sum(bigint)"),
              UnorderedElementsAre("function add(bigint, bigint)", "function done(bigint)",
                                   "operator <(bigint, bigint)"));
  std::vector<std::string> again;
  for (const std::string name :
       {"the sum(bigint)", "counted()", "middle(double precision, anyelement)", "place(\"any\")"}) {
    const std::string definition = Definition(s, name);
    again.push_back("DROP AGGREGATE public.\"" + name.substr(0, name.find('(')) + "\"" +
                    (name == "counted()" ? "(*)" : definition.substr(0, definition.find(") (") + 1)));
    again.push_back("CREATE AGGREGATE public.\"" + name.substr(0, name.find('(')) + "\"" + definition);
  }
  again.emplace_back("COMMENT ON AGGREGATE public.counted(*) IS 'how many'");
  again.emplace_back("REVOKE EXECUTE ON FUNCTION public.counted() FROM PUBLIC");
  db.Run(again);
  EXPECT_THAT(DifferencesOf(s, db.Read()), ElementsAre());
}

TEST(RoutinesTest, WhatUsesAFunctionOrADomainNeedsIt) {
  const CatalogDatabase db;
  db.Run({"CREATE FUNCTION public.f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1'",
          "CREATE FUNCTION public.on_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
          "CREATE DOMAIN public.d AS int",
          "CREATE TABLE public.t (a public.d[], b int DEFAULT public.f(1), CHECK (public.f(b) > 0))",
          "CREATE INDEX t_f ON public.t (public.f(b))",
          "CREATE VIEW public.v AS SELECT public.f(b) AS x FROM public.t",
          "CREATE TRIGGER row BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.on_row()",
          "CREATE FUNCTION public.of_view(public.v) RETURNS int LANGUAGE sql AS 'SELECT $1.x'"});
  const Snapshot s = db.Read();
  EXPECT_THAT(NeedsOf(s, ObjectKind::kColumn, "t", "a"), ElementsAre("domain d"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kColumn, "t", "b"), ElementsAre("function f(integer) default"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kConstraint, "t", "t_b_check"), Contains("function f(integer)"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kIndex, "t", "t_f"), Contains("function f(integer)"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kView, "", "v"), IsSupersetOf({"function f(integer)", "column t.b"}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kTrigger, "t", "row"), Contains("function on_row()"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kFunction, "", "of_view(public.v)"), ElementsAre("view v"));
}

TEST(RoutinesTest, ReadsPoliciesWithTheirRolesAndWhatTheyNeed) {
  const CatalogDatabase db;
  db.Run({"CREATE TABLE public.t (id int, owner text)",
          "CREATE FUNCTION public.me() RETURNS text LANGUAGE sql STABLE AS 'SELECT current_user'",
          "CREATE POLICY \"mine only\" ON public.t AS RESTRICTIVE FOR UPDATE TO ferry_observe, ferry_migrate "
          "USING (owner "
          "= public.me()) WITH CHECK (id > 0)",
          "CREATE POLICY everybody ON public.t USING (true)",
          "COMMENT ON POLICY everybody ON public.t IS 'all'"});
  const Snapshot s = db.Read();
  EXPECT_THAT(FieldsOf(s, ObjectKind::kPolicy, "t", "mine only"),
              IsSupersetOf(FieldList{{"permissive", "false"},
                                     {"command", "UPDATE"},
                                     {"roles", "'ferry_migrate', 'ferry_observe'"},
                                     {"using_expression", "(owner = public.me())"},
                                     {"check_expression", "(id > 0)"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kPolicy, "t", "everybody"),
              IsSupersetOf(FieldList{{"permissive", "true"},
                                     {"command", "ALL"},
                                     {"roles", "'PUBLIC'"},
                                     {"using_expression", "true"},
                                     {"check_expression", ""},
                                     {"comment", "all"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kPolicy, "t", "mine only"), Contains("function me()"));
}

TEST(RoutinesTest, ReadsRulesButNotTheOnesThatMakeViews) {
  const CatalogDatabase db;
  db.Run({"CREATE TABLE public.t (id int)", "CREATE TABLE public.log (id int)",
          "CREATE VIEW public.v AS SELECT id FROM public.t",
          "CREATE RULE \"also log\" AS ON INSERT TO public.t WHERE NEW.id > 0 DO ALSO INSERT INTO public.log "
          "VALUES (NEW.id)",
          "CREATE RULE nothing AS ON DELETE TO public.v DO INSTEAD NOTHING",
          "ALTER TABLE public.t DISABLE RULE \"also log\"", "COMMENT ON RULE nothing ON public.v IS 'no'"});
  const Snapshot s = db.Read();
  EXPECT_THAT(Names(s, ObjectKind::kRule), UnorderedElementsAre("also log", "nothing"));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kRule, "t", "also log"),
              IsSupersetOf(FieldList{
                  {"enabled", "disabled"},
                  {"definition",
                   "CREATE RULE \"also log\" AS\n    ON INSERT TO public.t\n   WHERE (new.id > 0) DO  "
                   "INSERT INTO public.log (id)\n  VALUES (new.id);"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kRule, "v", "nothing"), Contains(Pair("comment", "no")));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kRule, "t", "also log"), Contains("column log.id"));
}

}  // namespace
}  // namespace ferry::pg
