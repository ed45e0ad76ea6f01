// An event trigger.
#ifndef FERRY_CORE_SCHEMA_EVENT_TRIGGER_H_
#define FERRY_CORE_SCHEMA_EVENT_TRIGGER_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct EventTrigger {
  std::string event;               // "ddl_command_end"
  std::string function;            // qualified and quoted
  std::vector<std::string> tags;   // sorted
  std::string enabled = "origin";  // "origin" (the usual), "disabled", "replica", "always"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("event", self.event);
    v("function", self.function);
    v("tags", self.tags);
    v("enabled", self.enabled);
  }
  friend bool operator==(const EventTrigger&, const EventTrigger&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_EVENT_TRIGGER_H_
