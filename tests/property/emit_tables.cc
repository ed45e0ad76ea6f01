#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/sql/quote.h"
#include "tests/property/emit.h"
#include "tests/property/text.h"

namespace ferry::property {
namespace {

// Whether CREATE TABLE has the column already: everything that it needs stands before the table.
bool InCreate(const Schema& schema, const Item& column) {
  const size_t table = schema.Place(column.parent);
  return absl::c_all_of(column.uses, [&](int id) {
    const Item& used = schema.At(id);
    return used.kind == Kind::kColumn ? InCreate(schema, used) : schema.Place(id) < table;
  });
}

std::string Generation(const Schema& schema, const Item& column) {
  const Item& source = *schema.Used(column, {Kind::kColumn});
  const Item* function = schema.Used(column, {Kind::kFunction});
  if (function != nullptr) return Call(schema, *function, Quoted(source));
  if (ClassOf(schema, column) == Class::kBool) return absl::StrCat(Quoted(source), " IS NOT NULL");
  if (ClassOf(schema, column) == Class::kInt)
    return absl::StrCat(Quoted(source), " / ", 2 + column.looks().Below("by", 3));
  return column.looks().Pick("change", {"lower(", "upper(", "btrim("}) + Quoted(source) + ")";
}

std::string DefaultOf(const Schema& schema, const Item& column) {
  const Draw draw = column.looks();
  const Item* sequence = schema.Used(column, {Kind::kSequence});
  if (sequence != nullptr) {
    return absl::StrCat("nextval(", sql::QuoteLiteral(Qualified(schema, *sequence)), "::regclass)");
  }
  const Item* type = schema.Used(column, {Kind::kEnum});
  if (type != nullptr && draw.Chance("default", 50)) {
    const auto labels = EnumLabels(*type);
    return absl::StrCat(sql::QuoteLiteral(labels[draw.Below("label", labels.size())]),
                        "::", Qualified(schema, *type));
  }
  const Class own = ClassOf(schema, column);
  const Item* function = schema.Used(column, {Kind::kFunction});
  if (function != nullptr) return Call(schema, *function, Literal(own, draw));
  if (!draw.Chance("default", 40)) return "";
  if (own == Class::kTime && draw.Chance("now", 60))
    return draw.Pick("clock", {"now()", "CURRENT_TIMESTAMP", "CURRENT_DATE"});
  return Literal(own, draw);
}

std::string Definition(const Schema& schema, const Item& column) {
  const Draw draw = column.looks();
  std::string out = absl::StrCat(Quoted(column), " ", TypeOf(schema, column));
  const Item* collation = schema.Used(column, {Kind::kCollation});
  if (collation != nullptr) {
    absl::StrAppend(&out, " COLLATE ", Qualified(schema, *collation));
  } else if (column.type == Class::kText && IsPlain(schema, column) && draw.Chance("collate", 12)) {
    out += " COLLATE \"C\"";
  }
  if (IsGenerated(schema, column)) {
    absl::StrAppend(&out, " GENERATED ALWAYS AS (", Generation(schema, column), ") STORED");
  } else if (IsIdentity(schema, column)) {
    absl::StrAppend(&out, " GENERATED ", draw.Pick("always", {"ALWAYS", "BY DEFAULT"}), " AS IDENTITY");
    if (draw.Chance("options", 50))
      absl::StrAppend(&out, " (START 5 INCREMENT ", 1 + draw.Below("by", 9), " CACHE 3)");
  } else {
    const std::string value = DefaultOf(schema, column);
    if (!value.empty()) absl::StrAppend(&out, " DEFAULT ", value);
  }
  return draw.Chance("not null", 35) ? out + " NOT NULL" : out;
}

std::string PartitionBy(const Schema& schema, const Item& item) {
  if (item.strategy == 0) return "";
  const char* const how = item.strategy == 'r' ? "RANGE" : item.strategy == 'l' ? "LIST" : "HASH";
  std::vector<const Item*> columns;
  for (const int id : item.key) columns.push_back(&schema.At(id));
  return absl::StrCat(" PARTITION BY ", how, " (", NameList(columns), ")");
}

std::string Bound(const Schema& schema, const Item& partition) {
  const int n = partition.number;
  switch (schema.At(partition.parent).strategy) {
    case 'h':
      return absl::StrCat("FOR VALUES WITH (modulus 8, remainder ", n - 1, ")");
    case 'l':
      return n == 0 ? "DEFAULT" : absl::StrCat("FOR VALUES IN ('k", n, "', 'it''s ", n, "')");
    default:
      return n == 0 ? "DEFAULT" : absl::StrCat("FOR VALUES FROM (", n * 100, ") TO (", n * 100 + 100, ")");
  }
}

}  // namespace

bool IsIdentity(const Schema& schema, const Item& column) {
  const Item& table = schema.At(column.parent);
  return column.type == Class::kInt && column.uses.empty() && column.shaped().Chance("identity", 15) &&
         table.strategy == 0 && !schema.IsUsedBy(table.id, {Kind::kTable}) &&
         !schema.IsUsedBy(column.id, {Kind::kOwnedBy});
}

bool IsUnlogged(const Schema& schema, const Item& table) {
  if (table.kind != Kind::kTable || table.strategy != 0 || !table.looks().Chance("unlogged", 12))
    return false;
  if (schema.IsUsedBy(table.id, {Kind::kPublication, Kind::kTable}) ||
      schema.Used(table, {Kind::kTable}) != nullptr)
    return false;
  return absl::c_none_of(schema.items, [&](const Item& item) {
    if (item.kind != Kind::kForeignKey) return false;
    return item.parent == table.id ||
           schema.Used(item, {Kind::kPrimaryKey, Kind::kUnique})->parent == table.id;
  });
}

std::string StorageOptions(const Item& item) {
  const Draw draw = item.looks();
  std::vector<std::string> options;
  if (draw.Chance("fillfactor", 20)) options.push_back(draw.Pick("fill", {"fillfactor=70", "fillfactor=90"}));
  if (draw.Chance("vacuum", 15)) options.push_back("autovacuum_enabled=false");
  if (draw.Chance("scale", 10)) options.push_back("autovacuum_vacuum_scale_factor=0.05");
  if (draw.Chance("workers", 10)) options.push_back("parallel_workers=2");
  return options.empty() ? "" : absl::StrCat(" WITH (", absl::StrJoin(options, ", "), ")");
}

void EmitTable(const Schema& schema, const Item& item, Statements& out) {
  const std::string name = Qualified(schema, item);
  const Item* ancestor = item.kind == Kind::kTable ? schema.Used(item, {Kind::kTable}) : nullptr;
  const Item* type = schema.Used(item, {Kind::kComposite});
  std::string sql = absl::StrCat("CREATE ", IsUnlogged(schema, item) ? "UNLOGGED " : "", "TABLE ", name);
  if (item.kind == Kind::kPartition) {
    absl::StrAppend(&sql, " PARTITION OF ", Qualified(schema, schema.At(item.parent)), " ",
                    Bound(schema, item));
  } else if (type != nullptr) {
    absl::StrAppend(&sql, " OF ", Qualified(schema, *type));
    if (item.looks().Chance("with options", 40)) sql += " (id WITH OPTIONS NOT NULL DEFAULT 7)";
  } else {
    std::vector<std::string> columns;
    for (const Item* column : schema.Children(item.id, Kind::kColumn)) {
      if (InCreate(schema, *column)) columns.push_back(Definition(schema, *column));
    }
    absl::StrAppend(&sql, " (", absl::StrJoin(columns, ", "), ")");
    if (ancestor != nullptr) absl::StrAppend(&sql, " INHERITS (", Qualified(schema, *ancestor), ")");
  }
  const Item* method = schema.Used(item, {Kind::kAccessMethod});
  if (item.strategy != 0) {
    sql += PartitionBy(schema, item);
  } else {
    if (method != nullptr) absl::StrAppend(&sql, " USING ", Quoted(*method));
    sql += StorageOptions(item);
  }
  out.push_back(sql);
  if (item.looks().Chance("security", 15))
    out.push_back(absl::StrCat("ALTER TABLE ", name, " ENABLE ROW LEVEL SECURITY"));
  if (item.looks().Chance("force", 8))
    out.push_back(absl::StrCat("ALTER TABLE ", name, " FORCE ROW LEVEL SECURITY"));
}

void EmitColumn(const Schema& schema, const Item& item, Statements& out) {
  const std::string table = absl::StrCat("ALTER TABLE ", Qualified(schema, schema.At(item.parent)), " ");
  if (!InCreate(schema, item)) out.push_back(absl::StrCat(table, "ADD COLUMN ", Definition(schema, item)));
  const std::string column = absl::StrCat(table, "ALTER COLUMN ", Quoted(item), " SET ");
  const Draw draw = item.looks();
  const bool plain = IsPlain(schema, item);
  if (plain && (item.type == Class::kText || item.type == Class::kJson || item.type == Class::kBytes)) {
    if (draw.Chance("storage", 15))
      out.push_back(column + "STORAGE " + draw.Pick("which", {"EXTERNAL", "MAIN", "PLAIN"}));
    if (schema.server >= 14 && draw.Chance("compression", 10)) out.push_back(column + "COMPRESSION pglz");
  }
  if (draw.Chance("statistics", 10))
    out.push_back(absl::StrCat(column, "STATISTICS ", 50 + draw.Below("target", 100)));
  if (draw.Chance("distinct", 6)) out.push_back(column + "(n_distinct=-0.5)");
}

}  // namespace ferry::property
