// The exchange of names, and who is in its way. `session`: a login on another database of the server, outside
// a transaction.
#ifndef FERRY_PG_RESTORE_SWAP_H_
#define FERRY_PG_RESTORE_SWAP_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pg/restore/database.h"
#include "pg/session/session.h"

namespace ferry::restore {

// A client that is connected to the database, or a transaction that was prepared there.
struct Connected {
  std::string text;  // "app (worker 7) pid 4711 since 2026-11-26 19:00:01+00"
  std::string application_name;
};
absl::StatusOr<std::vector<Connected>> WhoIsConnected(pg::Session& session, absl::string_view database);
// kTargetInUse naming a handful of them; OK when there is nobody.
absl::Status InUse(const std::vector<Connected>& connected, absl::string_view database);

// In one transaction: names.target (when it exists) becomes names.before, names.fresh becomes names.target,
// with `comment`; what was replaced says so in its own comment, before what that said. The server refuses
// while anybody is connected to either: kTargetInUse. `timeout`: for all of it. Fail points
// swap.renamed.before and swap.renamed.after.
absl::Status ExchangeNames(pg::Session& session, const Names& names, absl::string_view comment,
                           absl::string_view run_id, absl::Duration timeout);

}  // namespace ferry::restore

#endif  // FERRY_PG_RESTORE_SWAP_H_
