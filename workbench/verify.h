// Verify queries for what a migration changed. Pure; any thread.
#ifndef FERRY_WORKBENCH_VERIFY_H_
#define FERRY_WORKBENCH_VERIFY_H_

#include <string>

#include "core/schema/snapshot.h"

namespace ferry::workbench {

// Queries, each with one boolean, that are true in `to` and, where catalogs of all versions of PostgreSQL can
// tell it in the same words, not in `from`: tables, views, sequences, indexes, types, functions, columns
// (with type and NOT NULL), constraints, triggers and policies that came or went. What only changed inside (a
// view's text, a comment) is not asked for. Ends with a newline; at the least no index is invalid.
std::string VerifyChangesText(const schema::Snapshot& from, const schema::Snapshot& to);

}  // namespace ferry::workbench

#endif  // FERRY_WORKBENCH_VERIFY_H_
