#include "pg/restore/database.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "pg/restore/losses.h"

namespace ferry::restore {
namespace {

using sql::QuoteIdentifier;
using sql::QuoteLiteral;

constexpr size_t kLongestName = 63;
constexpr char kMarkWord[] = "ferry-restore";

absl::Status Failed(const absl::Status& status, absl::string_view what) {
  if (status.ok() || HasCode(status, ErrorCode::kDatabaseUnreachable) ||
      HasCode(status, ErrorCode::kCancelled))
    return status;
  ErrorDetail detail = DetailOf(status);
  detail.code = ErrorCode::kRestoreFailed;
  return StatusFrom(absl::StrCat(what, ": ", status.message()), detail);
}

absl::Status Run(pg::Session& session, const std::string& statement) {
  return session.Query(statement).status();
}

std::string WithSuffix(absl::string_view name, absl::string_view suffix) {
  size_t room = kLongestName - suffix.size();
  if (name.size() <= room) return absl::StrCat(name, suffix);
  while (room > 0 && (static_cast<unsigned char>(name[room]) & 0xC0) == 0x80) --room;
  return absl::StrCat(name.substr(0, room), suffix);
}

absl::Status SetAll(pg::Session& session, absl::string_view database, const pg::DatabaseProperties& like,
                    const std::set<std::string>& accepted) {
  for (const pg::DatabaseSetting& setting : like.settings) {
    const std::string loss = LossOf(setting);
    if (accepted.count(loss) > 0) continue;
    RETURN_IF_ERROR(session.Begin());
    absl::Status status = Set(session, database, setting);
    if (status.ok()) status = session.Commit();
    session.Rollback();
    if (session.broken()) return status;
    if (!status.ok()) return Refusal({{loss, std::string(status.message())}}, like.name);
  }
  return absl::OkStatus();
}

}  // namespace

Names NamesOf(absl::string_view target, absl::string_view run_id) {
  const size_t dash = run_id.rfind('-');
  const std::string run =
      absl::StrReplaceAll(run_id.substr(dash == absl::string_view::npos ? 0 : dash + 1), {{".", "_"}});
  const std::string part = run.substr(0, 20);
  return {std::string(target), WithSuffix(target, absl::StrCat("__restore_", part)),
          WithSuffix(target, absl::StrCat("__before_", part))};
}

std::string ToText(const Mark& mark) {
  return absl::StrCat(kMarkWord, " ", mark.target_id, " ", mark.run_id, " ", mark.backup_id, " ",
                      mark.verified ? "verified" : "incomplete");
}

std::optional<Mark> MarkFrom(absl::string_view comment) {
  const std::vector<std::string> words = absl::StrSplit(comment, ' ');
  if (words.size() != 5 || words[0] != kMarkWord) return std::nullopt;
  return Mark{words[1], words[2], words[3], words[4] == "verified"};
}

absl::StatusOr<std::optional<std::string>> CommentOf(pg::Session& session, absl::string_view database) {
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      session.Query("SELECT coalesce(pg_catalog.shobj_description(d.oid, 'pg_database'), '') FROM"
                    " pg_catalog.pg_database d WHERE d.datname OPERATOR(pg_catalog.=) $1",
                    {std::string(database)}));
  if (rows.empty()) return std::nullopt;
  return rows.at(0, 0).value_or("");
}

absl::Status SetComment(pg::Session& session, absl::string_view database, absl::string_view comment) {
  return Run(session, absl::StrCat("COMMENT ON DATABASE ", QuoteIdentifier(database), " IS ",
                                   comment.empty() ? "NULL" : QuoteLiteral(comment)));
}

// Without force the server waits five seconds for sessions that are about to end; with it, it wants the right
// to end each of them, which an observer's that is just leaving would be denied.
absl::Status Drop(pg::Session& session, absl::string_view database) {
  const std::string drop = absl::StrCat("DROP DATABASE IF EXISTS ", QuoteIdentifier(database));
  if (Run(session, drop).ok()) return absl::OkStatus();
  return Failed(Run(session, absl::StrCat(drop, " WITH (FORCE)")),
                absl::StrCat("cannot drop \"", database, "\""));
}

absl::Status DropLeftovers(pg::Session& session, const Names& names, absl::string_view target_id,
                           absl::string_view keep) {
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      session.Query("SELECT d.datname, coalesce(pg_catalog.shobj_description(d.oid, 'pg_database'), '')"
                    " FROM pg_catalog.pg_database d ORDER BY 1"));
  for (size_t row = 0; row < rows.size(); ++row) {
    const std::string name = rows.at(row, 0).value_or(""), comment = rows.at(row, 1).value_or("");
    if (name == keep) continue;
    const std::optional<Mark> mark = MarkFrom(comment);
    const bool unmarked = name == names.fresh && comment.empty();  // killed before it could be marked
    if (unmarked || (mark.has_value() && mark->target_id == target_id)) {
      RETURN_IF_ERROR(Drop(session, name));
    } else if (name == names.fresh) {
      return Error(ErrorCode::kRestoreFailed,
                   absl::StrCat("there is a database \"", name, "\" that is not ours"))
          .TargetState("unchanged")
          .Next("rename or drop it, then restore again");
    }
  }
  return absl::OkStatus();
}

absl::Status Create(pg::Session& session, const Names& names, const Mark& mark,
                    const std::optional<pg::DatabaseProperties>& like) {
  std::string create = absl::StrCat("CREATE DATABASE ", QuoteIdentifier(names.fresh), " TEMPLATE template0");
  if (like.has_value()) {
    absl::StrAppend(&create, " OWNER ", QuoteIdentifier(like->owner), " ENCODING ",
                    QuoteLiteral(like->encoding), " LC_COLLATE ", QuoteLiteral(like->collate), " LC_CTYPE ",
                    QuoteLiteral(like->ctype));
    if (!like->icu_locale.empty())
      absl::StrAppend(&create, " LOCALE_PROVIDER icu ICU_LOCALE ", QuoteLiteral(like->icu_locale));
  }
  RETURN_IF_ERROR(Failed(Run(session, create), "cannot make the new database"));
  return Failed(SetComment(session, names.fresh, ToText(mark)), "cannot mark the new database");
}

// set_config reads a value as pg_db_role_setting holds it, lists included; FROM CURRENT stores it the same
// way.
absl::Status Set(pg::Session& session, absl::string_view database, const pg::DatabaseSetting& setting) {
  RETURN_IF_ERROR(
      session.Query("SELECT pg_catalog.set_config($1, $2, true)", {setting.name, setting.value}).status());
  const std::vector<std::string> parts = absl::StrSplit(setting.name, '.');
  const std::string name = absl::StrJoin(
      parts, ".", [](std::string* out, const std::string& part) { out->append(QuoteIdentifier(part)); });
  const std::string where = setting.role.empty() ? absl::StrCat("ALTER DATABASE ", QuoteIdentifier(database))
                                                 : absl::StrCat("ALTER ROLE ", QuoteIdentifier(setting.role),
                                                                " IN DATABASE ", QuoteIdentifier(database));
  return Run(session, absl::StrCat(where, " SET ", name, " FROM CURRENT"));
}

absl::Status Dress(pg::Session& session, absl::string_view database, const pg::DatabaseProperties& like,
                   const std::set<std::string>& accepted) {
  RETURN_IF_ERROR(SetAll(session, database, like, accepted));
  const std::string name = QuoteIdentifier(database);
  RETURN_IF_ERROR(
      Failed(Run(session, absl::StrCat("ALTER DATABASE ", name, " CONNECTION LIMIT ", like.connection_limit)),
             "cannot set the connection limit"));
  if (like.default_acl) return absl::OkStatus();
  RETURN_IF_ERROR(Failed(Run(session, absl::StrCat("REVOKE ALL ON DATABASE ", name, " FROM PUBLIC")),
                         "cannot set the rights of the new database"));
  for (const pg::DatabaseGrant& grant : like.grants) {
    const bool known =
        grant.privilege == "CREATE" || grant.privilege == "CONNECT" || grant.privilege == "TEMPORARY";
    if (!known) continue;
    const std::string to = grant.grantee.empty() ? "PUBLIC" : QuoteIdentifier(grant.grantee);
    RETURN_IF_ERROR(Failed(Run(session, absl::StrCat("GRANT ", grant.privilege, " ON DATABASE ", name, " TO ",
                                                     to, grant.grantable ? " WITH GRANT OPTION" : "")),
                           "cannot set the rights of the new database"));
  }
  return absl::OkStatus();
}

}  // namespace ferry::restore
