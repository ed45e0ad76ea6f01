// Running pg_restore on one database.
#ifndef FERRY_PG_RESTORE_LOAD_H_
#define FERRY_PG_RESTORE_LOAD_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pg/session/connect.h"

namespace ferry::restore {

struct LoadRequest {
  std::string program;  // pg_restore's path
  pg::ConnectSettings
      connection;        // Session::EffectiveSettings of the restoring login, any database of the server
  std::string database;  // empty, to be filled
  std::string backup;    // the backup's folder
  std::string work_dir;  // private, 0700: holds the password while it runs
  int jobs = 1;
};

// Everything but subscriptions and the event triggers of the DDL watch (pg/watch), and stops at the first
// error. `stop` and `tick` as RunCommand. kRestoreFailed with pg_restore's reason (no row data), kCancelled,
// kDatabaseUnreachable, kBackupTool.
absl::Status Load(const LoadRequest& request, const std::function<bool()>& stop,
                  const std::function<void()>& tick);

// What pg_restore's words mean.
absl::Status LoadFailure(absl::string_view output, int exit_code);

}  // namespace ferry::restore

#endif  // FERRY_PG_RESTORE_LOAD_H_
