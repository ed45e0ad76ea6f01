#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/hash.h"
#include "core/render/kind.h"
#include "core/render/lookup.h"
#include "core/render/table_parts.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Index;
using schema::Object;
using schema::ObjectId;

ObjectId Own(const Object& object) { return {object.id.kind, object.id.schema, "", object.id.name}; }

bool IsOnPartitioned(const schema::Snapshot& snapshot, const Object& object) {
  const schema::Table* table = TableOf(snapshot, object.id);
  return table != nullptr && table->kind == "partitioned table";
}

// ALTER INDEX sets the target of the attached indexes too, and knows no ONLY.
void StatisticsTargets(const Object& object, const Index& before, bool on_partitioned, Statements& out) {
  const auto& after = std::get<Index>(object.body);
  const auto set = [&](const std::string& column, const std::string& target) {
    out.push_back(
        Make(object.id,
             absl::StrCat(on_partitioned ? "ALTER TABLE ONLY " : "ALTER INDEX ", QualifiedName(Own(object)),
                          " ALTER COLUMN ", column, " SET STATISTICS ", target),
             Lock::kShareUpdateExclusive));
  };
  for (const std::string& entry : after.statistics) {
    const NameValue target = SplitOption(entry);
    set(target.name, target.value);
  }
  for (const std::string& entry : before.statistics) {
    const std::string column = SplitOption(entry).name;
    const bool kept = std::any_of(after.statistics.begin(), after.statistics.end(),
                                  [&](const auto& other) { return SplitOption(other).name == column; });
    if (!kept) set(column, "-1");
  }
}

void Settings(const Object& object, const Index& before, const Context& context, Statements& out) {
  const auto& after = std::get<Index>(object.body);
  if (before.tablespace != after.tablespace) {
    out.push_back(Make(object.id,
                       absl::StrCat("ALTER INDEX ", QualifiedName(Own(object)), " SET TABLESPACE ",
                                    TablespaceName(after.tablespace)),
                       Lock::kAccessExclusive, {Hazard::kTableRewrite}));
  }
  StatisticsTargets(object, before, IsOnPartitioned(context.to, object), out);
  WriteIndexMarks(object, context, before.clustered, after.clustered, before.replica_identity,
                  after.replica_identity, out);
}

std::string TemporaryName(const Object& object) {
  return absl::StrCat("ferry_new_", Sha256Hex(QualifiedName(Own(object))).substr(0, 16));
}

Statement Build(const Object& object, const std::string& name, bool concurrently, const Context& context) {
  const auto& index = std::get<Index>(object.body);
  const bool only = IsOnPartitioned(context.to, object);
  Statement statement =
      Make(object.id, absl::StrCat("CREATE ", index.unique ? "UNIQUE " : "", "INDEX ",
                                   concurrently ? "CONCURRENTLY " : "", name, " ON ", only ? "ONLY " : "",
                                   QualifiedParent(object.id), " ", index.definition));
  if (context.IsOfNewParent(object.id) || only) return statement;
  std::vector<Hazard> hazards = {Hazard::kIndexBuild};
  if (index.unique) hazards.push_back(Hazard::kMayFail);
  statement =
      Make(object.id, statement.sql, concurrently ? Lock::kShareUpdateExclusive : Lock::kShare, hazards);
  if (concurrently) statement.mode = Mode::kOutside;
  return statement;
}

bool Concurrently(const Object& object, const Context& context) {
  return context.options.online && !context.IsOfNewParent(object.id) && !IsOnPartitioned(context.to, object);
}

Statement DropStatement(const Object& object, const Context& context) {
  const auto& index = std::get<Index>(object.body);
  const bool concurrently =
      context.options.online && !IsOnPartitioned(context.from, object) && index.attached_to.empty();
  Statement statement = Make(
      object.id, absl::StrCat("DROP INDEX ", concurrently ? "CONCURRENTLY " : "", QualifiedName(Own(object))),
      concurrently ? Lock::kShareUpdateExclusive : Lock::kAccessExclusive);
  if (concurrently) statement.mode = Mode::kOutside;
  return statement;
}

// Whether a partition's constraint uses an index that is attached to this one: PostgreSQL drops the index
// with this one only when it may drop the constraint too.
bool TakesConstraints(const Object& object, const Context& context) {
  if (!IsOnPartitioned(context.from, object)) return false;
  for (const Object& other : context.from.objects) {
    if (other.id.kind != schema::ObjectKind::kConstraint) continue;
    const Object* parent = AttachedTo(context.from, other);
    if (parent != nullptr && parent->id == object.id) return true;
  }
  return false;
}

const diff::Change* ReplacedOnline(const Object& object, const Context& context) {
  if (context.list.dropped.count(object.id) == 0 || !context.IsNew(object.id)) return nullptr;
  for (const diff::Change& change : context.list.changes) {
    if (change.operation == diff::Operation::kCreate && change.id() == object.id)
      return CanReplaceOnline(change, context) ? &change : nullptr;
  }
  return nullptr;
}

void Create(const Object& object, const Context& context, Statements& out) {
  if (const diff::Change* change = ReplacedOnline(object, context); change != nullptr) {
    const std::string name = TemporaryName(object);
    out.push_back(Build(object, name, true, context));
    out.push_back(DropStatement(*change->from, context));
    const ObjectId built{object.id.kind, object.id.schema, "", name};
    out.push_back(
        Make(object.id,
             absl::StrCat("ALTER INDEX ", QualifiedName(built), " RENAME TO ", QuoteName(object.id.name)),
             Lock::kShareUpdateExclusive));
  } else {
    out.push_back(Build(object, QuoteName(object.id.name), Concurrently(object, context), context));
  }
  Settings(object, Index(), context, out);
  WriteIndexAttach(object, context, out);
}

void Alter(const Object& from, const Object& to, const Context& context, Statements& out) {
  const auto& before = std::get<Index>(from.body);
  Settings(to, before, context, out);
  const ObjectId table{schema::ObjectKind::kTable, to.id.schema, "", to.id.parent};
  if (before.attached_to.empty() || context.list.attached.count(table) > 0)
    WriteIndexAttach(to, context, out);
}

void Drop(const Object& object, const Context& context, Statements& out) {
  if (ReplacedOnline(object, context) != nullptr) return;  // after the new one is built
  out.push_back(DropStatement(object, context));
  if (TakesConstraints(object, context)) out.back().sql += " CASCADE";
  if (context.IsNew(object.id)) out.back().hazards.push_back(Hazard::kGap);
}

}  // namespace

const KindWriter internal::kIndexWriter = {Create, Alter, Drop};

}  // namespace ferry::render
