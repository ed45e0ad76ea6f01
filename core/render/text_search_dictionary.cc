#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& body = std::get<schema::TextSearchDictionary>(object.body);
  std::string sql = absl::StrCat("CREATE TEXT SEARCH DICTIONARY ", QualifiedName(object.id),
                                 " (TEMPLATE = ", body.template_name);
  if (!body.options.empty()) absl::StrAppend(&sql, ", ", body.options);
  absl::StrAppend(&sql, ")");
  out.push_back(Make(object.id, std::move(sql)));
}

std::string OptionName(absl::string_view option) {
  return std::string(absl::StripAsciiWhitespace(option.substr(0, FindOutside(option, "="))));
}

// An option that is named without a value is taken away.
void Alter(const Object& from, const Object& to, const Context& /*context*/, Statements& out) {
  const std::string& before = std::get<schema::TextSearchDictionary>(from.body).options;
  const std::string& after = std::get<schema::TextSearchDictionary>(to.body).options;
  if (before == after) return;
  std::vector<std::string> wanted = SplitOutside(after, ", ");
  if (after.empty()) wanted.clear();
  std::set<std::string> kept;
  for (const std::string& option : wanted) kept.insert(OptionName(option));
  for (const std::string& option : SplitOutside(before, ", ")) {
    if (!option.empty() && kept.count(OptionName(option)) == 0) wanted.push_back(OptionName(option));
  }
  out.push_back(Make(to.id, AlterSql(to, absl::StrCat("(", absl::StrJoin(wanted, ", "), ")"))));
}

}  // namespace

namespace internal {
const KindWriter kTextSearchDictionaryWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
