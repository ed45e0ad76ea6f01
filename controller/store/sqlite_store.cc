#include "controller/store/sqlite_store.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/store/chain.h"
#include "controller/store/rows.h"
#include "controller/store/schema.h"

namespace ferry::store {
namespace {

constexpr sqlite::FileKind kStoreFile{
    "controller",
    "store",
    "stop the controller, keep its store as evidence, and restore the newest copy that verifies",
    0x46724374,  // "FrCt"
    "store.commit.before",
    "store.commit.after"};
constexpr int64_t kPage = 1000;  // events verified under one hold of the database
constexpr int64_t kCheckedWhenOpened = 100;

// Verifies up to kPage events after those that `verifier` has seen; true when the log's end was reached and
// matches.
absl::StatusOr<bool> VerifyPage(SQLite::Database& db, ChainVerifier& verifier) {
  const std::string sql =
      absl::StrCat("SELECT ", kEventColumns, " FROM event WHERE id > ? ORDER BY id LIMIT ?");
  SQLite::Statement rows = Query(db, sql, verifier.id(), kPage);
  int64_t seen = 0;
  for (; rows.executeStep(); ++seen) RETURN_IF_ERROR(verifier.Add(EventFrom(rows)));
  if (seen == kPage) return false;
  RETURN_IF_ERROR(verifier.CheckHead(LogHead(db)));
  return true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path) {
  ASSIGN_OR_RETURN(std::unique_ptr<sqlite::Database> database,
                   sqlite::Database::Open(path, kStoreFile, SchemaSteps()));
  auto store = std::make_unique<SqliteStore>(std::move(database));
  RETURN_IF_ERROR(store->CheckNewest());
  return std::unique_ptr<Store>(std::move(store));
}

absl::Status SqliteStore::CheckNewest() {
  return database_->Read([](SQLite::Database& db) -> absl::Status {
    const int64_t before = std::max<int64_t>(0, LogHead(db).events - kCheckedWhenOpened);
    SQLite::Statement previous = Query(db, "SELECT hash FROM event WHERE id = ?", before);
    const bool found = previous.executeStep();
    ChainVerifier verifier(before, found ? previous.getColumn(0).getString() : "");
    return VerifyPage(db, verifier).status();
  });
}

absl::StatusOr<ChainReport> SqliteStore::VerifyChain() {
  ChainVerifier verifier(0, "");
  bool done = false;
  while (!done) {
    ASSIGN_OR_RETURN(done,
                     database_->Read([&verifier](SQLite::Database& db) { return VerifyPage(db, verifier); }));
  }
  return ChainReport{verifier.id(), verifier.hash()};
}

absl::StatusOr<int64_t> SqliteStore::RaiseEpoch() {
  return database_->Write([](SQLite::Database& db) -> absl::StatusOr<int64_t> {
    Run(db, "UPDATE controller SET epoch = epoch + 1");
    return db.execAndGet("SELECT epoch FROM controller").getInt64();
  });
}

}  // namespace ferry::store
