// Maintenance windows: the agent's own word, whatever the controller asks.
#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string ClosedForAYear() {
  return "{ name: freeze, deny: { from: \"2020-01-01 00:00\", until: \"2090-01-01 00:00\" } }";
}

TEST(WindowTest, AClosedWindowMakesAPromotionWaitAndAnOpenOneLetsItGoOn) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.SetWindow("dev", {ClosedForAYear()});
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  const Said asked = world.Ferry({"promote", "--to", "dev", "--timeout", "3s"});
  EXPECT_EQ(asked.exit_code, 124) << asked.all();
  EXPECT_THAT(asked.all(), AllOf(HasSubstr("freeze"), HasSubstr("ferry watch")));
  EXPECT_EQ(world.WaitForPromotion("dev", {"waiting"}), "waiting");
  EXPECT_EQ(world.Applied("dev"), "");
  EXPECT_EQ(world.Value("dev", "SELECT to_regclass('public.a')"), "");

  world.SetWindow("dev", {});
  world.Reload("dev");
  world.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
}

TEST(WindowTest, APromotionGoesOnByItselfWhenTheWindowOpens) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  const absl::Time opens = SystemClock().Now() + absl::Seconds(6);
  world.SetWindow("dev", {absl::StrCat("{ name: tonight, allow: { from: \"",
                                       absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", opens, absl::UTCTimeZone()),
                                       "\", until: \"2090-01-01T00:00:00Z\" } }")});
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  const Said promoted = world.Expect(0, {"promote", "--to", "dev"});
  EXPECT_THAT(promoted.all(), HasSubstr("it opens"));
  EXPECT_EQ(world.Value("dev", absl::StrCat("SELECT applied_at >= to_timestamp(", absl::ToUnixSeconds(opens),
                                            ") FROM ferry.schema_version")),
            "t");
}

TEST(WindowTest, TestAnswersWhetherItCouldRunThenAndIfNotWhen) {
  World world({.environments = {"dev"}});
  world.SetWindow("dev", {"{ name: nightly, allow: { cron: \"0 22 * * *\", duration: 4h } }"});
  world.StartAll();
  EXPECT_THAT(world.Expect(0, {"window", "test", "dev", "--at", "2026-11-23T23:00:00Z"}).out,
              HasSubstr("nightly"));
  const Said closed = world.Expect(8, {"window", "test", "dev", "--at", "2026-11-23T12:00:00Z"});
  EXPECT_THAT(closed.out, HasSubstr("2026-11-23 22:00"));
  EXPECT_THAT(world.Ferry({"window", "test", "dev", "--at", "nonsense"}).err, HasSubstr("FE0406"));
}

TEST(WindowTest, AWindowThatClosesInTheMiddleStopsABackfillAndTheNextOneFinishesIt) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0",
              "CREATE TABLE a (id int PRIMARY KEY, b int);\nCREATE TABLE audit (id int);\n"
              "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
              " 'BEGIN INSERT INTO public.audit VALUES (new.id); RETURN new; END';\n"
              "CREATE TRIGGER note AFTER UPDATE ON a FOR EACH ROW EXECUTE FUNCTION note();",
              "DROP TABLE a;\nDROP TABLE audit;");
  world.StartAll();
  world.PromoteEverywhere();
  world.Execute("dev", "INSERT INTO a SELECT g, NULL FROM generate_series(1, 2000) g");
  world.Write("1.1.0", "-- ferry:backfill table=a batch=50\nUPDATE a SET b = 1 WHERE b IS NULL;",
              "UPDATE a SET b = NULL;");
  world.SetLimits("dev", "{ lock_timeout: 2s, lock_retries: 3, batch_pause: 1s }");
  world.Reload("dev");
  world.Expect(0, {"plan", "register"});
  world.Expect(0, {"promote", "--to", "dev", "--detach"});
  ASSERT_TRUE(WaitUntil([&] { return world.Value("dev", "SELECT count(*) > 0 FROM audit") == "t"; }));
  world.SetWindow("dev", {ClosedForAYear()});
  world.Reload("dev");
  world.WaitForPromotion("dev", {"waiting"});
  const int half = std::stoi(world.Value("dev", "SELECT count(*) FROM audit"));
  EXPECT_LT(half, 2000);
  EXPECT_EQ(world.Value("dev", "SELECT rows_done FROM ferry.checkpoint WHERE version = '1.1.0'"),
            std::to_string(half));
  world.SetLimits("dev", "{ lock_timeout: 2s, lock_retries: 3, batch_pause: 0s }");
  world.SetWindow("dev", {});
  world.Reload("dev");
  world.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(world.Value("dev", "SELECT count(*) FROM audit"), "2000") << "no row was changed twice";
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0");
}

TEST(WindowTest, ACancelStopsARunningBackfillAtABatchAndAnotherPromotionFinishesIt) {
  World world({.environments = {"dev"}});
  world.StartSlowBackfill();
  world.Expect(0, {"cancel", "dev"});
  world.WaitForPromotion("dev", {"cancelled"});
  EXPECT_EQ(world.Value("dev", "SELECT count(b) FROM a"), "50");
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
  world.SetLimits("dev", "{ lock_timeout: 2s, lock_retries: 3, batch_pause: 0s }");
  world.Reload("dev");
  ASSERT_TRUE(world.agent("dev").WaitForLine("read again").has_value());
  world.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(world.Value("dev", "SELECT count(b) FROM a"), "200");
}

TEST(WindowTest, ACancelReachesTheStatementThatRuns) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);\nSELECT pg_sleep(600);", "DROP TABLE a;");
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  world.Expect(0, {"promote", "--to", "dev", "--detach"});
  ASSERT_TRUE(WaitUntil([&] {
    return world.Value("dev",
                       "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600)%' AND "
                       "datname = current_database() AND pid <> pg_backend_pid()") == "1";
  }));
  world.Expect(0, {"cancel", "dev"});
  world.WaitForPromotion("dev", {"cancelled"});
  EXPECT_EQ(world.Value("dev", "SELECT to_regclass('public.a')"), "");
}

TEST(WindowTest, ABadPolicyFileIsRefusedOnReloadAndTheOldOneStays) {
  World world({.environments = {"dev"}});
  world.SetWindow("dev", {ClosedForAYear()});
  world.StartAll();
  world.SetWindow("dev", {"{ name: x, permit: {} }"});
  world.Reload("dev");
  ASSERT_TRUE(world.agent("dev").WaitForLine("was not taken").has_value());
  world.Expect(8, {"window", "test", "dev"});
}

TEST(WindowTest, AWaitingPromotionCanBeCancelled) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.SetWindow("dev", {ClosedForAYear()});
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  world.Ferry({"promote", "--to", "dev", "--detach"});
  world.WaitForPromotion("dev", {"waiting"});
  world.Expect(0, {"cancel", "dev"});
  world.WaitForPromotion("dev", {"cancelled"});
  EXPECT_EQ(world.Applied("dev"), "");
}

}  // namespace
}  // namespace ferry::test
