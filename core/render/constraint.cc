#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/render/domain_constraint.h"
#include "core/render/kind.h"
#include "core/render/lookup.h"
#include "core/render/table_parts.h"

namespace ferry::render {
namespace {

using schema::Constraint;
using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;

bool HasIndex(const Constraint& constraint) {
  return constraint.type == "primary key" || constraint.type == "unique" || constraint.type == "exclude";
}

bool IsOfDomain(const Object& object, const schema::Snapshot& side) {
  return side.Find({ObjectKind::kDomain, object.id.schema, "", object.id.parent}) != nullptr;
}

std::string AlterTable(const Object& object, bool only = false) {
  return absl::StrCat("ALTER TABLE ", only ? "ONLY " : "", QualifiedParent(object.id));
}

void Settings(const Object& object, const Constraint& before, const Context& context, Statements& out) {
  const auto& after = std::get<Constraint>(object.body);
  if (!HasIndex(after)) return;
  const ObjectId own{object.id.kind, object.id.schema, "", object.id.name};
  const std::string alter = absl::StrCat("ALTER INDEX ", QualifiedName(own));
  WriteStorageChanges(object.id, alter, before.index_options, after.index_options, out);
  if (before.tablespace != after.tablespace) {
    out.push_back(Make(object.id, absl::StrCat(alter, " SET TABLESPACE ", TablespaceName(after.tablespace)),
                       Lock::kAccessExclusive, {Hazard::kTableRewrite}));
  }
  WriteIndexMarks(object, context, before.clustered, after.clustered, before.replica_identity,
                  after.replica_identity, out);
}

// The words that follow USING INDEX.
std::string Deferrability(const std::string& definition) {
  for (const absl::string_view words : {" DEFERRABLE INITIALLY DEFERRED", " DEFERRABLE"}) {
    if (absl::EndsWith(definition, words)) return std::string(words);
  }
  return "";
}

// A primary key or unique constraint over an index that was built without blocking.
bool CreateUsingIndex(const Object& object, const Context& context, Statements& out) {
  const auto& constraint = std::get<Constraint>(object.body);
  const schema::Table* table = TableOf(context.to, object.id);
  const bool can = context.options.online && !context.options.repeatable && constraint.type != "exclude" &&
                   !constraint.index_definition.empty() &&
                   !absl::StrContains(constraint.definition, "WITHOUT OVERLAPS") && table != nullptr &&
                   table->kind == "table" && !context.IsOfNewParent(object.id);
  if (!can) return false;
  const std::string name = QuoteName(object.id.name);
  Statement build = Make(object.id,
                         absl::StrCat("CREATE UNIQUE INDEX CONCURRENTLY ", name, " ON ",
                                      QualifiedParent(object.id), " ", constraint.index_definition),
                         Lock::kShareUpdateExclusive, {Hazard::kIndexBuild, Hazard::kMayFail});
  build.mode = Mode::kOutside;
  out.push_back(std::move(build));
  out.push_back(Make(object.id,
                     absl::StrCat(AlterTable(object), " ADD CONSTRAINT ", name,
                                  constraint.type == "unique" ? " UNIQUE" : " PRIMARY KEY", " USING INDEX ",
                                  name, Deferrability(constraint.definition)),
                     Lock::kAccessExclusive));
  return true;
}

// The definition with the storage parameters of its index where the grammar has them: a partitioned index
// cannot be given them afterwards.
std::string WithOptions(const Constraint& constraint) {
  if (constraint.index_options.empty() || constraint.type == "exclude") return constraint.definition;
  const std::string behind = Deferrability(constraint.definition);
  return absl::StrCat(constraint.definition.substr(0, constraint.definition.size() - behind.size()),
                      " WITH (", StorageOptions(constraint.index_options), ")", behind);
}

void CreatePlain(const Object& object, const Context& context, Statements& out) {
  const auto& constraint = std::get<Constraint>(object.body);
  const schema::Table* table = TableOf(context.to, object.id);
  const bool partitioned = table != nullptr && table->kind == "partitioned table";
  const bool foreign_key = constraint.type == "foreign key";
  const bool is_new = context.IsOfNewParent(object.id);
  // PostgreSQL takes no foreign key of a partitioned table as NOT VALID (before 18).
  const bool can_wait = !HasIndex(constraint) && !(foreign_key && partitioned);
  const bool two_steps = can_wait && constraint.validated && context.options.online && !is_new;
  const bool not_valid = can_wait && (two_steps || !constraint.validated);
  std::vector<Hazard> hazards;
  if (!is_new && !not_valid)
    hazards = {HasIndex(constraint) ? Hazard::kIndexBuild : Hazard::kFullScan, Hazard::kMayFail};
  const Lock lock = is_new && !foreign_key ? Lock::kNone
                    : foreign_key          ? Lock::kShareRowExclusive
                                           : Lock::kAccessExclusive;
  const std::string alter = AlterTable(object, HasIndex(constraint) && partitioned);
  const std::string name = QuoteName(object.id.name);
  const bool said = absl::EndsWith(constraint.definition, " NOT VALID");
  out.push_back(Make(object.id,
                     absl::StrCat(alter, " ADD CONSTRAINT ", name, " ", WithOptions(constraint),
                                  not_valid && !said ? " NOT VALID" : ""),
                     lock, std::move(hazards)));
  if (!two_steps) return;
  out.push_back(Make(object.id, absl::StrCat(AlterTable(object), " VALIDATE CONSTRAINT ", name),
                     Lock::kShareUpdateExclusive, {Hazard::kFullScan, Hazard::kMayFail}));
}

void Create(const Object& object, const Context& context, Statements& out) {
  if (IsOfDomain(object, context.to)) {
    CreateDomainConstraint(object, context, out);
    return;
  }
  const auto& constraint = std::get<Constraint>(object.body);
  const bool using_index = HasIndex(constraint) && CreateUsingIndex(object, context, out);
  if (!using_index) CreatePlain(object, context, out);
  Constraint before;
  const bool said =
      using_index ? absl::StrContains(constraint.index_definition, " WITH (") : constraint.type != "exclude";
  if (said) before.index_options = constraint.index_options;
  Settings(object, before, context, out);
  WriteIndexAttach(object, context, out);
}

void Alter(const Object& from, const Object& to, const Context& context, Statements& out) {
  if (IsOfDomain(to, context.to)) {
    AlterDomainConstraint(from, to, context, out);
    return;
  }
  const auto& before = std::get<Constraint>(from.body);
  const auto& after = std::get<Constraint>(to.body);
  if (!before.validated && after.validated) {
    out.push_back(Make(to.id, absl::StrCat(AlterTable(to), " VALIDATE CONSTRAINT ", QuoteName(to.id.name)),
                       Lock::kShareUpdateExclusive, {Hazard::kFullScan, Hazard::kMayFail}));
  }
  Settings(to, before, context, out);
  const ObjectId table{schema::ObjectKind::kTable, to.id.schema, "", to.id.parent};
  if (before.attached_to.empty() || context.list.attached.count(table) > 0)
    WriteIndexAttach(to, context, out);
}

void Drop(const Object& object, const Context& context, Statements& out) {
  if (IsOfDomain(object, context.from)) {
    DropDomainConstraint(object, context, out);
    return;
  }
  std::vector<Hazard> hazards;
  if (context.IsNew(object.id)) hazards.push_back(Hazard::kGap);
  out.push_back(Make(object.id,
                     absl::StrCat(AlterTable(object), " DROP CONSTRAINT ", QuoteName(object.id.name)),
                     Lock::kAccessExclusive, std::move(hazards)));
}

}  // namespace

const KindWriter internal::kConstraintWriter = {Create, Alter, Drop};

}  // namespace ferry::render
