#include <utility>

#include "absl/strings/str_cat.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

void AddWords(std::vector<std::string> words, std::string& sql) {
  for (const std::string& word : words) {
    if (!word.empty()) absl::StrAppend(&sql, " ", word);
  }
}

// "HANDLER public.h", or "NO HANDLER".
std::string Hook(absl::string_view word, const std::string& function) {
  return function.empty() ? absl::StrCat("NO ", word) : absl::StrCat(word, " ", function);
}

void Create(const Object& object, const Context& context, Statements& out) {
  const auto& wrapper = std::get<schema::ForeignDataWrapper>(object.body);
  std::string sql = absl::StrCat("CREATE FOREIGN DATA WRAPPER ", QualifiedName(object.id));
  AddWords(
      {wrapper.handler.empty() ? "" : Hook("HANDLER", wrapper.handler),
       wrapper.validator.empty() ? "" : Hook("VALIDATOR", wrapper.validator), OptionList(wrapper.options)},
      sql);
  out.push_back(Make(object.id, std::move(sql)));
  RemarkMasked(object, {}, wrapper.options, context);
}

void Alter(const Object& from, const Object& to, const Context& context, Statements& out) {
  const auto& before = std::get<schema::ForeignDataWrapper>(from.body);
  const auto& after = std::get<schema::ForeignDataWrapper>(to.body);
  std::string sql;
  AddWords({before.handler == after.handler ? "" : Hook("HANDLER", after.handler),
            before.validator == after.validator ? "" : Hook("VALIDATOR", after.validator),
            OptionChanges(before.options, after.options)},
           sql);
  RemarkMasked(to, before.options, after.options, context);
  if (sql.empty()) return;
  out.push_back(Make(to.id, AlterSql(to, sql.substr(1)), Lock::kNone, {Hazard::kBreaksOldCode}));
}

}  // namespace

namespace internal {
const KindWriter kForeignDataWrapperWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
