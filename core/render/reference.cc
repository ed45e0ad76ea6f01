#include <algorithm>
#include <vector>

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
using sql::QuoteIdentifier;

std::string OnParent(const ObjectId& id) {
  return absl::StrCat(QuoteIdentifier(id.name), " ON ", QualifiedParent(id));
}

// GRANT knows an aggregate by its argument types alone, without ORDER BY and "*".
std::string GrantableFunction(const Object& object) {
  const auto& function = std::get<schema::Function>(object.body);
  if (function.kind != "aggregate") return function.signature;
  const std::string& name = object.id.name;
  // The types are the last group: a name may have parentheses too.
  const size_t end = name.rfind(')');
  size_t open = end;
  int depth = 0;
  while (open != std::string::npos && open > 0) {
    if (name[open] == ')') ++depth;
    if (name[open] == '(' && --depth == 0) break;
    --open;
  }
  return absl::StrCat(QuoteIdentifier(object.id.schema), ".", QuoteIdentifier(name.substr(0, open)),
                      name.substr(open));
}

Reference OfFunction(const Object& object) {
  const auto& function = std::get<schema::Function>(object.body);
  if (function.kind == "procedure") return {"PROCEDURE", function.signature, ""};
  if (function.kind == "aggregate") return {"AGGREGATE", function.signature, "FUNCTION"};
  return {"FUNCTION", function.signature, ""};
}

std::string MappedRole(const ObjectId& id) {
  return id.name == "public" ? "PUBLIC" : QuoteIdentifier(id.name);
}

// Kinds whose name needs more than the qualified one; an empty type: not one of them.
Reference WithOwnName(const Object& object) {
  const ObjectId& id = object.id;
  switch (id.kind) {
    case ObjectKind::kColumn:
      return {"COLUMN", absl::StrCat(QualifiedParent(id), ".", QuoteIdentifier(id.name)), ""};
    case ObjectKind::kConstraint:
      return {"CONSTRAINT", OnParent(id), ""};
    case ObjectKind::kTrigger:
      return {"TRIGGER", OnParent(id), ""};
    case ObjectKind::kPolicy:
      return {"POLICY", OnParent(id), ""};
    case ObjectKind::kRule:
      return {"RULE", OnParent(id), ""};
    case ObjectKind::kFunction:
      return OfFunction(object);
    case ObjectKind::kOperator:
      return {"OPERATOR", std::get<schema::Operator>(object.body).signature, ""};
    case ObjectKind::kOperatorClass:
      return {"OPERATOR CLASS", std::get<schema::OperatorClass>(object.body).signature, ""};
    case ObjectKind::kOperatorFamily:
      return {"OPERATOR FAMILY", std::get<schema::OperatorFamily>(object.body).signature, ""};
    case ObjectKind::kCast:
      return {"CAST", absl::StrCat("(", id.name, ")"), ""};
    case ObjectKind::kTransform:
      return {"TRANSFORM", id.name, ""};
    case ObjectKind::kUserMapping:
      return {"USER MAPPING", absl::StrCat("FOR ", MappedRole(id), " SERVER ", QuoteIdentifier(id.parent)),
              ""};
    default:
      return {};
  }
}

Reference WithPlainName(const Object& object) {
  const std::string name = QualifiedName(object.id);
  switch (object.id.kind) {
    case ObjectKind::kTable: {
      const bool foreign = std::get<schema::Table>(object.body).kind == "foreign table";
      return {foreign ? "FOREIGN TABLE" : "TABLE", name, "TABLE"};
    }
    case ObjectKind::kView: {
      const bool materialized = std::get<schema::View>(object.body).materialized;
      return {materialized ? "MATERIALIZED VIEW" : "VIEW", name, "TABLE"};
    }
    case ObjectKind::kDomain:
      return {"DOMAIN", name, "TYPE"};
    case ObjectKind::kEnum:
    case ObjectKind::kCompositeType:
    case ObjectKind::kRangeType:
    case ObjectKind::kBaseType:
      return {"TYPE", name, ""};
    case ObjectKind::kForeignServer:
      return {"SERVER", name, "FOREIGN SERVER"};
    default: {
      // "text search parser" is TEXT SEARCH PARSER, and so on.
      std::string type(schema::KindName(object.id.kind));
      std::transform(type.begin(), type.end(), type.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
      return {type, name, ""};
    }
  }
}

}  // namespace

Reference ReferenceTo(const Object& object) {
  Reference reference = WithOwnName(object);
  if (reference.type.empty()) reference = WithPlainName(object);
  if (reference.on_type.empty()) reference.on_type = reference.type;
  reference.on_name = object.id.kind == ObjectKind::kFunction ? GrantableFunction(object) : reference.name;
  return reference;
}

std::string QualifiedName(const ObjectId& id) {
  if (id.schema.empty() || id.kind == ObjectKind::kSchema) {
    return QuoteIdentifier(id.kind == ObjectKind::kSchema ? id.schema : id.name);
  }
  return absl::StrCat(QuoteIdentifier(id.schema), ".", QuoteIdentifier(id.name));
}

std::string QualifiedParent(const ObjectId& id) {
  if (id.schema.empty()) return QuoteIdentifier(id.parent);
  return absl::StrCat(QuoteIdentifier(id.schema), ".", QuoteIdentifier(id.parent));
}

std::string OptionList(const std::vector<std::string>& options) {
  std::vector<std::string> items;
  for (const std::string& option : options) {
    if (IsMasked(option)) continue;
    const NameValue parts = SplitOption(option);
    items.push_back(absl::StrCat(QuoteIdentifier(parts.name), " ", sql::QuoteLiteral(parts.value)));
  }
  return items.empty() ? "" : absl::StrCat("OPTIONS (", absl::StrJoin(items, ", "), ")");
}

std::string OptionChanges(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  const auto has = [](const std::vector<std::string>& list, const std::string& name) {
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string& entry) { return SplitOption(entry).name == name; });
  };
  std::vector<std::string> items;
  for (const std::string& option : NewEntries(from, to)) {
    if (IsMasked(option)) continue;
    const NameValue parts = SplitOption(option);
    items.push_back(absl::StrCat(has(from, parts.name) ? "SET " : "ADD ", QuoteIdentifier(parts.name), " ",
                                 sql::QuoteLiteral(parts.value)));
  }
  for (const std::string& option : from) {
    const std::string name = SplitOption(option).name;
    if (!has(to, name)) items.push_back(absl::StrCat("DROP ", QuoteIdentifier(name)));
  }
  return items.empty() ? "" : absl::StrCat("OPTIONS (", absl::StrJoin(items, ", "), ")");
}

}  // namespace ferry::render
