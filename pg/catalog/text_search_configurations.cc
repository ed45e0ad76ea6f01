#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadTextSearchConfigurations(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(
      R"sql(
SELECT c.oid, n.nspname, c.cfgname, $0, $1,
       ARRAY(SELECT x.mapping
             FROM (SELECT pg_catalog.quote_ident(t.alias) || ' WITH ' ||
                          pg_catalog.string_agg($2, ', ' ORDER BY m.mapseqno)
                   FROM pg_catalog.pg_ts_config_map m
                   JOIN pg_catalog.ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
                   WHERE m.mapcfg = c.oid GROUP BY t.alias) x(mapping)
             ORDER BY x.mapping COLLATE pg_catalog."C")
FROM ns n
JOIN pg_catalog.pg_ts_config c ON c.cfgnamespace = n.oid
WHERE $3)sql",
      AccessColumns("c.cfgowner"), NameIn("pg_ts_parser", "prsname", "prsnamespace", "c.cfgparser"),
      NameIn("pg_ts_dict", "dictname", "dictnamespace", "m.mapdict"), NotMember("pg_ts_config", "c.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kTextSearchConfiguration);
    schema::TextSearchConfiguration configuration;
    configuration.parser = row.Text();
    configuration.mappings = row.List();
    head.Add(out, std::move(configuration));
  });
}

}  // namespace ferry::pg::catalog
