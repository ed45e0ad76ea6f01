#include "pg/restore/lend.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/quote.h"

namespace ferry::restore {
namespace {

absl::Status Change(pg::Session& fresh, absl::string_view sql) {
  const absl::Status done = fresh.Query(sql).status();
  if (done.ok() || fresh.broken()) return done;
  return Error(ErrorCode::kRestoreFailed,
               absl::StrCat("cannot prepare the schema public of the new database: ", done.message()))
      .TargetState("unchanged: the backup went into a database beside it")
      .Next("let the restoring login act for the database's owner (docs/restore.md), then restore again");
}

absl::StatusOr<bool> Has(pg::Session& fresh, absl::string_view what, const std::string& name) {
  ASSIGN_OR_RETURN(const pg::Rows rows,
                   fresh.Query(absl::StrCat("SELECT pg_catalog.", what, "($1) IS NOT NULL"), {name}));
  return pg::IsTrue(rows.at(0, 0));
}

}  // namespace

absl::Status LendCreate(pg::Session& fresh, const pg::DatabaseProperties& like) {
  for (const std::string& owner : like.public_owners) {
    ASSIGN_OR_RETURN(const bool known, Has(fresh, "to_regrole", sql::QuoteIdentifier(owner)));
    if (!known) continue;
    RETURN_IF_ERROR(
        Change(fresh, absl::StrCat("GRANT CREATE ON SCHEMA public TO ", sql::QuoteIdentifier(owner))));
  }
  return absl::OkStatus();
}

absl::Status TakeBackCreate(pg::Session& fresh, const pg::DatabaseProperties& like) {
  ASSIGN_OR_RETURN(const bool there, Has(fresh, "to_regnamespace", "public"));
  if (!there) return absl::OkStatus();
  const std::set<std::string> creators(like.public_creators.begin(), like.public_creators.end());
  for (const std::string& owner : like.public_owners) {
    if (creators.count(owner) > 0) continue;
    RETURN_IF_ERROR(
        Change(fresh, absl::StrCat("REVOKE CREATE ON SCHEMA public FROM ", sql::QuoteIdentifier(owner))));
  }
  return absl::OkStatus();
}

}  // namespace ferry::restore
