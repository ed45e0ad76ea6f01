#include "controller/store/chain.h"

#include <gtest/gtest.h>

#include <functional>

#include "core/base/error.h"

namespace ferry::store {
namespace {

promotion::Event Sent() {
  promotion::Event event;
  event.type = promotion::EventType::kStepSent;
  event.at = absl::FromUnixMicros(1795439045123456);
  event.run_id = "run-1";
  event.step = {promotion::StepKind::kApply, "1.1.0"};
  event.attempt = 2;
  event.rule = "R4";
  event.text = "apply 1.1.0 goes to prod-1";
  event.facts = {{"command_id", "cmd-1"}, {"b", "line\n\"quoted\" é"}};
  return event;
}

TEST(ChainTest, AnEventComesBackFromItsRowExactly) {
  const EventRow row = MakeRow("", 1, "prm-1", 1, Sent());
  EXPECT_EQ(row.facts, R"({"b":"line\n\"quoted\" é","command_id":"cmd-1"})");
  EXPECT_EQ(row.at, "2026-11-23T13:04:05.123456+00:00");
  const auto stored = EventOf(row);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->event, Sent());
}

TEST(ChainTest, AnEventOfNoStepNamesNone) {
  promotion::Event event;
  event.type = promotion::EventType::kEnded;
  event.at = absl::UnixEpoch();
  const EventRow row = MakeRow("", 1, "prm-1", 1, event);
  EXPECT_EQ(row.step, "");
  EXPECT_EQ(EventOf(row)->event, event);
}

TEST(ChainTest, BytesThatAreNotUtf8InFactsAreReplacedAndStillVerify) {
  promotion::Event event = Sent();
  event.facts["message"] = "latin1 \xe9 and a zero \x01";
  const EventRow row = MakeRow("", 1, "prm-1", 1, event);
  EXPECT_EQ(EventOf(row)->event.facts["message"], "latin1 \xEF\xBF\xBD and a zero \x01");
  EXPECT_TRUE(ChainVerifier(0, "").Add(row).ok());
}

TEST(ChainTest, EveryFieldIsUnderTheHash) {
  const EventRow good = MakeRow("", 1, "prm-1", 1, Sent());
  const std::vector<std::function<void(EventRow&)>> edits = {
      [](EventRow& r) { r.promotion_id = "prm-2"; },
      [](EventRow& r) { r.position = 2; },
      [](EventRow& r) { r.type = "step_done"; },
      [](EventRow& r) { r.at = "2026-11-23T13:04:06+00:00"; },
      [](EventRow& r) { r.run_id = "run-2"; },
      [](EventRow& r) { r.step = "verify"; },
      [](EventRow& r) { r.version = "1.2.0"; },
      [](EventRow& r) { r.attempt = 3; },
      [](EventRow& r) { r.rule = "R5"; },
      [](EventRow& r) { r.text = "something else"; },
      [](EventRow& r) { r.facts = "{}"; },
      [](EventRow& r) { r.facts = "not json"; },
      [](EventRow& r) { r.facts = R"({"b":1})"; },
      [](EventRow& r) { r.hash[0] = 'x'; }};
  for (size_t i = 0; i < edits.size(); ++i) {
    EventRow edited = good;
    edits[i](edited);
    EXPECT_TRUE(HasCode(ChainVerifier(0, "").Add(edited), ErrorCode::kStoreCorrupt)) << "edit " << i;
  }
  EXPECT_TRUE(ChainVerifier(0, "").Add(good).ok());
}

TEST(ChainTest, LostReorderedAndCutEntriesAreFound) {
  const EventRow one = MakeRow("", 1, "prm-1", 1, Sent());
  const EventRow two = MakeRow(one.hash, 2, "prm-1", 2, Sent());
  ChainVerifier lost(0, "");
  EXPECT_TRUE(HasCode(lost.Add(two), ErrorCode::kStoreCorrupt));
  ChainVerifier moved(0, "");
  EventRow swapped = two;
  swapped.id = 1;
  EXPECT_TRUE(HasCode(moved.Add(swapped), ErrorCode::kStoreCorrupt));
  ChainVerifier cut(0, "");
  ASSERT_TRUE(cut.Add(one).ok());
  EXPECT_TRUE(HasCode(cut.CheckHead({2, two.hash}), ErrorCode::kStoreCorrupt));
  EXPECT_TRUE(HasCode(cut.CheckHead({1, two.hash}), ErrorCode::kStoreCorrupt));
  EXPECT_TRUE(cut.CheckHead({1, one.hash}).ok());
}

TEST(ChainTest, TimesKeepTheirInstant) {
  for (const absl::Time time :
       {absl::FromUnixNanos(1795439045123456789), absl::UnixEpoch(), absl::InfiniteFuture()}) {
    EXPECT_EQ(*TimeFromText(TimeText(time)), time);
  }
  EXPECT_TRUE(HasCode(TimeFromText("yesterday").status(), ErrorCode::kStoreCorrupt));
}

}  // namespace
}  // namespace ferry::store
