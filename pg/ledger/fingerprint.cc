#include "pg/ledger/fingerprint.h"

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/ledger/cells.h"

namespace ferry::ledger {
namespace {

constexpr char kColumns[] =
    "id, event_id, root, access_root, format, how, (extract(epoch FROM at) * 1000000)::bigint, login, note";

Fingerprint Row(const pg::Rows& rows) {
  return {Int(rows, 0, 0),
          Int(rows, 0, 1),
          Text(rows, 0, 2),
          Text(rows, 0, 3),
          Text(rows, 0, 4),
          Text(rows, 0, 5),
          absl::FromUnixMicros(Int(rows, 0, 6)),
          Text(rows, 0, 7),
          Text(rows, 0, 8)};
}

}  // namespace

absl::StatusOr<std::optional<Fingerprint>> ReadFingerprint(pg::Session& session) {
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      Ask(session, absl::StrCat("SELECT ", kColumns, " FROM ferry.fingerprint ORDER BY id DESC LIMIT 1")));
  if (rows.empty()) return std::nullopt;
  return Row(rows);
}

absl::StatusOr<Fingerprint> RecordFingerprint(pg::Session& session, const Fingerprint& fingerprint,
                                              int64_t after) {
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      Ask(session,
          absl::StrCat("INSERT INTO ferry.fingerprint (event_id, root, access_root, format, how, note) SELECT"
                       " $1::bigint, $2, $3, $4, $5, $6 WHERE $7::bigint = coalesce((SELECT max(f.id) FROM "
                       "ferry.fingerprint f), 0)"
                       " RETURNING ",
                       kColumns),
          {absl::StrCat(fingerprint.event_id), fingerprint.root, fingerprint.access_root, fingerprint.format,
           fingerprint.how, fingerprint.note, absl::StrCat(after)}));
  if (!rows.empty()) return Row(rows);
  return Error(ErrorCode::kLedgerMismatch, "another program has recorded what should be there");
}

}  // namespace ferry::ledger
