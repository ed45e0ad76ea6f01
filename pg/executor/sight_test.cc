#include "pg/executor/sight.h"

#include <gmock/gmock.h>

#include "pg/executor/end_holder.h"

namespace ferry::executor {
namespace {

using ::testing::EndsWith;
using ::testing::UnorderedElementsAre;

TEST(Sight, WhoWaitsForUsIsFoundThroughOthersToo) {
  // 1 is us, and waits for 9.
  const std::map<int, std::vector<int>> waits = {{1, {9}},    {2, {1}}, {3, {2}}, {4, {9}},
                                                 {5, {9, 1}}, {6, {7}}, {7, {6}}};
  EXPECT_THAT(WaitingFor(waits, 1), UnorderedElementsAre(2, 3, 5));
  EXPECT_THAT(WaitingFor(waits, 8), UnorderedElementsAre());
}

TEST(Sight, NamesTheFirstWhoWaits) {
  Sight sight;
  EXPECT_EQ(BlockedText(sight), "nobody waited for it");
  Holder shop;
  shop.pid = 4711;
  shop.application = "shop";
  sight.blocked = {shop};
  sight.blocked_for = absl::Milliseconds(5123);
  EXPECT_EQ(BlockedText(sight), "1 session waited for it, pid 4711 (shop), for 5.1s");
  sight.blocked.push_back(shop);
  EXPECT_EQ(BlockedText(sight), "2 sessions waited for it, the first, pid 4711 (shop), for 5.1s");
}

TEST(Sight, HoldersInWords) {
  Holder holder;
  holder.pid = 4711;
  EXPECT_EQ(HolderText(holder), "pid 4711") << "all else is hidden";
  holder.application = "psql";
  holder.role = "shop";
  EXPECT_EQ(HolderText(holder), "pid 4711 (psql) of shop");
  holder.state = "idle in transaction";
  holder.age = absl::Minutes(9);
  holder.in_state = absl::Milliseconds(31500);
  EXPECT_EQ(HolderText(holder), "pid 4711 (psql) of shop, idle in transaction for 31s");
  holder.state = "active";
  EXPECT_EQ(HolderText(holder), "pid 4711 (psql) of shop, active for 9m");
  EXPECT_EQ(HoldersText({holder, holder}),
            "pid 4711 (psql) of shop, active for 9m; pid 4711 (psql) of shop, active for 9m");
  EXPECT_THAT(HoldersText({holder, holder, holder, holder, holder, holder, holder}),
              EndsWith("; pid 4711 (psql) of shop, active for 9m; and 2 more"));
}

TEST(Sight, OnlyIdleOrOldClientsMayBeEnded) {
  Limits limits;
  Holder holder;
  holder.pid = 4711;
  holder.backend_type = "client backend";
  holder.state = "idle in transaction";
  holder.age = absl::Minutes(20);
  holder.in_state = absl::Minutes(6);
  EXPECT_FALSE(MayEnd(holder, limits)) << "off unless it is said";
  limits.end_idle_after = absl::Minutes(5);
  EXPECT_TRUE(MayEnd(holder, limits));
  holder.in_state = absl::Minutes(4);
  EXPECT_FALSE(MayEnd(holder, limits)) << "its transaction is old, but it was not idle for long";
  holder.state = "active";
  EXPECT_FALSE(MayEnd(holder, limits));
  limits.end_any_after = absl::Minutes(15);
  EXPECT_TRUE(MayEnd(holder, limits));
  for (const char* const type : {"autovacuum worker", "walsender", ""}) {
    holder.backend_type = type;
    EXPECT_FALSE(MayEnd(holder, limits)) << type;
  }
  holder.backend_type = "client backend";
  holder.application = "ferry/prod/run-7/1";
  EXPECT_FALSE(MayEnd(holder, limits));
  holder.application = "";
  holder.pid = 0;
  EXPECT_FALSE(MayEnd(holder, limits)) << "a prepared transaction has no session";
}

}  // namespace
}  // namespace ferry::executor
