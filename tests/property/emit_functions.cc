#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/sql/quote.h"
#include "tests/property/emit.h"
#include "tests/property/text.h"

namespace ferry::property {
namespace {

std::string Attributes(const Item& item, bool procedure) {
  const Draw draw = item.looks();
  std::string out;
  if (draw.Chance("definer", 20)) out += " SECURITY DEFINER";
  if (draw.Chance("path", 20)) out += " SET search_path TO 'pg_catalog', 'pg_temp'";
  if (draw.Chance("memory", 10)) out += " SET work_mem TO '8MB'";
  if (procedure) return out;
  if (draw.Chance("cost", 20)) out += " COST 7";
  if (draw.Chance("parallel", 40)) out += draw.Pick("which", {" PARALLEL SAFE", " PARALLEL RESTRICTED"});
  if (draw.Chance("leakproof", 10)) out += " LEAKPROOF";
  return out;
}

// A scalar function: immutable, so that it may stand anywhere.
void Pure(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.looks();
  const bool predicate = item.kind == Kind::kPredicate;
  const std::string type = PlainType(item.argument, item.shaped());
  const std::string result = predicate ? "boolean" : PlainType(item.type, item.shaped());
  std::vector<std::string> arguments;
  // All of them or none: PostgreSQL prints a nameless one beside a named one as "", which it cannot read.
  const bool named = item.shaped().Chance("named", 50);
  for (int i = 0; i < item.arity; ++i) {
    const std::string which = item.shaped().Pick(absl::StrCat("name", i), {"a", "user", "The Value"});
    const std::string name = named ? sql::QuoteIdentifier(which + (i > 0 ? "2" : "")) : "";
    arguments.push_back(absl::StrCat(name, name.empty() ? "" : " ", type));
  }
  if (item.arity == 2 && item.shaped().Chance("default", 30) && item.argument != Class::kBool) {
    arguments[1] += absl::StrCat(" DEFAULT ", Literal(item.argument, item.shaped()));
  }
  std::string value = predicate ? draw.Pick("value", {"$1 IS NOT NULL", "$1 = $2", "$1 IS DISTINCT FROM $2"})
                                : absl::StrCat("(", Literal(item.type, draw), ")::", result);
  const Item* other = schema.Used(item, {Kind::kFunction});
  if (other != nullptr) {
    const std::string argument = item.arity > 0 ? "$1" : Literal(item.argument, draw);
    value = absl::StrCat("(", Call(schema, *other, argument), ")::", result);
  } else if (!predicate && item.arity > 0) {
    value = absl::StrCat("CASE WHEN $1 IS NULL THEN NULL ELSE ", value, " END");
  }
  const size_t language = draw.Below("language", schema.server >= 14 ? 4 : 3);
  const std::string body =
      language == 3 ? absl::StrCat(" RETURN ", value)
      : language == 2
          ? absl::StrCat(" AS ", sql::QuoteLiteral(absl::StrCat("BEGIN\n  RETURN ", value, ";\nEND")))
          : absl::StrCat(" AS ", sql::QuoteLiteral(absl::StrCat("SELECT ", value)));
  out.push_back(absl::StrCat("CREATE FUNCTION ", Qualified(schema, item), "(", absl::StrJoin(arguments, ", "),
                             ") RETURNS ", result, " LANGUAGE ", language == 2 ? "plpgsql" : "sql",
                             " IMMUTABLE", draw.Chance("strict", 20) ? " STRICT" : "",
                             Attributes(item, false), body));
}

void CastFunction(const Schema& schema, const Item& item, Statements& out) {
  const Item& type = *schema.Used(item, {Kind::kEnum, Kind::kComposite});
  out.push_back(absl::StrCat("CREATE FUNCTION ", Qualified(schema, item), "(", Qualified(schema, type),
                             ") RETURNS character varying LANGUAGE sql IMMUTABLE", Attributes(item, false),
                             " AS 'SELECT (''", item.looks().Below("x", 9), "'')::varchar'"));
}

void Aggregate(const Schema& schema, const Item& item, Statements& out) {
  const Item* function = schema.Used(item, {Kind::kFunction});
  const std::string reference = Reference(schema, item);
  std::string options;
  if (function != nullptr && function->arity == 2) {
    const std::string type = PlainType(Class::kInt, function->shaped());
    options = absl::StrCat("SFUNC = ", Qualified(schema, *function), ", STYPE = ", type, ", INITCOND = '0'");
  } else {
    options =
        item.looks().Pick("how", {"SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl",
                                  "SFUNC = int4larger, STYPE = integer, SORTOP = >",
                                  "SFUNC = int4pl, STYPE = integer, INITCOND = '1', MSFUNC = int4pl, "
                                  "MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = '0'",
                                  "SFUNC = int4pl, STYPE = integer, FINALFUNC = int4abs, "
                                  "FINALFUNC_MODIFY = READ_ONLY"});
  }
  if (item.looks().Chance("parallel", 30)) options += ", PARALLEL = SAFE";
  out.push_back(absl::StrCat("CREATE ", reference, " (", options, ")"));
}

void TableFunction(const Schema& schema, const Item& item, Statements& out) {
  const Item* relation = schema.Used(item, {Kind::kTable, Kind::kComposite, Kind::kView});
  const Draw shape = item.shaped(), draw = item.looks();
  std::string result = shape.Chance("setof", 50) ? "SETOF integer" : "TABLE(id bigint, \"Label\" text)";
  std::string body = absl::StrContains(result, "Label") ? "SELECT 1::bigint, 'x'::text" : "SELECT 1";
  if (relation != nullptr) {
    result = absl::StrCat("SETOF ", Qualified(schema, *relation));
    body = relation->kind == Kind::kComposite
               ? absl::StrCat("SELECT (NULL::", Qualified(schema, *relation), ").*")
               : absl::StrCat("SELECT * FROM ", Qualified(schema, *relation));
  }
  const bool atomic = schema.server >= 14 && relation != nullptr && relation->kind == Kind::kView &&
                      draw.Chance("atomic", 40);
  out.push_back(absl::StrCat(
      "CREATE FUNCTION ", Qualified(schema, item), "(",
      shape.Chance("argument", 50) ? "VARIADIC \"all\" integer[]" : "", ") RETURNS ", result,
      relation != nullptr && relation->kind != Kind::kView ? " LANGUAGE plpgsql " : " LANGUAGE sql ",
      draw.Pick("volatile", {"STABLE", "VOLATILE"}), draw.Chance("rows", 30) ? " ROWS 20" : "",
      Attributes(item, false),
      relation != nullptr && relation->kind != Kind::kView
          ? absl::StrCat(" AS ", sql::QuoteLiteral(absl::StrCat("BEGIN RETURN QUERY ", body, "; END")))
      : atomic ? absl::StrCat(" BEGIN ATOMIC ", body, "; END")
               : absl::StrCat(" AS ", sql::QuoteLiteral(body))));
}

void Procedure(const Schema& schema, const Item& item, Statements& out) {
  const Item* relation = schema.Used(item, {Kind::kTable, Kind::kComposite, Kind::kView});
  const Draw shape = item.shaped();
  std::string arguments =
      relation == nullptr ? "IN a integer" : absl::StrCat("\"row\" ", Qualified(schema, *relation));
  if (shape.Chance("inout", 40)) arguments += ", INOUT \"Result\" text";
  out.push_back(absl::StrCat("CREATE PROCEDURE ", Qualified(schema, item), "(", arguments,
                             ") LANGUAGE plpgsql", Attributes(item, true), " AS $$BEGIN\n  -- ",
                             item.looks().Below("x", 50), "\nEND$$"));
}

void TriggerFunction(const Schema& schema, const Item& item, Statements& out) {
  const bool event = item.kind == Kind::kEventFunction;
  out.push_back(absl::StrCat(
      "CREATE FUNCTION ", Qualified(schema, item), "() RETURNS ", event ? "event_trigger" : "trigger",
      " LANGUAGE plpgsql", Attributes(item, false), " AS $body$\nBEGIN\n  ",
      event ? "NULL;" : "RETURN coalesce(NEW, OLD);", " -- ", item.looks().Below("x", 50), "\nEND\n$body$"));
}

}  // namespace

void EmitFunction(const Schema& schema, const Item& item, Statements& out) {
  switch (item.kind) {
    case Kind::kFunction:
    case Kind::kPredicate:
      return Pure(schema, item, out);
    case Kind::kCastFunction:
      return CastFunction(schema, item, out);
    case Kind::kAggregate:
      return Aggregate(schema, item, out);
    case Kind::kTableFunction:
      return TableFunction(schema, item, out);
    case Kind::kProcedure:
      return Procedure(schema, item, out);
    default:
      return TriggerFunction(schema, item, out);
  }
}

}  // namespace ferry::property
