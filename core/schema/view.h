// A view or materialized view.
#ifndef FERRY_CORE_SCHEMA_VIEW_H_
#define FERRY_CORE_SCHEMA_VIEW_H_

#include <string>
#include <vector>

#include "core/schema/field.h"

namespace ferry::schema {

struct View {
  bool materialized = false;
  std::string definition;  // pg_get_viewdef
  std::vector<std::string>
      options;                // in the order they were set: "security_barrier=true", "check_option=local"
  std::string access_method;  // of a materialized view
  std::string tablespace;     // of a materialized view, unquoted; empty: the database's own
  std::vector<std::string> columns;  // name and type in order, as a column list has them: "id bigint"
  bool populated = false;            // a materialized view has rows to read: data, not schema

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("materialized", self.materialized);
    v("definition", self.definition);
    v("options", self.options, FieldUse::kUnordered);
    v("access_method", self.access_method);
    v("tablespace", self.tablespace);
    v("columns", self.columns, FieldUse::kDisplayOnly);
    v("populated", self.populated, FieldUse::kDisplayOnly);
  }
  friend bool operator==(const View&, const View&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_VIEW_H_
