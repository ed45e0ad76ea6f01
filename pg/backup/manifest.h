// Inside pg/backup: manifest.json, what a backup consists of. Format 1:
// - format: 1; id; taken_at: RFC 3339, UTC; server_version: 150004
// - pg_dump: "pg_dump (PostgreSQL) 15.4"
// - facts: {name: text}
// - proof: what it restores to (proof.h); not in backups of older agents
// - files: [{"name": "toc.dat", "size": 123, "sha256": "64 hex digits"}]
#ifndef FERRY_PG_BACKUP_MANIFEST_H_
#define FERRY_PG_BACKUP_MANIFEST_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pg/backup/proof.h"

namespace ferry::pg {

inline constexpr char kManifestName[] = "manifest.json";

struct ManifestFile {
  std::string name;  // within the backup's folder, without a slash
  int64_t size = 0;
  std::string sha256;
};

struct Manifest {
  std::string id;
  absl::Time taken_at;
  int server_version = 0;
  std::string pg_dump;
  std::map<std::string, std::string> facts;
  std::vector<ManifestFile> files;  // sorted by name
  std::optional<Proof> proof;
};

std::string RenderManifest(const Manifest& manifest);
// kBackupCorrupt: not what RenderManifest writes, or of another format.
absl::StatusOr<Manifest> ParseManifest(absl::string_view json);

}  // namespace ferry::pg

#endif  // FERRY_PG_BACKUP_MANIFEST_H_
