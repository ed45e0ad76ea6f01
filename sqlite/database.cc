#include "sqlite/database.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace ferry::sqlite {
namespace {

constexpr int kBusyTimeoutMs = 5000;  // somebody reads with sqlite3 while we write

absl::Status CreateFile(const std::string& path, const FileKind& kind) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return Error(ErrorCode::kStore,
                 absl::StrCat("cannot open the ", kind.what, " \"", path, "\": ", strerror(errno)))
        .Next(absl::StrCat("let the ", kind.owner, "'s user write it"));
  }
  close(descriptor);
  return absl::OkStatus();
}

int Pragma(SQLite::Database& db, const char* name) {
  return db.execAndGet(absl::StrCat("PRAGMA ", name)).getInt();
}

}  // namespace

Database::Database(std::unique_ptr<FileLock> file_lock, const std::string& path, const FileKind& kind)
    : file_lock_(std::move(file_lock)),
      path_(path),
      kind_(kind),
      connection_(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMs) {}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path, const FileKind& kind,
                                                         const std::vector<SchemaStep>& steps) {
  ASSIGN_OR_RETURN(std::unique_ptr<FileLock> lock,
                   FileLock::Take(absl::StrCat(path, ".lock"), kind.owner, kind.what));
  RETURN_IF_ERROR(CreateFile(path, kind));
  try {
    std::unique_ptr<Database> database(new Database(std::move(lock), path, kind));
    RETURN_IF_ERROR(database->Prepare(steps));
    return database;
  } catch (const std::exception& e) {
    return Error(ErrorCode::kStore,
                 absl::StrCat("cannot open the ", kind.what, " \"", path, "\": ", e.what()));
  }
}

absl::Status Database::Prepare(const std::vector<SchemaStep>& steps) {
  MutexLock lock(&mutex_);
  try {
    RETURN_IF_ERROR(CheckKind(steps));
    if (connection_.execAndGet("PRAGMA journal_mode = WAL").getString() != "wal") {
      return Error(ErrorCode::kStore,
                   absl::StrCat("the file system of \"", path_, "\" cannot hold a WAL database"));
    }
    connection_.exec("PRAGMA synchronous = FULL");
    BringToNewest(steps);
    connection_.exec("PRAGMA foreign_keys = ON");
    connection_.exec("PRAGMA recursive_triggers = ON");  // or INSERT OR REPLACE deletes unseen by triggers
    return absl::OkStatus();
  } catch (const SQLite::Exception& e) {
    return StatusOf(e);
  }
}

absl::Status Database::CheckKind(const std::vector<SchemaStep>& steps) {
  const bool empty = connection_.execAndGet("SELECT count(*) = 0 FROM sqlite_schema").getInt() != 0;
  if (!empty && Pragma(connection_, "application_id") != kind_.application_id) {
    return Error(ErrorCode::kStore,
                 absl::StrCat("\"", path_, "\" is not the ", kind_.what, " of a ferry-", kind_.owner))
        .Next(absl::StrCat("give the ", kind_.owner, " another path for its ", kind_.what));
  }
  const int version = Pragma(connection_, "user_version");
  if (version > static_cast<int>(steps.size())) {
    return Error(ErrorCode::kStore,
                 absl::StrCat("\"", path_, "\" was written by a newer ferry-", kind_.owner, " (schema ",
                              version, ", this one knows ", steps.size(), ")"))
        .Next(absl::StrCat("start the newer ferry-", kind_.owner));
  }
  return absl::OkStatus();
}

// Foreign keys are off meanwhile, because a step may make a table anew that others point at; they are checked
// before each step commits.
void Database::BringToNewest(const std::vector<SchemaStep>& steps) {
  connection_.exec("PRAGMA foreign_keys = OFF");  // SQLite may be built with them on
  for (auto done = static_cast<size_t>(Pragma(connection_, "user_version")); done < steps.size(); ++done) {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::EXCLUSIVE);
    connection_.exec(steps[done].sql);
    if (SQLite::Statement(connection_, "PRAGMA foreign_key_check").executeStep()) {
      throw SQLite::Exception(absl::StrCat("schema step ", done + 1, " leaves rows that point nowhere"));
    }
    connection_.exec(absl::StrCat("PRAGMA application_id = ", kind_.application_id));
    connection_.exec(absl::StrCat("PRAGMA user_version = ", done + 1));
    transaction.commit();
  }
}

bool Database::IsDiskFailure(const SQLite::Exception& e) {
  const int code = e.getErrorCode() & 0xFF;
  return code == SQLITE_IOERR || code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

absl::Status Database::StatusOf(const SQLite::Exception& e) const {
  const int code = e.getErrorCode() & 0xFF;
  const std::string message = absl::StrCat(kind_.what, " \"", path_, "\": ", e.what());
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    return Error(ErrorCode::kStoreCorrupt, message).Next(kind_.when_corrupt);
  }
  if (code == SQLITE_FULL) {
    return Error(ErrorCode::kStore, message)
        .Next(absl::StrCat("free space on the file system of the ", kind_.what, "; nothing was changed"));
  }
  if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN) {
    return Error(ErrorCode::kStore, message)
        .Next(absl::StrCat("let the ", kind_.owner, "'s user write the ", kind_.what, "'s file and folder"));
  }
  return Error(ErrorCode::kStore, message);
}

absl::Status Database::Broken() const {
  return Error(ErrorCode::kStore,
               absl::StrCat("the disk failed while \"", path_,
                            "\" was written; nothing is written until ferry-", kind_.owner, " restarts"))
      .Next(absl::StrCat("check the disk, then restart ferry-", kind_.owner));
}

}  // namespace ferry::sqlite
