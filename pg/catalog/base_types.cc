#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/readers.h"
#include "pg/catalog/type_query.h"

namespace ferry::pg::catalog {
namespace {

// Before PostgreSQL 14, and for a type of fixed length, an element type says how the type is subscripted.
std::string Subscript(int version) {
  if (version < 140000) return "NULL";
  return absl::Substitute(
      "CASE WHEN t.typsubscript <> 'pg_catalog.raw_array_subscript_handler'::pg_catalog.regproc "
      "THEN 'SUBSCRIPT = ' || $0 END",
      FunctionName("t.typsubscript"));
}

std::string Properties(int version) {
  return absl::Substitute(R"sql(NOT t.typisdefined,
       CASE WHEN t.typisdefined THEN pg_catalog.array_remove(ARRAY[
         'INTERNALLENGTH = ' || CASE t.typlen WHEN -1 THEN 'VARIABLE' ELSE t.typlen::pg_catalog.text END,
         'INPUT = ' || $0, 'OUTPUT = ' || $1, 'RECEIVE = ' || $2, 'SEND = ' || $3,
         'TYPMOD_IN = ' || $4, 'TYPMOD_OUT = ' || $5, 'ANALYZE = ' || $6, $7,
         CASE WHEN t.typcollation <> 0::pg_catalog.oid THEN 'COLLATABLE = true' END,
         'DEFAULT = ' || pg_catalog.quote_literal(t.typdefault),
         'ELEMENT = ' || pg_catalog.format_type(NULLIF(t.typelem, 0::pg_catalog.oid), NULL),
         CASE WHEN t.typcategory <> 'U' THEN 'CATEGORY = ' || pg_catalog.quote_literal(t.typcategory::pg_catalog.text) END,
         CASE WHEN t.typispreferred THEN 'PREFERRED = true' END,
         CASE WHEN t.typdelim <> ',' THEN 'DELIMITER = ' || pg_catalog.quote_literal(t.typdelim::pg_catalog.text) END,
         'ALIGNMENT = ' || CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'd' THEN 'double'
                                           ELSE 'int4' END,
         'STORAGE = ' || CASE t.typstorage WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' WHEN 'm' THEN 'main'
                                           ELSE 'plain' END,
         CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END], NULL) END)sql",
                          FunctionName("t.typinput"), FunctionName("t.typoutput"),
                          FunctionName("t.typreceive"), FunctionName("t.typsend"), FunctionName("t.typmodin"),
                          FunctionName("t.typmodout"), FunctionName("t.typanalyze"), Subscript(version));
}

}  // namespace

// Array types, which PostgreSQL makes with their element type, are left out.
absl::Status ReadBaseTypes(Batch& batch, Collector& out) {
  const std::string sql =
      TypesOf(Properties(batch.server_version()),
              "LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid",
              "(t.typtype = 'b' OR (t.typtype = 'p' AND NOT t.typisdefined)) AND e.oid IS NULL");
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kType);
    schema::BaseType type;
    type.shell = row.Bool();
    type.properties = row.List();
    head.Add(out, std::move(type));
  });
}

}  // namespace ferry::pg::catalog
