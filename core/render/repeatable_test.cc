// Statements that do nothing where they have been done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/render/render_fixture.h"

namespace ferry::render {
namespace {

using schema::Object;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Options Repeatable() {
  Options options;
  options.compare = diff::CompareOptions::StructureOnly();
  options.repeatable = true;
  return options;
}

Object OfTable(const std::string& name = "prices") { return Thing(InPublic(name), schema::Table()); }
Object OfColumn(const std::string& name) {
  schema::Column column;
  column.type = "integer";
  return Thing(InPublic(name, "prices"), column);
}
Object OfIndex(const std::string& definition) {
  schema::Index index;
  index.definition = definition;
  return Thing(InPublic("Idx", "prices"), index);
}
Object OfCheck(const std::string& name) {
  schema::Constraint check;
  check.type = "check";
  check.definition = "CHECK ((a > 0))";
  check.validated = true;
  return Thing(InPublic(name, "prices"), check);
}
Object OfView(const std::string& query) {
  schema::View view;
  view.definition = query;
  return Thing(InPublic("daily"), view);
}

TEST(Repeatable, TablesAndColumns) {
  EXPECT_THAT(Sql({}, {OfTable()}, Repeatable()), ElementsAre("CREATE TABLE IF NOT EXISTS public.prices ()"));
  EXPECT_THAT(Sql({OfTable()}, {}, Repeatable()), ElementsAre("DROP TABLE IF EXISTS public.prices"));
  EXPECT_THAT(Sql({OfTable()}, {OfTable(), OfColumn("Odd name")}, Repeatable()),
              ElementsAre("ALTER TABLE public.prices ADD COLUMN IF NOT EXISTS \"Odd name\" integer"));
  EXPECT_THAT(Sql({OfTable(), OfColumn("a")}, {OfTable()}, Repeatable()),
              ElementsAre("ALTER TABLE public.prices DROP COLUMN IF EXISTS a"));
}

TEST(Repeatable, IndexesAreBuiltAndDroppedOnlineAndNeverRenamed) {
  const Object one = OfIndex("USING btree (a)");
  const Object other = OfIndex("USING btree (b)");
  EXPECT_THAT(
      Sql({OfTable()}, {OfTable(), one}, Repeatable()),
      ElementsAre("CREATE INDEX CONCURRENTLY IF NOT EXISTS \"Idx\" ON public.prices USING btree (a)"));
  EXPECT_THAT(Sql({OfTable(), one}, {OfTable()}, Repeatable()),
              ElementsAre("DROP INDEX CONCURRENTLY IF EXISTS public.\"Idx\""));
  EXPECT_THAT(
      Sql({OfTable(), one}, {OfTable(), other}, Repeatable()),
      ElementsAre("DROP INDEX CONCURRENTLY IF EXISTS public.\"Idx\"",
                  "CREATE INDEX CONCURRENTLY IF NOT EXISTS \"Idx\" ON public.prices USING btree (b)"));
}

TEST(Repeatable, AConstraintIsDroppedBeforeItIsAdded) {
  EXPECT_THAT(
      Sql({OfTable()}, {OfTable(), OfCheck("a \"b\" c")}, Repeatable()),
      ElementsAre("ALTER TABLE public.prices DROP CONSTRAINT IF EXISTS \"a \"\"b\"\" c\"",
                  "ALTER TABLE public.prices ADD CONSTRAINT \"a \"\"b\"\" c\" CHECK ((a > 0)) NOT VALID",
                  "ALTER TABLE public.prices VALIDATE CONSTRAINT \"a \"\"b\"\" c\""));
  EXPECT_THAT(Sql({OfTable(), OfCheck("c")}, {OfTable()}, Repeatable()),
              ElementsAre("ALTER TABLE public.prices DROP CONSTRAINT IF EXISTS c"));
}

TEST(Repeatable, AKeyIsMadeInOneStatementSoThatItIsNotMissingForLong) {
  schema::Constraint key;
  key.type = "unique";
  key.definition = "UNIQUE (a)";
  key.index_definition = "USING btree (a)";
  key.validated = true;
  EXPECT_THAT(Sql({OfTable(), OfColumn("a")}, {OfTable(), OfColumn("a"), Thing(InPublic("k", "prices"), key)},
                  Repeatable()),
              ElementsAre("ALTER TABLE public.prices DROP CONSTRAINT IF EXISTS k",
                          "ALTER TABLE public.prices ADD CONSTRAINT k UNIQUE (a)"));
}

TEST(Repeatable, ViewsTriggersPoliciesSequencesAndLabels) {
  EXPECT_THAT(Sql({}, {OfView("SELECT 1")}, Repeatable()),
              ElementsAre(StartsWith("CREATE OR REPLACE VIEW public.daily")));
  EXPECT_THAT(Sql({OfView("SELECT 1")}, {}, Repeatable()), ElementsAre("DROP VIEW IF EXISTS public.daily"));
  schema::Trigger trigger;
  trigger.definition = "CREATE TRIGGER t BEFORE INSERT ON public.prices FOR EACH ROW EXECUTE FUNCTION f()";
  trigger.enabled = "origin";
  EXPECT_THAT(Sql({OfTable()}, {OfTable(), Thing(InPublic("t", "prices"), trigger)}, Repeatable()),
              ElementsAre("DROP TRIGGER IF EXISTS t ON public.prices", trigger.definition));
  const Object policy = Thing(InPublic("own", "prices"), schema::Policy{.using_expression = "true"});
  EXPECT_THAT(Sql({OfTable()}, {OfTable(), policy}, Repeatable()),
              ElementsAre("DROP POLICY IF EXISTS own ON public.prices", HasSubstr("CREATE POLICY own")));
  EXPECT_THAT(Sql({}, {Thing(InPublic("s"), schema::Sequence())}, Repeatable()),
              ElementsAre(StartsWith("CREATE SEQUENCE IF NOT EXISTS public.s")));
  EXPECT_THAT(Sql({Thing(InPublic("mood"), schema::Enum{{"a"}})},
                  {Thing(InPublic("mood"), schema::Enum{{"a", "b"}})}, Repeatable()),
              ElementsAre("ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'b' AFTER 'a'"));
}

TEST(Repeatable, AttributesAreDroppedSoAndAddedAsTheyAre) {
  const Object type = Thing(InPublic("point"), schema::CompositeType());
  schema::Column attribute;
  attribute.type = "integer";
  const Object x = Thing(InPublic("x", "point"), attribute);
  const Object y = Thing(InPublic("y", "point"), attribute);
  EXPECT_THAT(Sql({type, x}, {type, x, y}, Repeatable()),
              ElementsAre(StartsWith("ALTER TYPE public.point ADD ATTRIBUTE y integer")));
  EXPECT_THAT(Sql({type, x, y}, {type, x}, Repeatable()),
              ElementsAre(StartsWith("ALTER TYPE public.point DROP ATTRIBUTE IF EXISTS y")));
}

TEST(Repeatable, WithoutItNothingChanges) {
  EXPECT_THAT(Sql({}, {OfTable()}), ElementsAre("CREATE TABLE public.prices ()"));
}

}  // namespace
}  // namespace ferry::render
