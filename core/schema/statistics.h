// An extended statistics object (CREATE STATISTICS).
#ifndef FERRY_CORE_SCHEMA_STATISTICS_H_
#define FERRY_CORE_SCHEMA_STATISTICS_H_

#include <cstdint>
#include <string>

namespace ferry::schema {

struct Statistics {
  std::string definition;  // pg_get_statisticsobjdef
  int64_t target = -1;     // -1: the server's default

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("definition", self.definition);
    v("target", self.target);
  }
  friend bool operator==(const Statistics&, const Statistics&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_STATISTICS_H_
