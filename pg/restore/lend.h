// The right to create in the schema `public` of a new database, lent while pg_restore runs. It gives each
// table to its owner long before it comes to the grants, and PostgreSQL gives a table only to a role that may
// create in its schema (ALTER TABLE, OWNER TO), unless a superuser does it.
#ifndef FERRY_PG_RESTORE_LEND_H_
#define FERRY_PG_RESTORE_LEND_H_

#include "absl/status/status.h"
#include "pg/backup/proof.h"
#include "pg/session/session.h"

namespace ferry::restore {

// `fresh`: the restoring login on the new database, outside a transaction. Before pg_restore: every owner of
// something in `public` may create there. Roles that are not there are left to pg_restore to complain about.
// kRestoreFailed.
absl::Status LendCreate(pg::Session& fresh, const pg::DatabaseProperties& like);

// After it: those whom the dump has not given that right have it no longer. kRestoreFailed.
absl::Status TakeBackCreate(pg::Session& fresh, const pg::DatabaseProperties& like);

}  // namespace ferry::restore

#endif  // FERRY_PG_RESTORE_LEND_H_
