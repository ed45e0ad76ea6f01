#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

using sql::QuoteLiteral;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& type = std::get<schema::Enum>(object.body);
  const std::string labels = absl::StrJoin(
      type.labels, ", ",
      [](std::string* text, const std::string& label) { absl::StrAppend(text, QuoteLiteral(label)); });
  out.push_back(
      Make(object.id, absl::StrCat("CREATE TYPE ", QualifiedName(object.id), " AS ENUM (", labels, ")")));
}

// Labels are only added (diff::VerdictOf). Each new one goes behind the one that precedes it, which is there
// by then.
void Alter(const Object& from, const Object& to, const Context& /*context*/, Statements& out) {
  const std::vector<std::string>& before = std::get<schema::Enum>(from.body).labels;
  const std::vector<std::string>& after = std::get<schema::Enum>(to.body).labels;
  for (size_t i = 0; i < after.size(); ++i) {
    if (std::find(before.begin(), before.end(), after[i]) != before.end()) continue;
    std::string place;
    if (i > 0) {
      place = absl::StrCat(" AFTER ", QuoteLiteral(after[i - 1]));
    } else if (!before.empty()) {
      place = absl::StrCat(" BEFORE ", QuoteLiteral(before.front()));
    }
    Statement statement =
        Make(to.id, AlterSql(to, absl::StrCat("ADD VALUE ", QuoteLiteral(after[i]), place)));
    statement.mode = Mode::kCommit;
    out.push_back(std::move(statement));
  }
}

}  // namespace

namespace internal {
const KindWriter kEnumWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
