#include "agent/worker/backups.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/backup/backup.h"
#include "rpc/convert.h"

namespace ferry::worker {
namespace {

v1::BackupInfo Describe(const policy::TargetConfig& target, const pg::BackupInfo& info) {
  v1::BackupInfo out;
  out.set_backup_id(info.id);
  out.set_target_id(target.id);
  out.set_bytes(info.bytes);
  out.set_files(info.files);
  const absl::StatusOr<pg::Manifest> manifest = pg::ReadManifest(info.path);
  if (!manifest.ok()) {
    *out.mutable_error() = rpc::ToProto(manifest.status());
    return out;
  }
  const auto fact = [&manifest](const char* name) {
    const auto found = manifest->facts.find(name);
    return found == manifest->facts.end() ? std::string() : found->second;
  };
  *out.mutable_taken_at() = rpc::ToProto(manifest->taken_at);
  out.set_version(fact("version"));
  out.set_promotion_id(fact("promotion"));
  out.set_server_version(
      absl::StrCat(manifest->server_version / 10000, ".", manifest->server_version % 10000));
  if (!manifest->proof.has_value()) return out;
  out.set_fingerprint(manifest->proof->fingerprint);
  out.set_tables(static_cast<int32_t>(manifest->proof->rows.size()));
  int64_t rows = 0;
  for (const auto& [table, count] : manifest->proof->rows) rows += count;
  out.set_rows(rows);
  return out;
}

}  // namespace

absl::StatusOr<v1::QueryReply> ListOfBackups(const policy::TargetConfig& target) {
  ASSIGN_OR_RETURN(std::vector<pg::BackupInfo> backups, pg::ListBackups(target.backup.folder));
  std::reverse(backups.begin(), backups.end());
  v1::QueryReply reply;
  for (const pg::BackupInfo& info : backups) *reply.add_backups() = Describe(target, info);
  return reply;
}

absl::StatusOr<std::string> BackupPath(const policy::TargetConfig& target, absl::string_view backup_id) {
  const std::string path = absl::StrCat(target.backup.folder, "/", backup_id);
  std::error_code problem;
  const bool name =
      !backup_id.empty() && backup_id.find('/') == absl::string_view::npos && backup_id[0] != '.';
  if (name && std::filesystem::is_directory(path, problem)) return path;
  return Error(ErrorCode::kBackupUnknown,
               absl::StrCat("target ", target.id, " has no backup \"", backup_id, "\""))
      .TargetState("unchanged")
      .Next(absl::StrCat("ferry backup list ", target.environment));
}

absl::StatusOr<v1::QueryReply> VerifiedBackup(const policy::TargetConfig& target,
                                              const std::string& backup_id,
                                              const std::function<bool()>& go_on) {
  ASSIGN_OR_RETURN(const std::string path, BackupPath(target, backup_id));
  RETURN_IF_ERROR(pg::VerifyBackup(path, go_on));
  v1::QueryReply reply;
  ASSIGN_OR_RETURN(const std::vector<pg::BackupInfo> backups, pg::ListBackups(target.backup.folder));
  for (const pg::BackupInfo& info : backups) {
    if (info.id == backup_id) *reply.add_backups() = Describe(target, info);
  }
  return reply;
}

}  // namespace ferry::worker
