#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {
namespace {

// What follows the name in CREATE AGGREGATE, in pg_dump's order; `g` is its pg_aggregate, `p` its pg_proc.
std::string AggregateDefinition() {
  const auto function = [](absl::string_view word, absl::string_view column) {
    return absl::Substitute(",\n         '$0 = ' || $1", word, FunctionName(absl::StrCat("g.", column)));
  };
  // How PostgreSQL takes a final function that says nothing depends on the kind of aggregate.
  const auto modify = [](absl::string_view word, absl::string_view of, absl::string_view column) {
    return absl::Substitute(R"sql(,
         CASE WHEN g.$1 <> 0::pg_catalog.oid AND g.$2 <> CASE g.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN
           '$0 = ' || CASE g.$2 WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END)sql",
                            word, of, column);
  };
  return absl::StrCat(
      R"sql('(' || COALESCE(NULLIF(pg_catalog.pg_get_function_arguments(p.oid), ''), '*') || ') (' ||
         pg_catalog.concat_ws(', ')sql",
      function("SFUNC", "aggtransfn"), R"sql(,
         'STYPE = ' || pg_catalog.format_type(g.aggtranstype, NULL),
         'SSPACE = ' || NULLIF(g.aggtransspace, 0),
         'INITCOND = ' || pg_catalog.quote_literal(g.agginitval))sql",
      function("FINALFUNC", "aggfinalfn"), R"sql(,
         CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END)sql",
      modify("FINALFUNC_MODIFY", "aggfinalfn", "aggfinalmodify"), function("COMBINEFUNC", "aggcombinefn"),
      function("SERIALFUNC", "aggserialfn"), function("DESERIALFUNC", "aggdeserialfn"),
      function("MSFUNC", "aggmtransfn"), function("MINVFUNC", "aggminvtransfn"), R"sql(,
         'MSTYPE = ' || pg_catalog.format_type(NULLIF(g.aggmtranstype, 0::pg_catalog.oid), NULL),
         'MSSPACE = ' || NULLIF(g.aggmtransspace, 0),
         'MINITCOND = ' || pg_catalog.quote_literal(g.aggminitval))sql",
      function("MFINALFUNC", "aggmfinalfn"), R"sql(,
         CASE WHEN g.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END)sql",
      modify("MFINALFUNC_MODIFY", "aggmfinalfn", "aggmfinalmodify"), R"sql(,
         'SORTOP = ' || )sql",
      OperatorName("g.aggsortop"), R"sql(,
         CASE g.aggkind WHEN 'h' THEN 'HYPOTHETICAL' END,
         CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END) || ')')sql");
}

// Before PostgreSQL 14 the input arguments of procedures were printed without IN. `more`: behind each.
std::string ProcedureArguments(absl::string_view more) {
  return absl::Substitute(R"sql(COALESCE((
         SELECT pg_catalog.string_agg(
                  pg_catalog.concat(CASE a.mode WHEN 'b' THEN 'INOUT ' WHEN 'v' THEN 'VARIADIC ' ELSE 'IN ' END,
                                    CASE WHEN a.name <> '' THEN pg_catalog.quote_ident(a.name) || ' ' END,
                                    pg_catalog.format_type(a.type, NULL), $0), ', ' ORDER BY a.place)
         FROM ROWS FROM (pg_catalog.unnest(COALESCE(p.proallargtypes, p.proargtypes::pg_catalog.oid[])),
                         pg_catalog.unnest(p.proargmodes), pg_catalog.unnest(p.proargnames))
              WITH ORDINALITY a(type, mode, name, place)), ''))sql",
                          more);
}

// As the server prints them, with IN on every one.
struct Printed {
  std::string definition = "pg_catalog.pg_get_functiondef(p.oid)";
  std::string identity = "pg_catalog.pg_get_function_identity_arguments(p.oid)";
  std::string arguments = "pg_catalog.pg_get_function_arguments(p.oid)";

  explicit Printed(int version) {
    if (version >= 140000) return;
    const auto of_procedures = [](const std::string& procedure, std::string& other) {
      other = absl::StrCat("CASE WHEN p.prokind = 'p' THEN ", procedure, " ELSE ", other, " END");
    };
    const std::string with_in = ProcedureArguments(
        "' DEFAULT ' || pg_catalog.pg_get_function_arg_default(p.oid, a.place::pg_catalog.int4)");
    of_procedures(absl::Substitute(
                      R"sql(pg_catalog.overlay(
         $0, $1, pg_catalog.length(pg_catalog.format('CREATE OR REPLACE PROCEDURE %I.%I(', n.nspname, p.proname)) + 1,
         pg_catalog.length($2)))sql",
                      definition, with_in, arguments),
                  definition);
    of_procedures(ProcedureArguments("''"), identity);
    of_procedures(with_in, arguments);
  }
};

}  // namespace

// Left out with the members of extensions: functions that belong to another object (deptype 'i'), such as the
// constructors of a range type.
absl::Status ReadFunctions(Batch& batch, Collector& out) {
  const Printed printed(batch.server_version());
  const std::string sql = absl::Substitute(
      R"sql(
SELECT p.oid, n.nspname,
       p.proname || '(' || COALESCE((SELECT pg_catalog.string_agg(pg_catalog.format_type(x.t, NULL), ', ' ORDER BY x.i)
                                     FROM pg_catalog.unnest(p.proargtypes::pg_catalog.oid[]) WITH ORDINALITY x(t, i)),
                                    '') || ')',
       $0,
       CASE p.prokind WHEN 'f' THEN 'function' WHEN 'p' THEN 'procedure' WHEN 'w' THEN 'window function'
                      ELSE 'aggregate' END,
       CASE WHEN p.prokind <> 'a' THEN pg_catalog.rtrim($2, E'\n') ELSE $1 END,
       pg_catalog.format('%I.%I(%s)', n.nspname, p.proname,
                         CASE WHEN p.prokind = 'a' AND p.pronargs = 0 THEN '*'
                              ELSE $3 END),
       $4, pg_catalog.pg_get_function_result(p.oid)
FROM ns n
JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid
LEFT JOIN pg_catalog.pg_aggregate g ON g.aggfnoid = p.oid
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
                    AND d.deptype IN ('e', 'i')))sql",
      AccessColumns("p.proowner", "p.proacl", 'f'), AggregateDefinition(), printed.definition,
      printed.identity, printed.arguments);
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kProcedure);
    schema::Function function;
    function.kind = row.Text();
    function.definition = row.Definition();
    function.signature = row.Text();
    function.arguments = row.Text();
    function.result = row.Text();
    head.Add(out, std::move(function));
  });
}

}  // namespace ferry::pg::catalog
