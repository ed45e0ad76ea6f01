#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& body = std::get<schema::TextSearchTemplate>(object.body);
  out.push_back(Make(object.id, absl::StrCat("CREATE TEXT SEARCH TEMPLATE ", QualifiedName(object.id), " (",
                                             absl::StrJoin(body.properties, ", "), ")")));
}

}  // namespace

namespace internal {
const KindWriter kTextSearchTemplateWriter = {Create, nullptr, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
