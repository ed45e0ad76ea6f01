#include "rpc/plan_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "core/base/error.h"

namespace ferry::rpc {
namespace {

using ::testing::HasSubstr;

PlanFile Sample() {
  const std::string file =
      "-- migration: 1.0.0 init\n-- description: d\n-- ferry:up\nCREATE TABLE \"Größe\" (a int);\n"
      "-- ferry:down\nDROP TABLE \"Größe\";\n";
  absl::StatusOr<migration::Plan> plan = migration::BuildPlan({{"1.0.0_init.sql", file}});
  EXPECT_TRUE(plan.ok()) << plan.status();
  return {"trading", "1.0.0", *std::move(plan)};
}

std::string Text() {
  const absl::StatusOr<std::string> text = WritePlanFile(Sample());
  EXPECT_TRUE(text.ok()) << text.status();
  return text.value_or("");
}

ErrorCode Refusal(const std::string& text) { return CodeOf(ReadPlanFile(text).status()); }

TEST(PlanFile, IsReadAsItWasWrittenAndAlwaysTheSame) {
  const absl::StatusOr<PlanFile> read = ReadPlanFile(Text());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->plan.digest, Sample().plan.digest);
  EXPECT_EQ(read->name, "trading");
  EXPECT_EQ(read->to_version, "1.0.0");
  EXPECT_EQ(Text(), *WritePlanFile(*read));
  EXPECT_THAT(Text(), HasSubstr("\"signatures\": []"));
}

TEST(PlanFile, AnEditIsFound) {
  EXPECT_EQ(Refusal(absl::StrReplaceAll(Text(), {{"(a int)", "(a bigint)"}})),
            ErrorCode::kPlanDigestMismatch);
  EXPECT_EQ(
      Refusal(absl::StrReplaceAll(Text(), {{"\"to_version\": \"1.0.0\"", "\"to_version\": \"1.1.0\""}})),
      ErrorCode::kVersionUnknown);
}

TEST(PlanFile, WhatItDoesNotKnowIsRefused) {
  EXPECT_EQ(Refusal("not json"), ErrorCode::kProtocol);
  EXPECT_EQ(Refusal("{}"), ErrorCode::kProtocol);
  EXPECT_EQ(
      Refusal(absl::StrReplaceAll(Text(), {{"\"name\": \"trading\"", "\"name\": \"trading\", \"x\": 1"}})),
      ErrorCode::kProtocol);
  const std::string is_signed =
      absl::StrReplaceAll(Text(), {{"\"signatures\": []", "\"signatures\": [{\"key\": \"k\"}]"}});
  EXPECT_THAT(std::string(ReadPlanFile(is_signed).status().message()), HasSubstr("checks no signatures"));
}

}  // namespace
}  // namespace ferry::rpc
