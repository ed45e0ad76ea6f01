#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& type = std::get<schema::BaseType>(object.body);
  std::string sql = absl::StrCat("CREATE TYPE ", QualifiedName(object.id));
  if (!type.shell) absl::StrAppend(&sql, " (", absl::StrJoin(type.properties, ", "), ")");
  out.push_back(Make(object.id, std::move(sql)));
}

// Its functions take and return it, so that neither can be dropped alone.
void Drop(const Object& object, const Context& context, Statements& out) {
  WriteDrop(object, context, out);
  if (!std::get<schema::BaseType>(object.body).shell) out.back().sql += " CASCADE";
}

}  // namespace

namespace internal {
const KindWriter kBaseTypeWriter = {Create, nullptr, Drop};
}  // namespace internal

}  // namespace ferry::render
