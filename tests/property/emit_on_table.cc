// Triggers, rules, policies and extended statistics.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/sql/quote.h"
#include "tests/property/emit.h"
#include "tests/property/text.h"

namespace ferry::property {
namespace {

std::vector<const Item*> OwnColumns(const Schema& schema, const Item& item) {
  std::vector<const Item*> out;
  for (const int id : item.uses) {
    if (schema.At(id).kind == Kind::kColumn) out.push_back(&schema.At(id));
  }
  return out;
}

std::string Execute(const Schema& schema, const Item& item) {
  return absl::StrCat(" EXECUTE FUNCTION ", Qualified(schema, *schema.Used(item, {Kind::kTriggerFunction})),
                      "(", item.looks().Chance("argument", 25) ? "'an argument', '2'" : "", ")");
}

std::string RowTrigger(const Schema& schema, const Item& item, const std::string& table) {
  const Draw draw = item.looks();
  const bool before = draw.Chance("before", 50);
  std::string event = draw.Pick("event", {"INSERT", "UPDATE", "INSERT OR UPDATE", "DELETE"});
  const bool update = event == "UPDATE";
  const auto columns = OwnColumns(schema, item);
  if (update && !columns.empty() && draw.Chance("of", 60)) absl::StrAppend(&event, " OF ", NameList(columns));
  std::string condition;
  if (event != "DELETE" && !columns.empty() && !IsGenerated(schema, *columns[0]) && draw.Chance("when", 40)) {
    condition = absl::StrCat(" WHEN (NEW.", Quoted(*columns[0]), " IS NOT NULL)");
  } else if (update && !before && draw.Chance("when", 40)) {
    condition = " WHEN (OLD.* IS DISTINCT FROM NEW.*)";
  }
  return absl::StrCat("CREATE TRIGGER ", Quoted(item), before ? " BEFORE " : " AFTER ", event, " ON ", table,
                      " FOR EACH ROW", condition, Execute(schema, item));
}

std::string ConstraintTrigger(const Schema& schema, const Item& item, const std::string& table) {
  const Draw draw = item.looks();
  return absl::StrCat("CREATE CONSTRAINT TRIGGER ", Quoted(item), " AFTER ",
                      draw.Pick("event", {"INSERT", "UPDATE"}), " ON ", table,
                      draw.Pick("deferrable", {"", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"}),
                      " FOR EACH ROW", Execute(schema, item));
}

std::string StatementTrigger(const Schema& schema, const Item& item, const std::string& table) {
  const Draw draw = item.looks();
  const bool transition = draw.Chance("transition", 50);
  const std::string event = transition ? draw.Pick("one event", {"INSERT", "UPDATE", "DELETE"})
                                       : draw.Pick("event", {"INSERT OR DELETE", "TRUNCATE", "UPDATE"});
  const std::string tables = !transition         ? ""
                             : event == "INSERT" ? " REFERENCING NEW TABLE AS \"New rows\""
                             : event == "DELETE"
                                 ? " REFERENCING OLD TABLE AS old_rows"
                                 : " REFERENCING OLD TABLE AS old_rows NEW TABLE AS \"New rows\"";
  return absl::StrCat("CREATE TRIGGER ", Quoted(item), " AFTER ", event, " ON ", table, tables,
                      " FOR EACH STATEMENT", draw.Chance("depth", 20) ? " WHEN (pg_trigger_depth() = 0)" : "",
                      Execute(schema, item));
}

void Trigger(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.looks();
  const Item& relation = schema.At(item.parent);
  const std::string table = Qualified(schema, relation);
  if (relation.kind == Kind::kView) {
    out.push_back(
        absl::StrCat("CREATE TRIGGER ", Quoted(item), " INSTEAD OF ",
                     draw.Pick("event", {"INSERT", "UPDATE", "DELETE", "INSERT OR UPDATE OR DELETE"}), " ON ",
                     table, " FOR EACH ROW", Execute(schema, item)));
    return;
  }
  const size_t form = draw.Below("form", 10);
  const bool plain = relation.kind == Kind::kTable && relation.strategy == 0;
  out.push_back(form < 5            ? RowTrigger(schema, item, table)
                : form < 7 && plain ? ConstraintTrigger(schema, item, table)
                                    : StatementTrigger(schema, item, table));
  if (draw.Chance("enabled", 25)) {
    out.push_back(absl::StrCat(
        "ALTER TABLE ", table,
        draw.Pick("state", {" DISABLE TRIGGER ", " ENABLE REPLICA TRIGGER ", " ENABLE ALWAYS TRIGGER "}),
        Quoted(item)));
  }
}

void Rule(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.looks();
  const Item& relation = schema.At(item.parent);
  const std::string table = Qualified(schema, relation);
  const std::string how =
      relation.kind == Kind::kView
          ? "INSTEAD NOTHING"
          : draw.Pick("how", {"INSTEAD NOTHING", "ALSO NOTIFY changed", "ALSO SELECT 1, 'it''s'"});
  out.push_back(absl::StrCat("CREATE RULE ", Quoted(item), " AS ON ",
                             draw.Pick("event", {"INSERT", "UPDATE", "DELETE"}), " TO ", table, " DO ", how));
  if (relation.kind == Kind::kTable && draw.Chance("enabled", 25)) {
    out.push_back(absl::StrCat("ALTER TABLE ", table,
                               draw.Pick("state", {" DISABLE RULE ", " ENABLE ALWAYS RULE "}), Quoted(item)));
  }
}

void Policy(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.looks();
  const auto columns = OwnColumns(schema, item);
  const Item* function = schema.Used(item, {Kind::kFunction});
  std::string condition = "true";
  if (!columns.empty()) {
    const bool calls = function != nullptr && function->type == Class::kBool &&
                       function->argument == ClassOf(schema, *columns[0]);
    condition = calls ? Call(schema, *function, Quoted(*columns[0]))
                      : Condition(ClassOf(schema, *columns[0]), Quoted(*columns[0]), draw);
  }
  const std::string command = draw.Pick("command", {"ALL", "SELECT", "INSERT", "UPDATE", "DELETE"});
  std::string sql =
      absl::StrCat("CREATE POLICY ", Quoted(item), " ON ", Qualified(schema, schema.At(item.parent)));
  if (draw.Chance("restrictive", 20)) sql += " AS RESTRICTIVE";
  if (command != "ALL") absl::StrAppend(&sql, " FOR ", command);
  if (draw.Chance("roles", 40))
    absl::StrAppend(&sql, " TO ", sql::QuoteIdentifier(Roles()[draw.Below("role", 3)]));
  if (command != "INSERT") absl::StrAppend(&sql, " USING (", condition, ")");
  const bool writes =
      command == "INSERT" || ((command == "ALL" || command == "UPDATE") && draw.Chance("check", 50));
  out.push_back(writes ? absl::StrCat(sql, " WITH CHECK (", condition, ")") : sql);
}

void ExtendedStatistics(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.looks();
  std::vector<std::string> elements;
  for (const Item* column : OwnColumns(schema, item)) {
    const bool plain = IsOrdered(ClassOf(schema, *column)) && !IsGenerated(schema, *column);
    if (plain) elements.push_back(Quoted(*column));
    if (!plain && schema.server >= 14) elements.push_back(absl::StrCat("(", Quoted(*column), " IS NULL)"));
  }
  if (elements.size() < 2) return;
  out.push_back(absl::StrCat("CREATE STATISTICS ", Qualified(schema, item),
                             draw.Pick("kinds", {"", " (ndistinct)", " (dependencies, mcv)", " (mcv)"}),
                             " ON ", absl::StrJoin(elements, ", "), " FROM ",
                             Qualified(schema, schema.At(item.parent))));
  if (draw.Chance("target", 25))
    out.push_back(absl::StrCat("ALTER STATISTICS ", Qualified(schema, item), " SET STATISTICS 99"));
}

}  // namespace

void EmitOnTable(const Schema& schema, const Item& item, Statements& out) {
  switch (item.kind) {
    case Kind::kTrigger:
      return Trigger(schema, item, out);
    case Kind::kRule:
      return Rule(schema, item, out);
    case Kind::kPolicy:
      return Policy(schema, item, out);
    default:
      return ExtendedStatistics(schema, item, out);
  }
}

}  // namespace ferry::property
