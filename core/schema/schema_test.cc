#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "core/base/error.h"
#include "core/schema/snapshot.h"

namespace ferry::schema {
namespace {

using ::testing::HasSubstr;

ObjectId Id(ObjectKind kind, std::string name, std::string parent = "", std::string schema = "public") {
  return {kind, std::move(schema), std::move(parent), std::move(name)};
}

Column Amount() {
  Column column;
  column.type = "numeric(10,2)";
  column.not_null = true;
  column.default_expression = "0";
  return column;
}

// One object of every kind, every field away from its default.
std::vector<Object> OneOfEach() {
  Table table{"partitioned table", "unlogged", "",   "fillfactor=70", "files", {"a.b", "c.d"}, "LIST (x)",
              "FOR VALUES IN (1)", true,       true, "full"};
  Column column{"text", true, "'x'", "always", "start 1", "stored", "a + b", "public.\"de\"", 7};
  return {
      MakeObject(Id(ObjectKind::kSchema, "public"), SchemaNamespace{}),
      MakeObject(Id(ObjectKind::kTable, "t"), table),
      MakeObject(Id(ObjectKind::kColumn, "c", "t"), column),
      MakeObject(Id(ObjectKind::kConstraint, "t_check", "t"),
                 Constraint{"check", "CHECK (true)", false, "fillfactor=50", true, true}),
      MakeObject(Id(ObjectKind::kIndex, "i", "t"), Index{"CREATE INDEX …", false, false, "p.i", true, true}),
      MakeObject(Id(ObjectKind::kSequence, "s"),
                 Sequence{"integer", -5, -1, std::numeric_limits<int64_t>::min(), -1, 20, true, "unlogged",
                          "public.t.c"}),
      MakeObject(Id(ObjectKind::kView, "v"), View{true, "SELECT 1;", "security_barrier=true"}),
      MakeObject(Id(ObjectKind::kFunction, "f(integer)"), Function{"procedure", "CREATE …"}),
      MakeObject(Id(ObjectKind::kTrigger, "tr", "t"), Trigger{"CREATE TRIGGER …", "always"}),
      MakeObject(Id(ObjectKind::kEnum, "mood"), Enum{{"sad", "it's, fine", "", "a', 'b"}})};
}

TEST(ObjectTest, EveryKindComesBackFromItsFields) {
  std::set<ObjectKind> seen;
  for (const Object& object : OneOfEach()) {
    seen.insert(object.id.kind);
    const auto back = ObjectFromFields(object.id, Fields(object));
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, object) << KindName(object.id.kind);
    FieldList reversed = Fields(object);
    std::reverse(reversed.begin(), reversed.end());
    EXPECT_EQ(ObjectFromFields(object.id, reversed)->fingerprint, object.fingerprint);
  }
  EXPECT_EQ(seen.size(), std::variant_size_v<Body>);
}

TEST(ObjectTest, EveryComparedFieldChangesTheFingerprint) {
  for (const Object& object : OneOfEach()) {
    const Object plain = *ObjectFromFields(object.id, [&] {
      FieldList fields = Fields(object);
      return fields;
    }());
    EXPECT_EQ(plain.fingerprint, object.fingerprint);
    for (const auto& [name, value] : ComparedFields(object)) {
      FieldList changed = Fields(object);
      for (auto& field : changed) {
        if (field.first != name) continue;
        if (value == "true" || value == "false") {
          field.second = value == "true" ? "false" : "true";
        } else if (name == "labels" || name == "inherits") {
          field.second = "";
        } else if (name == "start" || name == "increment" || name == "min" || name == "max" ||
                   name == "cache") {
          field.second = "3";
        } else {
          field.second += "x";
        }
      }
      EXPECT_NE(ObjectFromFields(object.id, changed)->fingerprint, object.fingerprint) << name;
    }
  }
}

TEST(ObjectTest, AColumnsPlaceIsShownButNotCompared) {
  Column left = Amount();
  left.position = 1;
  Column right = Amount();
  right.position = 9;
  const ObjectId id = Id(ObjectKind::kColumn, "amount", "orders");
  EXPECT_EQ(MakeObject(id, left).fingerprint, MakeObject(id, right).fingerprint);
  EXPECT_EQ(Fields(MakeObject(id, right)).back(), (std::pair<std::string, std::string>("position", "9")));
  EXPECT_EQ(ComparedFields(MakeObject(id, right)).size() + 1, Fields(MakeObject(id, right)).size());
}

TEST(ObjectTest, FingerprintsAreStableAcrossReleases) {
  // Ledgers hold fingerprints: this value may only change together with the format tag.
  EXPECT_EQ(MakeObject(Id(ObjectKind::kColumn, "amount", "orders"), Amount()).fingerprint,
            "28b87eb10abc78ba072c5087c685252be05dfa96cdfdbd7ec68d6dde00b37675");
}

TEST(ObjectTest, NamesCannotBeMovedAcrossTheirBorders) {
  const Object a = MakeObject(Id(ObjectKind::kColumn, "c", "tb"), Amount());
  const Object b = MakeObject(Id(ObjectKind::kColumn, "bc", "t"), Amount());
  EXPECT_NE(a.fingerprint, b.fingerprint);
  const Object index = MakeObject(Id(ObjectKind::kIndex, "x", "t"), Index{});
  const Object trigger = MakeObject(Id(ObjectKind::kTrigger, "x", "t"), Trigger{});
  EXPECT_NE(index.fingerprint, trigger.fingerprint);
}

TEST(ObjectTest, FieldsThatDoNotFitAreRefusedByName) {
  const Object object = MakeObject(Id(ObjectKind::kEnum, "mood"), Enum{{"sad"}});
  const auto refused = [&](FieldList fields) { return ObjectFromFields(object.id, fields).status(); };
  EXPECT_THAT(refused({}).message(), HasSubstr("missing field \"labels\""));
  EXPECT_THAT(refused({{"labels", "'a'"}, {"colour", "red"}}).message(), HasSubstr("\"colour\" of enum"));
  EXPECT_THAT(refused({{"labels", "'a'"}, {"labels", "'b'"}}).message(),
              HasSubstr("repeated field \"labels\""));
  EXPECT_TRUE(HasCode(refused({}), ErrorCode::kProtocol));
  for (const char* bad : {"a", "'a", "'a',", "'a','b'", "'a', ", "'a''", "'a' "}) {
    EXPECT_THAT(refused({{"labels", bad}}).message(), HasSubstr("malformed value")) << bad;
  }
}

TEST(FieldTest, OnlyTheCanonicalFormIsRead) {
  bool flag = false;
  int64_t number = 0;
  EXPECT_FALSE(DecodeField("yes", flag));
  EXPECT_TRUE(DecodeField("true", flag));
  for (const char* bad : {"", "+1", "01", " 1", "1.0", "9223372036854775808"}) {
    EXPECT_FALSE(DecodeField(bad, number)) << bad;
  }
  EXPECT_TRUE(DecodeField("-9223372036854775808", number));
}

TEST(KindTest, NamesRoundTrip) {
  for (const Object& object : OneOfEach()) {
    EXPECT_EQ(KindFromName(KindName(object.id.kind)), object.id.kind);
    EXPECT_EQ(static_cast<size_t>(object.id.kind), object.body.index());
  }
  EXPECT_EQ(KindFromName("tables"), std::nullopt);
}

TEST(SnapshotTest, TheRootIgnoresOrderServerAndTime) {
  std::vector<Object> objects = OneOfEach();
  const Snapshot one = MakeSnapshot(objects, "15.20", absl::FromUnixSeconds(1));
  std::reverse(objects.begin(), objects.end());
  const Snapshot two = MakeSnapshot(objects, "17.4", absl::FromUnixSeconds(2));
  EXPECT_EQ(one.root, two.root);
  EXPECT_EQ(one.objects, two.objects);
  objects.pop_back();
  EXPECT_NE(MakeSnapshot(objects, "15.20", absl::FromUnixSeconds(1)).root, one.root);
  EXPECT_EQ(MakeSnapshot({}, "", absl::UnixEpoch()).root.size(), 64U);
}

TEST(SnapshotTest, FindsObjectsById) {
  const Snapshot snapshot = MakeSnapshot(OneOfEach(), "15.20", absl::UnixEpoch());
  ASSERT_NE(snapshot.Find(Id(ObjectKind::kColumn, "c", "t")), nullptr);
  EXPECT_EQ(snapshot.Find(Id(ObjectKind::kColumn, "d", "t")), nullptr);
}

TEST(SnapshotTest, APeersSnapshotMustHaveTheRootItClaimsAndNoObjectTwice) {
  const std::vector<Object> objects = OneOfEach();
  const std::string root = MakeSnapshot(objects, "", absl::UnixEpoch()).root;
  EXPECT_TRUE(SnapshotFromPeer(objects, root, "15.20", absl::UnixEpoch()).ok());
  EXPECT_TRUE(HasCode(SnapshotFromPeer({}, root, "15.20", absl::UnixEpoch()).status(), ErrorCode::kProtocol));
  std::vector<Object> twice = objects;
  twice.push_back(objects[1]);
  EXPECT_THAT(SnapshotFromPeer(twice, root, "15.20", absl::UnixEpoch()).status().message(),
              HasSubstr("\"public.t\" twice"));
}

}  // namespace
}  // namespace ferry::schema
