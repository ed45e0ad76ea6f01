// For each kind of object: how one is made, changed, commented on, granted and dropped, all in PostgreSQL's
// words.
#ifndef FERRY_TESTS_SCHEMA_PROBES_H_
#define FERRY_TESTS_SCHEMA_PROBES_H_

#include <string>
#include <vector>

#include "core/schema/object_id.h"

namespace ferry::test {

// Each a script of one or more statements; "" where PostgreSQL has no such thing.
struct Probe {
  schema::ObjectKind kind;
  std::string setup;  // what it stands on, also there in the database that is to be changed
  std::string create, change, comment, grant;
  std::string part = "";  // of the kind, where it is about something beneath it

  std::string name() const { return part.empty() ? std::string(schema::KindName(kind)) : part; }
};

// One for every kind that a database's snapshot holds, in their order, and for what has no kind of its own.
const std::vector<Probe>& Probes();

}  // namespace ferry::test

#endif  // FERRY_TESTS_SCHEMA_PROBES_H_
