#include "absl/strings/str_cat.h"
#include "core/render/kind.h"

namespace ferry::render {
namespace {

using schema::Function;
using schema::Object;

// "public.\"odd(name\"" of "public.\"odd(name\"(integer)".
std::string NameOf(const std::string& signature) {
  bool quoted = false;
  for (size_t i = 0; i < signature.size(); ++i) {
    if (signature[i] == '"') quoted = !quoted;
    if (signature[i] == '(' && !quoted) return signature.substr(0, i);
  }
  return signature;
}

void Create(const Object& object, const Context&, Statements& out) {
  const auto& function = std::get<Function>(object.body);
  const bool aggregate = function.kind == "aggregate";
  out.push_back(Make(object.id, aggregate ? absl::StrCat("CREATE AGGREGATE ", NameOf(function.signature),
                                                         function.definition)
                                          : function.definition));
}

void Alter(const Object& from, const Object& to, const Context& context, Statements& out) {
  if (std::get<Function>(from.body).definition != std::get<Function>(to.body).definition)
    Create(to, context, out);
}

void Drop(const Object& object, const Context& context, Statements& out) {
  const Reference reference = ReferenceTo(object);
  const Hazard hazard = context.IsNew(object.id) ? Hazard::kGap : Hazard::kBreaksOldCode;
  out.push_back(
      Make(object.id, absl::StrCat("DROP ", reference.type, " ", reference.name), Lock::kNone, {hazard}));
}

}  // namespace

const KindWriter internal::kFunctionWriter = {Create, Alter, Drop};

}  // namespace ferry::render
