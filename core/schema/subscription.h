// A subscription. The connection string is read without passwords, and only where the login may.
#ifndef FERRY_CORE_SCHEMA_SUBSCRIPTION_H_
#define FERRY_CORE_SCHEMA_SUBSCRIPTION_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct Subscription {
  std::string connection;                 // without passwords
  std::vector<std::string> publications;  // quoted, sorted
  bool enabled = false;
  std::string slot;                  // unquoted; empty: none
  std::vector<std::string> options;  // sorted: "binary=true", "streaming=on"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("connection", self.connection);
    v("publications", self.publications);
    v("enabled", self.enabled);
    v("slot", self.slot);
    v("options", self.options);
  }
  friend bool operator==(const Subscription&, const Subscription&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_SUBSCRIPTION_H_
