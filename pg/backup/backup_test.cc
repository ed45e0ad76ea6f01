#include "pg/backup/backup.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pg/backup/manifest.h"
#include "pg/session/session.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/process.h"
#include "tests/support/status_matchers.h"
#include "tests/support/wait.h"

namespace ferry::pg {
namespace {

namespace fs = std::filesystem;
using ::ferry::test::Finished;
using ::ferry::test::PgCluster;
using ::ferry::test::Process;
using ::ferry::test::ReadFile;
using ::ferry::test::RunProcess;
using ::ferry::test::StatusIsCode;
using ::ferry::test::StatusText;
using ::ferry::test::TempDir;
using ::ferry::test::WaitUntil;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::KilledBySignal;
using ::testing::Not;

constexpr char kWaiting[] =
    "SELECT pid FROM pg_catalog.pg_stat_activity WHERE application_name = 'ferry/backup'"
    " AND datname = pg_catalog.current_database() AND wait_event_type = 'Lock'";
constexpr char kPassword[] = "p:a\\ss 'w\"ord";

PgCluster& Cluster() {
  static const std::unique_ptr<PgCluster> cluster = [] {
    PgCluster::Options options;
    options.tcp = true;
    options.hba = {"host all keeper 127.0.0.1/32 scram-sha-256"};
    auto started = PgCluster::Start(options);
    started->Execute("postgres",
                     {"CREATE ROLE keeper LOGIN PASSWORD 'p:a\\ss ''w\"ord' IN ROLE pg_read_all_data"});
    return started;
  }();
  return *cluster;
}

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() {
    Cluster().Execute(
        database_.name,
        {"CREATE TABLE public.prices AS SELECT id, pg_catalog.md5(id::text) AS close"
         " FROM pg_catalog.generate_series(1, 20000) id",
         "CREATE TABLE public.small (id int PRIMARY KEY)", "INSERT INTO public.small VALUES (1), (2)"});
    fs::create_directory(dir_.File("work"));
    request_.connection = {database_.observe};
    request_.folder = dir_.File("backups");
    request_.backup_id = "bak-run-1";
    request_.work_dir = dir_.File("work");
    request_.facts = {{"ledger_head", "12:abcd"}, {"version", "1.1.0"}};
    request_.now = absl::FromUnixSeconds(1'764'000'000);
  }

  absl::StatusOr<BackupInfo> Take(std::function<bool()> cancelled = nullptr) {
    return TakeBackup(request_, 150000, cancelled, nullptr);
  }
  // Everything in the backup folder, one name a line.
  std::string Names() const {
    std::string names;
    if (!fs::exists(request_.folder)) return names;
    for (const auto& entry : fs::directory_iterator(request_.folder)) {
      absl::StrAppend(&names, entry.path().filename().string(), "\n");
    }
    return names;
  }
  // A file of table data in the backup.
  std::string DataFile(const std::string& path) const {
    for (const auto& entry : fs::directory_iterator(path)) {
      if (absl::EndsWith(entry.path().string(), ".dat.gz") && entry.file_size() > 10'000)
        return entry.path().string();
    }
    return "no data file";
  }
  // Pids of pg_dump's backends of this database that wait for a lock.
  std::vector<std::string> Waiting() {
    std::vector<std::string> pids;
    const auto rows = admin_->Query(kWaiting);
    for (size_t row = 0; rows.ok() && row < rows->size(); ++row)
      pids.push_back(rows->at(row, 0).value_or(""));
    return pids;
  }
  // From now on a backup stops at the table public.small.
  void LockATable() {
    ASSERT_OK(admin_->Begin());
    ASSERT_OK(admin_->Query("LOCK TABLE public.small IN ACCESS EXCLUSIVE MODE"));
  }

  TempDir dir_;
  PgCluster::Database database_ = Cluster().CreateDatabase();
  std::unique_ptr<Session> admin_ = std::move(Session::Open({database_.superuser}, "admin")).value();
  BackupRequest request_;
};

using BackupDeathTest = BackupTest;

// First of all tests (gtest runs *DeathTest first): the fail points are read from the environment once a
// process, so no backup may have been taken in the parent of these forks.
TEST_F(BackupDeathTest, KilledJustBeforeItsNameItIsNoBackupYet) {
  for (const char* point : {"backup.dumped", "backup.manifest.before", "backup.rename.before"}) {
    const auto take_and_die = [&] {
      ::setenv("FERRY_FAULT", absl::StrCat(point, "=kill").c_str(), 1);
      ::_exit(Take().ok() ? 0 : 1);
    };
    EXPECT_EXIT(take_and_die(), KilledBySignal(SIGKILL), "") << point;
    EXPECT_THAT(*ListBackups(request_.folder), IsEmpty()) << point;
    EXPECT_THAT(Names(), HasSubstr(".part")) << point;
    RemovePartials(request_.folder);
  }
  EXPECT_OK(Take());
}

TEST_F(BackupDeathTest, KilledOnTheWayItLeavesOnlyAPartThatIsCleared) {
  LockATable();
  const auto take_and_die = [&] {
    // A session of its own: this is a fork, and admin_ is the parent's.
    const auto session = Session::Open({database_.superuser}, "child");
    admin_.release();
    if (!session.ok()) ::_exit(2);
    const auto look = [&] {
      const auto rows = (*session)->Query(kWaiting);
      if (rows.ok() && !rows->empty()) ::raise(SIGKILL);
      return false;
    };
    ::_exit(TakeBackup(request_, 150000, look, nullptr).ok() ? 0 : 1);
  };
  EXPECT_EXIT(take_and_die(), KilledBySignal(SIGKILL), "");
  EXPECT_THAT(Names(), AllOf(HasSubstr("bak-run-1."), HasSubstr(".part\n"), Not(HasSubstr("bak-run-1\n"))));
  EXPECT_TRUE(WaitUntil([this] {
    return !absl::StrContains(RunProcess({"ps", "axww", "-o", "args"}).out, request_.folder);
  })) << "pg_dump outlived us";
  EXPECT_THAT(*ListBackups(request_.folder), IsEmpty());
  EXPECT_FALSE(fs::is_empty(request_.work_dir)) << "the password folder of the killed process";

  RemovePartials(request_.folder);
  EXPECT_EQ(Names(), "");
  admin_->Rollback();
  ASSERT_OK(Take());
  EXPECT_TRUE(fs::is_empty(request_.work_dir));
}

TEST_F(BackupDeathTest, AFullDiskIsADiskErrorAndLeavesNothing) {
  const std::string result = dir_.Write("result", "");
  const auto take_on_a_full_disk = [&] {
    rlimit limit{};
    limit.rlim_cur = limit.rlim_max = 50'000;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const absl::Status status = Take().status();
    dir_.Write("result", ErrorText(status));
    ::_exit(HasCode(status, ErrorCode::kBackupDisk) ? 0 : 1);
  };
  EXPECT_EXIT(take_on_a_full_disk(), ::testing::ExitedWithCode(0), "");
  EXPECT_THAT(ReadFile(result), HasSubstr("File too large"));
  EXPECT_EQ(Names(), "");
}

TEST_F(BackupTest, ABackupIsListedVerifiedAndRestores) {
  int64_t told = 0;
  ASSERT_OK_AND_ASSIGN(const BackupInfo info,
                       TakeBackup(request_, 150000, nullptr, [&told](int64_t bytes) { told = bytes; }));
  EXPECT_EQ(info.id, "bak-run-1");
  EXPECT_GT(info.bytes, 100'000);
  EXPECT_EQ(told, info.bytes);
  EXPECT_GE(info.files, 3);
  EXPECT_OK(VerifyBackup(info.path));
  EXPECT_EQ(Names(), "bak-run-1\n");

  ASSERT_OK_AND_ASSIGN(const Manifest manifest, ParseManifest(ReadFile(info.path + "/manifest.json")));
  EXPECT_EQ(manifest.facts.at("ledger_head"), "12:abcd");
  EXPECT_EQ(manifest.taken_at, request_.now);
  EXPECT_THAT(manifest.pg_dump, HasSubstr("pg_dump (PostgreSQL)"));

  request_.backup_id = "bak-run-0";
  request_.now += absl::Hours(1);
  ASSERT_OK(Take());
  fs::create_directory(request_.folder + "/not-a-backup");
  ASSERT_OK_AND_ASSIGN(const std::vector<BackupInfo> list, ListBackups(request_.folder));
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].id, "bak-run-1");
  EXPECT_EQ(list[0].manifest_sha256, info.manifest_sha256);
  EXPECT_EQ(list[1].id, "bak-run-0");

  const PgCluster::Database other = Cluster().CreateDatabase();
  const Finished restored =
      RunProcess({test::PgBinDir() + "/pg_restore", "-h", Cluster().socket_dir(), "-p",
                  absl::StrCat(Cluster().port()), "-U", "postgres", "-d", other.name, info.path});
  EXPECT_EQ(restored.exit_code, 0) << restored.err;
  ASSERT_OK_AND_ASSIGN(const auto session, Session::Open({other.observe}, "test"));
  ASSERT_OK_AND_ASSIGN(const Rows rows, session->Query("SELECT count(*) FROM public.prices"));
  EXPECT_EQ(rows.at(0, 0), "20000");
}

TEST_F(BackupTest, TheManifestSaysWhatTheBackupMustRestoreTo) {
  Cluster().Execute(database_.name,
                    {"CREATE TABLE public.\"Odd\" (id int, word varchar(9) CHECK (word IN ('a', 'b')))",
                     "CREATE MATERIALIZED VIEW public.counts AS SELECT count(*) FROM public.small",
                     absl::StrCat("ALTER DATABASE ", database_.name, " SET work_mem = '8MB'"),
                     absl::StrCat("COMMENT ON DATABASE ", database_.name, " IS 'a comment'"),
                     absl::StrCat("ALTER DATABASE ", database_.name, " CONNECTION LIMIT 33")});
  request_.snapshot_facts = [](Session& session) -> absl::StatusOr<std::map<std::string, std::string>> {
    EXPECT_TRUE(session.in_transaction());
    return std::map<std::string, std::string>{{"ledger_head", "ignored"}, {"more", "yes"}};
  };
  ASSERT_OK_AND_ASSIGN(const BackupInfo info, Take());
  ASSERT_OK_AND_ASSIGN(const Manifest manifest, ReadManifest(info.path));
  EXPECT_EQ(manifest.facts.at("more"), "yes");
  ASSERT_TRUE(manifest.proof.has_value());
  const Proof& proof = *manifest.proof;
  EXPECT_EQ(proof.fingerprint.size(), 64);
  EXPECT_EQ(proof.rows, (std::map<std::string, int64_t>{
                            {"public.\"Odd\"", 0}, {"public.prices", 20000}, {"public.small", 2}}));
  EXPECT_TRUE(proof.objects.contains("column public.small.id"));
  EXPECT_EQ(proof.database.name, database_.name);
  EXPECT_EQ(proof.database.comment, "a comment");
  EXPECT_EQ(proof.database.connection_limit, 33);
  ASSERT_EQ(proof.database.settings.size(), 1);
  EXPECT_EQ(proof.database.settings[0].name + "=" + proof.database.settings[0].value, "work_mem=8MB");
  EXPECT_FALSE(proof.database.default_acl) << "CreateDatabase grants something";
}

TEST_F(BackupTest, RowsWrittenWhileItIsTakenAreNeitherCountedNorDumped) {
  LockATable();
  bool wrote = false;
  const auto write = [&] {
    if (wrote || Waiting().empty()) return false;
    wrote = true;
    const auto writer = Session::Open({database_.superuser}, "writer");
    EXPECT_OK((*writer)->Query("INSERT INTO public.prices VALUES (20001, 'late')"));
    EXPECT_OK(admin_->Commit());
    return false;
  };
  ASSERT_OK_AND_ASSIGN(const BackupInfo info, Take(write));
  EXPECT_TRUE(wrote);
  ASSERT_OK_AND_ASSIGN(const Manifest manifest, ReadManifest(info.path));
  EXPECT_EQ(manifest.proof->rows.at("public.prices"), 20000);
  EXPECT_EQ(manifest.proof->rows.at("public.small"), 2);
}

TEST_F(BackupTest, SeveralJobsTakeTheSameBackup) {
  request_.jobs = 3;
  ASSERT_OK_AND_ASSIGN(const BackupInfo info, Take());
  EXPECT_OK(VerifyBackup(info.path));
}

TEST_F(BackupTest, ARepeatedCommandReturnsTheBackupThatIsThere) {
  ASSERT_OK_AND_ASSIGN(const BackupInfo first, Take());
  ASSERT_OK(admin_->Query("DROP TABLE public.small"));
  request_.facts["ledger_head"] = "13:ef01";
  ASSERT_OK_AND_ASSIGN(const BackupInfo second, Take());
  EXPECT_EQ(second.manifest_sha256, first.manifest_sha256);
  EXPECT_EQ(second.bytes, first.bytes);
}

TEST_F(BackupTest, AFlippedBitIsFoundAndItsFileNamed) {
  ASSERT_OK_AND_ASSIGN(const BackupInfo info, Take());
  const std::string path = DataFile(info.path);
  std::string bytes = ReadFile(path);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(path, std::ios::binary) << bytes;
  const absl::Status status = VerifyBackup(info.path);
  EXPECT_THAT(status, StatusIsCode(ErrorCode::kBackupCorrupt));
  EXPECT_THAT(status, StatusText(HasSubstr(fs::path(path).filename().string())));
  EXPECT_THAT(Take(), StatusIsCode(ErrorCode::kBackupCorrupt)) << "it must not be taken for a good backup";
}

TEST_F(BackupTest, ACutMissingOrAddedFileIsFound) {
  ASSERT_OK_AND_ASSIGN(const BackupInfo info, Take());
  const std::string path = DataFile(info.path);
  const std::string bytes = ReadFile(path);
  fs::resize_file(path, bytes.size() * 6 / 10);
  EXPECT_THAT(VerifyBackup(info.path), StatusText(HasSubstr("bytes instead of")));
  fs::remove(path);
  EXPECT_THAT(VerifyBackup(info.path), StatusText(HasSubstr("No such file")));
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_OK(VerifyBackup(info.path));
  std::ofstream(info.path + "/9999.dat.gz") << "stray";
  EXPECT_THAT(VerifyBackup(info.path), StatusText(HasSubstr("9999.dat.gz is not in manifest.json")));
}

TEST_F(BackupTest, ADamagedOrForeignManifestIsFound) {
  ASSERT_OK_AND_ASSIGN(const BackupInfo info, Take());
  fs::rename(info.path, request_.folder + "/other");
  EXPECT_THAT(VerifyBackup(request_.folder + "/other"),
              StatusText(HasSubstr("the one of backup \"bak-run-1\"")));
  fs::rename(request_.folder + "/other", info.path);
  fs::resize_file(info.path + "/manifest.json", 20);
  EXPECT_THAT(VerifyBackup(info.path + "/"), StatusIsCode(ErrorCode::kBackupCorrupt));
  ASSERT_OK_AND_ASSIGN(const std::vector<BackupInfo> list, ListBackups(request_.folder));
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].files, 0);
  fs::remove(info.path + "/manifest.json");
  EXPECT_THAT(VerifyBackup(info.path), StatusIsCode(ErrorCode::kBackupCorrupt));
}

TEST_F(BackupTest, AFolderThatCannotBeMadeOrWrittenIsADiskError) {
  request_.folder = dir_.File("missing/backups");
  EXPECT_THAT(Take(), StatusIsCode(ErrorCode::kBackupDisk));
  request_.folder = dir_.Write("a-file", "");
  EXPECT_THAT(Take(), StatusIsCode(ErrorCode::kBackupDisk));
}

TEST_F(BackupTest, AMissingOrOldPgDumpIsAToolError) {
  request_.pg_dump = dir_.File("no-such-pg_dump");
  EXPECT_THAT(Take(), AllOf(StatusIsCode(ErrorCode::kBackupTool), StatusText(HasSubstr("no-such-pg_dump"))));
  request_.pg_dump = dir_.Write("old_pg_dump", "#!/bin/echo pg_dump (PostgreSQL) 9.6\n");
  ::chmod(request_.pg_dump.c_str(), 0700);
  EXPECT_THAT(Take(), AllOf(StatusIsCode(ErrorCode::kBackupTool),
                            StatusText(HasSubstr("older than the server's 15"))));
  request_.pg_dump = "/bin/true";
  EXPECT_THAT(Take(), StatusIsCode(ErrorCode::kBackupTool));
  EXPECT_EQ(Names(), "");
}

TEST_F(BackupTest, AServerNewerThanEveryPgDumpIsAToolError) {
  EXPECT_THAT(TakeBackup(request_, 990000, nullptr, nullptr), StatusIsCode(ErrorCode::kBackupTool));
}

TEST_F(BackupTest, APasswordReachesPgDumpAndNobodyElse) {
  request_.connection = {Cluster().LoginOf("keeper", database_.name, true)};
  request_.connection.parameters["password"] = "wrong";
  const auto refused = Take();
  EXPECT_THAT(refused, StatusIsCode(ErrorCode::kAuthentication));
  EXPECT_THAT(refused, StatusText(Not(HasSubstr("wrong"))));

  request_.connection.parameters["password"] = kPassword;
  LockATable();
  bool seen = false;
  const auto taken = Take([&] {
    if (seen || Waiting().empty()) return false;
    seen = true;
    const Finished processes = RunProcess({"ps", "axeww", "-o", "args"});
    EXPECT_THAT(processes.out, AllOf(HasSubstr("pg_dump"), Not(HasSubstr(kPassword))));
    for (const auto& entry : fs::directory_iterator(request_.work_dir)) {
      EXPECT_EQ(fs::status(entry.path()).permissions(), fs::perms::owner_all);
      EXPECT_EQ(fs::status(entry.path() / "password").permissions(),
                fs::perms::owner_read | fs::perms::owner_write);
    }
    admin_->Rollback();
    return false;
  });
  EXPECT_TRUE(seen);
  EXPECT_OK(taken);
  EXPECT_TRUE(fs::is_empty(request_.work_dir));
}

TEST_F(BackupTest, ATableThatMayNotBeReadFailsTheBackup) {
  Cluster().Execute(database_.name, {"ALTER TABLE public.small ENABLE ROW LEVEL SECURITY"});
  const auto taken = Take();
  EXPECT_THAT(taken, AllOf(StatusIsCode(ErrorCode::kPrivilege), StatusText(HasSubstr("small"))));
  EXPECT_EQ(Names(), "");
}

TEST_F(BackupTest, ATableThatStaysLockedFailsTheBackup) {
  LockATable();
  EXPECT_THAT(Take(), StatusIsCode(ErrorCode::kBackupFailed));
  EXPECT_EQ(Names(), "");
}

TEST_F(BackupTest, CancellingEndsPgDumpAndLeavesNothing) {
  LockATable();
  const absl::Time start = SystemClock().Now();
  EXPECT_THAT(Take([this] { return !Waiting().empty(); }), StatusIsCode(ErrorCode::kCancelled));
  EXPECT_LT(SystemClock().Now() - start, absl::Seconds(9));
  EXPECT_EQ(Names(), "");
  EXPECT_TRUE(fs::is_empty(request_.work_dir));
  EXPECT_TRUE(WaitUntil([this] { return Waiting().empty(); }));
}

TEST_F(BackupTest, ADatabaseLostOnTheWayIsUnreachable) {
  LockATable();
  bool terminated = false;
  const auto taken = Take([&] {
    for (const std::string& pid : Waiting()) {
      terminated = true;
      EXPECT_OK(admin_->Query(absl::StrCat("SELECT pg_catalog.pg_terminate_backend(", pid, ")")));
    }
    return false;
  });
  EXPECT_TRUE(terminated);
  EXPECT_THAT(taken, StatusIsCode(ErrorCode::kDatabaseUnreachable));
}

TEST_F(BackupTest, OnlyOneBackupIsTakenInAFolderAtATime) {
  LockATable();
  int tried = 0;
  const auto taken = Take([&] {
    if (tried > 0 || Waiting().empty()) return tried > 0;
    ++tried;
    BackupRequest second = request_;
    second.backup_id = "bak-run-2";
    EXPECT_THAT(TakeBackup(second, 150000, nullptr, nullptr), StatusText(HasSubstr("another backup")));
    RemovePartials(request_.folder);
    EXPECT_THAT(Names(), HasSubstr(".part")) << "a running backup was removed";
    return false;
  });
  EXPECT_EQ(tried, 1);
  EXPECT_THAT(taken, StatusIsCode(ErrorCode::kCancelled));
}

TEST_F(BackupTest, AnIdThatIsNoNameIsRefused) {
  for (const char* id : {"", "..", "a/b", ".hidden", "x.part", "a\nb", "-f"}) {
    request_.backup_id = id;
    EXPECT_THAT(Take(), StatusIsCode(ErrorCode::kInternal)) << id;
  }
  EXPECT_FALSE(fs::exists(request_.folder));
}

}  // namespace
}  // namespace ferry::pg
