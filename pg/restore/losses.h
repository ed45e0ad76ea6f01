// What belongs to a database and cannot follow when another one takes its name.
#ifndef FERRY_PG_RESTORE_LOSSES_H_
#define FERRY_PG_RESTORE_LOSSES_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pg/backup/proof.h"
#include "pg/session/session.h"

namespace ferry::restore {

struct Loss {
  std::string
      name;  // as --accept takes it: "slot:NAME", "subscription:NAME", "setting:NAME", "setting:NAME@ROLE"
  std::string why;
};
inline constexpr char kLedgerLoss[] = "ledger:after-backup";

std::string LossOf(const pg::DatabaseSetting& setting);

// Logical slots and subscriptions of the database `target`, which stay with the old database, and settings of
// `like` that this login may not set (tried on `target`, and rolled back; not tried when there is no such
// database). `session`: the restoring login on another database, outside a transaction.
absl::StatusOr<std::vector<Loss>> FindLosses(pg::Session& session, absl::string_view target,
                                             const std::optional<pg::DatabaseProperties>& like);

// Those of `losses` that nobody accepted.
std::vector<Loss> NotAccepted(const std::vector<Loss>& losses, const std::set<std::string>& accepted);

// kRestoreLoses with every one of them, and what to add to the command to go on without it.
absl::Status Refusal(const std::vector<Loss>& losses, absl::string_view database);

}  // namespace ferry::restore

#endif  // FERRY_PG_RESTORE_LOSSES_H_
