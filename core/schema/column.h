// A column of a table, an attribute of a composite type; also a column of a view, where it has a comment, a
// grant, a default or a setting of its own. Its place among the others is shown, never compared.
#ifndef FERRY_CORE_SCHEMA_COLUMN_H_
#define FERRY_CORE_SCHEMA_COLUMN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/schema/field.h"

namespace ferry::schema {

struct Column {
  std::string type;  // format_type: "numeric(10,2)", "public.mood"
  bool not_null = false;
  std::string default_expression;  // empty: none
  std::string identity;            // "", "always", "by default"
  std::string identity_options;  // of the identity's own sequence, as CREATE TABLE takes them: "SEQUENCE NAME
                                 // … START WITH 1 …"
  std::string generated;         // "", "stored", "virtual"
  std::string generation_expression;  // of a generated column
  std::string collation;              // qualified and quoted, when not the type's own
  std::string storage;                // "plain", "external", "extended", "main", when not the type's own
  std::string compression;            // "pglz", "lz4"; empty: the server's default
  int64_t statistics_target = -1;     // -1: the server's default
  std::vector<std::string> options;   // attribute options, in the order they were set: "n_distinct=-0.5"
  std::vector<std::string> foreign_options;  // of a foreign table's column, sorted: "name=value"
  bool inherited =
      false;  // comes from a parent table (or the type of a typed table) alone: not in the table's own list
  int64_t position = 0;  // ascending from left to right, with gaps

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("type", self.type);
    v("not_null", self.not_null);
    v("default", self.default_expression);
    v("identity", self.identity);
    v("identity_options", self.identity_options);
    v("generated", self.generated);
    v("generation_expression", self.generation_expression);
    v("collation", self.collation);
    v("storage", self.storage);
    v("compression", self.compression);
    v("statistics_target", self.statistics_target);
    v("options", self.options, FieldUse::kUnordered);
    v("foreign_options", self.foreign_options);
    v("inherited", self.inherited);
    v("position", self.position, FieldUse::kDisplayOnly);
  }
  friend bool operator==(const Column&, const Column&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_COLUMN_H_
