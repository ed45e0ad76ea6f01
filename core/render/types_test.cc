#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/render/render_fixture.h"

namespace ferry::render {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

schema::Object Mood(std::vector<std::string> labels) {
  return Thing(InPublic("mood"), schema::Enum{.labels = std::move(labels)});
}

TEST(Enum, GetsNewLabelsInTheirPlaces) {
  EXPECT_THAT(Sql({Mood({"b", "d"})}, {Mood({"a", "b", "c", "d", "e"})}),
              ElementsAre("ALTER TYPE public.mood ADD VALUE 'a' BEFORE 'b'",
                          "ALTER TYPE public.mood ADD VALUE 'c' AFTER 'b'",
                          "ALTER TYPE public.mood ADD VALUE 'e' AFTER 'd'"));
  EXPECT_EQ(ScriptOf({Mood({})}, {Mood({"it's"})}).statements.at(0).mode, Mode::kCommit);
}

TEST(Enum, IsMadeAgainWhenALabelIsLostOrMoves) {
  EXPECT_THAT(Sql({Mood({"a", "b"})}, {Mood({"b", "a"})}),
              ElementsAre("DROP TYPE public.mood", "CREATE TYPE public.mood AS ENUM ('b', 'a')"));
}

schema::Object Age(schema::Domain domain) { return Thing(InPublic("age"), std::move(domain)); }

TEST(Domain, ChangesInPlaceButItsType) {
  EXPECT_THAT(Sql({Age({.type = "integer", .default_expression = "1", .not_null = true})},
                  {Age({.type = "integer", .default_expression = "2"})}),
              ElementsAre("ALTER DOMAIN public.age SET DEFAULT 2", "ALTER DOMAIN public.age DROP NOT NULL"));
  EXPECT_THAT(Sql({Age({.type = "integer"})},
                  {Age({.type = "text", .collation = "pg_catalog.\"C\"", .not_null = true})}),
              ElementsAre("DROP DOMAIN public.age",
                          "CREATE DOMAIN public.age AS text COLLATE pg_catalog.\"C\" NOT NULL"));
}

TEST(Domain, GetsAConstraintWithoutAndThenWithTheRowsThatAreThere) {
  const schema::Object check = Thing(
      InPublic("positive", "age"), schema::Constraint{.type = "check", .definition = "CHECK ((VALUE > 0))"});
  const schema::Object age = Age({.type = "integer"});
  EXPECT_THAT(Sql({age}, {age, check}),
              ElementsAre("ALTER DOMAIN public.age ADD CONSTRAINT positive CHECK ((VALUE > 0)) NOT VALID",
                          "ALTER DOMAIN public.age VALIDATE CONSTRAINT positive"));
  EXPECT_THAT(Sql({}, {age, check}),
              ElementsAre("CREATE DOMAIN public.age AS integer",
                          "ALTER DOMAIN public.age ADD CONSTRAINT positive CHECK ((VALUE > 0))"));
  EXPECT_THAT(Sql({age, check}, {age}), ElementsAre("ALTER DOMAIN public.age DROP CONSTRAINT positive"));
}

schema::Object Attribute(std::string name, std::string type, int64_t position) {
  return Thing(InPublic(std::move(name), "point"),
               schema::Column{.type = std::move(type), .position = position});
}

TEST(CompositeType, IsMadeWithItsAttributesInOrderAndChangesThemAlone) {
  const schema::Object type = Thing(InPublic("point"), schema::CompositeType{});
  EXPECT_THAT(Sql({}, {type, Attribute("y", "integer", 1), Attribute("x", "integer", 2)}),
              ElementsAre("CREATE TYPE public.point AS (y integer, x integer)"));
  EXPECT_THAT(Sql({type, Attribute("a", "integer", 1), Attribute("b", "integer", 2)},
                  {type, Attribute("b", "bigint", 1), Attribute("c", "text", 2)}),
              UnorderedElementsAre("ALTER TYPE public.point DROP ATTRIBUTE a",
                                   "ALTER TYPE public.point ALTER ATTRIBUTE b TYPE bigint",
                                   "ALTER TYPE public.point ADD ATTRIBUTE c text"));
}

TEST(CompositeType, IsMadeAgainWhereAColumnHasIt) {
  const schema::Object type = Thing(InPublic("point"), schema::CompositeType{});
  const schema::Object table = Thing(InPublic("places"), schema::Table{});
  const schema::Object column =
      Thing(InPublic("at", "places"), schema::Column{.type = "public.point"}, {}, {{type.id}});
  const std::vector<std::string> sql = Sql({type, Attribute("x", "integer", 1), table, column},
                                           {type, Attribute("x", "bigint", 1), table, column});
  ASSERT_EQ(sql.size(), 4U);
  EXPECT_THAT(sql[0], testing::StartsWith("ALTER TYPE public.point RENAME TO point__ferry_aside_"));
  EXPECT_EQ(sql[1], "CREATE TYPE public.point AS (x bigint)");
  EXPECT_EQ(sql[2],
            "ALTER TABLE public.places ALTER COLUMN at TYPE public.point USING at::text::public.point");
  EXPECT_THAT(sql[3], testing::StartsWith("DROP TYPE public.point__ferry_aside_"));
}

TEST(CompositeType, ChangesTheTablesThatAreOfIt) {
  const schema::Object type = Thing(InPublic("point"), schema::CompositeType{});
  const schema::Object table =
      Thing(InPublic("places"), schema::Table{.of_type = "public.point"}, {}, {{type.id}});
  const auto column = [](std::string kind) {
    return Thing(InPublic("x", "places"),
                 schema::Column{.type = std::move(kind), .inherited = true, .position = 1});
  };
  EXPECT_THAT(Sql({type, Attribute("x", "integer", 1), table, column("integer")},
                  {type, Attribute("x", "bigint", 1), table, column("bigint")}),
              ElementsAre("ALTER TYPE public.point ALTER ATTRIBUTE x TYPE bigint CASCADE"));
}

TEST(RangeType, SaysWhatIsNotTheUsual) {
  EXPECT_THAT(
      Sql({}, {Thing(InPublic("span"), schema::RangeType{.subtype = "double precision",
                                                         .subtype_diff = "float8mi",
                                                         .multirange = "public.spans"})}),
      ElementsAre("CREATE TYPE public.span AS RANGE (SUBTYPE = double precision, SUBTYPE_DIFF = float8mi, "
                  "MULTIRANGE_TYPE_NAME = public.spans)"));
}

TEST(RangeType, GoesAsideWithItsMultirangeAndConstructors) {
  const auto range = [](std::string diff) {
    return Thing(InPublic("span"), schema::RangeType{.subtype = "real", .subtype_diff = std::move(diff)});
  };
  const schema::Object from = range("");
  const schema::Object table = Thing(InPublic("stays"), schema::Table{});
  const schema::Object column =
      Thing(InPublic("at", "stays"), schema::Column{.type = "public.span"}, {}, {{from.id}});
  const std::vector<std::string> sql = Sql({from, table, column}, {range("public.gap"), table, column});
  ASSERT_GE(sql.size(), 6U);
  EXPECT_THAT(sql[1], testing::StartsWith("ALTER FUNCTION public.span(real, real) RENAME TO "));
  EXPECT_THAT(sql[2], testing::StartsWith("ALTER FUNCTION public.span(real, real, text) RENAME TO "));
  EXPECT_THAT(sql[3], testing::StartsWith("ALTER TYPE public.span_multirange RENAME TO "));
  EXPECT_THAT(sql[4], testing::StartsWith("ALTER FUNCTION public.span_multirange() RENAME TO "));
  EXPECT_EQ(sql[5], "CREATE TYPE public.span AS RANGE (SUBTYPE = real, SUBTYPE_DIFF = public.gap)");
}

TEST(BaseType, IsDeclaredForItsFunctionsAndTakesThemAlong) {
  const schema::ObjectId type{schema::ObjectKind::kBaseType, "public", "", "c"};
  const auto function = [&](const std::string& name) {
    return Thing(
        InPublic(name),
        schema::Function{.definition = "CREATE FUNCTION public." + name, .signature = "public." + name}, {},
        {{type}});
  };
  const schema::Object in = function("c_in(cstring)");
  const schema::Object out = function("c_out(public.c)");
  const schema::Object base =
      Thing(InPublic("c"), schema::BaseType{.properties = {"INPUT = public.c_in", "OUTPUT = public.c_out"}},
            {}, {{in.id}, {out.id}});
  EXPECT_THAT(Sql({}, {in, out, base}),
              ElementsAre("CREATE TYPE public.c", "CREATE FUNCTION public.c_in(cstring)",
                          "CREATE FUNCTION public.c_out(public.c)",
                          "CREATE TYPE public.c (INPUT = public.c_in, OUTPUT = public.c_out)"));
  EXPECT_THAT(Sql({in, out, base}, {}), ElementsAre("DROP TYPE public.c CASCADE"));
}

TEST(Collation, OfEachProvider) {
  EXPECT_THAT(
      Sql({}, {Thing(InPublic("de"),
                     schema::Collation{.provider = "icu", .locale = "de-x", .deterministic = false})}),
      ElementsAre("CREATE COLLATION public.de (provider = icu, deterministic = false, locale = 'de-x')"));
  EXPECT_THAT(
      Sql({}, {Thing(InPublic("c"), schema::Collation{.lc_collate = "C", .lc_ctype = "POSIX"})}),
      ElementsAre("CREATE COLLATION public.c (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX')"));
}

TEST(Operator, IsNamedByItsSymbol) {
  const schema::Object object = Thing(
      InPublic("=(public.c, public.c)"),
      schema::Operator{.properties = {"FUNCTION = public.eq", "LEFTARG = public.c", "RIGHTARG = public.c"},
                       .signature = "public.= (public.c, public.c)"});
  EXPECT_THAT(Sql({}, {object}),
              ElementsAre("CREATE OPERATOR public.= (FUNCTION = public.eq, LEFTARG = public.c, "
                          "RIGHTARG = public.c)"));
  EXPECT_THAT(Sql({object}, {}), ElementsAre("DROP OPERATOR public.= (public.c, public.c)"));
}

TEST(OperatorClass, BringsItsFamilyAndTakesItAlong) {
  const schema::Object object =
      Thing(InPublic("ops USING btree"),
            schema::OperatorClass{.is_default = true,
                                  .type = "public.c",
                                  .family = "public.ops",
                                  .items = {"FUNCTION 1 (public.c, public.c) public.cmp(public.c, public.c)"},
                                  .signature = "public.ops USING btree"});
  EXPECT_THAT(
      Sql({}, {object}),
      ElementsAre("CREATE OPERATOR CLASS public.ops DEFAULT FOR TYPE public.c USING btree AS FUNCTION 1 "
                  "(public.c, public.c) public.cmp(public.c, public.c)"));
  EXPECT_THAT(Sql({object}, {}), ElementsAre("DROP OPERATOR FAMILY public.ops USING btree"));
}

TEST(OperatorFamily, LosesAndGetsItsItems) {
  const auto family = [](std::vector<std::string> items) {
    return Thing(InPublic("f USING btree"),
                 schema::OperatorFamily{.items = std::move(items), .signature = "public.f USING btree"});
  };
  EXPECT_THAT(
      Sql({family({"FUNCTION 1 (integer, bigint) public.c(integer, bigint)",
                   "OPERATOR 1 public.<(integer, bigint)"})},
          {family({"OPERATOR 2 public.<=(integer, bigint)"})}),
      ElementsAre("ALTER OPERATOR FAMILY public.f USING btree DROP FUNCTION 1 (integer, bigint), OPERATOR 1 "
                  "(integer, bigint)",
                  "ALTER OPERATOR FAMILY public.f USING btree ADD OPERATOR 2 public.<=(integer, bigint)"));
}

TEST(TextSearch, OptionsAndMappingsChangeInPlace) {
  const auto dictionary = [](std::string options) {
    return Thing(InPublic("d"), schema::TextSearchDictionary{.template_name = "pg_catalog.simple",
                                                             .options = std::move(options)});
  };
  EXPECT_THAT(Sql({dictionary("accept = 'false', stopwords = 'a, b'")}, {dictionary("accept = 'true'")}),
              ElementsAre("ALTER TEXT SEARCH DICTIONARY public.d (accept = 'true', stopwords)"));
  const auto configuration = [](std::vector<std::string> mappings) {
    return Thing(InPublic("en"), schema::TextSearchConfiguration{.parser = "pg_catalog.\"default\"",
                                                                 .mappings = std::move(mappings)});
  };
  EXPECT_THAT(
      Sql({configuration({"asciiword WITH pg_catalog.simple", "word WITH pg_catalog.simple"})},
          {configuration({"asciiword WITH public.d, pg_catalog.simple", "url WITH pg_catalog.simple"})}),
      ElementsAre("ALTER TEXT SEARCH CONFIGURATION public.en DROP MAPPING FOR word",
                  "ALTER TEXT SEARCH CONFIGURATION public.en ALTER MAPPING FOR asciiword WITH public.d, "
                  "pg_catalog.simple",
                  "ALTER TEXT SEARCH CONFIGURATION public.en ADD MAPPING FOR url WITH pg_catalog.simple"));
}

}  // namespace
}  // namespace ferry::render
