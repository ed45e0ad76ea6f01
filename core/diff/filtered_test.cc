#include "core/diff/filtered.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace ferry::diff {
namespace {

using schema::Filter;
using schema::MakeObject;
using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;
using schema::Snapshot;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Object SchemaOf(const std::string& name) {
  return MakeObject({ObjectKind::kSchema, name, "", name}, schema::SchemaNamespace());
}
Object Table(const std::string& space, const std::string& name) {
  return MakeObject({ObjectKind::kTable, space, "", name}, schema::Table());
}
Object Index(const std::string& space, const std::string& table, const std::string& name,
             const std::string& definition = "USING btree (a)") {
  schema::Index index;
  index.definition = definition;
  return MakeObject({ObjectKind::kIndex, space, table, name}, index);
}
Object View(const std::string& name, const std::string& definition, const std::string& of) {
  schema::View view;
  view.definition = definition;
  return MakeObject({ObjectKind::kView, "app", "", name}, view, {}, {{{ObjectKind::kTable, "app", "", of}}});
}
Snapshot Of(std::vector<Object> objects) {
  return schema::MakeSnapshot(std::move(objects), "15", absl::UnixEpoch());
}
std::vector<std::string> Names(const std::vector<Object>& objects) {
  std::vector<std::string> out;
  for (const Object& object : objects) out.push_back(object.id.schema + "." + object.id.name);
  return out;
}
std::vector<std::string> Differing(const Snapshot& a, const Snapshot& b, const Filter& filter) {
  std::vector<std::string> out;
  for (const Difference& d : Only(Compare({{"a", &a}, {"b", &b}}), filter).differences) {
    out.push_back(d.id.schema + "." + d.id.name);
  }
  return out;
}

TEST(FilteredTest, DifferencesOutsideAreLeftOut) {
  const Snapshot a = Of({Table("app", "t"), Table("app", "gone"), Table("audit", "log")});
  const Snapshot b = Of({Table("app", "t"), Index("app", "t", "by_a")});
  EXPECT_THAT(Differing(a, b, {}), ElementsAre("app.gone", "audit.log", "app.by_a"));
  EXPECT_THAT(Differing(a, b, {{"app"}, {}}), ElementsAre("app.gone", "app.by_a"));
  EXPECT_THAT(Differing(a, b, {{"audit"}, {}}), ElementsAre("audit.log"));
  EXPECT_THAT(Differing(a, b, {{}, {ObjectKind::kIndex}}), ElementsAre("app.by_a"));
  EXPECT_THAT(Differing(a, b, {{"audit"}, {ObjectKind::kIndex}}), IsEmpty());
}

TEST(FilteredTest, ASchemaThatNoSourceHasIsRefused) {
  const Snapshot a = Of({SchemaOf("app")}), b = Of({SchemaOf("audit")});
  EXPECT_TRUE(CheckSchemas({{"app", "audit"}, {}}, {{"a", &a}, {"b", &b}}).ok());
  const absl::Status refused = CheckSchemas({{"app", "nope"}, {}}, {{"a", &a}, {"b", &b}});
  EXPECT_TRUE(HasCode(refused, ErrorCode::kUsage));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("\"nope\""));
}

TEST(FilteredTest, TheWayToTheSecondLeavesTheRestAsTheFirstHasIt) {
  const Snapshot from = Of({Table("app", "t"), Table("app", "gone"), Index("app", "gone", "with_it"),
                            Index("app", "t", "by_a"), Table("audit", "log")});
  const Snapshot to =
      Of({Table("app", "t"), Table("app", "more"), Index("app", "t", "by_a", "USING hash (a)"),
          Index("app", "more", "by_b"), Table("audit", "other")});
  const auto names = [&](const Filter& filter) {
    const absl::StatusOr<Snapshot> out = OnlyFrom(from, to, filter);
    EXPECT_TRUE(out.ok()) << out.status();
    return out.ok() ? Names(out->objects) : std::vector<std::string>();
  };
  EXPECT_THAT(names({{"audit"}, {}}),
              ElementsAre("app.gone", "app.t", "audit.other", "app.with_it", "app.by_a"));
  EXPECT_THAT(names({{"app"}, {}}), ElementsAre("app.more", "app.t", "audit.log", "app.by_b", "app.by_a"));
  // The index of a table that is left out is not there before its table is.
  const absl::StatusOr<Snapshot> indexes = OnlyFrom(from, to, {{}, {ObjectKind::kIndex}});
  ASSERT_TRUE(indexes.ok());
  EXPECT_THAT(Names(indexes->objects), ElementsAre("app.gone", "app.t", "audit.log", "app.by_a"));
  EXPECT_EQ(std::get<schema::Index>(indexes->objects.back().body).definition, "USING hash (a)");
}

TEST(FilteredTest, WhatNeedsSomethingThatIsLeftOutIsRefused) {
  const Snapshot from = Of({Table("app", "t"), View("v", "SELECT 1", "t")});
  const Snapshot to = Of({Table("app", "more"), View("w", "SELECT 2", "more")});
  const auto refusal = [&](ObjectKind kind) {
    const absl::Status status = OnlyFrom(from, to, {{}, {kind}}).status();
    EXPECT_TRUE(HasCode(status, ErrorCode::kUsage)) << status;
    return std::string(status.message());
  };
  EXPECT_THAT(refusal(ObjectKind::kView), AllOf(HasSubstr("app.w"), HasSubstr("app.more")));
  EXPECT_THAT(refusal(ObjectKind::kTable), AllOf(HasSubstr("app.v"), HasSubstr("app.t")));
}

}  // namespace
}  // namespace ferry::diff
