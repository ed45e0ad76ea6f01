#include "core/render/kind.h"

namespace ferry::render {
namespace {

using schema::Object;

// All there is to them is their grants, which follow from WriteTraits.
void Create(const Object& /*object*/, const Context& /*context*/, Statements& /*out*/) {}

void Drop(const Object& object, const Context& context, Statements& out) {
  Object usual = object;
  usual.traits.grants.clear();
  WriteTraits(&object, usual, context, out);
}

}  // namespace

namespace internal {
const KindWriter kDefaultPrivilegesWriter = {Create, nullptr, Drop};
}  // namespace internal

}  // namespace ferry::render
