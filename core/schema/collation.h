// A collation. The version that the operating system's library reports is not part of it.
#ifndef FERRY_CORE_SCHEMA_COLLATION_H_
#define FERRY_CORE_SCHEMA_COLLATION_H_

#include <string>

namespace ferry::schema {

struct Collation {
  std::string provider = "libc";  // "libc", "icu", "builtin", "default"
  std::string lc_collate;
  std::string lc_ctype;
  std::string locale;  // of an ICU or builtin collation
  std::string rules;   // ICU rules
  bool deterministic = true;

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("provider", self.provider);
    v("lc_collate", self.lc_collate);
    v("lc_ctype", self.lc_ctype);
    v("locale", self.locale);
    v("rules", self.rules);
    v("deterministic", self.deterministic);
  }
  friend bool operator==(const Collation&, const Collation&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_COLLATION_H_
