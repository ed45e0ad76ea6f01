#include "pg/catalog/pieces.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

namespace ferry::pg::catalog {
namespace {

// Of a wrapper's and a server's options: what looks like a secret is one.
constexpr char kSecret[] = R"sql(pg_catalog.split_part(o.text, '=', 1) ~*
           '(pass|pwd|secret|credential|private|salt|signature|token|(^|[_a-z])key$)'
         OR o.text ~* '(://[^/@]*:[^/@]*@|password *=)')sql";
// What a user mapping may show: who logs in, and switches.
constexpr char kHarmless[] = R"sql(pg_catalog.split_part(o.text, '=', 1) ~
           '^(user|username|user_name|remote_user|password_required|use_.*|fetch_size|sslmode)$')sql";

std::string Masked(absl::string_view array, absl::string_view harmless) {
  return absl::Substitute(R"sql(ARRAY(
         SELECT CASE WHEN $1 THEN o.text ELSE pg_catalog.split_part(o.text, '=', 1) || '=***' END
         FROM pg_catalog.unnest($0) o(text) ORDER BY o.text COLLATE pg_catalog."C"))sql",
                          array, harmless);
}

}  // namespace

std::string NameIn(absl::string_view catalog, absl::string_view name, absl::string_view schema,
                   absl::string_view oid) {
  return absl::Substitute(R"sql((
         SELECT pg_catalog.quote_ident(xn.nspname) || '.' || pg_catalog.quote_ident(x.$1)
         FROM pg_catalog.$0 x JOIN pg_catalog.pg_namespace xn ON xn.oid = x.$2
         WHERE x.oid = $3))sql",
                          catalog, name, schema, oid);
}

std::string FunctionName(absl::string_view oid) { return NameIn("pg_proc", "proname", "pronamespace", oid); }

std::string CollationName(absl::string_view oid) {
  return NameIn("pg_collation", "collname", "collnamespace", oid);
}

std::string FunctionSignature(absl::string_view oid) {
  return absl::Substitute(R"sql((
         SELECT pg_catalog.quote_ident(xn.nspname) || '.' || pg_catalog.quote_ident(x.proname) || '(' ||
                pg_catalog.array_to_string(ARRAY(
                  SELECT pg_catalog.format_type(y.t, NULL)
                  FROM pg_catalog.unnest(x.proargtypes::pg_catalog.oid[]) WITH ORDINALITY y(t, i) ORDER BY y.i), ', ') || ')'
         FROM pg_catalog.pg_proc x JOIN pg_catalog.pg_namespace xn ON xn.oid = x.pronamespace
         WHERE x.oid = $0))sql",
                          oid);
}

std::string OperatorName(absl::string_view oid) {
  return absl::Substitute(R"sql((
         SELECT 'OPERATOR(' || pg_catalog.quote_ident(xn.nspname) || '.' || x.oprname || ')'
         FROM pg_catalog.pg_operator x JOIN pg_catalog.pg_namespace xn ON xn.oid = x.oprnamespace
         WHERE x.oid = $0))sql",
                          oid);
}

std::string Sorted(absl::string_view array) {
  return absl::Substitute(
      "CASE WHEN $0 IS NOT NULL THEN "
      "ARRAY(SELECT o FROM pg_catalog.unnest($0) o ORDER BY o COLLATE pg_catalog.\"C\") END",
      array);
}

std::string ServerOptions(absl::string_view array) {
  return Masked(array, absl::StrCat("NOT (", kSecret, ")"));
}

std::string UserOptions(absl::string_view array) { return Masked(array, kHarmless); }

std::string AccessColumns(absl::string_view owner, absl::string_view acl, char type) {
  return absl::Substitute(
      "pg_catalog.pg_get_userbyid($0), $1, "
      "CASE WHEN $1 IS NOT NULL THEN pg_catalog.acldefault('$2', $0) END",
      owner, acl, std::string(1, type));
}

std::string AccessColumns(absl::string_view owner) {
  return absl::StrCat("pg_catalog.pg_get_userbyid(", owner, "), NULL, NULL");
}

std::string NotMember(absl::string_view catalog, absl::string_view oid) {
  return absl::Substitute(
      "NOT EXISTS (SELECT FROM member xm WHERE xm.classid = 'pg_catalog.$0'::pg_catalog.regclass AND "
      "xm.objid = "
      "$1)",
      catalog, oid);
}

void Head::Add(Collector& out, schema::Body body) {
  out.Add(address, {schema::ObjectKind::kSchema, schema, "", name}, std::move(body), std::move(traits));
}

Head TakeHead(Row& row, Catalog catalog) {
  Head head;
  head.address = {catalog, row.Int()};
  head.schema = row.Text();
  head.name = row.Text();
  head.traits = row.Access();
  return head;
}

}  // namespace ferry::pg::catalog
