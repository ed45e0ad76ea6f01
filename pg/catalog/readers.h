// One function a kind of object: reads all of them with one query and adds them to `out`, in any order.
//
// They need the transaction that ReadSnapshot prepares (snapshot.cc): REPEATABLE READ, empty search_path, so
// that every name outside pg_catalog comes out qualified, and operators are pg_catalog's. PostgreSQL 13
// to 18. ReadColumns and ReadConstraints read those of tables and views; attributes of composite types and
// constraints of domains come with their types. Errors are those of ForEachRow.
#ifndef FERRY_PG_CATALOG_READERS_H_
#define FERRY_PG_CATALOG_READERS_H_

#include "absl/status/status.h"
#include "pg/catalog/collector.h"
#include "pg/catalog/query.h"

namespace ferry::pg::catalog {

absl::Status ReadNamespaces(Batch& batch, Collector& out);
absl::Status ReadTables(Batch& batch, Collector& out);
absl::Status ReadColumns(Batch& batch, Collector& out);
absl::Status ReadConstraints(Batch& batch, Collector& out);
absl::Status ReadIndexes(Batch& batch, Collector& out);
absl::Status ReadSequences(Batch& batch, Collector& out);
absl::Status ReadViews(Batch& batch, Collector& out);
absl::Status ReadFunctions(Batch& batch, Collector& out);
absl::Status ReadTriggers(Batch& batch, Collector& out);
absl::Status ReadEnums(Batch& batch, Collector& out);
absl::Status ReadDomains(Batch& batch, Collector& out);
absl::Status ReadCompositeTypes(Batch& batch, Collector& out);
absl::Status ReadRangeTypes(Batch& batch, Collector& out);
absl::Status ReadBaseTypes(Batch& batch, Collector& out);
absl::Status ReadPolicies(Batch& batch, Collector& out);
absl::Status ReadRules(Batch& batch, Collector& out);
absl::Status ReadStatistics(Batch& batch, Collector& out);
absl::Status ReadOperators(Batch& batch, Collector& out);
absl::Status ReadOperatorClasses(Batch& batch, Collector& out);
absl::Status ReadOperatorFamilies(Batch& batch, Collector& out);
absl::Status ReadCasts(Batch& batch, Collector& out);
absl::Status ReadConversions(Batch& batch, Collector& out);
absl::Status ReadCollations(Batch& batch, Collector& out);
absl::Status ReadTextSearchParsers(Batch& batch, Collector& out);
absl::Status ReadTextSearchTemplates(Batch& batch, Collector& out);
absl::Status ReadTextSearchDictionaries(Batch& batch, Collector& out);
absl::Status ReadTextSearchConfigurations(Batch& batch, Collector& out);
absl::Status ReadExtensions(Batch& batch, Collector& out);
absl::Status ReadLanguages(Batch& batch, Collector& out);
absl::Status ReadAccessMethods(Batch& batch, Collector& out);
absl::Status ReadTransforms(Batch& batch, Collector& out);
absl::Status ReadForeignDataWrappers(Batch& batch, Collector& out);
absl::Status ReadForeignServers(Batch& batch, Collector& out);
absl::Status ReadUserMappings(Batch& batch, Collector& out);
absl::Status ReadPublications(Batch& batch, Collector& out);
absl::Status ReadSubscriptions(Batch& batch, Collector& out);
absl::Status ReadEventTriggers(Batch& batch, Collector& out);
absl::Status ReadDefaultPrivileges(Batch& batch, Collector& out);

// What the whole server shares.
absl::Status ReadRoles(Batch& batch, Collector& out);
absl::Status ReadSettings(Batch& batch, Collector& out);
absl::Status ReadTablespaces(Batch& batch, Collector& out);

// What belongs to objects that the readers above have added, whichever kind.
absl::Status ReadComments(Batch& batch, Collector& out);
absl::Status ReadDependencies(Batch& batch, Collector& out);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_READERS_H_
