// The stable error codes that users see (`FE####`), one row each: name, gRPC/absl code, meaning, what to do
// next. A number is never reused and never changes its meaning; scripts may match on it. Ranges: 01 migration
// files, 02 plans, 03 promotions, 04 windows and agents, 05 connecting and preflight, 06 apply and ledger, 07
// backup, 08 verify, 09 configuration, transport and usage.
#ifndef FERRY_CORE_BASE_ERROR_CODES_H_
#define FERRY_CORE_BASE_ERROR_CODES_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace ferry {

enum class ErrorCode : int {
  kUnspecified = 0,
  // 01: migration files
  kMigrationHeader = 101,     // a header line is missing, unknown, repeated or malformed
  kUnknownDirective = 102,    // `-- ferry:xyz` that we do not know, or an unknown option of one
  kMissingDown = 103,         // neither `-- ferry:down` nor `down irreversible reason=…`
  kSqlSyntax = 104,           // a statement that PostgreSQL's parser refuses
  kForbiddenStatement = 105,  // transaction control, psql commands, SET that would defeat the agent
  kBackfillShape = 106,       // a backfill that is not one UPDATE/DELETE with a WHERE
  kVerifyShape = 107,         // a verify section whose statement is not a query
  kBadVersion = 108,          // not MAJOR.MINOR.PATCH, or name and header disagree
  kDuplicateVersion = 109,    // two files with one version
  kSumMismatch = 110,         // ferry.sum does not match the files: edited, lost or reordered
  kEmptyMigration = 111,      // no up section, or no statement in it
  kNonTransactional = 112,    // a statement that cannot run in a transaction block, where one is needed
  kPlaceholder = 113,         // `${name}` without a value, or malformed
  kRequires = 114,            // `requires:` names a version that is not in the plan before it
  kTransformShape = 115,      // a transform that is not one SELECT of one table, or its options do not fit it
  kRepeatableShape = 116,     // a repeatable file (R_name.sql) that holds what only a version may
  kSquashShape = 117,         // a `squashes:` line that cannot be read or does not fit
  // 02: plans
  kPlanUnknown = 201,         // no plan with this digest or name
  kPlanConflict = 202,        // a registered migration's content would change
  kPlanTooLarge = 203,        // over the limit on plan size
  kVersionUnknown = 204,      // the plan has no such version
  kPlanDigestMismatch = 205,  // bytes received do not have the digest announced
  // 03: promotions
  kEnvironmentUnknown = 301,  // no such environment
  kPromotionActive = 302,     // the environment already has an active promotion
  kPromotionUnknown = 303,    // no promotion with this id
  kPipelineOrder = 304,       // the environment before it is not at that version
  kNothingToDo = 305,         // already there
  kIrreversible = 306,        // a migration to roll back says irreversible
  kOutOfOrder = 307,          // a pending version is below the newest applied one
  kPromotionFinished = 308,   // it has ended: cannot be cancelled
  kStaleCommand = 309,        // epoch or attempt older than one already seen
  kNotHeld = 310,             // nothing of it is held: there is nothing to resume or abort
  // 04: windows and agents
  kWindowClosed = 401,  // the target's window is closed
  kAgentOffline = 402,  // no live session for this target's agent
  kAgentUnknown = 403,  // an agent or target that the controller does not expect
  kAgentTimeout = 404,  // an agent did not answer in time
  kWindowSpec = 406,    // a window that cannot be read
  kProtected = 407,     // the target is protected, and nobody that its agent knows has approved this
  // 05: connecting and preflight
  kDatabaseUnreachable = 501,  // connection refused, lost, or timed out
  kAuthentication = 502,       // password or role refused
  kServerVersion = 503,        // a server older than 13
  kStandby = 504,              // the target is a standby or read-only
  kPooler = 505,               // a transaction pooler stands between
  kPrivilege = 506,            // the login lacks a privilege
  kLedgerMismatch = 507,       // the ledger disagrees with the plan
  kLedgerMissing = 508,        // no ledger, and the set-up login may not create it
  kTargetBusy = 509,           // another session holds the target's advisory lock
  kConnectionSetting = 510,    // a connection setting that libpq refuses
  kCatalogChanging = 511,      // the schema changed each time while it was being read
  kBaselineDiffers = 512,      // the target is not what the plan makes
  kScratch = 513,              // no scratch database, or it cannot be used
  kDrift = 514,                // the schema is not what the ledger says it should be
  // 06: apply and ledger
  kStatementFailed = 601,      // the server refused a statement; the segment was rolled back
  kLockTimeout = 602,          // lock_timeout, after all retries
  kDeadlineExceeded = 603,     // the window closed while it ran; rolled back
  kGuardRefused = 604,         // the commit guard refused: epoch or deadline
  kOutcomeUnknown = 605,       // COMMIT's answer was lost and could not be resolved
  kEmbeddedTransaction = 606,  // a statement ended our transaction
  kBackfillStuck = 607,        // rows still match after they were updated
  kBackfillKey = 608,          // the table has no unique key to walk by
  kCancelled = 609,            // the operator cancelled
  kInvalidIndex = 610,         // an INVALID index is in the way
  kTransformProgram = 611,     // a transform's program is unknown, changed, crashed or broke the rules
  kTransformRejected = 612,    // a transform's program rejected a row
  kBlocksOthers = 613,         // it kept others waiting for longer than the agent's file allows
  kOldSnapshot = 614,          // older transactions outlasted the wait before a concurrent statement
  kConflictingObject = 615,    // an object of that name is there, and is not what the statement makes
  kCrashLoop = 616,            // the agent ended at this step again and again
  // 07: backup
  kBackupFailed = 701,    // pg_dump failed
  kBackupDisk = 702,      // no space, or the folder cannot be written
  kBackupCorrupt = 703,   // a file does not match its manifest
  kBackupTool = 704,      // pg_dump missing or older than the server
  kBackupUnknown = 705,   // no backup with this id
  kRestoreFailed = 706,   // pg_restore failed, or the new database could not be made
  kTargetInUse = 707,     // sessions of others are connected to the database that is to be replaced
  kRestoreLoses = 708,    // something cannot follow the swap, and nobody accepted its loss
  kRestoreDiffers = 709,  // the restored database is not what the backup's manifest says
  kHookFailed = 710,      // a hook of the agent's file failed
  // 08: verify, and what is proven before it is written down
  kVerifyFalse = 801,      // a verify query returned false or null
  kVerifyRows = 802,       // a verify query returned not exactly one row with one boolean
  kVerifyError = 803,      // a verify query failed
  kInvalidLeftover = 804,  // an invalid index or unvalidated constraint is left
  kDataLoss = 805,         // SQL that would lose data which nobody allowed to be lost
  kModelsCommand = 806,    // a `models:` command failed, or printed no SQL
  kNotConverging = 807,    // tried in a scratch database, the SQL does not make what it should
  kNotRepeatable = 808,    // the SQL cannot be written so that it does nothing where it has been done
  // 09: configuration, transport, usage
  kUsage = 901,         // command line
  kConfig = 902,        // a configuration file
  kTransport = 903,     // controller unreachable
  kTlsRequired = 904,   // an address beyond loopback without certificates
  kInternal = 905,      // a bug of ours
  kStore = 906,         // the controller's or agent's own database failed
  kFileSystem = 907,    // a local file cannot be read or written
  kProtocol = 908,      // a peer sent what the protocol does not allow
  kStoreCorrupt = 909,  // the event log's hash chain does not verify
};

// "FE0104". Every code has one.
std::string CodeName(ErrorCode code);

// The code named "FE0104", or nothing.
std::optional<ErrorCode> CodeFromName(absl::string_view name);

// The absl/gRPC code that an error with this code carries.
absl::StatusCode StatusCodeOf(ErrorCode code);

}  // namespace ferry

#endif  // FERRY_CORE_BASE_ERROR_CODES_H_
