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

TEST(ExtrasTest, ReadsTextSearchObjects) {
  const CatalogDatabase db;
  db.Run(
      {"CREATE TEXT SEARCH PARSER public.\"my parser\" (START = prsd_start, GETTOKEN = prsd_nexttoken, END = "
       "prsd_end, "
       "LEXTYPES = prsd_lextype)",
       "CREATE TEXT SEARCH TEMPLATE public.tpl (INIT = dsimple_init, LEXIZE = dsimple_lexize)",
       "CREATE TEXT SEARCH DICTIONARY public.\"my dict\" (TEMPLATE = public.tpl, STOPWORDS = 'english', "
       "accept = false)",
       "CREATE TEXT SEARCH CONFIGURATION public.conf (PARSER = public.\"my parser\")",
       "ALTER TEXT SEARCH CONFIGURATION public.conf ADD MAPPING FOR word, asciiword WITH public.\"my dict\", "
       "simple",
       "COMMENT ON TEXT SEARCH PARSER public.\"my parser\" IS 'p'",
       "COMMENT ON TEXT SEARCH TEMPLATE public.tpl IS 't'",
       "COMMENT ON TEXT SEARCH DICTIONARY public.\"my dict\" IS 'd'",
       "COMMENT ON TEXT SEARCH CONFIGURATION public.conf IS 'c'",
       "ALTER TEXT SEARCH CONFIGURATION public.conf OWNER TO ferry_owner"});
  const Snapshot s = db.Read();
  EXPECT_THAT(FieldsOf(s, ObjectKind::kTextSearchParser, "", "my parser"),
              IsSupersetOf(FieldList{
                  {"properties",
                   "'START = pg_catalog.prsd_start', 'GETTOKEN = pg_catalog.prsd_nexttoken', 'END = "
                   "pg_catalog.prsd_end', 'LEXTYPES = pg_catalog.prsd_lextype'"},
                  {"comment", "p"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kTextSearchTemplate, "", "tpl"),
              IsSupersetOf(FieldList{
                  {"properties", "'INIT = pg_catalog.dsimple_init', 'LEXIZE = pg_catalog.dsimple_lexize'"},
                  {"comment", "t"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kTextSearchDictionary, "", "my dict"),
              IsSupersetOf(FieldList{{"template_name", "public.tpl"},
                                     {"options", "stopwords = 'english', accept = 'false'"},
                                     {"comment", "d"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kTextSearchConfiguration, "", "conf"),
              IsSupersetOf(
                  FieldList{{"parser", "public.\"my parser\""},
                            {"mappings",
                             "'asciiword WITH public.\"my dict\", pg_catalog.simple', 'word WITH public.\"my "
                             "dict\", pg_catalog.simple'"},
                            {"comment", "c"},
                            {"owner", "ferry_owner"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kTextSearchDictionary, "", "my dict"),
              ElementsAre("text search template tpl"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kTextSearchConfiguration, "", "conf"),
              UnorderedElementsAre("text search parser my parser", "text search dictionary my dict"));
}

TEST(ExtrasTest, ReadsExtensionsAndNothingThatTheyOwn) {
  const CatalogDatabase db;
  const Snapshot before = db.Read();
  db.Run({"CREATE SCHEMA ext", "CREATE EXTENSION hstore SCHEMA ext",
          "CREATE EXTENSION postgres_fdw SCHEMA public", "COMMENT ON EXTENSION hstore IS 'it''s hashes'",
          "CREATE TABLE public.t (h ext.hstore[] DEFAULT ARRAY[ext.hstore('a', 'b')])",
          "CREATE INDEX t_h ON public.t USING gin (h)",
          "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h')"});
  const Snapshot s = db.Read();
  EXPECT_THAT(DifferencesOf(before, s), UnorderedElementsAre("schema ext", "table t", "extension hstore",
                                                             "extension postgres_fdw", "server s"));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kExtension, "", "hstore", ""),
              IsSupersetOf(FieldList{
                  {"extension_schema", "ext"}, {"relocatable", "true"}, {"comment", "it's hashes"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kExtension, "", "hstore", ""), ElementsAre("schema ext"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kColumn, "t", "h"), Contains("extension hstore"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kForeignServer, "", "s", ""), ElementsAre("extension postgres_fdw"));
}

TEST(ExtrasTest, ReadsLanguagesAccessMethodsAndTransforms) {
  const CatalogDatabase db;
  db.Run(
      {"CREATE FUNCTION public.handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', "
       "'plpgsql_call_handler'",
       "CREATE TRUSTED LANGUAGE \"my lang\" HANDLER public.handler", "COMMENT ON LANGUAGE \"my lang\" IS 'l'",
       "REVOKE USAGE ON LANGUAGE \"my lang\" FROM PUBLIC",
       "CREATE ACCESS METHOD heap_again TYPE TABLE HANDLER heap_tableam_handler",
       "COMMENT ON ACCESS METHOD heap_again IS 'a'", "CREATE TABLE public.t (i int) USING heap_again",
       "CREATE TYPE public.pair AS (a int)",
       "CREATE FUNCTION public.from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS "
       "'prsd_lextype'",
       "CREATE TRANSFORM FOR public.pair LANGUAGE \"my lang\" (FROM SQL WITH FUNCTION "
       "public.from_sql(internal))",
       "COMMENT ON TRANSFORM FOR public.pair LANGUAGE \"my lang\" IS 't'"});
  const Snapshot s = db.Read();
  EXPECT_THAT(FieldsOf(s, ObjectKind::kLanguage, "", "my lang", ""),
              IsSupersetOf(FieldList{{"trusted", "true"},
                                     {"handler", "public.handler"},
                                     {"inline_handler", ""},
                                     {"validator", ""},
                                     {"comment", "l"},
                                     {"owner", "postgres"},
                                     {"grants", "'@owner=USAGE'"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kLanguage, "", "my lang", ""), ElementsAre("function handler()"));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kAccessMethod, "", "heap_again", ""),
              IsSupersetOf(FieldList{
                  {"type", "TABLE"}, {"handler", "pg_catalog.heap_tableam_handler"}, {"comment", "a"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kTable, "", "t"), ElementsAre("access method heap_again"));
  EXPECT_THAT(
      FieldsOf(s, ObjectKind::kTransform, "", "FOR public.pair LANGUAGE \"my lang\"", ""),
      IsSupersetOf(FieldList{{"from_sql", "public.from_sql(internal)"}, {"to_sql", ""}, {"comment", "t"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kTransform, "", "FOR public.pair LANGUAGE \"my lang\"", ""),
              UnorderedElementsAre("language my lang", "composite type pair", "function from_sql(internal)"));
}

TEST(ExtrasTest, ReadsWrappersServersAndUserMappingsWithoutSecrets) {
  const CatalogDatabase db;
  db.Run({"CREATE FOREIGN DATA WRAPPER \"my fdw\" OPTIONS (debug 'on', api_key 'hidden1')",
          "CREATE SERVER \"my server\" TYPE 'x' VERSION '1.0' FOREIGN DATA WRAPPER \"my fdw\" OPTIONS (host "
          "'h', "
          "password 'hidden2', url 'https://u:hidden3@h/')",
          "CREATE USER MAPPING FOR ferry_observe SERVER \"my server\" OPTIONS (user 'bob', password "
          "'hidden4', pin "
          "'hidden5')",
          "CREATE USER MAPPING FOR PUBLIC SERVER \"my server\" OPTIONS (user 'all')",
          "CREATE FOREIGN TABLE public.far (i int) SERVER \"my server\"",
          "GRANT USAGE ON FOREIGN SERVER \"my server\" TO ferry_observe",
          "COMMENT ON SERVER \"my server\" IS 's'", "COMMENT ON FOREIGN DATA WRAPPER \"my fdw\" IS 'w'",
          "GRANT USAGE ON FOREIGN DATA WRAPPER \"my fdw\" TO ferry_migrate"});
  const Snapshot s = db.Read();
  EXPECT_THAT(FieldsOf(s, ObjectKind::kForeignDataWrapper, "", "my fdw", ""),
              IsSupersetOf(FieldList{{"handler", ""},
                                     {"options", "'api_key=***', 'debug=on'"},
                                     {"comment", "w"},
                                     {"grants", "'@owner=USAGE', 'ferry_migrate=USAGE'"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kForeignServer, "", "my server", ""),
              IsSupersetOf(FieldList{{"wrapper", "my fdw"},
                                     {"type", "x"},
                                     {"version", "1.0"},
                                     {"options", "'host=h', 'password=***', 'url=***'"},
                                     {"comment", "s"},
                                     {"grants", "'@owner=USAGE', 'ferry_observe=USAGE'"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kUserMapping, "my server", "ferry_observe", ""),
              Contains(Pair("options", "'password=***', 'pin=***', 'user=bob'")));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kUserMapping, "my server", "public", ""),
              Contains(Pair("options", "'user=all'")));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kForeignServer, "", "my server", ""),
              ElementsAre("foreign data wrapper my fdw"));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kTable, "", "far"), ElementsAre("server my server"));
  for (const schema::Object& object : s.objects) {
    for (const auto& [field, value] : schema::Fields(object)) {
      EXPECT_EQ(value.find("hidden"), std::string::npos) << object.id.name << " " << field << " " << value;
    }
  }
  // A login that may not see other people's mappings reads all the same, without their options.
  const std::unique_ptr<Session> observer = db.ConnectAsObserver();
  const Snapshot seen = CatalogDatabase::ReadWith(*observer);
  EXPECT_THAT(Names(seen, ObjectKind::kUserMapping), UnorderedElementsAre("ferry_observe", "public"));
  EXPECT_THAT(FieldsOf(seen, ObjectKind::kForeignServer, "", "my server", ""),
              Contains(Pair("options", "'host=h', 'password=***', 'url=***'")));
}

TEST(ExtrasTest, ReadsPublications) {
  const CatalogDatabase db;
  db.Run({"CREATE SCHEMA \"other one\"", "CREATE TABLE public.t (id int PRIMARY KEY, \"N\" text)",
          "CREATE TABLE public.whole (id int)",
          "CREATE PUBLICATION \"some of it\" FOR TABLE public.whole, public.t (\"N\", id) WHERE (id > 1) "
          "WITH (publish = "
          "'insert, delete', publish_via_partition_root = true)",
          "CREATE PUBLICATION by_schema FOR TABLES IN SCHEMA \"other one\"",
          "CREATE PUBLICATION everything FOR ALL TABLES", "COMMENT ON PUBLICATION everything IS 'all'"});
  const Snapshot s = db.Read();
  EXPECT_THAT(FieldsOf(s, ObjectKind::kPublication, "", "some of it", ""),
              IsSupersetOf(FieldList{{"all_tables", "false"},
                                     {"tables", "'public.t (\"N\", id) WHERE ((id > 1))', 'public.whole'"},
                                     {"publish", "insert, delete"},
                                     {"via_root", "true"},
                                     {"options", ""}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kPublication, "", "everything", ""),
              IsSupersetOf(FieldList{{"all_tables", "true"},
                                     {"tables", ""},
                                     {"publish", "insert, update, delete, truncate"},
                                     {"via_root", "false"},
                                     {"comment", "all"},
                                     {"owner", "postgres"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kPublication, "", "some of it", ""),
              IsSupersetOf({"table whole", "table t", "column t.id", "column t.N"}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kPublication, "", "by_schema", ""),
              IsSupersetOf(FieldList{{"tables", ""}, {"schemas", "'\"other one\"'"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kPublication, "", "by_schema", ""), ElementsAre("schema other one"));
}

TEST(ExtrasTest, ReadsEventTriggersButNotOurOwn) {
  const CatalogDatabase db;
  db.Run({"CREATE FUNCTION public.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
          "CREATE SCHEMA ferry",
          "CREATE FUNCTION ferry.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
          "CREATE EVENT TRIGGER \"my trigger\" ON ddl_command_end WHEN TAG IN ('DROP TABLE', 'CREATE TABLE') "
          "EXECUTE "
          "FUNCTION public.on_ddl()",
          "CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION ferry.on_ddl()",
          "ALTER EVENT TRIGGER \"my trigger\" ENABLE ALWAYS",
          "COMMENT ON EVENT TRIGGER \"my trigger\" IS 'e'"});
  const Snapshot s = db.Read();
  EXPECT_THAT(Names(s, ObjectKind::kEventTrigger), ElementsAre("my trigger"));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kEventTrigger, "", "my trigger", ""),
              IsSupersetOf(FieldList{{"event", "ddl_command_end"},
                                     {"function", "public.on_ddl"},
                                     {"tags", "'CREATE TABLE', 'DROP TABLE'"},
                                     {"enabled", "always"},
                                     {"comment", "e"},
                                     {"owner", "postgres"}}));
  EXPECT_THAT(NeedsOf(s, ObjectKind::kEventTrigger, "", "my trigger", ""), ElementsAre("function on_ddl()"));
}

TEST(ExtrasTest, ReadsDefaultPrivileges) {
  const CatalogDatabase db;
  db.Run(
      {"ALTER DEFAULT PRIVILEGES FOR ROLE ferry_owner IN SCHEMA public GRANT SELECT ON TABLES TO "
       "ferry_observe",
       "ALTER DEFAULT PRIVILEGES FOR ROLE ferry_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
       "ALTER DEFAULT PRIVILEGES FOR ROLE ferry_owner GRANT USAGE ON SCHEMAS TO ferry_observe WITH GRANT "
       "OPTION"});
  const Snapshot s = db.Read();
  EXPECT_THAT(FieldsOf(s, ObjectKind::kDefaultPrivileges, "ferry_owner", "tables"),
              IsSupersetOf(FieldList{{"owner", ""}, {"grants", "'ferry_observe=SELECT'"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kDefaultPrivileges, "ferry_owner", "functions", ""),
              Contains(Pair("grants", "'@owner=EXECUTE'")));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kDefaultPrivileges, "ferry_owner", "schemas", ""),
              Contains(Pair("grants", "'@owner=CREATE', '@owner=USAGE', 'ferry_observe=USAGE*'")));
}

}  // namespace
}  // namespace ferry::pg
