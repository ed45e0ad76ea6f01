// A program's own SQLite file: used by one process at a time, brought to its newest schema when opened, and
// written in transactions that are on the disk (WAL, synchronous=FULL) when they have succeeded. SQLiteCpp's
// exceptions end here.
//
// After the disk failed in the middle of a write nobody knows what it holds (an fsync that failed once may
// succeed later without having written anything), so every further write is refused until the program has
// been restarted and SQLite has recovered the file. A full disk is not such a failure: the write is undone
// and can be tried again. Thread-safe: one connection, one mutex.
#ifndef FERRY_SQLITE_DATABASE_H_
#define FERRY_SQLITE_DATABASE_H_

#include <SQLiteCpp/SQLiteCpp.h>

#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/base/mutex.h"
#include "sqlite/file_lock.h"

namespace ferry::sqlite {

// One file of a folder under migrations/, embedded by ferry_embed_sql when the program is built.
struct SchemaStep {
  const char* name;  // "0001_initial.sql"
  const char* sql;
};

// What kind of file it is, and the words of its errors. A constant of its owner.
struct FileKind {
  const char* owner;         // "controller"
  const char* what;          // "store"
  const char* when_corrupt;  // what to do then
  int application_id;        // in the file's header, so that another program's file is not taken for this one
  // Fail points around every commit.
  const char* before_commit;
  const char* after_commit;
};

class Database {
 public:
  // Opens or creates (mode 0600) `path` and its lock `path`.lock. Step n of `steps` takes a file from
  // user_version n-1 to n; a step that was released never changes. kStore: in use by another process, not of
  // this kind, written by a newer program, or the file system refuses. kStoreCorrupt: not a database, or
  // damaged.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path, const FileKind& kind,
                                                        const std::vector<SchemaStep>& steps);

  // Runs `body(SQLite::Database&)`, which returns a Status or StatusOr, in one transaction: durable when this
  // returns OK, undone when `body` returns an error or throws. `body` must not call this object.
  template <typename Body>
  std::invoke_result_t<Body, SQLite::Database&> Write(Body body) {
    MutexLock lock(&mutex_);
    if (broken_) return Broken();
    try {
      SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
      auto result = body(connection_);
      if (!result.ok()) return result;
      FAULT_POINT(kind_.before_commit);
      transaction.commit();
      FAULT_POINT(kind_.after_commit);
      return result;
    } catch (const SQLite::Exception& e) {
      broken_ = IsDiskFailure(e);
      return StatusOf(e);
    } catch (const std::exception& e) {
      return Error(ErrorCode::kStore, e.what());
    }
  }

  // Runs `body` on one consistent state of the database.
  template <typename Body>
  std::invoke_result_t<Body, SQLite::Database&> Read(Body body) {
    MutexLock lock(&mutex_);
    try {
      SQLite::Transaction transaction(connection_);
      return body(connection_);
    } catch (const SQLite::Exception& e) {
      return StatusOf(e);
    } catch (const std::exception& e) {
      return Error(ErrorCode::kStore, e.what());
    }
  }

 private:
  Database(std::unique_ptr<FileLock> file_lock, const std::string& path, const FileKind& kind);
  absl::Status Prepare(const std::vector<SchemaStep>& steps);
  absl::Status CheckKind(const std::vector<SchemaStep>& steps) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void BringToNewest(const std::vector<SchemaStep>& steps) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static bool IsDiskFailure(const SQLite::Exception& e);
  absl::Status StatusOf(const SQLite::Exception& e) const;
  absl::Status Broken() const;

  const std::unique_ptr<FileLock> file_lock_;
  const std::string path_;
  const FileKind kind_;
  Mutex mutex_;
  SQLite::Database connection_ ABSL_GUARDED_BY(mutex_);
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace ferry::sqlite

#endif  // FERRY_SQLITE_DATABASE_H_
