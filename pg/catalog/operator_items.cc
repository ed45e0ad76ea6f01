#include "pg/catalog/operator_items.h"

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"

namespace ferry::pg::catalog {

std::string OperatorItems(absl::string_view catalog, absl::string_view oid, absl::string_view storage) {
  return absl::Substitute(
      R"sql(ARRAY(
         SELECT y.item
         FROM (SELECT 0, 0, 'STORAGE ' || pg_catalog.format_type($2, NULL) WHERE $2 IS NOT NULL
               UNION ALL
               SELECT 1, a.amopstrategy, 'OPERATOR ' || a.amopstrategy || ' ' ||
                      (SELECT pg_catalog.quote_ident(xn.nspname) || '.' || x.oprname
                       FROM pg_catalog.pg_operator x JOIN pg_catalog.pg_namespace xn ON xn.oid = x.oprnamespace
                       WHERE x.oid = a.amopopr) || '(' || pg_catalog.format_type(a.amoplefttype, NULL) || ', ' ||
                      pg_catalog.format_type(a.amoprighttype, NULL) || ')' || COALESCE(' FOR ORDER BY ' || $3, '')
               FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_amop a ON a.oid = d.objid
               WHERE d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass
                 AND d.refclassid = 'pg_catalog.$0'::pg_catalog.regclass AND d.refobjid = $1
               UNION ALL
               SELECT 2, a.amprocnum, 'FUNCTION ' || a.amprocnum || ' (' ||
                      pg_catalog.format_type(a.amproclefttype, NULL) || ', ' ||
                      pg_catalog.format_type(a.amprocrighttype, NULL) || ') ' || $4
               FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_amproc a ON a.oid = d.objid
               WHERE d.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass
                 AND d.refclassid = 'pg_catalog.$0'::pg_catalog.regclass AND d.refobjid = $1) y(kind, number, item)
         ORDER BY y.kind, y.number, y.item COLLATE pg_catalog."C"))sql",
      catalog, oid, storage,
      NameIn("pg_opfamily", "opfname", "opfnamespace", "NULLIF(a.amopsortfamily, 0::pg_catalog.oid)"),
      FunctionSignature("a.amproc"));
}

}  // namespace ferry::pg::catalog
