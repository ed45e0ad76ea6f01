// Pieces of SQL that several readers share, and what their rows begin with. Each piece is one expression;
// `oid`, `array`, `owner` and `acl` are SQL expressions of the query that it becomes part of. The first five
// are null where the oid is 0. Any thread.
#ifndef FERRY_PG_CATALOG_PIECES_H_
#define FERRY_PG_CATALOG_PIECES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "pg/catalog/collector.h"
#include "pg/catalog/query.h"

namespace ferry::pg::catalog {

std::string FunctionName(absl::string_view oid);       // public.f
std::string FunctionSignature(absl::string_view oid);  // public.f(integer, text)
std::string OperatorName(absl::string_view oid);       // OPERATOR(public.<)
std::string CollationName(absl::string_view oid);      // public."de-x"
// Of a row of any catalog with a schema and a name: NameIn("pg_ts_dict", "dictname", "dictnamespace",
// "m.dict").
std::string NameIn(absl::string_view catalog, absl::string_view name, absl::string_view schema,
                   absl::string_view oid);

// The elements of a text array in byte order, as an array.
std::string Sorted(absl::string_view array);

// The same of "name=value" options. What may hold a secret never leaves the server: the value of an option
// whose name looks like one is three asterisks; of a user mapping every value is but those that are known to
// be harmless, such as the user's name.
std::string ServerOptions(absl::string_view array);
std::string UserOptions(absl::string_view array);

// Three columns for Row::Access(). `type`: as acldefault takes it. Without a type: a kind that has an owner
// only.
std::string AccessColumns(absl::string_view owner, absl::string_view acl, char type);
std::string AccessColumns(absl::string_view owner);
inline constexpr char kNoAccess[] = "NULL, NULL, NULL";  // of a kind without an owner

// True where no extension owns the row: NotMember("pg_type", "t.oid").
std::string NotMember(absl::string_view catalog, absl::string_view oid);

// What the rows of most readers begin with: oid, schema, name, and the three columns of Row::Access().
struct Head {
  Address address;
  std::string schema;  // empty where no schema holds the kind
  std::string name;
  schema::Traits traits;

  // Adds the object under these.
  void Add(Collector& out, schema::Body body);
};
Head TakeHead(Row& row, Catalog catalog);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_PIECES_H_
