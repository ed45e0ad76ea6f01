#include "pg/catalog/digest.h"

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::pg::catalog {
namespace {

// A catalog whose rows count one by one, and which of them do.
struct Counted {
  const char* catalog;
  const char* condition;
};

// Objects below 16384 came with the server.
constexpr Counted kCounted[] = {
    {"pg_attribute", "attrelid IN (SELECT oid FROM rel)"},
    {"pg_attrdef", "adrelid IN (SELECT oid FROM rel)"},
    {"pg_constraint", "conrelid = 0::pg_catalog.oid OR conrelid IN (SELECT oid FROM rel)"},
    {"pg_index", "indrelid IN (SELECT oid FROM rel)"},
    {"pg_rewrite", "ev_class IN (SELECT oid FROM rel)"},
    {"pg_trigger", "tgrelid IN (SELECT oid FROM rel)"},
    {"pg_policy", "true"},
    {"pg_sequence", "seqrelid IN (SELECT oid FROM rel)"},
    {"pg_inherits", "inhrelid IN (SELECT oid FROM rel)"},
    {"pg_partitioned_table", "true"},
    {"pg_foreign_table", "true"},
    {"pg_statistic_ext", "true"},
    {"pg_type", "typnamespace IN (SELECT oid FROM ns)"},
    {"pg_enum", "true"},
    {"pg_range", "rngtypid >= 16384::pg_catalog.oid"},
    {"pg_proc", "oid >= 16384::pg_catalog.oid"},
    {"pg_aggregate", "aggfnoid >= 16384::pg_catalog.oid"},
    {"pg_operator", "oid >= 16384::pg_catalog.oid"},
    {"pg_opclass", "oid >= 16384::pg_catalog.oid"},
    {"pg_opfamily", "oid >= 16384::pg_catalog.oid"},
    {"pg_amop", "oid >= 16384::pg_catalog.oid"},
    {"pg_amproc", "oid >= 16384::pg_catalog.oid"},
    {"pg_cast", "oid >= 16384::pg_catalog.oid"},
    {"pg_conversion", "oid >= 16384::pg_catalog.oid"},
    {"pg_collation", "oid >= 16384::pg_catalog.oid"},
    {"pg_language", "true"},
    {"pg_transform", "true"},
    {"pg_am", "true"},
    {"pg_ts_parser", "true"},
    {"pg_ts_template", "true"},
    {"pg_ts_dict", "oid >= 16384::pg_catalog.oid"},
    {"pg_ts_config", "oid >= 16384::pg_catalog.oid"},
    {"pg_ts_config_map", "mapcfg >= 16384::pg_catalog.oid"},
    {"pg_namespace", "nspname !~ '^pg_'"},
    {"pg_extension", "true"},
    {"pg_foreign_data_wrapper", "true"},
    {"pg_foreign_server", "true"},
    {"pg_publication", "true"},
    {"pg_publication_rel", "true"},
    {"pg_event_trigger", "true"},
    {"pg_default_acl", "true"},
    {"pg_seclabel", "true"},
    {"pg_description",
     "(objoid >= 16384::pg_catalog.oid OR classoid = 2615::pg_catalog.oid) AND (classoid <> "
     "1259::pg_catalog.oid"
     " OR objoid IN (SELECT oid FROM rel))"},
};

// Sums of 64-bit hashes do not depend on the order of the rows. TRUNCATE and REFRESH write new rows of
// pg_class, which say nothing new of the schema. What everybody may see of subscriptions and user mappings
// are not their rows.
constexpr char kRelations[] = R"sql(
WITH ns AS MATERIALIZED (
  SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), rel AS MATERIALIZED (
  SELECT c.* FROM pg_catalog.pg_class c
  WHERE c.oid >= 16384::pg_catalog.oid AND c.relnamespace IN (SELECT oid FROM ns)
)
SELECT pg_catalog.concat_ws(' ',
  (SELECT pg_catalog.concat_ws(':', 'r', pg_catalog.count(*), pg_catalog.sum(
     pg_catalog.hashnameextended(c.relname, c.oid::pg_catalog.int8)
     # pg_catalog.hashint8extended((c.relnamespace::pg_catalog.int8 << 32) + c.relowner::pg_catalog.int8, 1)
     # pg_catalog.hashint8extended((c.reltablespace::pg_catalog.int8 << 32) + c.relam::pg_catalog.int8, 2)
     # pg_catalog.hashint8extended((c.reloftype::pg_catalog.int8 << 32) + c.relispartition::pg_catalog.int4
         + 2 * c.relrowsecurity::pg_catalog.int4 + 4 * c.relforcerowsecurity::pg_catalog.int4, 3)
     # pg_catalog.hashcharextended(c.relreplident, 4) # pg_catalog.hashcharextended(c.relpersistence, 5)
     # CASE WHEN c.relacl IS NOT NULL OR c.reloptions IS NOT NULL OR c.relpartbound IS NOT NULL
       THEN pg_catalog.hashtextextended(pg_catalog.concat_ws(' ', c.relacl, c.reloptions, c.relpartbound), 6) ELSE 0 END))
   FROM rel c),
  (SELECT pg_catalog.concat_ws(':', 's', pg_catalog.count(*), pg_catalog.sum(pg_catalog.hashtextextended(
     pg_catalog.concat_ws(' ', s.subname, s.subowner, s.subenabled, s.subslotname, s.subpublications), 7)))
   FROM pg_catalog.pg_subscription s
   WHERE s.subdbid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())),
  (SELECT pg_catalog.concat_ws(':', 'u', pg_catalog.count(*), pg_catalog.sum(pg_catalog.hashtextextended(
     pg_catalog.concat_ws(' ', u.umid, u.srvid, u.umuser, u.umoptions), 8)))
   FROM pg_catalog.pg_user_mappings u))sql";

std::string Sql(int version) {
  std::string sql = kRelations;
  const auto count = [&sql](absl::string_view catalog, absl::string_view condition) {
    absl::StrAppend(&sql, ",\n  (SELECT pg_catalog.concat_ws(':', pg_catalog.count(*), pg_catalog.sum(",
                    "pg_catalog.hashint8extended(xmin::pg_catalog.text::pg_catalog.int8, 0)",
                    " # pg_catalog.hashtidextended(ctid, 0))) FROM pg_catalog.", catalog, " WHERE ",
                    condition, ")");
  };
  for (const Counted& counted : kCounted) count(counted.catalog, counted.condition);
  if (version >= 150000) count("pg_publication_namespace", "true");
  return absl::StrCat(sql, ")");
}

}  // namespace

absl::StatusOr<std::string> ReadDigest(Session& session) {
  ASSIGN_OR_RETURN(const Rows rows, session.Query(Sql(session.server_version())));
  if (rows.size() != 1) return Error(ErrorCode::kInternal, "the catalog digest is not one row");
  return rows.at(0, 0).value_or("");
}

}  // namespace ferry::pg::catalog
