#include "core/drift/select.h"

#include "gtest/gtest.h"

namespace ferry::drift {
namespace {

using schema::ObjectId;
using schema::ObjectKind;

const ObjectId kIndex = {ObjectKind::kIndex, "public", "prices", "hand_idx"};

TEST(Selects, AnObjectByItsName) {
  EXPECT_TRUE(Selects("index public.prices.hand_idx", kIndex, ObjectKind::kTable));
  EXPECT_TRUE(Selects("index public.prices.*", kIndex, ObjectKind::kTable));
  EXPECT_FALSE(Selects("index public.prices.hand", kIndex, ObjectKind::kTable));
  EXPECT_FALSE(Selects("public.prices.hand_idx", kIndex, ObjectKind::kTable));
}

TEST(Selects, WhatBelongsToATableOrView) {
  EXPECT_TRUE(Selects("table public.prices", kIndex, ObjectKind::kTable));
  EXPECT_FALSE(Selects("view public.prices", kIndex, ObjectKind::kTable));
  EXPECT_TRUE(Selects("view public.prices", kIndex, ObjectKind::kView));
  EXPECT_FALSE(Selects("table public.price", kIndex, ObjectKind::kTable));
}

TEST(Selects, NotWhatStandsAlone) {
  const ObjectId table = {ObjectKind::kTable, "public", "", "prices"};
  EXPECT_TRUE(Selects("table public.prices", table, ObjectKind::kTable));
  EXPECT_FALSE(Selects("table public.", table, ObjectKind::kTable));
}

}  // namespace
}  // namespace ferry::drift
