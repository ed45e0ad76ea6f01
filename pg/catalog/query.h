// What the readers (readers.h) share: the objects that a snapshot covers, as SQL, and typed access to the
// rows. One thread at a time.
#ifndef FERRY_PG_CATALOG_QUERY_H_
#define FERRY_PG_CATALOG_QUERY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/schema/traits.h"
#include "pg/session/session.h"

namespace ferry::pg::catalog {

// One row, taken from left to right. A value that does not read as its type leaves a default and makes the
// query fail.
class Row {
 public:
  // `line` in COPY's text format; must outlive the row.
  explicit Row(absl::string_view line) : rest_(line) {}

  std::string Text();        // null reads as ""
  std::string Definition();  // the same, of what a pg_get_…def or pg_get_expr printed: sql::Reread of it
  bool Bool();               // t, f
  int64_t Int();
  std::vector<std::string> List();  // an array as PostgreSQL prints it; null reads as no element
  // Owner and grants, of three columns: the owner's name, the ACL, and where that is not null the ACL that
  // the object would have without one. For a type t:
  //   pg_catalog.pg_get_userbyid(t.typowner), t.typacl,
  //   CASE WHEN t.typacl IS NOT NULL THEN pg_catalog.acldefault('T', t.typowner) END
  schema::Traits Access();

  // True when every column was taken and read as its type.
  bool Complete() const { return good_ && at_end_; }

 private:
  absl::string_view Raw();  // still escaped

  absl::string_view rest_;
  bool at_end_ = false;
  bool good_ = true;
};

// What all readers ask, in one round trip. Each reader runs twice: first its queries are noted and no row
// comes; then, after Send, the same queries bring their rows. So what a reader asks must not depend on what
// it has read.
class Batch {
 public:
  // `schemas`: what `ns` is limited to; empty: all. `sees_connections`: the login may read the connections of
  // subscriptions. `session` must outlive the batch and be left to it.
  Batch(Session& session, const std::vector<std::string>& schemas, bool sees_connections);

  int server_version() const { return session_.server_version(); }
  bool sees_connections() const { return sees_connections_; }
  // Errors: those of Session::StartCopy.
  absl::Status Send();

 private:
  friend absl::Status ForEachRow(Batch&, absl::string_view, absl::FunctionRef<void(Row&)>);

  Session& session_;
  const bool sees_connections_;
  std::string covered_;
  std::vector<std::string> noted_;
  bool sent_ = false;
};

// Runs "WITH … " + `sql` and calls `read` for every row. `sql` may use
//   member(classid, objid)  what belongs to an extension
//   ns                      pg_namespace without system, temporary and the `ferry` schemas
//   rel                     pg_class and its nspname: tables, views, sequences of `ns` that no extension owns
// Errors: those of Session::NextRow; kInternal when a row has other columns than `read` takes.
absl::Status ForEachRow(Batch& batch, absl::string_view sql, absl::FunctionRef<void(Row&)> read);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_QUERY_H_
