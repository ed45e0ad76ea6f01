#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

// Left out with the members of extensions: functions that belong to another object (deptype 'i'), such as the
// constructors of a range type.
absl::Status ReadFunctions(Session& session, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT p.oid, n.nspname,
       p.proname || '(' || COALESCE((SELECT pg_catalog.string_agg(pg_catalog.format_type(x.t, NULL), ', ' ORDER BY x.i)
                                     FROM pg_catalog.unnest(p.proargtypes::pg_catalog.oid[]) WITH ORDINALITY x(t, i)),
                                    '') || ')',
       CASE p.prokind WHEN 'f' THEN 'function' WHEN 'p' THEN 'procedure' WHEN 'w' THEN 'window function'
                      ELSE 'aggregate' END,
       CASE WHEN p.prokind <> 'a' THEN pg_catalog.rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\n') ELSE
       pg_catalog.concat_ws(E'\n',
         '(' || pg_catalog.pg_get_function_arguments(p.oid) || ') returns ' || pg_catalog.pg_get_function_result(p.oid),
         CASE g.aggkind WHEN 'h' THEN 'hypothetical' WHEN 'o' THEN 'ordered-set' END,
         'sfunc = ' || g.aggtransfn::pg_catalog.text,
         'stype = ' || pg_catalog.format_type(g.aggtranstype, NULL),
         'sspace = ' || NULLIF(g.aggtransspace, 0),
         'finalfunc = ' || NULLIF(g.aggfinalfn, 0::pg_catalog.oid)::pg_catalog.regproc,
         CASE WHEN g.aggfinalextra THEN 'finalfunc_extra' END,
         CASE WHEN g.aggfinalfn <> 0::pg_catalog.oid
              THEN 'finalfunc_modify = ' || g.aggfinalmodify::pg_catalog.text END,
         'combinefunc = ' || NULLIF(g.aggcombinefn, 0::pg_catalog.oid)::pg_catalog.regproc,
         'serialfunc = ' || NULLIF(g.aggserialfn, 0::pg_catalog.oid)::pg_catalog.regproc,
         'deserialfunc = ' || NULLIF(g.aggdeserialfn, 0::pg_catalog.oid)::pg_catalog.regproc,
         'initcond = ' || pg_catalog.quote_literal(g.agginitval),
         'msfunc = ' || NULLIF(g.aggmtransfn, 0::pg_catalog.oid)::pg_catalog.regproc,
         'minvfunc = ' || NULLIF(g.aggminvtransfn, 0::pg_catalog.oid)::pg_catalog.regproc,
         'mstype = ' || pg_catalog.format_type(NULLIF(g.aggmtranstype, 0::pg_catalog.oid), NULL),
         'msspace = ' || NULLIF(g.aggmtransspace, 0),
         'mfinalfunc = ' || NULLIF(g.aggmfinalfn, 0::pg_catalog.oid)::pg_catalog.regproc,
         CASE WHEN g.aggmfinalextra THEN 'mfinalfunc_extra' END,
         CASE WHEN g.aggmfinalfn <> 0::pg_catalog.oid
              THEN 'mfinalfunc_modify = ' || g.aggmfinalmodify::pg_catalog.text END,
         'minitcond = ' || pg_catalog.quote_literal(g.aggminitval),
         'sortop = ' || NULLIF(g.aggsortop, 0::pg_catalog.oid)::pg_catalog.regoperator,
         'parallel = ' || p.proparallel::pg_catalog.text) END,
       pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)),
       pg_catalog.pg_get_function_arguments(p.oid), pg_catalog.pg_get_function_result(p.oid),
       pg_catalog.pg_get_userbyid(p.proowner)
FROM ns n
JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid
LEFT JOIN pg_catalog.pg_aggregate g ON g.aggfnoid = p.oid
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
                    AND d.deptype IN ('e', 'i')))sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const Address address{Catalog::kProcedure, row.Int()};
    const std::string schema = row.Text();
    const std::string name = row.Text();
    schema::Function function;
    function.kind = row.Text();
    function.definition = row.Definition();
    function.signature = row.Text();
    function.arguments = row.Text();
    function.result = row.Text();
    schema::Traits traits;
    traits.owner = row.Text();
    out.Add(address, {schema::ObjectKind::kFunction, schema, "", name}, std::move(function),
            std::move(traits));
  });
}

}  // namespace ferry::pg::catalog
