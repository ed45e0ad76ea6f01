// The second half of conformance.h: promotions, events, reports, and the chain through all of them.
#ifndef FERRY_CONTROLLER_STORE_CONFORMANCE_PROMOTIONS_H_
#define FERRY_CONTROLLER_STORE_CONFORMANCE_PROMOTIONS_H_

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controller/store/conformance.h"

namespace ferry::store {

TEST_P(StoreConformance, APromotionAndItsEventsComeBackExactly) {
  EXPECT_EQ(Create("prm-1", "prod"), "prm-1");
  EXPECT_TRUE(*Append("prm-1", 1, {EventAt(1), EventAt(2)}));
  Reopen();
  const auto record = store().GetPromotion("prm-1");
  ASSERT_TRUE(record.ok()) << record.status();
  const promotion::Request expected = RequestFor("prm-1", "prod");
  EXPECT_EQ(record->request.promotion_id, expected.promotion_id);
  EXPECT_EQ(record->request.request_id, expected.request_id);
  EXPECT_EQ(record->request.kind, expected.kind);
  EXPECT_EQ(record->request.environment, expected.environment);
  EXPECT_EQ(record->request.plan_name, expected.plan_name);
  EXPECT_EQ(record->request.plan_digest, expected.plan_digest);
  EXPECT_EQ(record->request.to_version, expected.to_version);
  EXPECT_EQ(record->request.requested_by, expected.requested_by);
  EXPECT_EQ(record->request.targets, expected.targets);
  EXPECT_EQ(record->state, promotion::PromotionState::kRunning);
  EXPECT_EQ(record->requested_at, kNoon);
  EXPECT_FALSE(record->finished_at.has_value());
  const auto events = store().LoadEvents("prm-1");
  ASSERT_EQ(events->size(), 3U);
  for (int i = 0; i < 3; ++i) {
    const StoredEvent& event = events->at(static_cast<size_t>(i));
    EXPECT_EQ(event.event, EventAt(i));
    EXPECT_EQ(event.id, i + 1);
    EXPECT_EQ(event.promotion_id, "prm-1");
    EXPECT_EQ(event.hash.size(), 64U);
  }
}

TEST_P(StoreConformance, ARequestSeenBeforeIsAnsweredWithItsPromotion) {
  EXPECT_EQ(Create("prm-1", "prod"), "prm-1");
  promotion::Request again = RequestFor("prm-2", "prod");
  again.request_id = RequestFor("prm-1", "prod").request_id;
  EXPECT_EQ(*store().CreatePromotion(again, kNoon, {EventAt(0)}), "prm-1");
  ASSERT_TRUE(Append("prm-1", 1, {EventAt(1)}, promotion::PromotionState::kSucceeded).ok());
  Reopen();
  EXPECT_EQ(*store().CreatePromotion(again, kNoon, {EventAt(0)}), "prm-1");
  EXPECT_EQ(store().ListPromotions("", false, 10)->size(), 1U);
  EXPECT_EQ(ChainLength(), 2);
}

TEST_P(StoreConformance, APromotionThatHasEndedIsRecordedOnceBesideAnActiveOne) {
  EXPECT_EQ(Create("prm-1", "prod"), "prm-1");
  const promotion::Request ended = RequestFor("bg-1", "prod");
  const std::vector<promotion::Event> events = {EventAt(0), EventAt(1)};
  EXPECT_TRUE(*store().RecordEnded(ended, kNoon, events, promotion::PromotionState::kSucceeded));
  Reopen();
  EXPECT_FALSE(*store().RecordEnded(ended, kNoon, events, promotion::PromotionState::kSucceeded));
  const auto record = store().GetPromotion("bg-1");
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->state, promotion::PromotionState::kSucceeded);
  EXPECT_EQ(record->finished_at, kNoon);
  EXPECT_EQ(store().LoadEvents("bg-1")->size(), 2U);
  EXPECT_EQ(store().ListPromotions("prod", true, 10)->size(), 1U);
  EXPECT_EQ(ChainLength(), 3);
}

TEST_P(StoreConformance, RequestsWithoutAnIdAreEachTheirOwn) {
  promotion::Request one = RequestFor("prm-1", "dev");
  promotion::Request two = RequestFor("prm-2", "prod");
  one.request_id = two.request_id = "";
  EXPECT_EQ(*store().CreatePromotion(one, kNoon, {EventAt(0)}), "prm-1");
  EXPECT_EQ(*store().CreatePromotion(two, kNoon, {EventAt(0)}), "prm-2");
  EXPECT_EQ(store().GetPromotion("prm-1")->request.request_id, "");
}

TEST_P(StoreConformance, AnEnvironmentHasOneActivePromotion) {
  Create("prm-1", "prod");
  const auto second = store().CreatePromotion(RequestFor("prm-2", "prod"), kNoon, {EventAt(0)});
  EXPECT_TRUE(HasCode(second.status(), ErrorCode::kPromotionActive));
  EXPECT_NE(std::string(second.status().message()).find("prm-1"), std::string::npos);
  EXPECT_TRUE(HasCode(store().GetPromotion("prm-2").status(), ErrorCode::kPromotionUnknown));
  EXPECT_EQ(Create("prm-3", "dev"), "prm-3");
  ASSERT_TRUE(Append("prm-1", 1, {EventAt(1)}, promotion::PromotionState::kFailed).ok());
  EXPECT_EQ(Create("prm-2", "prod"), "prm-2");
}

TEST_P(StoreConformance, TheSecondWriterOfAPromotionIsRefused) {
  Create("prm-1", "prod");
  EXPECT_TRUE(*Append("prm-1", 1, {EventAt(1)}));
  const auto late =
      Append("prm-1", 1, {EventAt(2)}, promotion::PromotionState::kRunning, ReportKey{"a", "j", 1});
  EXPECT_TRUE(HasCode(late.status(), ErrorCode::kStore));
  EXPECT_NE(std::string(late.status().message()).find("aborted"), std::string::npos);
  EXPECT_EQ(store().LoadEvents("prm-1")->size(), 2U);
  EXPECT_EQ(*store().LastReport("a", "j"), 0);
}

TEST_P(StoreConformance, WhatConcernsAnUnknownPromotionChangesNothing) {
  const auto appended =
      Append("nope", 0, {EventAt(1)}, promotion::PromotionState::kRunning, ReportKey{"a", "j", 1});
  EXPECT_TRUE(HasCode(appended.status(), ErrorCode::kPromotionUnknown));
  EXPECT_TRUE(HasCode(store().GetPromotion("nope").status(), ErrorCode::kPromotionUnknown));
  EXPECT_TRUE(HasCode(store().LoadEvents("nope").status(), ErrorCode::kPromotionUnknown));
  EXPECT_EQ(*store().LastReport("a", "j"), 0);
}

TEST_P(StoreConformance, APromotionEndsOnceWithItsLastEvent) {
  Create("prm-1", "prod");
  ASSERT_TRUE(Append("prm-1", 1, {EventAt(5), EventAt(9)}, promotion::PromotionState::kSucceeded).ok());
  EXPECT_EQ(store().GetPromotion("prm-1")->state, promotion::PromotionState::kSucceeded);
  EXPECT_EQ(store().GetPromotion("prm-1")->finished_at, kNoon + absl::Seconds(9));
  EXPECT_FALSE(Append("prm-1", 3, {EventAt(10)}, promotion::PromotionState::kRunning).ok());
  EXPECT_TRUE(*Append("prm-1", 3, {EventAt(11)}, promotion::PromotionState::kSucceeded));
  EXPECT_EQ(store().GetPromotion("prm-1")->finished_at, kNoon + absl::Seconds(9));
}

TEST_P(StoreConformance, AReportDeliveredTwiceIsOneEvent) {
  Create("prm-1", "prod");
  const ReportKey report{"agent", "journal", 7};
  EXPECT_TRUE(*Append("prm-1", 1, {EventAt(1)}, promotion::PromotionState::kRunning, report));
  EXPECT_FALSE(*Append("prm-1", 2, {EventAt(1)}, promotion::PromotionState::kRunning, report));
  EXPECT_FALSE(*Append("prm-1", 1, {EventAt(1)}, promotion::PromotionState::kRunning, report));
  Reopen();
  EXPECT_FALSE(*Append("prm-1", 2, {EventAt(1)}, promotion::PromotionState::kRunning, report));
  EXPECT_EQ(store().LoadEvents("prm-1")->size(), 2U);
  EXPECT_EQ(*store().LastReport("agent", "journal"), 7);
}

TEST_P(StoreConformance, ReportsAreCountedByJournalAndNeverLowered) {
  EXPECT_EQ(*store().LastReport("agent", "j1"), 0);
  ASSERT_TRUE(store().RecordReport({"agent", "j1", 3}).ok());
  ASSERT_TRUE(store().RecordReport({"agent", "j1", 2}).ok());
  ASSERT_TRUE(store().RecordReport({"agent", "j1", 3}).ok());
  ASSERT_TRUE(store().RecordReport({"agent", "j2", 9}).ok());
  Reopen();
  EXPECT_EQ(*store().LastReport("agent", "j1"), 3);
  EXPECT_EQ(*store().LastReport("agent", "j2"), 9);
  EXPECT_EQ(*store().LastReport("other", "j1"), 0);
}

TEST_P(StoreConformance, AReportThatWasOvertakenIsNotLost) {
  Create("prm-1", "prod");
  ASSERT_TRUE(store().RecordReport({"agent", "journal", 8}).ok());
  EXPECT_TRUE(*Append("prm-1", 1, {EventAt(1)}, promotion::PromotionState::kRunning,
                      ReportKey{"agent", "journal", 7}));
  EXPECT_EQ(*store().LastReport("agent", "journal"), 8);
}

TEST_P(StoreConformance, PromotionsAreListedNewestFirst) {
  Create("prm-1", "prod");
  ASSERT_TRUE(Append("prm-1", 1, {EventAt(1)}, promotion::PromotionState::kCancelled).ok());
  Create("prm-2", "dev");
  Create("prm-3", "prod");
  const auto ids = [](const absl::StatusOr<std::vector<PromotionRecord>>& list) {
    std::vector<std::string> out;
    for (const PromotionRecord& record : list.value()) out.push_back(record.request.promotion_id);
    return out;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids(store().ListPromotions("", false, 10)), (Ids{"prm-3", "prm-2", "prm-1"}));
  EXPECT_EQ(ids(store().ListPromotions("", false, 1)), (Ids{"prm-3"}));
  EXPECT_EQ(ids(store().ListPromotions("prod", false, 10)), (Ids{"prm-3", "prm-1"}));
  EXPECT_EQ(ids(store().ListPromotions("prod", true, 10)), (Ids{"prm-3"}));
  EXPECT_EQ(ids(store().ListPromotions("nowhere", false, 10)), (Ids{}));
}

TEST_P(StoreConformance, OneChainRunsThroughAllPromotions) {
  EXPECT_EQ(store().VerifyChain()->events, 0);
  EXPECT_EQ(store().VerifyChain()->head, "");
  Create("prm-1", "prod");
  Create("prm-2", "dev");
  ASSERT_TRUE(Append("prm-1", 1, {EventAt(1)}).ok());
  const std::string head = store().VerifyChain()->head;
  EXPECT_EQ(store().LoadEvents("prm-1")->back().hash, head);
  EXPECT_EQ(store().LoadEvents("prm-1")->back().id, 3);
  Reopen();
  EXPECT_EQ(store().VerifyChain()->events, 3);
  EXPECT_EQ(store().VerifyChain()->head, head);
}

TEST_P(StoreConformance, WritersAtTheSameTimeEachLeaveTheirEvents) {
  constexpr int kWriters = 4;
  constexpr int kEvents = 25;
  for (int w = 0; w < kWriters; ++w) Create(absl::StrCat("prm-", w), absl::StrCat("env-", w));
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([this, w] {
      for (int i = 1; i <= kEvents; ++i) EXPECT_TRUE(Append(absl::StrCat("prm-", w), i, {EventAt(i)}).ok());
    });
  }
  EXPECT_TRUE(store().VerifyChain().ok());  // while they write
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(ChainLength(), kWriters * (kEvents + 1));
}

}  // namespace ferry::store

#endif  // FERRY_CONTROLLER_STORE_CONFORMANCE_PROMOTIONS_H_
