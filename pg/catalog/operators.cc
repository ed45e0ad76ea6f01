#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

// An operator that is only announced, as another one's commutator or negator, is left out.
absl::Status ReadOperators(Batch& batch, Collector& out) {
  constexpr char kOperands[] =
      R"sql((COALESCE(pg_catalog.format_type(NULLIF(o.oprleft, 0::pg_catalog.oid), NULL), 'NONE') || ', ' ||
        COALESCE(pg_catalog.format_type(NULLIF(o.oprright, 0::pg_catalog.oid), NULL), 'NONE') || ')'))sql";
  const std::string sql =
      absl::Substitute(R"sql(
SELECT o.oid, n.nspname, o.oprname || '(' || $0, $1,
       pg_catalog.array_remove(ARRAY[
         'FUNCTION = ' || $2,
         'LEFTARG = ' || pg_catalog.format_type(NULLIF(o.oprleft, 0::pg_catalog.oid), NULL),
         'RIGHTARG = ' || pg_catalog.format_type(NULLIF(o.oprright, 0::pg_catalog.oid), NULL),
         'COMMUTATOR = ' || $3, 'NEGATOR = ' || $4,
         CASE WHEN o.oprcanmerge THEN 'MERGES' END, CASE WHEN o.oprcanhash THEN 'HASHES' END,
         'RESTRICT = ' || $5, 'JOIN = ' || $6], NULL),
       pg_catalog.quote_ident(n.nspname) || '.' || o.oprname || ' (' || $0
FROM ns n
JOIN pg_catalog.pg_operator o ON o.oprnamespace = n.oid
WHERE o.oprcode <> 0::pg_catalog.oid AND $7)sql",
                       kOperands, AccessColumns("o.oprowner"), FunctionName("o.oprcode"),
                       OperatorName("o.oprcom"), OperatorName("o.oprnegate"), FunctionName("o.oprrest"),
                       FunctionName("o.oprjoin"), NotMember("pg_operator", "o.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kOperator);
    schema::Operator op;
    op.properties = row.List();
    op.signature = row.Text();
    head.Add(out, std::move(op));
  });
}

}  // namespace ferry::pg::catalog
