// What every implementation of Store must do with decisions about drift, as tests. See conformance.h.
#ifndef FERRY_CONTROLLER_STORE_CONFORMANCE_DRIFT_H_
#define FERRY_CONTROLLER_STORE_CONFORMANCE_DRIFT_H_

#include "controller/store/conformance.h"

namespace ferry::store {

inline DriftDecision DecisionFor(const std::string& target, const std::string& name) {
  DriftDecision d;
  d.environment = "prod";
  d.target_id = target;
  d.kind = "index";
  d.schema = "public";
  d.parent = "pri\"ces\n";
  d.name = name;
  d.state = "abc";
  d.until = kNoon + absl::Hours(240);
  d.reason = "it's needed until INC-12 is closed";
  d.decided_by = "anna@laptop";
  d.decided_at = kNoon;
  return d;
}

TEST_P(StoreConformance, DecisionsAboutDriftComeBackAndAreInTheChain) {
  Create("prm-1", "prod");
  const auto stored = store().IgnoreDrift({DecisionFor("prod-1", "a"), DecisionFor("prod-2", "b")});
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->at(0).id, 2);
  EXPECT_EQ(stored->at(1).id, 3);
  ASSERT_TRUE(*Append("prm-1", 1, {EventAt(1)}));
  EXPECT_EQ(ChainLength(), 4);
  Reopen();
  EXPECT_EQ(*store().DriftDecisions(""), *stored);
  EXPECT_EQ(*store().DriftDecisions("prod-2"), std::vector<DriftDecision>{stored->at(1)});
  EXPECT_TRUE(store().DriftDecisions("prod-3")->empty());
  EXPECT_EQ(store().LoadEvents("prm-1")->size(), 2U);
  EXPECT_EQ(ChainLength(), 4);
}

TEST_P(StoreConformance, TheNewestDecisionAboutAnObjectInOneStateCounts) {
  DriftDecision later = DecisionFor("prod-1", "a");
  later.until = kNoon + absl::Hours(1);
  DriftDecision other = DecisionFor("prod-1", "a");
  other.state = "";
  ASSERT_TRUE(store().IgnoreDrift({DecisionFor("prod-1", "a")}).ok());
  ASSERT_TRUE(store().IgnoreDrift({other}).ok());
  ASSERT_TRUE(store().IgnoreDrift({later}).ok());
  const auto found = store().DriftDecisions("prod-1");
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(0).state, "");
  EXPECT_EQ(found->at(1).until, later.until);
  EXPECT_EQ(ChainLength(), 3);
}

TEST_P(StoreConformance, NoDecisionIsNoEntry) {
  EXPECT_TRUE(store().IgnoreDrift({})->empty());
  EXPECT_EQ(ChainLength(), 0);
}

}  // namespace ferry::store

#endif  // FERRY_CONTROLLER_STORE_CONFORMANCE_DRIFT_H_
