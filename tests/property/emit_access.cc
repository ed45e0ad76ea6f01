// Owners, grants and comments.
#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/sql/quote.h"
#include "tests/property/emit.h"
#include "tests/property/text.h"

namespace ferry::property {
namespace {

// No other item has it: its id stands there, in digits that operators can have.
std::string OperatorName(const Item& item) {
  std::string name = item.shaped().Pick("operator", {"<#>", "|=|", "@#@", "~~~", "&^&"});
  for (int left = item.id; left > 0; left /= 3) name.push_back("#^&"[left % 3]);
  return name;
}

std::string On(const Schema& schema, const Item& item, const char* what) {
  return absl::StrCat(what, " ", Quoted(item), " ON ", Qualified(schema, schema.At(item.parent)));
}

std::string RoutineReference(const Schema& schema, const Item& item) {
  const std::string name = Qualified(schema, item);
  const Item* relation = schema.Used(item, {Kind::kTable, Kind::kComposite, Kind::kView, Kind::kEnum});
  const Item* function = schema.Used(item, {Kind::kFunction});
  switch (item.kind) {
    case Kind::kFunction:
    case Kind::kPredicate:
      return absl::StrCat("FUNCTION ", name, "(", Arguments(item), ")");
    case Kind::kCastFunction:
      return absl::StrCat("FUNCTION ", name, "(", Qualified(schema, *relation), ")");
    case Kind::kTableFunction:
      return absl::StrCat("FUNCTION ", name,
                          item.shaped().Chance("argument", 50) ? "(VARIADIC integer[])" : "()");
    case Kind::kProcedure:
      return absl::StrCat("PROCEDURE ", name, "(",
                          relation == nullptr ? "integer" : Qualified(schema, *relation),
                          item.shaped().Chance("inout", 40) ? ", INOUT text)" : ")");
    case Kind::kAggregate:
      return absl::StrCat("AGGREGATE ", name, "(",
                          function != nullptr && function->arity == 2
                              ? PlainType(Class::kInt, function->shaped())
                              : "integer",
                          ")");
    default:
      return absl::StrCat("FUNCTION ", name, "()");
  }
}

const char* Privileges(const Item& item, const Draw& draw) {
  switch (item.kind) {
    case Kind::kTable:
    case Kind::kPartition:
    case Kind::kView:
    case Kind::kMaterializedView:
    case Kind::kForeignTable:
      return draw.Chance("write", 50) ? "SELECT" : "INSERT, UPDATE, TRIGGER";
    case Kind::kSequence:
      return draw.Chance("write", 50) ? "USAGE" : "SELECT, UPDATE";
    case Kind::kSchema:
      return draw.Chance("write", 50) ? "USAGE" : "ALL";
    case Kind::kFunction:
    case Kind::kPredicate:
    case Kind::kCastFunction:
    case Kind::kTableFunction:
    case Kind::kProcedure:
    case Kind::kTriggerFunction:
    case Kind::kEventFunction:
      return "EXECUTE";
    case Kind::kEnum:
    case Kind::kComposite:
    case Kind::kRange:
    case Kind::kDomain:
    case Kind::kWrapper:
    case Kind::kServer:
      return "USAGE";
    default:
      return "";
  }
}

// Everybody has the privilege from the start.
bool IsPublic(Kind kind) {
  constexpr Kind kKinds[] = {Kind::kFunction, Kind::kPredicate, Kind::kTableFunction, Kind::kProcedure,
                             Kind::kEnum,     Kind::kDomain,    Kind::kComposite,     Kind::kRange};
  return absl::c_linear_search(kKinds, kind);
}

// In GRANT's words: a view is a table there, a domain a domain, another type a type.
std::string GrantObject(const Schema& schema, const Item& item) {
  const std::string reference = Reference(schema, item);
  if (item.kind == Kind::kWrapper) return reference;
  if (item.kind == Kind::kServer) return "FOREIGN " + reference;
  if (absl::StartsWith(Privileges(item, item.looks()), "SELECT") ||
      absl::StartsWith(Privileges(item, item.looks()), "INSERT")) {
    if (item.kind != Kind::kSequence) return "TABLE " + Qualified(schema, item);
  }
  return reference;
}

bool HasOwner(const Schema& schema, const Item& item) {
  constexpr Kind kNone[] = {Kind::kExtension,   Kind::kTemplate,     Kind::kParser,       Kind::kColumn,
                            Kind::kCast,        Kind::kWrapper,      Kind::kEventTrigger, Kind::kSubscription,
                            Kind::kPublication, Kind::kAccessMethod, Kind::kUserMapping};
  if (absl::c_linear_search(kNone, item.kind) || item.id == 1) return false;
  if (item.kind == Kind::kSequence && schema.IsUsedBy(item.id, {Kind::kOwnedBy})) return false;
  const std::string reference = Reference(schema, item);
  return !reference.empty() &&
         (absl::StrContains(reference, "OPERATOR") || !absl::StrContains(reference, " ON "));
}

// Constraints that have an index.
bool HasIndex(Kind kind) {
  return kind == Kind::kPrimaryKey || kind == Kind::kUnique || kind == Kind::kExclusion;
}

// A statement about the sequence of an identity column, %s in `sql`: PostgreSQL has named it.
std::string OnSequence(const Schema& schema, const Item& column, const std::string& sql) {
  return absl::StrCat("DO ", sql::QuoteLiteral(absl::StrCat(
                                 "BEGIN EXECUTE format(", sql::QuoteLiteral(sql), ", pg_get_serial_sequence(",
                                 sql::QuoteLiteral(Qualified(schema, schema.At(column.parent))), ", ",
                                 sql::QuoteLiteral(column.name), ")); END")));
}

}  // namespace

std::string Reference(const Schema& schema, const Item& item) {
  const auto named = [&](const char* what) { return absl::StrCat(what, " ", Qualified(schema, item)); };
  switch (item.kind) {
    case Kind::kSchema:
      return named("SCHEMA");
    case Kind::kExtension:
      return "";
    case Kind::kCollation:
      return named("COLLATION");
    case Kind::kEnum:
    case Kind::kComposite:
    case Kind::kRange:
      return named("TYPE");
    case Kind::kDomain:
      return named("DOMAIN");
    case Kind::kOperator: {
      const Item& function = *schema.Used(item, {Kind::kPredicate});
      const std::string type = PlainType(function.argument, function.shaped());
      return absl::StrCat("OPERATOR ", Quoted(schema.At(item.space)), ".", OperatorName(item), " (", type,
                          ", ", type, ")");
    }
    case Kind::kOperatorClass:
      return named("OPERATOR CLASS") + " USING btree";
    case Kind::kCast: {
      const Item* function = schema.Used(item, {Kind::kCastFunction});
      const Item& source =
          *schema.Used(function == nullptr ? item : *function, {Kind::kEnum, Kind::kComposite});
      return absl::StrCat(
          "CAST (", Qualified(schema, source), " AS ",
          function == nullptr ? item.shaped().Pick("target", {"jsonb", "bytea"}) : "character varying", ")");
    }
    case Kind::kConversion:
      return named("CONVERSION");
    case Kind::kSequence:
      return named("SEQUENCE");
    case Kind::kTemplate:
      return named("TEXT SEARCH TEMPLATE");
    case Kind::kDictionary:
      return named("TEXT SEARCH DICTIONARY");
    case Kind::kConfiguration:
      return named("TEXT SEARCH CONFIGURATION");
    case Kind::kParser:
      return named("TEXT SEARCH PARSER");
    case Kind::kTable:
    case Kind::kPartition:
      return named("TABLE");
    case Kind::kColumn:
      return absl::StrCat("COLUMN ", Qualified(schema, schema.At(item.parent)), ".", Quoted(item));
    case Kind::kPrimaryKey:
    case Kind::kUnique:
    case Kind::kCheck:
    case Kind::kExclusion:
    case Kind::kForeignKey:
      return On(schema, item, "CONSTRAINT");
    case Kind::kIndex:
      return named("INDEX");
    case Kind::kView:
      return named("VIEW");
    case Kind::kMaterializedView:
      return named("MATERIALIZED VIEW");
    case Kind::kTrigger:
      return On(schema, item, "TRIGGER");
    case Kind::kRule:
      return On(schema, item, "RULE");
    case Kind::kPolicy:
      return On(schema, item, "POLICY");
    case Kind::kWrapper:
      return named("FOREIGN DATA WRAPPER");
    case Kind::kServer:
      return named("SERVER");
    case Kind::kForeignTable:
      return named("FOREIGN TABLE");
    case Kind::kPublication:
      return named("PUBLICATION");
    case Kind::kSubscription:
      return named("SUBSCRIPTION");
    case Kind::kEventTrigger:
      return named("EVENT TRIGGER");
    case Kind::kAccessMethod:
      return named("ACCESS METHOD");
    case Kind::kOwnedBy:
    case Kind::kIdentityMark:
    case Kind::kClusterMark:
    case Kind::kUserMapping:
    case Kind::kDefaultPrivilege:
    case Kind::kStatistics:
      return "";
    default:
      return RoutineReference(schema, item);
  }
}

void EmitComment(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw(item.note);
  const std::string reference = Reference(schema, item);
  const auto text = [&draw](const char* which) {
    return sql::QuoteLiteral(draw.Pick(
        which, {"plain", "it's \"quoted\"", "two\nlines", "back\\slash", "naïve 日本", "; -- DROP"}));
  };
  if (reference.empty() || item.id == 1) return;
  if (draw.Chance("comment", 25)) {
    out.push_back(absl::StrCat("COMMENT ON ", reference, " IS ", text("text")));
  }
  if (HasIndex(item.kind) && draw.Chance("index comment", 20)) {
    out.push_back(absl::StrCat("COMMENT ON INDEX ", Qualified(schema, item), " IS ", text("index text")));
  }
  if (item.kind == Kind::kColumn && IsIdentity(schema, item) && draw.Chance("sequence comment", 30)) {
    out.push_back(OnSequence(schema, item, "COMMENT ON SEQUENCE %s IS " + text("sequence text")));
  }
}

void EmitAccess(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw(item.access);
  const std::string role = sql::QuoteIdentifier(Roles()[draw.Below("role", Roles().size())]);
  if (item.kind == Kind::kColumn) {
    if (draw.Chance("grant", 8)) {
      out.push_back(absl::StrCat("GRANT ", draw.Pick("what", {"SELECT (", "UPDATE ("}), Quoted(item), ") ON ",
                                 Qualified(schema, schema.At(item.parent)), " TO ", role));
    }
    if (IsIdentity(schema, item) && draw.Chance("sequence grant", 30)) {
      out.push_back(OnSequence(schema, item,
                               absl::StrCat("GRANT ", draw.Pick("on sequence", {"USAGE", "SELECT, UPDATE"}),
                                            " ON SEQUENCE %s TO ", role)));
    }
    return;
  }
  if (HasOwner(schema, item) && draw.Chance("owner", 20)) {
    const std::string reference = item.kind == Kind::kIndex ? "" : Reference(schema, item);
    if (!reference.empty())
      out.push_back(absl::StrCat("ALTER ", reference, " OWNER TO ", sql::QuoteIdentifier(Roles()[0])));
  }
  const std::string privileges = Privileges(item, draw);
  if (privileges.empty() || item.id == 1) return;
  const std::string object = GrantObject(schema, item);
  if (IsPublic(item.kind) && draw.Chance("revoke", 15)) {
    out.push_back(absl::StrCat("REVOKE ALL ON ", object, " FROM PUBLIC"));
  }
  if (draw.Chance("grant", 25)) {
    out.push_back(absl::StrCat("GRANT ", privileges, " ON ", object, " TO ", role,
                               draw.Chance("option", 20) ? " WITH GRANT OPTION" : ""));
  }
}

}  // namespace ferry::property
