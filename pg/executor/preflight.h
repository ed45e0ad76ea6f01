// Whether a target can be migrated at all, before anything is written.
#ifndef FERRY_PG_EXECUTOR_PREFLIGHT_H_
#define FERRY_PG_EXECUTOR_PREFLIGHT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "pg/ledger/ledger.h"
#include "pg/session/session.h"

namespace ferry::executor {

struct PreflightReport {
  int server_version = 0;           // 150020
  std::string server_version_text;  // "15.20"
  std::string database;
  std::string role;               // the migrating login
  std::string system_identifier;  // of the cluster; empty where the login may not read it
  bool in_recovery = false;
  absl::Duration clock_skew;  // the database's clock minus ours, without half of the round trip
  ledger::LedgerState ledger;
  std::vector<std::string> warnings;  // sentences: superuser, advisory guard, prepared transactions, …
};

// `setup` may be null: then a missing ledger is only reported. `search_path`: where the migrations create, as
// in their metadata; the migrating login must be able to create in its first schema that exists. Errors:
// kServerVersion (< 13), kStandby (in recovery or read-only), kPooler (the backend behind the connection is
// not the one that answered, or changes, or forgets a SET), kPrivilege, kLedgerMissing (no ledger, and
// `setup` may not create one), kLedgerMismatch. Changes nothing.
absl::StatusOr<PreflightReport> CheckTarget(pg::Session& migrate, pg::Session* setup,
                                            absl::string_view search_path = "public",
                                            const Clock& clock = SystemClock());

// What the login that looks on while statements run may not see or do, as sentences; `ends`: whether the
// agent's file lets it end sessions. Nothing for a member of pg_monitor.
absl::StatusOr<std::vector<std::string>> CheckSight(pg::Session& observe, bool ends);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_PREFLIGHT_H_
