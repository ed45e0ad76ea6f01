#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/render/render_fixture.h"

namespace ferry::render {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

schema::Traits Owned(std::string owner, std::vector<std::string> grants = {}) {
  schema::Traits traits;
  traits.owner = std::move(owner);
  traits.grants = std::move(grants);
  return traits;
}

schema::Object Table(schema::Traits traits) {
  return Thing(InPublic("orders"), schema::Table{}, std::move(traits));
}

const std::vector<std::string> kAll = {"@owner=DELETE", "@owner=INSERT",  "@owner=REFERENCES",
                                       "@owner=SELECT", "@owner=TRIGGER", "@owner=TRUNCATE",
                                       "@owner=UPDATE"};

std::vector<std::string> AllAnd(std::vector<std::string> more) {
  std::vector<std::string> out = kAll;
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

TEST(Grants, OnlyTheDifferenceIsWrittenAndRevokesComeFirst) {
  EXPECT_THAT(Sql({Table(Owned("app", AllAnd({"bob=SELECT", "carol=INSERT"})))},
                  {Table(Owned("app", AllAnd({"bob=SELECT*", "dave=INSERT", "dave=SELECT"})))}),
              ElementsAre("REVOKE INSERT ON TABLE public.orders FROM carol",
                          "GRANT SELECT ON TABLE public.orders TO bob WITH GRANT OPTION",
                          "GRANT SELECT, INSERT ON TABLE public.orders TO dave"));
}

TEST(Grants, AnOptionIsTakenAwayAlone) {
  EXPECT_THAT(
      Sql({Table(Owned("app", AllAnd({"bob=SELECT*"})))}, {Table(Owned("app", AllAnd({"bob=SELECT"})))}),
      ElementsAre("REVOKE GRANT OPTION FOR SELECT ON TABLE public.orders FROM bob"));
}

TEST(Grants, NobodyMeansThatTheOwnerLosesAllToo) {
  EXPECT_THAT(Sql({Table(Owned("app"))}, {Table(Owned("app", {"nobody"}))}),
              ElementsAre("REVOKE ALL ON TABLE public.orders FROM app"));
  EXPECT_THAT(Sql({Table(Owned("app", {"nobody"}))}, {Table(Owned("app"))}),
              ElementsAre("GRANT ALL ON TABLE public.orders TO app"));
}

TEST(Grants, WhatTheNewOwnerHadOfItsOwnIsTheOwners) {
  EXPECT_THAT(Sql({Table(Owned("app", AllAnd({"bob=SELECT"})))}, {Table(Owned("bob"))}),
              ElementsAre("ALTER TABLE public.orders OWNER TO bob"));
}

TEST(Grants, AnotherGrantorGrantsInItsOwnName) {
  EXPECT_THAT(
      Sql({Table(Owned("app", AllAnd({"bob=SELECT*"})))},
          {Table(Owned("app", AllAnd({"bob=SELECT*", "carol=SELECT/bob"})))}),
      ElementsAre(
          "DO 'DECLARE before text := pg_catalog.current_setting(''role''); BEGIN SET LOCAL ROLE bob; GRANT "
          "SELECT ON TABLE public.orders TO carol; PERFORM pg_catalog.set_config(''role'', before, true); "
          "END'"));
}

TEST(Grants, AColumnKeepsItsOwnWhenTheTableLosesTheSame) {
  const schema::Object column =
      Thing(InPublic("total", "orders"), schema::Column{.type = "integer"}, Owned("", {"bob=SELECT"}));
  EXPECT_THAT(Sql({Table(Owned("app", AllAnd({"bob=SELECT"}))), column}, {Table(Owned("app", kAll)), column}),
              ElementsAre("REVOKE SELECT ON TABLE public.orders FROM bob",
                          "GRANT SELECT (total) ON TABLE public.orders TO bob"));
}

TEST(Grants, OfAFunctionAreOpenToAllUntilTheyAreNot) {
  const auto function = [](schema::Traits traits) {
    return Thing(InPublic("f(integer)"),
                 schema::Function{.definition = "CREATE OR REPLACE FUNCTION public.f(a integer) …",
                                  .signature = "public.f(a integer)"},
                 std::move(traits));
  };
  EXPECT_THAT(Sql({function(Owned("app"))}, {function(Owned("app", {"@owner=EXECUTE"}))}),
              ElementsAre("REVOKE ALL ON FUNCTION public.f(a integer) FROM PUBLIC"));
}

TEST(Grants, OfAnAggregateLeaveOutItsOrderBy) {
  const auto aggregate = [](schema::Traits traits) {
    return Thing(
        InPublic("share(double precision, integer)"),
        schema::Function{.kind = "aggregate", .signature = "public.share(double precision ORDER BY integer)"},
        std::move(traits));
  };
  EXPECT_THAT(Sql({aggregate(Owned("app"))}, {aggregate(Owned("eve", {"@owner=EXECUTE"}))}),
              ElementsAre("ALTER AGGREGATE public.share(double precision ORDER BY integer) OWNER TO eve",
                          "REVOKE ALL ON FUNCTION public.share(double precision, integer) FROM PUBLIC"));
}

TEST(Grants, ACreatedTableGetsWhatItHasAndNothingThatDefaultPrivilegesAdd) {
  const schema::Object defaults = Thing({{}, "public", "admin", "tables"}, schema::DefaultPrivileges{},
                                        Owned("", {"bob=INSERT", "bob=SELECT"}));
  EXPECT_THAT(
      Sql({defaults}, {defaults, Thing(InPublic("calendar", ""), schema::View{.definition = " SELECT 1;"},
                                       Owned("app", AllAnd({"bob=SELECT"})))}),
      ElementsAre("CREATE VIEW public.calendar AS\n SELECT 1", "ALTER VIEW public.calendar OWNER TO app",
                  "REVOKE INSERT ON TABLE public.calendar FROM bob",
                  "GRANT SELECT ON TABLE public.calendar TO bob"));
}

TEST(Grants, AndTheOwnersAreNothingWhereTheyAreNotCompared) {
  Options options;
  options.compare = diff::CompareOptions::StructureOnly();
  EXPECT_THAT(Sql({Table(Owned("app", AllAnd({"bob=SELECT"})))}, {Table(Owned("eve"))}, options), IsEmpty());
}

TEST(DefaultPrivileges, AreGrantedAndGoBackToTheUsual) {
  const auto defaults = [](std::string schema, std::vector<std::string> grants) {
    return Thing({{}, std::move(schema), "app", "functions"}, schema::DefaultPrivileges{},
                 Owned("", std::move(grants)));
  };
  EXPECT_THAT(Sql({}, {defaults("", {"@owner=EXECUTE", "bob=EXECUTE"})}),
              ElementsAre("ALTER DEFAULT PRIVILEGES FOR ROLE app REVOKE ALL ON FUNCTIONS FROM PUBLIC",
                          "ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT ALL ON FUNCTIONS TO bob"));
  EXPECT_THAT(Sql({defaults("", {"@owner=EXECUTE", "bob=EXECUTE"})}, {}),
              ElementsAre("ALTER DEFAULT PRIVILEGES FOR ROLE app REVOKE ALL ON FUNCTIONS FROM bob",
                          "ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT ALL ON FUNCTIONS TO PUBLIC"));
  EXPECT_THAT(
      Sql({}, {defaults("shop", {"bob=EXECUTE"})}),
      ElementsAre("ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA shop GRANT ALL ON FUNCTIONS TO bob"));
}

schema::Traits Commented(std::string comment) {
  schema::Traits traits;
  traits.comment = std::move(comment);
  return traits;
}

TEST(Comments, NameEachKindInItsOwnWay) {
  const auto said = [](schema::Object object) {
    schema::Object with = schema::MakeObject(object.id, object.body, Commented("it's"), object.dependencies);
    const std::vector<std::string> sql = Sql({std::move(object)}, {std::move(with)});
    return sql.size() == 1 ? sql[0] : "";
  };
  EXPECT_EQ(said(Thing(InPublic("own", "Orders"), schema::Policy{})),
            "COMMENT ON POLICY own ON public.\"Orders\" IS 'it''s'");
  EXPECT_EQ(said(Thing(Global("integer AS public.mood"), schema::Cast{})),
            "COMMENT ON CAST (integer AS public.mood) IS 'it''s'");
  EXPECT_EQ(said(Thing(Global("FOR public.t LANGUAGE plpython3u"), schema::Transform{})),
            "COMMENT ON TRANSFORM FOR public.t LANGUAGE plpython3u IS 'it''s'");
  EXPECT_EQ(
      said(Thing(InPublic("ops USING btree"), schema::OperatorClass{.signature = "public.ops USING btree"})),
      "COMMENT ON OPERATOR CLASS public.ops USING btree IS 'it''s'");
  EXPECT_EQ(said(Thing(InPublic("en"), schema::TextSearchConfiguration{})),
            "COMMENT ON TEXT SEARCH CONFIGURATION public.en IS 'it''s'");
  EXPECT_EQ(said(Thing(Global("files"), schema::ForeignServer{})), "COMMENT ON SERVER files IS 'it''s'");
  EXPECT_EQ(said(Thing(InPublic("last", "recent"), schema::Column{})),
            "COMMENT ON COLUMN public.recent.last IS 'it''s'");
}

TEST(Comments, OfADomainsConstraintSaySo) {
  const schema::Object domain = Thing(InPublic("age"), schema::Domain{.type = "integer"});
  const auto check = [](const std::string& comment) {
    return Thing(InPublic("positive", "age"),
                 schema::Constraint{.type = "check", .definition = "CHECK ((VALUE > 0))"},
                 Commented(comment));
  };
  EXPECT_THAT(Sql({domain, check("old")}, {domain, check("")}),
              ElementsAre("COMMENT ON CONSTRAINT positive ON DOMAIN public.age IS NULL"));
}

TEST(Labels, AreSetAndTakenAwayByProvider) {
  schema::Traits before, after;
  before.security_labels = {"dummy=secret", "other=x"};
  after.security_labels = {"dummy=top secret"};
  EXPECT_THAT(Sql({Table(before)}, {Table(after)}),
              ElementsAre("SECURITY LABEL FOR other ON TABLE public.orders IS NULL",
                          "SECURITY LABEL FOR dummy ON TABLE public.orders IS 'top secret'"));
}

TEST(Beneath, TheSequenceOfAnIdentityColumnHasItsOwn) {
  const auto with = [](schema::Traits traits) {
    schema::Column column;
    column.type = "integer";
    column.identity = "always";
    column.identity_options = "SEQUENCE NAME public.\"ids. START WITH 1\" START WITH 1 INCREMENT BY 1";
    return Thing(InPublic("id", "orders"), column, std::move(traits));
  };
  schema::Traits before, after;
  before.beneath.edit().sequence_labels = {"dummy=secret"};
  before.beneath.edit().sequence_grants = {"@owner=SELECT", "@owner=UPDATE", "@owner=USAGE", "bob=USAGE"};
  after.beneath.edit().sequence_comment = "ids";
  after.beneath.edit().sequence_labels = {"dummy=top secret"};
  EXPECT_THAT(Sql({Table(Owned("app")), with(before)}, {Table(Owned("app")), with(after)}),
              ElementsAre("COMMENT ON SEQUENCE public.\"ids. START WITH 1\" IS 'ids'",
                          "SECURITY LABEL FOR dummy ON SEQUENCE public.\"ids. START WITH 1\" IS 'top secret'",
                          "REVOKE USAGE ON SEQUENCE public.\"ids. START WITH 1\" FROM bob"));
}

TEST(Beneath, WhatIsNotComparedIsNotWritten) {
  schema::Constraint key;
  key.type = "primary key";
  key.definition = "PRIMARY KEY (id)";
  schema::Traits after;
  after.beneath.edit().index_comment = "found by id";
  const std::vector<schema::Object> from = {Table(Owned("app")), Thing(InPublic("key", "orders"), key)};
  const std::vector<schema::Object> to = {Table(Owned("app")), Thing(InPublic("key", "orders"), key, after)};
  EXPECT_THAT(Sql(from, to), ElementsAre("COMMENT ON INDEX public.key IS 'found by id'"));
  Options options;
  options.compare.comments = false;
  EXPECT_THAT(Sql(from, to, options), IsEmpty());
}

}  // namespace
}  // namespace ferry::render
