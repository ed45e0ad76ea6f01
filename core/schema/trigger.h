// A trigger that a person made, on a table or view.
#ifndef FERRY_CORE_SCHEMA_TRIGGER_H_
#define FERRY_CORE_SCHEMA_TRIGGER_H_

#include <string>

namespace ferry::schema {

struct Trigger {
  std::string definition;          // pg_get_triggerdef
  std::string enabled = "origin";  // "origin" (the usual), "disabled", "replica", "always"
  bool cloned =
      false;  // PostgreSQL made it for a partition; here because it is enabled otherwise than the parent's

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("definition", self.definition);
    v("enabled", self.enabled);
    v("cloned", self.cloned);
  }
  friend bool operator==(const Trigger&, const Trigger&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_TRIGGER_H_
