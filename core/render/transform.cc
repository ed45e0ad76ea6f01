#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& transform = std::get<schema::Transform>(object.body);
  std::vector<std::string> parts;
  if (!transform.from_sql.empty())
    parts.push_back(absl::StrCat("FROM SQL WITH FUNCTION ", transform.from_sql));
  if (!transform.to_sql.empty()) parts.push_back(absl::StrCat("TO SQL WITH FUNCTION ", transform.to_sql));
  out.push_back(Make(
      object.id, absl::StrCat("CREATE TRANSFORM ", object.id.name, " (", absl::StrJoin(parts, ", "), ")")));
}

}  // namespace

namespace internal {
const KindWriter kTransformWriter = {Create, nullptr, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
