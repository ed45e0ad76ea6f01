// What every implementation of Store must do, as tests: here epoch, plans, pipeline and fleet; promotions,
// events, reports and their chain are in conformance_promotions.h, decisions about drift in
// conformance_drift.h. An implementation includes all three and instantiates them:
//   INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance, testing::Values(&MakeSqliteUnderTest));
#ifndef FERRY_CONTROLLER_STORE_CONFORMANCE_H_
#define FERRY_CONTROLLER_STORE_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controller/store/store.h"
#include "core/base/error.h"

namespace ferry::store {

// A fresh, empty store that can be closed and opened again on what it holds.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual Store& store() = 0;
  virtual void Reopen() = 0;
};

using StoreFactory = std::unique_ptr<StoreUnderTest> (*)();

inline const absl::Time kNoon = absl::FromUnixSeconds(1795435200);

inline promotion::Request RequestFor(const std::string& id, const std::string& environment) {
  promotion::Request r;
  r.promotion_id = id;
  r.request_id = absl::StrCat("request of ", id);
  r.kind = promotion::Kind::kRollback;
  r.environment = environment;
  r.plan_name = "trading";
  r.plan_digest = std::string(64, 'a');
  r.to_version = "1.1.0";
  r.requested_by = "anna";
  r.targets = {"prod-1", "prod-2"};
  return r;
}

inline promotion::Event EventAt(int second, promotion::EventType type = promotion::EventType::kStepSent) {
  promotion::Event e;
  e.type = type;
  e.at = kNoon + absl::Seconds(second);
  e.run_id = "run-1";
  e.step = {promotion::StepKind::kApply, "1.1.0"};
  e.attempt = second + 1;
  e.rule = "R4";
  e.text = absl::StrCat("event ", second);
  e.facts = {{"command_id", absl::StrCat("cmd-", second)}, {"note", "it's \"quoted\"\n"}};
  return e;
}

inline PlanRecord PlanOf(const std::string& digest, const std::string& name) {
  const std::string binary("-- zero \0 and \xff\r\n", 17);
  return {digest,
          name,
          {{"1.0.0_a.sql", "CREATE TABLE a ();"}, {"1.1.0_b.sql", binary}, {"empty.sql", ""}},
          "anna",
          kNoon};
}

class StoreConformance : public testing::TestWithParam<StoreFactory> {
 protected:
  Store& store() { return under_test_->store(); }
  void Reopen() { under_test_->Reopen(); }

  std::string Create(const std::string& id, const std::string& environment) {
    const auto created = store().CreatePromotion(RequestFor(id, environment), kNoon, {EventAt(0)});
    EXPECT_TRUE(created.ok()) << created.status();
    return created.value_or("");
  }
  absl::StatusOr<bool> Append(const std::string& id, int64_t expected,
                              const std::vector<promotion::Event>& events,
                              promotion::PromotionState state = promotion::PromotionState::kRunning,
                              const std::optional<ReportKey>& report = std::nullopt) {
    return store().AppendEvents(id, expected, events, state, report);
  }
  int64_t ChainLength() {
    const auto report = store().VerifyChain();
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? report->events : -1;
  }

 private:
  std::unique_ptr<StoreUnderTest> under_test_ = GetParam()();
};

TEST_P(StoreConformance, TheEpochRisesByOneAndSurvives) {
  EXPECT_EQ(*store().RaiseEpoch(), 1);
  EXPECT_EQ(*store().RaiseEpoch(), 2);
  Reopen();
  EXPECT_EQ(*store().RaiseEpoch(), 3);
}

TEST_P(StoreConformance, APlanComesBackByteForByte) {
  EXPECT_TRUE(*store().PutPlan(PlanOf("d1", "trading")));
  Reopen();
  const auto plan = store().GetPlan("d1");
  ASSERT_TRUE(plan.ok()) << plan.status();
  const PlanRecord expected = PlanOf("d1", "trading");
  ASSERT_EQ(plan->files.size(), expected.files.size());
  for (size_t i = 0; i < expected.files.size(); ++i) {
    EXPECT_EQ(plan->files[i].name, expected.files[i].name);
    EXPECT_EQ(plan->files[i].content, expected.files[i].content);
  }
  EXPECT_EQ(plan->name, "trading");
  EXPECT_EQ(plan->registered_by, "anna");
  EXPECT_EQ(plan->registered_at, kNoon);
}

TEST_P(StoreConformance, APlanIsRegisteredOnceAndNeverChanged) {
  EXPECT_TRUE(*store().PutPlan(PlanOf("d1", "trading")));
  PlanRecord other = PlanOf("d1", "renamed");
  other.files.clear();
  EXPECT_FALSE(*store().PutPlan(other));
  EXPECT_EQ(store().GetPlan("d1")->name, "trading");
  EXPECT_EQ(store().GetPlan("d1")->files.size(), 3U);
}

TEST_P(StoreConformance, AnUnknownPlanIsSaidToBeUnknown) {
  EXPECT_TRUE(HasCode(store().GetPlan("nope").status(), ErrorCode::kPlanUnknown));
  EXPECT_TRUE(HasCode(store().GetPlan("").status(), ErrorCode::kPlanUnknown));
}

TEST_P(StoreConformance, PlansAreListedNewestFirst) {
  for (const char* digest : {"d1", "d2", "d3"}) {
    ASSERT_TRUE(store().PutPlan(PlanOf(digest, digest[1] == '2' ? "other" : "trading")).ok());
  }
  const auto all = store().ListPlans("", false);
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ(all->at(0).digest, "d3");
  EXPECT_EQ(all->at(2).digest, "d1");
  EXPECT_EQ(all->at(0).files.at(0).name, "1.0.0_a.sql");
  EXPECT_EQ(all->at(0).files.at(0).content, "");
  const auto named = store().ListPlans("trading", true);
  ASSERT_EQ(named->size(), 2U);
  EXPECT_EQ(named->at(1).files.at(0).content, "CREATE TABLE a ();");
  EXPECT_TRUE(store().ListPlans("nobody's", true)->empty());
}

TEST_P(StoreConformance, ThePipelineIsReplacedAndKeepsItsOrder) {
  EXPECT_TRUE(store().Pipeline()->empty());
  ASSERT_TRUE(store().SetPipeline({{"prod", {"z", "a"}}, {"dev", {"m"}}}).ok());
  ASSERT_TRUE(store().SetPipeline({{"dev", {"m"}}, {"staging", {"a", "s"}}, {"prod", {"z"}}}).ok());
  Reopen();
  const auto pipeline = store().Pipeline();
  ASSERT_EQ(pipeline->size(), 3U);
  EXPECT_EQ(pipeline->at(0).name, "dev");
  EXPECT_EQ(pipeline->at(1).targets, (std::vector<std::string>{"a", "s"}));
  EXPECT_EQ(pipeline->at(2).name, "prod");
}

TEST_P(StoreConformance, APipelineWithATargetTwiceChangesNothing) {
  ASSERT_TRUE(store().SetPipeline({{"dev", {"m"}}}).ok());
  EXPECT_TRUE(HasCode(store().SetPipeline({{"dev", {"m"}}, {"prod", {"m"}}}), ErrorCode::kStore));
  EXPECT_EQ(store().Pipeline()->size(), 1U);
}

TEST_P(StoreConformance, TargetsAndAgentsAreWhatTheyLastSaid) {
  const std::string status("opaque \0\xff", 9);
  ASSERT_TRUE(store().PutTarget({"prod-2", "agent", "old", kNoon}).ok());
  ASSERT_TRUE(store().PutTarget({"prod-2", "agent", status, kNoon + absl::Seconds(1)}).ok());
  ASSERT_TRUE(store().PutTarget({"prod-1", "agent", "", kNoon}).ok());
  ASSERT_TRUE(store().PutAgent({"agent", "0.1.0", "ipv4:10.0.0.1:4", {"backfill"}, {"prod-1"}, kNoon}).ok());
  ASSERT_TRUE(store().PutAgent({"agent", "0.2.0", "unix:", {}, {"prod-1", "prod-2"}, kNoon}).ok());
  Reopen();
  const auto targets = store().ListTargets();
  ASSERT_EQ(targets->size(), 2U);
  EXPECT_EQ(targets->at(0).target_id, "prod-1");
  EXPECT_EQ(targets->at(1).status, status);
  EXPECT_EQ(targets->at(1).updated_at, kNoon + absl::Seconds(1));
  const auto agents = store().ListAgents();
  ASSERT_EQ(agents->size(), 1U);
  EXPECT_EQ(agents->at(0).software, "0.2.0");
  EXPECT_EQ(agents->at(0).peer, "unix:");
  EXPECT_TRUE(agents->at(0).capabilities.empty());
  EXPECT_EQ(agents->at(0).target_ids, (std::vector<std::string>{"prod-1", "prod-2"}));
  EXPECT_EQ(agents->at(0).last_seen, kNoon);
}

}  // namespace ferry::store

#endif  // FERRY_CONTROLLER_STORE_CONFORMANCE_H_
