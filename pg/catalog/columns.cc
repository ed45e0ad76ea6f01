#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {
namespace {

// Before PostgreSQL 14 a column had no compression of its own. PostgreSQL 15 leaves a random pg_attver among
// the options. An identity's sequence lives in its table's schema. Of the columns of views, those that have
// something of their own. What few columns have is looked up for those alone. A default names no column, so
// its deparsing needs no table (PostgreSQL manual, 9.26, pg_get_expr), which a new backend would have to load
// first.
std::string Sql(int version) {
  return absl::StrCat(
      R"sql(
SELECT c.oid, a.attnum, c.nspname, c.relname, a.attname,
       pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
       CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
       CASE WHEN a.attidentity <> '' THEN
         (SELECT pg_catalog.format('SEQUENCE NAME %I.%I START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s',
                                   c.nspname, sc.relname, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache) ||
                 CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END
          FROM pg_catalog.pg_depend dep JOIN pg_catalog.pg_sequence s ON s.seqrelid = dep.objid
          JOIN pg_catalog.pg_class sc ON sc.oid = s.seqrelid
          WHERE dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND dep.refobjid = a.attrelid
            AND dep.refobjsubid = a.attnum AND dep.deptype = 'i'
            AND dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass) END,
       CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
       CASE WHEN a.atthasdef THEN
         (SELECT pg_catalog.pg_get_expr(d.adbin, CASE WHEN a.attgenerated <> '' THEN d.adrelid ELSE 0::pg_catalog.oid END)
          FROM pg_catalog.pg_attrdef d
          WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END,
       CASE WHEN a.attcollation <> t.typcollation THEN
         (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(co.collname)
          FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace n ON n.oid = co.collnamespace
          WHERE co.oid = a.attcollation) END,
       CASE WHEN a.attstorage <> t.typstorage THEN
         CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END END,
       )sql",
      version >= 140000 ? "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END" : "NULL",
      R"sql(,
       COALESCE(a.attstattarget, -1),
       CASE WHEN a.attoptions IS NOT NULL THEN
       ARRAY(SELECT o FROM pg_catalog.unnest(a.attoptions) o WHERE o !~ '^pg_') END,
       CASE WHEN a.attfdwoptions IS NOT NULL THEN
       ARRAY(SELECT o FROM pg_catalog.unnest(a.attfdwoptions) o ORDER BY o COLLATE pg_catalog."C") END,
       c.reloftype <> 0::pg_catalog.oid OR (a.attinhcount > 0 AND NOT a.attislocal),
       CASE WHEN a.attacl IS NOT NULL THEN pg_catalog.pg_get_userbyid(c.relowner) END, a.attacl, NULL,
       c.relkind IN ('v', 'm')
FROM rel c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE c.relkind IN ('r', 'p', 'f')
   OR c.relkind IN ('v', 'm')
      AND (a.atthasdef OR a.attacl IS NOT NULL OR a.attstattarget >= 0 OR a.attstorage <> t.typstorage
           OR EXISTS (SELECT FROM pg_catalog.unnest(a.attoptions) o WHERE o !~ '^pg_')
           OR EXISTS (SELECT FROM pg_catalog.pg_description x
                      WHERE x.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objoid = c.oid
                        AND x.objsubid = a.attnum)
           OR EXISTS (SELECT FROM pg_catalog.pg_seclabel x
                      WHERE x.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objoid = c.oid
                        AND x.objsubid = a.attnum)))sql");
}

// Of the sequences of identity columns, which are no objects of their own.
absl::Status ReadSequenceGrants(Batch& batch, Collector& out) {
  const std::string sql = absl::StrCat(R"sql(
SELECT d.refobjid, d.refobjsubid, )sql",
                                       AccessColumns("c.relowner", "c.relacl", 's'), R"sql(
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_depend d
  ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'i'
WHERE c.relkind = 'S' AND c.relacl IS NOT NULL)sql");
  return ForEachRow(batch, sql, [&](Row& row) {
    const int64_t table = row.Int();
    const Address column{Catalog::kClass, table, row.Int()};
    out.SequenceGrants(column, row.Access().grants);
  });
}

// What the view's own query says is the view's.
void ForgetWhatTheViewSays(schema::Column& column) {
  column.type.clear();
  column.collation.clear();
  column.not_null = false;
}

}  // namespace

absl::Status ReadColumns(Batch& batch, Collector& out) {
  const auto read = [&](Row& row) {
    const int64_t relation = row.Int();
    const Address address{Catalog::kClass, relation, row.Int()};
    std::string schema = row.Text();
    std::string table = row.Text();
    std::string name = row.Text();
    schema::Column column;
    column.type = row.Text();
    column.not_null = row.Bool();
    column.identity = row.Text();
    column.identity_options = row.Text();
    column.generated = row.Text();
    (column.generated.empty() ? column.default_expression : column.generation_expression) = row.Definition();
    column.collation = row.Text();
    column.storage = row.Text();
    column.compression = row.Text();
    column.statistics_target = row.Int();
    column.options = row.List();
    column.foreign_options = row.List();
    column.inherited = row.Bool();
    column.position = address.part;
    schema::Traits traits = row.Access();
    traits.owner.clear();  // the table's
    if (row.Bool()) ForgetWhatTheViewSays(column);
    out.Add(address, {schema::ObjectKind::kColumn, std::move(schema), std::move(table), std::move(name)},
            std::move(column), std::move(traits));
  };
  RETURN_IF_ERROR(ForEachRow(batch, Sql(batch.server_version()), read));
  return ReadSequenceGrants(batch, out);
}

}  // namespace ferry::pg::catalog
