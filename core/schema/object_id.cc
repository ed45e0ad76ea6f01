#include "core/schema/object_id.h"

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
  if (a.kind != b.kind) return a.kind < b.kind;
  if (const int order = a.schema.compare(b.schema); order != 0) return order < 0;
  if (const int order = a.parent.compare(b.parent); order != 0) return order < 0;
  return a.name < b.name;
}

}  // namespace ferry::schema
