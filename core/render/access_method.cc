#include "absl/strings/str_cat.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& method = std::get<schema::AccessMethod>(object.body);
  out.push_back(Make(object.id, absl::StrCat("CREATE ACCESS METHOD ", QualifiedName(object.id), " TYPE ",
                                             method.type, " HANDLER ", method.handler)));
}

}  // namespace

namespace internal {
const KindWriter kAccessMethodWriter = {Create, nullptr, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
