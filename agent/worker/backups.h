// Questions about a target's backups: which there are, and whether one is still what was written. No database
// is asked.
#ifndef FERRY_AGENT_WORKER_BACKUPS_H_
#define FERRY_AGENT_WORKER_BACKUPS_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/policy/policy.h"
#include "ferry/v1/agent.pb.h"

namespace ferry::worker {

// Newest first; those whose manifest cannot be read come first, with their error. kFileSystem.
absl::StatusOr<v1::QueryReply> ListOfBackups(const policy::TargetConfig& target);

// The folder of the target's backup. kBackupUnknown: no such one, or an id that is no name.
absl::StatusOr<std::string> BackupPath(const policy::TargetConfig& target, absl::string_view backup_id);

// Reads every byte. kBackupUnknown, kBackupCorrupt; kCancelled once `go_on`, asked after each MiB, says
// false.
absl::StatusOr<v1::QueryReply> VerifiedBackup(const policy::TargetConfig& target,
                                              const std::string& backup_id,
                                              const std::function<bool()>& go_on);

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_BACKUPS_H_
