#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

void Add(const Object& object, const std::vector<std::string>& items, Statements& out) {
  if (items.empty()) return;
  out.push_back(Make(object.id, AlterSql(object, absl::StrCat("ADD ", absl::StrJoin(items, ", ")))));
}

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& body = std::get<schema::OperatorFamily>(object.body);
  out.push_back(Make(object.id, absl::StrCat("CREATE OPERATOR FAMILY ", body.signature)));
  Add(object, body.items, out);
}

// "OPERATOR 1 public.<(a, b)" and "FUNCTION 1 (a, b) public.f(a, b)" as DROP wants them: "OPERATOR 1 (a, b)".
std::string Dropped(const std::string& item) {
  const std::vector<std::string> words = absl::StrSplit(item, absl::MaxSplits(' ', 2));
  if (words.size() < 3) return item;
  return absl::StrCat(words[0], " ", words[1], " ", FirstParentheses(words[2]));
}

void Alter(const Object& from, const Object& to, const Context& /*context*/, Statements& out) {
  const std::vector<std::string>& before = std::get<schema::OperatorFamily>(from.body).items;
  const std::vector<std::string>& after = std::get<schema::OperatorFamily>(to.body).items;
  std::vector<std::string> dropped;
  for (const std::string& item : NewEntries(after, before)) dropped.push_back(Dropped(item));
  if (!dropped.empty()) {
    out.push_back(Make(to.id, AlterSql(to, absl::StrCat("DROP ", absl::StrJoin(dropped, ", "))), Lock::kNone,
                       {Hazard::kBreaksOldCode}));
  }
  Add(to, NewEntries(before, after), out);
}

}  // namespace

namespace internal {
const KindWriter kOperatorFamilyWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
