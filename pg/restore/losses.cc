#include "pg/restore/losses.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "pg/restore/database.h"

namespace ferry::restore {
namespace {

constexpr char kSlots[] =
    "SELECT s.slot_name FROM pg_catalog.pg_replication_slots s WHERE s.database OPERATOR(pg_catalog.=) $1"
    " ORDER BY 1";
constexpr char kSubscriptions[] =
    "SELECT s.subname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid"
    " OPERATOR(pg_catalog.=) s.subdbid WHERE d.datname OPERATOR(pg_catalog.=) $1 ORDER BY 1";

absl::Status AddNames(pg::Session& session, const char* query, absl::string_view target,
                      absl::string_view kind, absl::string_view why, std::vector<Loss>& out) {
  ASSIGN_OR_RETURN(const pg::Rows rows, session.Query(query, {std::string(target)}));
  for (size_t row = 0; row < rows.size(); ++row) {
    out.push_back({absl::StrCat(kind, ":", rows.at(row, 0).value_or("")), std::string(why)});
  }
  return absl::OkStatus();
}

}  // namespace

std::string LossOf(const pg::DatabaseSetting& setting) {
  return absl::StrCat("setting:", setting.name, setting.role.empty() ? "" : "@", setting.role);
}

absl::StatusOr<std::vector<Loss>> FindLosses(pg::Session& session, absl::string_view target,
                                             const std::optional<pg::DatabaseProperties>& like) {
  std::vector<Loss> losses;
  RETURN_IF_ERROR(AddNames(
      session, kSlots, target, "slot",
      "a logical replication slot stays with the old database; its reader has to begin anew", losses));
  RETURN_IF_ERROR(AddNames(session, kSubscriptions, target, "subscription",
                           "a subscription stays with the old database, and is not restored", losses));
  if (!like.has_value()) return losses;
  ASSIGN_OR_RETURN(const std::optional<std::string> exists, CommentOf(session, target));
  if (!exists.has_value()) return losses;
  for (const pg::DatabaseSetting& setting : like->settings) {
    RETURN_IF_ERROR(session.Begin());
    const absl::Status status = Set(session, target, setting);
    session.Rollback();
    if (session.broken()) return status;
    if (!status.ok()) {
      losses.push_back(
          {LossOf(setting), absl::StrCat("the restoring login may not set it: ", status.message())});
    }
  }
  return losses;
}

std::vector<Loss> NotAccepted(const std::vector<Loss>& losses, const std::set<std::string>& accepted) {
  std::vector<Loss> left;
  for (const Loss& loss : losses) {
    if (accepted.count(loss.name) == 0) left.push_back(loss);
  }
  return left;
}

absl::Status Refusal(const std::vector<Loss>& losses, absl::string_view database) {
  const std::string list = absl::StrJoin(losses, "; ", [](std::string* out, const Loss& loss) {
    absl::StrAppend(out, loss.name, " (", loss.why, ")");
  });
  const std::string flags = absl::StrJoin(losses, " ", [](std::string* out, const Loss& loss) {
    absl::StrAppend(out, "--accept '", loss.name, "'");
  });
  return Error(ErrorCode::kRestoreLoses,
               absl::StrCat("what cannot follow when \"", database, "\" is replaced: ", list))
      .TargetState("unchanged: nothing was started")
      .Next(absl::StrCat("the same command with ", flags, " goes on without"));
}

}  // namespace ferry::restore
