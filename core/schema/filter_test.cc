#include "core/schema/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace ferry::schema {
namespace {

using Kind = ObjectKind;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Filter Parsed(const std::vector<std::string>& schemas, const std::vector<std::string>& kinds) {
  const absl::StatusOr<Filter> filter = ParseFilter(schemas, kinds);
  EXPECT_TRUE(filter.ok()) << filter.status();
  return filter.value_or(Filter());
}

std::string Refused(const std::vector<std::string>& schemas, const std::vector<std::string>& kinds) {
  const absl::Status status = ParseFilter(schemas, kinds).status();
  EXPECT_TRUE(HasCode(status, ErrorCode::kUsage)) << status;
  return std::string(status.message());
}

const ObjectId kTable{Kind::kTable, "app", "", "t"};
const ObjectId kIndex{Kind::kIndex, "app", "t", "by_a"};
const ObjectId kAppSchema{Kind::kSchema, "app", "", "app"};
const ObjectId kExtension{Kind::kExtension, "", "", "hstore"};
const ObjectId kMapping{Kind::kUserMapping, "", "other", "ana"};

TEST(FilterTest, KindsAreNamedWithBlanksOrHyphensAndAnUnknownOneListsAll) {
  EXPECT_THAT(Parsed({}, {"composite type", "text-search-parser", "table"}).kinds,
              ElementsAre(Kind::kCompositeType, Kind::kTextSearchParser, Kind::kTable));
  EXPECT_THAT(Refused({}, {"tables"}),
              AllOf(HasSubstr("\"tables\""), HasSubstr("table, column, "), HasSubstr("tablespace")));
  Refused({}, {""});
  Refused({""}, {});
  Refused({std::string("a\0b", 3)}, {});
  EXPECT_THAT(Refused({"app"}, {"table", "extension"}), HasSubstr("extension"));
}

TEST(FilterTest, AnEmptyFilterCoversEverything) {
  for (const ObjectId& id : {kTable, kIndex, kAppSchema, kExtension}) EXPECT_TRUE(Covers({}, id));
  EXPECT_TRUE(MustRead(Filter(), kExtension));
}

TEST(FilterTest, ASchemaCoversItselfAndWhatLiesInItAlone) {
  const Filter filter = Parsed({"app"}, {});
  EXPECT_TRUE(Covers(filter, kAppSchema));
  EXPECT_TRUE(Covers(filter, kTable));
  EXPECT_TRUE(Covers(filter, kIndex, Kind::kTable));
  EXPECT_FALSE(Covers(filter, {Kind::kTable, "audit", "", "t"}));
  EXPECT_FALSE(Covers(filter, kExtension));
  EXPECT_FALSE(MustRead(filter, Kind::kExtension));
  EXPECT_FALSE(MustRead(filter, kMapping));
}

TEST(FilterTest, AKindCoversWhatBelongsToItsObjects) {
  const Filter tables = Parsed({}, {"table"});
  EXPECT_TRUE(Covers(tables, kTable));
  EXPECT_TRUE(Covers(tables, kIndex, Kind::kTable));
  EXPECT_FALSE(Covers(tables, kIndex, Kind::kView));
  EXPECT_FALSE(Covers(tables, {Kind::kSequence, "app", "", "s"}));
  EXPECT_FALSE(Covers(tables, {Kind::kDefaultPrivileges, "app", "ana", "tables"}, Kind::kRole));
  EXPECT_TRUE(Covers(Parsed({}, {"server"}), kMapping, Kind::kForeignServer));
}

TEST(FilterTest, WhatCoveredObjectsBelongToMustBeRead) {
  const Filter indexes = Parsed({"app"}, {"index"});
  EXPECT_TRUE(Covers(indexes, kIndex, Kind::kTable));
  EXPECT_FALSE(Covers(indexes, kTable));
  EXPECT_TRUE(MustRead(indexes, kTable));
  EXPECT_TRUE(MustRead(indexes, Kind::kView));
  EXPECT_TRUE(MustRead(indexes, kAppSchema));
  EXPECT_FALSE(MustRead(indexes, Kind::kColumn));
  EXPECT_FALSE(MustRead(indexes, Kind::kFunction));
}

}  // namespace
}  // namespace ferry::schema
