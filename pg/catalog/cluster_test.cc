#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pg/catalog/digest.h"
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

TEST(ClusterTest, ReadsSubscriptionsWithoutPasswordsAndForALoginThatMayNotSeeTheConnection) {
  const CatalogDatabase db;
  db.Run(
      {"CREATE SUBSCRIPTION \"my sub\" CONNECTION 'user=bob host=h password=hidden1 dbname=''my db''' "
       "PUBLICATION "
       "\"P two\", one WITH (connect = false, slot_name = 'my_slot', binary = true, synchronous_commit = on)",
       "CREATE SUBSCRIPTION by_url CONNECTION 'postgresql://bob:hidden2@h:5433/db' PUBLICATION one WITH "
       "(connect = "
       "false, slot_name = NONE, enabled = false, streaming = on)",
       "CREATE SUBSCRIPTION plain CONNECTION 'port=5433 host=h' PUBLICATION one WITH (connect = false)",
       "COMMENT ON SUBSCRIPTION by_url IS 'from there'"});
  const Snapshot s = db.Read();
  EXPECT_THAT(FieldsOf(s, ObjectKind::kSubscription, "", "my sub", ""),
              IsSupersetOf(FieldList{{"connection", "dbname='my db' host=h user=bob"},
                                     {"publications", "'\"P two\"', 'one'"},
                                     {"enabled", "false"},
                                     {"slot", "my_slot"},
                                     {"options", "'binary=true', 'streaming=off', 'synchronous_commit=on'"},
                                     {"owner", "postgres"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kSubscription, "", "by_url", ""),
              IsSupersetOf(FieldList{{"connection", "dbname=db host=h port=5433 user=bob"},
                                     {"slot", ""},
                                     {"options", "'streaming=on'"},
                                     {"comment", "from there"}}));
  EXPECT_THAT(FieldsOf(s, ObjectKind::kSubscription, "", "plain", ""),
              IsSupersetOf(FieldList{{"connection", "port=5433 host=h"}}));
  const std::unique_ptr<Session> observer = db.Connect();
  ASSERT_TRUE(observer->Query("SET ROLE ferry_migrate").ok());
  EXPECT_THAT(FieldsOf(CatalogDatabase::ReadWith(*observer), ObjectKind::kSubscription, "", "my sub", ""),
              IsSupersetOf(FieldList{{"connection", ""}, {"slot", "my_slot"}}));
  const CatalogDatabase other;
  EXPECT_THAT(Names(other.Read(), ObjectKind::kSubscription), IsEmpty());
}

TEST(ClusterTest, ReadsWhatTheServerSharesOnlyWhenAsked) {
  const CatalogDatabase db;
  db.Run(
      {"CREATE ROLE \"My role\" NOINHERIT CREATEDB CONNECTION LIMIT 5 VALID UNTIL '2030-01-01 00:00+00' "
       "PASSWORD 'hidden'",
       "CREATE ROLE \"The group\"", "GRANT \"The group\" TO \"My role\" WITH ADMIN OPTION",
       "COMMENT ON ROLE \"My role\" IS 'mine'", "ALTER ROLE \"My role\" SET search_path = app, public",
       "ALTER ROLE \"My role\" IN DATABASE " + db.name() + " SET work_mem = '1MB'",
       "ALTER DATABASE " + db.name() + " SET app.api_token = 'hidden'"});
  EXPECT_THAT(Names(db.Read(), ObjectKind::kRole), IsEmpty());
  const auto read = ReadSnapshot(db.session(), ReadOptions{true});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(FieldsOf(*read, ObjectKind::kRole, "", "My role", ""),
              IsSupersetOf(FieldList{
                  {"attributes",
                   "'CONNECTION LIMIT 5', 'CREATEDB', 'NOINHERIT', 'VALID UNTIL ''2030-01-01 00:00:00+00'''"},
                  {"member_of", "'\"The group\" WITH ADMIN OPTION'"},
                  {"comment", "mine"}}));
  EXPECT_THAT(FieldsOf(*read, ObjectKind::kSetting, "", "My role", ""),
              Contains(Pair("values", "'search_path=app, public'")));
  EXPECT_THAT(FieldsOf(*read, ObjectKind::kSetting, "database", "My role", ""),
              Contains(Pair("values", "'work_mem=1MB'")));
  EXPECT_THAT(FieldsOf(*read, ObjectKind::kSetting, "database", "", ""),
              Contains(Pair("values", "'app.api_token=***'")));
  db.Run({"DROP OWNED BY \"My role\"", "DROP ROLE \"My role\"", "DROP ROLE \"The group\""});
}

TEST(ClusterTest, TheDigestNoticesAChangeOfEveryKind) {
  const CatalogDatabase db;
  db.Run({"CREATE TABLE public.t (a int, b int)",
          "CREATE FUNCTION public.f(int) RETURNS int LANGUAGE sql AS 'SELECT $1'",
          "CREATE FUNCTION public.e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'"});
  auto last = catalog::ReadDigest(db.session());
  ASSERT_TRUE(last.ok()) << last.status();
  for (const std::string sql :
       {"CREATE TYPE public.mood AS ENUM ('sad')",
        "CREATE DOMAIN public.d AS int",
        "ALTER DOMAIN public.d ADD CHECK (VALUE > 0)",
        "CREATE TYPE public.c AS (a int)",
        "ALTER TYPE public.c ADD ATTRIBUTE b int",
        "CREATE TYPE public.r AS RANGE (subtype = int)",
        "CREATE TYPE public.shell",
        "CREATE POLICY p ON public.t USING (true)",
        "ALTER POLICY p ON public.t USING (false)",
        "CREATE RULE r AS ON DELETE TO public.t DO INSTEAD NOTHING",
        "CREATE STATISTICS public.s ON a, b FROM public.t",
        "ALTER STATISTICS public.s SET STATISTICS 5",
        "CREATE AGGREGATE public.agg(int) (SFUNC = int4pl, STYPE = int)",
        "CREATE OPERATOR public.### (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int)",
        "CREATE OPERATOR FAMILY public.fam USING btree",
        "CREATE OPERATOR CLASS public.cls FOR TYPE int USING btree FAMILY "
        "public.fam AS FUNCTION 1 btint4cmp(int, int)",
        "ALTER OPERATOR FAMILY public.fam USING btree ADD OPERATOR 1 < (int, bigint)",
        "ALTER OPERATOR FAMILY public.fam USING btree ADD FUNCTION 1 (int, bigint) btint48cmp(int, bigint)",
        "CREATE CAST (public.mood AS public.d) WITH INOUT",
        "CREATE CONVERSION public.conv FOR 'LATIN1' TO 'UTF8' FROM "
        "iso8859_1_to_utf8",
        "CREATE COLLATION public.coll (LOCALE = 'C')",
        "CREATE TEXT SEARCH PARSER public.prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = "
        "prsd_end, LEXTYPES = "
        "prsd_lextype)",
        "CREATE TEXT SEARCH TEMPLATE public.tpl (LEXIZE = dsimple_lexize)",
        "CREATE TEXT SEARCH DICTIONARY public.dict (TEMPLATE = simple)",
        "CREATE TEXT SEARCH CONFIGURATION public.conf (PARSER = public.prs)",
        "ALTER TEXT SEARCH CONFIGURATION public.conf ADD MAPPING FOR word WITH public.dict",
        "CREATE EXTENSION hstore SCHEMA public",
        "CREATE LANGUAGE lang HANDLER plpgsql_call_handler",
        "CREATE ACCESS METHOD am TYPE TABLE HANDLER heap_tableam_handler",
        "CREATE FOREIGN DATA WRAPPER w",
        "ALTER FOREIGN DATA WRAPPER w OPTIONS (a '1')",
        "CREATE SERVER srv FOREIGN DATA WRAPPER w",
        "CREATE USER MAPPING FOR PUBLIC SERVER srv OPTIONS (user 'a')",
        "CREATE FOREIGN TABLE public.far () SERVER srv",
        "ALTER FOREIGN TABLE public.far OPTIONS (a '1')",
        "CREATE PUBLICATION pub FOR TABLE public.t",
        "ALTER PUBLICATION pub SET TABLE public.t (a)",
        "CREATE PUBLICATION pub_schema FOR TABLES IN SCHEMA public",
        "CREATE SUBSCRIPTION sub CONNECTION 'host=h' PUBLICATION x WITH (connect = false, slot_name = NONE)",
        "CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION public.e()",
        "ALTER EVENT TRIGGER et DISABLE",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ferry_observe",
        "GRANT EXECUTE ON FUNCTION public.f TO ferry_observe",
        "ALTER TYPE public.mood OWNER TO ferry_owner",
        "DROP TYPE public.shell"}) {
    db.Run({sql});
    auto now = catalog::ReadDigest(db.session());
    ASSERT_TRUE(now.ok()) << now.status();
    EXPECT_NE(*now, *last) << sql;
    last = std::move(now);
  }
  db.Run({"DROP SUBSCRIPTION sub"});
}

}  // namespace
}  // namespace ferry::pg
