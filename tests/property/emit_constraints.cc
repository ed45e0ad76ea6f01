#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tests/property/emit.h"
#include "tests/property/text.h"

namespace ferry::property {
namespace {

bool IsRelied(const Schema& schema, const Item& item) {
  return schema.IsUsedBy(item.id, {Kind::kForeignKey, Kind::kIdentityMark, Kind::kClusterMark});
}

std::string Deferrability(const Schema& schema, const Item& item) {
  if (IsRelied(schema, item) || !item.looks().Chance("deferrable", 20)) return "";
  return item.looks().Pick("initially", {" DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"});
}

// INCLUDE (…): a column that the key does not have.
std::string Include(const Schema& schema, const Item& item, const std::vector<const Item*>& key) {
  if (!item.looks().Chance("include", 15)) return "";
  for (const Item* column : schema.Columns(schema.At(item.parent))) {
    bool taken = schema.Place(column->id) > schema.Place(item.id);
    for (const Item* other : key) taken = taken || other == column;
    if (!taken) return absl::StrCat(" INCLUDE (", Quoted(*column), ")");
  }
  return "";
}

std::string Key(const Schema& schema, const Item& item) {
  const auto columns = KeyColumns(schema, item);
  const bool primary = item.kind == Kind::kPrimaryKey;
  std::string out = primary ? "PRIMARY KEY" : "UNIQUE";
  if (!primary && schema.server >= 15 && item.looks().Chance("nulls", 25)) out += " NULLS NOT DISTINCT";
  absl::StrAppend(&out, " (", NameList(columns), ")", Include(schema, item, columns));
  if (item.looks().Chance("fillfactor", 10)) out += " WITH (fillfactor=80)";
  return out + Deferrability(schema, item);
}

std::string Check(const Schema& schema, const Item& item) {
  const Item& column = *schema.Used(item, {Kind::kColumn});
  const Item* function = schema.Used(item, {Kind::kFunction});
  const Item& table = schema.At(item.parent);
  const std::string condition = function == nullptr
                                    ? Condition(ClassOf(schema, column), Quoted(column), item.looks())
                                    : Call(schema, *function, Quoted(column));
  const bool alone = table.strategy == 0 && item.looks().Chance("no inherit", 12);
  return absl::StrCat("CHECK (", condition, ")", alone ? " NO INHERIT" : "",
                      item.looks().Chance("not valid", 15) ? " NOT VALID" : "");
}

std::string Exclusion(const Schema& schema, const Item& item) {
  const Item& column = *schema.Used(item, {Kind::kColumn});
  const bool range = column.type == Class::kRange;
  std::string out = absl::StrCat("EXCLUDE USING ", range ? "gist" : "btree", " (", Quoted(column), " WITH ",
                                 range ? "&&" : "=", ")");
  if (item.looks().Chance("where", 30)) absl::StrAppend(&out, " WHERE (", Quoted(column), " IS NOT NULL)");
  return out + Deferrability(schema, item);
}

std::string ForeignKey(const Schema& schema, const Item& item) {
  const Item& target = *schema.Used(item, {Kind::kPrimaryKey, Kind::kUnique});
  const Draw draw = item.looks();
  std::vector<const Item*> from;
  for (const int id : item.uses) {
    if (schema.At(id).kind == Kind::kColumn) from.push_back(&schema.At(id));
  }
  std::string out = absl::StrCat("FOREIGN KEY (", NameList(from), ") REFERENCES ",
                                 Qualified(schema, schema.At(target.parent)), " (",
                                 NameList(KeyColumns(schema, target)), ")");
  if (draw.Chance("full", 15)) out += " MATCH FULL";
  if (draw.Chance("delete", 60)) {
    out += " ON DELETE " + draw.Pick("on delete", {"CASCADE", "RESTRICT", "SET NULL", "SET DEFAULT"});
    if (schema.server >= 15 && absl::EndsWith(out, "NULL") && draw.Chance("some", 30)) {
      absl::StrAppend(&out, " (", Quoted(*from[0]), ")");
    }
  }
  if (draw.Chance("update", 30))
    out += " ON UPDATE " + draw.Pick("on update", {"CASCADE", "RESTRICT", "SET NULL"});
  if (draw.Chance("deferrable", 25))
    out += draw.Pick("initially", {" DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"});
  const bool plain = schema.At(item.parent).strategy == 0;
  return plain && draw.Chance("not valid", 20) ? out + " NOT VALID" : out;
}

std::string Method(Class type, const Draw& draw) {
  switch (type) {
    case Class::kInt:
      return draw.Pick("method", {"btree", "btree", "hash", "brin"});
    case Class::kText:
      return draw.Pick("method", {"btree", "btree", "hash"});
    case Class::kTime:
      return draw.Pick("method", {"btree", "brin"});
    case Class::kJson:
    case Class::kArray:
      return draw.Pick("method", {"gin", "gin", "btree"});
    case Class::kSearch:
      return draw.Pick("method", {"gin", "gist"});
    case Class::kRange:
      return draw.Pick("method", {"gist", "spgist", "btree"});
    case Class::kInet:
      return draw.Pick("method", {"gist", "spgist", "btree"});
    case Class::kPoint:
      return draw.Pick("method", {"gist", "spgist"});
    default:
      return "btree";
  }
}

std::string OperatorClassOf(const Schema& schema, const Item& item, const Item& column,
                            const std::string& method) {
  const Draw draw = item.looks();
  const Item* own = schema.Used(item, {Kind::kOperatorClass});
  const bool integer = TypeOf(schema, column) == "integer";
  if (own != nullptr && integer && method == "btree") return " " + Qualified(schema, *own);
  if (method == "gist" && ClassOf(schema, column) == Class::kInet) return " inet_ops";
  if (!IsPlain(schema, column) || !draw.Chance(absl::StrCat("class", column.id), 40)) return "";
  if (method == "btree" && column.type == Class::kText && HasPlainCollation(schema, column)) {
    return TypeOf(schema, column) == "text" ? " text_pattern_ops" : " varchar_pattern_ops";
  }
  if (method == "gin" && column.type == Class::kJson) return " jsonb_path_ops";
  if (method == "gist" && column.type == Class::kSearch) return " tsvector_ops (siglen='100')";
  if (method == "brin" && integer && schema.server >= 14)
    return " int4_minmax_multi_ops (values_per_range='16')";
  return "";
}

std::string IndexOptions(const std::string& method, const Draw& draw) {
  if (!draw.Chance("options", 20)) return "";
  if (method == "gin") return " WITH (fastupdate=off)";
  if (method == "brin") return " WITH (pages_per_range=64)";
  return " WITH (fillfactor=60)";
}

std::string Element(const Schema& schema, const Item& item, const Item& column, const std::string& method) {
  const Draw draw = item.looks();
  std::string out = Quoted(column);
  if (draw.Chance(absl::StrCat("collate", column.id), 10) && ClassOf(schema, column) == Class::kText) {
    return out + " COLLATE \"C\"";
  }
  out += OperatorClassOf(schema, item, column, method);
  if (method != "btree") return out;
  if (draw.Chance(absl::StrCat("desc", column.id), 25)) out += " DESC";
  if (draw.Chance(absl::StrCat("nulls", column.id), 25))
    out += draw.Pick(absl::StrCat("which", column.id), {" NULLS FIRST", " NULLS LAST"});
  return out;
}

void MaterializedIndex(const Schema& schema, const Item& item, Statements& out) {
  const auto columns = OutputColumns(schema, schema.At(item.parent));
  const auto& [name, type] = columns[item.looks().Below("column", columns.size())];
  Item named;
  named.name = name;
  const std::string element = IsOrdered(type) ? Quoted(named) : absl::StrCat("(", Quoted(named), " IS NULL)");
  out.push_back(absl::StrCat("CREATE ", item.looks().Chance("unique", 30) ? "UNIQUE " : "", "INDEX ",
                             Quoted(item), " ON ", Qualified(schema, schema.At(item.parent)), " (", element,
                             ")"));
}

void Index(const Schema& schema, const Item& item, Statements& out) {
  const Item& table = schema.At(item.parent);
  if (table.kind == Kind::kMaterializedView) return MaterializedIndex(schema, item, out);
  const Draw draw = item.looks();
  const Item& first = *schema.Used(item, {Kind::kColumn});
  const Class type = ClassOf(schema, first);
  const Item* function = schema.Used(item, {Kind::kFunction});
  const Item* configuration = schema.Used(item, {Kind::kConfiguration});
  const bool clustered = schema.IsUsedBy(item.id, {Kind::kClusterMark});
  std::string method =
      clustered || schema.Used(item, {Kind::kOperatorClass}) != nullptr ? "btree" : Method(type, draw);
  std::vector<std::string> elements;
  std::vector<const Item*> key;
  if (configuration != nullptr && type == Class::kText) {
    method = clustered ? "gist" : "gin";
    elements = {absl::StrCat("to_tsvector('",
                             absl::StrReplaceAll(Qualified(schema, *configuration), {{"'", "''"}}),
                             "'::regconfig, (", Quoted(first), ")::text)")};
  } else if (function != nullptr || !IsOrdered(type) || draw.Chance("expression", 12)) {
    const std::string expression = function == nullptr
                                       ? absl::StrCat("(", Quoted(first), " IS NULL)")
                                       : absl::StrCat("(", Call(schema, *function, Quoted(first)), ")");
    if (method != "btree" && method != "hash") method = "btree";
    elements = {expression};
  } else {
    for (const int id : item.uses) {
      const Item& column = schema.At(id);
      if (column.kind != Kind::kColumn || (method != "btree" && !key.empty()) ||
          !IsOrdered(ClassOf(schema, column)))
        continue;
      key.push_back(&column);
      elements.push_back(Element(schema, item, column, method));
    }
  }
  const bool partitioned = schema.Root(table).strategy != 0;
  const bool unique = method == "btree" && !partitioned && draw.Chance("unique", 20);
  std::string sql =
      absl::StrCat("CREATE ", unique ? "UNIQUE " : "", "INDEX ", Quoted(item), " ON ",
                   Qualified(schema, table), " USING ", method, " (", absl::StrJoin(elements, ", "), ")");
  if (method == "btree" && !key.empty()) sql += Include(schema, item, key);
  if (unique && schema.server >= 15 && draw.Chance("nulls", 20)) sql += " NULLS NOT DISTINCT";
  sql += IndexOptions(method, draw);
  if (!clustered && draw.Chance("where", 20))
    absl::StrAppend(&sql, " WHERE ", Condition(type, Quoted(first), draw));
  out.push_back(sql);
  if (key.empty() && draw.Chance("statistics", 20)) {
    out.push_back(absl::StrCat("ALTER INDEX ", Qualified(schema, item), " ALTER COLUMN 1 SET STATISTICS 77"));
  }
}

}  // namespace

void EmitConstraint(const Schema& schema, const Item& item, Statements& out) {
  const std::string definition = item.kind == Kind::kCheck        ? Check(schema, item)
                                 : item.kind == Kind::kExclusion  ? Exclusion(schema, item)
                                 : item.kind == Kind::kForeignKey ? ForeignKey(schema, item)
                                                                  : Key(schema, item);
  out.push_back(absl::StrCat("ALTER TABLE ", Qualified(schema, schema.At(item.parent)), " ADD CONSTRAINT ",
                             Quoted(item), " ", definition));
}

void EmitIndex(const Schema& schema, const Item& item, Statements& out) {
  if (item.kind == Kind::kIndex) return Index(schema, item, out);
  const std::string table = absl::StrCat("ALTER TABLE ", Qualified(schema, schema.At(item.parent)));
  const Item* index = schema.Used(item, {Kind::kPrimaryKey, Kind::kIndex});
  if (item.kind == Kind::kClusterMark) {
    out.push_back(absl::StrCat(table, " CLUSTER ON ", Quoted(*index)));
  } else {
    out.push_back(absl::StrCat(table, " REPLICA IDENTITY ",
                               index == nullptr ? item.looks().Pick("identity", {"FULL", "NOTHING"})
                                                : absl::StrCat("USING INDEX ", Quoted(*index))));
  }
}

}  // namespace ferry::property
