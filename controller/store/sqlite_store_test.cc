#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "controller/store/conformance.h"
#include "controller/store/conformance_drift.h"
#include "controller/store/conformance_promotions.h"

namespace ferry::store {
namespace {

using promotion::PromotionState;

// A folder that goes away with its contents, and a store's path in it.
class Folder {
 public:
  Folder() {
    std::string name = testing::TempDir() + "/ferry-store-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) abort();
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string store() const { return path_ + "/controller.db"; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class SqliteUnderTest final : public StoreUnderTest {
 public:
  SqliteUnderTest() { SqliteUnderTest::Reopen(); }
  Store& store() override { return *store_; }
  void Reopen() override {
    store_.reset();
    auto opened = OpenSqliteStore(folder_.store());
    if (!opened.ok()) {
      ADD_FAILURE() << opened.status();
      abort();
    }
    store_ = *std::move(opened);
  }

 private:
  Folder folder_;
  std::unique_ptr<Store> store_;
};

std::unique_ptr<StoreUnderTest> MakeSqliteUnderTest() { return std::make_unique<SqliteUnderTest>(); }

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance, testing::Values(&MakeSqliteUnderTest));

// What a person with sqlite3 can do to the file.
int Sql(const std::string& path, const std::string& sql, std::string* out = nullptr) {
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  const auto first_value = [](void* result, int, char** values, char**) {
    *static_cast<std::string*>(result) = values[0];
    return 0;
  };
  const int code = sqlite3_exec(db, sql.c_str(), out == nullptr ? nullptr : +first_value, out, nullptr);
  sqlite3_close(db);
  return code;
}

void Fill(const std::string& path, int events) {
  auto store = OpenSqliteStore(path);
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE((*store)->CreatePromotion(RequestFor("prm-1", "prod"), kNoon, {EventAt(0)}).ok());
  for (int i = 1; i < events; ++i) {
    ASSERT_TRUE(
        (*store)->AppendEvents("prm-1", i, {EventAt(i)}, PromotionState::kRunning, std::nullopt).ok());
  }
}

TEST(SqliteStoreTest, TheFileIsItsOwnersAlone) {
  const Folder folder;
  const auto store = OpenSqliteStore(folder.store());
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE((*store)->RaiseEpoch().ok());
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    struct stat info {};
    ASSERT_EQ(stat((folder.store() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777U, 0600U) << suffix;
  }
}

TEST(SqliteStoreTest, ASecondControllerIsRefusedAndToldWhatToDo) {
  const Folder folder;
  auto first = OpenSqliteStore(folder.store());
  ASSERT_TRUE(first.ok());
  const auto second = OpenSqliteStore(folder.store());
  EXPECT_TRUE(HasCode(second.status(), ErrorCode::kStore));
  EXPECT_NE(std::string(second.status().message()).find(absl::StrCat("process ", getpid())),
            std::string::npos);
  EXPECT_NE(DetailOf(second.status()).next, "");
  first->reset();
  EXPECT_TRUE(OpenSqliteStore(folder.store()).ok());
}

TEST(SqliteStoreTest, EventsCanBeReadWithSqlite3WhileTheControllerRuns) {
  const Folder folder;
  auto store = OpenSqliteStore(folder.store());
  ASSERT_TRUE((*store)->CreatePromotion(RequestFor("prm-1", "prod"), kNoon, {EventAt(0)}).ok());
  std::string text;
  EXPECT_EQ(
      Sql(folder.store(),
          "SELECT at || ' ' || step || ' ' || version || ' ' || (facts ->> 'command_id') FROM event", &text),
      SQLITE_OK);
  EXPECT_EQ(text, "2026-11-23T12:00:00+00:00 apply 1.1.0 cmd-0");
  EXPECT_EQ(Sql(folder.store(), "SELECT targets FROM promotion", &text), SQLITE_OK);
  EXPECT_EQ(text, R"(["prod-1","prod-2"])");
}

TEST(SqliteStoreTest, EventsAndPlansCannotBeChangedByAccident) {
  const Folder folder;
  Fill(folder.store(), 3);
  {
    auto store = OpenSqliteStore(folder.store());
    ASSERT_TRUE((*store)->PutPlan(PlanOf("d1", "trading")).ok());
  }
  for (const char* sql :
       {"UPDATE event SET text = 'x' WHERE id = 2", "DELETE FROM event WHERE id = 3", "DELETE FROM promotion",
        "INSERT OR REPLACE INTO event SELECT 3, promotion_id, position, type, at, run_id, step, version, "
        "attempt, rule,"
        " 'x', facts, hash FROM event WHERE id = 3",
        "UPDATE plan SET name = 'x'", "UPDATE plan_file SET content = x'00'"}) {
    EXPECT_NE(Sql(folder.store(), sql), SQLITE_OK) << sql;
  }
  EXPECT_TRUE((*OpenSqliteStore(folder.store()))->VerifyChain().ok());
}

TEST(SqliteStoreTest, AnEditedLostOrAddedEventIsFound) {
  const std::string unlock =
      "DROP TRIGGER event_is_fixed; DROP TRIGGER event_is_kept; DROP TRIGGER event_is_next;";
  const struct {
    const char* sql;
    const char* found;
  } cases[] = {
      {"UPDATE event SET text = 'nothing happened' WHERE id = 7", "event 7"},
      {"UPDATE event SET facts = json_set(facts, '$.command_id', 'other') WHERE id = 2", "event 2"},
      {"DELETE FROM event WHERE id = 5", "event 5"},
      {"DELETE FROM event WHERE id = 10", "event 10"},
      {"UPDATE event SET id = 99 WHERE id = 4; UPDATE event SET id = 4 WHERE id = 3; UPDATE event SET id = 3 "
       "WHERE id = 99",
       "event 3"},
      {"UPDATE log_head SET events = 9", "event 10"},
  };
  for (const auto& c : cases) {
    const Folder folder;
    Fill(folder.store(), 10);
    auto store = OpenSqliteStore(folder.store());
    ASSERT_TRUE(store.ok());
    ASSERT_EQ(Sql(folder.store(), unlock + c.sql), SQLITE_OK) << c.sql;
    const absl::Status found = (*store)->VerifyChain().status();
    EXPECT_TRUE(HasCode(found, ErrorCode::kStoreCorrupt)) << c.sql;
    EXPECT_NE(std::string(found.message()).find(c.found), std::string::npos) << found;
    store->reset();
    EXPECT_TRUE(HasCode(OpenSqliteStore(folder.store()).status(), ErrorCode::kStoreCorrupt)) << c.sql;
  }
}

TEST(SqliteStoreTest, AnOldEditIsFoundByTheWholeWalkOfALongLog) {
  const Folder folder;
  auto store = OpenSqliteStore(folder.store());
  ASSERT_TRUE(store.ok());
  std::vector<promotion::Event> events;
  for (int i = 0; i < 2500; ++i) events.push_back(EventAt(i));
  ASSERT_TRUE((*store)->CreatePromotion(RequestFor("prm-1", "prod"), kNoon, events).ok());
  EXPECT_EQ((*store)->VerifyChain()->events, 2500);
  ASSERT_EQ(Sql(folder.store(), "DROP TRIGGER event_is_fixed; UPDATE event SET rule = 'R1' WHERE id = 1500"),
            SQLITE_OK);
  store->reset();
  store = OpenSqliteStore(folder.store());  // looks at the newest 100 only
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_TRUE(HasCode((*store)->VerifyChain().status(), ErrorCode::kStoreCorrupt));
}

TEST(SqliteStoreTest, FilesThatAreNotOursAreRefused) {
  const Folder folder;
  EXPECT_TRUE(HasCode(OpenSqliteStore(folder.path()).status(), ErrorCode::kStore));
  EXPECT_TRUE(HasCode(OpenSqliteStore(folder.path() + "/no/such/folder.db").status(), ErrorCode::kStore));
  const std::string text = folder.path() + "/notes.txt";
  std::ofstream(text) << std::string(5000, 'x');
  EXPECT_TRUE(HasCode(OpenSqliteStore(text).status(), ErrorCode::kStoreCorrupt));
  const std::string other = folder.path() + "/other.db";
  ASSERT_EQ(Sql(other, "CREATE TABLE recipes (name)"), SQLITE_OK);
  EXPECT_TRUE(HasCode(OpenSqliteStore(other).status(), ErrorCode::kStore));
  Fill(folder.store(), 1);
  ASSERT_EQ(Sql(folder.store(), "PRAGMA user_version = 999"), SQLITE_OK);
  const absl::Status newer = OpenSqliteStore(folder.store()).status();
  EXPECT_TRUE(HasCode(newer, ErrorCode::kStore));
  EXPECT_NE(std::string(newer.message()).find("newer ferry-controller"), std::string::npos);
}

// Runs `body` in a process of its own; its exit code, or minus the signal that ended it.
template <typename Body>
int InChild(Body body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// Appends until killed, and writes one byte for each append that has been acknowledged.
[[noreturn]] void AppendForEver(const std::string& path, int pipe) {
  auto store = OpenSqliteStore(path);
  if (!store.ok()) _exit(3);
  int64_t count = static_cast<int64_t>((*store)->LoadEvents("prm-1")->size());
  for (;; ++count) {
    const auto appended =
        (*store)->AppendEvents("prm-1", count, {EventAt(static_cast<int>(count))}, PromotionState::kRunning,
                               ReportKey{"agent", "journal", count});
    if (!appended.ok() || !*appended || write(pipe, "+", 1) != 1) _exit(4);
  }
}

TEST(SqliteStoreTest, WhatWasAcknowledgedSurvivesKillMinusNine) {
  const Folder folder;
  Fill(folder.store(), 1);
  int64_t acknowledged = 1;
  for (int round = 0; round < 12; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      AppendForEver(folder.store(), ends[1]);
    }
    close(ends[1]);
    char byte = 0;
    for (int i = 0; i < 3 + 5 * round; ++i) {
      ASSERT_EQ(read(ends[0], &byte, 1), 1);
      ++acknowledged;
    }
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    while (read(ends[0], &byte, 1) == 1) ++acknowledged;
    close(ends[0]);
    auto store = OpenSqliteStore(folder.store());
    ASSERT_TRUE(store.ok()) << store.status();
    const auto events = (*store)->LoadEvents("prm-1");
    const auto found = static_cast<int64_t>(events->size());
    EXPECT_GE(found, acknowledged);
    EXPECT_LE(found, acknowledged + 1);  // one may have been durable and not yet said to be
    acknowledged = found;
    for (int64_t i = 0; i < found; ++i) {
      EXPECT_EQ(events->at(static_cast<size_t>(i)).event, EventAt(static_cast<int>(i)));
    }
    EXPECT_EQ((*store)->VerifyChain()->events, found);
    EXPECT_EQ(*(*store)->LastReport("agent", "journal"), found - 1);
  }
}

// The disk takes no more than `bytes` a file from now on, in this process.
void LimitFiles(rlim_t bytes) {
  signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  setrlimit(RLIMIT_FSIZE, &limit);
}

TEST(SqliteStoreTest, AfterTheDiskFailedNothingIsWrittenUntilARestartAndNothingIsLost) {
  const Folder folder;
  Fill(folder.store(), 3);
  const int code = InChild([&folder] {
    auto store = OpenSqliteStore(folder.store());
    if (!store.ok()) return 2;
    LimitFiles(64 * 1024);
    int64_t count = 3;
    promotion::Event large = EventAt(0);
    large.text = std::string(9000, 'x');
    absl::StatusOr<bool> appended = true;
    for (; appended.ok() && count < 100; ++count) {
      appended = (*store)->AppendEvents("prm-1", count, {large}, PromotionState::kRunning, std::nullopt);
    }
    if (!HasCode(appended.status(), ErrorCode::kStore)) return 3;
    if ((*store)->LoadEvents("prm-1")->size() != static_cast<size_t>(count - 1)) return 4;  // reading goes on
    if (!(*store)->VerifyChain().ok()) return 5;
    LimitFiles(RLIM_INFINITY);
    if (!HasCode((*store)->RaiseEpoch().status(), ErrorCode::kStore))
      return 6;  // the disk cannot be trusted now
    store->reset();
    store = OpenSqliteStore(folder.store());
    if (!store.ok() || (*store)->VerifyChain()->events < count - 1) return 7;
    return (*store)->RaiseEpoch().ok() ? 0 : 8;
  });
  EXPECT_EQ(code, 0);
}

TEST(SqliteStoreTest, AStoreThatCannotBeWrittenIsRefusedAndKept) {
  const Folder folder;
  Fill(folder.store(), 3);
  std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
  ASSERT_EQ(chmod(folder.store().c_str(), 0444), 0);
  ASSERT_EQ(chmod((folder.store() + ".lock").c_str(), 0666), 0);
  const int code = InChild([&folder] {
    if (geteuid() == 0 && setuid(65534) != 0) return 2;  // root may write everything
    return HasCode(OpenSqliteStore(folder.store()).status(), ErrorCode::kStore) ? 0 : 3;
  });
  EXPECT_EQ(code, 0);
  ASSERT_EQ(chmod(folder.store().c_str(), 0600), 0);
  auto store = OpenSqliteStore(folder.store());
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ((*store)->VerifyChain()->events, 3);
}

// The second schema step makes the table of promotions anew while events point at it.
TEST(SqliteStore, AnOlderFileIsBroughtUpToDateWithAllItHolds) {
  Folder folder;
  Fill(folder.store(), 5);
  ASSERT_EQ(Sql(folder.store(), "PRAGMA user_version = 1"), SQLITE_OK);
  auto store = OpenSqliteStore(folder.store());
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ((*store)->LoadEvents("prm-1")->size(), 5u);
  EXPECT_TRUE((*store)->VerifyChain().ok());
  promotion::Request request = RequestFor("prm-2", "dev");
  request.kind = promotion::Kind::kRestore;
  EXPECT_TRUE((*store)->CreatePromotion(request, kNoon, {EventAt(9)}).ok());
  EXPECT_NE(Sql(folder.store(), "DELETE FROM promotion"), SQLITE_OK);
}

// The third makes the table of events anew: the chain that older controllers wrote must still verify.
TEST(SqliteStore, TheChainOfAnOlderFileVerifiesAndGoesOnWithDecisions) {
  Folder folder;
  Fill(folder.store(), 5);
  // As the controllers before wrote it: every event of a promotion.
  ASSERT_EQ(Sql(folder.store(),
                "DROP INDEX decision_position;"
                "CREATE TABLE old_event (id INTEGER PRIMARY KEY, promotion_id TEXT NOT NULL REFERENCES "
                "promotion (promotion_id), position INTEGER NOT NULL, type TEXT NOT NULL, at TEXT NOT NULL, "
                "run_id TEXT NOT NULL, step TEXT NOT NULL, version TEXT NOT NULL, attempt INTEGER NOT NULL, "
                "rule TEXT NOT NULL, text TEXT NOT NULL, facts TEXT NOT NULL, hash TEXT NOT NULL) STRICT;"
                "INSERT INTO old_event SELECT id, promotion_id, position, type, at, run_id, step, version, "
                "attempt, rule, text, facts, hash FROM event; DROP TABLE event;"
                "ALTER TABLE old_event RENAME TO event; PRAGMA user_version = 2"),
            SQLITE_OK);
  auto store = OpenSqliteStore(folder.store());
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ((*store)->VerifyChain()->events, 5);
  ASSERT_TRUE((*store)->IgnoreDrift({DecisionFor("prod-1", "a")}).ok());
  EXPECT_EQ((*store)->VerifyChain()->events, 6);
  EXPECT_NE(Sql(folder.store(), "DELETE FROM event WHERE id = 6"), SQLITE_OK);
  ASSERT_EQ(Sql(folder.store(),
                "DROP TRIGGER event_is_fixed; UPDATE event SET facts = json_set(facts, "
                "'$.reason', 'none') WHERE id = 6"),
            SQLITE_OK);
  EXPECT_TRUE(HasCode((*store)->VerifyChain().status(), ErrorCode::kStoreCorrupt));
}

}  // namespace
}  // namespace ferry::store
