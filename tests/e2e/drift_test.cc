// What somebody changed by hand: seen, refused, ignored for a while, kept or undone, with the real programs.
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kByHand[] = "CREATE INDEX hand_idx ON public.prices (close)";
constexpr char kIndex[] = "index public.prices.hand_idx";
constexpr char kColumn[] = "column public.prices.by_hand";

std::string Url(World& world, const std::string& database = "postgres") {
  std::string text;
  for (const auto& [keyword, value] : world.cluster().LoginOf("postgres", database)) {
    text += keyword + "='" + value + "' ";
  }
  return text;
}

// How many objects the newest status says have drifted on the environment's target, -1 when it is not known.
int Drifted(World& world, const std::string& environment) {
  const nlohmann::json status = world.Json({"status", environment});
  const nlohmann::json target = status["environments"][0]["targets"][0];
  if (!target.contains("status") || !target["status"].contains("drift")) return -1;
  const nlohmann::json drift = target["status"]["drift"];
  if (drift["state"] == "none") return 0;
  return drift["state"] == "drifted" ? drift["objects"].get<int>() : -1;
}

void WaitForDrift(World& world, const std::string& environment, int objects) {
  ASSERT_TRUE(WaitUntil([&] { return Drifted(world, environment) == objects; }))
      << world.Ferry({"status", environment, "-o", "json"}).all();
}

// Every environment at 1.0.0, and what should be there known everywhere.
void Begin(World& world) {
  world.Write("1.0.0", "CREATE TABLE prices (id bigint PRIMARY KEY, close numeric);", "DROP TABLE prices;");
  world.StartAll();
  world.PromoteEverywhere();
  for (const char* environment : {"dev", "staging", "prod"}) WaitForDrift(world, environment, 0);
}

// What an operator does once: ferry-agent watch-ddl … | psql, as a superuser.
void InstallWatch(World& world, const std::string& environment) {
  Process print({absl::StrCat(std::getenv("FERRY_BIN_DIR"), "/ferry-agent"), "watch-ddl", "--config",
                 world.dir().File(absl::StrCat("agent-", environment, ".yaml")), "--target",
                 absl::StrCat(environment, "-1")});
  ASSERT_EQ(print.Wait(), 0) << print.Stderr();
  Process::Options options;
  options.stdin_text = print.Stdout();
  Process psql(
      {"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", Url(world, world.DatabaseName(environment))},
      options);
  ASSERT_EQ(psql.Wait(), 0) << psql.Stderr();
}

// The last day that --until may name is 90 days ahead; next year's first day is not always.
std::string InAWeek(World& world) {
  return world.Value("prod", "SELECT to_char(now() + interval '7 days', 'YYYY-MM-DD')");
}

TEST(DriftTest, IsShownRefusesAPromotionAndIsIgnoredForAWhile) {
  World world;
  Begin(world);
  world.Execute("prod", kByHand);
  world.Execute("prod", "ALTER TABLE public.prices ADD COLUMN by_hand text");
  WaitForDrift(world, "prod", 2);
  EXPECT_THAT(world.Expect(0, {"status"}).out,
              AllOf(HasSubstr("prod-1 has drifted: 2 objects"), HasSubstr("ferry drift prod")));
  const Said shown = world.Expect(2, {"drift", "prod", "--exit-code"});
  EXPECT_THAT(shown.out, AllOf(HasSubstr(absl::StrCat("+ ", kIndex, ": should not be there")),
                               HasSubstr(absl::StrCat("+ ", kColumn)), HasSubstr("--adopt")));
  EXPECT_THAT(world.Expect(0, {"drift", "dev", "--exit-code"}).out, HasSubstr("as it should be after 1.0.0"));
  EXPECT_EQ(world.Expect(0, {"drift", "-q"}).out, absl::StrCat(kColumn, "\n", kIndex, "\n"));

  world.Write("1.1.0", "CREATE TABLE quotes (id int);", "DROP TABLE quotes;");
  world.Expect(0, {"plan", "register"});
  world.Expect(0, {"promote", "--to", "dev"});
  world.Expect(0, {"promote", "--to", "staging"});
  const Said refused = world.Expect(7, {"promote", "--to", "prod"});
  EXPECT_THAT(refused.all(),
              AllOf(HasSubstr("FE0514"), HasSubstr("hand_idx"), HasSubstr("ferry drift prod")));
  EXPECT_EQ(world.Applied("prod"), "1.0.0");

  const std::string until = InAWeek(world);
  world.Expect(64,
               {"drift", "prod", "--ignore", "index public.prices.other", "--until", until, "--reason", "x"});
  world.Expect(0, {"drift", "prod", "--ignore", kIndex, "--until", until, "--reason", "INC-12"});
  world.Expect(7, {"promote", "--to", "prod"});  // the column is nobody's
  world.Expect(0, {"drift", "prod", "--ignore", kColumn, "--until", until, "--reason", "INC-12"});
  EXPECT_THAT(world.Expect(0, {"drift", "prod", "--exit-code"}).out,
              AllOf(HasSubstr(absl::StrCat("ignored: ", kIndex)), HasSubstr("INC-12")));
  EXPECT_THAT(world.Expect(0, {"status"}).out, Not(HasSubstr("has drifted")));
  world.Expect(0, {"promote", "--to", "prod"});
  EXPECT_EQ(world.Applied("prod"), "1.0.0,1.1.0");
  WaitForDrift(world, "prod", 2);  // a run makes nothing right that was there before

  // A further change is another drift.
  world.Execute("prod", "DROP INDEX public.hand_idx");
  world.Execute("prod", "CREATE INDEX hand_idx ON public.prices (close, id)");
  EXPECT_THAT(world.Expect(2, {"drift", "prod", "--exit-code"}).out, HasSubstr(absl::StrCat("+ ", kIndex)));
  world.Execute("prod", "DROP INDEX public.hand_idx");
  world.Execute("prod", "ALTER TABLE public.prices DROP COLUMN by_hand");
  WaitForDrift(world, "prod", 0);
  world.KillController();
  world.StartController();
  world.WaitForAgents();
  world.Expect(0, {"audit", "verify"});
}

TEST(DriftTest, TheWatchSaysWhoDidItWithWhichStatement) {
  World world;
  Begin(world);
  InstallWatch(world, "prod");
  const auto session = world.Open("prod");
  ASSERT_TRUE(session->Query("SET application_name = 'night shift'").ok());
  ASSERT_TRUE(session->Query(kByHand).ok());
  WaitForDrift(world, "prod", 1);
  const Said shown = world.Expect(0, {"drift", "prod"});
  EXPECT_THAT(shown.out, AllOf(HasSubstr("by postgres"), HasSubstr("CREATE INDEX, with night shift"),
                               HasSubstr(absl::StrCat("      ", kByHand)), Not(HasSubstr("watch-ddl"))));
  EXPECT_THAT(world.Expect(0, {"diff", "dev", "prod"}).out,
              HasSubstr("drift in prod: CREATE INDEX by postgres with night shift, "));
  const nlohmann::json json = world.Json({"drift", "prod"});
  const nlohmann::json object = json["environments"][0]["targets"][0]["objects"][0];
  ASSERT_EQ(object["causes"].size(), 1U) << json;
  EXPECT_EQ(object["causes"][0]["statement"], kByHand) << json;
  const Said written = world.Expect(0, {"drift", "prod", "--adopt", "--scratch", Url(world)});
  EXPECT_THAT(ReadFile(std::string(absl::StripAsciiWhitespace(written.out))),
              HasSubstr("by postgres with night shift, CREATE INDEX public.hand_idx"));
  world.Expect(0, {"sum"});
  world.Expect(0, {"plan", "register"});
  // Our own statements are no drift, though the watch is there.
  for (const char* environment : {"dev", "staging", "prod"})
    world.Expect(0, {"promote", "--to", environment});
  WaitForDrift(world, "prod", 0);
}

TEST(DriftTest, AdoptedItRunsEverywhereAndTheDriftIsOver) {
  World world;
  Begin(world);
  world.Execute("prod", kByHand);
  world.Execute("prod", "ALTER TABLE public.prices ADD COLUMN by_hand text");
  WaitForDrift(world, "prod", 2);
  const Said written = world.Expect(0, {"drift", "prod", "--adopt", "--scratch", Url(world)});
  const std::string file = ReadFile(std::string(absl::StripAsciiWhitespace(written.out)));
  EXPECT_THAT(file, AllOf(HasSubstr(absl::StrCat("-- drift: ", kColumn, "; ", kIndex)),
                          HasSubstr("CREATE INDEX CONCURRENTLY IF NOT EXISTS hand_idx"),
                          HasSubstr("ADD COLUMN IF NOT EXISTS by_hand text"), HasSubstr("-- ferry:down\n")));
  world.Expect(0, {"sum"});
  world.Expect(0, {"lint"});
  world.Expect(0, {"plan", "register"});
  for (const char* environment : {"dev", "staging", "prod"}) {
    world.Expect(0, {"promote", "--to", environment});
    WaitForDrift(world, environment, 0);
    EXPECT_EQ(world.Applied(environment), "1.0.0,1.1.0");
    EXPECT_EQ(world.Value(environment, "SELECT to_regclass('public.hand_idx') IS NOT NULL"), "t");
  }
  world.Expect(0, {"diff", "dev", "staging", "prod", "--exit-code", "--ignore", "owners,grants"});
  world.Expect(0, {"audit", "verify"});
}

TEST(DriftTest, RevertedItIsGoneFromProdAndTheOthersAreAsTheyWere) {
  World world;
  Begin(world);
  world.Execute("prod", kByHand);
  world.Execute("prod", "ALTER TABLE public.prices ADD COLUMN by_hand text");
  world.Execute("prod", "ALTER TABLE public.prices ALTER COLUMN close SET NOT NULL");
  WaitForDrift(world, "prod", 3);
  EXPECT_THAT(world.Expect(1, {"drift", "prod", "--revert", "--scratch", Url(world)}).err,
              AllOf(HasSubstr("FE0805"), HasSubstr("by_hand")));
  world.Expect(0, {"drift", "prod", "--revert", "--allow", "data-loss", "--scratch", Url(world)});
  world.Expect(0, {"sum"});
  world.Expect(0, {"plan", "register"});
  for (const char* environment : {"dev", "staging", "prod"}) {
    world.Expect(0, {"promote", "--to", environment});
    WaitForDrift(world, environment, 0);
  }
  EXPECT_EQ(world.Value("prod", "SELECT to_regclass('public.hand_idx') IS NULL"), "t");
  world.Expect(0, {"diff", "dev", "staging", "prod", "--exit-code"});
  EXPECT_THAT(world.Ferry({"rollback", "prod", "--yes"}).all(), HasSubstr("FE0306"));
  world.Expect(0, {"audit", "verify"});
}

TEST(DriftTest, OnlyTheNamedObjectsAreAdoptedAndTheRestStaysDrift) {
  World world;
  Begin(world);
  world.Execute("prod", kByHand);
  world.Execute("prod", "ALTER TABLE public.prices ADD COLUMN by_hand text");
  WaitForDrift(world, "prod", 2);
  world.Expect(0, {"drift", "prod", "--adopt", kIndex, "--scratch", Url(world)});
  world.Expect(0, {"sum"});
  world.Expect(0, {"plan", "register"});
  world.Expect(0, {"promote", "--to", "dev"});
  world.Expect(0, {"promote", "--to", "staging"});
  EXPECT_THAT(world.Expect(7, {"promote", "--to", "prod"}).all(), HasSubstr("by_hand"));
  world.Expect(0, {"drift", "prod", "--ignore", kColumn, "--until", InAWeek(world), "--reason", "INC-12"});
  world.Expect(0, {"promote", "--to", "prod"});
  WaitForDrift(world, "prod", 1);
  EXPECT_EQ(world.Expect(0, {"drift", "prod", "--exit-code"}).out.find(absl::StrCat("+ ", kIndex)),
            std::string::npos);
}

TEST(DriftTest, WhatNoMigrationCanCarryIsRefused) {
  World world;
  Begin(world);
  world.Execute("prod", "GRANT SELECT ON public.prices TO ferry_observe");
  WaitForDrift(world, "prod", 1);
  EXPECT_THAT(world.Expect(1, {"drift", "prod", "--adopt", "--scratch", Url(world)}).err,
              AllOf(HasSubstr("FE0808"), HasSubstr("grants of table public.prices")));
  world.Execute("prod", "REVOKE SELECT ON public.prices FROM ferry_observe");
  world.Execute("prod", "CREATE TYPE public.mood AS ENUM ('a')");
  WaitForDrift(world, "prod", 1);
  EXPECT_THAT(world.Expect(1, {"drift", "prod", "--adopt", "--scratch", Url(world)}).err,
              AllOf(HasSubstr("FE0808"), HasSubstr("CREATE TYPE public.mood")));
}

}  // namespace
}  // namespace ferry::test
