#include "tests/fault/invariants.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "pg/ledger/ledger.h"
#include "tests/support/wait.h"

namespace ferry::test {
namespace {

constexpr absl::Duration kQuiet = absl::Seconds(10);

constexpr char kLeftovers[] =
    "SELECT 'an INVALID index ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid OR NOT indisready"
    " UNION ALL SELECT 'what a REINDEX left: ' || oid::regclass FROM pg_class WHERE relname ~ "
    "'_cc(new|old)[0-9]*$'"
    " UNION ALL SELECT 'a detach that is pending: ' || inhrelid::regclass FROM pg_inherits WHERE "
    "inhdetachpending"
    " UNION ALL SELECT 'a prepared transaction ' || gid FROM pg_prepared_xacts"
    " UNION ALL SELECT 'a transaction of ' || application_name || ': ' || query FROM pg_stat_activity WHERE"
    " application_name LIKE 'ferry%' AND datname = current_database() AND (state <> 'idle' OR xact_start IS "
    "NOT NULL)"
    " UNION ALL SELECT 'a lock of ' || a.application_name || ': ' || l.locktype FROM pg_locks l JOIN "
    "pg_stat_activity a"
    " ON a.pid = l.pid WHERE a.application_name LIKE 'ferry%' AND a.datname = current_database()";

std::string Cell(pg::Session& session, const std::string& sql, Violations& violations) {
  const absl::StatusOr<pg::Rows> rows = session.Query(sql);
  if (!rows.ok()) violations.push_back(ErrorText(rows.status()));
  return rows.ok() && !rows->empty() ? rows->at(0, 0).value_or("") : "";
}

void Compare(const std::string& what, const std::string& is, const std::string& should_be,
             Violations& violations) {
  if (is != should_be) violations.push_back(absl::StrCat(what, "\n", is, "\nand should be\n", should_be));
}

Violations Left(pg::Session& superuser) {
  Violations left;
  const absl::StatusOr<pg::Rows> rows = superuser.Query(kLeftovers);
  if (!rows.ok()) return {ErrorText(rows.status())};
  for (size_t i = 0; i < rows->size(); ++i) left.push_back(rows->at(i, 0).value_or("?") + " is left");
  return left;
}

Violations Parts(const std::string& folder) {
  Violations left;
  std::error_code problem;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, problem)) {
    if (entry.path().extension() == ".part") left.push_back(entry.path().string() + " is left");
  }
  return left;
}

}  // namespace

Violations CheckTaken(pg::Session& superuser, const Expected& expected, int64_t& epoch) {
  Violations violations;
  Compare("the effects are", Cell(superuser, kEffects, violations), expected.Effects(), violations);
  Compare("the versions are",
          Cell(superuser,
               "SELECT coalesce(string_agg(version, ',' ORDER BY event_id), '') FROM ferry.schema_version"
               " WHERE version ~ '^[0-9]'",
               violations),
          absl::StrJoin(expected.versions(), ","), violations);
  const absl::Status chain = ledger::VerifyChain(superuser);
  if (!chain.ok()) violations.push_back(ErrorText(chain));
  const absl::StatusOr<int64_t> now = ledger::ReadEpoch(superuser);
  if (!now.ok()) {
    violations.push_back(ErrorText(now.status()));
  } else if (*now < epoch) {
    violations.push_back(absl::StrCat("the fence fell from epoch ", epoch, " to ", *now));
  } else {
    epoch = *now;
  }
  return violations;
}

Violations CheckLeftovers(pg::Session& superuser) {
  Violations left;
  WaitUntil([&] { return (left = Left(superuser)).empty(); }, kQuiet);
  return left;
}

Violations CheckPartFiles(const std::string& folder) {
  Violations left;
  WaitUntil([&] { return (left = Parts(folder)).empty(); }, kQuiet);
  return left;
}

}  // namespace ferry::test
