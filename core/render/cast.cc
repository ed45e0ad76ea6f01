#include <utility>

#include "absl/strings/str_cat.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& cast = std::get<schema::Cast>(object.body);
  std::string sql = absl::StrCat("CREATE CAST (", object.id.name, ") ");
  if (cast.method == "binary") {
    absl::StrAppend(&sql, "WITHOUT FUNCTION");
  } else if (cast.method == "inout") {
    absl::StrAppend(&sql, "WITH INOUT");
  } else {
    absl::StrAppend(&sql, "WITH FUNCTION ", cast.function);
  }
  if (cast.context == "assignment") absl::StrAppend(&sql, " AS ASSIGNMENT");
  if (cast.context == "implicit") absl::StrAppend(&sql, " AS IMPLICIT");
  out.push_back(Make(object.id, std::move(sql)));
}

}  // namespace

namespace internal {
const KindWriter kCastWriter = {Create, nullptr, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
