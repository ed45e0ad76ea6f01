#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {
namespace {

// What CREATE ROLE would have to say, in byte order.
constexpr char kAttributes[] = R"sql(pg_catalog.array_remove(ARRAY[
         CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
         'CONNECTION LIMIT ' || NULLIF(r.rolconnlimit, -1),
         CASE WHEN r.rolcreatedb THEN 'CREATEDB' END, CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
         CASE WHEN r.rolcanlogin THEN 'LOGIN' END, CASE WHEN NOT r.rolinherit THEN 'NOINHERIT' END,
         CASE WHEN r.rolreplication THEN 'REPLICATION' END, CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
         'VALID UNTIL ' || pg_catalog.quote_literal(r.rolvaliduntil::pg_catalog.text)], NULL))sql";

// Since PostgreSQL 16 a membership has options of its own; those are told that it would not have by itself.
std::string Membership(int version) {
  return version < 160000 ? "CASE WHEN m.admin_option THEN ' WITH ADMIN OPTION' END"
                          : R"sql(' WITH ' || NULLIF(pg_catalog.concat_ws(', ',
                   CASE WHEN m.admin_option THEN 'ADMIN OPTION' END,
                   CASE WHEN m.inherit_option <> r.rolinherit THEN 'INHERIT ' || pg_catalog.upper(m.inherit_option::pg_catalog.text) END,
                   CASE WHEN NOT m.set_option THEN 'SET FALSE' END), ''))sql";
}

}  // namespace

absl::Status ReadRoles(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(
      R"sql(
SELECT r.oid, '', r.rolname, $0, pg_catalog.shobj_description(r.oid, 'pg_authid'), $1,
       ARRAY(SELECT DISTINCT (pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(m.roleid)) ||
                              COALESCE($2, '')) COLLATE pg_catalog."C" AS grant_
             FROM pg_catalog.pg_auth_members m WHERE m.member = r.oid ORDER BY grant_)
FROM pg_catalog.pg_roles r
WHERE r.rolname !~ '^pg_')sql",
      kNoAccess, kAttributes, Membership(batch.server_version()));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kRole);
    head.traits.comment = row.Text();
    schema::Role role;
    role.attributes = row.List();
    role.member_of = row.List();
    head.Add(out, std::move(role));
  });
}

}  // namespace ferry::pg::catalog
