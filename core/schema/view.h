// A view or materialized view. Whether a materialized view is populated is data, not schema.
#ifndef FERRY_CORE_SCHEMA_VIEW_H_
#define FERRY_CORE_SCHEMA_VIEW_H_

#include <string>

namespace ferry::schema {

struct View {
  bool materialized = false;
  std::string definition;  // pg_get_viewdef
  std::string options;     // sorted: "security_barrier=true"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("materialized", self.materialized);
    v("definition", self.definition);
    v("options", self.options);
  }
  friend bool operator==(const View&, const View&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_VIEW_H_
