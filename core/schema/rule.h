// A rewrite rule of a table or view; the rule that makes a view is the view.
#ifndef FERRY_CORE_SCHEMA_RULE_H_
#define FERRY_CORE_SCHEMA_RULE_H_

#include <string>

namespace ferry::schema {

struct Rule {
  std::string definition;          // pg_get_ruledef
  std::string enabled = "origin";  // "origin" (the usual), "disabled", "replica", "always"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("definition", self.definition);
    v("enabled", self.enabled);
  }
  friend bool operator==(const Rule&, const Rule&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_RULE_H_
