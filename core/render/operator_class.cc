#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

using schema::ObjectKind;

// "public.complex_ops" of "public.complex_ops USING btree".
std::string NameOf(const schema::OperatorClass& body) {
  return body.signature.substr(0, FindOutside(body.signature, " USING "));
}

std::string MethodOf(const schema::OperatorClass& body) {
  const size_t at = FindOutside(body.signature, " USING ");
  return at == std::string::npos ? "" : body.signature.substr(at);
}

// Without FAMILY, PostgreSQL takes or makes the family that is named like the class.
void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& body = std::get<schema::OperatorClass>(object.body);
  std::string sql = absl::StrCat("CREATE OPERATOR CLASS ", NameOf(body), body.is_default ? " DEFAULT" : "",
                                 " FOR TYPE ", body.type, MethodOf(body));
  if (!body.family.empty() && body.family != NameOf(body)) absl::StrAppend(&sql, " FAMILY ", body.family);
  const std::string items =
      body.items.empty() ? absl::StrCat("STORAGE ", body.type) : absl::StrJoin(body.items, ", ");
  absl::StrAppend(&sql, " AS ", items);
  out.push_back(Make(object.id, std::move(sql)));
}

// A family that is not in the snapshot came with the class and would stay behind; its drop takes the class
// along.
void Drop(const Object& object, const Context& context, Statements& out) {
  const auto& body = std::get<schema::OperatorClass>(object.body);
  schema::ObjectId family = object.id;
  family.kind = ObjectKind::kOperatorFamily;
  if (body.family != NameOf(body) || context.from.Find(family) != nullptr) {
    WriteDrop(object, context, out);
    return;
  }
  out.push_back(Make(object.id, absl::StrCat("DROP OPERATOR FAMILY ", body.signature), Lock::kNone,
                     {context.IsNew(object.id) ? Hazard::kGap : Hazard::kBreaksOldCode}));
}

}  // namespace

namespace internal {
const KindWriter kOperatorClassWriter = {Create, nullptr, Drop};
}  // namespace internal

}  // namespace ferry::render
