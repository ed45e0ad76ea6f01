#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/render/render_fixture.h"

namespace ferry::render {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

schema::Object Orders() { return Thing(InPublic("orders"), schema::Table{}); }

TEST(Policy, IsAlteredUntilAnExpressionGoes) {
  const auto policy = [](schema::Policy body) { return Thing(InPublic("own", "orders"), std::move(body)); };
  const schema::Object open = policy({.roles = {"PUBLIC"}, .using_expression = "(a = 1)"});
  EXPECT_THAT(Sql({Orders()}, {Orders(), open}),
              ElementsAre("CREATE POLICY own ON public.orders USING ((a = 1))"));
  EXPECT_THAT(Sql({Orders(), open}, {Orders(), policy({.roles = {"app"}, .using_expression = "(a = 2)"})}),
              ElementsAre("ALTER POLICY own ON public.orders TO app USING ((a = 2))"));
  EXPECT_THAT(
      Sql({Orders(), open},
          {Orders(),
           policy({.permissive = false, .command = "INSERT", .roles = {"app"}, .check_expression = "true"})}),
      ElementsAre("DROP POLICY own ON public.orders",
                  "CREATE POLICY own ON public.orders AS RESTRICTIVE FOR INSERT TO app WITH CHECK (true)"));
}

TEST(Rule, IsReplacedAndSwitched) {
  const auto rule = [](std::string does, std::string enabled) {
    return Thing(
        InPublic("log", "orders"),
        schema::Rule{.definition = "CREATE RULE log AS\n    ON INSERT TO public.orders DO " + does + ";",
                     .enabled = std::move(enabled)});
  };
  EXPECT_THAT(Sql({Orders(), rule("NOTHING", "origin")}, {Orders(), rule("INSTEAD NOTHING", "always")}),
              ElementsAre("CREATE OR REPLACE RULE log AS\n    ON INSERT TO public.orders DO INSTEAD NOTHING",
                          "ALTER TABLE public.orders ENABLE ALWAYS RULE log"));
}

TEST(Server, ChangesItsVersionAndOptions) {
  const auto server = [](std::string version, std::vector<std::string> options) {
    return Thing(
        Global("files"),
        schema::ForeignServer{.wrapper = "fw", .version = std::move(version), .options = std::move(options)});
  };
  EXPECT_THAT(
      Sql({server("1", {"dbname=a", "host=x"})}, {server("", {"host=it's", "port=1"})}),
      ElementsAre("ALTER SERVER files VERSION NULL OPTIONS (SET host 'it''s', ADD port '1', DROP dbname)"));
  EXPECT_THAT(Sql({}, {server("2", {"host=x"})}),
              ElementsAre("CREATE SERVER files VERSION '2' FOREIGN DATA WRAPPER fw OPTIONS (host 'x')"));
}

TEST(UserMapping, NeverWritesASecretAndSaysSo) {
  const schema::Object mapping =
      Thing(Global("public", "files"), schema::UserMapping{.options = {"password=***", "user=bob"}});
  const Script script = ScriptOf({}, {mapping});
  ASSERT_EQ(script.statements.size(), 1);
  EXPECT_EQ(script.statements[0].sql, "CREATE USER MAPPING FOR PUBLIC SERVER files OPTIONS (\"user\" 'bob')");
  EXPECT_THAT(script.remarks,
              ElementsAre(HasSubstr("the option password of USER MAPPING FOR PUBLIC SERVER files")));
}

TEST(UserMapping, GoesBeforeItsServer) {
  const auto server = [](std::string type) {
    return Thing(Global("files"), schema::ForeignServer{.wrapper = "fw", .type = std::move(type)});
  };
  const schema::Object mapping = Thing(Global("public", "files"), schema::UserMapping{});
  EXPECT_THAT(Sql({server("a"), mapping}, {server("b"), mapping}),
              ElementsAre("DROP USER MAPPING FOR PUBLIC SERVER files", "DROP SERVER files",
                          "CREATE SERVER files TYPE 'b' FOREIGN DATA WRAPPER fw",
                          "CREATE USER MAPPING FOR PUBLIC SERVER files"));
}

schema::Object Published(std::vector<std::string> tables, std::vector<std::string> schemas = {},
                         std::string publish = "insert, update, delete, truncate") {
  return Thing(Global("feed"), schema::Publication{.tables = std::move(tables),
                                                   .schemas = std::move(schemas),
                                                   .publish = std::move(publish)});
}

TEST(Publication, ExchangesTablesAndParameters) {
  const schema::Object kept = Thing(InPublic("b"), schema::Table{});
  EXPECT_THAT(
      Sql({Orders(), kept, Published({"public.b", "public.orders"})},
          {Orders(), kept, Published({"public.b WHERE ((a > 1))"}, {"public"}, "insert")}),
      ElementsAre("ALTER PUBLICATION feed DROP TABLE ONLY public.b, ONLY public.orders",
                  "ALTER PUBLICATION feed SET (publish = 'insert')",
                  "ALTER PUBLICATION feed ADD TABLE ONLY public.b WHERE ((a > 1)), TABLES IN SCHEMA public"));
  EXPECT_THAT(
      Sql({}, {Published({}, {"public"})}),
      ElementsAre("CREATE PUBLICATION feed FOR TABLES IN SCHEMA public WITH (publish = 'insert, update, "
                  "delete, truncate')"));
}

TEST(Subscription, NeverConnects) {
  const auto subscription = [](schema::Subscription body) { return Thing(Global("feed"), std::move(body)); };
  const schema::Object first = subscription({.connection = "host=a",
                                             .publications = {"p"},
                                             .enabled = true,
                                             .slot = "feed",
                                             .options = {"binary=true"}});
  EXPECT_THAT(
      Sql({}, {first}),
      ElementsAre(
          "CREATE SUBSCRIPTION feed CONNECTION 'host=a' PUBLICATION p WITH (connect = false, slot_name "
          "= 'feed', binary='true')",
          "ALTER SUBSCRIPTION feed ENABLE"));
  EXPECT_THAT(Sql({first}, {}),
              ElementsAre("ALTER SUBSCRIPTION feed DISABLE", "ALTER SUBSCRIPTION feed SET (slot_name = NONE)",
                          "DROP SUBSCRIPTION feed"));
  EXPECT_THAT(
      Sql({first}, {subscription({.connection = "host=b",
                                  .publications = {"p", "q"},
                                  .enabled = true,
                                  .slot = "other",
                                  .options = {"binary=true"}})}),
      ElementsAre("ALTER SUBSCRIPTION feed DISABLE", "ALTER SUBSCRIPTION feed CONNECTION 'host=b'",
                  "ALTER SUBSCRIPTION feed SET PUBLICATION p, q WITH (refresh = false)",
                  "ALTER SUBSCRIPTION feed SET (slot_name = 'other')", "ALTER SUBSCRIPTION feed ENABLE"));
}

TEST(Subscription, GoesBackToTheUsualParameters) {
  const auto subscription = [](std::vector<std::string> options) {
    return Thing(Global("feed"), schema::Subscription{.publications = {"p"}, .options = std::move(options)});
  };
  EXPECT_THAT(
      Sql({subscription({"binary=true", "synchronous_commit=local"})}, {subscription({"origin=none"})}),
      ElementsAre("ALTER SUBSCRIPTION feed SET (origin='none', binary = false, synchronous_commit = off)"));
}

TEST(Extension, IsUpdatedAndMovedWhereItMay) {
  const auto extension = [](std::string version, std::string schema, bool relocatable) {
    return Thing(Global("hstore"), schema::Extension{.version = std::move(version),
                                                     .extension_schema = std::move(schema),
                                                     .relocatable = relocatable});
  };
  EXPECT_THAT(Sql({extension("1.7", "public", true)}, {extension("1.8", "ext", true)}),
              ElementsAre("ALTER EXTENSION hstore SET SCHEMA ext", "ALTER EXTENSION hstore UPDATE TO '1.8'"));
  EXPECT_THAT(Sql({extension("1.7", "public", false)}, {extension("1.7", "ext", false)}),
              ElementsAre("DROP EXTENSION hstore", "CREATE EXTENSION hstore WITH SCHEMA ext VERSION '1.7'"));
}

TEST(EventTrigger, IsSwitchedInPlace) {
  const auto trigger = [](std::string enabled) {
    return Thing(Global("guard"), schema::EventTrigger{.event = "ddl_command_end",
                                                       .function = "public.guard",
                                                       .tags = {"CREATE TABLE"},
                                                       .enabled = std::move(enabled)});
  };
  EXPECT_THAT(
      Sql({}, {trigger("replica")}),
      ElementsAre(
          "CREATE EVENT TRIGGER guard ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION "
          "public.guard()",
          "ALTER EVENT TRIGGER guard ENABLE REPLICA"));
  EXPECT_THAT(Sql({trigger("origin")}, {trigger("disabled")}),
              ElementsAre("ALTER EVENT TRIGGER guard DISABLE"));
}

TEST(Role, LosesAttributesAndMembershipsByName) {
  const auto role = [](std::vector<std::string> attributes, std::vector<std::string> member_of) {
    return Thing(Global("app"),
                 schema::Role{.attributes = std::move(attributes), .member_of = std::move(member_of)});
  };
  EXPECT_THAT(Sql({role({"CONNECTION LIMIT 5", "LOGIN"}, {"readers"})},
                  {role({"CREATEDB"}, {"writers WITH ADMIN OPTION"})}),
              ElementsAre("ALTER ROLE app CREATEDB CONNECTION LIMIT -1 NOLOGIN", "REVOKE readers FROM app",
                          "GRANT writers TO app WITH ADMIN OPTION"));
}

TEST(Setting, QuotesEachNameOfAListAndFindsTheDatabaseByItself) {
  EXPECT_THAT(Sql({}, {Thing(Global("app"), schema::Setting{.values = {"search_path=\"$user\", app"}})}),
              ElementsAre("ALTER ROLE app SET search_path TO '$user', 'app'"));
  EXPECT_THAT(
      Sql({Thing(Global("", "database"), schema::Setting{.values = {"work_mem=4MB"}})}, {}),
      ElementsAre("DO 'BEGIN EXECUTE pg_catalog.concat(''ALTER DATABASE '', "
                  "pg_catalog.quote_ident(pg_catalog.current_database()), '' RESET work_mem''); END'"));
}

TEST(Statistics, ChangeTheirTargetInPlace) {
  const auto statistics = [](int64_t target) {
    return Thing(InPublic("s"),
                 schema::Statistics{.definition = "CREATE STATISTICS public.s ON a, b FROM public.orders",
                                    .target = target});
  };
  EXPECT_THAT(Sql({Orders(), statistics(-1)}, {Orders(), statistics(100)}),
              ElementsAre("ALTER STATISTICS public.s SET STATISTICS 100"));
  EXPECT_THAT(Sql({Orders(), statistics(-1)}, {Orders(), statistics(-1)}), IsEmpty());
}

TEST(Cast, SaysHowAndWhen) {
  EXPECT_THAT(Sql({}, {Thing(Global("text AS public.mood"),
                             schema::Cast{.method = "inout", .context = "assignment"})}),
              ElementsAre("CREATE CAST (text AS public.mood) WITH INOUT AS ASSIGNMENT"));
}

}  // namespace
}  // namespace ferry::render
