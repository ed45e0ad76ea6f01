#include "core/diff/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace ferry::diff {
namespace {

using schema::MakeObject;
using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;
using schema::Snapshot;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ObjectId Id(ObjectKind kind, std::string name, std::string parent = "") {
  return {kind, "public", std::move(parent), std::move(name)};
}
Object Table(const std::string& name) { return MakeObject(Id(ObjectKind::kTable, name), schema::Table{}); }
Object Column(const std::string& table, const std::string& name, const std::string& type,
              int64_t position = 0) {
  schema::Column column;
  column.type = type;
  column.position = position;
  return MakeObject(Id(ObjectKind::kColumn, name, table), column);
}
Object Index(const std::string& table, const std::string& name) {
  return MakeObject(Id(ObjectKind::kIndex, name, table), schema::Index{});
}
Snapshot Of(std::vector<Object> objects) {
  return schema::MakeSnapshot(std::move(objects), "15.20", absl::UnixEpoch());
}
DiffResult CompareAll(const std::vector<Snapshot>& snapshots) {
  std::vector<std::pair<std::string, const Snapshot*>> sources;
  const std::vector<std::string> names = {"dev", "staging", "prod", "eu"};
  for (size_t i = 0; i < snapshots.size(); ++i) sources.emplace_back(names[i], &snapshots[i]);
  return Compare(sources);
}
std::vector<std::string> Names(const DiffResult& result) {
  std::vector<std::string> names;
  for (const Difference& d : result.differences) names.push_back(d.id.name);
  return names;
}

TEST(DiffTest, EqualSchemasHaveNoDifference) {
  const Snapshot a = Of({Table("orders"), Column("orders", "id", "bigint", 1)});
  const Snapshot b = Of({Column("orders", "id", "bigint", 4), Table("orders")});
  const DiffResult result = CompareAll({a, b});
  EXPECT_TRUE(result.equal());
  EXPECT_THAT(result.names, ElementsAre("dev", "staging"));
  EXPECT_TRUE(CompareAll({Of({}), Of({})}).equal());
}

TEST(DiffTest, NamesChangedFieldsWithTheValueOfEverySource) {
  const DiffResult result =
      CompareAll({Of({Table("o"), Column("o", "id", "integer"), Column("o", "old", "text")}),
                  Of({Table("o"), Column("o", "id", "bigint"), Column("o", "new", "text")})});
  EXPECT_THAT(Names(result), ElementsAre("id", "new", "old"));
  const Difference& changed = result.differences[0];
  ASSERT_EQ(changed.fields.size(), 1U);
  EXPECT_EQ(changed.fields[0].field, "type");
  EXPECT_THAT(changed.fields[0].values, ElementsAre("integer", "bigint"));
  EXPECT_FALSE(result.differences[1].fingerprints[0].has_value());
  EXPECT_TRUE(result.differences[1].fingerprints[1].has_value());
  EXPECT_THAT(result.differences[1].fields, IsEmpty());
}

TEST(DiffTest, WhatBelongsToAnAbsentTableIsNotListedAgain) {
  const DiffResult result =
      CompareAll({Of({}), Of({Table("o"), Column("o", "id", "bigint"), Index("o", "o_id")})});
  EXPECT_THAT(Names(result), ElementsAre("o"));
}

TEST(DiffTest, AnIndexOnAMaterializedViewBelongsToTheView) {
  const Object view = MakeObject(Id(ObjectKind::kView, "mv"), schema::View{true, "SELECT 1;"});
  EXPECT_THAT(Names(CompareAll({Of({}), Of({view, Index("mv", "mv_i")})})), ElementsAre("mv"));
  const DiffResult result = CompareAll({Of({view}), Of({view, Index("mv", "mv_i")})});
  EXPECT_THAT(Names(result), ElementsAre("mv_i"));
  EXPECT_EQ(result.differences[0].parent_kind, ObjectKind::kView);
}

TEST(DiffTest, OwnersGrantsAndCommentsAreComparedAsAsked) {
  const auto with = [](schema::Traits traits) {
    return Of({MakeObject(Id(ObjectKind::kTable, "o"), schema::Table{}, std::move(traits))});
  };
  const Snapshot ada = with({"", {}, "ada", {}});
  const Snapshot bob = with({"", {}, "bob", {"@owner=SELECT", "app=SELECT"}});
  const auto fields = [](const Snapshot& a, const Snapshot& b, const CompareOptions& options) {
    std::vector<std::string> out;
    for (const Difference& d : Compare({{"a", &a}, {"b", &b}}, options).differences) {
      EXPECT_NE(d.fingerprints[0], d.fingerprints[1]);
      for (const FieldChange& f : d.fields) out.push_back(f.field);
    }
    return out;
  };
  EXPECT_THAT(fields(ada, bob, {}), ElementsAre("owner", "grants"));
  EXPECT_THAT(fields(ada, bob, {true, false, true}), ElementsAre("grants"));
  EXPECT_THAT(fields(ada, bob, CompareOptions::StructureOnly()), ElementsAre());
  const Snapshot told = with({"orders of the shop", {}, "ada", {}});
  EXPECT_THAT(fields(ada, told, {}), ElementsAre("comment"));
  EXPECT_THAT(fields(ada, told, {false, true, true}), ElementsAre());
}

TEST(DiffTest, WithThreeSourcesChildrenAreComparedWhereTheTableIs) {
  const Snapshot none = Of({});
  const Snapshot narrow = Of({Table("o"), Column("o", "id", "integer")});
  const Snapshot wide = Of({Table("o"), Column("o", "id", "bigint")});
  EXPECT_THAT(Names(CompareAll({narrow, narrow, none})), ElementsAre("o"));
  const DiffResult result = CompareAll({narrow, none, wide});
  EXPECT_THAT(Names(result), ElementsAre("o", "id"));
  EXPECT_THAT(result.differences[1].fields[0].values, ElementsAre("integer", "", "bigint"));
  // Where a source has the table but not the column, the column is a difference of its own.
  EXPECT_THAT(Names(CompareAll({narrow, none, Of({Table("o")})})), ElementsAre("o", "id"));
}

// Against the obvious quadratic comparison, on random schemas.
TEST(DiffTest, AgreesWithTheObviousComparison) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Snapshot> snapshots;
    for (int source = 0; source < 3; ++source) {
      std::vector<Object> objects = {Table("t")};
      for (int c = 0; c < 6; ++c) {
        if (random() % 4 != 0) {
          objects.push_back(
              Column("t", std::string(1, static_cast<char>('a' + c)), random() % 3 ? "text" : "date"));
        }
      }
      snapshots.push_back(Of(std::move(objects)));
    }
    std::vector<std::string> expected;
    for (int c = 0; c < 6; ++c) {
      const ObjectId id = Id(ObjectKind::kColumn, std::string(1, static_cast<char>('a' + c)), "t");
      std::vector<std::string> prints;
      for (const Snapshot& s : snapshots)
        prints.push_back(s.Find(id) == nullptr ? "" : s.Find(id)->fingerprint);
      if (prints[0] != prints[1] || prints[0] != prints[2]) expected.push_back(id.name);
    }
    EXPECT_EQ(Names(CompareAll(snapshots)), expected);
  }
}

}  // namespace
}  // namespace ferry::diff
