// Which objects a reading or a comparison is about: those in some schemas, of some kinds. Pure; any thread.
//
// What belongs to an object (columns, constraints, indexes, triggers, policies and rules of tables and views,
// attributes of types, mappings of a server) is covered when its own kind is named or that of the object.
// A schema covers itself and what lies in it. What lies in no schema (extensions, casts, roles, …) is covered
// by kind, and by no schema: as soon as schemas are named, it is left out.
#ifndef FERRY_CORE_SCHEMA_FILTER_H_
#define FERRY_CORE_SCHEMA_FILTER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/schema/object_id.h"

namespace ferry::schema {

struct Filter {
  std::vector<std::string> schemas;  // unquoted; empty: all, and what lies in none
  std::vector<ObjectKind> kinds;     // empty: all

  bool empty() const { return schemas.empty() && kinds.empty(); }
};

// `kinds`: names as KindName has them, blanks or hyphens between words. kUsage: an empty name, one with a NUL
// byte, a word that is no kind (the message lists all kinds), or schemas together with a kind that lies in no
// schema.
absl::StatusOr<Filter> ParseFilter(const std::vector<std::string>& schemas,
                                   const std::vector<std::string>& kinds);

// `parent`: the kind of what `id.parent` names, where that is known.
bool Covers(const Filter& filter, const ObjectId& id, std::optional<ObjectKind> parent = std::nullopt);

// Whether a snapshot for this filter has to hold objects of this kind: covered ones, or such as covered ones
// belong to. A comparison needs to know whether the table of an index is there.
bool MustRead(const Filter& filter, ObjectKind kind);
// The same of one object: also by its schema.
bool MustRead(const Filter& filter, const ObjectId& id);

// What the whole server shares: roles, settings, tablespaces.
bool IsOfCluster(ObjectKind kind);

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_FILTER_H_
