#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controller/api/api.h"
#include "core/base/error.h"
#include "rpc/convert.h"

namespace ferry::api {
namespace {

constexpr absl::Duration kListing = absl::Seconds(25);
constexpr absl::Duration kReading = absl::Minutes(59);  // every byte of a backup

}  // namespace

absl::StatusOr<v1::ListBackupsResponse> Api::ListBackups(const v1::ListBackupsRequest& request) {
  ASSIGN_OR_RETURN(const store::EnvironmentRecord environment, Environment(request.environment()));
  v1::ListBackupsResponse response;
  for (const std::string& target : environment.targets) {
    v1::Query query;
    query.mutable_backups();
    ASSIGN_OR_RETURN(const v1::QueryReply reply, fleet_->Ask(target, query, kListing));
    for (v1::BackupInfo backup : reply.backups()) {
      backup.set_target_id(target);
      *response.add_backups() = std::move(backup);
    }
  }
  std::stable_sort(response.mutable_backups()->begin(), response.mutable_backups()->end(),
                   [](const v1::BackupInfo& a, const v1::BackupInfo& b) {
                     return rpc::FromProto(a.taken_at()) > rpc::FromProto(b.taken_at());
                   });
  return response;
}

absl::StatusOr<v1::BackupInfo> Api::Backup(const std::string& environment, const std::string& asked) {
  v1::ListBackupsRequest request;
  request.set_environment(environment);
  ASSIGN_OR_RETURN(const v1::ListBackupsResponse known, ListBackups(request));
  std::vector<v1::BackupInfo> found;
  for (const v1::BackupInfo& backup : known.backups()) {
    if (backup.backup_id() == asked) return backup;
    if (!asked.empty() && absl::EndsWith(backup.backup_id(), asked)) found.push_back(backup);
  }
  if (found.size() == 1) return found.front();
  return Error(ErrorCode::kBackupUnknown,
               found.empty() ? absl::StrCat("\"", environment, "\" has no backup \"", asked, "\"")
                             : absl::StrCat("\"", asked, "\" could be ", found.size(), " backups of \"",
                                            environment, "\""))
      .TargetState("unchanged")
      .Next(absl::StrCat("ferry backup list ", environment));
}

absl::StatusOr<v1::VerifyBackupResponse> Api::VerifyBackup(const v1::VerifyBackupRequest& request) {
  ASSIGN_OR_RETURN(const v1::BackupInfo backup, Backup(request.environment(), request.backup_id()));
  v1::Query query;
  query.mutable_backup_verify()->set_backup_id(backup.backup_id());
  ASSIGN_OR_RETURN(const v1::QueryReply reply, fleet_->Ask(backup.target_id(), query, kReading));
  v1::VerifyBackupResponse response;
  *response.mutable_backup() = reply.backups_size() == 1 ? reply.backups(0) : backup;
  response.mutable_backup()->set_target_id(backup.target_id());
  return response;
}

}  // namespace ferry::api
