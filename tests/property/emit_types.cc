#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/sql/quote.h"
#include "tests/property/emit.h"
#include "tests/property/text.h"

namespace ferry::property {
namespace {

void Enum(const Schema& schema, const Item& item, Statements& out) {
  const auto literal = [](std::string* text, const std::string& label) {
    absl::StrAppend(text, sql::QuoteLiteral(label));
  };
  out.push_back(absl::StrCat("CREATE TYPE ", Qualified(schema, item), " AS ENUM (",
                             absl::StrJoin(EnumLabels(item), ", ", literal), ")"));
}

void Composite(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.shaped();
  std::vector<std::string> attributes = {absl::StrCat("id ", BuiltinType(Class::kInt, draw))};
  if (draw.Chance("second", 70)) {
    attributes.push_back(absl::StrCat("\"Second\" ", BuiltinType(Class::kText, draw),
                                      draw.Chance("collate", 20) ? " COLLATE \"C\"" : ""));
  }
  if (draw.Chance("third", 50))
    attributes.push_back(absl::StrCat("\"user\" ", BuiltinType(Class::kNum, draw)));
  out.push_back(
      absl::StrCat("CREATE TYPE ", Qualified(schema, item), " AS (", absl::StrJoin(attributes, ", "), ")"));
}

void Range(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.shaped();
  std::string options = draw.Pick(
      "subtype",
      {"subtype = double precision, subtype_diff = float8mi", "subtype = double precision", "subtype = text",
       "subtype = text, collation = \"C\"", "subtype = bigint, subtype_opclass = int8_ops"});
  if (schema.server >= 14 && draw.Chance("multirange", 40)) {
    absl::StrAppend(&options, ", multirange_type_name = ", Quoted(schema.At(item.space)), ".",
                    sql::QuoteIdentifier(absl::StrCat("Many ", item.id)));
  }
  out.push_back(absl::StrCat("CREATE TYPE ", Qualified(schema, item), " AS RANGE (", options, ")"));
}

void Domain(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.looks();
  std::string sql = absl::StrCat("CREATE DOMAIN ", Qualified(schema, item), " AS ", TypeOf(schema, item));
  if (item.type == Class::kText && item.shaped().Chance("collate", 20)) sql += " COLLATE \"C\"";
  if (draw.Chance("default", 40)) absl::StrAppend(&sql, " DEFAULT ", Literal(item.type, draw));
  if (draw.Chance("not null", 25)) sql += " NOT NULL";
  if (draw.Chance("check", 50)) {
    absl::StrAppend(&sql, " CONSTRAINT \"Domain check\" CHECK (", Condition(item.type, "VALUE", draw), ")");
  }
  out.push_back(sql);
  const Item* function = schema.Used(item, {Kind::kFunction});
  if (function != nullptr) {
    out.push_back(absl::StrCat("ALTER DOMAIN ", Qualified(schema, item), " ADD CONSTRAINT called CHECK (",
                               Call(schema, *function, "VALUE"), ")",
                               draw.Chance("not valid", 30) ? " NOT VALID" : ""));
  }
}

void Operator(const Schema& schema, const Item& item, Statements& out) {
  const Item& function = *schema.Used(item, {Kind::kPredicate});
  const Draw draw = item.looks();
  const std::string type = PlainType(function.argument, function.shaped());
  std::string options =
      absl::StrCat("FUNCTION = ", Qualified(schema, function), ", LEFTARG = ", type, ", RIGHTARG = ", type);
  const std::string self = Reference(schema, item);
  if (draw.Chance("commutator", 40)) {
    absl::StrAppend(&options, ", COMMUTATOR = OPERATOR(", self.substr(9, self.find(" (") - 9), ")");
  }
  if (draw.Chance("restrict", 40)) options += ", RESTRICT = eqsel, JOIN = eqjoinsel";
  if (draw.Chance("hashes", 20)) options += ", HASHES";
  if (draw.Chance("merges", 20)) options += ", MERGES";
  out.push_back(absl::StrCat("CREATE ", self.substr(0, self.find(" (")), " (", options, ")"));
}

void OperatorClass(const Schema& schema, const Item& item, Statements& out) {
  const Draw draw = item.looks();
  std::string sql =
      absl::StrCat("CREATE OPERATOR CLASS ", Qualified(schema, item), " FOR TYPE integer USING btree");
  if (draw.Chance("family", 40)) {
    const std::string family = absl::StrCat(Quoted(schema.At(item.space)), ".",
                                            sql::QuoteIdentifier(absl::StrCat("Family ", item.id)));
    out.push_back(absl::StrCat("CREATE OPERATOR FAMILY ", family, " USING btree"));
    absl::StrAppend(&sql, " FAMILY ", family);
  }
  out.push_back(absl::StrCat(sql,
                             " AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, "
                             "FUNCTION 1 btint4cmp(integer, integer)",
                             draw.Chance("equal image", 50) ? ", FUNCTION 4 btequalimage(oid)" : ""));
}

void Cast(const Schema& schema, const Item& item, Statements& out) {
  const std::string how = item.looks().Pick("how", {"", " AS ASSIGNMENT"});
  const Item* function = schema.Used(item, {Kind::kCastFunction});
  const std::string reference = Reference(schema, item);
  out.push_back(absl::StrCat(
      "CREATE ", reference, " ",
      function == nullptr ? "WITH INOUT" : absl::StrCat("WITH ", Reference(schema, *function)), how));
}

void Collation(const Schema& schema, const Item& item, Statements& out) {
  out.push_back(absl::StrCat(
      "CREATE COLLATION ", Qualified(schema, item), " (",
      item.shaped().Pick(
          "collation", {"locale = 'C'", "provider = libc, locale = 'POSIX'", "provider = icu, locale = 'de'",
                        "provider = icu, locale = 'und', deterministic = false"}),
      ")"));
}

void Conversion(const Schema& schema, const Item& item, Statements& out) {
  out.push_back(absl::StrCat("CREATE CONVERSION ", Qualified(schema, item), " FOR ",
                             item.looks().Pick("what", {"'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
                                                        "'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1"})));
}

}  // namespace

void EmitType(const Schema& schema, const Item& item, Statements& out) {
  switch (item.kind) {
    case Kind::kEnum:
      return Enum(schema, item, out);
    case Kind::kComposite:
      return Composite(schema, item, out);
    case Kind::kRange:
      return Range(schema, item, out);
    case Kind::kDomain:
      return Domain(schema, item, out);
    case Kind::kOperator:
      return Operator(schema, item, out);
    case Kind::kOperatorClass:
      return OperatorClass(schema, item, out);
    case Kind::kCast:
      return Cast(schema, item, out);
    case Kind::kCollation:
      return Collation(schema, item, out);
    default:
      return Conversion(schema, item, out);
  }
}

}  // namespace ferry::property
