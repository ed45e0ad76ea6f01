// Lays the `ferry` schema into a target and brings an older one up to this program's format.
//
// What it holds: `event`, append-only and hash-chained; `schema_version`, which a trigger derives from the
// events in the same transaction; `fence`, one row with the highest epoch seen and the chain's head;
// `checkpoint`, how far a backfill has come; `fingerprint`, append-only, what the schema should be;
// `ledger_format`. The SQL stands in migrations/ledger/*.sql, one file a format, embedded at build.
//
// The commit guard is a deferred constraint trigger on `event` and `checkpoint` (SECURITY DEFINER, pinned
// search_path, ENABLE ALWAYS, owned by the set-up login). At COMMIT it holds the fence row FOR SHARE and
// refuses with SQLSTATE FE604 when the row's epoch is below the fence or its deadline has passed by the
// database's clock, so DDL and its ledger row vanish together. The migrating login may only read, insert
// events, insert and update checkpoints and raise the fence: it owns nothing here, so it can neither disable
// nor delete anything. Where it is a superuser or a member of the owning role, of pg_write_all_data,
// pg_write_server_files or pg_execute_server_program, or may grant itself those (CREATEROLE before PostgreSQL
// 16), it could: `LedgerState::guard_advisory` says so.
#ifndef FERRY_PG_LEDGER_INSTALL_H_
#define FERRY_PG_LEDGER_INSTALL_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pg/session/session.h"

namespace ferry::ledger {

// The format that this program writes.
int NewestFormat();

// Creates or upgrades the schema in one transaction, and grants `migrate_role` and `observe_role` what they
// need. Idempotent; two at once wait for each other. `setup` must be outside a transaction; its login becomes
// the owner. Errors: kPrivilege (may not create a schema), kLedgerMismatch (written by a newer program, or a
// schema `ferry` that is not ours), and those of the connection. On error nothing has changed.
absl::Status Install(pg::Session& setup, absl::string_view migrate_role, absl::string_view observe_role);

}  // namespace ferry::ledger

#endif  // FERRY_PG_LEDGER_INSTALL_H_
