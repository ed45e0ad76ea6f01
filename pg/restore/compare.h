// Is a restored database what its backup's manifest says?
#ifndef FERRY_PG_RESTORE_COMPARE_H_
#define FERRY_PG_RESTORE_COMPARE_H_

#include <functional>

#include "absl/status/status.h"
#include "pg/backup/proof.h"
#include "pg/session/session.h"

namespace ferry::restore {

// Compares every object of the schema and the rows of every table with `proof`. `session`: the observing
// login on the restored database, outside a transaction. kRestoreDiffers names the first few that differ;
// kCancelled once `stop`, asked before each table, says so; those of the connection.
absl::Status Compare(pg::Session& session, const pg::Proof& proof, const std::function<bool()>& stop);

}  // namespace ferry::restore

#endif  // FERRY_PG_RESTORE_COMPARE_H_
