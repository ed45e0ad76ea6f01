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

// Sets every field away from its default; `Again` away from that too.
struct Fill {
  int64_t step = 1;
  void operator()(absl::string_view, std::string& value, FieldUse = FieldUse::kCompared) { value += "x"; }
  void operator()(absl::string_view, bool& value, FieldUse = FieldUse::kCompared) { value = !value; }
  void operator()(absl::string_view, int64_t& value, FieldUse = FieldUse::kCompared) {
    value = value > 0 ? value - step : value + step;
  }
  void operator()(absl::string_view, std::vector<std::string>& value, FieldUse = FieldUse::kCompared) {
    value = {"sad", "it's, fine", "", "a', 'b"};
  }
};

template <size_t... I>
std::vector<Body> EmptyBodies(std::index_sequence<I...>) {
  return {Body(std::in_place_index<I>)...};
}

// One object of every kind, every field away from its default.
std::vector<Object> OneOfEach() {
  std::vector<Object> out;
  for (Body& body : EmptyBodies(std::make_index_sequence<std::variant_size_v<Body>>())) {
    std::visit([](auto& typed) { typed.VisitFields(typed, Fill()); }, body);
    Traits traits{"it's", {"selinux=x"}, "ada", {"@owner=SELECT"}, {}};
    traits.beneath.edit() = {"of its index", "of its sequence", {"selinux=y"}, {"@owner=USAGE"}};
    const auto kind = static_cast<ObjectKind>(body.index());
    const bool child = kind == ObjectKind::kColumn || kind == ObjectKind::kIndex;
    out.push_back(
        MakeObject(Id(kind, kind == ObjectKind::kTable ? "t" : "c", child ? "t" : ""), body, traits,
                   {{Id(ObjectKind::kEnum, "mood"), true}, {Id(ObjectKind::kEnum, "mood"), false}}));
  }
  return out;
}

TEST(ObjectTest, EveryKindComesBackFromItsFields) {
  std::set<ObjectKind> seen;
  for (const Object& object : OneOfEach()) {
    seen.insert(object.id.kind);
    const auto back = ObjectFromFields(object.id, Fields(object), object.dependencies);
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, object) << KindName(object.id.kind);
    EXPECT_EQ(*ObjectFromFields(object.id, FieldsToSend(object), object.dependencies), object);
    FieldList reversed = Fields(object);
    std::reverse(reversed.begin(), reversed.end());
    EXPECT_EQ(ObjectFromFields(object.id, reversed)->fingerprint, object.fingerprint);
  }
  EXPECT_EQ(seen.size(), std::variant_size_v<Body>);
}

TEST(ObjectTest, EveryComparedFieldChangesTheFingerprint) {
  for (const Object& object : OneOfEach()) {
    const FieldList sent = FieldsToSend(object);
    EXPECT_EQ(sent.size(), Fields(object).size())
        << "a field of " << KindName(object.id.kind) << " still has its default value";
    for (const auto& [name, value] : ComparedFields(object)) {
      FieldList without = sent;
      std::erase_if(without, [&](const auto& field) { return field.first == name; });
      const Object changed = *ObjectFromFields(object.id, without);
      const bool access = name == "owner" || name == "grants" || name == "sequence_grants";
      EXPECT_EQ(changed.fingerprint != object.fingerprint, !access) << name;
      EXPECT_EQ(changed.access_fingerprint != object.access_fingerprint, access) << name;
    }
  }
}

TEST(ObjectTest, DependenciesTravelAlongAndDifferInNothing) {
  const ObjectId id = Id(ObjectKind::kColumn, "amount", "orders");
  const Object without = MakeObject(id, Amount());
  const Object with = MakeObject(id, Amount(), {}, {{Id(ObjectKind::kEnum, "mood"), false}});
  EXPECT_EQ(with.fingerprint, without.fingerprint);
  EXPECT_EQ(with.access_fingerprint, without.access_fingerprint);
}

TEST(ObjectTest, AColumnsPlaceIsShownButNotCompared) {
  Column left = Amount();
  left.position = 1;
  Column right = Amount();
  right.position = 9;
  const ObjectId id = Id(ObjectKind::kColumn, "amount", "orders");
  EXPECT_EQ(MakeObject(id, left).fingerprint, MakeObject(id, right).fingerprint);
  EXPECT_THAT(Fields(MakeObject(id, right)), testing::Contains(testing::Pair("position", "9")));
  EXPECT_EQ(ComparedFields(MakeObject(id, right)).size() + 1, Fields(MakeObject(id, right)).size());
}

TEST(ObjectTest, FingerprintsAreStableAcrossReleases) {
  // Ledgers hold fingerprints: this value may only change together with the format tag.
  EXPECT_EQ(MakeObject(Id(ObjectKind::kColumn, "amount", "orders"), Amount()).fingerprint,
            "673db809b44c816dd8c02d2d41f56b2b958f0a22a5bee90b78753f0cbca30219");
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
  EXPECT_THAT(refused({{"labels", "'a'"}, {"colour", "red"}}).message(), HasSubstr("\"colour\" of enum"));
  EXPECT_THAT(refused({{"labels", "'a'"}, {"labels", "'b'"}}).message(),
              HasSubstr("repeated field \"labels\""));
  EXPECT_TRUE(HasCode(refused({{"colour", "red"}}), ErrorCode::kProtocol));
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
  const Snapshot sent = MakeSnapshot(objects, "", absl::UnixEpoch());
  const std::string& root = sent.root;
  const std::string& access = sent.access_root;
  EXPECT_TRUE(SnapshotFromPeer(objects, root, access, "15.20", absl::UnixEpoch()).ok());
  EXPECT_TRUE(
      HasCode(SnapshotFromPeer({}, root, access, "15.20", absl::UnixEpoch()).status(), ErrorCode::kProtocol));
  std::vector<Object> twice = objects;
  twice.push_back(objects[1]);
  EXPECT_THAT(SnapshotFromPeer(twice, root, access, "15.20", absl::UnixEpoch()).status().message(),
              HasSubstr("\"public.t\" twice"));
}

}  // namespace
}  // namespace ferry::schema
