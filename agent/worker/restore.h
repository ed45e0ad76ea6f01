// The steps of a restore: what must hold first, the backup into a database beside the target, the exchange of
// names. Each may be repeated after any failure.
#ifndef FERRY_AGENT_WORKER_RESTORE_H_
#define FERRY_AGENT_WORKER_RESTORE_H_

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "agent/worker/steps.h"
#include "pg/backup/manifest.h"
#include "pg/executor/run.h"
#include "pg/restore/database.h"
#include "pg/session/session.h"

namespace ferry::worker {

// What all three need. The target's own database is not needed: it may be damaged or gone.
struct Restoring {
  policy::TargetConfig target;
  std::string backup_path;
  pg::Manifest manifest;
  restore::Names names;
  std::unique_ptr<pg::Session> admin;  // the restoring login on the maintenance database
  std::set<std::string> accepted;
};
// kRestoreFailed: the agent's file has no restoring login. kBackupUnknown, kBackupCorrupt (also: of another
// target), those of connecting.
absl::StatusOr<Restoring> PrepareRestore(const v1::Command& command, const StepContext& context,
                                         const executor::RunContext& run);

// A session of one of the target's logins on another database than the target's own.
absl::StatusOr<std::unique_ptr<pg::Session>> ConnectTo(const policy::TargetConfig& target,
                                                       const policy::LoginConfig& login,
                                                       const std::string& database,
                                                       const std::string& application_name);

// Reads every byte of the backup, finds pg_restore, looks at the restoring login's rights and names what
// cannot follow a swap. Changes nothing. kRestoreLoses, kPrivilege, kBackupTool, and those of PrepareRestore.
absl::StatusOr<v1::StepDone> RestorePreflight(const v1::Command& command, const StepContext& context,
                                              const executor::RunContext& run);

// The database names.fresh, filled, dressed, analysed and compared with the manifest. Does nothing when it is
// there and verified; begins anew otherwise. Needs no window: the target is not touched. kRestoreFailed,
// kRestoreDiffers, kRestoreLoses; on an error the new database is dropped.
absl::StatusOr<v1::StepDone> RunRestore(const v1::Command& command, const StepContext& context,
                                        const executor::RunContext& run);

// Under an open window: quiesce hook, the ledger's history into the new database, the exchange of names,
// resume hook. kWindowClosed, kTargetInUse, kHookFailed, kLedgerMismatch, kRestoreLoses; the names are as
// they were except after kHookFailed of "resume", which says so.
absl::StatusOr<v1::StepDone> RunSwap(const v1::Command& command, const StepContext& context,
                                     const executor::RunContext& run);

// Whether the target's ledger says that this run restored it. False when it cannot be read.
bool SwapTookEffect(const v1::Command& command, const StepContext& context);

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_RESTORE_H_
