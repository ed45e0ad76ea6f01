// The database beside a target into which a backup is restored: its name, its mark, its properties. Every
// session here is one of the restoring login on another database of the server, outside transactions unless
// said.
#ifndef FERRY_PG_RESTORE_DATABASE_H_
#define FERRY_PG_RESTORE_DATABASE_H_

#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pg/backup/proof.h"
#include "pg/session/session.h"

namespace ferry::restore {

struct Names {
  std::string target;  // the database that is to be replaced
  std::string fresh;   // what is restored, until the swap: TARGET__restore_RUN
  std::string before;  // what was replaced, after the swap: TARGET__before_RUN
};
// RUN is the end of the run's id; a long TARGET is cut, as names have 63 bytes.
Names NamesOf(absl::string_view target, absl::string_view run_id);

// A database's COMMENT while it is ours.
struct Mark {
  std::string target_id, run_id, backup_id;
  bool verified = false;
};
std::string ToText(const Mark& mark);
std::optional<Mark> MarkFrom(absl::string_view comment);

// A database's comment, "" when it has none; nothing when there is no such database.
absl::StatusOr<std::optional<std::string>> CommentOf(pg::Session& session, absl::string_view database);
absl::Status SetComment(pg::Session& session, absl::string_view database, absl::string_view comment);

// Drops what earlier restores of this target left: databases with its mark, and `names.fresh` without any.
// kRestoreFailed when `names.fresh` is somebody else's. `keep` is left alone.
absl::Status DropLeftovers(pg::Session& session, const Names& names, absl::string_view target_id,
                           absl::string_view keep = "");
absl::Status Drop(pg::Session& session, absl::string_view database);

// An empty database `names.fresh` with the locale, encoding and owner of `like` (nothing: the server's
// defaults), and the mark. kRestoreFailed, kPrivilege.
absl::Status Create(pg::Session& session, const Names& names, const Mark& mark,
                    const std::optional<pg::DatabaseProperties>& like);

// Settings, grants and connection limit; not the comment, which is the mark until the swap. Settings that may
// not be set are left out when `accepted` has their "setting:…" (losses.h), else kRestoreLoses.
// kRestoreFailed.
absl::Status Dress(pg::Session& session, absl::string_view database, const pg::DatabaseProperties& like,
                   const std::set<std::string>& accepted);

// In the caller's transaction: `setting` becomes one of `database`. The error when the login may not do that.
absl::Status Set(pg::Session& session, absl::string_view database, const pg::DatabaseSetting& setting);

}  // namespace ferry::restore

#endif  // FERRY_PG_RESTORE_DATABASE_H_
