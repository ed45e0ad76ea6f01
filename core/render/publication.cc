#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

using schema::ObjectId;
using schema::ObjectKind;
using schema::Publication;

std::vector<std::string> Parameters(const Publication& publication) {
  std::vector<std::string> parts = {absl::StrCat("publish = ", sql::QuoteLiteral(publication.publish))};
  if (publication.via_root) parts.push_back("publish_via_partition_root = true");
  for (const std::string& option : publication.options) parts.push_back(ParameterList({option}));
  return parts;
}

// "TABLE ONLY a, ONLY b, TABLES IN SCHEMA c": what inherits from a table is in the list by itself.
std::string Members(const std::vector<std::string>& tables, const std::vector<std::string>& schemas) {
  std::vector<std::string> parts;
  if (!tables.empty()) parts.push_back(absl::StrCat("TABLE ONLY ", absl::StrJoin(tables, ", ONLY ")));
  if (!schemas.empty()) parts.push_back(absl::StrCat("TABLES IN SCHEMA ", absl::StrJoin(schemas, ", ")));
  return absl::StrJoin(parts, ", ");
}

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& publication = std::get<Publication>(object.body);
  const std::string members =
      publication.all_tables ? "ALL TABLES" : Members(publication.tables, publication.schemas);
  out.push_back(Make(
      object.id, absl::StrCat("CREATE PUBLICATION ", QualifiedName(object.id), members.empty() ? "" : " FOR ",
                              members, " WITH (", absl::StrJoin(Parameters(publication), ", "), ")")));
}

// "public.t" of "public.t (a, b) WHERE (a > 1)".
std::string TableName(const std::string& member) { return member.substr(0, FindOutside(member, " ")); }

// Of what is dropped or made again PostgreSQL forgets the membership by itself.
bool Stays(const ObjectId& id, const Context& context) {
  return context.to.Find(id) != nullptr && context.list.dropped.count(id) == 0;
}

bool TableStays(const std::string& member, const Context& context) {
  const auto id = ParseQualified(TableName(member), ObjectKind::kTable);
  return id.has_value() && Stays(*id, context);
}

bool SchemaStays(const std::string& quoted, const Context& context) {
  const auto id = ParseQualified(absl::StrCat(quoted, ".", quoted), ObjectKind::kSchema);
  return id.has_value() && Stays({ObjectKind::kSchema, id->schema, "", id->schema}, context);
}

bool HasColumnList(const std::string& member) {
  return absl::StartsWith(member.substr(std::min(member.size(), FindOutside(member, " "))), " (");
}

void DropMembers(const Object& from, const Object& to, const Context& context, Statements& out) {
  const auto& before = std::get<Publication>(from.body);
  const auto& after = std::get<Publication>(to.body);
  std::vector<std::string> tables, schemas;
  for (const std::string& table : NewEntries(after.tables, before.tables)) {
    if (TableStays(table, context)) tables.push_back(TableName(table));
  }
  // A schema goes after this, and until then PostgreSQL takes no list of columns beside it.
  const bool lists = std::any_of(after.tables.begin(), after.tables.end(), HasColumnList);
  for (const std::string& schema : NewEntries(after.schemas, before.schemas)) {
    if (lists || SchemaStays(schema, context)) schemas.push_back(schema);
  }
  if (!tables.empty() || !schemas.empty()) {
    out.push_back(Make(to.id, AlterSql(to, absl::StrCat("DROP ", Members(tables, schemas)))));
  }
}

void AddMembers(const Object& from, const Object& to, Statements& out) {
  const auto& before = std::get<Publication>(from.body);
  const auto& after = std::get<Publication>(to.body);
  const std::string added =
      Members(NewEntries(before.tables, after.tables), NewEntries(before.schemas, after.schemas));
  if (!added.empty()) out.push_back(Make(to.id, AlterSql(to, absl::StrCat("ADD ", added))));
}

void AlterParameters(const Object& from, const Object& to, Statements& out) {
  const auto& before = std::get<Publication>(from.body);
  const auto& after = std::get<Publication>(to.body);
  std::vector<std::string> parts;
  if (before.publish != after.publish) {
    parts.push_back(absl::StrCat("publish = ", sql::QuoteLiteral(after.publish)));
  }
  if (before.via_root != after.via_root) {
    parts.push_back(absl::StrCat("publish_via_partition_root = ", after.via_root ? "true" : "false"));
  }
  for (const std::string& option : NewEntries(before.options, after.options)) {
    parts.push_back(ParameterList({option}));
  }
  if (!parts.empty())
    out.push_back(Make(to.id, AlterSql(to, absl::StrCat("SET (", absl::StrJoin(parts, ", "), ")"))));
}

// A partitioned table has lists of columns and conditions only while it is published as itself.
void Alter(const Object& from, const Object& to, const Context& context, Statements& out) {
  DropMembers(from, to, context, out);
  AlterParameters(from, to, out);
  AddMembers(from, to, out);
}

}  // namespace

namespace internal {
const KindWriter kPublicationWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
