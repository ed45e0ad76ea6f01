#include <utility>

#include "absl/strings/str_cat.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& context, Statements& out) {
  const auto& mapping = std::get<schema::UserMapping>(object.body);
  const Reference reference = ReferenceTo(object);
  std::string sql = absl::StrCat("CREATE ", reference.type, " ", reference.name);
  const std::string options = OptionList(mapping.options);
  if (!options.empty()) absl::StrAppend(&sql, " ", options);
  out.push_back(Make(object.id, std::move(sql), Lock::kNone, {Hazard::kAccessChange}));
  RemarkMasked(object, {}, mapping.options, context);
}

void Alter(const Object& from, const Object& to, const Context& context, Statements& out) {
  const auto& before = std::get<schema::UserMapping>(from.body);
  const auto& after = std::get<schema::UserMapping>(to.body);
  RemarkMasked(to, before.options, after.options, context);
  const std::string options = OptionChanges(before.options, after.options);
  if (options.empty()) return;
  out.push_back(Make(to.id, AlterSql(to, options), Lock::kNone, {Hazard::kAccessChange}));
}

}  // namespace

namespace internal {
const KindWriter kUserMappingWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
