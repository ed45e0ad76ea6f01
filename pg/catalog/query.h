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
  Row(const Rows& rows, size_t row) : rows_(rows), row_(row) {}

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
  bool Complete() const;

 private:
  const Rows& rows_;
  size_t row_;
  size_t column_ = 0;
  bool good_ = true;
};

// Runs "WITH … " + `sql` and calls `read` for every row. `sql` may use
//   member(classid, objid)  what belongs to an extension
//   ns                      pg_namespace without system, temporary and the `ferry` schemas
//   rel                     pg_class and its nspname: tables, views, sequences of `ns` that no extension owns
// Errors: those of Session::Query; kInternal when a row has other columns than `read` takes.
absl::Status ForEachRow(Session& session, absl::string_view sql, absl::FunctionRef<void(Row&)> read);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_QUERY_H_
