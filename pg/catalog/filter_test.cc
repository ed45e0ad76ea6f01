#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "pg/catalog/catalog_fixture.h"

namespace ferry::pg {
namespace {

using schema::Filter;
using schema::ObjectKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FilterTest : public ::testing::Test {
 protected:
  FilterTest() {
    db_.Run({"CREATE SCHEMA \"it's\"", "CREATE TABLE \"it's\".t (id int PRIMARY KEY, a int)",
             "CREATE INDEX by_a ON \"it's\".t (a)", "COMMENT ON INDEX \"it's\".by_a IS 'mine'",
             "CREATE VIEW \"it's\".v AS SELECT 1 AS one", "CREATE TABLE public.t (a \"it's\".t)",
             "CREATE TYPE public.pair AS (a int)", "CREATE EXTENSION hstore SCHEMA public",
             "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ferry_observe",
             "CREATE FOREIGN DATA WRAPPER w"});
  }
  schema::Snapshot Read(const Filter& filter, bool cluster = false) const {
    absl::StatusOr<schema::Snapshot> read = ReadSnapshot(db_.session(), ReadOptions{cluster, filter});
    EXPECT_TRUE(read.ok()) << read.status();
    return read.ok() ? *std::move(read) : schema::Snapshot();
  }
  std::vector<std::string> Names(const Filter& filter) const {
    std::vector<std::string> out;
    for (const schema::Object& object : Read(filter).objects) {
      out.push_back(absl::StrCat(schema::KindName(object.id.kind), " ", object.id.schema, " ",
                                 object.id.parent, " ", object.id.name));
    }
    return out;
  }
  const CatalogDatabase db_;
};

TEST_F(FilterTest, OfASchemaOnlyWhatLiesInIt) {
  EXPECT_THAT(Names({{"it's"}, {}}),
              ElementsAre("schema it's  it's", "table it's  t", "column it's t a", "column it's t id",
                          "constraint it's t t_pkey", "index it's t by_a", "view it's  v"));
  EXPECT_THAT(Names({{"nowhere"}, {}}), IsEmpty());
}

TEST_F(FilterTest, OfAKindOnlyItsObjectsAndWhatTheyBelongTo) {
  EXPECT_THAT(Names({{}, {ObjectKind::kIndex}}),
              ElementsAre("table it's  t", "table public  t", "index it's t by_a", "view it's  v"));
  EXPECT_THAT(Names({{}, {ObjectKind::kForeignDataWrapper}}), ElementsAre("foreign data wrapper   w"));
  EXPECT_THAT(Names({{"it's"}, {ObjectKind::kView}}).front(), "schema it's  it's");
}

TEST_F(FilterTest, WhatIsReadIsTheSameAsInAWholeSnapshotButForWhatItNeedsOutside) {
  const schema::Snapshot whole = db_.Read(), part = Read({{"it's"}, {}});
  for (const schema::Object& object : part.objects) {
    const schema::Object* same = whole.Find(object.id);
    ASSERT_NE(same, nullptr) << object.id.name;
    EXPECT_EQ(object, *same) << object.id.name;
  }
  EXPECT_EQ(Get(part, ObjectKind::kIndex, "t", "by_a", "it's").traits.comment, "mine");
  EXPECT_THAT(Get(Read({{"public"}, {}}), ObjectKind::kColumn, "t", "a").dependencies, IsEmpty());
}

TEST_F(FilterTest, WhatTheServerSharesIsReadWhenItsKindIsNamed) {
  const schema::Snapshot roles = Read({{}, {ObjectKind::kRole}});
  EXPECT_NE(roles.Find({ObjectKind::kRole, "", "", "postgres"}), nullptr);
  EXPECT_EQ(roles.objects.size(), Read({{}, {ObjectKind::kRole}}, true).objects.size());
  EXPECT_EQ(Read({{}, {ObjectKind::kExtension}}, true).objects.size(), 1U);
}

}  // namespace
}  // namespace ferry::pg
