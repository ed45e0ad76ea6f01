// Backups that can be looked at and proven, and databases that are replaced by one, with the real programs.
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

void WriteTwoVersions(World& world) {
  world.Write("1.0.0",
              "CREATE TABLE prices (id int PRIMARY KEY, close numeric, venue varchar(8) CHECK (venue IN "
              "('a', 'b')));\n"
              "CREATE VIEW closes AS SELECT id, close FROM prices;",
              "DROP VIEW closes;\nDROP TABLE prices;");
  world.Write("1.1.0", "ALTER TABLE prices ADD COLUMN note text;", "ALTER TABLE prices DROP COLUMN note;");
}

// dev at 1.0.0 with rows, then at 1.1.0. Returns the id of the backup that was taken between the two.
std::string ABackupWithRows(World& world) {
  WriteTwoVersions(world);
  world.StartAll();
  world.PromoteEverywhere("1.0.0");
  world.Execute("dev", "INSERT INTO prices SELECT g, g, 'a' FROM generate_series(1, 1000) g");
  world.Expect(0, {"promote", "1.1.0", "--to", "dev"});
  const nlohmann::json backups = world.Json({"backup", "list", "dev"})["backups"];
  EXPECT_EQ(backups.size(), 2);
  return backups.empty() ? "" : backups[0].value("backup_id", "");
}

// Turns over one byte of the backup's largest file.
void Damage(World& world, const std::string& backup_id) {
  std::filesystem::path largest;
  for (const auto& entry : std::filesystem::directory_iterator(world.BackupFolder("dev") + "/" + backup_id)) {
    const bool data = absl::EndsWith(entry.path().string(), ".dat.gz");
    if (data && (largest.empty() || entry.file_size() > std::filesystem::file_size(largest)))
      largest = entry.path();
  }
  std::fstream file(largest, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(20);
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(20);
  file.put(byte);
}

TEST(BackupTest, IsListedWithWhatItHoldsAndVerifiedByteByByte) {
  World world({.environments = {"dev"}});
  const std::string id = ABackupWithRows(world);
  EXPECT_THAT(world.Expect(0, {"backup", "list", "dev"}).out,
              AllOf(HasSubstr(id), HasSubstr("1.0.0"), HasSubstr("1,000 rows in 1 table")));
  EXPECT_THAT(world.Expect(0, {"backup", "verify", "dev", id}).out, HasSubstr("every byte"));
  Damage(world, id);
  EXPECT_THAT(world.Expect(1, {"backup", "verify", "dev", id}).all(), HasSubstr("FE0703"));
  EXPECT_THAT(world.Expect(1, {"backup", "verify", "dev", "nothing-like-it"}).all(),
              AllOf(HasSubstr("FE0705"), HasSubstr("ferry backup list dev")));
}

// A setup with the restoring login and rows written before and after the backup.
class RestoreTest : public ::testing::Test {
 protected:
  void Arrange() {
    backup_ = ABackupWithRows(world_);
    world_.Execute("dev", "INSERT INTO prices SELECT g, g, 'b', 'late' FROM generate_series(2001, 2010) g");
  }
  Said Restore(int exit_code, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"restore", "dev", backup_, "--yes"};
    words.insert(words.end(), more.begin(), more.end());
    return world_.Expect(exit_code, words);
  }
  // Names of databases that hold `part`, joined.
  std::string Databases(const std::string& part) {
    return world_.Value("dev",
                        absl::StrCat("SELECT coalesce(string_agg(datname, ',' ORDER BY datname), '') FROM "
                                     "pg_database WHERE starts_with(datname, current_database() || '__",
                                     part, "')"));
  }
  void ExpectAsInTheBackup() {
    EXPECT_EQ(world_.Applied("dev"), "1.0.0");
    EXPECT_EQ(world_.Value("dev", "SELECT count(*) FROM prices WHERE id <= 1000"), "1000");
    EXPECT_EQ(world_.Value("dev", "SELECT count(*) FROM prices"), "1000");
    EXPECT_EQ(Databases("restore"), "");
  }

  World world_{{.environments = {"dev"}}};
  std::string backup_;
};

TEST_F(RestoreTest, TheDatabaseIsWhatTheBackupHoldsAndTheOldOneAndTheHistoryAreKept) {
  Arrange();
  const Said said = Restore(0);
  EXPECT_THAT(said.out,
              AllOf(HasSubstr("DROP DATABASE"), HasSubstr("1000 rows in 1 tables are as the manifest says")));
  ExpectAsInTheBackup();
  const std::string before = Databases("before");
  EXPECT_THAT(before, HasSubstr("__before_"));
  const auto old = pg::Session::Open({world_.cluster().LoginOf("postgres", before)}, "test");
  ASSERT_TRUE(old.ok());
  EXPECT_EQ((*old)->Query("SELECT count(*) FROM public.prices")->at(0, 0), "1010");

  EXPECT_EQ(world_.Value("dev", "SELECT kind || ' ' || backup_id FROM ferry.event WHERE kind = 'restored'"),
            "restored " + backup_);
  EXPECT_EQ(world_.Value("dev",
                         "SELECT count(*) > 0 FROM ferry.event WHERE version = '1.1.0' AND kind = 'applied'"),
            "t");
  EXPECT_TRUE(WaitUntil([&] {
    const std::string status = world_.Ferry({"status"}).out;
    return absl::StrContains(status, "dev-1 was restored ") && absl::StrContains(status, "1.1.0");
  }));
  EXPECT_THAT(world_.Expect(0, {"history"}).out, HasSubstr("restore dev"));
  world_.Expect(0, {"audit", "verify"});
}

TEST_F(RestoreTest, AfterwardsMigrationsGoForthAndBackAndTheDatabaseCanBeRestoredAgain) {
  Arrange();
  Restore(0);
  world_.Expect(0, {"promote", "1.1.0", "--to", "dev"});
  EXPECT_EQ(world_.Applied("dev"), "1.0.0,1.1.0");
  world_.Expect(0, {"rollback", "dev", "--to", "0"});
  EXPECT_EQ(world_.Applied("dev"), "");
  Restore(0);
  ExpectAsInTheBackup();
  EXPECT_EQ(world_.Value("dev", "SELECT count(*) FROM ferry.event WHERE kind = 'restored'"), "2");
  world_.KillAgent("dev");
  world_.StartAgent("dev");
  world_.WaitForAgents();
  world_.Expect(0, {"rollback", "dev"});
  world_.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(world_.Applied("dev"), "1.0.0,1.1.0");
}

TEST_F(RestoreTest, AnApplicationThatIsConnectedIsNamedAndNothingHappens) {
  Arrange();
  auto login = world_.cluster().LoginOf("ferry_migrate", world_.DatabaseName("dev"));
  auto application = pg::Session::Open({login}, "billing");
  ASSERT_TRUE(application.ok());
  const Said refused = Restore(5);
  EXPECT_THAT(refused.all(), AllOf(HasSubstr("FE0707"), HasSubstr("ferry_migrate (billing)"),
                                   HasSubstr(absl::StrCat("pid ", (*application)->backend_pid()))));
  EXPECT_EQ(world_.Value("dev", "SELECT count(*) FROM prices"), "1010");
  EXPECT_EQ(world_.Applied("dev"), "1.0.0,1.1.0");
  application->reset();
  Restore(0);
  ExpectAsInTheBackup();
}

// The hook asks the application to leave by a file; the application, which writes all the time, sees it.
TEST_F(RestoreTest, WithHooksAnApplicationThatWritesStandsStillAndGoesOnAfterwards) {
  const std::string stop = world_.dir().File("stop");
  const std::string quiesce = world_.dir().Write(
      "quiesce", absl::StrCat("#!/bin/sh\necho \"$FERRY_HOOK $FERRY_TARGET\" >> ", stop, "\n"));
  const std::string resume = world_.dir().Write("resume", absl::StrCat("#!/bin/sh\nrm -f ", stop, "\n"));
  for (const std::string& hook : {quiesce, resume}) chmod(hook.c_str(), 0700);
  world_.SetHooks(
      "dev", absl::StrCat("{ quiesce: { command: [", quiesce, "] }, resume: { command: [", resume, "] } }"));
  Arrange();
  std::atomic<bool> ends{false};
  std::atomic<int> written{3000}, left{0};
  const auto login = world_.cluster().LoginOf("ferry_migrate", world_.DatabaseName("dev"));
  std::thread application([&] {
    while (!ends) {
      if (std::filesystem::exists(stop)) {
        ++left;
        WaitUntil([&] { return ends || !std::filesystem::exists(stop); });
        continue;
      }
      const auto session = pg::Session::Open({login}, "billing");
      for (bool good = session.ok(); good && !ends && !std::filesystem::exists(stop);) {
        good = (*session)
                   ->Query(absl::StrCat("INSERT INTO public.prices (id, close, venue) VALUES (",
                                        written.load(), ", 1, 'a')"))
                   .ok();
        if (good) ++written;
        WaitUntil([] { return false; }, absl::Milliseconds(2));
      }
    }
  });
  EXPECT_TRUE(WaitUntil([&] { return written > 3010; }));
  const int before = written;
  Restore(0);
  EXPECT_TRUE(WaitUntil([&] { return written > before + 10; })) << "the application goes on";
  ends = true;
  application.join();
  EXPECT_GT(left.load(), 0);
  EXPECT_EQ(world_.Applied("dev"), "1.0.0");
  EXPECT_EQ(world_.Value("dev", "SELECT count(*) FROM prices WHERE id <= 1000"), "1000");
}

TEST_F(RestoreTest, AHookThatFailsChangesNothingAndItsReasonIsTold) {
  const std::string hook =
      world_.dir().Write("hook", "#!/bin/sh\necho \"the load balancer is away\"\nexit 3\n");
  chmod(hook.c_str(), 0700);
  world_.SetHooks("dev", absl::StrCat("{ quiesce: { command: [", hook, "] } }"));
  Arrange();
  EXPECT_THAT(Restore(5).all(),
              AllOf(HasSubstr("FE0710"), HasSubstr("exit code 3: the load balancer is away")));
  EXPECT_EQ(world_.Applied("dev"), "1.0.0,1.1.0");
}

TEST_F(RestoreTest, ADamagedBackupIsRefusedBeforeAnything) {
  Arrange();
  Damage(world_, backup_);
  EXPECT_THAT(Restore(5).all(), HasSubstr("FE0703"));
  EXPECT_EQ(Databases("restore") + Databases("before"), "");
}

TEST_F(RestoreTest, ARestoredDatabaseThatIsNotWhatTheManifestSaysIsDropped) {
  Arrange();
  const std::string manifest = world_.BackupFolder("dev") + "/" + backup_ + "/manifest.json";
  std::string text = ReadFile(manifest);
  const size_t rows = text.find("\"public.prices\": 1000");
  ASSERT_NE(rows, std::string::npos);
  text.replace(text.find("1000", rows), 4, "1001");
  std::ofstream(manifest) << text;
  EXPECT_THAT(Restore(5).all(),
              AllOf(HasSubstr("FE0709"), HasSubstr("public.prices has 1000 rows instead of 1001")));
  EXPECT_EQ(Databases("restore") + Databases("before"), "");
  EXPECT_EQ(world_.Value("dev", "SELECT count(*) FROM prices"), "1010");
}

TEST_F(RestoreTest, ADatabaseThatIsGoneComesBackWhenTheLossOfItsHistoryIsAccepted) {
  Arrange();
  world_.cluster().Execute("postgres",
                           {absl::StrCat("DROP DATABASE ", world_.DatabaseName("dev"), " WITH (FORCE)")});
  EXPECT_THAT(Restore(5).all(), AllOf(HasSubstr("FE0708"), HasSubstr("--accept 'ledger:after-backup'")));
  Restore(0, {"--accept", "ledger:after-backup"});
  EXPECT_EQ(world_.Applied("dev"), "1.0.0");
  EXPECT_EQ(world_.Value("dev", "SELECT count(*) FROM prices"), "1000");
  EXPECT_THAT(world_.Value("dev", "SELECT description FROM ferry.event WHERE kind = 'restored'"),
              HasSubstr("is lost from this history"));
}

TEST(RestoreLossesTest, ASlotIsNamedRefusedAndStaysWithTheOldDatabaseWhenItsLossIsAccepted) {
  const std::unique_ptr<PgCluster> cluster =
      PgCluster::Start({.tcp = false,
                        .conf = {"wal_level = logical", "max_replication_slots = 4", "max_wal_senders = 4"},
                        .hba = {}});
  World world({.environments = {"dev"}, .cluster = cluster.get()});
  const std::string backup = ABackupWithRows(world);
  world.Execute("dev", "SELECT pg_create_logical_replication_slot('feed', 'pgoutput')");
  const Said refused = world.Expect(5, {"restore", "dev", backup, "--yes"});
  EXPECT_THAT(refused.all(), AllOf(HasSubstr("FE0708"), HasSubstr("--accept 'slot:feed'")));
  EXPECT_EQ(world.Value("dev", "SELECT count(*) FROM pg_database WHERE datname LIKE '%\\_\\_%'"), "0");
  world.Expect(0, {"restore", "dev", backup, "--yes", "--accept", "slot:feed"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
  EXPECT_EQ(world.Value("dev", "SELECT database LIKE '%before%' FROM pg_replication_slots"), "t");
}

TEST_F(RestoreTest, OutsideTheWindowItIsPreparedAndWaitsBeforeTheExchange) {
  Arrange();
  world_.SetWindow("dev",
                   {"{ name: freeze, deny: { from: \"2020-01-01 00:00\", until: \"2099-01-01 00:00\" } }"});
  world_.Reload("dev");
  ASSERT_TRUE(world_.agent("dev").WaitForLine("read again").has_value());
  world_.Ferry({"restore", "dev", backup_, "--yes", "--detach"});
  world_.WaitForPromotion("dev", {"waiting"});
  EXPECT_TRUE(WaitUntil([&] { return Databases("restore") != ""; }));
  EXPECT_EQ(world_.Applied("dev"), "1.0.0,1.1.0");
  world_.SetWindow("dev", {});
  world_.Reload("dev");
  world_.WaitForPromotion("dev", {"succeeded"});
  ExpectAsInTheBackup();
}

}  // namespace
}  // namespace ferry::test
