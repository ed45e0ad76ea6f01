#include "sqlite/database.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sqlite/statement.h"

namespace ferry::sqlite {
namespace {

constexpr FileKind kPantry{"cook", "pantry", "throw it away", 0x1234, "pantry.before", "pantry.after"};
const std::vector<SchemaStep> kFirst = {
    {"0001_jar.sql", "CREATE TABLE jar (name TEXT PRIMARY KEY, content BLOB) STRICT;"}};
const std::vector<SchemaStep> kSecond = {kFirst[0],
                                         {"0002_shelf.sql", "ALTER TABLE jar ADD COLUMN shelf INTEGER;"}};
const std::vector<SchemaStep> kBroken = {kFirst[0],
                                         {"0002_bad.sql", "CREATE TABLE lid (a); CREATE TABLE jar (b);"}};

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() {
    std::string name = testing::TempDir() + "/ferry-sqlite-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) abort();
    folder_ = name;
  }
  ~DatabaseTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/pantry.db"; }
  absl::StatusOr<std::unique_ptr<Database>> Open(const std::vector<SchemaStep>& steps = kFirst) const {
    return Database::Open(path(), kPantry, steps);
  }
  static absl::Status Put(Database& db, const std::string& name, const std::string& content) {
    return db.Write([&](SQLite::Database& c) -> absl::Status {
      sqlite::Run(c, "INSERT INTO jar (name, content) VALUES (?, ?)", name, Bytes{content});
      return absl::OkStatus();
    });
  }
  static int64_t Jars(Database& db) {
    return *db.Read([](SQLite::Database& c) -> absl::StatusOr<int64_t> {
      return c.execAndGet("SELECT count(*) FROM jar").getInt64();
    });
  }

 private:
  std::string folder_;
};

TEST_F(DatabaseTest, WhatWasWrittenIsThereAfterOpeningAgain) {
  {
    auto db = Open();
    ASSERT_TRUE(db.ok()) << db.status();
    EXPECT_TRUE(Put(**db, "plums", std::string("\0\xff", 2)).ok());
  }
  auto db = Open();
  const auto content = (*db)->Read([](SQLite::Database& c) -> absl::StatusOr<std::string> {
    SQLite::Statement row = Query(c, "SELECT content FROM jar WHERE name = ?", std::string("plums"));
    row.executeStep();
    return row.getColumn(0).getString();
  });
  EXPECT_EQ(*content, std::string("\0\xff", 2));
}

TEST_F(DatabaseTest, AnErrorOrAnExceptionUndoesTheWholeWrite) {
  auto db = Open();
  ASSERT_TRUE(db.ok());
  const absl::Status refused = (*db)->Write([](SQLite::Database& c) -> absl::Status {
    sqlite::Run(c, "INSERT INTO jar (name) VALUES ('a')");
    return Error(ErrorCode::kUsage, "changed its mind");
  });
  EXPECT_TRUE(HasCode(refused, ErrorCode::kUsage));
  const absl::Status thrown = (*db)->Write([](SQLite::Database& c) -> absl::Status {
    sqlite::Run(c, "INSERT INTO jar (name) VALUES ('a')");
    sqlite::Run(c, "INSERT INTO jar (name) VALUES ('a')");
    return absl::OkStatus();
  });
  EXPECT_TRUE(HasCode(thrown, ErrorCode::kStore));
  EXPECT_EQ(Jars(**db), 0);
  EXPECT_TRUE(Put(**db, "a", "").ok());  // a broken rule is not a broken disk
}

TEST_F(DatabaseTest, AFullDiskUndoesTheWriteAndIsNoLongerOneWhenThereIsSpace) {
  auto db = Open();
  ASSERT_TRUE(db.ok());
  const auto limit = [&db](int pages) {
    return (*db)->Read([pages](SQLite::Database& c) -> absl::Status {
      c.execAndGet(absl::StrCat("PRAGMA max_page_count = ", pages));
      return absl::OkStatus();
    });
  };
  ASSERT_TRUE(limit(8).ok());
  const absl::Status full = Put(**db, "large", std::string(100000, 'x'));
  EXPECT_TRUE(HasCode(full, ErrorCode::kStore));
  EXPECT_TRUE(absl::StrContains(DetailOf(full).next, "free space")) << full;
  EXPECT_EQ(Jars(**db), 0);
  ASSERT_TRUE(limit(1000).ok());
  EXPECT_TRUE(Put(**db, "large", std::string(100000, 'x')).ok());
}

TEST_F(DatabaseTest, OneProcessOwnsTheFile) {
  auto first = Open();
  ASSERT_TRUE(first.ok());
  const absl::Status second = Open().status();
  EXPECT_TRUE(HasCode(second, ErrorCode::kStore));
  EXPECT_TRUE(absl::StrContains(second.message(), absl::StrCat("another cook, process ", getpid())))
      << second;
  first->reset();
  EXPECT_TRUE(Open().ok());
}

TEST_F(DatabaseTest, AnOlderFileIsBroughtToTheNewestSchemaAndANewerOneRefused) {
  ASSERT_TRUE(Open(kFirst).ok());
  auto db = Open(kSecond);
  ASSERT_TRUE(db.ok()) << db.status();
  EXPECT_TRUE((*db)
                  ->Write([](SQLite::Database& c) -> absl::Status {
                    sqlite::Run(c, "INSERT INTO jar (name, shelf) VALUES ('a', 3)");
                    return absl::OkStatus();
                  })
                  .ok());
  db->reset();
  const absl::Status older = Open(kFirst).status();
  EXPECT_TRUE(HasCode(older, ErrorCode::kStore));
  EXPECT_TRUE(absl::StrContains(older.message(), "newer ferry-cook")) << older;
}

TEST_F(DatabaseTest, ASchemaStepThatFailsLeavesTheFileAsItWas) {
  {
    auto db = Open(kFirst);
    ASSERT_TRUE(Put(**db, "a", "").ok());
  }
  EXPECT_TRUE(HasCode(Open(kBroken).status(), ErrorCode::kStore));
  auto db = Open(kSecond);
  ASSERT_TRUE(db.ok()) << db.status();
  EXPECT_EQ(Jars(**db), 1);
}

TEST_F(DatabaseTest, AnotherKindOfFileIsNotTakenForOurs) {
  ASSERT_TRUE(Open().ok());
  FileKind other = kPantry;
  other.application_id = 0x4321;
  EXPECT_TRUE(HasCode(Database::Open(path(), other, kFirst).status(), ErrorCode::kStore));
}

}  // namespace
}  // namespace ferry::sqlite
