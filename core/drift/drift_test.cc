#include "core/drift/drift.h"

#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ferry::drift {
namespace {

using schema::Object;
using schema::ObjectKind;
using schema::Snapshot;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Object Table(const std::string& name, const std::string& comment = "") {
  schema::Traits traits;
  traits.comment = comment;
  return schema::MakeObject({ObjectKind::kTable, "public", "", name}, schema::Table(), traits);
}
Object Column(const std::string& table, const std::string& name, const std::string& type) {
  schema::Column column;
  column.type = type;
  return schema::MakeObject({ObjectKind::kColumn, "public", table, name}, column);
}
Object Index(const std::string& table, const std::string& name) {
  return schema::MakeObject({ObjectKind::kIndex, "public", table, name}, schema::Index());
}
Snapshot Of(std::vector<Object> objects) {
  return schema::MakeSnapshot(std::move(objects), "15.0", absl::UnixEpoch());
}
ForeignStatement By(int64_t id, std::vector<std::string> names) {
  ForeignStatement statement;
  statement.id = id;
  statement.names = std::move(names);
  return statement;
}
std::vector<std::string> Names(const std::vector<DriftedObject>& drifted) {
  std::vector<std::string> names;
  for (const DriftedObject& object : drifted) names.push_back(object.id.name);
  return names;
}

TEST(Drift, NoneWhereAllIsAsExpected) {
  const Snapshot schema = Of({Table("prices"), Column("prices", "close", "numeric")});
  EXPECT_THAT(FindDrift(schema, schema, {}), IsEmpty());
}

TEST(Drift, NamesWhatCameWhatWentAndWhatIsAnother) {
  const Snapshot expected = Of({Table("gone"), Table("prices"), Column("prices", "close", "numeric")});
  const Snapshot actual =
      Of({Table("prices"), Column("prices", "close", "text"), Index("prices", "prices_hand_idx")});
  const std::vector<DriftedObject> drifted = FindDrift(expected, actual, {});
  EXPECT_THAT(Names(drifted), ElementsAre("gone", "close", "prices_hand_idx"));
  EXPECT_EQ(drifted[0].actual, nullptr);
  EXPECT_EQ(drifted[2].expected, nullptr);
  EXPECT_NE(StateOf(drifted[1].expected), StateOf(drifted[1].actual));
}

TEST(Drift, TheCauseIsTheStatementOnTheObjectItsTableOrAPartOfIt) {
  const Snapshot expected = Of({Table("prices"), Table("trades")});
  const Snapshot actual = Of({Table("prices", "noted"), Column("prices", "note", "text"),
                              Table("trades", "x"), Index("prices", "prices_hand_idx")});
  const std::vector<ForeignStatement> statements = {By(1, {"public"}), By(2, {"public", "prices"}),
                                                    By(3, {"public", "prices", "note"}),
                                                    By(4, {"public", "prices_hand_idx"})};
  const std::vector<DriftedObject> drifted = FindDrift(expected, actual, statements);
  ASSERT_THAT(Names(drifted), ElementsAre("prices", "trades", "note", "prices_hand_idx"));
  EXPECT_THAT(drifted[0].statements, ElementsAre(&statements[1], &statements[2]));
  EXPECT_THAT(drifted[1].statements, IsEmpty()) << "a statement on the schema is none on all that is in it";
  EXPECT_THAT(drifted[2].statements, ElementsAre(&statements[1], &statements[2]));
  EXPECT_THAT(drifted[3].statements, ElementsAre(&statements[1], &statements[3]));
}

TEST(Settle, TakesWhatOurOwnChangesMade) {
  const Snapshot before = Of({Table("prices")});
  const Snapshot now = Of({Table("prices"), Column("prices", "close", "numeric")});
  EXPECT_EQ(Settle(before, before, now, {}).root, now.root);
}

TEST(Settle, KeepsDriftThatWasThereBefore) {
  const Snapshot expected = Of({Table("prices"), Index("prices", "needed")});
  const Snapshot before = Of({Table("prices"), Index("prices", "by_hand")});
  const Snapshot now = Of({Table("prices"), Index("prices", "by_hand"), Table("added_by_us")});
  const Snapshot settled = Settle(expected, before, now, {});
  EXPECT_EQ(settled.root, Of({Table("prices"), Index("prices", "needed"), Table("added_by_us")}).root);
  EXPECT_THAT(Names(FindDrift(settled, now, {})), ElementsAre("by_hand", "needed"));
}

TEST(Settle, WhatOurChangesMadeOfDriftIsExpected) {
  const Snapshot expected = Of({Table("prices")});
  const Snapshot before = Of({Table("prices", "by hand")});
  const Snapshot now = Of({Table("prices", "by us")});
  EXPECT_EQ(Settle(expected, before, now, {}).root, now.root);
}

TEST(Settle, WhatSomebodyElseChangedMeanwhileIsDrift) {
  const Snapshot before = Of({Table("prices")});
  const Snapshot now = Of({Table("prices"), Column("prices", "close", "numeric"), Table("by_hand")});
  const Snapshot settled = Settle(before, before, now, {By(7, {"public", "by_hand"})});
  EXPECT_THAT(Names(FindDrift(settled, now, {})), ElementsAre("by_hand"));
}

}  // namespace
}  // namespace ferry::drift
