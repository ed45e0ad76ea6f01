#include "pg/catalog/reading.h"

#include <iterator>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {
namespace {

// Constants in defaults, views and partition bounds print as these settings say.
constexpr char kSettings[] = R"sql(
SELECT pg_catalog.count(pg_catalog.set_config(s.name, s.value, true)),
       pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT'),
       pg_catalog.pg_relation_size('pg_catalog.pg_attribute'))sql";
constexpr char kSettingValues[] = R"sql(
FROM (VALUES ('search_path', ''), ('TimeZone', 'UTC'), ('DateStyle', 'ISO, YMD'), ('IntervalStyle', 'postgres'),
             ('extra_float_digits', '1'), ('bytea_output', 'hex'), ('quote_all_identifiers', 'off'),
             ('standard_conforming_strings', 'on'), ('lc_monetary', 'C'), ('lc_numeric', 'C'), ('jit', 'off'))
     s(name, value))sql";
constexpr int kPresenceFrom = 3;  // columns of the above

using Kind = schema::ObjectKind;
struct Reader {
  absl::Status (*read)(Batch&, Collector&);
  Kind kind;
  Kind also = kind;  // what it brings besides
  // Where it is cheaper to ask first whether there is any: rows of a catalog. Planning a query over catalogs
  // takes a new backend a millisecond, which a small schema has some thirty times. What initdb made has an
  // OID below 16384 (FirstNormalObjectId) and is nobody's own; pg_dump leaves it out by the same number.
  absl::string_view present = "";
};

constexpr Reader Rare(absl::Status (*read)(Batch&, Collector&), Kind kind, absl::string_view present,
                      Kind also) {
  return {read, kind, also, present};
}
constexpr Reader Rare(absl::Status (*read)(Batch&, Collector&), Kind kind, absl::string_view present) {
  return Rare(read, kind, present, kind);
}

constexpr Reader kReaders[] = {
    {ReadNamespaces, Kind::kSchema},
    {ReadTables, Kind::kTable},
    {ReadColumns, Kind::kColumn},
    {ReadConstraints, Kind::kConstraint},
    {ReadIndexes, Kind::kIndex},
    {ReadSequences, Kind::kSequence},
    {ReadViews, Kind::kView},
    {ReadFunctions, Kind::kFunction},
    {ReadTriggers, Kind::kTrigger},
    Rare(ReadEnums, Kind::kEnum, "pg_type WHERE typtype = 'e' AND oid >= 16384"),
    Rare(ReadDomains, Kind::kDomain, "pg_type WHERE typtype = 'd' AND oid >= 16384", Kind::kConstraint),
    Rare(ReadCompositeTypes, Kind::kCompositeType, "pg_class WHERE relkind = 'c' AND oid >= 16384",
         Kind::kColumn),
    Rare(ReadRangeTypes, Kind::kRangeType, "pg_range WHERE rngtypid >= 16384"),
    Rare(ReadBaseTypes, Kind::kBaseType,
         "pg_type WHERE (typtype = 'b' AND typarray <> 0 OR typtype = 'p' AND NOT typisdefined) AND oid >= "
         "16384"),
    Rare(ReadPolicies, Kind::kPolicy, "pg_policy"),
    Rare(ReadRules, Kind::kRule, "pg_rewrite WHERE rulename <> '_RETURN' AND oid >= 16384"),
    Rare(ReadStatistics, Kind::kStatistics, "pg_statistic_ext"),
    Rare(ReadOperators, Kind::kOperator, "pg_operator WHERE oid >= 16384"),
    Rare(ReadOperatorClasses, Kind::kOperatorClass, "pg_opclass WHERE oid >= 16384"),
    Rare(ReadOperatorFamilies, Kind::kOperatorFamily, "pg_opfamily WHERE oid >= 16384"),
    Rare(ReadCasts, Kind::kCast, "pg_cast WHERE oid >= 16384"),
    Rare(ReadConversions, Kind::kConversion, "pg_conversion WHERE oid >= 16384"),
    Rare(ReadCollations, Kind::kCollation, "pg_collation WHERE oid >= 16384"),
    Rare(ReadTextSearchParsers, Kind::kTextSearchParser, "pg_ts_parser WHERE oid >= 16384"),
    Rare(ReadTextSearchTemplates, Kind::kTextSearchTemplate, "pg_ts_template WHERE oid >= 16384"),
    Rare(ReadTextSearchDictionaries, Kind::kTextSearchDictionary, "pg_ts_dict WHERE oid >= 16384"),
    Rare(ReadTextSearchConfigurations, Kind::kTextSearchConfiguration, "pg_ts_config WHERE oid >= 16384"),
    {ReadExtensions, Kind::kExtension},
    Rare(ReadLanguages, Kind::kLanguage, "pg_language WHERE oid >= 16384"),
    Rare(ReadAccessMethods, Kind::kAccessMethod, "pg_am WHERE oid >= 16384"),
    Rare(ReadTransforms, Kind::kTransform, "pg_transform WHERE oid >= 16384"),
    Rare(ReadForeignDataWrappers, Kind::kForeignDataWrapper, "pg_foreign_data_wrapper WHERE oid >= 16384"),
    Rare(ReadForeignServers, Kind::kForeignServer, "pg_foreign_server WHERE oid >= 16384"),
    Rare(ReadUserMappings, Kind::kUserMapping, "pg_foreign_server WHERE oid >= 16384"),
    Rare(ReadPublications, Kind::kPublication, "pg_publication"),
    {ReadSubscriptions, Kind::kSubscription},
    Rare(ReadEventTriggers, Kind::kEventTrigger, "pg_event_trigger"),
    Rare(ReadDefaultPrivileges, Kind::kDefaultPrivileges, "pg_default_acl"),
    {ReadRoles, Kind::kRole},
    {ReadSettings, Kind::kSetting},
    {ReadTablespaces, Kind::kTablespace},
};

bool IsAskedFor(const Reader& reader, const ReadOptions& options) {
  if (options.filter.kinds.empty() && schema::IsOfCluster(reader.kind)) return options.cluster_objects;
  return schema::MustRead(options.filter, reader.kind) || schema::MustRead(options.filter, reader.also);
}

absl::Status RunReaders(const ReadOptions& options, const Prepared& prepared, Batch& batch, Collector& out) {
  RETURN_IF_ERROR(ReadComments(batch, out));  // before what they belong to
  for (size_t i = 0; i < std::size(kReaders); ++i) {
    if (prepared.present[i] && IsAskedFor(kReaders[i], options))
      RETURN_IF_ERROR(kReaders[i].read(batch, out));
  }
  return ReadDependencies(batch, out);
}

}  // namespace

absl::StatusOr<Prepared> Prepare(Session& session) {
  std::string sql = kSettings;
  for (const Reader& reader : kReaders) {
    if (!reader.present.empty())
      absl::StrAppend(&sql, ",\n       EXISTS (SELECT FROM pg_catalog.", reader.present, ")");
  }
  ASSIGN_OR_RETURN(const Rows rows, session.Query(absl::StrCat(sql, kSettingValues)));
  Prepared prepared;
  if (rows.empty()) return prepared;
  prepared.sees_connections = IsTrue(rows.at(0, 1));
  const bool known = absl::SimpleAtoi(rows.at(0, 2).value_or(""), &prepared.attribute_bytes);
  if (!known) prepared.attribute_bytes = 0;
  size_t column = kPresenceFrom;
  for (const Reader& reader : kReaders) {
    prepared.present.push_back(reader.present.empty() || IsTrue(rows.at(0, column++)));
  }
  return prepared;
}

absl::Status Read(Session& session, const ReadOptions& options, const Prepared& prepared, Collector& out) {
  Batch batch(session, options.filter.schemas, prepared.sees_connections);
  Collector nothing;  // first the queries are only noted
  RETURN_IF_ERROR(RunReaders(options, prepared, batch, nothing));
  RETURN_IF_ERROR(batch.Send());
  return RunReaders(options, prepared, batch, out);
}

}  // namespace ferry::pg::catalog
