// Backups of one target: a pg_dump in directory format plus a manifest with the SHA-256 of every file. A
// backup either stands complete under its name, or there is only a `*.part` folder that RemovePartials
// clears.
//
// Layout: FOLDER/ID/{toc.dat, *.dat.gz, …, manifest.json}. Restore with `pg_restore -d DATABASE FOLDER/ID`.
// What is dumped is what the login may read: a table it may not read, a row-level policy on it or (before
// PostgreSQL 18) a large object of another owner fails the backup, and never is left out silently.
#ifndef FERRY_PG_BACKUP_BACKUP_H_
#define FERRY_PG_BACKUP_BACKUP_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pg/backup/manifest.h"
#include "pg/session/connect.h"
#include "pg/session/session.h"

namespace ferry::pg {

struct BackupRequest {
  ConnectSettings connection;  // the observe login
  std::string folder;          // of this target alone; made (0700) when only its last part is missing
  std::string backup_id;  // letters, digits, '.', '_', '-'; first a letter or digit; not ending in ".part"
  std::string pg_dump;    // the program's path; "" finds the server's major version, else the next newer
  int jobs = 1;           // connections that dump at the same time, each one table
  std::string work_dir;   // private, 0700, existing: holds the password for pg_dump while it runs
  std::map<std::string, std::string> facts;  // for the manifest: promotion, plan digest, …
  // More of them, from the very snapshot that is dumped: called once, in its transaction (REPEATABLE READ).
  // Empty: none.
  std::function<absl::StatusOr<std::map<std::string, std::string>>(Session&)> snapshot_facts;
  // Told of the session that counts rows, so that a cancel from another thread reaches it. May be empty.
  std::function<void(const Canceller&)> running;
  absl::Time now;
};

struct BackupInfo {
  std::string id, path;
  int64_t bytes = 0;  // of the dump, without the manifest
  int files = 0;      // as well
  std::string manifest_sha256;
};

// Takes the backup and makes it durable (fsync of every file and folder) before the name FOLDER/ID appears.
// When FOLDER/ID is there already, it is verified and returned instead, whatever its facts: a repeated
// command takes no second backup. `server_version_num`: 150004 for 15.4. `cancelled` is asked a few times a
// second, on this thread, and true ends pg_dump; `progress` is told how many bytes are on disk, about twice a
// second. Both may be empty. One backup a folder at a time. The manifest's proof (proof.h) is of the snapshot
// that is dumped; its row counts scan every table once more. Every failure removes the partial folder.
// Errors:
// - kBackupDisk: no space, quota, file size limit, or the folder cannot be made or written
// - kBackupTool: pg_dump is missing, cannot be run or is older than the server
// - kDatabaseUnreachable, kAuthentication, kConnectionSetting: as Session::Open
// - kDatabaseUnreachable: also when the connection breaks later
// - kPrivilege: the login may not read something
// - kBackupFailed: whatever else pg_dump says, such as a table that stayed locked for 10 s; or another backup
//   is being taken in the folder
// - kBackupCorrupt: FOLDER/ID exists and does not verify
// - kCancelled: `cancelled` said so
// - kInternal: an id that is no name
absl::StatusOr<BackupInfo> TakeBackup(const BackupRequest& request, int server_version_num,
                                      std::function<bool()> cancelled,
                                      std::function<void(int64_t bytes)> progress);

// Reads every byte of the backup and compares it with the manifest. kBackupCorrupt names the file that is
// missing, changed, cut, unreadable or not in the manifest. It proves that the backup is what was written,
// not that it restores. `go_on` (may be empty) is asked after each MiB; false ends it with kCancelled.
absl::Status VerifyBackup(absl::string_view path, const std::function<bool()>& go_on = nullptr);

// kBackupCorrupt: there is none that can be read.
absl::StatusOr<Manifest> ReadManifest(absl::string_view path);

// The backups with a manifest, oldest first; one whose manifest cannot be read comes last, with files == 0.
// Nothing is verified. A folder that does not exist has none. kFileSystem: the folder cannot be read.
absl::StatusOr<std::vector<BackupInfo>> ListBackups(absl::string_view folder);

// Removes the `*.part` folders that earlier processes left. Does nothing while a backup is being taken there.
void RemovePartials(absl::string_view folder);

}  // namespace ferry::pg

#endif  // FERRY_PG_BACKUP_BACKUP_H_
