#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& collation = std::get<schema::Collation>(object.body);
  std::vector<std::string> parts = {absl::StrCat("provider = ", collation.provider)};
  const auto add = [&](absl::string_view name, const std::string& value) {
    parts.push_back(absl::StrCat(name, " = ", sql::QuoteLiteral(value)));
  };
  if (!collation.deterministic) parts.push_back("deterministic = false");
  if (!collation.locale.empty()) {
    add("locale", collation.locale);
  } else if (collation.lc_collate == collation.lc_ctype) {
    add("locale", collation.lc_collate);
  } else {
    add("lc_collate", collation.lc_collate);
    add("lc_ctype", collation.lc_ctype);
  }
  if (!collation.rules.empty()) add("rules", collation.rules);
  out.push_back(Make(object.id, absl::StrCat("CREATE COLLATION ", QualifiedName(object.id), " (",
                                             absl::StrJoin(parts, ", "), ")")));
}

}  // namespace

namespace internal {
const KindWriter kCollationWriter = {Create, nullptr, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
