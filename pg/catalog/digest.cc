#include "pg/catalog/digest.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "core/base/error.h"

namespace ferry::pg::catalog {
namespace {

// What other sessions keep for themselves. Usually none, and then a search in it costs nothing. What TOAST is
// made of comes and goes with REFRESH and CLUSTER.
constexpr char kHead[] = R"sql(
WITH hidden AS MATERIALIZED (
  SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname ~ '^pg_'
), temporary AS MATERIALIZED (
  SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relpersistence = 't' AND c.oid >= 16384::pg_catalog.oid
), toast AS MATERIALIZED (
  SELECT c.oid FROM pg_catalog.pg_class c
  WHERE c.relpersistence = 't' OR c.relnamespace = 99::pg_catalog.oid
)
SELECT pg_catalog.concat_ws(' ')sql";

// TRUNCATE, REFRESH and REINDEX write new rows of pg_class which say nothing new of the schema, and
// statistics stand in it: only the columns that a schema consists of count.
constexpr char kRelations[] = R"sql(,
  (SELECT pg_catalog.concat_ws(':', 'r', pg_catalog.count(*), pg_catalog.sum(
     pg_catalog.hash_array_extended(
       ARRAY[c.oid, c.relnamespace, c.relowner, c.reltablespace, c.relam, c.reloftype],
       pg_catalog.hashnameextended(c.relname, 0))
     # pg_catalog.hashint8extended(pg_catalog.ascii(c.relreplident::pg_catalog.text)
         + 256 * pg_catalog.ascii(c.relpersistence::pg_catalog.text)
         + 65536 * (c.relispartition::pg_catalog.int4 + 2 * c.relrowsecurity::pg_catalog.int4
                    + 4 * c.relforcerowsecurity::pg_catalog.int4), 1)
     # CASE WHEN c.relacl IS NOT NULL OR c.reloptions IS NOT NULL OR c.relpartbound IS NOT NULL
       THEN pg_catalog.hashtextextended(pg_catalog.concat_ws(' ', c.oid, c.relacl, c.reloptions, c.relpartbound), 2)
       ELSE 0 END))
   FROM pg_catalog.pg_class c
   WHERE c.oid >= 16384::pg_catalog.oid AND c.relpersistence <> 't' AND c.relnamespace <> 99::pg_catalog.oid
     AND c.relkind <> 't'),
  (SELECT pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat_ws(' ', c.oid, c.reloptions), 3))
   FROM pg_catalog.pg_class c WHERE c.relkind = 't' AND c.reloptions IS NOT NULL))sql";

// What everybody may see of subscriptions and user mappings are not their rows. A user mapping's options are
// shown to some logins and not to others.
constexpr char kPartlySeen[] = R"sql(,
  (SELECT pg_catalog.concat_ws(':', 's', pg_catalog.count(*), pg_catalog.sum(pg_catalog.hashtextextended(
     pg_catalog.concat_ws(' ', s.subname, s.subowner, s.subenabled, s.subslotname, s.subpublications$0), 4)))
   FROM pg_catalog.pg_subscription s
   WHERE s.subdbid = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())),
  (SELECT pg_catalog.concat_ws(':', 'u', pg_catalog.count(*), pg_catalog.sum(pg_catalog.hashtextextended(
     pg_catalog.concat_ws(' ', u.umid, u.srvid, u.umuser), 5)))
   FROM pg_catalog.pg_user_mappings u))sql";

// Whose rows count, one by one.
struct Counted {
  const char* catalog;
  const char* condition;
};

// Objects below 16384 came with the server.
constexpr Counted kCounted[] = {
    {"pg_attribute",
     "attrelid >= 16384::pg_catalog.oid AND attnum > 0 AND attrelid NOT IN (SELECT oid FROM toast)"},
    {"pg_attrdef", "adrelid NOT IN (SELECT oid FROM temporary)"},
    {"pg_constraint", "oid >= 16384::pg_catalog.oid AND conrelid NOT IN (SELECT oid FROM temporary)"},
    {"pg_index", "indexrelid >= 16384::pg_catalog.oid AND indrelid NOT IN (SELECT oid FROM toast)"},
    {"pg_rewrite", "oid >= 16384::pg_catalog.oid AND ev_class NOT IN (SELECT oid FROM temporary)"},
    // Those inside foreign keys say nothing of their own.
    {"pg_trigger",
     "(NOT tgisinternal OR tgparentid <> 0::pg_catalog.oid) AND "
     "tgrelid NOT IN (SELECT oid FROM temporary)"},
    {"pg_policy", "polrelid NOT IN (SELECT oid FROM temporary)"},
    {"pg_sequence", "seqrelid NOT IN (SELECT oid FROM temporary)"},
    {"pg_inherits", "inhrelid NOT IN (SELECT oid FROM temporary)"},
    {"pg_partitioned_table", "partrelid NOT IN (SELECT oid FROM temporary)"},
    {"pg_foreign_table", "true"},
    {"pg_statistic_ext", "stxrelid NOT IN (SELECT oid FROM temporary)"},
    {"pg_type", "oid >= 16384::pg_catalog.oid AND typnamespace NOT IN (SELECT oid FROM hidden)"},
    {"pg_enum", "true"},
    {"pg_range", "rngtypid >= 16384::pg_catalog.oid"},
    {"pg_proc", "oid >= 16384::pg_catalog.oid AND pronamespace NOT IN (SELECT oid FROM hidden)"},
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
     "(objoid >= 16384::pg_catalog.oid OR classoid = 2615::pg_catalog.oid)"
     " AND (classoid <> 1259::pg_catalog.oid OR objoid NOT IN (SELECT oid FROM temporary))"},
};

// A row that a transaction has written carries its id until another one writes the row, and no later
// transaction adds rows of that id: so a sum over the ids moves with every commit that changes one of the
// rows, and with nothing else. It does not depend on the order of the rows nor on where they lie.
std::string Sql(int version) {
  std::string sql = absl::StrCat(kHead, kRelations);
  // Those that the worker of a subscription changes by itself are left out.
  const absl::string_view options = version < 140000   ? ""
                                    : version < 150000 ? ", s.subbinary, s.substream, s.subsynccommit"
                                                       : ", s.subbinary, s.substream, s.subsynccommit, "
                                                         "s.subdisableonerr";
  absl::StrAppend(&sql, absl::Substitute(kPartlySeen, options));
  const auto count = [&sql](absl::string_view catalog, absl::string_view condition) {
    absl::StrAppend(&sql, ",\n  (SELECT pg_catalog.concat_ws(':', pg_catalog.count(*), pg_catalog.sum(",
                    "pg_catalog.hashint8extended(xmin::pg_catalog.text::pg_catalog.int8, 0))) ",
                    "FROM pg_catalog.", catalog, " WHERE ", condition, ")");
  };
  for (const Counted& counted : kCounted) count(counted.catalog, counted.condition);
  // Members of extensions: no object of theirs is in a snapshot.
  count("pg_depend", "refclassid = 3079::pg_catalog.oid");
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
