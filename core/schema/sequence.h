// A sequence, those of serial columns included; the sequence of an identity column is part of the column.
// Where the sequence stands (its last value) is data, not schema.
#ifndef FERRY_CORE_SCHEMA_SEQUENCE_H_
#define FERRY_CORE_SCHEMA_SEQUENCE_H_

#include <cstdint>
#include <string>

namespace ferry::schema {

struct Sequence {
  std::string type = "bigint";  // "smallint", "integer", "bigint"
  int64_t start = 1;
  int64_t increment = 1;
  int64_t min = 1;
  int64_t max = 9223372036854775807;
  int64_t cache = 1;
  bool cycle = false;
  std::string persistence = "permanent";  // "permanent", "unlogged"
  std::string owned_by;                   // column, qualified and quoted; empty: none

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("type", self.type);
    v("start", self.start);
    v("increment", self.increment);
    v("min", self.min);
    v("max", self.max);
    v("cache", self.cache);
    v("cycle", self.cycle);
    v("persistence", self.persistence);
    v("owned_by", self.owned_by);
  }
  friend bool operator==(const Sequence&, const Sequence&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_SEQUENCE_H_
