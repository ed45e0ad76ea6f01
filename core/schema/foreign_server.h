// A foreign server.
#ifndef FERRY_CORE_SCHEMA_FOREIGN_SERVER_H_
#define FERRY_CORE_SCHEMA_FOREIGN_SERVER_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct ForeignServer {
  std::string wrapper;  // its foreign data wrapper, unquoted
  std::string type;
  std::string version;
  std::vector<std::string> options;  // sorted: "name=value"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("wrapper", self.wrapper);
    v("type", self.type);
    v("version", self.version);
    v("options", self.options);
  }
  friend bool operator==(const ForeignServer&, const ForeignServer&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_FOREIGN_SERVER_H_
