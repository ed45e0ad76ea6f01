#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/lookup.h"
#include "core/render/table_parts.h"

namespace ferry::render {
namespace {

using schema::Column;
using schema::Object;
using schema::ObjectKind;
using schema::Table;

// A partition must have the CHECK constraints of the tables above it before it is attached.
void AddInheritedChecks(const Object& table, const Context& context, std::vector<std::string>& lines) {
  for (const Object* parent : ParentsOf(context.to, table)) {
    for (const Object* child : ChildrenOf(context.to, ObjectKind::kConstraint, parent->id)) {
      const auto& constraint = std::get<schema::Constraint>(child->body);
      if (constraint.type != "check") continue;
      if (context.to.Find({ObjectKind::kConstraint, table.id.schema, table.id.name, child->id.name}))
        continue;
      lines.push_back(absl::StrCat("CONSTRAINT ", QuoteName(child->id.name), " ", constraint.definition));
    }
    AddInheritedChecks(*parent, context, lines);
  }
}

// PostgreSQL prints some CHECKs so that they read back as others of the same meaning, which it does not take
// for the same: those of a table that stays are copied.
bool CopiesChecks(const Object& table, const Context& context) {
  if (std::get<Table>(table.body).partition_bound.empty()) return false;
  const std::vector<const Object*> parents = ParentsOf(context.to, table);
  if (parents.size() != 1) return false;
  if (context.IsNew(parents[0]->id) && !CopiesChecks(*parents[0], context)) return false;
  std::vector<std::string> lines;
  AddInheritedChecks(table, context, lines);
  const auto columns = ChildrenOf(context.to, ObjectKind::kColumn, table.id);
  const auto above = ChildrenOf(context.to, ObjectKind::kColumn, parents[0]->id);
  const bool same_order =
      std::equal(columns.begin(), columns.end(), above.begin(), above.end(),
                 [](const Object* a, const Object* b) { return a->id.name == b->id.name; });
  return same_order && std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
           return absl::StrContains(line, "ARRAY[(");
         });
}

// What LIKE … INCLUDING CONSTRAINTS INCLUDING GENERATED leaves out.
void WriteCopiedColumn(const Object& column, const Context& context, Statements& out) {
  const auto& body = std::get<Column>(column.body);
  const Object* above = InheritedFrom(context.to, column);
  if (!body.default_expression.empty() && context.list.default_apart.count(column.id) == 0)
    out.push_back(DefaultStatement(column.id, body.default_expression));
  if (body.not_null && above != nullptr && !std::get<Column>(above->body).not_null) {
    out.push_back(Make(column.id, absl::StrCat("ALTER TABLE ", QualifiedParent(column.id), " ALTER COLUMN ",
                                               QuoteName(column.id.name), " SET NOT NULL")));
  }
  const Column before;
  WriteColumnSettings(&before, column, out);
}

std::string TypedColumn(const Object& object, bool with_default) {
  const auto& column = std::get<Column>(object.body);
  std::string out;
  if (with_default && !column.default_expression.empty())
    absl::StrAppend(&out, " DEFAULT ", column.default_expression);
  if (column.not_null) out += " NOT NULL";
  return out.empty() ? "" : absl::StrCat(QuoteName(object.id.name), " WITH OPTIONS", out);
}

std::vector<std::string> Lines(const Object& object, const Context& context) {
  const auto& table = std::get<Table>(object.body);
  const bool partition = !table.partition_bound.empty();
  std::vector<std::string> lines;
  for (const Object* column : ChildrenOf(context.to, ObjectKind::kColumn, object.id)) {
    const bool with_default = context.list.default_apart.count(column->id) == 0;
    if (!table.of_type.empty()) {
      std::string line = TypedColumn(*column, with_default);
      if (!line.empty()) lines.push_back(std::move(line));
    } else if (partition || !std::get<Column>(column->body).inherited) {
      lines.push_back(ColumnDefinition(*column, with_default));
    }
  }
  if (partition) AddInheritedChecks(object, context, lines);
  return lines;
}

std::string Clauses(const Table& table) {
  std::string out;
  if (table.partition_bound.empty() && !table.inherits.empty())
    absl::StrAppend(&out, "\nINHERITS (", absl::StrJoin(table.inherits, ", "), ")");
  if (!table.partition_key.empty()) absl::StrAppend(&out, "\nPARTITION BY ", table.partition_key);
  if (table.kind == "foreign table") {
    absl::StrAppend(&out, "\nSERVER ", QuoteName(table.foreign_server));
    if (!table.foreign_options.empty()) absl::StrAppend(&out, " ", OptionList(table.foreign_options));
    return out;
  }
  if (!table.access_method.empty() && table.access_method != "heap")
    absl::StrAppend(&out, "\nUSING ", QuoteName(table.access_method));
  if (!table.options.empty()) absl::StrAppend(&out, "\nWITH (", StorageOptions(table.options), ")");
  if (!table.tablespace.empty()) absl::StrAppend(&out, "\nTABLESPACE ", QuoteName(table.tablespace));
  return out;
}

void RowSecurity(const Object& object, const Table& before, const Table& after, Statements& out) {
  const std::string alter = absl::StrCat("ALTER TABLE ", QualifiedName(object.id));
  const auto set = [&](bool from, bool to, absl::string_view on, absl::string_view off) {
    if (from == to) return;
    out.push_back(Make(object.id, absl::StrCat(alter, " ", to ? on : off), Lock::kAccessExclusive,
                       {Hazard::kAccessChange}));
  };
  set(before.row_security, after.row_security, "ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY");
  set(before.force_row_security, after.force_row_security, "FORCE ROW LEVEL SECURITY",
      "NO FORCE ROW LEVEL SECURITY");
  // Which index it is stands with the index; a foreign table has none, and PostgreSQL says so by itself.
  if (after.kind != "foreign table" && before.replica_identity != after.replica_identity &&
      after.replica_identity != "index") {
    out.push_back(Make(object.id,
                       absl::StrCat("ALTER TABLE ONLY ", QualifiedName(object.id), " REPLICA IDENTITY ",
                                    after.replica_identity == "full"      ? "FULL"
                                    : after.replica_identity == "nothing" ? "NOTHING"
                                                                          : "DEFAULT"),
                       Lock::kAccessExclusive));
  }
}

void Create(const Object& object, const Context& context, Statements& out) {
  const auto& table = std::get<Table>(object.body);
  const bool copied = CopiesChecks(object, context);
  const std::vector<std::string> lines =
      copied ? std::vector<std::string>{absl::StrCat("LIKE ", table.inherits[0],
                                                     " INCLUDING CONSTRAINTS INCLUDING GENERATED")}
             : Lines(object, context);
  std::string head =
      absl::StrCat("CREATE ", table.kind == "foreign table" ? "FOREIGN " : "",
                   table.persistence == "unlogged" ? "UNLOGGED " : "", "TABLE ", QualifiedName(object.id));
  if (!table.of_type.empty()) absl::StrAppend(&head, " OF ", table.of_type);
  const std::string list = lines.empty() ? "" : absl::StrCat("\n    ", absl::StrJoin(lines, ",\n    "), "\n");
  if (table.of_type.empty() || !lines.empty()) absl::StrAppend(&head, " (", list, ")");
  out.push_back(Make(object.id, absl::StrCat(head, Clauses(table))));
  for (const Object* column : ChildrenOf(context.to, ObjectKind::kColumn, object.id)) {
    if (copied) {
      WriteCopiedColumn(*column, context, out);
      continue;
    }
    WriteNewColumnSettings(*column, true, context, out);
    if (table.partition_bound.empty() && table.of_type.empty()) WriteInheritedColumn(*column, context, out);
  }
  RowSecurity(object, Table(), table, out);
}

void Alter(const Object& from, const Object& to, const Context&, Statements& out) {
  const auto& before = std::get<Table>(from.body);
  const auto& after = std::get<Table>(to.body);
  const std::string alter = absl::StrCat(
      after.kind == "foreign table" ? "ALTER FOREIGN TABLE " : "ALTER TABLE ", QualifiedName(to.id));
  const auto rewrite = [&](std::string what) {
    out.push_back(Make(to.id, absl::StrCat(alter, what), Lock::kAccessExclusive, {Hazard::kTableRewrite}));
  };
  if (before.persistence != after.persistence)
    rewrite(after.persistence == "unlogged" ? " SET UNLOGGED" : " SET LOGGED");
  if (before.access_method != after.access_method && !after.access_method.empty())
    rewrite(absl::StrCat(" SET ACCESS METHOD ", QuoteName(after.access_method)));
  if (before.tablespace != after.tablespace)
    rewrite(absl::StrCat(" SET TABLESPACE ", TablespaceName(after.tablespace)));
  if (before.of_type != after.of_type) {
    const std::string of = after.of_type.empty() ? " NOT OF" : absl::StrCat(" OF ", after.of_type);
    out.push_back(Make(to.id, absl::StrCat(alter, of), Lock::kAccessExclusive));
  }
  WriteStorageChanges(to.id, alter, before.options, after.options, out);
  const std::string options = OptionChanges(before.foreign_options, after.foreign_options);
  if (!options.empty()) out.push_back(Make(to.id, absl::StrCat(alter, " ", options), Lock::kAccessExclusive));
  RowSecurity(to, before, after, out);
}

// A partition that foreign keys reach through its parent must leave it first.
bool IsReferenced(const Object& table, const Context& context) {
  for (const Object& object : context.from.objects) {
    const auto* constraint = std::get_if<schema::Constraint>(&object.body);
    if (constraint == nullptr || constraint->type != "foreign key") continue;
    for (const schema::Dependency& needed : object.dependencies) {
      if (needed.on.schema == table.id.schema && needed.on.parent == table.id.name) return true;
    }
  }
  return false;
}

void Drop(const Object& object, const Context& context, Statements& out) {
  const auto& table = std::get<Table>(object.body);
  for (const Object* parent : ParentsOf(context.from, object)) {
    if (table.partition_bound.empty() || context.list.dropped.count(parent->id) > 0) continue;
    if (!IsReferenced(*parent, context)) continue;
    out.push_back(Make(object.id,
                       absl::StrCat("ALTER TABLE ", QualifiedName(parent->id), " DETACH PARTITION ",
                                    QualifiedName(object.id)),
                       Lock::kAccessExclusive));
  }
  std::vector<Hazard> hazards = {Hazard::kBreaksOldCode};
  if (table.kind == "table") hazards.push_back(Hazard::kDataLoss);
  out.push_back(Make(object.id,
                     absl::StrCat("DROP ", table.kind == "foreign table" ? "FOREIGN " : "", "TABLE ",
                                  QualifiedName(object.id)),
                     Lock::kAccessExclusive, std::move(hazards)));
}

}  // namespace

const KindWriter internal::kTableWriter = {Create, Alter, Drop};

}  // namespace ferry::render
