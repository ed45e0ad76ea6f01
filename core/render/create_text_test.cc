#include "core/render/create_text.h"

#include "core/render/render_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ferry::render {
namespace {

using schema::ObjectKind;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

schema::Snapshot Sample() {
  schema::Column column;
  column.type = "integer";
  column.position = 1;
  schema::Index index;
  index.definition = "CREATE INDEX prices_id_idx ON public.prices USING btree (id)";
  schema::View view;
  view.definition = " SELECT prices.id\n   FROM public.prices;";
  return schema::MakeSnapshot(
      {Thing(InPublic("prices"), schema::Table()), Thing(InPublic("other"), schema::Table()),
       Thing(InPublic("id", "prices"), column), Thing(InPublic("prices_id_idx", "prices"), index),
       Thing(InPublic("daily"), view, {}, {{{ObjectKind::kTable, "public", "", "prices"}, false}})},
      "15.1", absl::UnixEpoch());
}

TEST(CreateTextTest, ATableWithItsPartsWhicheverOfThemIsAskedFor) {
  const schema::Snapshot snapshot = Sample();
  const std::string text =
      CreateText(snapshot, {ObjectKind::kTable, "public", "", "prices"}, ObjectKind::kTable);
  EXPECT_THAT(text, AllOf(HasSubstr("CREATE TABLE public.prices"), HasSubstr("id integer"),
                          HasSubstr("prices_id_idx"), Not(HasSubstr("other"))));
  EXPECT_EQ(CreateText(snapshot, {ObjectKind::kColumn, "public", "prices", "id"}, ObjectKind::kTable), text);
  EXPECT_EQ(CreateText(snapshot, {ObjectKind::kColumn, "public", "prices", "not_yet"}, ObjectKind::kTable),
            text);
}

TEST(CreateTextTest, AViewWithoutWhatItNeeds) {
  const std::string text =
      CreateText(Sample(), {ObjectKind::kView, "public", "", "daily"}, ObjectKind::kTable);
  EXPECT_THAT(text, AllOf(HasSubstr("CREATE VIEW public.daily"), Not(HasSubstr("CREATE TABLE"))));
}

TEST(CreateTextTest, NothingForWhatIsNotThere) {
  EXPECT_EQ(CreateText(Sample(), {ObjectKind::kTable, "public", "", "gone"}, ObjectKind::kTable), "");
  EXPECT_EQ(CreateText(Sample(), {ObjectKind::kColumn, "public", "gone", "id"}, ObjectKind::kTable), "");
}

}  // namespace
}  // namespace ferry::render
