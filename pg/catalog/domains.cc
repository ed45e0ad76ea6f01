#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "pg/catalog/readers.h"
#include "pg/catalog/type_query.h"

namespace ferry::pg::catalog {

// One row a CHECK constraint, one also where there is none. NOT NULL is a property of the domain, also where
// the server keeps it as a constraint.
absl::Status ReadDomains(Batch& batch, Collector& out) {
  const std::string columns = absl::Substitute(
      R"sql(pg_catalog.format_type(t.typbasetype, t.typtypmod),
       CASE WHEN t.typcollation <> b.typcollation THEN $0 END,
       COALESCE(pg_catalog.pg_get_expr(t.typdefaultbin, 0::pg_catalog.oid), pg_catalog.quote_literal(t.typdefault)),
       t.typnotnull, COALESCE(k.oid, 0::pg_catalog.oid), k.conname,
       pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), ' NOT VALID$$', ''),
       COALESCE(k.convalidated, true))sql",
      CollationName("t.typcollation"));
  const std::string sql = TypesOf(columns, R"sql(JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_constraint k ON k.contypid = t.oid AND k.contype = 'c')sql",
                                  "t.typtype = 'd'");
  Address last{Catalog::kType, 0};
  return ForEachRow(batch, absl::StrCat(sql, " ORDER BY t.oid"), [&](Row& row) {
    Head head = TakeHead(row, Catalog::kType);
    schema::Domain domain;
    domain.type = row.Text();
    domain.collation = row.Text();
    domain.default_expression = row.Definition();
    domain.not_null = row.Bool();
    const Address check{Catalog::kConstraint, row.Int()};
    schema::ObjectId id{schema::ObjectKind::kConstraint, head.schema, head.name, row.Text()};
    schema::Constraint constraint;
    constraint.type = "check";
    constraint.definition = row.Definition();
    constraint.validated = row.Bool();
    if (head.address != last) {
      last = head.address;
      head.Add(out, std::move(domain));
    }
    if (check.oid != 0) out.Add(check, std::move(id), std::move(constraint));
  });
}

}  // namespace ferry::pg::catalog
