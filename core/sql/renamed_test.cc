#include "core/sql/renamed.h"

#include <gtest/gtest.h>

namespace ferry::sql {
namespace {

TEST(ReadRenameTest, OfTablesAndColumns) {
  EXPECT_EQ(*ReadRename("ALTER TABLE IF EXISTS public.prices RENAME TO \"Bars\""),
            (Renamed{{"public", "prices"}, "", "Bars"}));
  EXPECT_EQ(*ReadRename("ALTER TABLE ONLY Prices RENAME close TO close_price"),
            (Renamed{{"", "prices"}, "close", "close_price"}));
}

TEST(ReadRenameTest, OfNothingElse) {
  for (const char* other :
       {"ALTER INDEX i RENAME TO j", "ALTER VIEW v RENAME COLUMN a TO b",
        "ALTER TYPE t RENAME ATTRIBUTE a TO b", "ALTER TABLE t RENAME CONSTRAINT a TO b",
        "ALTER TABLE t ADD a int", "ALTER TABLE t RENAME",
        "ALTER TABLE a RENAME TO b; ALTER TABLE b RENAME TO c", "ALTER SCHEMA s RENAME TO t"}) {
    EXPECT_FALSE(ReadRename(other).has_value()) << other;
  }
}

}  // namespace
}  // namespace ferry::sql
