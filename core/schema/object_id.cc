#include "core/schema/object_id.h"

#include <tuple>

namespace ferry::schema {

absl::string_view KindName(ObjectKind kind) {
  switch (kind) {
#define FERRY_KIND_NAME(enumerator, name, type) \
  case ObjectKind::enumerator:                  \
    return name;
    FERRY_SCHEMA_KINDS(FERRY_KIND_NAME)
#undef FERRY_KIND_NAME
  }
  return "";
}

std::optional<ObjectKind> KindFromName(absl::string_view wanted) {
#define FERRY_KIND_FIND(enumerator, name, type) \
  if (wanted == name) return ObjectKind::enumerator;
  FERRY_SCHEMA_KINDS(FERRY_KIND_FIND)
#undef FERRY_KIND_FIND
  return std::nullopt;
}

bool operator<(const ObjectId& a, const ObjectId& b) {
  return std::tie(a.kind, a.schema, a.parent, a.name) < std::tie(b.kind, b.schema, b.parent, b.name);
}

}  // namespace ferry::schema
