#include "pg/catalog/share.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {
namespace {

// Constants in defaults, views and partition bounds print as these settings say. And whether the login may
// read the connections of subscriptions.
constexpr char kSettings[] = R"sql(
SELECT pg_catalog.count(pg_catalog.set_config(s.name, s.value, true)),
       pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT'),
       pg_catalog.pg_relation_size('pg_catalog.pg_attribute')
FROM (VALUES ('search_path', ''), ('TimeZone', 'UTC'), ('DateStyle', 'ISO, YMD'), ('IntervalStyle', 'postgres'),
             ('extra_float_digits', '1'), ('bytea_output', 'hex'), ('quote_all_identifiers', 'off'),
             ('standard_conforming_strings', 'on'), ('lc_monetary', 'C'), ('lc_numeric', 'C'), ('jit', 'off'))
     s(name, value))sql";

using Kind = schema::ObjectKind;
struct Reader {
  absl::Status (*read)(Batch&, Collector&);
  Kind kind;
  Kind also = kind;             // what it brings besides
  Share share = Share::kFirst;  // of two sessions, who reads it
};
constexpr Reader kReaders[] = {
    {ReadNamespaces, Kind::kSchema},
    {ReadTables, Kind::kTable},
    {ReadColumns, Kind::kColumn},
    {ReadConstraints, Kind::kConstraint, Kind::kConstraint, Share::kSecond},
    {ReadIndexes, Kind::kIndex, Kind::kIndex, Share::kSecond},
    {ReadSequences, Kind::kSequence},
    {ReadViews, Kind::kView},
    {ReadFunctions, Kind::kFunction},
    {ReadTriggers, Kind::kTrigger, Kind::kTrigger, Share::kSecond},
    {ReadEnums, Kind::kEnum},
    {ReadDomains, Kind::kDomain, Kind::kConstraint},
    {ReadCompositeTypes, Kind::kCompositeType, Kind::kColumn},
    {ReadRangeTypes, Kind::kRangeType},
    {ReadBaseTypes, Kind::kBaseType},
    {ReadPolicies, Kind::kPolicy},
    {ReadRules, Kind::kRule},
    {ReadStatistics, Kind::kStatistics},
    {ReadOperators, Kind::kOperator},
    {ReadOperatorClasses, Kind::kOperatorClass},
    {ReadOperatorFamilies, Kind::kOperatorFamily},
    {ReadCasts, Kind::kCast},
    {ReadConversions, Kind::kConversion},
    {ReadCollations, Kind::kCollation},
    {ReadTextSearchParsers, Kind::kTextSearchParser},
    {ReadTextSearchTemplates, Kind::kTextSearchTemplate},
    {ReadTextSearchDictionaries, Kind::kTextSearchDictionary},
    {ReadTextSearchConfigurations, Kind::kTextSearchConfiguration},
    {ReadExtensions, Kind::kExtension},
    {ReadLanguages, Kind::kLanguage},
    {ReadAccessMethods, Kind::kAccessMethod},
    {ReadTransforms, Kind::kTransform},
    {ReadForeignDataWrappers, Kind::kForeignDataWrapper},
    {ReadForeignServers, Kind::kForeignServer},
    {ReadUserMappings, Kind::kUserMapping},
    {ReadPublications, Kind::kPublication},
    {ReadSubscriptions, Kind::kSubscription},
    {ReadEventTriggers, Kind::kEventTrigger},
    {ReadDefaultPrivileges, Kind::kDefaultPrivileges},
    {ReadRoles, Kind::kRole},
    {ReadSettings, Kind::kSetting},
    {ReadTablespaces, Kind::kTablespace},
};

bool IsAskedFor(const Reader& reader, const ReadOptions& options) {
  if (options.filter.kinds.empty() && schema::IsOfCluster(reader.kind)) return options.cluster_objects;
  return schema::MustRead(options.filter, reader.kind) || schema::MustRead(options.filter, reader.also);
}

}  // namespace

absl::StatusOr<Prepared> Prepare(Session& session) {
  ASSIGN_OR_RETURN(const Rows rows, session.Query(kSettings));
  Prepared prepared;
  if (rows.empty()) return prepared;
  prepared.sees_connections = IsTrue(rows.at(0, 1));
  const bool known = absl::SimpleAtoi(rows.at(0, 2).value_or(""), &prepared.attribute_bytes);
  if (!known) prepared.attribute_bytes = 0;
  return prepared;
}

ShareReading::ShareReading(Session& session, const ReadOptions& options, Share share, bool sees_connections)
    : batch_(session, options.filter.schemas, sees_connections), options_(options), share_(share) {}

absl::Status ShareReading::RunReaders(Collector& out) {
  for (const Reader& reader : kReaders) {
    if (share_ != Share::kAll && reader.share != share_) continue;
    if (IsAskedFor(reader, options_)) RETURN_IF_ERROR(reader.read(batch_, out));
  }
  if (share_ == Share::kFirst) return absl::OkStatus();
  RETURN_IF_ERROR(ReadComments(batch_, out));
  return ReadDependencies(batch_, out);
}

absl::Status ShareReading::Send() {
  Collector nothing;  // the queries are only noted
  RETURN_IF_ERROR(RunReaders(nothing));
  return batch_.Send();
}

absl::Status ShareReading::Receive(Collector& out) { return RunReaders(out); }

absl::StatusOr<std::string> ExportSnapshot(Session& session) {
  ASSIGN_OR_RETURN(const Rows rows, session.Query("SELECT pg_catalog.pg_export_snapshot()"));
  return rows.at(0, 0).value_or("");
}

std::unique_ptr<Session> SecondSession(Session& first, const std::string& exported) {
  ConnectSettings settings = first.EffectiveSettings();
  for (const char* own : {"application_name", "fallback_application_name", "client_encoding", "options"})
    settings.parameters.erase(own);  // a session sets these itself
  absl::StatusOr<std::unique_ptr<Session>> opened = Session::Open(settings, "ferry/second reader");
  if (!opened.ok()) return nullptr;
  std::unique_ptr<Session> session = *std::move(opened);
  absl::Status status = session->Begin();
  for (const std::string& sql : {std::string("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"),
                                 absl::StrCat("SET TRANSACTION SNAPSHOT ", sql::QuoteLiteral(exported))}) {
    if (status.ok()) status = session->Query(sql).status();
  }
  if (status.ok()) status = Prepare(*session).status();
  return status.ok() ? std::move(session) : nullptr;
}

}  // namespace ferry::pg::catalog
