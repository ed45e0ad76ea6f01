#include "core/sql/reread.h"

#include <gtest/gtest.h>

namespace ferry::sql {
namespace {

TEST(RereadTest, ACastOfAnArrayIsMovedToItsElements) {
  EXPECT_EQ(Reread("CHECK (((side)::text = ANY ((ARRAY['buy'::character varying, 'sell'::character "
                   "varying])::text[])))"),
            "CHECK (((side)::text = ANY (ARRAY[('buy'::character varying)::text, ('sell'::character "
            "varying)::text])))");
  EXPECT_EQ(Reread("(ARRAY[1, f(2, 3)])::numeric(10,2)[]"),
            "ARRAY[(1)::numeric(10,2), (f(2, 3))::numeric(10,2)]");
  EXPECT_EQ(Reread("a = ANY ((ARRAY['x'])::public.\"Mood\"[]) OR b = ANY ((ARRAY['y'])::text[])"),
            "a = ANY (ARRAY[('x')::public.\"Mood\"]) OR b = ANY (ARRAY[('y')::text])");
}

TEST(RereadTest, TheNameThatAConstantGetsByItselfIsLeftOut) {
  EXPECT_EQ(Reread("SELECT 1 UNION ALL SELECT NULL::integer AS int4"),
            "SELECT 1 UNION ALL SELECT NULL::integer");
  EXPECT_EQ(
      Reread("EXISTS ( SELECT 'x'::character varying(3) AS \"varchar\", 1::numeric AS \"numeric\" FROM t)"),
      "EXISTS ( SELECT 'x'::character varying(3), 1::numeric FROM t)");
  EXPECT_EQ(Reread("SELECT NULL::public.\"Mood\" AS \"Mood\", NULL::integer[] AS int4"),
            "SELECT NULL::public.\"Mood\", NULL::integer[]");
  for (const char* text :
       {"SELECT NULL::integer AS \"?column?\"", "SELECT id::integer AS int4", "SELECT NULL::integer AS x",
        "SELECT 'NULL::integer AS int4'", "f(NULL::integer) AS int4"}) {
    EXPECT_EQ(Reread(text), text);
  }
}

TEST(RereadTest, EverythingElseStaysAsItIs) {
  for (const char* text :
       {"", "CHECK ((high >= low))", "ARRAY[]::text[]", "(ARRAY[1, 2])", "(ARRAY[1])::text", "(ARRAY[1",
        "(ARRAY[ARRAY[1, 2], ARRAY[3, 4]])::bigint[]", "(ARRAY[1])::bigint[][]", "'(ARRAY[1])::text[]'",
        "'unfinished (ARRAY[1])::text[]", "ARRAY[('a'::character varying)::text]"}) {
    EXPECT_EQ(Reread(text), text);
  }
}

}  // namespace
}  // namespace ferry::sql
