#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/render/attribute.h"
#include "core/render/column_type.h"
#include "core/render/lookup.h"
#include "core/render/table_parts.h"

namespace ferry::render {
namespace {

using schema::Column;
using schema::Object;
using schema::ObjectKind;

bool IsAttribute(const Object& object, const Context& context) {
  const schema::ObjectId type{ObjectKind::kCompositeType, object.id.schema, "", object.id.parent};
  return context.from.Find(type) != nullptr || context.to.Find(type) != nullptr;
}

// pg_type.typstorage of what can be stored in more than one way; SET STORAGE DEFAULT came with PostgreSQL 16.
std::string OwnStorage(const std::string& type) {
  const bool main = absl::StartsWith(type, "numeric") || type == "inet" || type == "cidr";
  return main && !absl::EndsWith(type, "[]") ? "MAIN" : "EXTENDED";
}

bool IsOfView(const Object& object, const schema::Snapshot& snapshot) {
  return snapshot.Find({ObjectKind::kView, object.id.schema, "", object.id.parent}) != nullptr;
}

// Whether PostgreSQL can put the default into the catalog alone: a constant, perhaps with a cast.
bool IsConstant(absl::string_view expression) {
  return expression.empty() || expression[0] == '\'' ||
         absl::ascii_isdigit(static_cast<unsigned char>(expression[0])) || expression == "true" ||
         expression == "false" || absl::StartsWith(expression, "NULL") ||
         absl::StartsWith(expression, "'-") || expression == "CURRENT_TIMESTAMP" || expression == "now()" ||
         expression == "CURRENT_DATE";
}

void Create(const Object& object, const Context& context, Statements& out) {
  if (IsAttribute(object, context)) {
    WriteAttributeCreate(object, context, out);
    return;
  }
  const auto& column = std::get<Column>(object.body);
  if (IsOfView(object, context.to)) {
    if (!column.default_expression.empty())
      out.push_back(DefaultStatement(object.id, column.default_expression));
    WriteColumnSettings(nullptr, object, out);
    return;
  }
  const schema::ObjectId owner{ObjectKind::kTable, object.id.schema, "", object.id.parent};
  if (column.inherited && !StandsAlone(context, owner)) {
    WriteInheritedColumn(object, context, out);
    WriteNewColumnSettings(object, false, context, out);
    return;
  }
  const schema::Table* table = TableOf(context.to, object.id);
  const bool foreign = table != nullptr && table->kind == "foreign table";
  std::vector<Hazard> hazards;
  const bool computed =
      !IsConstant(column.default_expression) || !column.identity.empty() || column.generated == "stored";
  if (computed && !foreign) hazards.push_back(Hazard::kTableRewrite);
  const bool empty = column.default_expression.empty() && column.identity.empty() && column.generated.empty();
  if (column.not_null && empty) hazards.push_back(Hazard::kMayFail);
  out.push_back(Make(object.id,
                     absl::StrCat("ALTER ", foreign ? "FOREIGN " : "", "TABLE ", QualifiedParent(object.id),
                                  " ADD COLUMN ", ColumnDefinition(object, true)),
                     Lock::kAccessExclusive, std::move(hazards)));
  WriteColumnSettings(nullptr, object, out);
}

void Drop(const Object& object, const Context& context, Statements& out) {
  if (IsAttribute(object, context)) {
    WriteAttributeDrop(object, context, out);
    return;
  }
  if (IsOfView(object, context.from)) {
    // The column stays: what was said of it goes.
    if (!std::get<Column>(object.body).default_expression.empty())
      out.push_back(DefaultStatement(object.id, ""));
    Object bare = schema::MakeObject(object.id, Column());
    WriteTraits(&object, bare, context, out);
    return;
  }
  const schema::Table* table = TableOf(context.from, object.id);
  const bool foreign = table != nullptr && table->kind == "foreign table";
  std::vector<Hazard> hazards = {Hazard::kBreaksOldCode};
  if (!foreign && std::get<Column>(object.body).generated.empty()) hazards.push_back(Hazard::kDataLoss);
  out.push_back(Make(object.id,
                     absl::StrCat("ALTER ", foreign ? "FOREIGN " : "", "TABLE ", QualifiedParent(object.id),
                                  " DROP COLUMN ", QuoteName(object.id.name)),
                     Lock::kAccessExclusive, std::move(hazards)));
}

void Alter(const Object& from, const Object& to, const Context& context, Statements& out) {
  if (IsAttribute(to, context)) {
    WriteAttributeAlter(from, to, context, out);
    return;
  }
  Column before = std::get<Column>(from.body);
  if (!IsOfView(to, context.to) && WriteColumnChanges(from, to, context, out)) {
    // ALTER COLUMN … TYPE goes back to what the type has, also where the values are stored as before.
    before.storage.clear();
    before.compression.clear();
  }
  WriteColumnSettings(&before, to, out);
}

}  // namespace

std::string ColumnDefinition(const Object& object, bool with_default) {
  const auto& column = std::get<Column>(object.body);
  std::string out = absl::StrCat(QuoteName(object.id.name), " ", column.type);
  if (!column.foreign_options.empty()) absl::StrAppend(&out, " ", OptionList(column.foreign_options));
  if (!column.compression.empty()) absl::StrAppend(&out, " COMPRESSION ", column.compression);
  if (!column.collation.empty()) absl::StrAppend(&out, " COLLATE ", column.collation);
  if (!column.generated.empty()) {
    absl::StrAppend(&out, " GENERATED ALWAYS AS (", column.generation_expression, ") ",
                    column.generated == "virtual" ? "VIRTUAL" : "STORED");
  } else if (!column.identity.empty()) {
    absl::StrAppend(&out, " GENERATED ", column.identity == "always" ? "ALWAYS" : "BY DEFAULT",
                    " AS IDENTITY (", column.identity_options, ")");
  } else if (with_default && !column.default_expression.empty()) {
    absl::StrAppend(&out, " DEFAULT ", column.default_expression);
  }
  if (column.not_null) out += " NOT NULL";
  return out;
}

void WriteColumnSettings(const Column* from, const Object& to, Statements& out) {
  static const Column* const kDefaults = new Column();
  const Column& before = from == nullptr ? *kDefaults : *from;
  const auto& after = std::get<Column>(to.body);
  const std::string alter =
      absl::StrCat("ALTER TABLE ONLY ", QualifiedParent(to.id), " ALTER COLUMN ", QuoteName(to.id.name));
  const auto write = [&](std::string what, Lock lock) {
    out.push_back(Make(to.id, absl::StrCat(alter, what), lock));
  };
  if (before.storage != after.storage) {
    write(absl::StrCat(" SET STORAGE ",
                       after.storage.empty() ? OwnStorage(after.type) : absl::AsciiStrToUpper(after.storage)),
          Lock::kAccessExclusive);
  }
  if (from != nullptr && before.compression != after.compression) {
    write(absl::StrCat(" SET COMPRESSION ", after.compression.empty() ? "default" : after.compression),
          Lock::kAccessExclusive);
  }
  if (before.statistics_target != after.statistics_target)
    write(absl::StrCat(" SET STATISTICS ", after.statistics_target), Lock::kShareUpdateExclusive);
  WriteStorageChanges(to.id, alter, before.options, after.options, out);
  const std::string options =
      from == nullptr ? "" : OptionChanges(before.foreign_options, after.foreign_options);
  if (!options.empty()) {
    out.push_back(Make(to.id,
                       absl::StrCat("ALTER FOREIGN TABLE ", QualifiedParent(to.id), " ALTER COLUMN ",
                                    QuoteName(to.id.name), " ", options),
                       Lock::kAccessExclusive));
  }
}

void WriteNewColumnSettings(const Object& object, bool with_table, const Context& context, Statements& out) {
  const auto& column = std::get<Column>(object.body);
  Column before;
  before.compression = column.compression;  // said with the column itself, as are foreign options
  before.foreign_options = column.foreign_options;
  const schema::Table* table = TableOf(context.to, object.id);
  const Object* parent = InheritedFrom(context.to, object);
  const bool own = table == nullptr || !table->partition_bound.empty() || !table->of_type.empty();
  if (parent != nullptr && (!own || !with_table)) {
    before.compression = std::get<Column>(parent->body).compression;
    if (with_table) before.storage = std::get<Column>(parent->body).storage;
  }
  WriteColumnSettings(&before, object, out);
}

void WriteInheritedColumn(const Object& object, const Context& context, Statements& out) {
  const Object* parent = InheritedFrom(context.to, object);
  if (parent == nullptr) return;
  const auto& above = std::get<Column>(parent->body);
  const auto& column = std::get<Column>(object.body);
  if (above.default_expression != column.default_expression)
    out.push_back(DefaultStatement(object.id, column.default_expression));
  if (column.not_null && !above.not_null) {
    out.push_back(Make(object.id,
                       absl::StrCat("ALTER TABLE ", QualifiedParent(object.id), " ALTER COLUMN ",
                                    QuoteName(object.id.name), " SET NOT NULL"),
                       Lock::kAccessExclusive, {Hazard::kFullScan, Hazard::kMayFail}));
  }
}

const KindWriter internal::kColumnWriter = {Create, Alter, Drop};

}  // namespace ferry::render
