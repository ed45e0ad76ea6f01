#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& type = std::get<schema::RangeType>(object.body);
  std::vector<std::string> parts = {absl::StrCat("SUBTYPE = ", type.subtype)};
  const auto add = [&](absl::string_view word, const std::string& value) {
    if (!value.empty()) parts.push_back(absl::StrCat(word, " = ", value));
  };
  add("SUBTYPE_OPCLASS", type.operator_class);
  add("COLLATION", type.collation);
  add("CANONICAL", type.canonical);
  add("SUBTYPE_DIFF", type.subtype_diff);
  add("MULTIRANGE_TYPE_NAME", type.multirange);
  out.push_back(Make(object.id, absl::StrCat("CREATE TYPE ", QualifiedName(object.id), " AS RANGE (",
                                             absl::StrJoin(parts, ", "), ")")));
}

// Its canonical function takes and returns it, so that neither can be dropped alone.
void Drop(const Object& object, const Context& context, Statements& out) {
  WriteDrop(object, context, out);
  if (!std::get<schema::RangeType>(object.body).canonical.empty()) out.back().sql += " CASCADE";
}

}  // namespace

namespace internal {
const KindWriter kRangeTypeWriter = {Create, nullptr, Drop};
}  // namespace internal

}  // namespace ferry::render
