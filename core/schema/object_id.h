// What names an object of a schema. Two objects of one database never share an id. Values; any thread.
#ifndef FERRY_CORE_SCHEMA_OBJECT_ID_H_
#define FERRY_CORE_SCHEMA_OBJECT_ID_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/schema/kind_list.h"

namespace ferry::schema {

#define FERRY_KIND_ENUMERATOR(enumerator, name, type) enumerator,
enum class ObjectKind { FERRY_SCHEMA_KINDS(FERRY_KIND_ENUMERATOR) };
#undef FERRY_KIND_ENUMERATOR

// "table", "column", …: stable, on the wire and on screens.
absl::string_view KindName(ObjectKind kind);
// The kind named so, or nothing.
std::optional<ObjectKind> KindFromName(absl::string_view name);

// All names unquoted, as the catalogs hold them: any bytes but NUL.
struct ObjectId {
  ObjectKind kind = ObjectKind::kSchema;
  std::string schema;
  // The relation of a column, constraint, index, trigger, policy or rule; the domain of a constraint, the
  // type of an attribute, the server of a user mapping; else empty.
  std::string parent;
  std::string
      name;  // a function's with its argument types: "round(numeric, integer)"; a schema's is `schema` again;
             // where no schema holds the kind (extensions, casts, …) `schema` is empty

  friend bool operator==(const ObjectId&, const ObjectId&) = default;
};
// By kind, schema, parent, name; bytes, no locale. (absl and std string comparison agree on unsigned bytes.)
bool operator<(const ObjectId& a, const ObjectId& b);

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_OBJECT_ID_H_
