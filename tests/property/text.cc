#include "tests/property/text.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/sql/quote.h"

namespace ferry::property {

std::string Quoted(const Item& item) { return sql::QuoteIdentifier(item.name); }

std::string Qualified(const Schema& schema, const Item& item) {
  int space = item.space;
  if (space == 0 && item.parent != 0) space = schema.At(item.parent).space;
  return space == 0 ? Quoted(item) : absl::StrCat(Quoted(schema.At(space)), ".", Quoted(item));
}

std::string NameList(const std::vector<const Item*>& columns) {
  return absl::StrJoin(columns, ", ",
                       [](std::string* out, const Item* column) { absl::StrAppend(out, Quoted(*column)); });
}

std::string BuiltinType(Class type, const Draw& draw) {
  switch (type) {
    case Class::kInt:
      return draw.Pick("type", {"integer", "bigint", "smallint"});
    case Class::kNum:
      return draw.Pick("type", {"numeric", "numeric(10,2)", "numeric(12,4)", "double precision", "real"});
    case Class::kText:
      return draw.Pick("type", {"text", "character varying", "varchar(20)", "varchar(80)"});
    case Class::kTime:
      return draw.Pick("type", {"timestamp without time zone", "timestamptz", "timestamptz(3)", "date"});
    case Class::kBool:
      return "boolean";
    case Class::kJson:
      return "jsonb";
    case Class::kUuid:
      return "uuid";
    case Class::kBytes:
      return "bytea";
    case Class::kBits:
      return draw.Pick("type", {"bit(4)", "bit varying(16)"});
    case Class::kInet:
      return "inet";
    case Class::kRange:
      return draw.Pick("type", {"int4range", "int8range"});
    case Class::kArray:
      return draw.Pick("type", {"integer[]", "bigint[]", "smallint[]"});
    case Class::kInterval:
      return draw.Pick("type", {"interval", "interval(3)", "interval day to second"});
    case Class::kSearch:
      return "tsvector";
    case Class::kPoint:
      return "point";
    case Class::kEnum:
    case Class::kRow:
      break;
  }
  return "text";
}

std::string PlainType(Class type, const Draw& draw) {
  switch (type) {
    case Class::kInt:
      return draw.Pick("plain", {"integer", "bigint"});
    case Class::kNum:
      return draw.Pick("plain", {"numeric", "double precision"});
    case Class::kText:
      return draw.Pick("plain", {"text", "character varying"});
    default:
      return BuiltinType(type, draw);
  }
}

std::string TypeOf(const Schema& schema, const Item& item) {
  const Item* own = item.kind == Kind::kColumn
                        ? schema.Used(item, {Kind::kEnum, Kind::kComposite, Kind::kRange, Kind::kDomain})
                        : nullptr;
  if (own != nullptr) return Qualified(schema, *own);
  return BuiltinType(item.type, item.shaped());
}

Class ClassOf(const Schema& schema, const Item& item) {
  if (item.kind == Kind::kEnum) return Class::kEnum;
  if (item.kind == Kind::kComposite || item.kind == Kind::kRange) return Class::kRow;
  if (item.kind == Kind::kColumn) {
    const Item* own = schema.Used(item, {Kind::kEnum, Kind::kComposite, Kind::kRange, Kind::kDomain});
    if (own != nullptr) return ClassOf(schema, *own);
  }
  return item.type;
}

bool IsGenerated(const Schema& schema, const Item& column) {
  return schema.Used(column, {Kind::kColumn}) != nullptr;
}

bool HasPlainCollation(const Schema& schema, const Item& column) {
  return schema.Used(column, {Kind::kCollation}) == nullptr;
}

bool IsPlain(const Schema& schema, const Item& column) {
  return !IsGenerated(schema, column) &&
         schema.Used(column, {Kind::kEnum, Kind::kComposite, Kind::kRange, Kind::kDomain}) == nullptr;
}

bool IsOrdered(Class type) { return type != Class::kPoint && type != Class::kRow; }

std::string Literal(Class type, const Draw& draw) {
  switch (type) {
    case Class::kInt:
      return absl::StrCat(10 + draw.Below("literal", 80));
    case Class::kNum:
      return absl::StrCat(10 + draw.Below("literal", 80), ".5");
    case Class::kText:
      return draw.Pick("literal", {"'abc'", "'it''s'", "'Tür'", "E'a\\\\b'"});
    case Class::kTime:
      return draw.Pick("literal", {"'2020-01-02'", "'2021-12-31'"});
    case Class::kBool:
      return draw.Pick("literal", {"true", "false"});
    case Class::kJson:
      return draw.Pick("literal", {"'{}'", "'{\"a\": [1, null]}'", "'[]'"});
    case Class::kUuid:
      return "'0189c7a4-8a7e-7000-8000-0123456789ab'";
    case Class::kBytes:
      return "'\\x00ff'";
    case Class::kBits:
      return draw.Pick("literal", {"B'1010'", "B'0001'"});
    case Class::kInet:
      return draw.Pick("literal", {"'10.0.0.1'", "'::1'"});
    case Class::kRange:
      return draw.Pick("literal", {"'[10,20)'", "'empty'"});
    case Class::kArray:
      return draw.Pick("literal", {"'{}'", "'{10,20}'"});
    case Class::kInterval:
      return draw.Pick("literal", {"'1 day'", "'02:03:04'"});
    case Class::kSearch:
      return "'a b'";
    case Class::kPoint:
      return "'(1,2)'";
    case Class::kEnum:
    case Class::kRow:
      break;
  }
  return "";
}

std::string Condition(Class type, const std::string& expression, const Draw& draw) {
  const std::string number = absl::StrCat(1 + draw.Below("number", 8));
  const auto is = [&](const std::string& rest) { return absl::StrCat(expression, " ", rest); };
  const size_t which = draw.Below("condition", 4);
  if (which == 0) return is("IS NOT NULL");
  switch (type) {
    case Class::kInt:
    case Class::kNum:
      if (which == 1) return is(absl::StrCat("BETWEEN ", number, " AND 1000"));
      if (which == 2) return is(absl::StrCat("NOT IN (1, 2, ", number, ")"));
      return is(absl::StrCat("> ", number));
    case Class::kText:
      if (which == 1)
        return absl::StrCat("(length(", expression, ") >= 2 OR ", is(absl::StrCat("= '", number, "')")));
      if (which == 2) return is(absl::StrCat("NOT IN ('x', 'y', '", number, "')"));
      return is("<> ''");
    case Class::kTime:
      return is(which == 1 ? "> '1999-12-31'" : "<> '1970-01-01'");
    case Class::kBool:
      return is("IS NOT UNKNOWN");
    case Class::kJson:
      return absl::StrCat("jsonb_typeof(", expression, ") <> 'string'");
    case Class::kArray:
      return absl::StrCat("coalesce(array_length(", expression, ", 1), 0) < ", number, "00");
    case Class::kBytes:
      return absl::StrCat("length(", expression, ") < 1", number, "00");
    default:
      return is("IS NOT NULL");
  }
}

std::string Arguments(const Item& function) {
  const std::string type = PlainType(function.argument, function.shaped());
  std::vector<std::string> types(static_cast<size_t>(function.arity), type);
  return absl::StrJoin(types, ", ");
}

std::string Call(const Schema& schema, const Item& function, const std::string& expression) {
  const std::string argument =
      absl::StrCat("(", expression, ")::", PlainType(function.argument, function.shaped()));
  std::vector<std::string> arguments(static_cast<size_t>(function.arity), argument);
  return absl::StrCat(Qualified(schema, function), "(", absl::StrJoin(arguments, ", "), ")");
}

std::vector<std::string> EnumLabels(const Item& type) {
  const std::vector<std::string> pool = {"new", "Open", "in work", "it's", "done", "naïve", "zz\\top"};
  std::vector<std::string> labels;
  for (const std::string& label : pool) {
    if (type.shaped().Chance(label, 60)) labels.push_back(label);
  }
  if (labels.empty()) labels.push_back("only");
  if (type.shaped().Chance("reversed", 10)) std::reverse(labels.begin(), labels.end());
  return labels;
}

std::vector<std::pair<std::string, Class>> OutputColumns(const Schema& schema, const Item& view) {
  std::vector<std::pair<std::string, Class>> out;
  const Item* source = schema.Used(view, {Kind::kView, Kind::kMaterializedView});
  if (source != nullptr) {
    out = OutputColumns(schema, *source);
    if (out.size() > 2) out.resize(2);
  }
  for (const int id : view.uses) {
    const Item& used = schema.At(id);
    if (used.kind != Kind::kColumn) continue;
    const bool renamed = view.shaped().Chance(absl::StrCat("as", id), 15);
    out.emplace_back(renamed ? absl::StrCat("Out ", id) : used.name, ClassOf(schema, used));
  }
  if (schema.Used(view, {Kind::kFunction}) != nullptr) out.emplace_back("computed", Class::kRow);
  return out;
}

std::vector<const Item*> KeyColumns(const Schema& schema, const Item& constraint) {
  std::vector<const Item*> out;
  for (const int id : constraint.uses) {
    if (schema.At(id).kind == Kind::kColumn) out.push_back(&schema.At(id));
  }
  const auto add = [&](const Item& table) {
    for (const int id : table.key) {
      const Item* column = &schema.At(id);
      if (!absl::c_linear_search(out, column)) out.push_back(column);
    }
  };
  const Item& table = schema.At(constraint.parent);
  add(table);
  for (const Item& item : schema.items) {  // every level below is partitioned too
    if (item.kind == Kind::kPartition && &schema.Root(item) == &schema.Root(table)) add(item);
  }
  return out;
}

std::string PoolName(uint64_t seed, bool column) {
  const Draw draw(seed);
  if (column) {
    return draw.Pick(
        "name", {"amount",     "price",       "select",     "Name",  "user id", "order", "naïve", "a.b",
                 "quo\"te",    "état",        "created_at", "flags", "from",    "x'y",   "UPPER", "value",
                 "semi;colon", "back\\slash", "100%",       "$1",    "group",   "kind",  "tags",  "note"});
  }
  return draw.Pick("name", {"orders", "Order Items", "user",    "table",     "trades",     "prices",
                            "naïve",  "quo\"te",     "a.b",     "MixedCase", "semi;colon", "back\\slash",
                            "x'y",    "über straße", "primary", "accounts",  "analyse",    "ledger",
                            "--dash", "100%",        "stock",   "日本"});
}

}  // namespace ferry::property
