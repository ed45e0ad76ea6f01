// Transforms with real programs: rows go through a process that the agent's file names, whatever dies
// meanwhile.
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/hash.h"
#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::HasSubstr;

constexpr char kSlugs[] =
    "ALTER TABLE articles ADD COLUMN IF NOT EXISTS slug text;\n\n"
    "-- ferry:transform program=slugify key=id set=slug batch=500\n"
    "SELECT id, title FROM articles WHERE slug IS NULL;";

// FOLDER is replaced. `fail` makes the program fail at row 1700 as long as the file is there; `hold` makes it
// wait at that row, and say so in `held`.
constexpr char kSlugify[] = R"(#!/usr/bin/python3
import json, os, re, sys, time, unicodedata
for line in sys.stdin:
    row = json.loads(line)
    if row["id"] == 1700:
        if os.path.exists("FOLDER/fail"):
            sys.stderr.write("Traceback\nValueError: 1700\n")
            sys.exit(3)
        while os.path.exists("FOLDER/hold"):
            open("FOLDER/held", "w").close()
            time.sleep(0.05)
    if row["title"] is None:
        print(json.dumps({"id": row["id"], "error": "no title"}))
        continue
    text = unicodedata.normalize("NFKD", row["title"]).encode("ascii", "ignore").decode()
    print(json.dumps({"id": row["id"], "slug": re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")}))
)";

class TransformTest : public ::testing::Test {
 protected:
  TransformTest() : world_({.environments = {"dev"}}) {
    WriteFirst("");
    world_.Write("1.1.0", kSlugs, "ALTER TABLE articles DROP COLUMN slug;",
                 "SELECT count(*) = 0 FROM articles WHERE slug IS NULL;");
    WriteProgram(absl::StrReplaceAll(kSlugify, {{"FOLDER", world_.dir().path()}}));
  }

  // Each update of a row leaves its id in `audit`. `more`: further statements.
  void WriteFirst(const std::string& more) {
    world_.Write(
        "1.0.0",
        "CREATE TABLE articles (id int PRIMARY KEY, title text);\nCREATE TABLE audit (id int);\n"
        "INSERT INTO articles SELECT g, 'Zürich, Nr. ' || g || '!' FROM generate_series(1, 3000) g;\n"
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
        " 'BEGIN INSERT INTO public.audit VALUES (NEW.id); RETURN NEW; END';\n"
        "CREATE TRIGGER note AFTER UPDATE ON articles FOR EACH ROW EXECUTE FUNCTION note();\n" +
            more,
        "DROP TABLE articles, audit;");
  }
  std::string ProgramPath() const { return world_.dir().File("slugify"); }
  // Writes the program and pins it.
  void WriteProgram(const std::string& text) {
    world_.dir().Write("slugify", text);
    EXPECT_EQ(chmod(ProgramPath().c_str(), 0700), 0);
    Pin(Sha256Hex(text));
  }
  void Pin(const std::string& sha256) {
    world_.SetPrograms("dev", absl::StrCat("  slugify: { command: [\"", ProgramPath(),
                                           "\"], sha256: ", sha256, ", timeout: 30s }\n"));
  }
  void Touch(const std::string& name) { world_.dir().Write(name, ""); }
  void Remove(const std::string& name) { std::filesystem::remove(world_.dir().File(name)); }
  bool Exists(const std::string& name) { return std::filesystem::exists(world_.dir().File(name)); }

  // 1.0.0 is there.
  void Begin(const std::string& fault = "") {
    world_.StartController();
    world_.StartAgent("dev");
    world_.WaitForAgents();
    world_.Expect(0, {"plan", "register"});
    world_.Expect(0, {"promote", "1.0.0", "--to", "dev"});
    if (fault.empty()) return;
    world_.agent("dev").Kill();
    world_.StartAgent("dev", fault);
    world_.WaitForAgents();
  }
  void ExpectEveryRowOnce() {
    EXPECT_EQ(world_.Applied("dev"), "1.0.0,1.1.0");
    EXPECT_EQ(world_.Value("dev", "SELECT count(*) FROM articles WHERE slug = 'zurich-nr-' || id"), "3000");
    EXPECT_EQ(world_.Value("dev", "SELECT count(*) || ' ' || count(DISTINCT id) FROM audit"), "3000 3000");
    EXPECT_EQ(world_.Value("dev", "SELECT rows_done FROM ferry.checkpoint"), "3000");
    EXPECT_EQ(world_.Value("dev", "SELECT count(*) FROM pg_class WHERE relname = 'ferry_transform'"), "0");
  }
  std::string Slugs() { return world_.Value("dev", "SELECT count(slug) FROM articles"); }

  World world_;
};

TEST_F(TransformTest, RowsGoThroughTheProgramAndComeBack) {
  Begin();
  const Said preview = world_.Expect(0, {"plan", "dev", "--format", "sql"});
  EXPECT_THAT(preview.out, HasSubstr("transform by a program, in batches"));
  EXPECT_THAT(preview.out, HasSubstr("program slugify of the agent's file"));
  EXPECT_THAT(world_.Expect(0, {"plan", "dev"}).out,
              HasSubstr("/* program slugify answers each row and sets"));
  const Said said = world_.Expect(0, {"promote", "1.1.0", "--to", "dev"});
  EXPECT_THAT(said.out, HasSubstr("3000 rows"));
  ExpectEveryRowOnce();
}

TEST_F(TransformTest, AProgramThatCrashesLeavesATrueCheckpointAndARetryGoesOnThere) {
  Begin();
  Touch("fail");
  const Said failed = world_.Expect(6, {"promote", "1.1.0", "--to", "dev"});
  EXPECT_THAT(failed.all(),
              HasSubstr("FE0611: program \"slugify\" ended with exit code 3: \"ValueError: 1700\""));
  EXPECT_THAT(failed.all(), HasSubstr("1.1.0_change.sql:8:1"));
  EXPECT_THAT(failed.all(), HasSubstr("1500 rows in 3 batches of the transform"));
  EXPECT_EQ(Slugs(), "1500");
  EXPECT_EQ(world_.Value("dev", "SELECT rows_done || ' ' || last_key[1] FROM ferry.checkpoint"), "1500 1500");
  Remove("fail");
  world_.Expect(0, {"promote", "1.1.0", "--to", "dev"});
  ExpectEveryRowOnce();
}

TEST_F(TransformTest, ARejectedRowIsNamed) {
  Begin();
  world_.Execute("dev", "UPDATE articles SET title = NULL WHERE id = 777; ");
  const Said failed = world_.Expect(6, {"promote", "1.1.0", "--to", "dev"});
  EXPECT_THAT(failed.all(),
              HasSubstr("FE0612: program \"slugify\" rejected the row with id = 777: \"no title\""));
  EXPECT_EQ(Slugs(), "500");
  world_.Execute("dev", "UPDATE articles SET title = 'Zürich, Nr. 777!' WHERE id = 777");
  world_.Execute("dev", "DELETE FROM audit WHERE id = 777");
  world_.Expect(0, {"promote", "1.1.0", "--to", "dev"});
  ExpectEveryRowOnce();
}

TEST_F(TransformTest, AnotherProgramThanThePinnedOneRunsNothing) {
  Begin();
  Pin(std::string(64, '0'));
  world_.Reload("dev");
  ASSERT_TRUE(WaitUntil([this] { return world_.Log("agent-dev").find("read again") != std::string::npos; }));
  const Said failed = world_.Expect(5, {"promote", "1.1.0", "--to", "dev"});
  EXPECT_THAT(failed.all(),
              HasSubstr("FE0611: program \"slugify\" is not the one that the agent's file pins"));
  EXPECT_THAT(failed.all(), HasSubstr("unchanged: nothing was started"));
  EXPECT_THAT(failed.all(), HasSubstr("SIGHUP"));
  EXPECT_EQ(world_.Value("dev", "SELECT count(*) FROM information_schema.columns WHERE column_name = 'slug'"),
            "0");
  world_.SetPrograms("dev", "");
  world_.agent("dev").Kill();
  world_.StartAgent("dev");
  world_.WaitForAgents();
  EXPECT_THAT(world_.Expect(5, {"promote", "1.1.0", "--to", "dev"}).all(),
              HasSubstr("FE0611: the agent's file has no program \"slugify\""));
}

class AgentKilledTest : public TransformTest, public ::testing::WithParamInterface<std::string> {};

TEST_P(AgentKilledTest, APlainRetryCompletesWithEveryRowOnce) {
  Begin(GetParam());
  world_.Ferry({"promote", "1.1.0", "--to", "dev", "--detach"});
  ASSERT_EQ(world_.agent("dev").Wait(), 128 + SIGKILL) << GetParam() << " was never reached";
  world_.StartAgent("dev");
  world_.WaitForPromotion("dev", {"succeeded"});
  ExpectEveryRowOnce();
}

INSTANTIATE_TEST_SUITE_P(Points, AgentKilledTest,
                         ::testing::Values("transform.read.after=kill", "transform.read.after=kill:3",
                                           "transform.answered.after=kill:2", "transform.staged.after=kill",
                                           "transform.staged.after=kill:6", "transform.committed.after=kill",
                                           "transform.committed.after=kill:6"),
                         [](const auto& which) {
                           std::string name = which.param;
                           for (char& c : name)
                             c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                           return name;
                         });

// Whoever is killed while the program has a batch in its hands.
class HeldTest : public TransformTest {
 protected:
  void PromoteUntilHeld() {
    Begin();
    Touch("hold");
    world_.Ferry({"promote", "1.1.0", "--to", "dev", "--detach"});
    ASSERT_TRUE(WaitUntil([this] { return Exists("held"); }));
  }
  void Complete() {
    Remove("hold");
    world_.WaitForPromotion("dev", {"succeeded"});
    ExpectEveryRowOnce();
  }
  std::string Terminate(const std::string& where) {
    return world_.Value(
        "dev", absl::StrCat("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                            "application_name LIKE 'ferry/dev-1/%' AND datname = current_database() AND ",
                            where));
  }
};

TEST_F(HeldTest, TheAgent) {
  PromoteUntilHeld();
  world_.KillAgent("dev");
  EXPECT_TRUE(WaitUntil([this] {  // the program dies with it
    Remove("held");
    return !WaitUntil([this] { return Exists("held"); }, absl::Milliseconds(300));
  }));
  EXPECT_EQ(Slugs(), "1500");
  world_.StartAgent("dev");
  Complete();
}

TEST_F(HeldTest, TheBackend) {
  PromoteUntilHeld();
  EXPECT_EQ(Terminate("state = 'idle'"), "1");
  Complete();
}

TEST_F(HeldTest, TheController) {
  PromoteUntilHeld();
  world_.KillController();
  world_.StartController();
  world_.WaitForAgents();
  Complete();
}

TEST_F(HeldTest, ACancelStopsTheProgramAndKeepsWhatIsCommitted) {
  PromoteUntilHeld();
  world_.Expect(0, {"cancel", "dev"});
  world_.WaitForPromotion("dev", {"cancelled"});
  EXPECT_EQ(Slugs(), "1500");
  Remove("hold");
  world_.Expect(0, {"promote", "1.1.0", "--to", "dev"});
  ExpectEveryRowOnce();
}

// The backend dies while it writes a batch, and while it commits one.
class BackendKilledTest : public HeldTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(BackendKilledTest, APlainRetryCompletesWithEveryRowOnce) {
  WriteFirst(
      absl::StrCat("CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS"
                   " 'BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NULL; END';\n"
                   "CREATE CONSTRAINT TRIGGER hold AFTER UPDATE ON articles ",
                   GetParam(), " FOR EACH ROW WHEN (NEW.id = 1700) EXECUTE FUNCTION hold();\n"));
  Begin();
  const auto holder = world_.Open("dev");
  ASSERT_TRUE(holder->Query("SELECT pg_advisory_lock(42)").ok());
  world_.SetLimits("dev", "{ lock_timeout: 60s, lock_retries: 3, batch_pause: 0s }");
  world_.Reload("dev");
  ASSERT_TRUE(WaitUntil([this] { return world_.Log("agent-dev").find("read again") != std::string::npos; }));
  world_.Ferry({"promote", "1.1.0", "--to", "dev", "--detach"});
  ASSERT_TRUE(WaitUntil([this] { return Terminate("wait_event = 'advisory'") == "1"; }));
  ASSERT_TRUE(holder->Query("SELECT pg_advisory_unlock(42)").ok());
  world_.WaitForPromotion("dev", {"succeeded"});
  ExpectEveryRowOnce();
}

INSTANTIATE_TEST_SUITE_P(When, BackendKilledTest,
                         ::testing::Values("NOT DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED"),
                         [](const auto& which) { return which.index == 0 ? "Writing" : "Committing"; });

}  // namespace
}  // namespace ferry::test
