#include "workbench/verify.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/diff/diff.h"
#include "core/sql/quote.h"

namespace ferry::workbench {
namespace {

using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;

constexpr char kNoInvalidIndex[] =
    "SELECT count(*) = 0 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid\n"
    " WHERE NOT i.indisvalid AND c.relkind = 'i';\n";

std::string Literal(const std::string& text) { return sql::QuoteLiteral(text); }
std::string Qualified(const ObjectId& id) { return Literal(sql::QuoteQualified({id.schema, id.name})); }
std::string ParentOid(const ObjectId& id) {
  return absl::StrCat("pg_catalog.to_regclass(", Literal(sql::QuoteQualified({id.schema, id.parent})), ")");
}

std::string ByFunction(const char* function, const ObjectId& id, bool there) {
  return absl::StrCat("SELECT pg_catalog.", function, "(", Qualified(id), ") IS ",
                      there ? "NOT NULL" : "NULL", ";\n");
}

// What belongs to a table and is found by its name there.
std::string ByParent(const char* catalog, const char* relation, const char* name, const ObjectId& id,
                     bool there, const std::string& more = "") {
  return absl::StrCat("SELECT count(*) = ", there ? "1" : "0", " FROM pg_catalog.", catalog, " x\n WHERE x.",
                      relation, " = ", ParentOid(id), " AND x.", name, " = ", Literal(id.name),
                      there ? more : "", ";\n");
}

// Types are named as without a search_path; those of other schemas are looked up, as a query that fails where
// there is none could not even be tried.
std::string TypeCondition(const std::string& type) {
  if (type.find('.') == std::string::npos) {
    return absl::StrCat("\n   AND pg_catalog.format_type(x.atttypid, x.atttypmod) = ", Literal(type));
  }
  return absl::StrCat("\n   AND x.atttypid = pg_catalog.to_regtype(", Literal(type), ")");
}

std::string ForColumn(const ObjectId& id, const Object* to) {
  std::string more = " AND NOT x.attisdropped";
  if (to != nullptr) {
    const auto& column = std::get<schema::Column>(to->body);
    absl::StrAppend(&more, TypeCondition(column.type),
                    column.not_null ? " AND x.attnotnull" : " AND NOT x.attnotnull");
    absl::StrAppend(&more, column.default_expression.empty() && column.generated.empty()
                               ? " AND NOT x.atthasdef"
                               : " AND x.atthasdef");
  }
  return ByParent("pg_attribute", "attrelid", "attname", id, to != nullptr, more);
}

std::string ForEnum(const ObjectId& id, const Object& to) {
  return absl::StrCat("SELECT pg_catalog.string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) = ",
                      Literal(absl::StrJoin(std::get<schema::Enum>(to.body).labels, ", ")),
                      "\n  FROM pg_catalog.pg_enum e WHERE e.enumtypid = pg_catalog.to_regtype(",
                      Qualified(id), ");\n");
}

// "" where it is not asked for.
std::string QueryFor(const ObjectId& id, const Object* from, const Object* to) {
  const bool there = to != nullptr;
  const bool came_or_went = from == nullptr || to == nullptr;
  switch (id.kind) {
    case ObjectKind::kTable:
    case ObjectKind::kView:
    case ObjectKind::kSequence:
      return came_or_went ? ByFunction("to_regclass", id, there) : "";
    case ObjectKind::kIndex:
      return came_or_went ? ByFunction("to_regclass", id, there) : "";
    case ObjectKind::kEnum:
      return there ? ForEnum(id, *to) : ByFunction("to_regtype", id, false);
    case ObjectKind::kDomain:
    case ObjectKind::kCompositeType:
    case ObjectKind::kRangeType:
      return came_or_went ? ByFunction("to_regtype", id, there) : "";
    case ObjectKind::kSchema:
      return came_or_went
                 ? absl::StrCat("SELECT pg_catalog.to_regnamespace(", Literal(sql::QuoteIdentifier(id.name)),
                                ") IS ", there ? "NOT NULL" : "NULL", ";\n")
                 : "";
    case ObjectKind::kColumn:
      return ForColumn(id, to);
    case ObjectKind::kConstraint:
      return ByParent("pg_constraint", "conrelid", "conname", id, there,
                      there && std::get<schema::Constraint>(to->body).validated ? " AND x.convalidated" : "");
    case ObjectKind::kTrigger:
      return came_or_went ? ByParent("pg_trigger", "tgrelid", "tgname", id, there) : "";
    case ObjectKind::kPolicy:
      return came_or_went ? ByParent("pg_policy", "polrelid", "polname", id, there) : "";
    default:
      return "";
  }
}

}  // namespace

std::string VerifyChangesText(const schema::Snapshot& from, const schema::Snapshot& to) {
  std::string text;
  const diff::DiffResult result =
      diff::Compare({{"from", &from}, {"to", &to}}, diff::CompareOptions::StructureOnly());
  for (const diff::Difference& difference : result.differences) {
    // What is said of a view's column is no column, and a domain's constraint belongs to no table.
    const bool of_other = !difference.id.parent.empty() && (difference.parent_kind == ObjectKind::kView ||
                                                            difference.parent_kind == ObjectKind::kDomain);
    if (of_other && difference.id.kind != ObjectKind::kTrigger) continue;
    absl::StrAppend(&text, QueryFor(difference.id, from.Find(difference.id), to.Find(difference.id)));
  }
  return text + kNoInvalidIndex;
}

}  // namespace ferry::workbench
