#include "pg/backup/backup.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/base/hash.h"
#include "pg/backup/dump.h"
#include "pg/backup/files.h"
#include "pg/backup/manifest.h"
#include "pg/session/session.h"

namespace ferry::pg {
namespace {

constexpr char kPart[] = ".part";
const absl::Duration kProgressPause = absl::Milliseconds(500);

absl::Status CheckId(absl::string_view id) {
  bool good = !id.empty() && id.size() <= 200 && absl::ascii_isalnum(static_cast<unsigned char>(id[0])) &&
              !absl::EndsWith(id, kPart);
  for (const char c : id) {
    good = good && (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                    absl::StrContains("._-", std::string(1, c)));
  }
  if (good) return absl::OkStatus();
  return Error(ErrorCode::kInternal,
               absl::StrCat("\"", absl::CHexEscape(id), "\" is not a name for a backup"));
}

absl::StatusOr<FolderLock> OpenFolder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return DiskError("cannot make the folder", folder, errno);
  ASSIGN_OR_RETURN(FolderLock lock, FolderLock::Try(folder));
  if (lock.held()) return lock;
  return Error(ErrorCode::kBackupFailed, absl::StrCat("another backup is being taken in ", folder));
}

// Names of the entries of a backup's folder, without the manifest, sorted.
absl::StatusOr<std::set<std::string>> NamesIn(const std::string& path) {
  std::set<std::string> names;
  std::error_code problem;
  std::filesystem::directory_iterator entry(path, problem);
  for (; !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) {
    names.insert(entry->path().filename().string());
  }
  if (problem) {
    return Error(ErrorCode::kFileSystem,
                 absl::StrCat("cannot read the folder ", path, ": ", problem.message()));
  }
  names.erase(kManifestName);
  return names;
}

BackupInfo InfoOf(const Manifest& manifest, const std::string& path, absl::string_view manifest_bytes) {
  BackupInfo info;
  info.id = manifest.id;
  info.path = path;
  for (const ManifestFile& file : manifest.files) info.bytes += file.size;
  info.files = static_cast<int>(manifest.files.size());
  info.manifest_sha256 = Sha256Hex(manifest_bytes);
  return info;
}

absl::StatusOr<BackupInfo> ReadInfo(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadAll(absl::StrCat(path, "/", kManifestName)));
  ASSIGN_OR_RETURN(const Manifest manifest, ParseManifest(bytes));
  return InfoOf(manifest, path, bytes);
}

// Makes every file of the dump durable, and then the manifest that lists them.
absl::StatusOr<std::string> Seal(const std::string& part, Manifest& manifest) {
  ASSIGN_OR_RETURN(const std::set<std::string> names, NamesIn(part));
  if (!names.contains("toc.dat"))
    return Error(ErrorCode::kBackupFailed, "pg_dump wrote no table of contents");
  for (const std::string& name : names) {
    const std::string path = absl::StrCat(part, "/", name);
    RETURN_IF_ERROR(Sync(path));
    ASSIGN_OR_RETURN(FileDigest digest, DigestOf(path));
    manifest.files.push_back({name, digest.size, std::move(digest.sha256)});
  }
  const std::string bytes = RenderManifest(manifest);
  const std::string unfinished = absl::StrCat(part, "/", kManifestName, ".new");
  RETURN_IF_ERROR(Sync(part));
  RETURN_IF_ERROR(WriteNewFile(unfinished, bytes));
  FAULT_POINT("backup.manifest.before");
  RETURN_IF_ERROR(Rename(unfinished, absl::StrCat(part, "/", kManifestName)));
  RETURN_IF_ERROR(Sync(part));
  return bytes;
}

absl::Status Corrupt(const std::string& path, absl::string_view what) {
  return Error(ErrorCode::kBackupCorrupt, absl::StrCat("backup ", path, " is damaged: ", what));
}

absl::Status CheckFile(const std::string& path, const ManifestFile& file,
                       const std::function<bool()>& go_on) {
  const absl::StatusOr<FileDigest> digest = DigestOf(absl::StrCat(path, "/", file.name), go_on);
  if (HasCode(digest.status(), ErrorCode::kCancelled)) return digest.status();
  if (!digest.ok()) return Corrupt(path, absl::StrCat("file ", file.name, ": ", digest.status().message()));
  if (digest->size != file.size) {
    return Corrupt(path,
                   absl::StrCat("file ", file.name, " has ", digest->size, " bytes instead of ", file.size));
  }
  if (digest->sha256 == file.sha256) return absl::OkStatus();
  return Corrupt(path, absl::StrCat("the content of file ", file.name, " has changed"));
}

// pg_dump into a new folder, sealed and given its name.
absl::StatusOr<BackupInfo> TakeNew(const BackupRequest& request, const std::string& path,
                                   int server_version_num, const std::function<bool()>& cancelled,
                                   const std::function<void(int64_t)>& progress) {
  DumpRequest dump;
  ASSIGN_OR_RETURN(dump.tool, FindClientTool("pg_dump", request.pg_dump, server_version_num));
  ASSIGN_OR_RETURN(const auto session, Session::Open(request.connection, "ferry/backup"));
  dump.effective = session->EffectiveSettings();
  ASSIGN_OR_RETURN(NewFolder part, NewFolder::Make(path, kPart));
  ProofReader proof(session.get());
  if (request.running) request.running(session->canceller());
  RETURN_IF_ERROR(proof.Begin(request.connection));
  std::map<std::string, std::string> facts = request.facts;
  if (request.snapshot_facts) {
    ASSIGN_OR_RETURN(const auto more, request.snapshot_facts(*session));
    facts.insert(more.begin(), more.end());
  }
  dump.snapshot = proof.Id();
  dump.folder = part.path();
  dump.work_dir = request.work_dir;
  dump.jobs = request.jobs;
  absl::Duration told = SystemClock().Elapsed();
  RETURN_IF_ERROR(Dump(dump, cancelled, [&] {
    if (!progress || SystemClock().Elapsed() - told < kProgressPause) return;
    told = SystemClock().Elapsed();
    progress(SizeOf(part.path()));
  }));
  FAULT_POINT("backup.dumped");

  Manifest manifest{request.backup_id, request.now, server_version_num, dump.tool.version, facts, {}, {}};
  ASSIGN_OR_RETURN(manifest.proof, proof.Finish(cancelled));
  ASSIGN_OR_RETURN(const std::string bytes, Seal(part.path(), manifest));
  FAULT_POINT("backup.rename.before");
  RETURN_IF_ERROR(Rename(part.path(), path));
  part.Keep();
  RETURN_IF_ERROR(Sync(request.folder));
  BackupInfo info = InfoOf(manifest, path, bytes);
  if (progress) progress(info.bytes);
  return info;
}

}  // namespace

absl::StatusOr<BackupInfo> TakeBackup(const BackupRequest& request, int server_version_num,
                                      std::function<bool()> cancelled,
                                      std::function<void(int64_t bytes)> progress) {
  RETURN_IF_ERROR(CheckId(request.backup_id));
  ASSIGN_OR_RETURN(const FolderLock lock, OpenFolder(request.folder));
  const std::string path = absl::StrCat(request.folder, "/", request.backup_id);
  std::error_code problem;
  if (std::filesystem::exists(path, problem)) {
    RETURN_IF_ERROR(VerifyBackup(path));
    return ReadInfo(path);
  }
  return TakeNew(request, path, server_version_num, cancelled, progress);
}

absl::Status VerifyBackup(absl::string_view backup, const std::function<bool()>& go_on) {
  const std::string path(absl::StripSuffix(backup, "/"));
  const absl::StatusOr<std::string> bytes = ReadAll(absl::StrCat(path, "/", kManifestName));
  if (!bytes.ok()) return Corrupt(path, bytes.status().message());
  const absl::StatusOr<Manifest> manifest = ParseManifest(*bytes);
  if (!manifest.ok()) return Corrupt(path, manifest.status().message());
  if (manifest->id != std::filesystem::path(path).filename().string()) {
    return Corrupt(path, absl::StrCat(kManifestName, " is the one of backup \"", manifest->id, "\""));
  }
  absl::StatusOr<std::set<std::string>> names = NamesIn(path);
  if (!names.ok()) return Corrupt(path, names.status().message());
  for (const ManifestFile& file : manifest->files) {
    RETURN_IF_ERROR(CheckFile(path, file, go_on));
    names->erase(file.name);
  }
  if (names->empty()) return absl::OkStatus();
  return Corrupt(path, absl::StrCat("file ", *names->begin(), " is not in ", kManifestName));
}

absl::StatusOr<Manifest> ReadManifest(absl::string_view backup) {
  const std::string path(absl::StripSuffix(backup, "/"));
  const absl::StatusOr<std::string> bytes = ReadAll(absl::StrCat(path, "/", kManifestName));
  if (!bytes.ok()) return Corrupt(path, bytes.status().message());
  absl::StatusOr<Manifest> manifest = ParseManifest(*bytes);
  if (!manifest.ok()) return Corrupt(path, manifest.status().message());
  return manifest;
}

absl::StatusOr<std::vector<BackupInfo>> ListBackups(absl::string_view folder) {
  const std::string root(folder);
  std::error_code problem;
  if (!std::filesystem::exists(root, problem)) return std::vector<BackupInfo>();
  ASSIGN_OR_RETURN(const std::set<std::string> names, NamesIn(root));

  using Dated = std::pair<absl::Time, BackupInfo>;
  std::vector<Dated> found;
  for (const std::string& name : names) {
    const std::string path = absl::StrCat(root, "/", name);
    if (absl::EndsWith(name, kPart) ||
        !std::filesystem::exists(absl::StrCat(path, "/", kManifestName), problem))
      continue;
    const absl::StatusOr<std::string> bytes = ReadAll(absl::StrCat(path, "/", kManifestName));
    const absl::StatusOr<Manifest> manifest = bytes.ok() ? ParseManifest(*bytes) : bytes.status();
    BackupInfo unreadable;
    unreadable.id = name;
    unreadable.path = path;
    found.push_back(manifest.ok() ? Dated(manifest->taken_at, InfoOf(*manifest, path, *bytes))
                                  : Dated(absl::InfiniteFuture(), unreadable));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Dated& a, const Dated& b) { return a.first < b.first; });
  std::vector<BackupInfo> backups;
  for (Dated& entry : found) backups.push_back(std::move(entry.second));
  return backups;
}

void RemovePartials(absl::string_view folder) {
  const std::string root(folder);
  const absl::StatusOr<FolderLock> lock = FolderLock::Try(root);
  if (!lock.ok() || !lock->held()) return;
  const absl::StatusOr<std::set<std::string>> names = NamesIn(root);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    std::error_code ignored;
    if (absl::EndsWith(name, kPart)) std::filesystem::remove_all(absl::StrCat(root, "/", name), ignored);
  }
}

}  // namespace ferry::pg
