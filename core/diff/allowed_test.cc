#include "core/diff/allowed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ferry::diff {
namespace {

using schema::MakeObject;
using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;
using schema::Snapshot;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::CivilDay kToday(2026, 11, 26);

Object Table(const std::string& name, const std::string& schema = "public") {
  return MakeObject({ObjectKind::kTable, schema, "", name}, schema::Table());
}
Object ColumnOf(const std::string& table, const std::string& name, const std::string& type,
                bool not_null = false) {
  schema::Column column;
  column.type = type;
  column.not_null = not_null;
  return MakeObject({ObjectKind::kColumn, "public", table, name}, column);
}
Snapshot Of(std::vector<Object> objects) {
  return schema::MakeSnapshot(std::move(objects), "15", absl::UnixEpoch());
}

AllowedDifference Allow(const std::string& object) {
  AllowedDifference one;
  one.object = object;
  one.owner = "ana";
  one.reason = "hot path";
  one.expires = absl::CivilDay(2026, 12, 31);
  return one;
}

class AllowedTest : public ::testing::Test {
 protected:
  DiffResult Differ() const {
    return Compare({{"dev", &dev_}, {"staging", &staging_}, {"prod/prod-1", &prod_}});
  }
  const Snapshot dev_ = Of({Table("t"), ColumnOf("t", "a", "int")});
  const Snapshot staging_ = Of({Table("t"), ColumnOf("t", "a", "int")});
  const Snapshot prod_ = Of({Table("t"), ColumnOf("t", "a", "bigint", true)});
};

TEST(MatchesTest, AStarStandsForAnything) {
  const ObjectId index{ObjectKind::kIndex, "public", "prices", "by_close"};
  EXPECT_TRUE(Matches("index public.prices.by_close", index));
  EXPECT_TRUE(Matches("* public.prices.*", index));
  EXPECT_TRUE(Matches("index *", index));
  EXPECT_FALSE(Matches("index public.prices", index));
  EXPECT_FALSE(Matches("table *", index));
  EXPECT_TRUE(Matches("schema audit", {ObjectKind::kSchema, "audit", "", "audit"}));
}

TEST_F(AllowedTest, WhatIsAllowedIsSetApartWithWhoAllowedIt) {
  const std::vector<AllowedDifference> allowed = {Allow("column public.t.*")};
  const Judged judged = Judge(Differ(), allowed, kToday);
  EXPECT_TRUE(judged.left.equal());
  ASSERT_THAT(judged.intentional, SizeIs(1));
  EXPECT_EQ(judged.intentional[0].by->owner, "ana");
  EXPECT_EQ(judged.left.names, Differ().names);
}

TEST_F(AllowedTest, AFieldAloneLeavesTheOthers) {
  std::vector<AllowedDifference> allowed = {Allow("column public.t.a")};
  allowed[0].field = "type";
  const Judged judged = Judge(Differ(), allowed, kToday);
  ASSERT_THAT(judged.left.differences, SizeIs(1));
  ASSERT_THAT(judged.left.differences[0].fields, SizeIs(1));
  EXPECT_EQ(judged.left.differences[0].fields[0].field, "not_null");
  EXPECT_EQ(judged.intentional[0].difference.fields[0].field, "type");
}

TEST_F(AllowedTest, EnvironmentsSayWhereItMayDiffer) {
  std::vector<AllowedDifference> allowed = {Allow("column public.t.a")};
  allowed[0].environments = {"prod"};
  EXPECT_TRUE(Judge(Differ(), allowed, kToday).left.equal());
  allowed[0].environments = {"dev"};
  EXPECT_FALSE(Judge(Differ(), allowed, kToday).left.equal());
}

TEST_F(AllowedTest, WhatHasExpiredCountsAgainAndIsNamed) {
  std::vector<AllowedDifference> allowed = {Allow("column public.t.a")};
  allowed[0].expires = kToday;
  EXPECT_TRUE(Judge(Differ(), allowed, kToday).left.equal());
  const Judged judged = Judge(Differ(), allowed, kToday + 1);
  EXPECT_FALSE(judged.left.equal());
  EXPECT_THAT(judged.expired, ElementsAre(&allowed[0]));
  EXPECT_THAT(judged.intentional, IsEmpty());
}

TEST(RulesTest, SchemasObjectsAndPartitionsAreNobodysBusiness) {
  const auto partition = [](const std::string& name, const std::string& parent) {
    schema::Table table;
    table.inherits = {parent};
    table.partition_bound = "DEFAULT";
    return MakeObject({ObjectKind::kTable, "public", "", name}, table);
  };
  Rules rules;
  rules.schemas = {"audit"};
  rules.objects = {"table public.tmp_*"};
  rules.partitions_of = {"public.Events"};
  const Snapshot left = WithoutNobodysBusiness(
      Of({Table("log", "audit"), Table("tmp_1"), ColumnOf("tmp_1", "a", "int"), Table("Events"),
          partition("events_1", "public.\"Events\""), partition("events_1_a", "public.events_1"),
          ColumnOf("events_1_a", "a", "int"), Table("kept"), ColumnOf("kept", "a", "int")}),
      rules);
  std::vector<std::string> names;
  for (const Object& object : left.objects) names.push_back(object.id.parent + "." + object.id.name);
  EXPECT_THAT(names, ElementsAre(".Events", ".kept", "kept.a"));
}

}  // namespace
}  // namespace ferry::diff
