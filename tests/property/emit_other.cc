// Text search, foreign data, and what belongs to the whole database.
#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/sql/quote.h"
#include "tests/property/emit.h"
#include "tests/property/text.h"

namespace ferry::property {
namespace {

void Sequence(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.looks();
  std::string sql =
      absl::StrCat("CREATE ", schema.server >= 15 && draw.Chance("unlogged", 8) ? "UNLOGGED " : "",
                   "SEQUENCE ", Qualified(schema, item));
  if (item.shaped().Chance("type", 40)) sql += item.shaped().Pick("which", {" AS integer", " AS smallint"});
  if (draw.Chance("increment", 30)) absl::StrAppend(&sql, " INCREMENT ", 1 + draw.Below("by", 10));
  if (draw.Chance("range", 30))
    absl::StrAppend(&sql, " MINVALUE 2 MAXVALUE ", 1000 + draw.Below("max", 1000), " START 5");
  if (draw.Chance("cache", 20)) sql += " CACHE 20";
  if (draw.Chance("cycle", 20)) sql += " CYCLE";
  out.push_back(sql);
}

void Publication(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.looks();
  std::vector<std::string> tables, spaces;
  const bool spaced = schema.Used(item, {Kind::kSchema}) != nullptr;
  for (const int id : item.uses) {
    const Item& used = schema.At(id);
    if (used.kind == Kind::kSchema) spaces.push_back(Quoted(used));
    if (used.kind != Kind::kTable) continue;
    std::string table = Qualified(schema, used);
    std::vector<const Item*> columns;
    const Item* number = nullptr;
    for (const Item* column : schema.Columns(used)) {
      if (IsGenerated(schema, *column) || schema.Place(column->id) > schema.Place(item.id)) continue;
      if (draw.Chance(absl::StrCat("column", column->id), 50)) columns.push_back(column);
      if (IsPlain(schema, *column) && column->type == Class::kInt) number = column;
    }
    const bool whole = schema.server >= 15 && used.strategy == 0 &&
                       schema.Used(used, {Kind::kTable}) == nullptr &&
                       !schema.IsUsedBy(used.id, {Kind::kTable});
    if (whole && !spaced && !columns.empty() && draw.Chance("columns", 30)) {
      absl::StrAppend(&table, " (", NameList(columns), ")");
    }
    if (whole && number != nullptr && draw.Chance("where", 30)) {
      absl::StrAppend(&table, " WHERE (", Quoted(*number), " > ", draw.Below("than", 50), ")");
    }
    tables.push_back(table);
  }
  std::string sql = absl::StrCat("CREATE PUBLICATION ", Quoted(item));
  std::vector<std::string> objects;
  if (!tables.empty()) objects.push_back(absl::StrCat("TABLE ", absl::StrJoin(tables, ", ")));
  if (!spaces.empty()) objects.push_back(absl::StrCat("TABLES IN SCHEMA ", absl::StrJoin(spaces, ", ")));
  if (!objects.empty()) absl::StrAppend(&sql, " FOR ", absl::StrJoin(objects, ", "));
  if (objects.empty() && draw.Chance("all", 40)) sql += " FOR ALL TABLES";
  std::vector<std::string> options;
  if (draw.Chance("publish", 40))
    options.push_back(draw.Pick("what", {"publish = 'insert'", "publish = 'insert, update'"}));
  if (draw.Chance("root", 20)) options.push_back("publish_via_partition_root = true");
  if (!options.empty()) absl::StrAppend(&sql, " WITH (", absl::StrJoin(options, ", "), ")");
  out.push_back(sql);
}

void Subscription(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.looks();
  out.push_back(absl::StrCat("CREATE SUBSCRIPTION ", Quoted(item), " CONNECTION 'host=db",
                             draw.Below("host", 3), ".invalid dbname=other' PUBLICATION ",
                             draw.Pick("which", {"one", "one, \"Two\""}),
                             " WITH (connect = false, slot_name = NONE",
                             schema.server >= 14 && draw.Chance("binary", 30) ? ", binary = true" : "",
                             draw.Chance("commit", 30) ? ", synchronous_commit = 'local'" : "", ")"));
}

void EventTrigger(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.looks();
  const std::string event = draw.Pick("event", {"ddl_command_start", "ddl_command_end", "sql_drop"});
  out.push_back(absl::StrCat("CREATE EVENT TRIGGER ", Quoted(item), " ON ", event,
                             draw.Chance("tag", 50) ? " WHEN TAG IN ('DROP TABLE', 'DROP VIEW')" : "",
                             " EXECUTE FUNCTION ",
                             Qualified(schema, *schema.Used(item, {Kind::kEventFunction})), "()"));
  if (draw.Chance("state", 40)) {
    out.push_back(absl::StrCat("ALTER EVENT TRIGGER ", Quoted(item),
                               draw.Pick("which", {" DISABLE", " ENABLE ALWAYS"})));
  }
}

void DefaultPrivilege(const Schema& schema, const Item& item, Statements& out) {
  constexpr const char* kWhat[] = {"SELECT ON TABLES",     "INSERT ON TABLES", "USAGE ON SEQUENCES",
                                   "EXECUTE ON FUNCTIONS", "USAGE ON TYPES",   "ALL ON TABLES"};
  const Item* space = schema.Used(item, {Kind::kSchema});
  const auto n = static_cast<size_t>(item.number);
  out.push_back(absl::StrCat("ALTER DEFAULT PRIVILEGES FOR ROLE ", sql::QuoteIdentifier(Roles()[n / 6]),
                             space == nullptr ? "" : absl::StrCat(" IN SCHEMA ", Quoted(*space)), " GRANT ",
                             kWhat[n % 6], " TO ", sql::QuoteIdentifier(Roles()[2]),
                             item.looks().Chance("option", 25) ? " WITH GRANT OPTION" : ""));
}

std::string ForeignOptions(const Draw& draw, absl::string_view what) {
  if (!draw.Chance(what, 50)) return "";
  return absl::StrCat(" OPTIONS (host 'it''s ", draw.Below(what, 9), "'",
                      draw.Chance(absl::StrCat("more ", what), 40) ? ", \"Other option\" 'x'" : "", ")");
}

void ForeignTable(const Schema& schema, const Item& item, Statements& out) {
  const Draw shape = item.shaped(), draw = item.looks();
  std::vector<std::string> columns = {absl::StrCat("id ", BuiltinType(Class::kInt, shape),
                                                   ForeignOptions(draw, "column"),
                                                   draw.Chance("not null", 40) ? " NOT NULL" : "")};
  if (shape.Chance("second", 60)) {
    columns.push_back(absl::StrCat("\"Second\" ", BuiltinType(Class::kText, shape),
                                   draw.Chance("default", 40) ? " DEFAULT 'x'" : ""));
  }
  if (draw.Chance("check", 40)) columns.push_back("CONSTRAINT \"Positive id\" CHECK (id > 0)");
  out.push_back(absl::StrCat("CREATE FOREIGN TABLE ", Qualified(schema, item), " (",
                             absl::StrJoin(columns, ", "), ") SERVER ",
                             Quoted(*schema.Used(item, {Kind::kServer})), ForeignOptions(draw, "table")));
}

}  // namespace

void EmitForeign(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.looks();
  switch (item.kind) {
    case Kind::kWrapper:
      out.push_back(
          absl::StrCat("CREATE FOREIGN DATA WRAPPER ", Quoted(item), ForeignOptions(draw, "wrapper")));
      return;
    case Kind::kServer:
      out.push_back(absl::StrCat(
          "CREATE SERVER ", Quoted(item), item.shaped().Chance("type", 30) ? " TYPE 'oracle'" : "",
          draw.Chance("version", 30) ? " VERSION '1.0'" : "", " FOREIGN DATA WRAPPER ",
          Quoted(*schema.Used(item, {Kind::kWrapper})), ForeignOptions(draw, "server")));
      return;
    case Kind::kUserMapping: {
      const auto n = static_cast<size_t>(item.number);
      out.push_back(absl::StrCat(
          "CREATE USER MAPPING FOR ", n == 3 ? "PUBLIC" : sql::QuoteIdentifier(Roles()[n]), " SERVER ",
          Quoted(*schema.Used(item, {Kind::kServer})), " OPTIONS (\"user\" 'remote')"));
      return;
    }
    default:
      return ForeignTable(schema, item, out);
  }
}

void EmitSearch(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.looks();
  const std::string name = Qualified(schema, item);
  switch (item.kind) {
    case Kind::kTemplate:
      out.push_back(absl::StrCat("CREATE TEXT SEARCH TEMPLATE ", name,
                                 " (INIT = dsimple_init, LEXIZE = dsimple_lexize)"));
      return;
    case Kind::kParser:
      out.push_back(absl::StrCat("CREATE TEXT SEARCH PARSER ", name,
                                 " (START = prsd_start, GETTOKEN = prsd_nexttoken, ",
                                 "END = prsd_end, HEADLINE = prsd_headline, LEXTYPES = prsd_lextype)"));
      return;
    case Kind::kDictionary: {
      const Item* pattern = schema.Used(item, {Kind::kTemplate});
      out.push_back(absl::StrCat("CREATE TEXT SEARCH DICTIONARY ", name,
                                 " (TEMPLATE = ", pattern == nullptr ? "simple" : Qualified(schema, *pattern),
                                 draw.Pick("accept", {"", ", accept = false", ", stopwords = english"}),
                                 ")"));
      return;
    }
    default:
      break;
  }
  const Item* parser = schema.Used(item, {Kind::kParser});
  const Item* dictionary = schema.Used(item, {Kind::kDictionary});
  out.push_back(absl::StrCat("CREATE TEXT SEARCH CONFIGURATION ", name, " (PARSER = ",
                             parser == nullptr ? "pg_catalog.\"default\"" : Qualified(schema, *parser), ")"));
  const std::string mapping = dictionary == nullptr ? "simple" : Qualified(schema, *dictionary) + ", simple";
  out.push_back(absl::StrCat("ALTER TEXT SEARCH CONFIGURATION ", name,
                             " ADD MAPPING FOR asciiword, word WITH ", mapping));
  if (draw.Chance("more", 40)) {
    out.push_back(absl::StrCat("ALTER TEXT SEARCH CONFIGURATION ", name, " ADD MAPPING FOR ",
                               draw.Pick("token", {"email", "url, host", "int"}), " WITH simple"));
  }
}

void EmitOther(const Schema& schema, const Item& item, Statements& out) {
  constexpr const char* kExtensions[] = {"hstore", "citext", "pg_trgm", "btree_gist"};
  switch (item.kind) {
    case Kind::kSchema:
      if (item.id != 1) out.push_back(absl::StrCat("CREATE SCHEMA ", Quoted(item)));
      return;
    case Kind::kExtension:
      out.push_back(absl::StrCat("CREATE EXTENSION ", kExtensions[item.number], " SCHEMA ",
                                 Quoted(schema.At(item.space))));
      return;
    case Kind::kAccessMethod:
      out.push_back(
          absl::StrCat("CREATE ACCESS METHOD ", Quoted(item), " TYPE TABLE HANDLER heap_tableam_handler"));
      return;
    case Kind::kOwnedBy: {
      const Item& column = *schema.Used(item, {Kind::kColumn});
      out.push_back(absl::StrCat("ALTER SEQUENCE ", Qualified(schema, *schema.Used(item, {Kind::kSequence})),
                                 " OWNED BY ", Qualified(schema, schema.At(column.parent)), ".",
                                 Quoted(column)));
      return;
    }
    case Kind::kSequence:
      return Sequence(schema, item, out);
    case Kind::kPublication:
      return Publication(schema, item, out);
    case Kind::kSubscription:
      return Subscription(schema, item, out);
    case Kind::kEventTrigger:
      return EventTrigger(schema, item, out);
    default:
      return DefaultPrivilege(schema, item, out);
  }
}

}  // namespace ferry::property
