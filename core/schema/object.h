// An object of a schema: its id, its typed body, what all kinds share, and the fingerprints over them. They
// depend on names and fields alone: never on OIDs, on the order of anything, or on the server. Values; any
// thread.
#ifndef FERRY_CORE_SCHEMA_OBJECT_H_
#define FERRY_CORE_SCHEMA_OBJECT_H_

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "core/schema/access_method.h"
#include "core/schema/base_type.h"
#include "core/schema/cast.h"
#include "core/schema/collation.h"
#include "core/schema/column.h"
#include "core/schema/composite_type.h"
#include "core/schema/constraint.h"
#include "core/schema/conversion.h"
#include "core/schema/default_privileges.h"
#include "core/schema/domain.h"
#include "core/schema/enum.h"
#include "core/schema/event_trigger.h"
#include "core/schema/extension.h"
#include "core/schema/field.h"
#include "core/schema/foreign_data_wrapper.h"
#include "core/schema/foreign_server.h"
#include "core/schema/function.h"
#include "core/schema/index.h"
#include "core/schema/language.h"
#include "core/schema/namespace.h"
#include "core/schema/object_id.h"
#include "core/schema/operator.h"
#include "core/schema/operator_class.h"
#include "core/schema/operator_family.h"
#include "core/schema/policy.h"
#include "core/schema/publication.h"
#include "core/schema/range_type.h"
#include "core/schema/role.h"
#include "core/schema/rule.h"
#include "core/schema/sequence.h"
#include "core/schema/setting.h"
#include "core/schema/statistics.h"
#include "core/schema/subscription.h"
#include "core/schema/table.h"
#include "core/schema/tablespace.h"
#include "core/schema/text_search_configuration.h"
#include "core/schema/text_search_dictionary.h"
#include "core/schema/text_search_parser.h"
#include "core/schema/text_search_template.h"
#include "core/schema/traits.h"
#include "core/schema/transform.h"
#include "core/schema/trigger.h"
#include "core/schema/user_mapping.h"
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
  Traits traits;
  // What must be there before this object can be, ascending, no id twice with the same `through_default`.
  // Names objects of the same snapshot only; what follows from the id (its schema, its table) is left out.
  // Travels along and never differs.
  std::vector<Dependency> dependencies;
  std::string fingerprint;         // 64 hexadecimal digits over the structure: id, body, comment, labels
  std::string access_fingerprint;  // the same over id, owner and grants

  friend bool operator==(const Object&, const Object&) = default;
};

// The object with its fingerprints filled in. `id.kind` is set from the body; `dependencies` are sorted.
Object MakeObject(ObjectId id, Body body, Traits traits = {}, std::vector<Dependency> dependencies = {});
// The same for an object that is there but for them.
void Complete(Object& object);

// The bytes that a fingerprint hashes: a format tag, the id, and the name and text of every compared field of
// that part that does not have its default value, sorted by name, each piece framed by its length. So a field
// added in a later release changes no fingerprint of an object that does not use it.
enum class Part { kStructure, kAccess };
std::string CanonicalBytes(const Object& object, Part part);
// SHA-256 of CanonicalBytes.
std::string Fingerprint(const Object& object, Part part);

using FieldList = std::vector<std::pair<std::string, std::string>>;
// Every field as name and canonical text (field.h), in the order of the kind's header, then those of Traits.
FieldList Fields(const Object& object);
// The same without the display-only ones: what a difference may be made of.
FieldList ComparedFields(const Object& object);
// The object that has these fields, in any order; one that is not given has its default value. kProtocol when
// one is unknown, repeated, or not in its canonical form.
absl::StatusOr<Object> ObjectFromFields(const ObjectId& id, const FieldList& fields,
                                        std::vector<Dependency> dependencies = {});
// Fields without those that have their default value: what is sent and stored.
FieldList FieldsToSend(const Object& object);

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_OBJECT_H_
