// An object of a schema: its id, its typed body, and the fingerprint over both. The fingerprint depends on
// names and fields alone: never on OIDs, on the order of anything, or on the server. Values; any thread.
#ifndef FERRY_CORE_SCHEMA_OBJECT_H_
#define FERRY_CORE_SCHEMA_OBJECT_H_

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "core/schema/column.h"
#include "core/schema/constraint.h"
#include "core/schema/enum.h"
#include "core/schema/field.h"
#include "core/schema/function.h"
#include "core/schema/index.h"
#include "core/schema/namespace.h"
#include "core/schema/object_id.h"
#include "core/schema/sequence.h"
#include "core/schema/table.h"
#include "core/schema/trigger.h"
#include "core/schema/view.h"

namespace ferry::schema {

namespace internal {
#define FERRY_KIND_TYPE(enumerator, name, type) , type
// The leading monostate only eats the list's first comma.
template <class, class... Bodies>
using BodyOf = std::variant<Bodies...>;
using Body = BodyOf<std::monostate FERRY_SCHEMA_KINDS(FERRY_KIND_TYPE)>;
#undef FERRY_KIND_TYPE
}  // namespace internal

// One alternative a kind, in the order of ObjectKind.
using Body = internal::Body;

struct Object {
  ObjectId id;
  Body body;
  std::string fingerprint;  // 64 hexadecimal digits: Fingerprint(*this)

  friend bool operator==(const Object&, const Object&) = default;
};

// The object with its fingerprint filled in. `id.kind` is set from the body.
Object MakeObject(ObjectId id, Body body);

// The bytes that are hashed: a format tag, the id, and the name and text of every compared field that does
// not have its default value, sorted by name, each piece framed by its length. So a field added in a later
// release changes no fingerprint of an object that does not use it.
std::string CanonicalBytes(const Object& object);
// SHA-256 of CanonicalBytes.
std::string Fingerprint(const Object& object);

using FieldList = std::vector<std::pair<std::string, std::string>>;
// Every field as name and canonical text (field.h), in the order of the kind's header.
FieldList Fields(const Object& object);
// The same without the display-only ones: what a difference may be made of.
FieldList ComparedFields(const Object& object);
// The object that has exactly these fields, in any order. kProtocol when one is unknown, repeated, missing,
// or not in its canonical form.
absl::StatusOr<Object> ObjectFromFields(const ObjectId& id, const FieldList& fields);

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_OBJECT_H_
