// Short here, long through scripts/fault: FERRY_CAMPAIGN_SEED, FERRY_CAMPAIGN_KILLS (until so many SIGKILLs)
// and FERRY_CAMPAIGN_SECONDS, which the two parts share unless FERRY_CAMPAIGN_PARTS=1.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>

#include "absl/strings/numbers.h"
#include "core/base/clock.h"
#include "tests/fault/campaign.h"
#include "tests/fault/executor_campaign.h"

namespace ferry::test {
namespace {

constexpr int kRoundsOfAnInstallation = 12;
constexpr int64_t kShortSeconds = 70;

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* const text = std::getenv(name);
  int64_t value = 0;
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

class FaultTest : public ::testing::Test {
 protected:
  // This part gets half of the time and of the kills.
  bool TimeIsLeft() const { return SystemClock().Elapsed() < end_; }

  void Until(const std::function<bool()>& more) {
    const int64_t kills = FromEnvironment("FERRY_CAMPAIGN_KILLS", 0);
    const int64_t seconds = FromEnvironment("FERRY_CAMPAIGN_SECONDS", kills > 0 ? 86400 : kShortSeconds);
    const int64_t parts = FromEnvironment("FERRY_CAMPAIGN_PARTS", 2);
    end_ = SystemClock().Elapsed() + absl::Seconds(seconds) / parts;
    while (TimeIsLeft() && (kills == 0 || figures_.Kills() < (kills + parts - 1) / parts)) {
      if (!more()) break;
      std::fflush(stdout);
    }
    std::printf("%s", figures_.Text().c_str());
    std::fflush(stdout);
  }

  // False when something is not as it must be.
  static bool Holds(const Violations& violations, uint64_t seed, const char* part) {
    for (const std::string& violation : violations) ADD_FAILURE() << violation;
    if (!violations.empty())
      std::printf("repeat it with: scripts/fault --seed %llu --only %s\n", ToPrint(seed), part);
    return violations.empty();
  }

  static unsigned long long ToPrint(uint64_t seed) { return static_cast<unsigned long long>(seed); }

  // Of this part; said before anything happens.
  static uint64_t Seed() {
    const uint64_t seed = static_cast<uint64_t>(
        FromEnvironment("FERRY_CAMPAIGN_SEED", static_cast<int64_t>(std::random_device()() % 1'000'000'000)));
    std::printf("fault: seed %llu\n", ToPrint(seed));
    std::fflush(stdout);
    return seed;
  }

  static std::unique_ptr<PgCluster> Server() {
    return PgCluster::Start({.tcp = false, .conf = {"synchronous_commit = on"}, .hba = {}});
  }

  Figures figures_;
  absl::Duration end_ = absl::InfiniteDuration();
};

TEST_F(FaultTest, AnInstallationUnderAttackTakesEveryEffectOnceAndLeavesNothing) {
  const uint64_t seed = Seed();
  Random random(seed);
  const std::unique_ptr<PgCluster> server = Server();
  Until([&] {
    Campaign campaign(random(), server.get(), &figures_);
    for (int round = 0; round < kRoundsOfAnInstallation && TimeIsLeft(); ++round) {
      if (!Holds(campaign.Round(), seed, "installation")) return false;
    }
    return Holds(campaign.Quiet(), seed, "installation");
  });
  EXPECT_GT(figures_.Kills(), 10) << "hardly anything was killed";
}

TEST_F(FaultTest, TheExecutorUnderAttackTakesEveryEffectOnceAndLeavesNothing) {
  const uint64_t seed = Seed();
  const std::unique_ptr<PgCluster> server = Server();
  ExecutorCampaign campaign(seed, server.get(), &figures_);
  Until([&] { return Holds(campaign.Round(), seed, "executor"); });
  EXPECT_GT(figures_.Kills(), 50) << "hardly anything was killed";
}

}  // namespace
}  // namespace ferry::test
