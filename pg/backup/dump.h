// Finding pg_dump and running it: on a folder (inside pg/backup, for a backup), or as text.
#ifndef FERRY_PG_BACKUP_DUMP_H_
#define FERRY_PG_BACKUP_DUMP_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pg/backup/subprocess.h"
#include "pg/session/connect.h"

namespace ferry::pg {

struct DumpTool {
  std::string path;
  std::string version;  // "pg_dump (PostgreSQL) 15.4"
};

// `program`: "pg_dump", "pg_restore". `configured`, or where it is empty: the usual folders of packages for
// the server's major version and then for newer ones, then PATH. kBackupTool: there is none, it does not run,
// or it is older than the server, which these programs refuse.
absl::StatusOr<DumpTool> FindClientTool(const std::string& program, const std::string& configured,
                                        int server_version_num);

struct DumpRequest {
  DumpTool tool;
  ConnectSettings effective;  // Session::EffectiveSettings
  std::string folder;         // exists and is empty
  std::string work_dir;
  int jobs = 1;
  std::string snapshot;  // exported by a session that stays open; "" = one of its own
};

// Runs pg_dump into the folder. The login reaches it through the environment, the password through a file
// (0600) in a new folder (0700) under `work_dir`, removed at the end. Errors as TakeBackup.
absl::Status Dump(const DumpRequest& request, const std::function<bool()>& stop,
                  const std::function<void()>& tick);

// Runs one of PostgreSQL's client programs with these arguments. The login `effective` reaches it through the
// environment, the password through a file (0600) in a new folder (0700) under `work_dir`, removed at the
// end: nothing of it stands in `arguments`. Otherwise as RunCommand.
absl::StatusOr<Outcome> RunClient(const std::string& program, const std::vector<std::string>& arguments,
                                  const ConnectSettings& effective, const std::string& work_dir,
                                  const std::function<bool()>& stop, const std::function<void()>& tick);

struct TextDump {
  ConnectSettings connection;
  bool rows = false;    // also the rows of every table, as INSERT statements
  bool grants = false;  // also who may do what
  std::string pg_dump;  // the program's path; "" finds it
};

// What pg_dump prints of a database as SQL, for us to read: all schemas but our own (`ferry`, `ferry_watch`),
// without owners and tablespaces. The event triggers of `ferry_watch` are there. Errors as TakeBackup.
absl::StatusOr<std::string> DumpText(const TextDump& request);

// What pg_dump's words mean; `output` may hold several lines. The error's text has no row data.
absl::Status DumpFailure(absl::string_view output, int exit_code);

}  // namespace ferry::pg

#endif  // FERRY_PG_BACKUP_DUMP_H_
