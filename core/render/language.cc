#include <utility>

#include "absl/strings/str_cat.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& language = std::get<schema::Language>(object.body);
  std::string sql =
      absl::StrCat("CREATE ", language.trusted ? "TRUSTED " : "", "LANGUAGE ", QualifiedName(object.id));
  if (!language.handler.empty()) absl::StrAppend(&sql, " HANDLER ", language.handler);
  if (!language.inline_handler.empty()) absl::StrAppend(&sql, " INLINE ", language.inline_handler);
  if (!language.validator.empty()) absl::StrAppend(&sql, " VALIDATOR ", language.validator);
  out.push_back(Make(object.id, std::move(sql)));
}

}  // namespace

namespace internal {
const KindWriter kLanguageWriter = {Create, nullptr, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
