#include "absl/strings/str_cat.h"
#include "core/render/grants.h"
#include "core/render/kind.h"

namespace ferry::render {
namespace {

using schema::Object;

// All there is to them is their grants, which follow from WriteTraits.
void Create(const Object& /*object*/, const Context& /*context*/, Statements& /*out*/) {}

void Drop(const Object& object, const Context& context, Statements& out) {
  Object usual = object;
  usual.traits.grants = {"nobody"};
  // Without a schema they stood instead of what PostgreSQL grants, which comes back.
  if (object.id.schema.empty()) {
    for (const auto& [key, option] : DefaultAcl(ClassOfDefaults(object.id.name))) {
      usual.traits.grants.push_back(absl::StrCat(key.grantee, "=", key.privilege));
    }
  }
  WriteTraits(&object, usual, context, out);
}

}  // namespace

namespace internal {
const KindWriter kDefaultPrivilegesWriter = {Create, nullptr, Drop};
}  // namespace internal

}  // namespace ferry::render
