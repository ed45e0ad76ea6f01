#include "pg/catalog/digest.h"

#include "core/base/error.h"

namespace ferry::pg::catalog {
namespace {

// Sums of 64-bit hashes do not depend on the order of the rows. Objects below 16384 came with the server.
constexpr char kSql[] = R"sql(
WITH rel AS (
  SELECT c.* FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid >= 16384 AND n.nspname !~ '^pg_'
), row(catalog, version) AS (
  SELECT 1, pg_catalog.concat_ws(' ', c.oid, c.relname, c.relnamespace, c.reltype, c.reloftype, c.relam, c.relkind,
                                 c.relpersistence, c.relispartition, c.relrowsecurity, c.relforcerowsecurity,
                                 c.relreplident, c.reloptions, c.relpartbound) FROM rel c
  UNION ALL SELECT 2, pg_catalog.concat_ws(' ', a.attrelid, a.attnum, a.xmin, a.ctid)
    FROM pg_catalog.pg_attribute a WHERE a.attrelid IN (SELECT oid FROM rel)
  UNION ALL SELECT 3, pg_catalog.concat_ws(' ', d.oid, d.xmin, d.ctid)
    FROM pg_catalog.pg_attrdef d WHERE d.adrelid IN (SELECT oid FROM rel)
  UNION ALL SELECT 4, pg_catalog.concat_ws(' ', k.oid, k.xmin, k.ctid)
    FROM pg_catalog.pg_constraint k WHERE k.conrelid = 0 OR k.conrelid IN (SELECT oid FROM rel)
  UNION ALL SELECT 5, pg_catalog.concat_ws(' ', i.indexrelid, i.xmin, i.ctid)
    FROM pg_catalog.pg_index i WHERE i.indrelid IN (SELECT oid FROM rel)
  UNION ALL SELECT 6, pg_catalog.concat_ws(' ', r.oid, r.xmin, r.ctid)
    FROM pg_catalog.pg_rewrite r WHERE r.ev_class IN (SELECT oid FROM rel)
  UNION ALL SELECT 7, pg_catalog.concat_ws(' ', t.oid, t.xmin, t.ctid)
    FROM pg_catalog.pg_trigger t WHERE t.tgrelid IN (SELECT oid FROM rel)
  UNION ALL SELECT 8, pg_catalog.concat_ws(' ', t.oid, t.xmin, t.ctid)
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.oid >= 16384 AND n.nspname !~ '^pg_'
  UNION ALL SELECT 9, pg_catalog.concat_ws(' ', p.oid, p.xmin, p.ctid) FROM pg_catalog.pg_proc p WHERE p.oid >= 16384
  UNION ALL SELECT 10, pg_catalog.concat_ws(' ', n.oid, n.xmin, n.ctid)
    FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_'
  UNION ALL SELECT 11, pg_catalog.concat_ws(' ', s.seqrelid, s.xmin, s.ctid)
    FROM pg_catalog.pg_sequence s WHERE s.seqrelid IN (SELECT oid FROM rel)
  UNION ALL SELECT 12, pg_catalog.concat_ws(' ', h.inhrelid, h.inhparent, h.xmin, h.ctid) FROM pg_catalog.pg_inherits h
  UNION ALL SELECT 13, pg_catalog.concat_ws(' ', p.partrelid, p.xmin, p.ctid) FROM pg_catalog.pg_partitioned_table p
  UNION ALL SELECT 14, pg_catalog.concat_ws(' ', e.oid, e.xmin, e.ctid) FROM pg_catalog.pg_enum e
  UNION ALL SELECT 15, pg_catalog.concat_ws(' ', a.aggfnoid, a.xmin, a.ctid) FROM pg_catalog.pg_aggregate a
    WHERE a.aggfnoid >= 16384::pg_catalog.oid
  UNION ALL SELECT 16, pg_catalog.concat_ws(' ', o.oid, o.xmin, o.ctid) FROM pg_catalog.pg_operator o
    WHERE o.oid >= 16384
  UNION ALL SELECT 17, pg_catalog.concat_ws(' ', o.oid, o.xmin, o.ctid) FROM pg_catalog.pg_opclass o
    WHERE o.oid >= 16384
  UNION ALL SELECT 18, pg_catalog.concat_ws(' ', o.oid, o.xmin, o.ctid) FROM pg_catalog.pg_collation o
    WHERE o.oid >= 16384
)
SELECT COALESCE(pg_catalog.string_agg(s.sum, ' ' ORDER BY s.catalog), '')
FROM (SELECT r.catalog, pg_catalog.concat_ws(':', pg_catalog.count(*), pg_catalog.sum(
             pg_catalog.hashtextextended(r.version COLLATE pg_catalog."C", r.catalog))) AS sum
      FROM row r GROUP BY r.catalog) s)sql";

}  // namespace

absl::StatusOr<std::string> ReadDigest(Session& session) {
  ASSIGN_OR_RETURN(const Rows rows, session.Query(kSql));
  if (rows.size() != 1) return Error(ErrorCode::kInternal, "the catalog digest is not one row");
  return rows.at(0, 0).value_or("");
}

}  // namespace ferry::pg::catalog
