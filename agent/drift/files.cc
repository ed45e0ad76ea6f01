#include "agent/drift/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "ferry/v1/kept.pb.h"
#include "rpc/convert.h"

namespace ferry::drift {
namespace {

constexpr char kNow[] = ".pb";
constexpr char kNext[] = ".next.pb";
constexpr char kDrifted[] = ".drifted.pb";
constexpr char kPart[] = ".part";

absl::Status Failure(absl::string_view what, absl::string_view path, int problem) {
  return Error(ErrorCode::kFileSystem, absl::StrCat("cannot ", what, " \"", path, "\": ", strerror(problem)))
      .Next("make room, or give the agent's user the right to write its state folder");
}

absl::Status WriteAll(int descriptor, absl::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failure("write", path, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return ::fsync(descriptor) == 0 ? absl::OkStatus() : Failure("write", path, errno);
}

absl::Status SyncFolder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return Failure("open", folder, errno);
  const auto close = absl::MakeCleanup([descriptor] { ::close(descriptor); });
  return ::fsync(descriptor) == 0 ? absl::OkStatus() : Failure("write", folder, errno);
}

absl::Status Rename(const std::string& from, const std::string& to, const std::string& folder) {
  if (::rename(from.c_str(), to.c_str()) != 0) return Failure("rename", from, errno);
  return SyncFolder(folder);
}

std::optional<v1::KeptSchema> Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  v1::KeptSchema kept;
  if (!file || !kept.ParseFromIstream(&file)) return std::nullopt;
  return kept;
}

// Computes the roots again, so a copy that was damaged is none.
std::optional<schema::Snapshot> SchemaOf(const v1::KeptSchema& kept) {
  absl::StatusOr<schema::Snapshot> schema =
      rpc::FromChunks(std::vector<v1::SnapshotChunk>(kept.pieces().begin(), kept.pieces().end()));
  if (!schema.ok()) return std::nullopt;
  return *std::move(schema);
}

bool SaysItHas(const v1::KeptSchema& kept, const Roots& roots) {
  if (kept.pieces().empty()) return false;
  const v1::SnapshotChunk& last = *kept.pieces().rbegin();
  return roots == Roots{last.root(), last.access_root()};
}

std::optional<schema::Snapshot> ReadSchema(const std::string& path, const Roots& roots,
                                           std::string* position) {
  const std::optional<v1::KeptSchema> kept = Read(path);
  if (!kept.has_value() || !SaysItHas(*kept, roots)) return std::nullopt;
  if (position != nullptr) *position = kept->position();
  return SchemaOf(*kept);
}

}  // namespace

std::optional<schema::Snapshot> Files::Expected(const Roots& roots, std::string* position) {
  std::optional<schema::Snapshot> found = ReadSchema(base_ + kNow, roots, position);
  if (found.has_value()) return found;
  found = ReadSchema(base_ + kNext, roots, position);
  // Killed after the ledger's row and before Keep. Before the next Prepare writes over it.
  if (found.has_value() && !Keep().ok()) return std::nullopt;
  return found;
}

bool Files::HasExpected(const Roots& roots) const {
  const std::optional<v1::KeptSchema> kept = Read(base_ + kNow);
  return kept.has_value() && SaysItHas(*kept, roots);
}

absl::Status Files::Prepare(const schema::Snapshot& expected, const std::string& position) {
  return Write(base_ + kNext, {}, {expected, absl::UnixEpoch(), position, ""});
}

absl::Status Files::Keep() { return Rename(base_ + kNext, base_ + kNow, folder_); }

std::optional<Files::Drifted> Files::LastDrifted(const Roots& expected) const {
  const std::optional<v1::KeptSchema> kept = Read(base_ + kDrifted);
  if (!kept.has_value() || !(expected == Roots{kept->expected_root(), kept->expected_access_root()})) {
    return std::nullopt;
  }
  std::optional<schema::Snapshot> schema = SchemaOf(*kept);
  if (!schema.has_value()) return std::nullopt;
  return Drifted{*std::move(schema), rpc::FromProto(kept->since()), kept->position(), kept->causes_since()};
}

absl::Status Files::KeepDrifted(const Roots& expected, const Drifted& drifted) {
  return Write(base_ + kDrifted, expected, drifted);
}

void Files::ForgetDrifted() { ::unlink((base_ + kDrifted).c_str()); }

absl::Status Files::Write(const std::string& path, const Roots& expected, const Drifted& drifted) {
  v1::KeptSchema kept;
  for (v1::SnapshotChunk& piece : rpc::ToChunks("", drifted.schema)) *kept.add_pieces() = std::move(piece);
  kept.set_position(drifted.position);
  kept.set_causes_since(drifted.causes_since);
  kept.set_expected_root(expected.root);
  kept.set_expected_access_root(expected.access_root);
  *kept.mutable_since() = rpc::ToProto(drifted.since);
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) return Failure("create", folder_, errno);
  const std::string part = path + kPart;
  const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return Failure("create", part, errno);
  const absl::Status written = WriteAll(descriptor, kept.SerializeAsString(), part);
  if (::close(descriptor) != 0 && written.ok()) return Failure("write", part, errno);
  RETURN_IF_ERROR(written);
  return Rename(part, path, folder_);
}

}  // namespace ferry::drift
