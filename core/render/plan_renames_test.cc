#include "core/render/plan_renames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ferry::render {
namespace {

using schema::MakeObject;
using schema::ObjectKind;
using schema::Snapshot;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Snapshot TableWith(const std::string& table, const std::vector<std::string>& columns) {
  std::vector<schema::Object> objects = {
      MakeObject({ObjectKind::kTable, "public", "", table}, schema::Table())};
  for (const std::string& column : columns) {
    objects.push_back(MakeObject({ObjectKind::kColumn, "public", table, column}, schema::Column()));
  }
  return schema::MakeSnapshot(std::move(objects), "15", absl::UnixEpoch());
}

std::vector<std::string> Between(const Snapshot& from, const Snapshot& to,
                                 const std::vector<Rename>& declared = {}) {
  const std::vector<RenameStep> steps = {{"public", "prices", "close", "last"},
                                         {"public", "prices", "", "quotes"},
                                         {"public", "quotes", "last", "close_price"},
                                         {"public", "quotes", "", "bars"}};
  std::vector<std::string> out;
  for (const Rename& rename : RenamesBetween(declared, steps, from, to)) out.push_back(RenameText(rename));
  return out;
}

TEST(RenamesBetweenTest, FromEachPlaceOfThePlanOnlyWhatIsStillToCome) {
  const Snapshot end = TableWith("bars", {"id", "close_price"});
  EXPECT_THAT(Between(TableWith("prices", {"id", "close"}), end),
              ElementsAre("public.prices=bars", "public.prices.close=close_price"));
  EXPECT_THAT(Between(TableWith("quotes", {"id", "last"}), end),
              ElementsAre("public.quotes=bars", "public.quotes.last=close_price"));
  EXPECT_THAT(Between(TableWith("quotes", {"id", "close_price"}), end), ElementsAre("public.quotes=bars"));
  EXPECT_THAT(Between(end, end), IsEmpty());
}

TEST(RenamesBetweenTest, WhatDoesNotFitBothIsNone) {
  EXPECT_THAT(Between(TableWith("prices", {"close"}), TableWith("bars", {"id"})),
              ElementsAre("public.prices=bars"));
  EXPECT_THAT(Between(TableWith("prices", {"close"}), TableWith("prices", {"close"})), IsEmpty());
  EXPECT_THAT(Between(TableWith("others", {"close"}), TableWith("bars", {"close_price"})), IsEmpty());
  EXPECT_THAT(Between(TableWith("prices", {"close", "close_price"}), TableWith("bars", {"close_price"})),
              ElementsAre("public.prices=bars"));
}

TEST(RenamesBetweenTest, WhatIsDeclaredCountsMore) {
  Snapshot to = TableWith("bars", {"close_price"});
  const Snapshot other = TableWith("candles", {"close"});
  to.objects.insert(to.objects.end(), other.objects.begin(), other.objects.end());
  to = schema::MakeSnapshot(std::move(to.objects), "15", absl::UnixEpoch());
  EXPECT_THAT(Between(TableWith("prices", {"close"}), to, {*ParseRename("public.prices=candles")}),
              ElementsAre("public.prices=candles"));
}

}  // namespace
}  // namespace ferry::render
